import type { KubeObject, Status, Table } from '../../engine/api/types.ts'
import type { StreamEvent } from '../../engine/client/program.ts'
import { CommandError, isNotFound, ServerError, throwAll } from '../errors.ts'
import { pathOf } from '../paths.ts'
import { printerFor } from '../printing/output.ts'
import { TablePrinter } from '../printing/table.ts'
import { next, open, out, requestTimeoutMs, send, type Session, type Task } from '../session.ts'
import type { Queries, Query } from '../fileTargets.ts'
import { fetchTable, isLaidOutThere, isTable, plainTable, resourceOf, sortTable, tableOptions } from './getTables.ts'

/** `get -w`: the list first (unless --watch-only), then every change until the stream ends. */
export function* watchTargets(session: Session, { queries, errors }: Queries): Task<void> {
  throwAll(errors)
  if (queries.length !== 1) {
    throw new CommandError(`watch is only supported on individual resources and resource collections - ${queries.length > 1 ? 'more than 1 resource was' : '0 resources were'} found`)
  }
  const query = queries[0]!
  const printer = eventPrinter(session, query)
  const list = yield* firstListOr(session, query)
  if (list === undefined) return
  if (!session.flags.bool('watch-only')) yield* out(printer('ADDED', list.body))
  const stream = yield* open(session, watchRequest(session, query, list.resourceVersion))
  const deadline = deadlineOf(session)
  for (;;) {
    const event: StreamEvent = yield* next(session, stream, deadline)
    if (event.type === 'TIMEOUT' || event.type === 'CLOSED') return
    if (!('object' in event) || event.type === 'BOOKMARK') continue
    if (event.type === 'ERROR') throw new ServerError(event.object as Status)
    yield* out(printer(event.type, event.object as KubeObject | Table))
  }
}

/** When the watch is to end by itself, with `--request-timeout`. */
export function deadlineOf(session: Session): number | undefined {
  const ms = requestTimeoutMs(session)
  return ms > 0 ? session.input.now() + ms : undefined
}

interface FirstList {
  body: KubeObject | Table
  resourceVersion: string
}

/** `--ignore-not-found`: there is nothing to watch then, and nothing to say. */
function* firstListOr(session: Session, query: Query): Task<FirstList | undefined> {
  try {
    return yield* firstList(session, query)
  } catch (error) {
    if (session.flags.bool('ignore-not-found') && isNotFound(error)) return undefined
    throw error
  }
}

function* firstList(session: Session, query: Query): Task<FirstList> {
  if (isTable(session)) {
    const table = yield* fetchTable(session, query)
    return { body: sortTable(session, table), resourceVersion: table.metadata.resourceVersion ?? table.rows[0]?.object.metadata.resourceVersion ?? '' }
  }
  const [namespace, name] = placeOf(query)
  const selectors = query.by === 'name' ? {} : selectorsOf(query)
  const response = yield* send(session, { verb: 'get', path: pathOf(resourceOf(query), namespace, name), query: selectors })
  const object = response.body as KubeObject
  return { body: object, resourceVersion: object.metadata.resourceVersion ?? '' }
}

function placeOf(query: Query): [namespace: string, name: string] {
  return query.by === 'name' ? [query.target.namespace, query.target.name] : [query.namespace, '']
}

function selectorsOf(query: Query & { by: 'selector' }): Record<string, string> {
  return {
    ...(query.fieldSelector === '' ? {} : { fieldSelector: query.fieldSelector }),
    ...(query.labelSelector === '' ? {} : { labelSelector: query.labelSelector }),
  }
}

function watchRequest(session: Session, query: Query, resourceVersion: string) {
  const [namespace, name] = placeOf(query)
  const selectors = query.by === 'name' ? { fieldSelector: `metadata.name=${name}` } : selectorsOf(query)
  return {
    verb: 'watch' as const,
    path: pathOf(resourceOf(query), namespace),
    query: { ...selectors, resourceVersion, watch: 'true' },
    ...(isTable(session) && isLaidOutThere(session) ? { accept: 'table' as const } : {}),
  }
}

/** Tables keep their widths over the whole watch; other formats print object by object. */
function eventPrinter(session: Session, query: Query): (event: string, body: KubeObject | Table) => string {
  const named = session.flags.bool('output-watch-events')
  if (isTable(session)) {
    const printer = new TablePrinter(tableOptions(session, resourceOf(query), session.flags.bool('show-kind')))
    const tableOf = (body: KubeObject | Table): Table => (body.kind === 'Table' ? (body as Table) : plainTable(session, [body as KubeObject]))
    return (event, body) => printer.print(tableOf(body), named ? event : undefined)
  }
  const print = printerFor(session)
  return (event, body) => {
    const items = (body as { items?: unknown[] }).items ?? [body]
    return items.map((item) => print(named ? { type: event, object: item } : item)).join('')
  }
}
