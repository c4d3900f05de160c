/** Commands and terminals inside containers: what exec, attach, run, cp and debug share. */
import type { Request } from '../engine/api/request.ts'
import type { Pod } from '../engine/api/types.ts'
import type { FlagSpec } from './commandLine/flags.ts'
import { CommandError, ExitError, ServerError } from './errors.ts'
import { pathOf } from './paths.ts'
import { podsResource } from './podsOf.ts'
import { close, err, next, open, out, type Session, type Task } from './session.ts'

export const streamFlags: readonly FlagSpec[] = [
  { name: 'container', short: 'c', type: 'string', usage: 'The container; the first one if left out.' },
  { name: 'pod-running-timeout', type: 'duration', default: '1m0s', usage: 'How long to wait for a pod.' },
  { name: 'quiet', short: 'q', type: 'bool', usage: 'Print only what the container prints.' },
  { name: 'stdin', short: 'i', type: 'bool', usage: 'Pass stdin to the container.' },
  { name: 'tty', short: 't', type: 'bool', usage: 'Stdin is a terminal.' },
]

/** Whether the command talks to somebody at a terminal. Told when a terminal was asked for and there is none. */
export function* wantsTerminal(session: Session): Task<boolean> {
  if (!session.flags.bool('stdin') || !session.flags.bool('tty')) return false
  if (session.input.terminal) return true
  if (!session.flags.bool('quiet')) yield* err('Unable to use a TTY - input is not a terminal or the right kind of file\n')
  return false
}

export interface Stream {
  pod: Pod
  container: string
  subresource: 'exec' | 'attach'
  command?: readonly string[]
  stdin?: string | undefined
  terminal?: boolean
}

/** Runs a command in a container; its output appears as it comes. Throws what the command ends with, unless that is 0. */
export function* runStream(session: Session, stream: Stream, write: (to: 'stdout' | 'stderr', text: string) => Task<void> = print): Task<void> {
  const { pod, container, subresource, command, stdin, terminal = false } = stream
  const id = yield* upgrade(session, {
    verb: 'create',
    path: pathOf(podsResource, pod.metadata.namespace ?? '', pod.metadata.name, subresource),
    query: { container, ...(stdin === undefined ? {} : { stdin: 'true' }), stdout: 'true', ...(terminal ? { tty: 'true' } : { stderr: 'true' }) },
    // Without a body's stdin the input stays open, for what is typed.
    body: { ...(command ? { command } : {}), ...(stdin === undefined || session.input.terminal === true ? {} : { stdin }), tty: terminal },
  })
  for (;;) {
    const event = yield* next(session, id, undefined)
    if (event.type === 'TEXT') yield* write(event.to ?? 'stdout', event.text)
    else if (event.type === 'CLOSED') {
      yield* close(id)
      if (event.lost === true) throw new CommandError('error reading from error stream: next reader: websocket: close 1006 (abnormal closure): unexpected EOF')
      return checkEnd(event.exitCode ?? 0, event.error)
    }
  }
}

/** A refused upgrade of the connection is no answer of the API's, and is printed as kubectl's own error. */
function* upgrade(session: Session, request: Request): Task<number> {
  try {
    return yield* open(session, request)
  } catch (error) {
    if (error instanceof ServerError && error.reason === 'InternalError') throw new CommandError(error.message)
    throw error
  }
}

function* print(to: 'stdout' | 'stderr', text: string): Task<void> {
  if (to === 'stdout') yield* out(text)
  else yield* err(text)
}

function checkEnd(exitCode: number, error: string | undefined): void {
  if (error !== undefined) throw new CommandError(`Internal error occurred: ${error}`)
  if (exitCode !== 0) throw new ExitError(`command terminated with exit code ${exitCode}`, exitCode)
}
