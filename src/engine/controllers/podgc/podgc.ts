import type { Node, Pod } from '../../api/types.ts'
import { resource, type ComponentOptions } from '../../client/client.ts'
import { ask, Controller, must, type Routine } from '../../client/controller.ts'
import { disruptionTarget, observed, patchPodStatus } from '../common/disruption.ts'
import { deletePod, hasEnded, timeOf } from '../common/pods.ts'
import { readyStatus } from '../node/decide.ts'
import type { SharedInformers } from '../shared-informers.ts'

/** How often it looks (gcCheckPeriod), and how long a node may be missing before its pods go (quarantineTime). */
const periodMs = 20_000
const quarantineMs = 40_000

/** So many pods that have ended may lie about (terminated-pod-gc-threshold). */
const terminatedThreshold = 12_500
const outOfService = 'node.kubernetes.io/out-of-service'

const roundKey = 'round'
const nodesResource = resource('nodes')

/** Evicted ones first, then the oldest (byEvictionAndCreationTimestamp); `threshold` are left. */
export function surplusEnded(pods: readonly Pod[], threshold = terminatedThreshold): Pod[] {
  const ended = pods.filter(hasEnded)
  if (ended.length <= threshold) return []
  const evicted = ({ status }: Pod): boolean => status.phase === 'Failed' && status.reason === 'Evicted'
  const sorted = ended.toSorted((a, b) =>
    Number(evicted(b)) - Number(evicted(a)) || timeOf(a.metadata.creationTimestamp) - timeOf(b.metadata.creationTimestamp) || (a.metadata.name < b.metadata.name ? -1 : 1))
  return sorted.slice(0, ended.length - threshold)
}

/** A node that is not ready and of which somebody has said that it will not come back (KEP-2268). */
function isOutOfService(node: Node | undefined): boolean {
  return node !== undefined && readyStatus(node) !== 'True' && node.spec.taints?.some(({ key }) => key === outOfService) === true
}

/** Why a pod is taken away; only `orphaned` is written on it. */
export interface Garbage {
  pod: Pod
  orphaned: boolean
}

/** What one round takes away, in order (gc): ended ones above the threshold, then those on machines that are given up, orphans, and marked ones that no node has. */
export function garbageOf(pods: readonly Pod[], nodeOf: (name: string) => Node | undefined, goneNodes: ReadonlySet<string>): Garbage[] {
  const marked = pods.filter(({ metadata }) => metadata.deletionTimestamp !== undefined)
  const others = [
    ...surplusEnded(pods),
    ...marked.filter(({ spec }) => isOutOfService(nodeOf(spec.nodeName ?? ''))),
  ]
  return [
    ...others.map((pod) => ({ pod, orphaned: false })),
    ...pods.filter(({ spec }) => goneNodes.has(spec.nodeName ?? '')).map((pod) => ({ pod, orphaned: true })),
    ...marked.filter(({ spec }) => !spec.nodeName).map((pod) => ({ pod, orphaned: false })),
  ]
}

/** Nodes that pods are bound to and that are not there, each for a while before it counts as gone. */
export class Quarantine {
  private readonly until = new Map<string, number>()

  /** Takes note of what is missing now, and returns whose time is over; those begin anew (gcOrphaned). */
  look(missing: Iterable<string>, now: number): string[] {
    const over = [...this.until].filter(([, until]) => until <= now).map(([name]) => name)
    for (const name of over) this.until.delete(name)
    for (const name of missing) if (!this.until.has(name)) this.until.set(name, now + quarantineMs)
    return over
  }
}

/** pkg/controller/podgc: pods that no kubelet will ever end. */
export function startPodGarbageCollector(options: ComponentOptions, informers: SharedInformers): void {
  const nodes = informers.of<Node>(nodesResource)
  const { pods } = informers
  const quarantine = new Quarantine()
  const controller: Controller = new Controller(options, 'pod-garbage-collector', 1, round)
  const nodeOf = (name: string): Node | undefined => nodes.get(undefined, name)

  function* round(): Routine {
    const all = [...pods.all()]
    const missing = all.flatMap(({ spec: { nodeName } }) => (nodeName && nodeOf(nodeName) === undefined ? [nodeName] : []))
    const gone = new Set<string>()
    for (const name of quarantine.look(missing, controller.now)) {
      if (nodeOf(name) === undefined && (yield* ask({ verb: 'get', info: nodesResource, name })).code === 404) gone.add(name)
    }
    for (const garbage of garbageOf(all, nodeOf, gone)) yield* markFailedAndRemove(garbage, controller.now)
    return { requeueAfterMs: periodMs }
  }

  controller.queue.addAfter(roundKey, periodMs)
}

/** Whoever counts ended pods must not miss it. */
function* markFailedAndRemove({ pod, orphaned }: Garbage, now: number): Routine<void> {
  // No kubelet will say anymore which generation it has seen.
  const failed = { phase: 'Failed', ...observed(pod) }
  if (!hasEnded(pod)) yield* must(orphaned ? disruptionTarget(pod, 'DeletionByPodGC', 'PodGC: node no longer exists', now, failed) : patchPodStatus(pod, failed))
  yield* must({ ...deletePod(pod), body: { gracePeriodSeconds: 0 }, tolerate: [404] })
}
