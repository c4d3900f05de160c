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
    { name: 'watch', short: 'w', type: 'bool', usage: 'After listing, go on with new events.' },
  ],
  run,
}

const resource = findResource('', 'v1', 'events')!

function* run(session: Session): Task<void> {
  const { flags, context } = session
  const types = flags.list('types')
  if (types.some((type) => !['normal', 'warning'].includes(type.toLowerCase()))) throw new CommandError('valid --types are Normal or Warning')
  const everywhere = flags.bool('all-namespaces')
  const namespace = everywhere ? '' : context.namespace
  const fieldSelector = yield* selectorOf(session)
  const list = yield* listObjects(session, { resource, namespace, fieldSelector })
  const chosen = (list.items as Event[]).filter((event) => isWanted(event, types)).toSorted((a, b) => (lastSeen(a) < lastSeen(b) ? -1 : lastSeen(a) > lastSeen(b) ? 1 : 0))
  const watching = flags.bool('watch')
  if (chosen.length === 0 && !watching) return yield* err(everywhere ? 'No events found.\n' : `No events found in ${namespace} namespace.\n`)
  const format = flags.string('output')
  if (format !== '' && !watching) return yield* out(printerFor(session)(asList(chosen)))
  const print = format === '' ? tablePrinter(session) : eachPrinter(session)
  yield* out(print(chosen, !flags.bool('no-headers')))
  if (watching) yield* watch(session, namespace, fieldSelector, list.resourceVersion, (event) => (isWanted(event, types) ? print([event], false) : ''))
}

const isWanted = (event: Event, types: readonly string[]): boolean => types.length === 0 || types.some((type) => type.toLowerCase() === event.type.toLowerCase())

function* selectorOf(session: Session): Task<string> {
  const about = session.flags.string('for')
  if (about === '') return ''
  const parts = about.split('/')
  if (parts.length !== 2 || parts.includes('')) throw new CommandError('--for must be in resource/name form')
  const kind = yield* plainResourceFor(session, parts[0]!)
  return `involvedObject.kind=${kind.kind},involvedObject.apiVersion=${apiVersionOf(kind)},involvedObject.name=${parts[1]}`
}

type Print = (list: readonly Event[], headers: boolean) => string

function eachPrinter(session: Session): Print {
  const print = printerFor(session)
  return (list) => list.map((event) => print(event)).join('')
}

function tablePrinter(session: Session): Print {
  const writer = new TabWriter(tableLayout)
  const everywhere = session.flags.bool('all-namespaces')
  return (list, headers) => {
    if (headers) writer.write(`${everywhere ? 'NAMESPACE\t' : ''}LAST SEEN\tTYPE\tREASON\tOBJECT\tMESSAGE\n`)
    for (const event of list) {
      const { metadata, type, reason, involvedObject, message } = event
      writer.write(`${everywhere ? `${metadata.namespace}\t` : ''}${intervalOf(event, session.input.now())}\t${type}\t${reason}\t${involvedObject.kind}/${involvedObject.name}\t${message.trim()}\n`)
    }
    return writer.flush()
  }
}

function* watch(session: Session, namespace: string, fieldSelector: string, resourceVersion: string, print: (event: Event) => string): Task<void> {
  const query = { ...(fieldSelector === '' ? {} : { fieldSelector }), resourceVersion, watch: 'true' }
  const stream = yield* open(session, { verb: 'watch', path: pathOf(resource, namespace), query })
  const deadline = deadlineOf(session)
  for (;;) {
    const event = yield* next(session, stream, deadline)
    if (event.type === 'CLOSED' || event.type === 'TIMEOUT') return
    if (event.type === 'ERROR') throw new ServerError(event.object as Status)
    if (event.type === 'ADDED' || event.type === 'MODIFIED') yield* out(print(event.object as Event))
  }
}
