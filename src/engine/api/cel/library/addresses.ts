import type { Environment } from '@marcbachmann/cel-js'
import { Address, parseAddress, parsePrefix, Prefix } from '../../addresses.ts'
import { failure, register, registerType } from './register.ts'

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
