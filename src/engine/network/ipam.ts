/**
 * Addresses of one node's range (CNI host-local): the next free one after the last given, so that an
 * address is not used again at once.
 */
export class AddressRange {
  private readonly prefix: string
  private readonly used = new Set<number>()
  private last = firstHost - 1

  /** `cidr` is a /24 such as 10.244.1.0/24; .0 is the network, .1 the bridge. */
  constructor(cidr: string) {
    this.prefix = cidr.slice(0, cidr.lastIndexOf('.') + 1)
  }

  /** undefined when all are taken. */
  allocate(): string | undefined {
    for (let i = 0; i < hosts; i++) {
      const host = firstHost + ((this.last - firstHost + 1 + i) % hosts)
      if (this.used.has(host)) continue
      this.used.add(host)
      this.last = host
      return this.prefix + host
    }
    return undefined
  }

  release(address: string): void {
    this.used.delete(Number(address.slice(this.prefix.length)))
  }

  get inUse(): number {
    return this.used.size
  }
}

const firstHost = 2
const hosts = 253
