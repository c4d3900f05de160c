import { ipv4Number, ipv4Text } from '../../api/addresses.ts'
import { isIPv4 } from '../../api/names.ts'
import type { KubeObject } from '../../api/types.ts'

/** Addresses of a range that Services can have: those from `dynamicFrom` on are given first, the others are kept for who chooses by hand (KEP-3070). */
export interface ServiceRange {
  readonly first: number
  readonly dynamicFrom: number
  readonly last: number
}

/** The ranges of IPv4 from which addresses are given: those of ServiceCIDRs that are ready and stay (pkg/registry/core/service/ipallocator/cidrallocator.go). */
export function readyRanges(serviceCIDRs: readonly KubeObject[]): ServiceRange[] {
  const cidrs = serviceCIDRs.filter(isReady).flatMap(({ spec }) => (spec?.cidrs ?? []) as string[])
  return [...new Set(cidrs)].filter((cidr) => isIPv4(cidr.split('/')[0]!)).map(rangeOf)
}

/** One without a condition counts: nobody may be there to say it. */
function isReady({ metadata, status }: KubeObject): boolean {
  const conditions: { type: string; status: string }[] = status?.['conditions'] ?? []
  return metadata.deletionTimestamp === undefined && (conditions.find(({ type }) => type === 'Ready')?.status ?? 'True') === 'True'
}

/** Neither the network's own address nor that of its broadcasts. */
export function rangeOf(cidr: string): ServiceRange {
  const [network = '', length = '32'] = cidr.split('/')
  const size = 2 ** (32 - Number(length))
  const base = Math.floor(ipv4Number(network) / size) * size
  return { first: base + 1, dynamicFrom: base + 1 + keptByHand(size), last: base + size - 2 }
}

/** A sixteenth, but no more than 256; a range where that is less than 16 is not divided (calculateRangeOffset). */
function keptByHand(size: number): number {
  const part = Math.floor(size / 16)
  return part < 16 ? 0 : Math.min(part, 256)
}

export const contains = ({ first, last }: ServiceRange, address: string): boolean => isIPv4(address) && ipv4Number(address) >= first && ipv4Number(address) <= last

/** The first free address: by chance in the part that is given first, then in the rest. `draw`: a number below the bound. Undefined when the range is full. */
export function freeAddress(range: ServiceRange, draw: (bound: number) => number, isTaken: (address: string) => boolean): string | undefined {
  const { first, dynamicFrom, last } = range
  return search(dynamicFrom, last, draw, isTaken) ?? search(first, dynamicFrom - 1, draw, isTaken)
}

function search(first: number, last: number, draw: (bound: number) => number, isTaken: (address: string) => boolean): string | undefined {
  const count = last - first + 1
  if (count <= 0) return undefined
  const start = draw(count)
  for (let i = 0; i < count; i++) {
    const address = ipv4Text(first + ((start + i) % count))
    if (!isTaken(address)) return address
  }
  return undefined
}
