/** resource.k8s.io/v1: devices that drivers offer and claims ask for (pkg/apis/resource/validation, KEP-4381). */
import { cel as celPart } from '../cel/cel.ts'
import { duplicate, forbidden, invalid, notSupported, required, tooLong, tooMany, type FieldError } from '../field.ts'
import { isDNS1123Subdomain } from '../names.ts'
import { immutable } from './meta.ts'
import { label, present, subdomain, type Fields } from './report.ts'
import { validateNodeSelector } from './scheduling.ts'
import { csiDriverName } from './volumeSources.ts'

const mostRequests = 32
const mostConsumers = 256
const mostDevices = 128
const longestExpression = 10 * 1024
const longestPool = 253
const longestDomain = 63
const longestId = 32

type Check<T> = (item: T, at: string) => void

/** Items of which each may be there once, and at most so many. */
function set<T>(items: readonly T[], most: number, keyOf: (item: T) => unknown, keyField: string, at: string, errors: FieldError[], check: Check<T>): void {
  const seen = new Set<unknown>()
  for (const [i, item] of items.entries()) {
    check(item, `${at}[${i}]`)
    const key = keyOf(item)
    if (seen.has(key)) errors.push(duplicate(`${at}[${i}]${keyField}`, key))
    seen.add(key)
  }
  if (items.length > most) errors.push(tooMany(at, items.length, most))
}

function requiredLabel(value: string, at: string, errors: FieldError[]): void {
  if (value === '') errors.push(required(at))
  else label(value, at, errors)
}

export const resourceClaim = ({ spec = {} }: Fields, errors: FieldError[]): void => claimSpec(spec, 'spec', errors)

/** Of a claim, and of a template of claims. */
export const sameSpec = (next: Fields, old: Fields, errors: FieldError[]): void => immutable(next['spec'], old['spec'], 'spec', errors)

export const resourceClaimTemplate = ({ spec = {} }: Fields, errors: FieldError[]): void => claimSpec(spec.spec ?? {}, 'spec.spec', errors)

function claimSpec({ devices = {} }: Fields, spec: string, errors: FieldError[]): void {
  const { requests = [], constraints = [], config = [] } = devices
  const at = `${spec}.devices`
  const names = requestNames(requests)
  set<Fields>(requests, mostRequests, (request) => request['name'], '.name', `${at}.requests`, errors, (request, here) => deviceRequest(request, here, errors))
  set<Fields>(constraints, mostRequests, (constraint) => constraint, '', `${at}.constraints`, errors, (constraint, here) => deviceConstraint(constraint, names, here, errors))
  set<Fields>(config, mostRequests, (entry) => entry, '', `${at}.config`, errors, (entry, here) => {
    requestReferences(entry['requests'], names, `${here}.requests`, errors)
    configuration(entry, here, errors)
  })
}

/** "gpu", and "gpu/large" of one that may be had in several ways. */
function requestNames(requests: Fields[]): ReadonlySet<string> {
  return new Set(requests.flatMap(({ name, firstAvailable = [] }) => [name, ...firstAvailable.map((sub: Fields) => `${name}/${sub['name']}`)]))
}

function deviceRequest({ name = '', exactly, firstAvailable = [] }: Fields, at: string, errors: FieldError[]): void {
  requiredLabel(name, `${at}.name`, errors)
  const one = 'exactly one of `exactly` or `firstAvailable` is required'
  if (exactly && firstAvailable.length > 0) errors.push(invalid(at, null, `${one}, but multiple fields are set`))
  else if (exactly) exactRequest(exactly, `${at}.exactly`, errors)
  else if (firstAvailable.length === 0) errors.push(required(at, one))
  else {
    set<Fields>(firstAvailable, 8, (sub) => sub['name'], '.name', `${at}.firstAvailable`, errors, (sub, here) => {
      requiredLabel(sub['name'] ?? '', `${here}.name`, errors)
      exactRequest(sub, here, errors)
    })
  }
}

const modes = ['All', 'ExactCount']

function exactRequest({ deviceClassName = '', selectors = [], allocationMode, count = 0 }: Fields, at: string, errors: FieldError[]): void {
  if (deviceClassName === '') errors.push(required(`${at}.deviceClassName`))
  else subdomain(deviceClassName, `${at}.deviceClassName`, errors)
  deviceSelectors(selectors, `${at}.selectors`, errors)
  if (!modes.includes(allocationMode)) errors.push(notSupported(`${at}.allocationMode`, allocationMode, modes))
  else if (allocationMode === 'All' && count !== 0) errors.push(invalid(`${at}.count`, count, "must not be specified when allocationMode is 'All'"))
  else if (allocationMode === 'ExactCount' && count <= 0) errors.push(invalid(`${at}.count`, count, 'must be greater than zero'))
}

function deviceSelectors(selectors: Fields[], at: string, errors: FieldError[]): void {
  set<Fields>(selectors, mostRequests, (selector) => selector, '', at, errors, ({ cel }, here) => {
    const expression: string = cel?.expression ?? ''
    if (!cel) errors.push(required(`${here}.cel`))
    else if (expression.length > longestExpression) errors.push(tooLong(`${here}.cel.expression`, expression, longestExpression))
    else {
      const program = celPart.get().deviceProgram(expression)
      if ('error' in program) errors.push(invalid(`${here}.cel.expression`, expression, program.error))
    }
  })
}

function deviceConstraint({ requests, matchAttribute }: Fields, names: ReadonlySet<string>, at: string, errors: FieldError[]): void {
  requestReferences(requests, names, `${at}.requests`, errors)
  if (matchAttribute === undefined) errors.push(required(`${at}.matchAttribute`))
  else fullyQualifiedName(matchAttribute, `${at}.matchAttribute`, errors)
}

function requestReferences(given: string[] = [], names: ReadonlySet<string>, at: string, errors: FieldError[]): void {
  const unknown = "must be the name of a request in the claim or the name of a request and a subrequest separated by '/'"
  set(given, mostRequests, (name) => name, '', at, errors, (name, here) => {
    const segments = name.split('/')
    if (segments.length > 2) return void errors.push(invalid(here, name, unknown))
    for (const segment of segments) requiredLabel(segment, here, errors)
    if (!names.has(name)) errors.push(invalid(here, name, unknown))
  })
}

/** "dra.example.com/memory": an attribute of a driver's devices. */
function fullyQualifiedName(name: string, at: string, errors: FieldError[]): void {
  if (name === '') errors.push(required(at, 'name required'))
  if (!name.includes('/')) errors.push(invalid(at, name, 'must include a domain'))
  deviceFieldName(name, at, errors)
}

function deviceFieldName(name: string, at: string, errors: FieldError[]): void {
  if (name === '') return void errors.push(required(at, 'name required'))
  const [first = '', second, third] = name.split('/')
  if (third !== undefined) return void errors.push(invalid(at, name, 'a qualified name must consist of a C identifier, optionally prefixed with a domain'))
  const id = second ?? first
  if (second !== undefined) {
    if (first === '') errors.push(required(at, 'the domain must not be empty'))
    else if (first.length > longestDomain) errors.push(tooLong(at, first, longestDomain))
    else for (const complaint of isDNS1123Subdomain(first)) errors.push(invalid(at, first, complaint))
  }
  if (id === '') errors.push(required(at, 'the name must not be empty'))
  else if (id.length > longestId) errors.push(tooLong(at, id, longestId))
  else if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(id)) errors.push(invalid(at, id, "a valid C identifier must start with alphabetic character or '_', followed by a string of alphanumeric characters or '_' (e.g. 'my_name',  or 'MY_NAME',  or 'MyName', regex used for validation is '[A-Za-z_][A-Za-z0-9_]*')"))
}

function configuration({ opaque }: Fields, at: string, errors: FieldError[]): void {
  if (!opaque) return void errors.push(required(`${at}.opaque`))
  csiDriverName(opaque.driver, `${at}.opaque.driver`, errors)
  if (opaque.parameters === undefined || opaque.parameters === null) errors.push(required(`${at}.opaque.parameters`))
  else if (typeof opaque.parameters !== 'object' || Array.isArray(opaque.parameters)) errors.push(invalid(`${at}.opaque.parameters`, '<value omitted>', 'parameters must be a valid JSON object'))
}

export function deviceClass({ spec = {} }: Fields, errors: FieldError[]): void {
  deviceSelectors(spec.selectors ?? [], 'spec.selectors', errors)
  set<Fields>(spec.config ?? [], mostRequests, (entry) => entry, '', 'spec.config', errors, (entry, at) => configuration(entry, at, errors))
}

export function resourceSlice({ spec = {} }: Fields, errors: FieldError[]): void {
  const { driver, pool = {}, nodeName, nodeSelector, allNodes, devices = [] } = spec
  csiDriverName(driver, 'spec.driver', errors)
  poolName(pool.name ?? '', 'spec.pool.name', errors)
  if ((pool.resourceSliceCount ?? 0) <= 0) errors.push(invalid('spec.pool.resourceSliceCount', pool.resourceSliceCount ?? 0, 'must be greater than zero'))
  if ((pool.generation ?? 0) < 0) errors.push(invalid('spec.pool.generation', pool.generation, 'must be greater than or equal to zero'))
  if (nodeName !== undefined) {
    if (nodeName === '') errors.push(invalid('spec.nodeName', nodeName, 'must be either unset or set to a non-empty string'))
    else subdomain(nodeName, 'spec.nodeName', errors)
  }
  if (nodeSelector) {
    validateNodeSelector(nodeSelector, 'spec.nodeSelector', errors)
    if (nodeSelector.nodeSelectorTerms?.length !== 1) errors.push(invalid('spec.nodeSelector.nodeSelectorTerms', nodeSelector.nodeSelectorTerms, 'must have exactly one node selector term'))
  }
  if (allNodes === false) errors.push(invalid('spec.allNodes', allNodes, 'must be either unset or set to true'))
  const places = [nodeName, nodeSelector, allNodes].filter((place) => place !== undefined).length
  const one = 'exactly one of `nodeName`, `nodeSelector`, or `allNodes` is required'
  if (places === 0) errors.push(required('spec', one))
  if (places > 1) errors.push(invalid('spec', '<value omitted>', `${one}, but multiple fields are set`))
  set<Fields>(devices, mostDevices, (device) => device['name'], '.name', 'spec.devices', errors, (device, at) => checkDevice(device, at, errors))
}

export function updateResourceSlice(next: Fields, old: Fields, errors: FieldError[]): void {
  resourceSlice(next, errors)
  const [now, before] = [next['spec'], old['spec']]
  immutable(now.driver, before.driver, 'spec.driver', errors)
  immutable(now.pool?.name, before.pool?.name, 'spec.pool.name', errors)
  immutable(now.nodeName, before.nodeName, 'spec.nodeName', errors)
}

function poolName(name: string, at: string, errors: FieldError[]): void {
  if (name === '') return void errors.push(required(at))
  if (name.length > longestPool) errors.push(tooLong(at, name, longestPool))
  for (const part of name.split('/')) subdomain(part, at, errors)
}

function checkDevice({ name = '', attributes = {}, capacity = {} }: Fields, at: string, errors: FieldError[]): void {
  requiredLabel(name, `${at}.name`, errors)
  const entries = Object.keys(attributes).length + Object.keys(capacity).length
  for (const key of Object.keys(attributes)) {
    deviceFieldName(key, `${at}.attributes`, errors)
    attribute(attributes[key], `${at}.attributes[${key}]`, errors)
  }
  for (const key of Object.keys(capacity)) deviceFieldName(key, `${at}.capacity`, errors)
  if (entries > 32) errors.push(invalid(at, entries, 'the total number of attributes and capacities must not exceed 32'))
}

const valueFields = ['int', 'bool', 'string', 'version']

function attribute(given: Fields, at: string, errors: FieldError[]): void {
  const values = valueFields.filter((field) => given[field] !== undefined)
  if (values.length === 0) errors.push(required(at, 'exactly one value must be specified'))
  if (values.length > 1) errors.push(invalid(at, given, 'exactly one value must be specified'))
}

/** Who uses a claim, and what it got: an allocation that is there is not changed. */
export function resourceClaimStatus(next: Fields, old: Fields, errors: FieldError[]): void {
  const { reservedFor = [], allocation } = next['status'] ?? {}
  set<Fields>(reservedFor, mostConsumers, ({ uid }) => uid, '.uid', 'status.reservedFor', errors, (consumer, at) => {
    for (const field of ['resource', 'name', 'uid']) present(consumer[field], `${at}.${field}`, errors)
  })
  if (reservedFor.length > 0 && allocation === undefined) errors.push(forbidden('status.reservedFor', 'may not be specified when `allocated` is not set'))
  const before = old['status']?.allocation
  if (before !== undefined && allocation !== undefined) immutable(allocation, before, 'status.allocation', errors)
}
