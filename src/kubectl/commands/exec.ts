import type { Pod } from '../../engine/api/types.ts'
import type { Command } from '../command.ts'
import { resourceFor } from '../discovery.ts'
import { CommandError, usageError } from '../errors.ts'
import { runStream, streamFlags, wantsTerminal } from '../executing.ts'
import { defaultContainer } from '../podContainers.ts'
import { byActivity, NoPodSelector, podsOf, podsResource } from '../podsOf.ts'
import type { Session, Task } from '../session.ts'
import { getObject, type Target } from '../fileTargets.ts'
import { fetchTargets, findTargets, splitPair } from '../targets.ts'
import { checkType } from '../typed.ts'

export const exec: Command = {
  name: 'exec',
  usage: 'exec (POD | TYPE/NAME) [-c CONTAINER] [flags] -- COMMAND [args...] [options]',
  summary: 'Execute a command in a container',
  examples: `# One command in the first container
kubectl exec web -- date

# In another container
kubectl exec web -c sidecar -- date

# A shell
kubectl exec -it web -- sh

# In the first pod of a deployment
kubectl exec deploy/web -- date`,
  flags: [{ name: 'filename', short: 'f', type: 'strings', usage: 'A file that names the pod.' }, ...streamFlags],
  run,
}

function* run(session: Session): Task<void> {
  const { flags, args, dash, input } = session
  const fromFile = flags.list('filename').length > 0
  const before = dash < 0 ? args.length : dash
  if (dash < 0 && args.length > 1 && !fromFile) throw usageError('exec', 'exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] instead')
  if (before === 0 && !fromFile) throw new CommandError('pod, type/name or --filename must be specified')
  const command = fromFile ? args.slice(Math.max(dash, 0)) : args.slice(Math.max(dash, 1))
  if (command.length === 0) throw new CommandError('you must specify at least one command for the container')
  const pod = yield* podToEnter(session, fromFile ? undefined : args[0]!)
  const { phase } = pod.status
  if (phase === 'Succeeded' || phase === 'Failed') throw new CommandError(`cannot exec into a container in a completed pod; current phase is ${phase}`)
  const container = flags.string('container') || (yield* defaultContainer(pod, flags.bool('quiet')))
  const terminal = yield* wantsTerminal(session)
  yield* runStream(session, { pod, container, subresource: 'exec', command, stdin: flags.bool('stdin') ? input.stdin : undefined, terminal })
}

/** The pod that an argument means: itself, or the best one of what has pods. Undefined: that of the file. */
export function* podToEnter(session: Session, argument: string | undefined): Task<Pod> {
  const target = argument === undefined ? yield* fromFiles(session) : yield* named(session, argument)
  const object = target.object ?? (yield* getObject(session, target))
  checkType(target.resource)
  if (target.resource.kind === 'Pod') return object as Pod
  try {
    return (yield* podsOf(session, target, object, byActivity))[0]
  } catch (error) {
    if (!(error instanceof NoPodSelector) && !(error instanceof CommandError && error.message.startsWith('invalid '))) throw error
    throw new CommandError(`cannot attach to *${target.resource.version}.${target.resource.kind}: ${error.message}`)
  }
}

function* named(session: Session, argument: string): Task<Target> {
  const { namespace } = session.context
  if (!argument.includes('/')) return { resource: podsResource, namespace, name: argument, source: '', object: undefined }
  const { type, name } = splitPair(argument)
  const resource = yield* resourceFor(session, type)
  return { resource, namespace: resource.namespaced ? namespace : '', name, source: '', object: undefined }
}

function* fromFiles(session: Session): Task<Target> {
  const targets = yield* fetchTargets(session, yield* findTargets(session, { args: [], filenames: session.flags.list('filename') }))
  if (targets.length !== 1) throw new CommandError('cannot exec into multiple objects at a time')
  return targets[0]!
}
