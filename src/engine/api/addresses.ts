/** Addresses and prefixes as Go's net/netip has them: texts become numbers, and back. */
import { isIPv4, isIPv6, withoutZeros } from './names.ts'

/** netip.Addr: its bits as one number. */
export class Address {
  readonly bits: bigint
  readonly family: 4 | 6

  constructor(bits: bigint, family: 4 | 6) {
    this.bits = bits
    this.family = family
  }

  get length(): number {
    return this.family === 4 ? 32 : 128
  }

  toString(): string {
    return this.family === 4 ? [24n, 16n, 8n, 0n].map((shift) => (this.bits >> shift) & 255n).join('.') : writeIPv6(this.bits)
  }
}

/** An IPv4 address as a number: what is counted with often needs no bigint. */
export function ipv4Number(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
}

export function ipv4Text(number: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.')
}

export class Prefix {
  readonly address: Address
  readonly length: number

  constructor(address: Address, length: number) {
    this.address = address
    this.length = length
  }

  get masked(): Address {
    const free = BigInt(this.address.length - this.length)
    return new Address((this.address.bits >> free) << free, this.address.family)
  }

  contains(address: Address): boolean {
    return address.family === this.address.family && new Prefix(address, this.length).masked.bits === this.masked.bits
  }

  toString(): string {
    return `${String(this.address)}/${this.length}`
  }
}

function writeIPv6(bits: bigint): string {
  const groups = Array.from({ length: 8 }, (_, i) => ((bits >> BigInt(112 - 16 * i)) & 0xffffn).toString(16))
  const zeros = [...groups.join(':').matchAll(/\b0(?::0\b)+/g)].toSorted((a, b) => b[0].length - a[0].length)[0]
  if (zeros === undefined) return groups.join(':')
  const text = groups.join(':')
  return `${text.slice(0, zeros.index).replace(/:$/, '')}::${text.slice(zeros.index + zeros[0].length).replace(/^:/, '')}`
}

const bitsOfIPv4 = (text: string): bigint => text.split('.').reduce((bits, part) => (bits << 8n) | BigInt(part), 0n)

function bitsOfIPv6(text: string): bigint {
  const tail = /[\d.]+$/.exec(text)?.[0] ?? ''
  const plain = tail.includes('.') ? `${text.slice(0, -tail.length)}${(bitsOfIPv4(tail) >> 16n).toString(16)}:${(bitsOfIPv4(tail) & 0xffffn).toString(16)}` : text
  const [before = '', after] = plain.split('::')
  const groups = (part: string): string[] => (part === '' ? [] : part.split(':'))
  const [head, rest] = [groups(before), groups(after ?? '')]
  const filled = after === undefined ? head : [...head, ...Array.from({ length: 8 - head.length - rest.length }, () => '0'), ...rest]
  return filled.reduce((bits, group) => (bits << 16n) | BigInt(`0x${group}`), 0n)
}

const isMapped = (bits: bigint): boolean => bits >> 32n === 0xffffn

/** Strict: no zone, no IPv4 inside of IPv6 (apiserver/pkg/cel/library/ip.go parseIPAddr). */
export function parseAddress(text: string): Address | { error: string } {
  if (isIPv4(text)) return new Address(bitsOfIPv4(text), 4)
  if (!isIPv6(text)) return { error: `IP Address ${JSON.stringify(text)} parse error during conversion from string: ParseAddr(${JSON.stringify(text)}): unable to parse IP` }
  const bits = bitsOfIPv6(text)
  if (isMapped(bits)) return { error: `IPv4-mapped IPv6 address ${JSON.stringify(text)} is not allowed` }
  return new Address(bits, 6)
}

/** As older fields are read, into a net.IP: IPv4 may have zeros before its parts, and lie inside of IPv6. */
export function parseSloppyAddress(text: string): Address | undefined {
  const plain = withoutZeros(text)
  if (isIPv4(plain)) return new Address(bitsOfIPv4(plain), 4)
  if (!isIPv6(plain)) return undefined
  const bits = bitsOfIPv6(plain)
  return isMapped(bits) ? new Address(bits & 0xffff_ffffn, 4) : new Address(bits, 6)
}

export function parseSloppyPrefix(text: string): Prefix | undefined {
  const [ip = '', length = ''] = text.split('/')
  const address = parseSloppyAddress(ip)
  return address && new Prefix(address, Number(length) - (address.family === 4 && ip.includes(':') ? 96 : 0))
}

export function parsePrefix(text: string): Prefix | { error: string } {
  const [ip = '', length = '', more] = text.split('/')
  const address = parseAddress(ip)
  if ('error' in address || more !== undefined || !/^(?:0|[1-9]\d{0,2})$/.test(length) || Number(length) > address.length) {
    const why = text.includes('/') ? 'unable to parse' : "no '/'"
    return { error: `network address parse error during conversion from string: netip.ParsePrefix(${JSON.stringify(text)}): ${why}` }
  }
  return new Prefix(address, Number(length))
}
