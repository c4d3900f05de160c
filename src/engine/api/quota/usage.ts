/** How much of a quota's resources an object uses, kind by kind (pkg/quota/v1/evaluator/core, apiserver/pkg/quota/v1/generic). */
import { groupResource } from '../resources.ts'
import type { KubeObject, Pod, ResourceList } from '../types.ts'
import { countsOfPods, podUsage } from './pods.ts'

export interface Counted {
  group: string
  plural: string
}

/** Kinds that quotas name without `count/`, too. */
const plainCounts = new Set(['configmaps', 'replicationcontrollers', 'resourcequotas', 'secrets'])

const countName = (info: Counted): string => `count/${groupResource(info)}`

/** Whether a quota's resource name is about objects of this kind. */
export function counts(info: Counted, name: string): boolean {
  if (info.group !== '') return name === countName(info)
  switch (info.plural) {
    case 'pods':
      return countsOfPods(name)
    case 'services':
      return name === 'services' || name === 'services.nodeports' || name === 'services.loadbalancers' || name === 'count/services'
    case 'persistentvolumeclaims':
      return name === 'persistentvolumeclaims' || name === 'requests.storage' || name === 'count/persistentvolumeclaims' || ofClass.test(name)
    default:
      return name === countName(info) || (plainCounts.has(info.plural) && name === info.plural)
  }
}

/** gold.storageclass.storage.k8s.io/requests.storage */
const classSuffix = '.storageclass.storage.k8s.io/'
const ofClass = /\.storageclass\.storage\.k8s\.io\/(requests\.storage|persistentvolumeclaims)$/

/** What of `names` is counted of this kind. */
export const countedOf = (info: Counted, names: Iterable<string>): string[] => [...names].filter((name) => counts(info, name))

export function usageOf(info: Counted, object: KubeObject, nowMs: number): ResourceList {
  if (info.group === '') {
    if (info.plural === 'pods') return podUsage(object as Pod, nowMs)
    if (info.plural === 'services') return serviceUsage(object)
    if (info.plural === 'persistentvolumeclaims') return claimUsage(object)
    if (plainCounts.has(info.plural)) return { [countName(info)]: '1', [info.plural]: '1' }
  }
  return { [countName(info)]: '1' }
}

function serviceUsage({ spec }: KubeObject): ResourceList {
  const ports = (spec?.ports?.length ?? 0) as number
  const balanced = spec?.type === 'LoadBalancer'
  const nodePorts = spec?.type === 'NodePort' || (balanced && spec.allocateLoadBalancerNodePorts !== false) ? ports : balanced ? givenNodePorts(spec) : 0
  return { 'count/services': '1', services: '1', 'services.loadbalancers': balanced ? '1' : '0', 'services.nodeports': String(nodePorts) }
}

const givenNodePorts = (spec: { ports?: { nodePort?: number }[] }): number => spec.ports?.filter(({ nodePort }) => nodePort !== undefined && nodePort !== 0).length ?? 0

function claimUsage({ metadata, spec, status }: KubeObject): ResourceList {
  const className = (metadata.annotations?.['volume.beta.kubernetes.io/storage-class'] ?? spec?.storageClassName ?? '') as string
  const requested = (status?.allocatedResources?.storage ?? spec?.resources?.requests?.storage) as string | undefined
  const usage: ResourceList = { 'count/persistentvolumeclaims': '1', persistentvolumeclaims: '1' }
  if (className !== '') usage[`${className}${classSuffix}persistentvolumeclaims`] = '1'
  if (requested === undefined) return usage
  usage['requests.storage'] = requested
  if (className !== '') usage[`${className}${classSuffix}requests.storage`] = requested
  return usage
}
