/** What is told of addresses and ranges that are taken but written unusually (apimachinery util/validation GetWarningsForIP, GetWarningsForCIDR). */
import { parseAddress, parsePrefix, parseSloppyAddress, parseSloppyPrefix } from '../addresses.ts'

export function warningsForIP(at: string, value: string): string[] {
  const taken = parseSloppyAddress(value)
  if (taken === undefined) return []
  const canonical = String(taken)
  if ('error' in parseAddress(value)) return [`${at}: non-standard IP address "${value}" will be considered invalid in a future Kubernetes release: use "${canonical}"`]
  return canonical === value ? [] : [`${at}: IPv6 address "${value}" should be in RFC 5952 canonical format ("${canonical}")`]
}

/** '10.1.2.3/8' names a network by an address in it: '10.0.0.0/8' or '10.1.2.3/32' was meant. */
export function warningsForCIDR(at: string, value: string): string[] {
  const taken = parseSloppyPrefix(value)
  if (taken === undefined) return []
  const { address, masked, length } = taken
  const network = `${String(masked)}/${length}`
  const told: string[] = []
  if (address.bits !== masked.bits) told.push(`${at}: CIDR value "${value}" is ambiguous in this context (should be "${network}" or "${String(address)}/${address.length}"?)`)
  if ('error' in parsePrefix(value)) told.push(`${at}: non-standard CIDR value "${value}" will be considered invalid in a future Kubernetes release: use "${network}"`)
  if (told.length === 0 && network !== value) told.push(`${at}: IPv6 CIDR value "${value}" should be in RFC 5952 canonical format ("${network}")`)
  return told
}
