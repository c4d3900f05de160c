/** The smaller kinds of the core group. */
import { parseSloppyAddress } from '../addresses.ts'
import { bytesOfBase64, textOfUtf8, utf8 } from '../base64.ts'
import { semanticEqual } from '../equality.ts'
import { duplicate, forbidden, invalid, required, tooLong, type FieldError } from '../field.ts'
import { isConfigMapKey, isDNS1123Subdomain, isValidCIDR, isValidIP, isValidPortNum } from '../names.ts'
import { jsonSyntaxError } from '../patch/jsonSyntax.ts'
import type { KubeObject, ResourceList } from '../types.ts'
import { immutable, validateFinalizer } from './meta.ts'
import { choice, complain, label, qualifiedName, type Fields } from './report.ts'
import { validateAmount } from './resources.ts'
import { validateTaints } from './scheduling.ts'

const maxData = 1024 * 1024

export function namespace({ spec }: KubeObject, errors: FieldError[]): void {
  for (const name of (spec?.finalizers ?? []) as string[]) validateFinalizer(name, 'spec.finalizers', errors)
}

export function namespaceStatus(next: KubeObject, _old: KubeObject, errors: FieldError[]): void {
  const phase: string = next['status']?.phase ?? ''
  const deleting = Boolean(next.metadata.deletionTimestamp)
  if (!deleting && phase !== 'Active') {
    errors.push(invalid('status.Phase', phase, "may only be 'Active' if `deletionTimestamp` is empty"))
  }
  if (deleting && phase !== 'Terminating') {
    errors.push(invalid('status.Phase', phase, "may only be 'Terminating' if `deletionTimestamp` is not empty"))
  }
}

function nodeResources(node: KubeObject, errors: FieldError[]): void {
  for (const list of ['capacity', 'allocatable'] as const) {
    const amounts: ResourceList = node['status']?.[list] ?? {}
    for (const name in amounts) validateAmount(name, amounts[name]!, `status.${list}.${name}`, errors)
  }
}

export function node(object: KubeObject, errors: FieldError[]): void {
  const spec: Fields = object['spec'] ?? {}
  if (spec['taints']) validateTaints(spec['taints'], 'metadata.taints', errors)
  nodeResources(object, errors)
  spec['podCIDRs']?.forEach((cidr: string, i: number) =>
    complain(isValidCIDR(cidr), cidr, `spec.podCIDRs[${i}]`, errors),
  )
  const cidrs: string[] = spec['podCIDRs'] ?? []
  if (cidrs.length > 2 || (cidrs.length > 1 && new Set(cidrs.map((cidr) => cidr.includes(':'))).size < 2)) {
    errors.push(invalid('spec.podCIDRs', cidrs, 'may specify no more than one CIDR for each IP family'))
  }
  cidrs.forEach((cidr, i) => {
    if (cidrs.indexOf(cidr) < i) errors.push(duplicate(`spec.podCIDRs[${i}]`, cidr))
  })
}

/** Also for its status, which upstream validates as the whole node. */
export function updateNode(next: KubeObject, old: KubeObject, errors: FieldError[]): void {
  const [spec, before]: [Fields, Fields] = [next['spec'] ?? {}, old['spec'] ?? {}]
  if (next['status'] !== old['status']) {
    nodeResources(next, errors)
    const seen = new Set<string>()
    next['status']?.addresses?.forEach(({ type, address }: Fields, i: number) => {
      if (seen.has(`${type} ${address}`))
        errors.push(duplicate(`status.addresses[${i}]`, { Type: type, Address: address }))
      seen.add(`${type} ${address}`)
    })
  }
  const [cidrs, had]: [string[], string[]] = [spec['podCIDRs'] ?? [], before['podCIDRs'] ?? []]
  const others = cidrs.length === had.length ? had.filter((cidr, i) => cidr !== cidrs[i]) : had.slice(0, 1)
  for (const _ of others) errors.push(forbidden('spec.podCIDRs', 'node updates may not change podCIDR except from "" to valid'))
  if (before['providerID'] && spec['providerID'] !== before['providerID']) {
    errors.push(forbidden('spec.providerID', 'node updates may not change providerID except from "" to valid'))
  }
  if (spec['taints'] && spec['taints'] !== before['taints']) validateTaints(spec['taints'], 'metadata.taints', errors)
  if (spec['externalID'] !== before['externalID']) errors.push(forbidden('spec.externalID', 'may not be updated'))
}

export function configMap(object: Fields, errors: FieldError[]): void {
  let size = 0
  const bytes = { data: (text: string) => utf8(text).length, binaryData: (text: string) => bytesOfBase64(text).length }
  for (const [bag, other] of [
    ['data', 'binaryData'],
    ['binaryData', undefined],
  ] as const) {
    for (const key in object[bag]) {
      complain(isConfigMapKey(key), key, `${bag}[${key}]`, errors)
      if (other && Object.hasOwn(object[other] ?? {}, key)) {
        errors.push(invalid(`${bag}[${key}]`, key, 'duplicate of key present in binaryData'))
      }
      size += bytes[bag](object[bag][key])
    }
  }
  // A path of no name, which stands for the object, prints so.
  if (size > maxData) errors.push(tooLong('[]', '', maxData))
}

const lockedText = 'field is immutable when `immutable` is set'

function locked(next: Fields, old: Fields, bags: readonly string[], errors: FieldError[]): void {
  if (!old['immutable']) return
  if (!next['immutable']) errors.push(forbidden('immutable', lockedText))
  for (const bag of bags) if (!semanticEqual(next[bag], old[bag])) errors.push(forbidden(bag, lockedText))
}

export function updateConfigMap(next: Fields, old: Fields, errors: FieldError[]): void {
  locked(next, old, ['data', 'binaryData'], errors)
  configMap(next, errors)
}

/** Keys that a Secret of some type must have; with `any` one of them is enough, with `filled` nothing is not. */
const secretKeys: Record<string, { keys: readonly string[]; any?: true; json?: true; filled?: true }> = {
  'kubernetes.io/dockercfg': { keys: ['.dockercfg'], json: true },
  'kubernetes.io/dockerconfigjson': { keys: ['.dockerconfigjson'], json: true },
  'kubernetes.io/basic-auth': { keys: ['username', 'password'], any: true },
  'kubernetes.io/ssh-auth': { keys: ['ssh-privatekey'], filled: true },
  'kubernetes.io/tls': { keys: ['tls.crt', 'tls.key'] },
}

export function secret(object: KubeObject, errors: FieldError[]): void {
  const data: Record<string, string> = object['data'] ?? {}
  let size = 0
  for (const key in data) {
    complain(isConfigMapKey(key), key, `data[${key}]`, errors)
    size += bytesOfBase64(data[key]!).length
  }
  if (size > maxData) errors.push(tooLong('data', '', maxData))
  const type: string = object['type'] ?? ''
  if (type === 'kubernetes.io/service-account-token') {
    const annotation = 'kubernetes.io/service-account.name'
    if (!object.metadata.annotations?.[annotation]) errors.push(required(`metadata.annotations[${annotation}]`))
  }
  const rule = Object.hasOwn(secretKeys, type) ? secretKeys[type]! : undefined
  if (!rule) return
  const missing = rule.keys.filter((key) => (rule.filled ? !data[key] : data[key] === undefined))
  if (!rule.any || missing.length === rule.keys.length) for (const key of missing) errors.push(required(`data[${key}]`))
  if (rule.json) rule.keys.forEach((key) => secretJson(data[key], `data[${key}]`, errors))
}

function secretJson(value: string | undefined, at: string, errors: FieldError[]): void {
  if (value === undefined) return
  const text = textOfUtf8(bytesOfBase64(value))
  const wrong = jsonSyntaxError(text) ?? notAMap(JSON.parse(text))
  if (wrong) errors.push(invalid(at, '<secret contents redacted>', wrong))
}

function notAMap(value: unknown): string | undefined {
  if (value === null || (typeof value === 'object' && !Array.isArray(value))) return undefined
  const kind = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value
  return `json: cannot unmarshal ${kind} into Go value of type map[string]interface {}`
}

export function updateSecret(next: KubeObject, old: KubeObject, errors: FieldError[]): void {
  immutable(next['type'], old['type'], 'type', errors)
  locked(next, old, ['data'], errors)
  secret(next, errors)
}

export function binding({ target = {} }: Fields, errors: FieldError[]): void {
  const { kind, name } = target
  if (kind && kind !== 'Node') {
    errors.push({
      type: 'FieldValueNotSupported',
      field: 'target.kind',
      badValue: kind,
      detail: 'supported values: "Node", "<empty>"',
    })
  }
  if (!name) errors.push(required('target.name'))
}

/** An address that stands for some other host: not unspecified, loopback or link-local. */
export function nonSpecialIP(ip: string, at: string, errors: FieldError[]): void {
  const address = parseSloppyAddress(ip)
  if (address === undefined) return void errors.push(invalid(at, ip, 'must be a valid IP address'))
  const text = String(address)
  if (text === '0.0.0.0' || text === '::') errors.push(invalid(at, ip, `may not be unspecified (${ip})`))
  if (text.startsWith('127.') || text === '::1') {
    errors.push(invalid(at, ip, 'may not be in the loopback range (127.0.0.0/8, ::1/128)'))
  }
  if (text.startsWith('169.254.') || /^fe[89ab].:/.test(text)) {
    errors.push(invalid(at, ip, 'may not be in the link-local range (169.254.0.0/16, fe80::/10)'))
  }
  if (text.startsWith('224.0.0.') || /^ff.2:/.test(text)) {
    errors.push(invalid(at, ip, 'may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)'))
  }
}

export const protocols = ['SCTP', 'TCP', 'UDP']

export function endpoints({ subsets }: Fields, errors: FieldError[]): void {
  subsets?.forEach((subset: Fields, i: number) => {
    const at = `subsets[${i}]`
    const { addresses = [], notReadyAddresses = [], ports = [] } = subset
    if (addresses.length === 0 && notReadyAddresses.length === 0) {
      errors.push(required(at, 'must specify `addresses` or `notReadyAddresses`'))
    }
    addresses.forEach((a: Fields, k: number) => endpointAddress(a, `${at}.addresses[${k}]`, errors))
    notReadyAddresses.forEach((a: Fields, k: number) => endpointAddress(a, `${at}.notReadyAddresses[${k}]`, errors))
    ports.forEach((p: Fields, k: number) => endpointPort(p, ports.length > 1, `${at}.ports[${k}]`, errors))
  })
}

function endpointAddress({ ip = '', hostname, nodeName }: Fields, at: string, errors: FieldError[]): void {
  complain(isValidIP(ip), ip, `${at}.ip`, errors)
  if (hostname) label(hostname, `${at}.hostname`, errors)
  if (nodeName !== undefined) complain(isDNS1123Subdomain(nodeName), nodeName, `${at}.nodeName`, errors)
  nonSpecialIP(ip, `${at}.ip`, errors)
}

function endpointPort(
  { name, port = 0, protocol, appProtocol }: Fields,
  named: boolean,
  at: string,
  errors: FieldError[],
): void {
  if (named && !name) errors.push(required(`${at}.name`))
  else if (name) label(name, `${at}.name`, errors)
  complain(isValidPortNum(port), port, `${at}.port`, errors)
  choice(protocol, protocols, `${at}.protocol`, errors)
  if (appProtocol !== undefined) qualifiedName(appProtocol, `${at}.appProtocol`, errors)
}

/**
 * Events of both groups (legacyValidateEvent): one without a time of its own must be in the namespace of what it is about. Of those of the
 * new group upstream names the fields by their old names, all but one.
 */
export function event(object: KubeObject, errors: FieldError[]): void {
  const isNew = object.apiVersion === 'events.k8s.io/v1'
  const about: string = object[isNew ? 'regarding' : 'involvedObject']?.namespace ?? ''
  const namespace = object.metadata.namespace ?? ''
  const timed = Boolean(object['eventTime'])
  const elsewhere =
    about === '' ? namespace !== 'default' && namespace !== (timed ? 'kube-system' : '') : !timed && about !== namespace
  if (elsewhere) errors.push(invalid('involvedObject.namespace', about, 'does not match event.namespace'))
  if (timed) {
    const controllerField = isNew ? 'reportingController' : 'reportingComponent'
    const controller: string = object[controllerField] ?? ''
    if (controller === '') errors.push(required(controllerField))
    qualifiedName(controller, controllerField, errors)
    bounded(object['reportingInstance'], 'reportingInstance', errors)
    bounded(object['action'], 'action', errors)
    bounded(object['reason'], 'reason', errors)
    const text: string = object[isNew ? 'note' : 'message'] ?? ''
    if (text.length > 1024) errors.push(invalid('message', '', 'can have at most 1024 characters'))
  }
  complain(isDNS1123Subdomain(namespace), namespace, 'namespace', errors)
}

/** Of events.k8s.io, which keeps the fields of old events only to be read. */
export function newEvent(object: KubeObject, errors: FieldError[]): void {
  event(object, errors)
  eventSeries(object, errors)
  if (!object['eventTime']) errors.push(required('eventTime'))
  const type: string = object['type'] ?? ''
  if (type !== 'Normal' && type !== 'Warning') errors.push(invalid('type', '', `has invalid value: ${type}`))
  for (const old of ['FirstTimestamp', 'LastTimestamp', 'Count', 'Source'] as const) {
    const value: unknown = object[`deprecated${old}`]
    if (value !== undefined && !semanticEqual(value, {})) errors.push(invalid(old[0]!.toLowerCase() + old.slice(1), '', 'needs to be unset'))
  }
}

function eventSeries({ series }: Fields, errors: FieldError[]): void {
  if (!series) return
  if (!(series.count >= 2)) errors.push(invalid('series.count', '', 'should be at least 2'))
  if (!series.lastObservedTime) errors.push(required('series.lastObservedTime'))
}

/** Fields of an event by the names that refusals give them. */
const eventFields = [
  ['regarding', 'involvedObject'],
  ['reason', 'reason'],
  ['note', 'message'],
  ['deprecatedSource', 'source'],
  ['deprecatedFirstTimestamp', 'firstTimestamp'],
  ['deprecatedLastTimestamp', 'lastTimestamp'],
  ['deprecatedCount', 'count'],
  ['type', 'type'],
  ['eventTime', 'eventTime'],
  ['action', 'action'],
  ['related', 'related'],
  ['reportingController', 'reportingController'],
  ['reportingInstance', 'reportingInstance'],
] as const

/** Only how often it has been seen may change. */
export function updateNewEvent(next: KubeObject, old: KubeObject, errors: FieldError[]): void {
  event(next, errors)
  if (!semanticEqual(next['series'], old['series'])) eventSeries(next, errors)
  for (const [field, name] of eventFields) immutable(next[field], old[field], name, errors)
}

function bounded(value: string | undefined, at: string, errors: FieldError[]): void {
  if (!value) errors.push(required(at))
  else if (value.length > 128) errors.push(invalid(at, '', 'can have at most 128 characters'))
}
