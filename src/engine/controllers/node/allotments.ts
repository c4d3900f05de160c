import { podCIDRof } from '../../api/podRanges.ts'
import type { KubeObject, Node } from '../../api/types.ts'
import { resource, type ComponentOptions } from '../../client/client.ts'
import { Controller, type Reconciliation } from '../../client/controller.ts'
import type { SharedInformers } from '../shared-informers.ts'

const nodes = resource('nodes')
const ttlAnnotation = 'node.alpha.kubernetes.io/ttl'

/** So many nodes at most, and for how many seconds kubelets may go by what they have heard of Secrets and ConfigMaps. */
const ttls: readonly [nodes: number, seconds: number][] = [[100, 0], [500, 15], [1000, 30], [2000, 60], [Infinity, 300]]

/**
 * What a node gets from the cluster that somebody has made by hand: a range for its pods (pkg/controller/nodeipam), and how old its
 * objects may be (pkg/controller/ttl).
 */
export function startNodeAllotments(options: ComponentOptions, informers: SharedInformers): void {
  const all = informers.of<Node>(nodes)
  const controller = new Controller(options, 'ttl-controller', 1, (name): Reconciliation => {
    const node = all.byKey(name)
    if (node === undefined) return {}
    const podCIDR = node.spec.podCIDR ? undefined : freeRange([...all.all()])
    const metadata = hasTTL(node) ? undefined : { annotations: { [ttlAnnotation]: String(ttlOf([...all.all()].length)) } }
    if (podCIDR === undefined && metadata === undefined) return {}
    const body = { ...(metadata && { metadata }), ...(podCIDR && { spec: { podCIDR, podCIDRs: [podCIDR] } }) }
    return { calls: [{ verb: 'patch', info: nodes, name, body, contentType: 'application/merge-patch+json' }] }
  })
  all.onChange(({ type, object, old }) => {
    if (type !== 'delete' && (old === undefined || object === old) && !(object.spec.podCIDR && hasTTL(object))) controller.queue.add(object.metadata.name)
  })
}

const hasTTL = ({ metadata }: Pick<KubeObject, 'metadata'>): boolean => metadata.annotations?.[ttlAnnotation] !== undefined

export const ttlOf = (size: number): number => ttls.find(([most]) => size <= most)![1]

/** The range after those that are taken, or the first; undefined in a cluster whose nodes have theirs from somebody else. */
export function freeRange(all: readonly Node[]): string | undefined {
  if (all.every(({ spec }) => spec?.podCIDR === undefined)) return podCIDRof(0)
  const taken = new Set(all.map(({ spec }) => spec?.podCIDR))
  let last = -1
  for (let i = 0; i < all.length * 2; i++) if (taken.has(podCIDRof(i))) last = i
  return last < 0 ? undefined : podCIDRof(last + 1)
}
