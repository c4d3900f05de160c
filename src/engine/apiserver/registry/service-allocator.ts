import { invalid as invalidField, type FieldError } from '../../api/field.ts'
import type { Fields } from '../../api/validation/report.ts'
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
  private readonly ports = new Map<string, string>()
  /** What is stored when the books are opened; asked once. */
  private stored: (() => readonly KubeObject[]) | undefined

  constructor(stored: () => readonly KubeObject[] = () => []) {
    this.stored = stored
  }

  /** The Service with what it lacks, or why what it asks for cannot be had. */
  allocate(service: KubeObject, draw: Draw): { object: KubeObject } | { errors: FieldError[] } {
    this.open()
    const spec: Fields = service['spec']
    if (spec['type'] === 'ExternalName') return { object: service }
    const owner = ownerOf(service)
    const errors: FieldError[] = []
    const address = this.addressFor(spec, owner, draw, errors)
    const withPorts = this.portsFor(spec, owner, draw, errors)
    if (errors.length > 0) return { errors }
    if (address === spec['clusterIP'] && withPorts === spec) return { object: service }
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

  private portsFor(spec: Fields, owner: string, draw: Draw, errors: FieldError[]): Fields {
    const local =
      spec['type'] === 'LoadBalancer' && spec['externalTrafficPolicy'] === 'Local' && !spec['healthCheckNodePort']
    const taken = new Set<string>()
    let changed = local
    const ports = ((spec['ports'] ?? []) as Fields[]).map((port, i) => {
      const protocol = String(port['protocol'] ?? 'TCP')
      const wanted: number | undefined = port['nodePort'] || undefined
      if (wanted !== undefined) {
        const has = this.ports.get(`${wanted}/${protocol}`)
        if (has !== undefined && has !== owner)
          errors.push(invalidField(`spec.ports[${i}].nodePort`, wanted, 'provided port is already allocated'))
        taken.add(`${wanted}/${protocol}`)
        return port
      }
      if (!wantsNodePorts(spec)) return port
      changed = true
      return { ...port, nodePort: this.freePort(protocol, taken, draw) }
    })
    if (!changed) return spec
    return { ...spec, ports, ...(local ? { healthCheckNodePort: this.freePort('TCP', taken, draw) } : {}) }
  }

  private freePort(protocol: string, taken: Set<string>, draw: Draw): number {
    const count = nodePorts.last - nodePorts.dynamicFrom + 1
    const start = draw(count)
    const all = nodePorts.last - nodePorts.first + 1
    for (let i = 0; i < all; i++) {
      // First the dynamic part, from a port by chance; when it is full, the rest.
      const port = i < count ? nodePorts.dynamicFrom + ((start + i) % count) : nodePorts.first + i - count
      const key = `${port}/${protocol}`
      if (this.ports.has(key) || taken.has(key)) continue
      taken.add(key)
      return port
    }
    throw new Error('service allocator: all node ports are taken')
  }
}

const mismatchedNetwork = 'the provided network does not match the current range'

function wantsNodePorts(spec: Fields): boolean {
  return (
    spec['type'] === 'NodePort' || (spec['type'] === 'LoadBalancer' && spec['allocateLoadBalancerNodePorts'] !== false)
  )
}

function ownerOf({ metadata }: KubeObject): string {
  return `${metadata.namespace}/${metadata.name}`
}

function addressesOf(service: KubeObject): string[] {
  return ((service['spec']?.clusterIPs ?? []) as string[]).filter((address) => address !== 'None')
}

function portsOf(service: KubeObject): string[] {
  const spec: Fields = service['spec'] ?? {}
  const ports = ((spec['ports'] ?? []) as Fields[])
    .filter((port) => port['nodePort'])
    .map((port) => `${port['nodePort']}/${port['protocol'] ?? 'TCP'}`)
  return spec['healthCheckNodePort'] ? [...ports, `${spec['healthCheckNodePort']}/TCP`] : ports
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
