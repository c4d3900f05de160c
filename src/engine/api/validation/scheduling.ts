/** What decides where a pod may run: affinity, tolerations, taints, spread constraints, gates. */
import { duplicate, forbidden, invalid, notSupported, required, type FieldError } from '../field.ts'
import { isDNS1123Label, isDNS1123Subdomain, isLabelValue, isQualifiedName } from '../names.ts'
import { choice, complain, qualifiedName, validateLabelSelector, type Fields } from './report.ts'

const badOperator = 'not a valid selector operator'

function nodeSelectorRequirement(r: Fields, checkValues: boolean, at: string, errors: FieldError[]): void {
  const values: string[] = r['values'] ?? []
  switch (r['operator']) {
    case 'In':
    case 'NotIn':
      if (values.length === 0)
        errors.push(required(`${at}.values`, "must be specified when `operator` is 'In' or 'NotIn'"))
      break
    case 'Exists':
    case 'DoesNotExist':
      if (values.length > 0) {
        errors.push(forbidden(`${at}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"))
      }
      break
    case 'Gt':
    case 'Lt':
      if (values.length !== 1) {
        errors.push(required(`${at}.values`, "must be specified single value when `operator` is 'Lt' or 'Gt'"))
      }
      break
    default:
      errors.push(invalid(`${at}.operator`, r['operator'] ?? '', badOperator))
  }
  complain(isQualifiedName(r['key'] ?? ''), r['key'] ?? '', `${at}.key`, errors)
  if (checkValues) values.forEach((value, i) => complain(isLabelValue(value), value, `${at}.values[${i}]`, errors))
}

function nodeFieldRequirement(r: Fields, at: string, errors: FieldError[]): void {
  const values: string[] = r['values'] ?? []
  if (r['operator'] === 'In' || r['operator'] === 'NotIn') {
    if (values.length !== 1) {
      errors.push(
        required(`${at}.values`, "must be only one value when `operator` is 'In' or 'NotIn' for node field selector"),
      )
    }
  } else errors.push(invalid(`${at}.operator`, r['operator'] ?? '', badOperator))
  if (r['key'] !== 'metadata.name') errors.push(invalid(`${at}.key`, r['key'] ?? '', 'not a valid field selector key'))
  else values.forEach((value, i) => complain(isDNS1123Subdomain(value), value, `${at}.values[${i}]`, errors))
}

function nodeSelectorTerm(term: Fields, checkValues: boolean, at: string, errors: FieldError[]): void {
  term['matchExpressions']?.forEach((r: Fields, i: number) =>
    nodeSelectorRequirement(r, checkValues, `${at}.matchExpressions[${i}]`, errors),
  )
  term['matchFields']?.forEach((r: Fields, i: number) => nodeFieldRequirement(r, `${at}.matchFields[${i}]`, errors))
}

export function validateNodeSelector(selector: Fields, at: string, errors: FieldError[]): void {
  const terms: Fields[] = selector['nodeSelectorTerms'] ?? []
  if (terms.length === 0) errors.push(required(`${at}.nodeSelectorTerms`, 'must have at least one node selector term'))
  terms.forEach((term, i) => nodeSelectorTerm(term, true, `${at}.nodeSelectorTerms[${i}]`, errors))
}

function weight(value: number, at: string, errors: FieldError[]): void {
  if (value <= 0 || value > 100) errors.push(invalid(at, value, 'must be in the range 1-100'))
}

const hard = 'requiredDuringSchedulingIgnoredDuringExecution'
const soft = 'preferredDuringSchedulingIgnoredDuringExecution'

export function validateAffinity(affinity: Fields, at: string, errors: FieldError[]): void {
  const { nodeAffinity } = affinity
  if (nodeAffinity?.[hard]) validateNodeSelector(nodeAffinity[hard], `${at}.nodeAffinity.${hard}`, errors)
  nodeAffinity?.[soft]?.forEach((term: Fields, i: number) => {
    weight(term['weight'], `${at}.nodeAffinity.${soft}[${i}].weight`, errors)
    nodeSelectorTerm(term['preference'], false, `${at}.nodeAffinity.${soft}[${i}].preference`, errors)
  })
  for (const side of ['podAffinity', 'podAntiAffinity'] as const) {
    affinity[side]?.[hard]?.forEach((term: Fields, i: number) =>
      podAffinityTerm(term, `${at}.${side}.${hard}[${i}]`, errors),
    )
    affinity[side]?.[soft]?.forEach((term: Fields, i: number) => {
      const here = `${at}.${side}.${soft}[${i}]`
      weight(term['weight'], `${here}.weight`, errors)
      podAffinityTerm(term['podAffinityTerm'], `${here}.podAffinityTerm`, errors)
    })
  }
}

function podAffinityTerm(term: Fields, at: string, errors: FieldError[]): void {
  validateLabelSelector(term['labelSelector'], `${at}.labelSelector`, errors)
  validateLabelSelector(term['namespaceSelector'], `${at}.namespaceSelector`, errors)
  for (const name of term['namespaces'] ?? []) complain(isDNS1123Label(name), name, `${at}.namespace`, errors)
  labelKeys(term, 'matchLabelKeys', at, errors)
  labelKeys(term, 'mismatchLabelKeys', at, errors)
  if (term['labelSelector']) matchedTwice(term, at, errors)
  term['matchLabelKeys']?.forEach((key: string, i: number) => {
    if (!term['mismatchLabelKeys']?.includes(key)) return
    errors.push(invalid(`${at}.matchLabelKeys[${i}]`, key, 'exists in both matchLabelKeys and mismatchLabelKeys'))
  })
  const topologyKey: string = term['topologyKey'] ?? ''
  if (topologyKey === '') errors.push(required(`${at}.topologyKey`, 'can not be empty'))
  complain(isQualifiedName(topologyKey), topologyKey, `${at}.topologyKey`, errors)
}

function labelKeys(term: Fields, field: string, at: string, errors: FieldError[]): void {
  const keys: string[] = term[field] ?? []
  if (keys.length === 0) return
  if (!term['labelSelector']) {
    errors.push(forbidden(`${at}.${field}`, 'must not be specified when labelSelector is not set'))
    return
  }
  keys.forEach((key, i) => complain(isQualifiedName(key), key, `${at}.${field}[${i}]`, errors))
}

/** A key of matchLabelKeys that the selector already had: by now the selector has it twice. */
function matchedTwice(term: Fields, at: string, errors: FieldError[]): void {
  const seen = new Set(Object.keys(term['labelSelector'].matchLabels ?? {}))
  for (const { key } of term['labelSelector'].matchExpressions ?? []) {
    const index = term['matchLabelKeys']?.indexOf(key) ?? -1
    if (index >= 0 && seen.has(key)) {
      errors.push(invalid(`${at}[${index}]`, key, 'exists in both matchLabelKeys and labelSelector'))
    }
    seen.add(key)
  }
}

const effects = ['NoSchedule', 'PreferNoSchedule', 'NoExecute']

export function validateTolerations(tolerations: Fields[], at: string, errors: FieldError[]): void {
  for (let i = 0; i < tolerations.length; i++) {
    const { key, operator, value, effect, tolerationSeconds } = tolerations[i]!
    const here = `${at}[${i}]`
    if (key) complain(isQualifiedName(key), key, `${here}.key`, errors)
    if (!key && operator !== 'Exists') {
      errors.push(
        invalid(
          `${here}.operator`,
          operator ?? '',
          'operator must be Exists when `key` is empty, which means "match all values and all keys"',
        ),
      )
    }
    if (tolerationSeconds !== undefined && effect !== 'NoExecute') {
      errors.push(invalid(`${here}.effect`, effect ?? '', "effect must be 'NoExecute' when `tolerationSeconds` is set"))
    }
    if (operator === 'Equal' || !operator) {
      const complaints = isLabelValue(value ?? '')
      if (complaints.length > 0) errors.push(invalid(`${here}.operator`, value, complaints.join(';')))
    } else if (operator === 'Exists') {
      if (value) errors.push(invalid(`${here}.operator`, value, "value must be empty when `operator` is 'Exists'"))
    } else errors.push(notSupported(`${here}.operator`, operator, ['Equal', 'Exists']))
    if (effect && !effects.includes(effect)) errors.push(notSupported(`${here}.effect`, effect, effects))
  }
}

export function validateTaints(taints: Fields[], at: string, errors: FieldError[]): void {
  const seen = new Set<string>()
  taints.forEach((taint, i) => {
    const here = `${at}[${i}]`
    const { key = '', value = '', effect = '' } = taint
    complain(isQualifiedName(key), key, `${here}.key`, errors)
    const complaints = isLabelValue(value)
    if (complaints.length > 0) errors.push(invalid(`${here}.value`, value, complaints.join(';')))
    choice(effect, effects, `${here}.effect`, errors)
    if (seen.has(`${effect} ${key}`)) {
      const printed = { Key: key, Value: value, Effect: effect, TimeAdded: taint['timeAdded'] ?? null }
      errors.push({ ...duplicate(here, printed), detail: 'taints must be unique by key and effect pair' })
    }
    seen.add(`${effect} ${key}`)
  })
}

export function validateSpreadConstraints(constraints: Fields[], at: string, errors: FieldError[]): void {
  constraints.forEach((c, i) => {
    const here = `${at}[${i}]`
    const { maxSkew = 0, topologyKey = '', whenUnsatisfiable = '', minDomains } = c
    if (maxSkew <= 0) errors.push(invalid(`${here}.maxSkew`, maxSkew, 'must be greater than zero'))
    if (topologyKey === '') errors.push(required(`${here}.topologyKey`, 'can not be empty'))
    const when = ['DoNotSchedule', 'ScheduleAnyway']
    if (!when.includes(whenUnsatisfiable))
      errors.push(notSupported(`${here}.whenUnsatisfiable`, whenUnsatisfiable, when))
    const again = constraints
      .slice(i + 1)
      .some((o) => o['topologyKey'] === topologyKey && o['whenUnsatisfiable'] === whenUnsatisfiable)
    if (again) {
      errors.push(duplicate(`${here}.{topologyKey, whenUnsatisfiable}`, `{${topologyKey}, ${whenUnsatisfiable}}`))
    }
    if (minDomains !== undefined) {
      if (minDomains <= 0) errors.push(invalid(`${here}.minDomains`, minDomains, 'must be greater than zero'))
      if (whenUnsatisfiable !== 'DoNotSchedule') {
        errors.push(
          invalid(
            `${here}.minDomains`,
            minDomains,
            `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${whenUnsatisfiable}`,
          ),
        )
      }
    }
    for (const policy of ['nodeAffinityPolicy', 'nodeTaintsPolicy']) {
      const value = c[policy]
      if (value !== undefined && value !== 'Honor' && value !== 'Ignore') {
        errors.push(notSupported(`${here}.${policy}`, value, ['Honor', 'Ignore']))
      }
    }
    labelKeys(c, 'matchLabelKeys', here, errors)
    if (c['labelSelector']) matchedTwice(c, here, errors)
    validateLabelSelector(c['labelSelector'], `${here}.labelSelector`, errors)
  })
}

export function validateSchedulingGates(gates: Fields[], at: string, errors: FieldError[]): void {
  const seen = new Set<string>()
  gates.forEach(({ name = '' }, i) => {
    qualifiedName(name, `${at}[${i}]`, errors)
    if (seen.has(name)) errors.push(duplicate(`${at}[${i}]`, name))
    seen.add(name)
  })
}
