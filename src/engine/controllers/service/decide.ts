import { semanticEqual } from '../../api/equality.ts'
import type { KubeObject, Node } from '../../api/types.ts'

export const loadBalancerFinalizer = 'service.kubernetes.io/load-balancer-cleanup'

/** One with a class of its own is somebody else's. */
export function wantsLoadBalancer({ spec }: KubeObject): boolean {
  return spec?.type === 'LoadBalancer' && !spec.loadBalancerClass
}

const isMarked = ({ metadata }: KubeObject): boolean => metadata.finalizers?.includes(loadBalancerFinalizer) === true

export function needsCleanup(service: KubeObject): boolean {
  return isMarked(service) && (service.metadata.deletionTimestamp !== undefined || service['spec'].type !== 'LoadBalancer')
}

/** The finalizers with or without the load balancer's; undefined: they are so already. */
export function withFinalizer(service: KubeObject, wanted: boolean): string[] | undefined {
  if (isMarked(service) === wanted) return undefined
  const others = (service.metadata.finalizers ?? []).filter((name) => name !== loadBalancerFinalizer)
  return wanted ? [...others, loadBalancerFinalizer] : others
}

export interface Difference {
  /** What is told of it. */
  event?: { reason: string; message: string }
}

/** What a load balancer has to learn of a change (needsUpdate); undefined: nothing. */
export function differenceForBalancer(old: KubeObject, service: KubeObject): Difference | undefined {
  const [before, after] = [old['spec'], service['spec']]
  const told = (reason: string, field: string): Difference => ({ event: { reason, message: `${text(before[field])} -> ${text(after[field])}` } })
  if (wantsLoadBalancer(old) !== wantsLoadBalancer(service)) return told('Type', 'type')
  if (!wantsLoadBalancer(service)) return undefined
  const differs = (field: string): boolean => !semanticEqual(before[field], after[field])
  if (differs('loadBalancerSourceRanges')) return told('LoadBalancerSourceRanges', 'loadBalancerSourceRanges')
  if (differs('ports') || differs('sessionAffinity') || differs('sessionAffinityConfig')) return {}
  if (differs('loadBalancerIP')) return told('LoadbalancerIP', 'loadBalancerIP')
  if (!semanticEqual(old.metadata.annotations, service.metadata.annotations)) return {}
  if (differs('externalTrafficPolicy')) return told('ExternalTrafficPolicy', 'externalTrafficPolicy')
  return differs('healthCheckNodePort') ? told('HealthCheckNodePort', 'healthCheckNodePort') : undefined
}

/** Whether load balancers send to the node, ready or not (stableNodeSetPredicates); one that an autoscaler is about to take away does not count. */
export function takesTraffic({ metadata, spec }: Node): boolean {
  if (metadata.deletionTimestamp !== undefined || metadata.labels?.['node.kubernetes.io/exclude-from-external-load-balancers'] !== undefined) return false
  return spec.taints?.some(({ key }) => key === 'ToBeDeletedByClusterAutoscaler') !== true
}

/** As Go's %v prints it. */
function text(value: unknown): string {
  return Array.isArray(value) ? `[${value.join(' ')}]` : String(value ?? '')
}
