import { timeError } from '../../engine/api/time.ts'
import type { KubeObject, Pod } from '../../engine/api/types.ts'
import { selectorFlag, type Command } from '../command.ts'
import type { FlagSpec } from '../commandLine/flags.ts'
import { CommandError, isNotFound, KubectlError, usageError } from '../errors.ts'
import { pathOf } from '../paths.ts'
import { allContainers, defaultContainer, findContainer } from '../podContainers.ts'
import { byLogging, podSelectorOf, podsOf, podsResource } from '../podsOf.ts'
import { close, err, next, open, out, send, type Session, type Task } from '../session.ts'
import { getObject, type Target } from '../fileTargets.ts'
import { listObjects, splitPair } from '../targets.ts'
import { resourceFor } from '../discovery.ts'
import { checkType } from '../typed.ts'

const flags: readonly FlagSpec[] = [
  { name: 'all-containers', type: 'bool', usage: 'The logs of all containers.' },
  { name: 'all-pods', type: 'bool', usage: 'The logs of all pods of the object.' },
  { name: 'container', short: 'c', type: 'string', usage: 'Whose logs.' },
  { name: 'follow', short: 'f', type: 'bool', usage: 'Go on as the container goes on.' },
  { name: 'ignore-errors', type: 'bool', usage: 'With -f: do not end at an error.' },
  { name: 'insecure-skip-tls-verify-backend', type: 'bool', usage: "Do not verify the kubelet's certificate." },
  { name: 'limit-bytes', type: 'int64', usage: 'At most so many bytes.' },
  { name: 'max-log-requests', type: 'int', default: '5', usage: 'How many logs may be followed at once.' },
  { name: 'pod-running-timeout', type: 'duration', default: '20s', usage: 'How long to wait for a pod.' },
  { name: 'prefix', type: 'bool', usage: 'Put pod and container before each line.' },
  { name: 'previous', short: 'p', type: 'bool', usage: 'The container before the last restart.' },
  selectorFlag,
  { name: 'since', type: 'duration', default: '0s', usage: 'Only what is newer than this.' },
  { name: 'since-time', type: 'string', usage: 'Only what came after this time (RFC3339).' },
  { name: 'tail', type: 'int64', default: '-1', usage: 'So many lines from the end; -1 means all.' },
  { name: 'timestamps', type: 'bool', usage: 'Put the time before each line.' },
]

export const logs: Command = {
  name: 'logs',
  usage: 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER] [options]',
  summary: 'Print the logs for a container in a pod',
  examples: `# What a pod with one container has written
kubectl logs web

# The container before the last restart
kubectl logs -p -c app web

# The last lines, and on with what comes
kubectl logs --tail=20 -f deployment/web

# All containers of all pods with a label
kubectl logs -l app=web --all-containers --prefix`,
  flags,
  run,
}

interface Source {
  pod: Pod
  container: string
}

function* run(session: Session): Task<void> {
  checkArguments(session)
  const container = session.args[1] ?? session.flags.string('container')
  checkOptions(session, container)
  const sources: Source[] = []
  for (const pod of yield* podsToRead(session)) sources.push(...(yield* containersOf(session, pod, container)))
  if (session.flags.bool('follow') && sources.length > 1) {
    const limit = session.flags.number('max-log-requests')
    if (sources.length > limit) {
      throw new CommandError(`you are attempting to follow ${sources.length} log streams, but maximum allowed concurrency is ${limit}, use --max-log-requests to increase the limit`)
    }
  }
  if (session.flags.bool('follow')) yield* follow(session, sources)
  else for (const source of sources) yield* read(session, source)
}

function checkArguments({ args, flags: given }: Session): void {
  const wrong = "expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.\nPOD or TYPE/NAME is a required argument for the logs command"
  const selecting = given.string('selector') !== ''
  if (args.length > 2 || (args.length === 0 && !selecting)) throw usageError('logs', wrong)
  if (args.length === 1 && selecting) throw usageError('logs', 'only a selector (-l) or a POD name is allowed')
}

function checkOptions({ flags: given, args }: Session, container: string): void {
  const since = given.string('since-time')
  const wrong = since === '' ? undefined : timeError(since)
  if (wrong !== undefined) throw new CommandError(wrong)
  if (args.length === 2 && given.string('container') !== '' && given.string('container') !== args[1]) {
    throw new CommandError('only one of -c or an inline [CONTAINER] arg is allowed')
  }
  if (since !== '' && given.duration('since') !== 0) {
    throw new CommandError('at most one of `sinceTime` or `sinceSeconds` may be specified')
  }
  if (given.bool('all-containers') && container !== '') {
    throw new CommandError(`--all-containers=true should not be specified with container name ${container}`)
  }
  if (given.number('tail') < -1) throw new CommandError('--tail must be greater than or equal to -1')
  if (given.changed('limit-bytes') && given.number('limit-bytes') <= 0) throw new CommandError('--limit-bytes must be greater than 0')
  if (given.duration('since') < 0) throw new CommandError('--since must be greater than 0')
}

/** The pod that is named, those that are selected, or the first of an object that has pods. */
function* podsToRead(session: Session): Task<Pod[]> {
  const { namespace } = session.context
  const labelSelector = session.flags.string('selector')
  if (labelSelector !== '') {
    const { items } = yield* listObjects(session, { resource: podsResource, namespace, labelSelector })
    if (items.length === 0) yield* err(`No resources found in ${namespace} namespace.\n`)
    return items as Pod[]
  }
  const { type, name } = session.args[0]!.includes('/') ? splitPair(session.args[0]!) : { type: 'pods', name: session.args[0]! }
  const resource = yield* resourceFor(session, type)
  const target: Target = { resource, namespace: resource.namespaced ? namespace : '', name, source: '', object: undefined }
  let object: KubeObject
  try {
    object = yield* getObject(session, target)
  } catch (error) {
    if (isNotFound(error)) throw new CommandError(`error from server (NotFound): ${(error as KubectlError).message} in namespace "${namespace}"`)
    throw error
  }
  if (object.kind === 'Pod') return [object as Pod]
  checkType(resource)
  checkPods(target, object)
  const pods = yield* podsOf(session, target, object, byLogging)
  if (pods.length === 1 || session.flags.bool('all-pods')) return pods
  yield* err(`Found ${pods.length} pods, using pod/${pods[0].metadata.name}\n`)
  return [pods[0]]
}

/** A kind without pods, or a service that selects none. */
function checkPods(target: Target, object: KubeObject): void {
  try {
    podSelectorOf(target, object)
  } catch (error) {
    if (!(error instanceof CommandError)) throw error
    throw new CommandError(`cannot get the logs from *${target.resource.version}.${target.resource.kind}: ${error.message}`)
  }
}

function* containersOf(session: Session, pod: Pod, wanted: string): Task<Source[]> {
  if (session.flags.bool('all-containers')) {
    const { init, main, ephemeral } = allContainers(pod)
    return [...init, ...main, ...ephemeral].map((name) => ({ pod, container: name }))
  }
  const container = wanted === '' ? yield* defaultContainer(pod) : wanted
  if (!findContainer(pod, container)) throw new CommandError(`container ${container} is not valid for pod ${pod.metadata.name}`)
  return [{ pod, container }]
}

function queryOf(session: Session, container: string): Record<string, string> {
  const given = session.flags
  const since = given.duration('since')
  const tail = given.changed('tail') || given.string('selector') === '' ? given.number('tail') : 10
  return {
    container,
    ...(given.bool('follow') ? { follow: 'true' } : {}),
    ...(given.number('limit-bytes') > 0 ? { limitBytes: given.string('limit-bytes') } : {}),
    ...(given.bool('previous') ? { previous: 'true' } : {}),
    ...(since > 0 ? { sinceSeconds: String(Math.ceil(since / 1000)) } : {}),
    ...(given.string('since-time') !== '' ? { sinceTime: given.string('since-time') } : {}),
    ...(tail >= 0 ? { tailLines: String(tail) } : {}),
    ...(given.bool('timestamps') ? { timestamps: 'true' } : {}),
  }
}

function logPath({ pod }: Source): string {
  return pathOf(podsResource, pod.metadata.namespace ?? '', pod.metadata.name, 'log')
}

function* read(session: Session, source: Source): Task<void> {
  try {
    const response = yield* send(session, { verb: 'get', path: logPath(source), query: queryOf(session, source.container) })
    yield* out(prefixed(session, source, typeof response.body === 'string' ? response.body : ''))
  } catch (error) {
    if (!(error instanceof KubectlError) || !session.flags.bool('ignore-errors')) throw error
    yield* err(`error: ${error.message}\n`)
  }
}

/** Follows all sources in turn; a stream that has nothing to say lets the others speak. */
function* follow(session: Session, sources: readonly Source[]): Task<void> {
  let following: { source: Source; stream: number }[] = []
  for (const source of sources) {
    // The server ends such a stream at once.
    if (!source.pod.spec.nodeName) continue
    const request = { verb: 'get' as const, path: logPath(source), query: queryOf(session, source.container) }
    following.push({ source, stream: yield* open(session, request) })
  }
  while (following.length > 0) {
    const goingOn: typeof following = []
    for (const entry of following) {
      const deadline = following.length === 1 ? undefined : session.input.now() + turnMs
      const event = yield* next(session, entry.stream, deadline)
      if (event.type === 'TEXT') yield* out(prefixed(session, entry.source, event.text))
      if (event.type === 'TEXT' || event.type === 'TIMEOUT') goingOn.push(entry)
      else {
        yield* close(entry.stream)
        if (event.type === 'CLOSED' && event.lost === true) throw new CommandError('unexpected EOF')
      }
    }
    following = goingOn
  }
}

const turnMs = 100

function prefixed(session: Session, { pod, container }: Source, text: string): string {
  const named = session.flags.bool('prefix') || session.flags.bool('all-pods')
  if (!named || text === '') return text
  const lines = text.endsWith('\n') ? text.slice(0, -1).split('\n') : text.split('\n')
  return lines.map((line) => `[pod/${pod.metadata.name}/${container}] ${line}\n`).join('')
}
