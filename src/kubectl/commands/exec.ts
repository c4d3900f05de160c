import type { Command } from '../command.ts'
import type { FlagSpec } from '../commandLine/flags.ts'
import { CommandError, ExitError, ServerError, usageError } from '../errors.ts'
import { containerIn, podNamed } from '../onePod.ts'
import { pathOf } from '../paths.ts'
import { podsResource } from '../podsOf.ts'
import { err, next, open, out, type Session, type Task } from '../session.ts'

const flags: readonly FlagSpec[] = [
  { name: 'container', short: 'c', type: 'string', usage: 'In which container.' },
  { name: 'pod-running-timeout', type: 'duration', default: '1m0s', usage: 'How long to wait for a pod.' },
  { name: 'quiet', short: 'q', type: 'bool', usage: 'Print only what the command prints.' },
  { name: 'stdin', short: 'i', type: 'bool', usage: 'Pass stdin to the container.' },
  { name: 'tty', short: 't', type: 'bool', usage: 'Stdin is a terminal.' },
]

export const exec: Command = {
  name: 'exec',
  usage: 'exec (POD | TYPE/NAME) [-c CONTAINER] [flags] -- COMMAND [args...]',
  summary: 'Execute a command in a container',
  flags,
  run,
}

function* run(session: Session): Task<void> {
  const { args, dash } = session
  if (dash < 0 && args.length > 1) throw usageError('exec', 'exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] instead')
  if (args.length === 0 || dash === 0) throw new CommandError('pod, type/name or --filename must be specified')
  const command = dash < 0 ? [] : args.slice(dash)
  if (command.length === 0) throw new CommandError('you must specify at least one command for the container')
  const pod = yield* podNamed(session, args[0]!)
  const container = yield* containerIn(session, pod)
  const stream = yield* start(session, pathOf(podsResource, pod.metadata.namespace ?? '', pod.metadata.name, 'exec'), container, {
    command,
    ...(session.flags.bool('stdin') ? { stdin: session.input.stdin } : {}),
    ...((yield* isTerminal(session)) ? { tty: true } : {}),
  })
  yield* copyOutput(session, stream)
}

/** Input that comes through a pipe makes no terminal (term.TTY). */
function* isTerminal({ flags: given, input }: Session): Task<boolean> {
  if (!given.bool('tty')) return false
  if (!given.bool('stdin') || input.stdin === '') return true
  yield* err('Unable to use a TTY - input is not a terminal or the right kind of file\n')
  return false
}

/** A refused upgrade of the connection is no answer of the API's, and is printed as kubectl's own error. */
function* start(session: Session, path: string, container: string, body: object): Task<number> {
  try {
    return yield* open(session, { verb: 'create', path, query: { container }, body })
  } catch (error) {
    if (error instanceof ServerError && error.reason === 'InternalError') throw new CommandError(error.message)
    throw error
  }
}

/** Prints what the command prints, until it ends; its exit code is kubectl's. */
function* copyOutput(session: Session, stream: number): Task<void> {
  for (;;) {
    const event = yield* next(session, stream, undefined)
    if (event.type === 'TEXT') yield* event.to === 'stderr' ? err(event.text) : out(event.text)
    if (event.type !== 'CLOSED') continue
    if (event.error !== undefined) throw new CommandError(`Internal error occurred: ${event.error}`)
    if (event.exitCode !== undefined && event.exitCode !== 0) throw new ExitError(`command terminated with exit code ${event.exitCode}`, event.exitCode)
    return
  }
}
