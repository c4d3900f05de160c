/** Asking for tables, and how they are shown: what get and get -w have in common. */
import { groupKind, type ResourceInfo } from '../../engine/api/resources.ts'
import type { Table } from '../../engine/api/types.ts'
import { CommandError } from '../errors.ts'
import { pathOf } from '../paths.ts'
import { sortBy } from '../printing/sorting.ts'
import type { TableOptions } from '../printing/table.ts'
import { send, type Session, type Task } from '../session.ts'
import { listParameters, requestList, type Query } from '../targets.ts'

export function isTable({ flags }: Session): boolean {
  const output = flags.string('output')
  return output === 'wide' || (output === '' && flags.string('template') === '')
}

export function resourceOf(query: Query): ResourceInfo {
  return query.by === 'name' ? query.target.resource : query.resource
}

export function* fetchTable(session: Session, query: Query): Task<Table> {
  const include: Record<string, string> = session.flags.string('sort-by') === '' ? {} : { includeObject: 'Object' }
  if (query.by === 'name') {
    const { resource, namespace, name } = query.target
    const path = pathOf(resource, namespace, name, session.flags.string('subresource'))
    const response = yield* send(session, { verb: 'get', path, query: include, accept: 'table' })
    return response.body as Table
  }
  let table: Table | undefined
  let rest = ''
  do {
    const response = yield* requestList(session, query, { query: { ...listParameters(query, rest), ...include }, accept: 'table' })
    const page = response.body as Table
    table = table === undefined ? page : { ...table, rows: [...table.rows, ...page.rows] }
    rest = page.metadata.continue ?? ''
  } while (rest !== '')
  return table
}

export function sortTable(session: Session, table: Table): Table {
  const field = session.flags.string('sort-by')
  // A single row has no order; what it is to be sorted by is not looked at.
  if (field === '' || table.rows.length < 2) return table
  try {
    return { ...table, rows: sortBy(table.rows, field, (row) => row.object) }
  } catch (error) {
    // A field that is nowhere leaves nothing to print, and no complaint.
    if (error instanceof CommandError && !error.message.startsWith('Field ')) return { ...table, rows: [] }
    throw error
  }
}

export function tableOptions({ flags }: Session, resource: ResourceInfo, withKind: boolean): TableOptions {
  return {
    wide: flags.string('output') === 'wide',
    noHeaders: flags.bool('no-headers'),
    withNamespace: flags.bool('all-namespaces') && resource.namespaced,
    kind: withKind ? groupKind(resource) : '',
    showLabels: flags.bool('show-labels'),
    columnLabels: flags.list('label-columns'),
  }
}
