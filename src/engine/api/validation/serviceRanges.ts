/** Where Services get their addresses from: networking.k8s.io/v1 ServiceCIDR and IPAddress (pkg/apis/networking/validation). */
import { parseSloppyAddress, parseSloppyPrefix } from '../addresses.ts'
import { goQuote, invalid, required, type FieldError } from '../field.ts'
import { isDNS1123Subdomain, isPathSegmentName, isValidCIDR, isValidIP, withoutZeros } from '../names.ts'
import { immutable, immutableText, type NameRule } from './meta.ts'
import { complain, type Fields } from './report.ts'

/** An address as it prints (validation.IsValidIP). */
export const ipAddressName: NameRule = (name) => {
  const wrong = isValidIP(name)
  if (wrong.length > 0) return wrong
  if (withoutZeros(name) !== name) return ['must not have leading 0s']
  const canonical = String(parseSloppyAddress(name))
  return canonical === name ? [] : [`must be in canonical form (${goQuote(canonical)})`]
}

export function ipAddress({ spec = {} }: Fields, errors: FieldError[]): void {
  const parent: Fields | undefined = spec.parentRef
  if (parent === undefined) return void errors.push(required('spec.parentRef'))
  if (parent['group']) complain(isDNS1123Subdomain(parent['group']), parent['group'], 'spec.parentRef.group', errors)
  for (const field of ['resource', 'name']) {
    if (!parent[field]) errors.push(required(`spec.parentRef.${field}`))
    else complain(isPathSegmentName(parent[field]), parent[field], `spec.parentRef.${field}`, errors)
  }
  if (parent['namespace']) complain(isPathSegmentName(parent['namespace']), parent['namespace'], 'spec.parentRef.namespace', errors)
}

export function updateIpAddress(next: Fields, old: Fields, errors: FieldError[]): void {
  immutable(next['spec'].parentRef, old['spec'].parentRef, 'spec.parentRef', errors)
}

export const serviceCidr = ({ spec = {} }: Fields, errors: FieldError[]): void => checkRanges(spec.cidrs ?? [], errors)

function checkRanges(ranges: string[], errors: FieldError[]): void {
  const at = 'spec.cidrs'
  if (ranges.length === 0) return void errors.push(required(at, 'at least one CIDR required'))
  if (ranges.length > 2) return void errors.push(invalid(at, { CIDRs: ranges }, 'may only hold up to 2 values'))
  const sameFamily = ranges.length === 2 && ranges[0]!.includes(':') === ranges[1]!.includes(':')
  if (ranges.length === 2 && (sameFamily || ranges.some((range) => isValidCIDR(range).length > 0))) {
    errors.push(invalid(at, { CIDRs: ranges }, 'may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64'))
  } else for (const [i, range] of ranges.entries()) complain(strictCIDR(range), range, `${at}[${i}]`, errors)
}

/** validation.IsValidCIDR, which newer fields are read with. */
function strictCIDR(range: string): readonly string[] {
  const wrong = isValidCIDR(range)
  const prefix = parseSloppyPrefix(range)
  if (wrong.length > 0 || prefix === undefined) return wrong
  if (withoutZeros(range) !== range) return ['must not have leading 0s in IP or prefix length']
  if (prefix.address.bits !== prefix.masked.bits) return ['must not have bits set beyond the prefix length']
  const canonical = String(prefix)
  return canonical === range ? [] : [`must be in canonical form (${goQuote(canonical)})`]
}

/** A range stays; one of the other family may come to it. */
export function updateServiceCidr(next: Fields, old: Fields, errors: FieldError[]): void {
  const [now, before]: string[][] = [next['spec']?.cidrs ?? [], old['spec']?.cidrs ?? []]
  if (now!.length !== before!.length && !(before!.length === 1 && now!.length === 2)) return void errors.push(invalid('spec.cidrs', now, immutableText))
  for (const [i, range] of before!.entries()) immutable(now![i], range, `spec.cidrs[${i}]`, errors)
  if (now!.length > before!.length) checkRanges(now!, errors)
}
