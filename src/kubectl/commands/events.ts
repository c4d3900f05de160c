import { lastSeen } from '../../engine/api/eventTimes.ts'
import { apiVersionOf, findResource } from '../../engine/api/resources.ts'
import type { Event, Status } from '../../engine/api/types.ts'
import { allNamespacesFlag, type Command } from '../command.ts'
import { intervalOf } from '../describe/events.ts'
import { plainResourceFor } from '../discovery.ts'
import { CommandError, ServerError } from '../errors.ts'
import { pathOf } from '../paths.ts'
import { asList, outputFlags, printerFor } from '../printing/output.ts'
import { tableLayout, TabWriter } from '../printing/tabwriter.ts'
import { err, next, open, out, type Session, type Task } from '../session.ts'
import { listObjects } from '../targets.ts'
import { deadlineOf } from './getWatch.ts'

export const events: Command = {
  name: 'events',
  usage: 'events [(-o|--output=)json|yaml|name|jsonpath|jsonpath-as-json|jsonpath-file] [--for TYPE/NAME] [--watch] [--types=Normal,Warning] [options]',
  summary: 'List events',
  flags: [
    allNamespacesFlag,
    { name: 'chunk-size', type: 'int64', default: '500', usage: 'Ask for large lists in pieces of this size.' },
    { name: 'for', type: 'string', usage: 'Only the events about this object: TYPE/NAME.' },
    { name: 'no-headers', type: 'bool', usage: 'No titles.' },
    ...outputFlags,
    { name: 'types', type: 'strings', values: ['Normal', 'Warning'], usage: 'Only events of these types.' },
    { name: 'watch', short: 'w', type: 'bool', usage: 'What is there and what comes.' },
  ],
  run,
}

const resource = findResource('', 'v1', 'events')!

function* run(session: Session): Task<void> {
  const { flags, context } = session
  const fieldSelector = yield* selectorOf(session)
  const printObject = flags.string('output') === '' ? undefined : printerFor(session, '')
  const printRows = tablePrinter(session)
  const types = flags.list('types')
  if (types.some((type) => !['normal', 'warning'].includes(type.toLowerCase()))) throw new CommandError('valid --types are Normal or Warning')
  const everywhere = flags.bool('all-namespaces')
  const namespace = everywhere ? '' : context.namespace
  const isWanted = (event: Event): boolean => types.length === 0 || types.some((type) => type.toLowerCase() === event.type.toLowerCase())
  if (flags.bool('watch')) return yield* watch(session, namespace, fieldSelector, (event) => (!isWanted(event) ? '' : printObject?.(event) ?? printRows([event])))
  const list = yield* listObjects(session, { resource, namespace, fieldSelector })
  const chosen = (list.items as Event[]).filter(isWanted).toSorted((a, b) => (lastSeen(a) < lastSeen(b) ? -1 : lastSeen(a) > lastSeen(b) ? 1 : 0))
  if (chosen.length === 0) return yield* err(everywhere ? 'No events found.\n' : `No events found in ${namespace} namespace.\n`)
  yield* out(printObject?.(asList(chosen)) ?? printRows(chosen))
}

function* selectorOf(session: Session): Task<string> {
  const about = session.flags.string('for')
  if (about === '') return ''
  const parts = about.split('/')
  if (parts.length === 1) throw new CommandError('--for must be in resource/name form')
  if (parts.length > 2) throw new CommandError('arguments in resource/name form may not have more than one slash')
  const kind = yield* plainResourceFor(session, parts[0]!)
  return `involvedObject.kind=${kind.kind},involvedObject.apiVersion=${apiVersionOf(kind)},involvedObject.name=${parts[1]}`
}

/** Its titles stand above the first row, whenever that comes. */
function tablePrinter(session: Session): (rows: readonly Event[]) => string {
  const writer = new TabWriter(tableLayout)
  const everywhere = session.flags.bool('all-namespaces')
  let isTitled = session.flags.bool('no-headers')
  return (rows) => {
    if (!isTitled) writer.write(`${everywhere ? 'NAMESPACE\t' : ''}LAST SEEN\tTYPE\tREASON\tOBJECT\tMESSAGE\n`)
    isTitled = true
    for (const event of rows) {
      const { metadata, type, reason, involvedObject, message } = event
      writer.write(`${everywhere ? `${metadata.namespace}\t` : ''}${intervalOf(event, session.input.now())}\t${type}\t${reason}\t${involvedObject.kind}/${involvedObject.name}\t${message.trim()}\n`)
    }
    return writer.flush()
  }
}

/** Without a list before it: the stream begins with what is there, in the order of names. */
function* watch(session: Session, namespace: string, fieldSelector: string, print: (event: Event) => string): Task<void> {
  const query = { ...(fieldSelector === '' ? {} : { fieldSelector }), watch: 'true' }
  const stream = yield* open(session, { verb: 'watch', path: pathOf(resource, namespace), query })
  const deadline = deadlineOf(session)
  for (;;) {
    const event = yield* next(session, stream, deadline)
    if (event.type === 'CLOSED' || event.type === 'TIMEOUT') return
    if (event.type === 'ERROR') throw new ServerError(event.object as Status)
    if (event.type === 'ADDED' || event.type === 'MODIFIED') yield* out(print(event.object as Event))
  }
}
