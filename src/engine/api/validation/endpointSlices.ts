/** EndpointSlices (pkg/apis/discovery/validation). */
import { parseSloppyAddress } from '../addresses.ts'
import { duplicate, invalid, notSupported, required, tooMany, type FieldError } from '../field.ts'
import { isDNS1123Label, isDNS1123Subdomain, isLabelValue } from '../names.ts'
import { nonSpecialIP, protocols } from './core.ts'
import { immutable, validateLabels } from './meta.ts'
import { choice, complain, label, qualifiedName, type Fields } from './report.ts'

const addressTypes = ['FQDN', 'IPv4', 'IPv6']
const mostEndpoints = 1000
const mostAddresses = 100
const mostPorts = 20_000
const mostTopologyLabels = 16
const mostHints = 8

export function endpointSlice({ addressType = '', ...lists }: Fields, errors: FieldError[]): void {
  // both lists may be written as null
  const endpoints: Fields[] = lists['endpoints'] ?? []
  const ports: Fields[] = lists['ports'] ?? []
  choice(addressType, addressTypes, 'addressType', errors)
  if (endpoints.length > mostEndpoints) errors.push(tooMany('endpoints', endpoints.length, mostEndpoints))
  else for (const [i, one] of endpoints.entries()) endpoint(one, addressType, `endpoints[${i}]`, errors)
  if (ports.length > mostPorts) errors.push(tooMany('ports', ports.length, mostPorts))
  else slicePorts(ports, errors)
}

export function updateEndpointSlice(next: Fields, old: Fields, errors: FieldError[]): void {
  endpointSlice(next, errors)
  immutable(next['addressType'], old['addressType'], 'addressType', errors)
}

function slicePorts(ports: readonly Fields[], errors: FieldError[]): void {
  const names = new Set<string>()
  for (const [i, { name = '', protocol, appProtocol }] of ports.entries()) {
    const at = `ports[${i}]`
    if (name !== '') label(name, `${at}.name`, errors)
    if (names.has(name)) errors.push(duplicate(`${at}.name`, name))
    names.add(name)
    if (protocol === undefined) errors.push(required(`${at}.protocol`))
    else if (!protocols.includes(protocol)) errors.push(notSupported(`${at}.protocol`, protocol, protocols))
    if (appProtocol !== undefined) qualifiedName(appProtocol, `${at}.appProtocol`, errors)
  }
}

function endpoint({ addresses: written, nodeName, deprecatedTopology = {}, hostname, hints }: Fields, addressType: string, at: string, errors: FieldError[]): void {
  const addresses: string[] = written ?? []
  if (addresses.length === 0) errors.push(required(`${at}.addresses`, 'must contain at least 1 address'))
  else if (addresses.length > mostAddresses) errors.push(tooMany(`${at}.addresses`, addresses.length, mostAddresses))
  for (const [i, one] of addresses.entries()) address(one, addressType, `${at}.addresses[${i}]`, errors)
  if (nodeName !== undefined) complain(isDNS1123Subdomain(nodeName), nodeName, `${at}.nodeName`, errors)
  const labels = Object.keys(deprecatedTopology).length
  if (labels > mostTopologyLabels) errors.push(tooMany(`${at}.deprecatedTopology`, labels, mostTopologyLabels))
  validateLabels(deprecatedTopology, `${at}.deprecatedTopology`, errors)
  if (hostname !== undefined) label(hostname, `${at}.hostname`, errors)
  for (const kind of ['forZones', 'forNodes'] as const) if (hints?.[kind]) placeHints(hints[kind], kind, `${at}.hints.${kind}`, errors)
}

function address(text: string, addressType: string, at: string, errors: FieldError[]): void {
  if (addressType === 'FQDN') return domainName(text, at, errors)
  if (addressType !== 'IPv4' && addressType !== 'IPv6') return
  const family = parseSloppyAddress(text)?.family
  if (`IPv${family}` !== addressType) errors.push(invalid(at, text, `must be a valid ${addressType} address`))
  nonSpecialIP(text, at, errors)
}

/** "example.com", with or without a dot at the end (IsFullyQualifiedDomainName in apimachinery's util/validation). */
function domainName(text: string, at: string, errors: FieldError[]): void {
  if (text === '') return void errors.push(required(at))
  const name = text.replace(/\.$/, '')
  const wrong = isDNS1123Subdomain(name)
  if (wrong.length > 0) return void errors.push(invalid(at, name, wrong.join(',')))
  const labels = name.split('.')
  if (labels.length < 2) return void errors.push(invalid(at, name, 'should be a domain with at least two segments separated by dots'))
  for (const part of labels) {
    const faults = isDNS1123Label(part)
    if (faults.length > 0) return void errors.push(invalid(at, part, faults.join(',')))
  }
}

function placeHints(hints: readonly Fields[], kind: 'forZones' | 'forNodes', at: string, errors: FieldError[]): void {
  if (hints.length > mostHints) return void errors.push(tooMany(at, hints.length, mostHints))
  const seen = new Set<string>()
  for (const [i, { name = '' }] of hints.entries()) {
    const here = `${at}[${i}].name`
    if (seen.has(name)) errors.push(duplicate(here, name))
    seen.add(name)
    complain(kind === 'forZones' ? isLabelValue(name) : isDNS1123Subdomain(name), name, here, errors)
  }
}
