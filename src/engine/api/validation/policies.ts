/** Autoscaling, disruption budgets, priorities, RBAC, leases, runtime classes: kinds with few rules. */
import { semanticEqual } from '../equality.ts'
import { duplicate, forbidden, invalid, notSupported, required, type FieldError } from '../field.ts'
import { isDNS1123Label, isDNS1123Subdomain, isPathSegmentName } from '../names.ts'
import { quantity, sign } from '../quantity.ts'
import { selectorOf } from '../selector.ts'
import type { KubeObject } from '../types.ts'
import { atMostAll, validateIntOrPercent } from './intOrPercent.ts'
import { immutable, nonNegative, validateLabels } from './meta.ts'
import { choice, complain, label, present, printedSelector, validateLabelSelector, type Fields } from './report.ts'
import { containerResourceName, validateResourceList } from './resources.ts'
import { validateTolerations } from './scheduling.ts'

export function horizontalPodAutoscaler({ spec }: Fields, errors: FieldError[]): void {
  const { minReplicas, maxReplicas = 0, scaleTargetRef = {}, metrics = [], behavior } = spec
  if (minReplicas !== undefined && minReplicas < 1) {
    errors.push(invalid('spec.minReplicas', minReplicas, 'must be greater than or equal to 1'))
  }
  if (maxReplicas < 1) errors.push(invalid('spec.maxReplicas', maxReplicas, 'must be greater than 0'))
  if (minReplicas !== undefined && maxReplicas < minReplicas) {
    errors.push(invalid('spec.maxReplicas', maxReplicas, 'must be greater than or equal to `minReplicas`'))
  }
  crossVersionReference(scaleTargetRef, 'spec.scaleTargetRef', errors)
  metrics.forEach((metric: Fields, i: number) => metricSpec(metric, `spec.metrics[${i}]`, errors))
  for (const side of ['scaleUp', 'scaleDown'] as const) {
    if (behavior?.[side]) scalingRules(behavior[side], `spec.behavior.${side}`, errors)
  }
}

const metricTypes: Record<string, string> = {
  ContainerResource: 'containerResource',
  External: 'external',
  Object: 'object',
  Pods: 'pods',
  Resource: 'resource',
}

function metricSpec(metric: Fields, at: string, errors: FieldError[]): void {
  const type: string = metric['type'] ?? ''
  const wanted = Object.hasOwn(metricTypes, type) ? metricTypes[type] : undefined
  const given = sources.filter((source) => metric[source])
  if (type === '') errors.push(required(`${at}.type`, 'must specify a metric source type'))
  if (wanted === undefined) errors.push(notSupported(`${at}.type`, type, Object.keys(metricTypes)))
  const [first] = given
  if (first !== undefined) metricSource(metric[first], first, `${at}.${first}`, errors)
  if (wanted !== undefined && !metric[wanted]) errors.push(required(`${at}.${wanted}`, 'must populate information for the given metric source'))
  if (given.length === 1) return
  for (const source of given) if (source !== wanted) errors.push(forbidden(`${at}.${source}`, 'must populate the given metric source only'))
}

/** In the order in which they are looked at; of several the first is. */
const sources = ['object', 'external', 'pods', 'resource', 'containerResource']

function metricSource(source: Fields, type: string, at: string, errors: FieldError[]): void {
  const target: Fields = source['target'] ?? {}
  const { averageUtilization, averageValue, value } = target
  const ofResource = type === 'resource' || type === 'containerResource'
  if (type === 'object') crossVersionReference(source['describedObject'] ?? {}, `${at}.describedObject`, errors)
  if (ofResource) present(source['name'], `${at}.name`, errors, 'must specify a resource name')
  else metricName(source['metric']?.name ?? '', `${at}.metric.name`, errors)
  if (type === 'containerResource') {
    if (source['name']) containerResourceName(source['name'], `${at}.name`, errors)
    if (source['container']) label(source['container'], `${at}.container`, errors)
    else errors.push(required(`${at}.container`, 'must specify a container'))
  }
  metricTarget(target, `${at}.target`, errors)
  const here = `${at}.target`
  if (ofResource) {
    if (averageUtilization === undefined && averageValue === undefined) errors.push(required(`${here}.averageUtilization`, 'must set either a target raw value or a target utilization'))
    if (averageUtilization !== undefined && averageValue !== undefined) errors.push(forbidden(`${here}.averageValue`, 'may not set both a target raw value and a target utilization'))
  } else if (type === 'pods') {
    if (averageValue === undefined || sign(quantity(averageValue)) <= 0) errors.push(required(`${here}.averageValue`, 'must specify a positive target averageValue'))
  } else if (value === undefined && averageValue === undefined) {
    errors.push(required(`${here}.averageValue`, type === 'object' ? 'must set either a target value or averageValue' : 'must set either a target value for metric or a per-pod target'))
  } else if (type === 'external' && value !== undefined && averageValue !== undefined) {
    errors.push(forbidden(`${here}.value`, 'may not set both a target value for metric and a per-pod target'))
  }
}

function metricName(name: string, at: string, errors: FieldError[]): void {
  if (name === '') errors.push(required(at, 'must specify a metric name'))
  else complain(isPathSegmentName(name), name, at, errors)
}

function crossVersionReference(reference: Fields, at: string, errors: FieldError[]): void {
  for (const field of ['kind', 'name']) {
    const value: string = reference[field] ?? ''
    if (value === '') errors.push(required(`${at}.${field}`))
    else complain(isPathSegmentName(value), value, `${at}.${field}`, errors)
  }
}

function metricTarget(
  { type = '', averageUtilization, value, averageValue }: Fields,
  at: string,
  errors: FieldError[],
): void {
  if (type === '') errors.push(required(`${at}.type`, 'must specify a metric target type'))
  if (type !== 'Utilization' && type !== 'Value' && type !== 'AverageValue') errors.push(invalid(`${at}.type`, type, 'must be either Utilization, Value, or AverageValue'))
  for (const [name, amount] of [['value', value], ['averageValue', averageValue]] as const) {
    if (amount !== undefined && sign(quantity(amount)) !== 1) errors.push(invalid(`${at}.${name}`, amount, 'must be positive'))
  }
  if (averageUtilization !== undefined && averageUtilization < 1) errors.push(invalid(`${at}.averageUtilization`, averageUtilization, 'must be greater than 0'))
}

function scalingRules(rules: Fields, at: string, errors: FieldError[]): void {
  const { stabilizationWindowSeconds: window, selectPolicy, policies = [] } = rules
  if (window < 0) errors.push(invalid(`${at}.stabilizationWindowSeconds`, window, 'must be greater than or equal to zero'))
  if (window > 3600)
    errors.push(invalid(`${at}.stabilizationWindowSeconds`, window, 'must be less than or equal to 3600'))
  const select = ['Disabled', 'Max', 'Min']
  if (selectPolicy !== undefined && !select.includes(selectPolicy))
    errors.push(notSupported(`${at}.selectPolicy`, selectPolicy, select))
  if (policies.length === 0) errors.push(required(`${at}.policies`, 'must specify at least one Policy'))
  policies.forEach(({ type, value = 0, periodSeconds = 0 }: Fields, i: number) => {
    const here = `${at}.policies[${i}]`
    if (type !== 'Pods' && type !== 'Percent')
      errors.push(notSupported(`${here}.type`, type ?? '', ['Percent', 'Pods']))
    if (value <= 0) errors.push(invalid(`${here}.value`, value, 'must be greater than zero'))
    if (periodSeconds <= 0) errors.push(invalid(`${here}.periodSeconds`, periodSeconds, 'must be greater than zero'))
    if (periodSeconds > 1800)
      errors.push(invalid(`${here}.periodSeconds`, periodSeconds, 'must be less than or equal to 1800'))
  })
}

const evictionPolicies = ['AlwaysAllow', 'IfHealthyBudget']

export function horizontalPodAutoscalerStatus({ status = {} }: Fields, _old: Fields, errors: FieldError[]): void {
  for (const field of ['currentReplicas', 'desiredReplicas']) nonNegative(status[field], `status.${field}`, errors)
}

/** What the disruption controller may write. */
export function podDisruptionBudgetStatus({ status = {} }: Fields, _old: Fields, errors: FieldError[]): void {
  for (const field of ['disruptionsAllowed', 'currentHealthy', 'desiredHealthy', 'expectedPods']) {
    nonNegative(status[field], `status.${field}`, errors)
  }
}

export function podDisruptionBudget({ spec }: Fields, errors: FieldError[]): void {
  const { minAvailable, maxUnavailable, selector, unhealthyPodEvictionPolicy: policy } = spec
  if (minAvailable !== undefined && maxUnavailable !== undefined) {
    const printed = {
      MinAvailable: minAvailable,
      Selector: printedSelector(selector),
      MaxUnavailable: maxUnavailable,
      UnhealthyPodEvictionPolicy: policy ?? null,
    }
    errors.push(invalid('spec', printed, 'minAvailable and maxUnavailable cannot be both set'))
  }
  for (const [name, value] of [
    ['minAvailable', minAvailable],
    ['maxUnavailable', maxUnavailable],
  ] as const) {
    if (value === undefined) continue
    validateIntOrPercent(value, `spec.${name}`, errors)
    atMostAll(value, `spec.${name}`, errors)
  }
  validateLabelSelector(selector, 'spec.selector', errors)
  if (policy !== undefined && !evictionPolicies.includes(policy)) {
    errors.push(notSupported('spec.unhealthyPodEvictionPolicy', policy, evictionPolicies))
  }
}

const highestUserPriority = 1_000_000_000

export function priorityClass(object: KubeObject, errors: FieldError[]): void {
  const { name } = object.metadata
  const system = name === 'system-node-critical' || name === 'system-cluster-critical'
  if (name.startsWith('system-') && !system) {
    errors.push(
      forbidden(
        'metadata.name',
        `priority class names with 'system-' prefix are reserved for system use only. error: ${name} is not a known system priority class`,
      ),
    )
  }
  const value: number = object['value'] ?? 0
  if (value > highestUserPriority && !system) {
    errors.push(forbidden('value', `maximum allowed value of a user defined priority is ${highestUserPriority}`))
  }
  const policy = object['preemptionPolicy']
  if (policy !== undefined) choice(policy, ['PreemptLowerPriority', 'Never'], 'preemptionPolicy', errors)
}

export function updatePriorityClass(next: Fields, old: Fields, errors: FieldError[]): void {
  if ((next['value'] ?? 0) !== (old['value'] ?? 0)) errors.push(forbidden('value', 'may not be changed in an update.'))
  immutable(next['preemptionPolicy'], old['preemptionPolicy'], 'preemptionPolicy', errors)
}

const rbacGroup = 'rbac.authorization.k8s.io'

function policyRule(rule: Fields, namespaced: boolean, at: string, errors: FieldError[]): void {
  const { verbs, apiGroups, resources, resourceNames, nonResourceURLs } = rule
  if (!verbs?.length) errors.push(required(`${at}.verbs`, 'verbs must contain at least one value'))
  if (nonResourceURLs?.length > 0) {
    if (namespaced)
      errors.push(
        invalid(`${at}.nonResourceURLs`, nonResourceURLs, 'namespaced rules cannot apply to non-resource URLs'),
      )
    if (apiGroups?.length > 0 || resources?.length > 0 || resourceNames?.length > 0) {
      errors.push(
        invalid(
          `${at}.nonResourceURLs`,
          nonResourceURLs,
          'rules cannot apply to both regular resources and non-resource URLs',
        ),
      )
    }
    return
  }
  if (!apiGroups?.length) errors.push(required(`${at}.apiGroups`, 'resource rules must supply at least one api group'))
  if (!resources?.length) errors.push(required(`${at}.resources`, 'resource rules must supply at least one resource'))
}

export function role({ rules }: Fields, errors: FieldError[]): void {
  rules?.forEach((rule: Fields, i: number) => policyRule(rule, true, `rules[${i}]`, errors))
}

export function clusterRole({ rules, aggregationRule }: Fields, errors: FieldError[]): void {
  rules?.forEach((rule: Fields, i: number) => policyRule(rule, false, `rules[${i}]`, errors))
  if (!aggregationRule) return
  const selectors: Fields[] = aggregationRule.clusterRoleSelectors ?? []
  if (selectors.length === 0) {
    errors.push(
      required(
        'aggregationRule.clusterRoleSelectors',
        'at least one clusterRoleSelector required if aggregationRule is non-nil',
      ),
    )
  }
  selectors.forEach((selector, i) => {
    const at = `aggregationRule.clusterRoleSelectors[${i}]`
    validateLabelSelector(selector, at, errors)
    // Upstream shows what it has made of the selector: nothing.
    if ('error' in selectorOf(selector)) errors.push(invalid(at, null, 'invalid label selector.'))
  })
}

export function roleBinding(object: KubeObject, errors: FieldError[]): void {
  const namespaced = object.kind === 'RoleBinding'
  const { apiGroup = '', kind = '', name = '' } = object['roleRef'] ?? {}
  if (apiGroup !== rbacGroup) errors.push(notSupported('roleRef.apiGroup', apiGroup, [rbacGroup]))
  const kinds = namespaced ? ['Role', 'ClusterRole'] : ['ClusterRole']
  if (!kinds.includes(kind)) errors.push(notSupported('roleRef.kind', kind, kinds))
  if (name === '') errors.push(required('roleRef.name'))
  else complain(isPathSegmentName(name), name, 'roleRef.name', errors)
  object['subjects']?.forEach((subject: Fields, i: number) =>
    roleSubject(subject, namespaced, `subjects[${i}]`, errors),
  )
}

function roleSubject(subject: Fields, namespaced: boolean, at: string, errors: FieldError[]): void {
  const { kind = '', name = '', namespace = '', apiGroup = '' } = subject
  if (name === '') errors.push(required(`${at}.name`))
  if (kind === 'ServiceAccount') {
    if (name !== '') complain(isDNS1123Subdomain(name), name, `${at}.name`, errors)
    if (apiGroup !== '') errors.push(notSupported(`${at}.apiGroup`, apiGroup, ['']))
    if (!namespaced && namespace === '') errors.push(required(`${at}.namespace`))
  } else if (kind === 'User' || kind === 'Group') {
    if (apiGroup !== rbacGroup) errors.push(notSupported(`${at}.apiGroup`, apiGroup, [rbacGroup]))
  } else errors.push(notSupported(`${at}.kind`, kind, ['ServiceAccount', 'User', 'Group']))
}

export function updateRoleBinding(next: KubeObject, old: KubeObject, errors: FieldError[]): void {
  roleBinding(next, errors)
  if (semanticEqual(next['roleRef'], old['roleRef'])) return
  const { apiGroup, kind, name } = next['roleRef']
  errors.push(invalid('roleRef', { APIGroup: apiGroup, Kind: kind, Name: name }, 'cannot change roleRef'))
}

export function lease({ spec = {} }: Fields, errors: FieldError[]): void {
  const { leaseDurationSeconds: seconds, leaseTransitions: transitions, strategy, preferredHolder } = spec
  if (seconds !== undefined && seconds <= 0)
    errors.push(invalid('spec.leaseDurationSeconds', seconds, 'must be greater than 0'))
  nonNegative(transitions, 'spec.leaseTransitions', errors)
  if (preferredHolder && !strategy) {
    errors.push(forbidden('spec.preferredHolder', 'may only be specified if `strategy` is defined'))
  }
}

export function runtimeClass({ handler = '', overhead, scheduling }: Fields, errors: FieldError[]): void {
  complain(isDNS1123Label(handler), handler, 'handler', errors)
  // Looked at as the limits of a container, and so called in errors.
  validateResourceList(overhead?.podFixed, containerResourceName, 'overhead.limits', errors)
  if (!scheduling) return
  validateLabels(scheduling.nodeSelector, 'scheduling.nodeSelector', errors)
  const tolerations: Fields[] = scheduling.tolerations ?? []
  validateTolerations(tolerations, 'scheduling.tolerations.tolerations', errors)
  const seen = new Set<string>()
  for (const [i, { key = '', operator = '', value = '', effect = '', tolerationSeconds = null }] of tolerations.entries()) {
    const listKey = JSON.stringify([key, operator, value, effect])
    const printed = { Key: key, Operator: operator, Value: value, Effect: effect, TolerationSeconds: tolerationSeconds }
    if (seen.has(listKey)) errors.push(duplicate(`scheduling.tolerations[${i}]`, printed))
    seen.add(listKey)
  }
}

export function updateRuntimeClass(next: Fields, old: Fields, errors: FieldError[]): void {
  immutable(next['handler'], old['handler'], 'handler', errors)
}
