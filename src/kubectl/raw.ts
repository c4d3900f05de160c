/** `--raw`: a path of the API server itself, with a file as its body (kubectl/pkg/rawhttp). */
import { goQuote } from '../engine/api/field.ts'
import { onTheWire } from '../engine/api/onTheWire.ts'
import type { StreamEvent } from '../engine/client/program.ts'
import type { Flags, FlagSpec } from './commandLine/flags.ts'
import { CommandError, usageError } from './errors.ts'
import { normalize } from './manifest/files.ts'
import { inStructOrder, versionInOrder } from './printing/structOrder.ts'
import { toIndentedJson, toJson } from './printing/goJson.ts'
import { close, next, open, out, send, type Session, type Task } from './session.ts'
import type { KubeObject } from '../engine/api/types.ts'

export const rawFlag = (verb: string): FlagSpec => ({ name: 'raw', type: 'string', usage: `A URI to ${verb}.` })

/** What `--raw` does not go with, in commands that read a file. */
export function checkRaw(session: Session, command: string): void {
  const { flags } = session
  const [file = '', ...more] = flags.list('filename')
  const refuse = (message: string): never => {
    throw usageError(command, message)
  }
  if (flags.has('edit') && flags.bool('edit')) refuse('--raw and --edit are mutually exclusive')
  if (file === '' || more.length > 0) refuse('--raw can only use a single local file or stdin')
  if (/^https?:\/\//.test(file)) refuse('--raw cannot read from a url')
  if (flags.bool('recursive')) refuse('--raw and --recursive are mutually exclusive')
  if (flags.has('selector') && flags.string('selector') !== '') refuse('--raw and --selector (-l) are mutually exclusive')
  if (flags.string('output') !== '') refuse('--raw and --output are mutually exclusive')
  const problem = uriProblem(flags)
  if (problem !== undefined) refuse(problem)
}

export function checkUri(flags: Flags): void {
  const problem = uriProblem(flags)
  if (problem !== undefined) throw new CommandError(problem)
}

function uriProblem(flags: Flags): string | undefined {
  const uri = flags.string('raw')
  return uri.startsWith('/') || /^[a-z][a-z0-9+.-]*:/i.test(uri) ? undefined : `--raw must be a valid URL path: parse ${goQuote(uri)}: invalid URI for request`
}

/** As often Go's client lets itself be sent somewhere else. */
const redirectsMax = 10

/** Asks, and prints the answer as it comes. */
export function* sendRaw(session: Session, verb: 'get' | 'create' | 'update' | 'delete'): Task<void> {
  const path = session.flags.string('raw')
  const [file = ''] = session.flags.list('filename')
  const body = file === '' ? undefined : bodyOf(session, file)
  if (verb === 'get' && isStreamed(path)) return yield* streamed(session, path, out)
  let response = yield* send(session, { verb, path, ...(body === undefined ? {} : { body }) })
  for (let i = 0; i < redirectsMax && verb === 'get' && response.location?.startsWith('/') === true; i++) response = yield* send(session, { verb, path: response.location })
  const answer = response.body
  if (typeof answer === 'string') return yield* out(answer)
  // The one answer that the server writes for people.
  if (path === '/version') return yield* out(toIndentedJson(versionInOrder(answer), '  '))
  yield* out(`${toJson(inStructOrder(onTheWire(answer)))}\n`)
}

/** Whether the answer to a GET comes bit by bit: a watch, or a log that is followed. */
export function isStreamed(path: string): boolean {
  const [at = '', query = ''] = path.split('?')
  const wants = (name: string) => query.split('&').some((pair) => pair.replace(/=.*/, '') === name && !/=(?:0|false)$/i.test(pair))
  // "/api/v1/namespaces/a/pods", "/apis/apps/v1/deployments": one object is not watched.
  const parts = at.split('/').slice(at.startsWith('/apis/') ? 4 : 3)
  const isCollection = parts.length === 1 || (parts.length === 3 && parts[0] === 'namespaces')
  return (wants('watch') && isCollection) || (wants('follow') && at.endsWith('/log'))
}

/** Passes on what comes, each event of a watch as a line, until the stream ends. `deadline`: virtual ms. */
export function* streamed(session: Session, path: string, tell: (text: string) => Task<void>, deadline?: number): Task<void> {
  const stream = yield* open(session, { verb: 'GET', path })
  for (;;) {
    const event: StreamEvent = yield* next(session, stream, deadline)
    if (event.type === 'TIMEOUT') return yield* close(stream)
    if (event.type === 'CLOSED') return
    if (event.type === 'TEXT') yield* tell(event.text)
    else if ('object' in event) yield* tell(`${toJson(new Map<string, unknown>([['type', event.type], ['object', inStructOrder(onTheWire(event.object as KubeObject))]]))}\n`)
  }
}

function bodyOf({ input }: Session, file: string): KubeObject {
  const text = file === '-' ? input.stdin : input.files[normalize(file)]
  if (text === undefined) throw new CommandError(`open ${file}: no such file or directory`)
  try {
    return JSON.parse(text) as KubeObject
  } catch {
    throw new CommandError('--raw with a body that is not JSON is not supported by Podreel')
  }
}
