import type { Environment } from '@marcbachmann/cel-js'
import { isIPv4, isIPv6 } from '../../names.ts'
import { failure, register, registerType } from './register.ts'

/** netip.Addr: its bits as one number. */
class Address {
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

class Prefix {
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
function parseAddress(text: string): Address | { error: string } {
  if (isIPv4(text)) return new Address(bitsOfIPv4(text), 4)
  if (!isIPv6(text)) return { error: `IP Address ${JSON.stringify(text)} parse error during conversion from string: ParseAddr(${JSON.stringify(text)}): unable to parse IP` }
  const bits = bitsOfIPv6(text)
  if (isMapped(bits)) return { error: `IPv4-mapped IPv6 address ${JSON.stringify(text)} is not allowed` }
  return new Address(bits, 6)
}

function parsePrefix(text: string): Prefix | { error: string } {
  const [ip = '', length = '', more] = text.split('/')
  const address = parseAddress(ip)
  if ('error' in address || more !== undefined || !/^(?:0|[1-9]\d{0,2})$/.test(length) || Number(length) > address.length) {
    return { error: `network address parse error during conversion from string: netip.ParsePrefix(${JSON.stringify(text)}): no '/'`.replace(": no '/'", text.includes('/') ? ': unable to parse' : ": no '/'") }
  }
  return new Prefix(address, Number(length))
}

function must<T extends object>(parsed: T | { error: string }): T {
  if ('error' in parsed) throw failure(parsed.error)
  return parsed
}

const isGood = (parsed: object): boolean => !('error' in parsed)

/** apiserver/pkg/cel/library/ip.go and cidr.go. `ip` and `cidr` are functions and names at once: `ip.isCanonical(...)`. */
export function registerAddresses(environment: Environment): void {
  const [ip, cidr] = ['net.IP', 'net.CIDR']
  registerType(environment, ip, Address, (a: Address, b: Address) => a.family === b.family && a.bits === b.bits)
  registerType(environment, cidr, Prefix, (a: Prefix, b: Prefix) => a.length === b.length && String(a.address) === String(b.address))
  const inRange = (v4: string, v6: string) => (address: Address) => must(parsePrefix(address.family === 4 ? v4 : v6)).contains(address)
  const contains = (prefix: Prefix, other: Prefix): boolean => other.length >= prefix.length && prefix.contains(other.address)
  const isUnspecified = ({ bits }: Address): boolean => bits === 0n
  const isLoopback = inRange('127.0.0.0/8', '::1/128')
  const isMulticast = inRange('224.0.0.0/4', 'ff00::/8')
  const isLinkLocal = inRange('169.254.0.0/16', 'fe80::/10')
  register(environment, {
    [`ip(string): ${ip}`]: (text: string) => must(parseAddress(text)),
    'isIP(string): bool': (text: string) => isGood(parseAddress(text)),
    'IPNamespace.isCanonical(string): bool': (_: unknown, text: string) => String(must(parseAddress(text))) === text,
    [`string(${ip}): string`]: String,
    [`${ip}.family(): int`]: ({ family }: Address) => BigInt(family),
    [`${ip}.isUnspecified(): bool`]: isUnspecified,
    [`${ip}.isLoopback(): bool`]: isLoopback,
    [`${ip}.isLinkLocalMulticast(): bool`]: inRange('224.0.0.0/24', 'ff02::/16'),
    [`${ip}.isLinkLocalUnicast(): bool`]: isLinkLocal,
    [`${ip}.isGlobalUnicast(): bool`]: (address: Address) =>
      !isUnspecified(address) && !isLoopback(address) && !isMulticast(address) && !isLinkLocal(address) && !(address.family === 4 && address.bits === 0xffffffffn),
    [`cidr(string): ${cidr}`]: (text: string) => must(parsePrefix(text)),
    'isCIDR(string): bool': (text: string) => isGood(parsePrefix(text)),
    [`string(${cidr}): string`]: String,
    [`${cidr}.containsIP(${ip}): bool`]: (prefix: Prefix, address: Address) => prefix.contains(address),
    [`${cidr}.containsIP(string): bool`]: (prefix: Prefix, text: string) => prefix.contains(must(parseAddress(text))),
    [`${cidr}.containsCIDR(${cidr}): bool`]: contains,
    [`${cidr}.containsCIDR(string): bool`]: (prefix: Prefix, text: string) => contains(prefix, must(parsePrefix(text))),
    [`${cidr}.ip(): ${ip}`]: ({ address }: Prefix) => address,
    [`${cidr}.masked(): ${cidr}`]: (prefix: Prefix) => new Prefix(prefix.masked, prefix.length),
    [`${cidr}.prefixLength(): int`]: ({ length }: Prefix) => BigInt(length),
  })
}
