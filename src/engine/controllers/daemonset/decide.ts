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

/** Asked for every node of the cluster. */
const tolerationsOfSpecs = new WeakMap<object, Toleration[]>()

function tolerationsOf(set: KubeObject): Toleration[] {
  const { spec } = set['spec'].template
  let all = tolerationsOfSpecs.get(spec)
  if (all === undefined) tolerationsOfSpecs.set(spec, (all = withDaemonTolerations(spec)))
  return all
}

function withDaemonTolerations({ tolerations = [], hostNetwork = false }: KubeObject['spec']): Toleration[] {
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

const generationLabel = 'pod-template-generation'
const templateGenerationOf = (set: KubeObject): string | undefined => set.metadata.annotations?.['deprecated.daemonset.template.generation']

/** A pod for one node: the scheduler binds it, and the affinity leaves it no choice. */
export function daemonPod(set: KubeObject, node: string, hash: string): Pod {
  const bare = podFromTemplate(set['spec'].template, set)
  const nodeAffinity = {
    ...bare.spec.affinity?.nodeAffinity,
    requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: [node] }] }] },
  }
  const generation = templateGenerationOf(set)
  const labels = { ...bare.metadata.labels, ...(generation === undefined ? {} : { [generationLabel]: generation }), [revisionLabel]: hash }
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
  if (!allowsSurge(daemons.set)) changes.remove.push(...running.slice(1))
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

function hasHash(pod: Pod, hash: string): boolean {
  return pod.metadata.labels?.[revisionLabel] === hash
}

/**
 * Of the present template by its hash or by the number of the template: so pods that outlived their set, and that a new one of the same name
 * takes over, count as up to date though its template may be another (IsPodUpdated).
 */
function isUpdated(set: KubeObject, pod: Pod, hash: string): boolean {
  const generation = templateGenerationOf(set)
  return hasHash(pod, hash) || (generation !== undefined && pod.metadata.labels?.[generationLabel] === generation)
}

/** Whether two pods may live on a node during an update. */
const allowsSurge = (set: KubeObject): boolean => surgeOf(set, 1) > 0

function surgeOf(set: KubeObject, desired: number): number {
  const { type, rollingUpdate } = set['spec'].updateStrategy ?? {}
  return type === 'OnDelete' ? 0 : scaled(rollingUpdate?.maxSurge ?? 0, desired, true)
}

/** How many nodes should have the daemon, how many of them have no pod at all, and by how many an update may go beyond (updatedDesiredNodeCounts). */
interface Leeway {
  desired: number
  missing: number
  maxSurge: number
  maxUnavailable: number
}

function leewayOf({ set, nodes, podsOn }: Daemons): Leeway {
  let desired = 0
  let missing = 0
  for (const node of nodes) {
    if (!nodeShouldRun(set, node).run) continue
    desired++
    if (!podsOn.has(node.metadata.name)) missing++
  }
  const maxSurge = surgeOf(set, desired)
  const given = scaled(set['spec'].updateStrategy?.rollingUpdate?.maxUnavailable ?? 1, desired, true)
  // Both rounded to nothing would never get on.
  return { desired, missing, maxSurge, maxUnavailable: desired > 0 && given === 0 && maxSurge === 0 ? 1 : given }
}

/** The old and the new pod of a node; undefined when there are more, which the look at the nodes will clear up (findUpdatedPodsOnNode). */
function pairOf({ set, hash }: Daemons, pods: readonly Pod[]): { fresh: Pod | undefined; old: Pod | undefined } | undefined {
  const living = pods.filter((pod) => !isTerminating(pod))
  const fresh = living.filter((pod) => isUpdated(set, pod, hash))
  const old = living.filter((pod) => !isUpdated(set, pod, hash))
  return fresh.length > 1 || old.length > 1 ? undefined : { fresh: fresh[0], old: old[0] }
}

/** What an update does now (rollingUpdate): old pods go before, or with a surge after, the new ones come. */
export function decideRollingUpdate(daemons: Daemons): Changes {
  const leeway = leewayOf(daemons)
  return leeway.maxSurge > 0 ? surgingUpdate(daemons, leeway) : { create: [], remove: replacingUpdate(daemons, leeway) }
}

/** Old pods that may go: those that serve nobody, and as many others as may be missing at once. */
function replacingUpdate(daemons: Daemons, { missing, maxUnavailable }: Leeway): Pod[] {
  const { set, podsOn, now } = daemons
  const available = (pod: Pod): boolean => isAvailable(pod, set['spec'].minReadySeconds ?? 0, now)
  let unavailable = missing
  const useless: Pod[] = []
  const candidates: Pod[] = []
  for (const pods of podsOn.values()) {
    const pair = pairOf(daemons, pods)
    if (pair === undefined || (pair.fresh === undefined) === (pair.old === undefined)) unavailable++
    else if (pair.fresh !== undefined) unavailable += available(pair.fresh) ? 0 : 1
    else if (available(pair.old!)) candidates.push(pair.old!)
    else {
      useless.push(pair.old!)
      unavailable++
    }
  }
  return [...useless, ...candidates.slice(0, Math.max(0, maxUnavailable - unavailable))]
}

/**
 * New pods beside old ones, so many at once; an old one goes when its successor is available. Where none would be made now, one that still
 * serves stays until enough others do.
 */
function surgingUpdate(daemons: Daemons, { desired, maxSurge }: Leeway): Changes {
  const { set, nodes, podsOn, now } = daemons
  const available = (pod: Pod): boolean => isAvailable(pod, set['spec'].minReadySeconds ?? 0, now)
  const byName = new Map(nodes.map((node) => [node.metadata.name, node]))
  const remove: Pod[] = []
  const allowed: string[] = []
  const candidates: string[] = []
  const misplaced: Pod[] = []
  let surging = 0
  let serving = 0
  for (const [name, pods] of podsOn) {
    const pair = pairOf(daemons, pods)
    if (pair === undefined) surging++
    const first = pair?.old ?? pair?.fresh
    if (first !== undefined && available(first)) serving++
    if (pair?.old === undefined) continue
    if (pair.fresh !== undefined) {
      if (available(pair.fresh)) remove.push(pair.old)
      else surging++
      continue
    }
    const node = byName.get(name)
    // Upstream fails here, again and again, until the pod has followed its node.
    if (node === undefined) return { create: [], remove: [] }
    if (!nodeShouldRun(set, node).run) (available(pair.old) ? misplaced : remove).push(pair.old)
    else (available(pair.old) ? candidates : allowed).push(name)
  }
  remove.push(...misplaced.slice(0, Math.max(0, serving - desired)))
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
    if (isUpdated(set, pod, hash)) count.updated++
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
