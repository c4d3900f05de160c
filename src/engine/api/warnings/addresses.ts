/** What is told of addresses and ranges that are taken but written unusually (apimachinery util/validation GetWarningsForIP, GetWarningsForCIDR). Ranges: IPv4 only. */
import { isIPv4, isIPv6 } from '../names.ts'

export function warningsForIP(at: string, value: string): string[] {
  if (!isIPv6(value)) return []
  const groups = groupsOf(value)
  if (groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xff_ff) {
    const ipv4 = groups.slice(6).flatMap((group) => [group >> 8, group & 0xff]).join('.')
    return [`${at}: non-standard IP address "${value}" will be considered invalid in a future Kubernetes release: use "${ipv4}"`]
  }
  const canonical = written(groups)
  return canonical === value ? [] : [`${at}: IPv6 address "${value}" should be in RFC 5952 canonical format ("${canonical}")`]
}

function groupsOf(address: string): number[] {
  const read = (half: string): number[] =>
    half === '' ? [] : half.split(':').flatMap((group) => {
      if (!isIPv4(group)) return [Number.parseInt(group, 16)]
      const [a = 0, b = 0, c = 0, d = 0] = group.split('.').map(Number)
      return [a * 256 + b, c * 256 + d]
    })
  const [head = '', tail] = address.split('::')
  const [before, after] = [read(head), read(tail ?? '')]
  return [...before, ...Array.from({ length: 8 - before.length - after.length }, () => 0), ...after]
}

/** The longest run of two or more zeros, the first of them, becomes "::". */
function written(groups: readonly number[]): string {
  let [start, length] = [-1, 1]
  for (let i = 0; i < groups.length; i++) {
    let end = i
    while (groups[end] === 0) end++
    if (end - i > length) [start, length] = [i, end - i]
    i = Math.max(i, end - 1)
  }
  const hex = (some: readonly number[]) => some.map((group) => group.toString(16)).join(':')
  return start < 0 ? hex(groups) : `${hex(groups.slice(0, start))}::${hex(groups.slice(start + length))}`
}

/** '10.1.2.3/8' names a network by an address in it: '10.0.0.0/8' or '10.1.2.3/32' was meant. */
export function warningsForCIDR(at: string, value: string): string[] {
  const [address = '', bits = ''] = value.split('/')
  if (!isIPv4(address)) return []
  const shift = 32 - Number(bits)
  const number = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
  const network = number - (number % 2 ** shift)
  if (network === number) return []
  const text = [24, 16, 8, 0].map((by) => Math.floor(network / 2 ** by) % 256).join('.')
  return [`${at}: CIDR value "${value}" is ambiguous in this context (should be "${text}/${bits}" or "${address}/32"?)`]
}
