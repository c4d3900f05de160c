/** ResourceQuotas and LimitRanges. */
import { semanticEqual } from '../equality.ts'
import { duplicate, forbidden, invalid, required, type FieldError } from '../field.ts'
import { isQualifiedName } from '../names.ts'
import { compare, newQuantity, quantity } from '../quantity.ts'
import { internalStruct } from './internalTypes.ts'
import { complain, type Fields } from './report.ts'
import {
  allowsOvercommit,
  anyResourceName,
  containerResourceName,
  isStandardQuotaResource,
  quotaResourceName,
  validateResourceList,
  type ResourceNameRule,
} from './resources.ts'

const scopes = [
  'Terminating',
  'NotTerminating',
  'BestEffort',
  'NotBestEffort',
  'PriorityClass',
  'CrossNamespacePodAffinity',
  'VolumeAttributesClass',
]
const conflicts = [
  ['BestEffort', 'NotBestEffort'],
  ['Terminating', 'NotTerminating'],
]

export function resourceQuota({ spec = {}, status = {} }: Fields, errors: FieldError[]): void {
  validateResourceList(spec.hard, quotaResourceName, 'spec.hard', errors)
  quotaScopes(spec, errors)
  quotaStatus({ status }, {}, errors)
}

function quotaScopes({ scopes: given = [], scopeSelector, hard = {} }: Fields, errors: FieldError[]): void {
  const at = 'spec.scopes'
  const names = Object.keys(hard).filter(isStandardQuotaResource).toSorted()
  const uncovered = (scope: string) => names.filter((name) => !scopeCovers(scope, name))
  for (const scope of given) {
    if (!scopes.includes(scope)) errors.push(invalid(at, given, 'unsupported scope'))
    for (const _ of uncovered(scope)) errors.push(invalid(at, given, 'unsupported scope applied to resource'))
  }
  conflictingScopes(given, given, at, errors)
  if (!scopeSelector) return
  const here = 'spec.scopeSelector.matchExpressions'
  const expressions: Fields[] = scopeSelector.matchExpressions ?? []
  for (const { scopeName = '', operator = '', values = [] } of expressions) {
    if (!scopes.includes(scopeName)) errors.push(invalid(`${here}.scopeName`, scopeName, 'unsupported scope'))
    for (const _ of uncovered(scopeName)) {
      errors.push(invalid(here, internalStruct(scopeSelector, 'ScopeSelector'), 'unsupported scope applied to resource'))
    }
    if (withoutValues.includes(scopeName) && operator !== 'Exists') errors.push(invalid(`${here}.operator`, operator, onlyExists))
    if (operator === 'In' || operator === 'NotIn') {
      const some = "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector"
      if (values.length === 0) errors.push(required(`${here}.values`, some))
    } else if (operator === 'Exists' || operator === 'DoesNotExist') {
      const none = "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector"
      if (values.length > 0) errors.push(invalid(`${here}.values`, values, none))
    } else errors.push(invalid(`${here}.operator`, operator, 'not a valid selector operator'))
  }
  // Upstream shows the scopes, not the selector.
  conflictingScopes(expressions.map(({ scopeName }) => scopeName), given.length > 0 ? given : null, here, errors)
}

const withoutValues = ['BestEffort', 'NotBestEffort', 'Terminating', 'NotTerminating', 'CrossNamespacePodAffinity']
const onlyExists =
  "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, " +
  'ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity'

function conflictingScopes(named: readonly string[], shown: unknown, at: string, errors: FieldError[]): void {
  for (const pair of conflicts) {
    if (pair.every((scope) => named.includes(scope))) errors.push(invalid(at, shown, 'conflicting scopes'))
  }
}

const podResources = ['pods', 'cpu', 'memory', 'requests.cpu', 'requests.memory', 'limits.cpu', 'limits.memory']

/** BestEffort covers only the number of pods, the other scopes of pods their resources too; one that is unknown has been told of. */
function scopeCovers(scope: string, name: string): boolean {
  if (scope === 'BestEffort') return name === 'pods'
  if (scope === 'VolumeAttributesClass') return name === 'persistentvolumeclaims' || name === 'requests.storage'
  return podResources.includes(name) || !scopes.includes(scope)
}

export function quotaStatus({ status = {} }: Fields, _old: Fields, errors: FieldError[]): void {
  validateResourceList(status.hard, quotaResourceName, 'status.hard', errors)
  validateResourceList(status.used, quotaResourceName, 'status.used', errors)
}

export function updateResourceQuota(next: Fields, old: Fields, errors: FieldError[]): void {
  validateResourceList(next['spec'].hard, quotaResourceName, 'spec.hard', errors)
  quotaScopes(next['spec'], errors)
  const sorted = (object: Fields) => (object['spec'].scopes ?? []).toSorted()
  if (!semanticEqual(sorted(next), sorted(old)))
    errors.push(invalid('spec.scopes', next['spec'].scopes ?? null, 'field is immutable'))
}

const limitTypes = ['Pod', 'Container', 'PersistentVolumeClaim']

export function limitRange({ spec = {} }: Fields, errors: FieldError[]): void {
  const seen = new Set<string>()
  spec.limits?.forEach((limit: Fields, i: number) => {
    const at = `spec.limits[${i}]`
    const type: string = limit['type'] ?? ''
    const complaints = isQualifiedName(type)
    complain(complaints, type, `${at}.type`, errors)
    if (complaints.length === 0 && !type.includes('/') && !limitTypes.includes(type)) {
      errors.push(invalid(`${at}.type`, type, 'must be a standard limit type or fully qualified'))
    }
    if (seen.has(type)) errors.push(duplicate(`${at}.type`, type))
    seen.add(type)
    limitNames(limit, type, at, errors)
    limitAmounts(type === 'Pod' ? { ...limit, default: undefined, defaultRequest: undefined } : limit, at, errors)
  })
}

function limitNames(limit: Fields, type: string, at: string, errors: FieldError[]): void {
  const rule: ResourceNameRule = type === 'Pod' || type === 'Container' ? containerResourceName : anyResourceName
  const check = (field: string) => {
    for (const name in limit[field]) rule(name, `${at}.${field}[${name}]`, errors)
  }
  check('max')
  check('min')
  for (const field of ['default', 'defaultRequest']) {
    if (type !== 'Pod') check(field)
    else if (Object.keys(limit[field] ?? {}).length > 0) {
      errors.push(forbidden(`${at}.${field}`, "may not be specified when `type` is 'Pod'"))
    }
  }
  if (type === 'PersistentVolumeClaim' && !limit['min']?.storage && !limit['max']?.storage) {
    errors.push(
      required(`${at}.limits`, 'either minimum or maximum storage value is required, but neither was provided'),
    )
  }
  check('maxLimitRequestRatio')
}

/** [lesser, greater, field that is blamed, which of the two is shown, words for both] */
const orders: readonly [string, string, string, 0 | 1, string, string][] = [
  ['min', 'max', 'min', 0, 'min', 'max'],
  ['min', 'defaultRequest', 'defaultRequest', 1, 'min', 'default request'],
  ['defaultRequest', 'max', 'defaultRequest', 0, 'default request', 'max'],
  ['defaultRequest', 'default', 'defaultRequest', 0, 'default request', 'default limit'],
  ['min', 'default', 'default', 0, 'min', 'default'],
  ['default', 'max', 'default', 1, 'default', 'max'],
]

function limitAmounts(limit: Fields, at: string, errors: FieldError[]): void {
  const names = new Set<string>()
  for (const field of ['max', 'min', 'default', 'defaultRequest', 'maxLimitRequestRatio']) {
    for (const name in limit[field]) names.add(name)
  }
  for (const name of names) {
    for (const [low, high, blamed, shown, lowWord, highWord] of orders) {
      const pair: [string | undefined, string | undefined] = [limit[low]?.[name], limit[high]?.[name]]
      if (pair[0] === undefined || pair[1] === undefined || compare(quantity(pair[0]), quantity(pair[1])) <= 0) continue
      errors.push(
        invalid(
          `${at}.${blamed}[${name}]`,
          pair[shown],
          `${lowWord} value ${pair[0]} is greater than ${highWord} value ${pair[1]}`,
        ),
      )
    }
    limitRatio(limit, name, at, errors)
    const [most, asked] = [limit['default']?.[name], limit['defaultRequest']?.[name]]
    if (!allowsOvercommit(name) && most !== undefined && asked !== undefined && most !== asked) {
      errors.push(
        invalid(
          `${at}.defaultRequest[${name}]`,
          asked,
          `default value ${most} must equal to defaultRequest value ${asked} in ${name}`,
        ),
      )
    }
  }
}

function limitRatio(limit: Fields, name: string, at: string, errors: FieldError[]): void {
  const ratio = limit['maxLimitRequestRatio']?.[name]
  if (ratio === undefined) return
  const here = `${at}.maxLimitRequestRatio[${name}]`
  if (compare(quantity(ratio), newQuantity(1, 'DecimalSI')) < 0)
    errors.push(invalid(here, ratio, `ratio ${ratio} is less than 1`))
  const [min, max] = [limit['min']?.[name], limit['max']?.[name]]
  if (min === undefined || max === undefined) return
  const most = quantity(max).milliValue / quantity(min).milliValue
  if (quantity(ratio).milliValue / 1000 > most) {
    errors.push(invalid(here, ratio, `ratio ${ratio} is greater than max/min = ${most.toFixed(6)}`))
  }
}
