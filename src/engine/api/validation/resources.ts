/** Names and amounts of compute resources. */
import { forbidden, invalid, notFound, notSupported, required, duplicate, type FieldError } from '../field.ts'
import { isQualifiedName } from '../names.ts'
import { compare, quantity, sign } from '../quantity.ts'
import type { ResourceList } from '../types.ts'
import { complain, label, type Fields } from './report.ts'

const compute = ['cpu', 'memory', 'ephemeral-storage']
const counted = [
  'pods',
  'resourcequotas',
  'services',
  'replicationcontrollers',
  'secrets',
  'configmaps',
  'persistentvolumeclaims',
  'services.nodeports',
  'services.loadbalancers',
]
const forQuota = [
  'requests.cpu',
  'requests.memory',
  'requests.ephemeral-storage',
  'limits.cpu',
  'limits.memory',
  'limits.ephemeral-storage',
  'requests.storage',
]
const standard = new Set([...compute, ...counted, ...forQuota, 'storage'])
const standardQuota = new Set([...compute, ...counted, ...forQuota])

const isHugePages = (name: string): boolean => name.startsWith('hugepages-')
const isQuotaHugePages = (name: string): boolean => isHugePages(name) || name.startsWith('requests.hugepages-')
const isNative = (name: string): boolean => !name.includes('/') || name.includes('kubernetes.io/')

export function isExtendedResource(name: string): boolean {
  return !isNative(name) && !name.startsWith('requests.') && isQualifiedName(`requests.${name}`).length === 0
}

/** Resources of which more may be limited than there is. */
export const allowsOvercommit = (name: string): boolean => isNative(name) && !isHugePages(name)

/** validateResourceName; whether it was good. */
function validateName(name: string, at: string, errors: FieldError[]): boolean {
  const complaints = isQualifiedName(name)
  complain(complaints, name, at, errors)
  if (complaints.length > 0) return false
  if (!name.includes('/') && !standard.has(name) && !isQuotaHugePages(name)) {
    errors.push(invalid(at, name, 'must be a standard resource type or fully qualified'))
    return false
  }
  return true
}

export type ResourceNameRule = (name: string, at: string, errors: FieldError[]) => void

export const containerResourceName: ResourceNameRule = (name, at, errors) => {
  if (compute.includes(name)) return
  validateName(name, at, errors)
  if (!name.includes('/')) {
    if (!isHugePages(name)) errors.push(invalid(at, name, 'must be a standard resource for containers'))
  } else if (!isNative(name) && !isExtendedResource(name)) {
    errors.push(invalid(at, name, "doesn't follow extended resource name standard"))
  }
}

export const podResourceName: ResourceNameRule = (name, at, errors) => {
  if (!validateName(name, at, errors)) return
  if (name !== 'cpu' && name !== 'memory' && !isHugePages(name)) {
    errors.push(notSupported(at, name, ['cpu', 'hugepages-', 'memory']))
  }
}

export const quotaResourceName: ResourceNameRule = (name, at, errors) => {
  validateName(name, at, errors)
  if (!name.includes('/') && !standardQuota.has(name) && !isQuotaHugePages(name)) {
    errors.push(invalid(at, name, 'must be a standard resource for quota'))
  }
}

export const isStandardQuotaResource = (name: string): boolean => standardQuota.has(name) || isQuotaHugePages(name)

export const anyResourceName: ResourceNameRule = (name, at, errors) => {
  validateName(name, at, errors)
}

/** ValidateResourceQuantityValue: not negative, and whole where parts make no sense. */
export function validateAmount(name: string, text: string, at: string, errors: FieldError[]): void {
  const amount = quantity(text)
  if (sign(amount) < 0) errors.push(invalid(at, text, 'must be greater than or equal to 0'))
  if ((counted.includes(name) || isExtendedResource(name)) && amount.milliValue % 1000 !== 0) {
    errors.push(invalid(at, text, 'must be an integer'))
  }
}

export function validateResourceList(
  list: ResourceList | undefined,
  rule: ResourceNameRule,
  at: string,
  errors: FieldError[],
): void {
  for (const name in list) {
    const here = `${at}[${name}]`
    rule(name, here, errors)
    validateAmount(name, list[name]!, here, errors)
    if (isHugePages(name)) validateHugePages(name, list[name]!, here, errors)
  }
}

function validateHugePages(name: string, text: string, at: string, errors: FieldError[]): void {
  const size = quantity(name.slice('hugepages-'.length)).value
  if (size > 0 && quantity(text).value % size === 0) return
  errors.push(invalid(at, text, `${text} is not positive integer multiple of ${name}`))
}

/** validateResourceRequirements of a container or, with podResourceName, of a whole pod. */
export function validateResourceRequirements(
  resources: Fields | undefined,
  rule: ResourceNameRule,
  podClaims: ReadonlySet<string>,
  at: string,
  errors: FieldError[],
): void {
  if (!resources) return
  const { limits, requests, claims } = resources as {
    limits?: ResourceList
    requests?: ResourceList
    claims?: Fields[]
  }
  validateResourceList(limits, rule, `${at}.limits`, errors)
  for (const name in requests) {
    const text = requests[name]!
    validateResourceList({ [name]: text }, rule, `${at}.requests`, errors)
    validateAgainstLimit(name, text, limits?.[name], at, errors)
  }
  const names = [...Object.keys(limits ?? {}), ...Object.keys(requests ?? {})]
  if (names.some(isHugePages) && !names.includes('cpu') && !names.includes('memory')) {
    errors.push(forbidden(at, 'HugePages require cpu or memory'))
  }
  if (claims) validateClaimNames(claims, podClaims, `${at}.claims`, errors)
}

function validateAgainstLimit(
  name: string,
  request: string,
  limit: string | undefined,
  at: string,
  errors: FieldError[],
): void {
  const overcommit = allowsOvercommit(name)
  if (limit === undefined) {
    if (!overcommit) errors.push(required(`${at}.limits`, 'Limit must be set for non overcommitable resources'))
    return
  }
  const order = compare(quantity(request), quantity(limit))
  if (order !== 0 && !overcommit) {
    errors.push(invalid(`${at}.requests`, request, `must be equal to ${name} limit of ${limit}`))
  } else if (order > 0) {
    errors.push(invalid(`${at}.requests`, request, `must be less than or equal to ${name} limit of ${limit}`))
  }
}

function validateClaimNames(claims: Fields[], podClaims: ReadonlySet<string>, at: string, errors: FieldError[]): void {
  const seen = new Set<string>()
  claims.forEach((claim, i) => {
    const here = `${at}[${i}]`
    const name: string = claim['name'] ?? ''
    if (name === '') {
      errors.push(required(here))
      return
    }
    const key = claim['request'] ? `${name}/${claim['request']}` : name
    if (claim['request'] && !seen.has(name)) label(claim['request'], `${here}.request`, errors)
    const overlaps = seen.has(name) ? name : seen.has(key) ? key : undefined
    if (overlaps !== undefined) errors.push(duplicate(here, overlaps))
    else if (!claim['request'] && [...seen].some((other) => other.startsWith(`${name}/`)))
      errors.push(duplicate(here, name))
    seen.add(key)
    if (podClaims.has(name)) return
    const known = [...podClaims].toSorted().join(', ')
    const which = known === '' ? ' which is empty' : `: ${known}`
    errors.push({ ...notFound(here, name), detail: `must be one of the names in pod.spec.resourceClaims${which}` })
  })
}
