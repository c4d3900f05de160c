import type { Container, Pod } from '../../engine/api/types.ts'
import type { Command } from '../command.ts'
import { CommandError, ExitError, KubectlError } from '../errors.ts'
import { runStream, streamFlags, wantsTerminal } from '../executing.ts'
import { defaultContainer, findContainer } from '../podContainers.ts'
import { err, out, send, type Session, type Task } from '../session.ts'
import { pathOf } from '../paths.ts'
import { podsResource } from '../podsOf.ts'
import { podToEnter } from './exec.ts'
import { resourceFor } from '../discovery.ts'

export const attach: Command = {
  name: 'attach',
  usage: 'attach (POD | TYPE/NAME) -c CONTAINER [options]',
  summary: 'Attach to a running container',
  flags: streamFlags,
  run,
}

function* run(session: Session): Task<void> {
  const { args, flags } = session
  if (args.length === 0) throw new CommandError('at least 1 argument is required for attach')
  if (args.length > 2) throw new CommandError('expected POD, TYPE/NAME, or TYPE NAME, (at most 2 arguments)')
  if (args.length === 2) yield* resourceFor(session, args[0]!)
  const pod = yield* podToEnter(session, args.length === 2 ? args.join('/') : args[0]!)
  const { phase } = pod.status
  if (phase === 'Succeeded' || phase === 'Failed') throw new CommandError(`cannot attach a container in a completed pod; current phase is ${phase}`)
  const wanted = flags.string('container')
  if (wanted !== '' && !findContainer(pod, wanted)) throw new CommandError(`cannot attach to the container: container ${wanted} not found in pod ${pod.metadata.name}`)
  yield* attachTo(session, pod, wanted || (yield* defaultContainer(pod, flags.bool('quiet'))))
}

/** Where nobody can attach, as to a container that has ended meanwhile, there is its log. */
export function* attachOrFollow(session: Session, pod: Pod, container: string): Task<void> {
  try {
    yield* attachTo(session, pod, container)
  } catch (error) {
    if (!(error instanceof KubectlError) || error instanceof ExitError) throw error
    yield* err(`warning: couldn't attach to pod/${pod.metadata.name}, falling back to streaming logs: ${error.message}\n`)
    yield* out(yield* logOf(session, pod, container))
  }
}

export function* logOf(session: Session, { metadata }: Pod, container: string): Task<string> {
  const path = pathOf(podsResource, metadata.namespace ?? '', metadata.name, 'log')
  const response = yield* send(session, { verb: 'get', path, query: { container } })
  return typeof response.body === 'string' ? response.body : ''
}

/** What the container prints from now on, until it ends. */
function* attachTo(session: Session, pod: Pod, container: string): Task<void> {
  const { flags, input } = session
  const terminal = yield* wantsTerminal(session)
  const ephemeral = (pod.spec.ephemeralContainers ?? []) as Container[]
  const tty = [...pod.spec.containers, ...ephemeral].find((c) => c.name === container)?.tty ?? false
  if (terminal && !tty) yield* err(`error: Unable to use a TTY - container ${container} did not allocate one\n`)
  if (!flags.bool('quiet')) yield* err(`${recordedNotice}\nIf you don't see a command prompt, try pressing enter.\n`)
  const raw = terminal && tty
  yield* runStream(session, { pod, container, subresource: 'attach', stdin: flags.bool('stdin') ? input.stdin : undefined, terminal: raw })
  if (raw && !flags.bool('quiet') && pod.spec.restartPolicy === 'Always') yield* out(`${howToReturn(pod, container, ephemeral.some((c) => c.name === container))}\n`)
}

const recordedNotice =
  'All commands and output from this session will be recorded in container logs, including credentials and sensitive information passed through the command prompt.'

function howToReturn({ metadata }: Pod, container: string, ephemeral: boolean): string {
  const command = `'kubectl attach ${metadata.name} -c ${container} -i -t'`
  return ephemeral
    ? `Session ended, the ephemeral container will not be restarted but may be reattached using ${command} if it is still running`
    : `Session ended, resume using ${command} command when the pod is running`
}
