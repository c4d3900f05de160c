import { invalid as invalidField, type FieldError } from '../../api/field.ts'
import { withAddressTwice } from '../../api/prepare.ts'
import type { Fields } from '../../api/validation/report.ts'
import { clusterIPs } from '../../api/validation/service.ts'
import type { KubeObject } from '../../api/types.ts'
import { contains, freeAddress, readyRanges, type ServiceRange } from './service-ranges.ts'

/** Their lower part is kept for those who choose by hand (KEP-3668). */
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
  private readonly store: { range(prefix: string): readonly KubeObject[] }
  private isOpen = false

  constructor(store: { range(prefix: string): readonly KubeObject[] }) {
    this.store = store
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
    if (address === undefined) return { internal: 'failed to allocate a serviceIP: range is full' }
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

  /** What is stored already is read once. */
  private open(): void {
    if (this.isOpen) return
    this.isOpen = true
    for (const service of this.store.range('services/')) this.note(undefined, service)
  }

  private ranges(): ServiceRange[] {
    return readyRanges(this.store.range('servicecidrs/'))
  }

  private addressFor(spec: Fields, owner: string, draw: Draw, errors: FieldError[]): string | undefined {
    const wanted: string | undefined = spec['clusterIP'] || undefined
    if (wanted === undefined) return this.freeAddress(draw)
    if (wanted === 'None' || this.addresses.get(wanted) === owner) return wanted
    const fault = this.ranges().some((range) => contains(range, wanted))
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

  /** Undefined when all ranges are full; where a search begins is a matter of chance. */
  private freeAddress(draw: Draw): string | undefined {
    const ranges = this.ranges()
    const start = ranges.length > 1 ? draw(ranges.length) : 0
    for (let i = 0; i < ranges.length; i++) {
      const address = freeAddress(ranges[(start + i) % ranges.length]!, draw, (one) => this.addresses.has(one))
      if (address !== undefined) return address
    }
    return undefined
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
