import type { KubeObject, Node, Pod, Toleration } from '../../api/types.ts'
import { affinityHolds, requiredNodeAffinity } from '../../api/nodeSelector.ts'
import { firstUntolerated, isHard } from '../../api/tolerations.ts'
import { scaled } from '../common/percent.ts'
import { isAvailable, isReady, podFromTemplate, timeOf } from '../common/pods.ts'
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
  /** Pods that have ended and are made anew. */
  ended: Pod[]
}

const isTerminating = ({ metadata }: Pod): boolean => metadata.deletionTimestamp !== undefined
const byAge = (a: Pod, b: Pod): number => timeOf(a.metadata.creationTimestamp) - timeOf(b.metadata.creationTimestamp) || (a.metadata.uid < b.metadata.uid ? -1 : 1)

/** pkg/controller/daemon manage: one node after another. */
export function decideNodes(set: KubeObject, nodes: readonly Node[], podsOn: ReadonlyMap<string, readonly Pod[]>): Changes {
  const changes: Changes = { create: [], remove: [], ended: [] }
  const there = new Set(nodes.map(({ metadata }) => metadata.name))
  for (const node of nodes) decideNode(set, node, podsOn.get(node.metadata.name) ?? [], changes)
  // Meant for a node that is gone: it will never be scheduled.
  for (const [name, pods] of podsOn) if (!there.has(name)) changes.remove.push(...pods.filter((pod) => !pod.spec.nodeName && !isTerminating(pod)))
  return changes
}

function decideNode(set: KubeObject, node: Node, pods: readonly Pod[], changes: Changes): void {
  const { run, stay } = nodeShouldRun(set, node)
  const living = pods.filter((pod) => !isTerminating(pod))
  if (run && pods.length === 0) changes.create.push(node.metadata.name)
  if (!stay) return void changes.remove.push(...living)
  const ended = living.filter(({ status }) => status.phase === 'Failed' || status.phase === 'Succeeded')
  changes.ended.push(...ended)
  changes.remove.push(...ended, ...living.filter((pod) => !ended.includes(pod)).toSorted(byAge).slice(1))
}

export function hasHash(pod: Pod, hash: string): boolean {
  return pod.metadata.labels?.[revisionLabel] === hash
}

/** Old pods that may go now (rollingUpdate): those that serve nobody, and as many others as may be missing at once. */
export function decideRollingUpdate(set: KubeObject, nodes: readonly Node[], podsOn: ReadonlyMap<string, readonly Pod[]>, hash: string, now: number): Pod[] {
  const minReadySeconds: number = set['spec'].minReadySeconds ?? 0
  const desired = nodes.filter((node) => nodeShouldRun(set, node).run).length
  const maxUnavailable = scaled(set['spec'].updateStrategy?.rollingUpdate?.maxUnavailable ?? 1, desired, true)
  let unavailable = 0
  const useless: Pod[] = []
  const candidates: Pod[] = []
  for (const pods of podsOn.values()) {
    const living = pods.filter((pod) => !isTerminating(pod))
    const fresh = living.find((pod) => hasHash(pod, hash))
    const old = living.find((pod) => !hasHash(pod, hash))
    if ((fresh === undefined) === (old === undefined)) unavailable++
    else if (fresh !== undefined) unavailable += isAvailable(fresh, minReadySeconds, now) ? 0 : 1
    else if (isAvailable(old!, minReadySeconds, now)) candidates.push(old!)
    else {
      useless.push(old!)
      unavailable++
    }
  }
  return [...useless, ...candidates.slice(0, Math.max(0, maxUnavailable - unavailable))]
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
