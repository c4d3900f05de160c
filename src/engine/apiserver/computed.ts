import { collectionOf, type ResourceInfo } from '../api/resources.ts'
import type { KubeObject } from '../api/types.ts'

/** What is made when it is read, and not - or not all of it - stored. Undefined: all is stored. */
export function computed(info: ResourceInfo, reader: { range(prefix: string): KubeObject[] }): readonly KubeObject[] | undefined {
  switch (collectionOf(info)) {
    case 'componentstatuses':
      return componentStatuses
    case 'ipaddresses':
      return addresses(reader)
    default:
      return undefined
  }
}

const healthy = (name: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ComponentStatus',
  metadata: { name } as KubeObject['metadata'],
  conditions: [{ type: 'Healthy', status: 'True', message: 'ok' }],
})

/** pkg/registry/core/componentstatus */
const componentStatuses: readonly KubeObject[] = ['controller-manager', 'scheduler', 'etcd-0'].map(healthy)

/**
 * The addresses that Services have, as the allocator notes each in an object of its own (pkg/registry/core/service/ipallocator, KEP-1880).
 * Here the Services themselves are its books; beside them stand the addresses that somebody has noted by hand.
 */
function addresses(reader: { range(prefix: string): KubeObject[] }): KubeObject[] {
  const taken = reader.range('services/').flatMap((service) => {
    const clusterIPs = (service['spec']?.clusterIPs ?? []) as string[]
    return clusterIPs.filter((address) => address !== 'None').map((address) => addressOf(service, address))
  })
  const own = new Set(taken.map(({ metadata }) => metadata.name))
  const others = reader.range('ipaddresses/').filter(({ metadata }) => !own.has(metadata.name))
  return [...taken, ...others].toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1))
}

function addressOf({ metadata: { namespace, name: service, uid, creationTimestamp, resourceVersion } }: KubeObject, name: string): KubeObject {
  const labels = { 'ipaddress.kubernetes.io/ip-family': name.includes(':') ? 'IPv6' : 'IPv4', 'ipaddress.kubernetes.io/managed-by': 'ipallocator.k8s.io' }
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'IPAddress',
    // An object of its own has a uid of its own: parts of the Service's change places.
    metadata: { name, labels, uid: uid.slice(24, 32) + uid.slice(8, 24) + uid.slice(0, 8) + uid.slice(32), creationTimestamp, resourceVersion },
    spec: { parentRef: { group: '', resource: 'services', namespace, name: service } },
  } as unknown as KubeObject
}
