/** How much of a quota's resources an object uses, kind by kind (pkg/quota/v1/evaluator/core, apiserver/pkg/quota/v1/generic). */
import { maxLists, newQuantity, quantity } from '../quantity.ts'
import { groupResource } from '../resources.ts'
import { storageClassOf } from '../storageClass.ts'
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
  if (info.group !== '') return name === countName(info) || (isDeviceClaims(info) && name.endsWith(ofDeviceClass))
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

/** gpu.deviceclass.resource.k8s.io/devices */
const ofDeviceClass = '.deviceclass.resource.k8s.io/devices'

const isDeviceClaims = ({ group, plural }: Counted): boolean => group === 'resource.k8s.io' && plural === 'resourceclaims'

/** What of `names` is counted of this kind. */
export const countedOf = (info: Counted, names: Iterable<string>): string[] => [...names].filter((name) => counts(info, name))

export function usageOf(info: Counted, object: KubeObject, nowMs: number): ResourceList {
  if (info.group === '') {
    if (info.plural === 'pods') return podUsage(object as Pod, nowMs)
    if (info.plural === 'services') return serviceUsage(object)
    if (info.plural === 'persistentvolumeclaims') return claimUsage(object)
    if (plainCounts.has(info.plural)) return { [countName(info)]: '1', [info.plural]: '1' }
  }
  return { [countName(info)]: '1', ...(isDeviceClaims(info) ? deviceUsage(object) : {}) }
}

interface DeviceRequest {
  deviceClassName: string
  allocationMode?: string
  count?: number
}

/** Of a claim for devices that takes all there are, as many as there may be at most count (AllocationResultsMaxSize). */
const mostDevices = 32

/** Devices by class, in the worst case: of alternatives the largest of each class (resource_claims.go). */
function deviceUsage({ spec }: KubeObject): ResourceList {
  const requests = (spec?.devices?.requests ?? []) as { exactly?: DeviceRequest; firstAvailable?: DeviceRequest[] }[]
  const devices = new Map<string, number>()
  for (const { exactly, firstAvailable = [] } of requests) {
    const most = new Map<string, number>()
    for (const { deviceClassName, allocationMode, count = 1 } of exactly === undefined ? firstAvailable : [exactly]) {
      const number = allocationMode === 'All' ? mostDevices : count
      most.set(deviceClassName, Math.max(most.get(deviceClassName) ?? 0, number))
    }
    for (const [name, number] of most) devices.set(name, (devices.get(name) ?? 0) + number)
  }
  return Object.fromEntries([...devices].map(([name, number]) => [`${name}${ofDeviceClass}`, String(number)]))
}

function serviceUsage({ spec }: KubeObject): ResourceList {
  const ports = (spec?.ports?.length ?? 0) as number
  const balanced = spec?.type === 'LoadBalancer'
  const nodePorts = spec?.type === 'NodePort' || (balanced && spec.allocateLoadBalancerNodePorts !== false) ? ports : balanced ? givenNodePorts(spec) : 0
  return { 'count/services': '1', services: '1', 'services.loadbalancers': balanced ? '1' : '0', 'services.nodeports': String(nodePorts) }
}

const givenNodePorts = (spec: { ports?: { nodePort?: number }[] }): number => spec.ports?.filter(({ nodePort }) => nodePort !== undefined && nodePort !== 0).length ?? 0

function claimUsage(claim: KubeObject): ResourceList {
  const { spec, status } = claim
  const className = storageClassOf(claim)
  const requested = storageOf(spec?.resources?.requests?.storage, status?.allocatedResources?.storage)
  const usage: ResourceList = { 'count/persistentvolumeclaims': '1', persistentvolumeclaims: '1' }
  if (className !== '') usage[`${className}${classSuffix}persistentvolumeclaims`] = '1'
  if (requested === undefined) return usage
  usage['requests.storage'] = requested
  if (className !== '') usage[`${className}${classSuffix}requests.storage`] = requested
  return usage
}

/** What is asked for, or more than that which is set aside already; in whole bytes. */
function storageOf(asked: string | undefined, allocated: string | undefined): string | undefined {
  if (asked === undefined) return undefined
  const most = maxLists({ storage: asked }, allocated === undefined ? {} : { storage: allocated })['storage']!
  const { scale, value, format } = quantity(most)
  return scale < 0 ? newQuantity(value, format).text : most
}
