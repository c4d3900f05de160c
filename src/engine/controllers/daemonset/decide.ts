import type { KubeObject, Node, Pod, Toleration } from '../../api/types.ts'
import { affinityHolds, requiredNodeAffinity } from '../../api/nodeSelector.ts'
import { firstUntolerated, isHard } from '../../api/tolerations.ts'
import { scaled } from '../common/percent.ts'
import { hasEnded, isAvailable, isReady, podFromTemplate, timeOf } from '../common/pods.ts'
import { revisionLabel } from '../common/revisions.ts'

/** Pure decisions about a DaemonSet (pkg/controller/daemon). */

const key = (name: string): string => `node.kubernetes.io/${name}`

/** What a daemon bears that others do not (AddOrUpdateDaemonPodTolerations). */
function daemonTolerations(hostNetwork: boolean): Toleration[] {
  return [
    { key: key('not-ready'), operator: 'Exists', effect: 'NoExecute' },
    { key: key('unreachable'), operator: 'Exists', effect: 'NoExecute' },
    { key: key('disk-pressure'), operator: 'Exists', effect: 'NoSchedule' },
    { key: key('memory-pressure'), operator: 'Exists', effect: 'NoSchedule' },
    { key: key('pid-pressure'), operator: 'Exists', effect: 'NoSchedule' },
    { key: key('unschedulable'), operator: 'Exists', effect: 'NoSchedule' },
    ...(hostNetwork ? [{ key: key('network-unavailable'), operator: 'Exists', effect: 'NoSchedule' }] : []),
  ]
}

function tolerationsOf(set: KubeObject): Toleration[] {
  const { tolerations = [], hostNetwork = false } = set['spec'].template.spec
  const same = (a: Toleration, b: Toleration): boolean => a.key === b.key && a.operator === b.operator && a.effect === b.effect && a.value === b.value
  const own = daemonTolerations(hostNetwork).filter((added) => !tolerations.some((given: Toleration) => same(given, added)))
  return [...tolerations, ...own]
}

/** Whether a node should have the daemon, and whether one that is there may stay (NodeShouldRunDaemonPod). */
export function nodeShouldRun(set: KubeObject, node: Node): { run: boolean; stay: boolean } {
  const { spec } = set['spec'].template
  const { name, labels = {} } = node.metadata
  if ((spec.nodeName && spec.nodeName !== name) || !affinityHolds(requiredNodeAffinity(spec), { name, labels })) return { run: false, stay: false }
  const { taints = [] } = node.spec
  const tolerations = tolerationsOf(set)
  if (firstUntolerated(taints.filter(isHard), tolerations) === undefined) return { run: true, stay: true }
  const executing = taints.filter(({ effect }) => effect === 'NoExecute')
  return { run: false, stay: firstUntolerated(executing, tolerations) === undefined }
}

/**
 * Whether a node that is new or has changed is a reason to look at the set (syncNodeUpdate). A pod that may stay where
 * none would be made now is none: the set's status goes on counting that node as desired until something else wakes it.
 */
export function nodeConcerns(set: KubeObject, node: Node, scheduled: boolean): boolean {
  const { run, stay } = nodeShouldRun(set, node)
  return scheduled ? !stay || (set['status']?.numberMisscheduled ?? 0) > 0 : run
}

/** A pod for one node: the scheduler binds it, and the affinity leaves it no choice. */
export function daemonPod(set: KubeObject, node: string, hash: string): Pod {
  const bare = podFromTemplate(set['spec'].template, set)
  const nodeAffinity = {
    ...bare.spec.affinity?.nodeAffinity,
    requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: [node] }] }] },
  }
  const generation = set.metadata.annotations?.['deprecated.daemonset.template.generation']
  const labels = { ...bare.metadata.labels, ...(generation === undefined ? {} : { 'pod-template-generation': generation }), [revisionLabel]: hash }
  return {
    ...bare,
    metadata: { ...bare.metadata, labels },
    spec: { ...bare.spec, affinity: { ...bare.spec.affinity, nodeAffinity }, tolerations: tolerationsOf(set) },
  }
}

/** Where a pod runs or is meant to (GetTargetNodeName). */
export function targetNode({ spec }: Pod): string | undefined {
  if (spec.nodeName) return spec.nodeName
  const terms = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? []
  const fields = terms.flatMap(({ matchFields = [] }) => matchFields)
  return fields.find((field) => field.key === 'metadata.name' && field.operator === 'In')?.values?.[0]
}

/** Nodes that lack a pod and pods that are too many. */
export interface Changes {
  create: string[]
  remove: Pod[]
}

const isTerminating = ({ metadata }: Pod): boolean => metadata.deletionTimestamp !== undefined

/** Bound before unbound, then the oldest (podByCreationTimestampAndPhase). */
const byAge = (a: Pod, b: Pod): number =>
  Number(!a.spec.nodeName) - Number(!b.spec.nodeName) ||
  timeOf(a.metadata.creationTimestamp) - timeOf(b.metadata.creationTimestamp) || (a.metadata.name < b.metadata.name ? -1 : 1)

/** What the deciding halves need to know of one DaemonSet. */
export interface Daemons {
  set: KubeObject
  nodes: readonly Node[]
  podsOn: ReadonlyMap<string, readonly Pod[]>
  /** Of the present template. */
  hash: string
  now: number
}

/** pkg/controller/daemon manage: one node after another. `endedGoes`: whether a pod that has ended may be taken away now. */
export function decideNodes(daemons: Daemons, endedGoes: (pod: Pod) => boolean): Changes {
  const changes: Changes = { create: [], remove: [] }
  const { nodes, podsOn } = daemons
  const there = new Set(nodes.map(({ metadata }) => metadata.name))
  for (const node of nodes) decideNode(daemons, node, changes, endedGoes)
  // Meant for a node that is gone: it will never be scheduled.
  for (const [name, pods] of podsOn) if (!there.has(name)) changes.remove.push(...pods.filter((pod) => !pod.spec.nodeName && !isTerminating(pod)))
  return changes
}

function decideNode(daemons: Daemons, node: Node, changes: Changes, endedGoes: (pod: Pod) => boolean): void {
  const { name } = node.metadata
  const pods = daemons.podsOn.get(name) ?? []
  const { run, stay } = nodeShouldRun(daemons.set, node)
  const living = pods.filter((pod) => !isTerminating(pod))
  if (run && pods.length === 0) return void changes.create.push(name)
  if (!stay) return void changes.remove.push(...living)
  changes.remove.push(...living.filter((pod) => hasEnded(pod) && endedGoes(pod)))
  const running = living.filter((pod) => !hasEnded(pod)).toSorted(byAge)
  if (maxSurgeOf(daemons) === 0) changes.remove.push(...running.slice(1))
  else if (running.length === 0 && run) changes.create.push(name)
  else changes.remove.push(...surplusOfSurge(daemons, running))
}

/** While surging two may live on a node: an old one that is ready and a new one that is not available yet. */
function surplusOfSurge({ set, hash, now }: Daemons, running: readonly Pod[]): Pod[] {
  const fresh = running.find((pod) => hasHash(pod, hash))
  const old = running.find((pod) => !hasHash(pod, hash))
  const surplus = running.filter((pod) => pod !== fresh && pod !== old)
  if (fresh !== undefined && old !== undefined && (!isReady(old) || isAvailable(fresh, set['spec'].minReadySeconds ?? 0, now))) surplus.push(old)
  return surplus
}

export function hasHash(pod: Pod, hash: string): boolean {
  return pod.metadata.labels?.[revisionLabel] === hash
}

const desiredOf = ({ set, nodes }: Daemons): number => nodes.filter((node) => nodeShouldRun(set, node).run).length

function maxSurgeOf(daemons: Daemons): number {
  return scaled(daemons.set['spec'].updateStrategy?.rollingUpdate?.maxSurge ?? 0, desiredOf(daemons), true)
}

/** Neither given: one may be missing, as both rounded to nothing would never get on (updatedDesiredNodeCounts). */
function maxUnavailableOf(daemons: Daemons, maxSurge: number): number {
  const given = scaled(daemons.set['spec'].updateStrategy?.rollingUpdate?.maxUnavailable ?? 1, desiredOf(daemons), true)
  return desiredOf(daemons) > 0 && given === 0 && maxSurge === 0 ? 1 : given
}

/** The old and the new pod of a node; undefined when there are more, which the look at the nodes will clear up (findUpdatedPodsOnNode). */
function pairOf(pods: readonly Pod[], hash: string): { fresh: Pod | undefined; old: Pod | undefined } | undefined {
  const living = pods.filter((pod) => !isTerminating(pod))
  const fresh = living.filter((pod) => hasHash(pod, hash))
  const old = living.filter((pod) => !hasHash(pod, hash))
  return fresh.length > 1 || old.length > 1 ? undefined : { fresh: fresh[0], old: old[0] }
}

/** What an update does now (rollingUpdate): old pods go before, or with a surge after, the new ones come. */
export function decideRollingUpdate(daemons: Daemons): Changes {
  const maxSurge = maxSurgeOf(daemons)
  return maxSurge > 0 ? surgingUpdate(daemons, maxSurge) : { create: [], remove: replacingUpdate(daemons) }
}

/** Old pods that may go: those that serve nobody, and as many others as may be missing at once. */
function replacingUpdate(daemons: Daemons): Pod[] {
  const { set, podsOn, hash, now } = daemons
  const available = (pod: Pod): boolean => isAvailable(pod, set['spec'].minReadySeconds ?? 0, now)
  let unavailable = 0
  const useless: Pod[] = []
  const candidates: Pod[] = []
  for (const pods of podsOn.values()) {
    const pair = pairOf(pods, hash)
    if (pair === undefined || (pair.fresh === undefined) === (pair.old === undefined)) unavailable++
    else if (pair.fresh !== undefined) unavailable += available(pair.fresh) ? 0 : 1
    else if (available(pair.old!)) candidates.push(pair.old!)
    else {
      useless.push(pair.old!)
      unavailable++
    }
  }
  return [...useless, ...candidates.slice(0, Math.max(0, maxUnavailableOf(daemons, 0) - unavailable))]
}

/** New pods beside old ones, so many at once; an old one goes when its successor is available. */
function surgingUpdate(daemons: Daemons, maxSurge: number): Changes {
  const { set, nodes, podsOn, hash, now } = daemons
  const available = (pod: Pod): boolean => isAvailable(pod, set['spec'].minReadySeconds ?? 0, now)
  const byName = new Map(nodes.map((node) => [node.metadata.name, node]))
  const remove: Pod[] = []
  const allowed: string[] = []
  const candidates: string[] = []
  let surging = 0
  for (const [name, pods] of podsOn) {
    const pair = pairOf(pods, hash)
    if (pair === undefined) surging++
    if (pair?.old === undefined) continue
    const node = byName.get(name)
    if (pair.fresh !== undefined) {
      if (available(pair.fresh)) remove.push(pair.old)
      else surging++
    } else if (node === undefined || !nodeShouldRun(set, node).run) remove.push(pair.old)
    else (available(pair.old) ? candidates : allowed).push(name)
  }
  return { create: [...allowed, ...candidates.slice(0, Math.max(0, maxSurge - surging))], remove }
}

/** pkg/controller/daemon updateDaemonSetStatus. */
export function daemonSetStatus(set: KubeObject, nodes: readonly Node[], podsOn: ReadonlyMap<string, readonly Pod[]>, hash: string, now: number): Record<string, unknown> {
  const minReadySeconds: number = set['spec'].minReadySeconds ?? 0
  const count = { desired: 0, current: 0, misscheduled: 0, ready: 0, updated: 0, available: 0 }
  for (const node of nodes) {
    const pods = podsOn.get(node.metadata.name) ?? []
    if (!nodeShouldRun(set, node).run) {
      if (pods.length > 0) count.misscheduled++
      continue
    }
    count.desired++
    const pod = pods.toSorted(byAge)[0]
    if (pod === undefined) continue
    count.current++
    if (isReady(pod)) {
      count.ready++
      if (isAvailable(pod, minReadySeconds, now)) count.available++
    }
    if (hasHash(pod, hash)) count.updated++
  }
  const { collisionCount, conditions } = set['status'] ?? {}
  const unavailable = count.desired - count.available
  return {
    currentNumberScheduled: count.current,
    numberMisscheduled: count.misscheduled,
    desiredNumberScheduled: count.desired,
    numberReady: count.ready,
    observedGeneration: set.metadata.generation ?? 0,
    ...(count.updated > 0 ? { updatedNumberScheduled: count.updated } : {}),
    ...(count.available > 0 ? { numberAvailable: count.available } : {}),
    ...(unavailable > 0 ? { numberUnavailable: unavailable } : {}),
    ...(collisionCount === undefined ? {} : { collisionCount }),
    ...(conditions === undefined ? {} : { conditions }),
  }
}
