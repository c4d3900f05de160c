import { isMirrorPod } from '../../engine/api/machine.ts'
import { findResource } from '../../engine/api/resources.ts'
import { isSelectorError, parseSelector } from '../../engine/api/selector.ts'
import { formatDuration, parseTime } from '../../engine/api/time.ts'
import type { Pod } from '../../engine/api/types.ts'
import { dryRunFlag, selectorFlag, type Command } from '../command.ts'
import { dryRunOf, withDryRun, type DryRun } from '../dryRun.ts'
import { CommandError, ExitError, isNotFound, KubectlError, ServerError, SeveralErrors, throwAll } from '../errors.ts'
import { pathOf } from '../paths.ts'
import { podsResource } from '../podsOf.ts'
import { objectName } from '../printing/output.ts'
import { err, out, send, sleep, type Session, type Task } from '../session.ts'
import { getObject, type Target } from '../fileTargets.ts'
import { listObjects } from '../targets.ts'
import { cordonAll, nodesToChange } from './cordon.ts'

export const drain: Command = {
  name: 'drain',
  usage: 'drain NODE [options]',
  summary: 'Drain node in preparation for maintenance',
  examples: `# Whatever its pods are
kubectl drain node1 --force

# With daemon sets, and with data in emptyDirs that may go
kubectl drain node1 --ignore-daemonsets --delete-emptydir-data`,
  flags: [
    { name: 'chunk-size', type: 'int64', default: '500', usage: 'Ask for large lists in pieces of this size.' },
    { name: 'delete-emptydir-data', type: 'bool', usage: 'Go on even if pods use emptyDir, whose data will be gone.' },
    { name: 'delete-local-data', type: 'bool', usage: 'Old name of --delete-emptydir-data.', hidden: true, deprecated: 'This option is deprecated and will be deleted. Use --delete-emptydir-data.' },
    { name: 'disable-eviction', type: 'bool', usage: 'Delete the pods; disruption budgets are not asked.' },
    dryRunFlag,
    { name: 'force', type: 'bool', usage: 'Go on even if pods have no controller.' },
    { name: 'grace-period', type: 'int', default: '-1', usage: 'Seconds that each pod has to end; -1 leaves it to the pod.' },
    { name: 'ignore-daemonsets', type: 'bool', usage: 'Leave the pods of daemon sets where they are.' },
    { name: 'pod-selector', type: 'string', usage: 'Only the pods with these labels.' },
    selectorFlag,
    { name: 'skip-wait-for-delete-timeout', type: 'int', usage: 'Do not wait for pods that have been going for so many seconds.' },
    { name: 'timeout', type: 'duration', default: '0s', usage: 'How long to wait; 0 waits for ever.' },
  ],
  run,
}

function* run(session: Session): Task<void> {
  const dryRun = yield* dryRunOf(session)
  if (isSelectorError(parseSelector(session.flags.string('pod-selector')))) throw new CommandError('--pod-selector=<pod_selector> must be a valid label selector')
  const nodes = yield* nodesToChange(session, 'drain NODE')
  yield* cordonAll(session, nodes, true, dryRun)
  const errors: KubectlError[] = []
  const pending: string[] = []
  for (const { name, object } of nodes) {
    try {
      yield* drainNode(session, name, dryRun)
      yield* out(`${objectName({ ...object!, kind: 'Node' })} ${withDryRun('drained', dryRun)}\n`)
    } catch (error) {
      if (!(error instanceof KubectlError)) throw error
      yield* err(`error: unable to drain node "${name}" due to error: ${error.message}, continuing command...\n`)
      errors.push(error)
      pending.push(name)
    }
  }
  if (pending.length > 0) yield* err(`There are pending nodes to be drained:\n${pending.map((name) => ` ${name}\n`).join('')}`)
  if (errors.length > 0) throw new ExitError(errors.flatMap(each).map((e) => e.message).join('\n'), 1)
}

function each(error: KubectlError): readonly KubectlError[] {
  return error instanceof SeveralErrors ? error.errors : [error]
}

type Verdict = { leave: boolean; warning?: string; error?: string }

interface Judged {
  pod: Pod
  verdict: Verdict
}

const daemonSets = findResource('apps', 'v1', 'daemonsets')!
const stay: Verdict = { leave: true }
const fine: Verdict = { leave: false }

function* drainNode(session: Session, name: string, dryRun: DryRun): Task<void> {
  const judged = yield* podsToDelete(session, name)
  const warnings = inGroups(judged, ({ warning }) => warning)
  if (warnings.length > 0) yield* err(`Warning: ${warnings.map(([text, pods]) => `${text}: ${pods.join(', ')}`).join('; ')}\n`)
  const pods = judged.filter(({ verdict }) => !verdict.leave).map(({ pod }) => pod)
  if (dryRun === 'client') {
    for (const { metadata } of pods) yield* out(`evicting pod ${metadata.namespace}/${metadata.name} (dry run)\n`)
    return
  }
  try {
    if (session.flags.bool('disable-eviction')) yield* deletePods(session, pods, dryRun)
    else yield* evictPods(session, pods, dryRun)
  } catch (error) {
    if (!(error instanceof KubectlError)) throw error
    const left = (yield* podsToDelete(session, name)).filter(({ verdict }) => !verdict.leave)
    if (left.length > 0) {
      yield* err(`There are pending pods in node "${name}" when an error occurred: ${error.message}\n`)
      for (const { pod } of left) yield* err(`pod/${pod.metadata.name}\n`)
    }
    throw error
  }
}

/** All pods of the node, each with what is to become of it; throws where the flags do not allow it. */
function* podsToDelete(session: Session, node: string): Task<Judged[]> {
  const query = { resource: podsResource, namespace: '', labelSelector: session.flags.string('pod-selector'), fieldSelector: `spec.nodeName=${node}` }
  const { items } = yield* listObjects(session, query)
  const judged: Judged[] = []
  for (const pod of items as Pod[]) judged.push({ pod, verdict: yield* judge(session, pod) })
  throwAll(inGroups(judged, ({ error }) => error).map(([text, pods]) => new CommandError(`cannot delete ${text}: ${pods.join(', ')}`)))
  return judged
}

function inGroups(judged: readonly Judged[], textOf: (verdict: Verdict) => string | undefined): [text: string, pods: string[]][] {
  const groups = new Map<string, string[]>()
  for (const { pod, verdict } of judged) {
    const text = textOf(verdict)
    if (text === undefined) continue
    const name = `${pod.metadata.namespace}/${pod.metadata.name}`
    groups.set(text, [...(groups.get(text) ?? []), name])
  }
  return [...groups]
}

/** drain's filters, in their order: the first that speaks against a deletion decides. */
function* judge(session: Session, pod: Pod): Task<Verdict> {
  const { flags } = session
  const finished = pod.status.phase === 'Succeeded' || pod.status.phase === 'Failed'
  if (isSkipped(session, pod)) return stay
  const owner = pod.metadata.ownerReferences?.find((ref) => ref.controller)
  if (owner?.kind === 'DaemonSet' && !finished) {
    const verdict = yield* judgeDaemonPod(session, pod, owner.name)
    if (verdict.leave) return verdict
  }
  if (isMirrorPod(pod)) return stay
  if (finished) return fine
  if (pod.spec.volumes?.some((volume) => volume.emptyDir) && !flags.bool('delete-emptydir-data')) {
    return { leave: true, error: 'Pods with local storage (use --delete-emptydir-data to override)' }
  }
  if (owner) return fine
  if (flags.bool('force')) return { leave: false, warning: 'deleting Pods that declare no controller' }
  return { leave: true, error: 'cannot delete Pods that declare no controller (use --force to override)' }
}

function* judgeDaemonPod(session: Session, pod: Pod, name: string): Task<Verdict> {
  try {
    yield* getObject(session, { resource: daemonSets, namespace: pod.metadata.namespace ?? '', name, source: '', object: undefined })
  } catch (error) {
    if (!(error instanceof KubectlError)) throw error
    if (isNotFound(error) && session.flags.bool('force')) return { leave: false, warning: error.message }
    return { leave: true, error: error.message }
  }
  if (!session.flags.bool('ignore-daemonsets')) return { leave: true, error: 'DaemonSet-managed Pods (use --ignore-daemonsets to ignore)' }
  return { leave: true, warning: 'ignoring DaemonSet-managed Pods' }
}

interface Going {
  pod: Pod
  doing: 'evict' | 'wait'
  /** When the next look at it is due. */
  at: number
}

const retryMs = 5000
const pollMs = 1000

/** Evicts all pods at the same time and waits until they are gone. */
function* evictPods(session: Session, pods: readonly Pod[], dryRun: DryRun): Task<void> {
  const timeout = session.flags.duration('timeout')
  const start = session.input.now()
  const deadline = timeout > 0 ? start + timeout : Infinity
  const errors: KubectlError[] = []
  // Goroutines: the one made last runs first, the others in order.
  let going: Going[] = [...pods.slice(-1), ...pods.slice(0, -1)].map((pod) => ({ pod, doing: 'evict', at: start }))
  while (going.length > 0) {
    const next = going.reduce((a, b) => (b.at < a.at || (b.at === a.at && a.doing === 'wait' && b.doing === 'evict') ? b : a))
    yield* sleep(next.at - session.input.now())
    try {
      const expired = session.input.now() >= deadline
      const done = next.doing === 'evict' ? yield* evictOnce(session, next, dryRun, expired) : yield* lookOnce(session, next, expired)
      if (done) going = going.filter((entry) => entry !== next)
    } catch (error) {
      if (!(error instanceof KubectlError)) throw error
      errors.push(error)
      going = going.filter((entry) => entry !== next)
    }
  }
  throwAll(errors)
}

function* evictOnce(session: Session, entry: Going, dryRun: DryRun, expired: boolean): Task<boolean> {
  const { name, namespace = '' } = entry.pod.metadata
  const subject = `pods/"${name}" -n "${namespace}"`
  yield* out(`evicting pod ${namespace}/${name}${dryRun === 'server' ? ' (server dry run)' : ''}\n`)
  if (expired) throw new CommandError(`error when evicting ${subject}: global timeout reached: ${timeoutText(session)}`)
  try {
    yield* send(session, { verb: 'create', path: pathOf(podsResource, namespace, name, 'eviction'), query: dryRun === 'server' ? { dryRun: 'All' } : {}, body: eviction(session, entry.pod) })
  } catch (error) {
    if (!(error instanceof KubectlError)) throw error
    if (isNotFound(error)) return true
    if (error instanceof ServerError && error.status.code === 429) {
      yield* err(`error when evicting ${subject} (will retry after 5s): ${error.message}\n`)
      entry.at = session.input.now() + retryMs
      return false
    }
    if (error instanceof ServerError && isTerminatingNamespace(error)) {
      // Such a pod is going anyway, or will be in a moment.
      if ((yield* current(session, entry.pod))?.metadata.deletionTimestamp !== undefined) return waits(session, entry)
      yield* err(`error when evicting pod "${name}" from terminating namespace "${namespace}" (will retry after 5s): ${error.message}\n`)
      entry.at = session.input.now() + retryMs
      return false
    }
    throw new CommandError(`error when evicting ${subject}: ${error.message}`)
  }
  if (dryRun === 'server') return true
  return waits(session, entry)
}

function waits(session: Session, entry: Going): false {
  entry.doing = 'wait'
  entry.at = session.input.now()
  return false
}

function isTerminatingNamespace({ status }: ServerError): boolean {
  return status.reason === 'Forbidden' && (status.details?.causes ?? []).some(({ reason }) => reason === 'NamespaceTerminating')
}

/** Whether the pod is gone; a look a second. */
function* lookOnce(session: Session, entry: Going, expired: boolean): Task<boolean> {
  const { name, namespace = '' } = entry.pod.metadata
  const failed = (why: string) => new CommandError(`error when waiting for pod "${name}" in namespace "${namespace}" to terminate: ${why}`)
  let pod: Pod | undefined
  try {
    pod = yield* current(session, entry.pod)
  } catch (error) {
    throw error instanceof ServerError ? failed(error.message) : error
  }
  if (pod !== undefined) {
    if (!(yield* isAwaited(session, pod))) return true
    if (expired) throw failed(`global timeout reached: ${timeoutText(session)}`)
    entry.at += pollMs
    return false
  }
  yield* out(`pod/${name} evicted\n`)
  return true
}

const timeoutText = ({ flags }: Session): string => formatDuration(flags.duration('timeout'))

function targetOfPod({ metadata }: Pod): Target {
  return { resource: podsResource, namespace: metadata.namespace ?? '', name: metadata.name, source: '', object: undefined }
}

function eviction({ flags }: Session, { metadata }: Pod): unknown {
  const grace = flags.number('grace-period')
  return {
    apiVersion: 'policy/v1',
    kind: 'Eviction',
    metadata: { name: metadata.name, namespace: metadata.namespace },
    deleteOptions: grace >= 0 ? { gracePeriodSeconds: grace } : {},
  }
}

/** --disable-eviction */
function* deletePods(session: Session, pods: readonly Pod[], dryRun: DryRun): Task<void> {
  const grace = session.flags.number('grace-period')
  const timeout = session.flags.duration('timeout')
  const deadline = timeout > 0 ? session.input.now() + timeout : Infinity
  for (const { metadata } of pods) {
    const path = pathOf(podsResource, metadata.namespace ?? '', metadata.name)
    try {
      yield* send(session, { verb: 'delete', path, query: dryRun === 'server' ? { dryRun: 'All' } : {}, body: { kind: 'DeleteOptions', apiVersion: 'v1', ...(grace >= 0 ? { gracePeriodSeconds: grace } : {}) } })
    } catch (error) {
      if (!isNotFound(error)) throw error
    }
  }
  if (dryRun === 'server') return
  let left = [...pods]
  while (left.length > 0) {
    const still: Pod[] = []
    for (const pod of left) {
      const now = yield* current(session, pod)
      if (now === undefined) yield* out(`pod/${pod.metadata.name} deleted\n`)
      else if (yield* isAwaited(session, now)) still.push(pod)
    }
    left = still
    if (left.length === 0) return
    if (session.input.now() >= deadline) throw new CommandError(`global timeout reached: ${timeoutText(session)}`)
    yield* sleep(pollMs)
  }
}

/** As it is now; undefined when it is gone. */
function* current(session: Session, pod: Pod): Task<Pod | undefined> {
  try {
    const found = (yield* getObject(session, targetOfPod(pod))) as Pod
    return found.metadata.uid === pod.metadata.uid ? found : undefined
  } catch (error) {
    if (isNotFound(error)) return undefined
    throw error
  }
}

/** --skip-wait-for-delete-timeout: it has been going for so long that nobody waits for it. */
function isSkipped({ flags, input }: Session, { metadata }: Pod): boolean {
  const seconds = flags.number('skip-wait-for-delete-timeout')
  const since = parseTime(metadata.deletionTimestamp ?? '')
  return seconds > 0 && since !== undefined && Math.trunc((input.now() - since) / 1000) > seconds
}

function* isAwaited(session: Session, pod: Pod): Task<boolean> {
  if (!isSkipped(session, pod)) return true
  yield* out(`pod "${pod.metadata.name}" has DeletionTimestamp older than ${session.flags.number('skip-wait-for-delete-timeout')} seconds, skipping\n`)
  return false
}
