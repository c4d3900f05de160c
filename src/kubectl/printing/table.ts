/** Tables from the server as lines (cli-runtime's HumanReadablePrinter). */
import { formatSelector, selectorFromSet } from '../../engine/api/selector.ts'
import type { Table } from '../../engine/api/types.ts'
import { tableLayout, TabWriter } from './tabwriter.ts'

export interface TableOptions {
  wide: boolean
  noHeaders: boolean
  withNamespace: boolean
  /** "Deployment.apps": names become "deployment.apps/web". */
  kind: string
  showLabels: boolean
  columnLabels: readonly string[]
}

/** One table, or the pieces of one that a watch delivers: columns keep their widths, titles come once. */
export class TablePrinter {
  private readonly writer = new TabWriter(tableLayout)
  private readonly options: TableOptions
  private titled = false

  constructor(options: TableOptions) {
    this.options = options
  }

  /** `event` ("ADDED") goes into a column of its own before all others. */
  print(table: Table, event?: string): string {
    if (table.rows.length === 0) return ''
    if (!this.options.noHeaders && !this.titled) this.writer.write(`${this.titles(table, event !== undefined).join('\t')}\n`)
    this.titled = true
    for (const row of table.rows) {
      const cells = this.cells(table, row)
      this.writer.write(`${(event === undefined ? cells : [event, ...cells]).join('\t')}\n`)
    }
    return this.writer.flush()
  }

  private titles(table: Table, withEvent: boolean): string[] {
    const { withNamespace, columnLabels, showLabels } = this.options
    return [
      ...(withEvent ? ['EVENT'] : []),
      ...(withNamespace ? ['NAMESPACE'] : []),
      ...table.columnDefinitions.filter((column) => this.shows(column)).map((column) => column.name.toUpperCase()),
      ...columnLabels.map((label) => label.slice(label.lastIndexOf('/') + 1).toUpperCase()),
      ...(showLabels ? ['LABELS'] : []),
    ]
  }

  private cells(table: Table, row: Table['rows'][number]): string[] {
    const { withNamespace, columnLabels, showLabels, kind } = this.options
    const metadata = row.object.metadata
    const labels = metadata.labels ?? {}
    const cells: string[] = withNamespace ? [metadata.namespace ?? ''] : []
    table.columnDefinitions.forEach((column, i) => {
      if (!this.shows(column)) return
      const text = cellText(row.cells[i])
      cells.push(column.format === 'name' && kind !== '' ? `${kind.toLowerCase()}/${text}` : text)
    })
    for (const label of columnLabels) cells.push(Object.hasOwn(labels, label) ? labels[label]! : '')
    if (showLabels) cells.push(formatLabels(labels))
    return cells
  }

  private shows(column: Table['columnDefinitions'][number]): boolean {
    return column.priority === 0 || this.options.wide
  }
}

/** Only the first line of a cell is shown. */
function cellText(value: unknown): string {
  if (value === null || value === undefined) return ''
  const text = String(value)
  const end = text.search(/[\f\n\r]/)
  return escapeTerminal(end < 0 ? text : `${text.slice(0, end)}...`)
}

/** What could move the cursor or change colours is shown as ^X (printers.WriteEscaped). */
export function escapeTerminal(text: string): string {
  return text.replaceAll('\u001b', '^[').replaceAll('\r', '\\r')
}

/** "a=1,b=2", sorted; "<none>" without labels. */
export function formatLabels(labels: Readonly<Record<string, string>> | undefined): string {
  return formatSelector(selectorFromSet(labels)) || '<none>'
}
