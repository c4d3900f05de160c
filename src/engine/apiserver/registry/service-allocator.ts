import { invalid as invalidField, type FieldError } from '../../api/field.ts'
import { withAddressTwice } from '../../api/prepare.ts'
import type { Fields } from '../../api/validation/report.ts'
import { clusterIPs } from '../../api/validation/service.ts'
import type { KubeObject } from '../../api/types.ts'

/** The Service addresses of this cluster: 10.96.0.0/12, kubeadm's default. */
const network = { first: toNumber('10.96.0.0'), size: 2 ** 20 }
/** The lower part of each range is kept for those who choose by hand (KEP-3070, KEP-3668). */
const dynamicAddresses = { from: 257, count: network.size - 258 }
const nodePorts = { first: 30_000, dynamicFrom: 30_086, last: 32_767 }

/** A number in [0, bound), where the search for something free begins. */
export type Draw = (bound: number) => number

/**
 * Who has which Service address and which node port. `allocate` only looks; `note` keeps the books when a Service has been
 * written or removed (pkg/registry/core/service/storage/alloc.go).
 */
export class ServiceAllocator {
  private readonly addresses = new Map<string, string>()
  private readonly ports = new Map<number, string>()
  /** What is stored when the books are opened; asked once. */
  private stored: (() => readonly KubeObject[]) | undefined

  constructor(stored: () => readonly KubeObject[] = () => []) {
    this.stored = stored
  }

  /**
   * The Service with what it lacks, or why what it asks for cannot be had. Comes before validation, as upstream's BeginCreate does, and
   * so looks at the addresses by itself. `old`: what is updated.
   */
  allocate(service: KubeObject, draw: Draw, old?: KubeObject): { object: KubeObject } | { errors: FieldError[] } | { internal: string } {
    this.open()
    const given = withAddressTwice(service['spec'])
    if (given['type'] === 'ExternalName') return { object: { ...service, spec: given } }
    const errors: FieldError[] = []
    const spec = withFamilies(given, errors)
    if (errors.length > 0) return { errors }
    const owner = ownerOf(service)
    const address = this.addressFor(spec, owner, draw, errors)
    if (errors.length > 0) return { errors }
    const taken = new Set<number>()
    const withPorts = this.portsFor(spec, owner, draw, old === undefined, errors, taken)
    if (errors.length > 0) return { errors }
    const health: number | undefined = isAskedForHealth(spec) ? spec['healthCheckNodePort'] || this.freePort(taken, draw) : undefined
    if (health !== undefined) {
      const fault = spec['healthCheckNodePort'] ? this.portFault(health, owner, taken) : undefined
      if (fault !== undefined) return { internal: `failed to allocate requested HealthCheck NodePort ${health}: ${fault}` }
      withPorts['healthCheckNodePort'] = health
    }
    return { object: { ...service, spec: { ...withPorts, clusterIP: address, clusterIPs: [address] } } }
  }

  /** A Service has been stored or removed. */
  note(before: KubeObject | undefined, after: KubeObject | undefined): void {
    this.open()
    if (before !== undefined) {
      for (const address of addressesOf(before)) this.addresses.delete(address)
      for (const port of portsOf(before)) this.ports.delete(port)
    }
    if (after === undefined) return
    const owner = ownerOf(after)
    for (const address of addressesOf(after)) this.addresses.set(address, owner)
    for (const port of portsOf(after)) this.ports.set(port, owner)
  }

  private open(): void {
    const { stored } = this
    if (stored === undefined) return
    this.stored = undefined
    for (const service of stored()) this.note(undefined, service)
  }

  private addressFor(spec: Fields, owner: string, draw: Draw, errors: FieldError[]): string {
    const wanted: string | undefined = spec['clusterIP'] || undefined
    if (wanted === undefined) return this.freeAddress(draw)
    if (wanted === 'None' || this.addresses.get(wanted) === owner) return wanted
    const fault = isInNetwork(wanted)
      ? this.addresses.has(wanted)
        ? 'provided IP is already allocated'
        : undefined
      : mismatchedNetwork
    if (fault !== undefined) {
      errors.push(
        invalidField('spec.clusterIPs', spec['clusterIPs'] ?? [wanted], `failed to allocate IP ${wanted}: ${fault}`),
      )
    }
    return wanted
  }

  private freeAddress(draw: Draw): string {
    const start = draw(dynamicAddresses.count)
    for (let i = 0; ; i++) {
      const address = toText(network.first + dynamicAddresses.from + ((start + i) % dynamicAddresses.count))
      if (!this.addresses.has(address)) return address
    }
  }

  /** initNodePorts and updateNodePorts. Of a new Service, entries of one port (TCP and UDP) share a node port. */
  private portsFor(spec: Fields, owner: string, draw: Draw, isNew: boolean, errors: FieldError[], taken: Set<number>): Fields {
    const given: Fields[] = spec['ports'] ?? []
    if (spec['type'] !== 'NodePort' && spec['type'] !== 'LoadBalancer') return { ...spec }
    const byPort = new Map<number, number>()
    const take = (nodePort: number, i: number): number => {
      const fault = this.portFault(nodePort, owner, taken)
      if (fault !== undefined) errors.push(invalidField(`spec.ports[${i}].nodePort`, nodePort, fault))
      taken.add(nodePort)
      return nodePort
    }
    const ports = given.map((entry, i) => {
      if (errors.length > 0 || (!entry['nodePort'] && !wantsNodePorts(spec))) return entry
      const { port, nodePort: wanted } = entry
      if (!isNew) return taken.has(wanted) ? entry : { ...entry, nodePort: wanted ? take(wanted, i) : this.freePort(taken, draw) }
      const known = byPort.get(port)
      if (known !== undefined) return { ...entry, nodePort: !wanted || wanted === known ? known : take(wanted, i) }
      const requested = given.find((other) => other['port'] === port && other['nodePort'])?.['nodePort']
      const nodePort = requested === undefined ? this.freePort(taken, draw) : take(requested, i)
      byPort.set(port, nodePort)
      return { ...entry, nodePort }
    })
    return { ...spec, ports }
  }

  private portFault(nodePort: number, owner: string, taken: ReadonlySet<number>): string | undefined {
    if (nodePort < nodePorts.first || nodePort > nodePorts.last) {
      return `provided port is not in the valid range. The range of valid ports is ${nodePorts.first}-${nodePorts.last}`
    }
    const has = this.ports.get(nodePort)
    return taken.has(nodePort) || (has !== undefined && has !== owner) ? 'provided port is already allocated' : undefined
  }

  private freePort(taken: Set<number>, draw: Draw): number {
    const count = nodePorts.last - nodePorts.dynamicFrom + 1
    const start = draw(count)
    const all = nodePorts.last - nodePorts.first + 1
    for (let i = 0; i < all; i++) {
      // First the dynamic part, from a port by chance; when it is full, the rest.
      const port = i < count ? nodePorts.dynamicFrom + ((start + i) % count) : nodePorts.first + i - count
      if (this.ports.has(port) || taken.has(port)) continue
      taken.add(port)
      return port
    }
    throw new Error('service allocator: all node ports are taken')
  }
}

/** initIPFamilyFields, for a cluster of IPv4 alone. */
function withFamilies(given: Fields, errors: FieldError[]): Fields {
  const spec = { ...given }
  const hasSelector = Object.keys(spec['selector'] ?? {}).length > 0
  const isFree = spec['clusterIP'] === 'None' && !hasSelector
  const policy: string = (spec['ipFamilyPolicy'] ??= isFree ? 'RequireDualStack' : 'SingleStack')
  clusterIPs(spec, errors)
  if (errors.length > 0) return spec
  const mayBeTwo = "must be 'RequireDualStack' or 'PreferDualStack' when multiple"
  const families: string[] = [...(spec['ipFamilies'] ?? [])]
  const addresses: string[] = spec['clusterIPs'] ?? []
  if (policy === 'SingleStack' && addresses.length === 2) errors.push(invalidField('spec.ipFamilyPolicy', policy, `${mayBeTwo} cluster IPs are specified`))
  if (policy === 'SingleStack' && families.length === 2) errors.push(invalidField('spec.ipFamilyPolicy', policy, `${mayBeTwo} IP families are specified`))
  addresses.forEach((address, i) => {
    if (address === 'None' || i < families.length) return
    if (address.includes(':')) errors.push(invalidField(`spec.clusterIPs[${i}]`, addresses, 'IPv6 is not configured on this cluster'))
    else families.push('IPv4')
  })
  if (errors.length > 0) return spec
  if (!isFree) {
    if (policy === 'RequireDualStack') errors.push(invalidField('spec.ipFamilyPolicy', policy, 'this cluster is not configured for dual-stack services'))
    families.forEach((family, i) => {
      if (family === 'IPv6') errors.push(invalidField(`spec.ipFamilies[${i}]`, family, 'not configured on this cluster'))
    })
  }
  if (families.length === 0) families.push('IPv4')
  // A Service without selector and address may have what the cluster has not.
  if (isFree && policy !== 'SingleStack' && families.length === 1) families.push(families[0] === 'IPv4' ? 'IPv6' : 'IPv4')
  return { ...spec, ipFamilies: families }
}

const mismatchedNetwork = 'the provided network does not match the current range'

function wantsNodePorts(spec: Fields): boolean {
  return (
    spec['type'] === 'NodePort' || (spec['type'] === 'LoadBalancer' && spec['allocateLoadBalancerNodePorts'] !== false)
  )
}

/** A load balancer asks the nodes themselves which of them have backends (NeedsHealthCheck). */
function isAskedForHealth(spec: Fields): boolean {
  return spec['type'] === 'LoadBalancer' && spec['externalTrafficPolicy'] === 'Local'
}

function ownerOf({ metadata }: KubeObject): string {
  return `${metadata.namespace}/${metadata.name}`
}

function addressesOf(service: KubeObject): string[] {
  return ((service['spec']?.clusterIPs ?? []) as string[]).filter((address) => address !== 'None')
}

function portsOf(service: KubeObject): number[] {
  const spec: Fields = service['spec'] ?? {}
  return [...((spec['ports'] ?? []) as Fields[]).map(({ nodePort }) => nodePort), spec['healthCheckNodePort']].filter(Boolean)
}

function isInNetwork(address: string): boolean {
  const offset = toNumber(address) - network.first
  return offset > 0 && offset < network.size - 1
}

function toNumber(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
}

function toText(number: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.')
}
