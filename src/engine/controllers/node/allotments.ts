import { podCIDRof } from '../../api/podRanges.ts'
import type { Node } from '../../api/types.ts'
import { resource, type ComponentOptions } from '../../client/client.ts'
import { Controller, type Reconciliation } from '../../client/controller.ts'
import type { SharedInformers } from '../shared-informers.ts'

const nodes = resource('nodes')
const ttlAnnotation = 'node.alpha.kubernetes.io/ttl'

/**
 * From and up to how many nodes kubelets may go for so many seconds by what they have heard of Secrets and ConfigMaps. They overlap, so
 * that one node more or less does not change all others every time.
 */
export const ttls: readonly [least: number, most: number, seconds: number][] = [[0, 100, 0], [90, 500, 15], [450, 1000, 30], [900, 2000, 60], [1800, Infinity, 300]]

/** Where a cluster of this size is in the table that was at `step` before. */
export function ttlStep(step: number, size: number): number {
  if (size > ttls[step]![1]) return ttlStep(step + 1, size)
  return size < ttls[step]![0] ? ttlStep(step - 1, size) : step
}

/**
 * What a node gets from the cluster that somebody has made by hand: a range for its pods (pkg/controller/nodeipam), and how old its
 * objects may be (pkg/controller/ttl).
 */
export function startNodeAllotments(options: ComponentOptions, informers: SharedInformers): void {
  const all = informers.of<Node>(nodes)
  let size = 0
  let step = 0
  /** Whether the cluster has outgrown its step, or shrunk below it: until then nodes that have come with it keep what they have. */
  let hasMoved = false
  const dueTTL = ({ metadata: { annotations } }: Node): string | undefined => {
    const [said, due] = [annotations?.[ttlAnnotation], String(ttls[step]![2])]
    return said === due || (said !== undefined && !hasMoved) ? undefined : due
  }
  const controller = new Controller(options, 'ttl-controller', 1, (name): Reconciliation => {
    const node = all.byKey(name)
    if (node === undefined) return {}
    const podCIDR = node.spec.podCIDR ? undefined : freeRange([...all.all()])
    const ttl = dueTTL(node)
    if (podCIDR === undefined && ttl === undefined) return {}
    const body = { ...(ttl !== undefined && { metadata: { annotations: { [ttlAnnotation]: ttl } } }), ...(podCIDR && { spec: { podCIDR, podCIDRs: [podCIDR] } }) }
    return { calls: [{ verb: 'patch', info: nodes, name, body, contentType: 'application/merge-patch+json' }] }
  })
  all.onChange(({ type, object }) => {
    if (type !== 'update') {
      size += type === 'add' ? 1 : -1
      const next = ttlStep(step, size)
      hasMoved ||= all.synced && next !== step
      step = next
    }
    const isDue = dueTTL(object) !== undefined || (type === 'add' && !object.spec.podCIDR)
    if (type !== 'delete' && isDue) controller.queue.add(object.metadata.name)
  })
}

/** The range after those that are taken, or the first; undefined in a cluster whose nodes have theirs from somebody else. */
export function freeRange(all: readonly Node[]): string | undefined {
  if (all.every(({ spec }) => spec?.podCIDR === undefined)) return podCIDRof(0)
  const taken = new Set(all.map(({ spec }) => spec?.podCIDR))
  let last = -1
  for (let i = 0; i < all.length * 2; i++) if (taken.has(podCIDRof(i))) last = i
  return last < 0 ? undefined : podCIDRof(last + 1)
}
