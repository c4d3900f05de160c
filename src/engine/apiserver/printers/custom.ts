import type { CustomKind, PrinterColumn } from '../../api/custom/kind.ts'
import { finder } from '../../api/custom/jsonPath.ts'
import { age } from '../../api/time.ts'
import type { Column, Printer } from './printer.ts'

const name: Column = { name: 'Name', type: 'string', format: 'name', priority: 0 }

/** The columns that a definition wants (apiextensions pkg/registry/customresource/tableconvertor). What is not there is `null`. */
export function customPrinter({ columns }: CustomKind): Printer {
  const cells = columns.map((column) => ({ column, find: finder(column.jsonPath) }))
  return {
    columns: [name, ...columns.map(columnOf)],
    cells: (object, now) => [object.metadata.name, ...cells.map(({ column, find }) => cellOf(column, find(object), now))],
  }
}

const columnOf = ({ name: title, type, priority = 0 }: PrinterColumn): Column => ({ name: title, type: type as Column['type'], format: '', priority: priority as Column['priority'] })

function cellOf({ type }: PrinterColumn, found: readonly unknown[], now: number): unknown {
  const [value] = found
  if (value === undefined || value === null) return null
  switch (type) {
    case 'string':
      return found.map((one) => (typeof one === 'string' ? one : JSON.stringify(one))).join(' ')
    case 'date':
      return typeof value === 'string' ? age(value, now) : null
    case 'integer':
      return typeof value === 'number' ? Math.trunc(value) : null
    case 'number':
      return typeof value === 'number' ? value : null
    default:
      return typeof value === 'boolean' ? value : null
  }
}
