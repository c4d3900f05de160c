import { nextBlock } from '../api/podRanges.ts'

/**
 * Addresses of one node's range (CNI host-local): the next free one after the last given, so that an
 * address is not used again at once.
 */
export class AddressRange {
  private readonly prefix: string
  private readonly firstHost: number
  private readonly hosts: number
  private readonly used = new Set<number>()
  private last: number

  /** `cidr` is a /24 such as 10.244.1.0/24, or smaller; .0 is the network, .1 the bridge, .255 for broadcasts. */
  constructor(cidr: string) {
    const [network = '', bits = ''] = cidr.split('/')
    this.prefix = network.slice(0, network.lastIndexOf('.') + 1)
    this.firstHost = Number(network.slice(this.prefix.length)) + reserved - 1
    this.hosts = Math.max(0, 2 ** (32 - Math.max(Number(bits), 24)) - reserved)
    this.last = this.firstHost - 1
  }

  /** undefined when all are taken. */
  allocate(): string | undefined {
    const { firstHost, hosts } = this
    for (let i = 0; i < hosts; i++) {
      const host = firstHost + ((this.last - firstHost + 1 + i) % hosts)
      if (this.used.has(host)) continue
      this.used.add(host)
      this.last = host
      return this.prefix + host
    }
    return undefined
  }

  /** Somebody has it already. Addresses of other ranges are nobody's business here. */
  reserve(address: string): void {
    if (address.startsWith(this.prefix)) this.used.add(Number(address.slice(this.prefix.length)))
  }

  release(address: string): void {
    this.used.delete(Number(address.slice(this.prefix.length)))
  }

  get inUse(): number {
    return this.used.size
  }
}

/** Network, bridge, broadcast. */
const reserved = 3

/** Whether a node may have given this address to a pod. */
export function isPodAddress(ip: string): boolean {
  const [first, second] = ip.split('.')
  return first === '10' && Number(second) >= nextBlock
}
