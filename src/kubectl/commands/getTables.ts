/** Asking for tables, and how they are shown: what get and get -w have in common. */
import { groupKind, type ResourceInfo } from '../../engine/api/resources.ts'
import { age } from '../../engine/api/time.ts'
import type { KubeObject, Table } from '../../engine/api/types.ts'
import { CommandError } from '../errors.ts'
import { pathOf } from '../paths.ts'
import { sortBy } from '../printing/sorting.ts'
import type { TableOptions } from '../printing/table.ts'
import { send, type Session, type Task } from '../session.ts'
import { getObject, type Query } from '../fileTargets.ts'
import { listObjects, listParameters, requestList } from '../targets.ts'

export function isTable({ flags }: Session): boolean {
  const output = flags.string('output')
  return output === 'wide' || (output === '' && flags.string('template') === '')
}

export function resourceOf(query: Query): ResourceInfo {
  return query.by === 'name' ? query.target.resource : query.resource
}

/** Whether the server is to lay it out; `--server-print=false` leaves names and ages to kubectl. */
export const isLaidOutThere = ({ flags }: Session): boolean => flags.bool('server-print')

/** All that kubectl itself knows of a kind (cli-runtime's default handler). */
export function plainTable(session: Session, objects: readonly KubeObject[], metadata: Table['metadata'] = {}): Table {
  const column = (name: string, format = '') => ({ name, type: 'string', format, description: '', priority: 0 })
  return {
    kind: 'Table', apiVersion: 'meta.k8s.io/v1', metadata,
    columnDefinitions: [column('Name', 'name'), column('Age')],
    rows: objects.map((object) => ({ cells: [object.metadata.name, age(object.metadata.creationTimestamp, session.input.now())], object })),
  }
}

export function* fetchTable(session: Session, query: Query): Task<Table> {
  if (!isLaidOutThere(session)) {
    if (query.by === 'name') return plainTable(session, [yield* getObject(session, query.target)])
    const { items, resourceVersion } = yield* listObjects(session, query)
    return plainTable(session, items, { resourceVersion })
  }
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
