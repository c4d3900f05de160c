/** apps/v1 and ReplicationController (pkg/apis/apps/validation). */
import { forbidden, invalid, notSupported, required, type FieldError } from '../field.ts'
import { semanticEqual } from '../equality.ts'
import { matches, selectorFromSet, selectorOf, type Selector } from '../selector.ts'
import { validateClaimSpec } from './claims.ts'
import { internalStruct } from './internalTypes.ts'
import { amount, atMostAll, validateIntOrPercent } from './intOrPercent.ts'
import { immutable, nonNegative } from './meta.ts'
import { validatePodTemplate } from './podSpec.ts'
import { label, printedMap, printedSelector, validateLabelSelector, type Fields } from './report.ts'

const at = 'spec'
export const mismatch = '`selector` does not match template `labels`'

/** Checks the selector; undefined when it cannot be used further. */
function validateSelector(spec: Fields, kind: string, errors: FieldError[]): Selector | undefined {
  const selector = spec['selector']
  if (!selector) errors.push(required(`${at}.selector`))
  else {
    validateLabelSelector(selector, `${at}.selector`, errors)
    if (!Object.keys(selector.matchLabels ?? {}).length && !selector.matchExpressions?.length) {
      errors.push(invalid(`${at}.selector`, printedSelector(selector), `empty selector is invalid for ${kind}`))
    }
  }
  const parsed = selectorOf(selector)
  if (!('error' in parsed)) return parsed
  errors.push(invalid(`${at}.selector`, printedSelector(selector), kind === 'statefulset' ? '' : 'invalid label selector'))
  return undefined
}

function validateTemplateLabels(template: Fields, selector: Selector, errors: FieldError[]): void {
  const labels = template['metadata']?.labels
  // No selector at all matches nothing, and is told of twice.
  if ((selector.nothing !== true && selector.requirements.length === 0) || matches(selector, labels)) return
  errors.push(invalid(`${at}.template.metadata.labels`, printedMap(labels), mismatch))
}

/** Pods of a controller that keeps them running restart always and have no deadline. */
function keepsRunning(template: Fields, kind: string, errors: FieldError[]): void {
  const { restartPolicy, activeDeadlineSeconds } = template['spec'] ?? {}
  if (restartPolicy !== 'Always') {
    errors.push(notSupported(`${at}.template.spec.restartPolicy`, restartPolicy ?? '', ['Always']))
  }
  if (activeDeadlineSeconds !== undefined) {
    errors.push(
      forbidden(`${at}.template.spec.activeDeadlineSeconds`, `activeDeadlineSeconds in ${kind} is not Supported`),
    )
  }
}

function validateTemplate(spec: Fields, selector: Selector, kind: string, errors: FieldError[]): void {
  const template: Fields = spec['template'] ?? {}
  validateTemplateLabels(template, selector, errors)
  validatePodTemplate(template, `${at}.template`, errors)
  keepsRunning(template, kind, errors)
}

function sameSelector({ spec }: Fields, old: Fields, errors: FieldError[]): void {
  immutable(spec.selector, old['spec'].selector, `${at}.selector`, errors, printedSelector)
}

export function deployment({ spec }: Fields, errors: FieldError[]): void {
  nonNegative(spec.replicas, `${at}.replicas`, errors)
  const selector = validateSelector(spec, 'deployment', errors)
  if (selector) validateTemplate(spec, selector, 'ReplicaSet', errors)
  deploymentStrategy(spec.strategy ?? {}, `${at}.strategy`, errors)
  nonNegative(spec.minReadySeconds, `${at}.minReadySeconds`, errors)
  nonNegative(spec.revisionHistoryLimit, `${at}.revisionHistoryLimit`, errors)
  const deadline = spec.progressDeadlineSeconds
  nonNegative(deadline, `${at}.progressDeadlineSeconds`, errors)
  if (deadline !== undefined && deadline <= (spec.minReadySeconds ?? 0)) {
    errors.push(invalid(`${at}.progressDeadlineSeconds`, deadline, 'must be greater than minReadySeconds'))
  }
}

function deploymentStrategy({ type, rollingUpdate }: Fields, here: string, errors: FieldError[]): void {
  if (type === 'Recreate') {
    if (rollingUpdate) {
      errors.push(forbidden(`${here}.rollingUpdate`, "may not be specified when strategy `type` is 'Recreate'"))
    }
    return
  }
  if (type !== 'RollingUpdate') {
    errors.push(notSupported(here, internalStruct({ type, rollingUpdate }, 'Strategy'), ['Recreate', 'RollingUpdate']))
    return
  }
  if (!rollingUpdate) {
    errors.push(required(`${here}.rollingUpdate`, 'this should be defaulted and never be nil'))
    return
  }
  const { maxUnavailable = 0, maxSurge = 0 } = rollingUpdate
  validateIntOrPercent(maxUnavailable, `${here}.rollingUpdate.maxUnavailable`, errors)
  validateIntOrPercent(maxSurge, `${here}.rollingUpdate.maxSurge`, errors)
  if (amount(maxUnavailable) === 0 && amount(maxSurge) === 0) {
    errors.push(invalid(`${here}.rollingUpdate.maxUnavailable`, maxUnavailable, 'may not be 0 when `maxSurge` is 0'))
  }
  atMostAll(maxUnavailable, `${here}.rollingUpdate.maxUnavailable`, errors)
}

export function updateDeployment(next: Fields, old: Fields, errors: FieldError[]): void {
  deployment(next, errors)
  sameSelector(next, old, errors)
}

export function replicaSet({ spec }: Fields, errors: FieldError[]): void {
  nonNegative(spec.replicas, `${at}.replicas`, errors)
  nonNegative(spec.minReadySeconds, `${at}.minReadySeconds`, errors)
  const selector = validateSelector(spec, 'deployment', errors)
  if (selector) validateTemplate(spec, selector, 'ReplicaSet', errors)
}

export function updateReplicaSet(next: Fields, old: Fields, errors: FieldError[]): void {
  replicaSet(next, errors)
  sameSelector(next, old, errors)
}

/** Counts of a status, in upstream's order: none negative, those of pods that exist not above `replicas`. */
function replicaCounts(
  counts: readonly string[],
  notMoreThan = 'readyReplicas',
): (next: Fields, old: Fields, errors: FieldError[]) => void {
  return ({ status = {} }, old, errors) => {
    for (const count of counts) nonNegative(status[count], `status.${count}`, errors)
    const { replicas = 0, readyReplicas = 0, availableReplicas = 0, collisionCount } = status
    for (const count of counts) {
      if (!existing.has(count) || !((status[count] ?? 0) > replicas)) continue
      errors.push(invalid(`status.${count}`, status[count] ?? 0, 'cannot be greater than status.replicas'))
    }
    if (availableReplicas > readyReplicas) {
      errors.push(invalid('status.availableReplicas', availableReplicas, `cannot be greater than ${notMoreThan}`))
    }
    if ((collisionCount ?? 0) < (old['status']?.collisionCount ?? 0)) {
      errors.push(invalid('status.collisionCount', collisionCount ?? 0, 'cannot be decremented'))
    }
  }
}

const existing = new Set(['fullyLabeledReplicas', 'readyReplicas', 'currentReplicas', 'updatedReplicas', 'availableReplicas'])

export const deploymentStatus = replicaCounts([
  'observedGeneration',
  'replicas',
  'updatedReplicas',
  'readyReplicas',
  'availableReplicas',
  'unavailableReplicas',
  'terminatingReplicas',
  'collisionCount',
])
export const replicaSetStatus = replicaCounts([
  'replicas',
  'fullyLabeledReplicas',
  'readyReplicas',
  'availableReplicas',
  'terminatingReplicas',
  'observedGeneration',
])
export const statefulSetStatus = replicaCounts(
  ['replicas', 'readyReplicas', 'currentReplicas', 'updatedReplicas', 'availableReplicas', 'observedGeneration', 'collisionCount'],
  'status.readyReplicas',
)

export function replicationController({ spec }: Fields, errors: FieldError[]): void {
  nonNegative(spec.minReadySeconds, `${at}.minReadySeconds`, errors)
  if (!Object.keys(spec.selector ?? {}).length) errors.push(required(`${at}.selector`))
  nonNegative(spec.replicas, `${at}.replicas`, errors)
  if (!spec.template) errors.push(required(`${at}.template`))
  else validateTemplate(spec, selectorFromSet(spec.selector), 'ReplicationController', errors)
}

export function daemonSet({ spec }: Fields, errors: FieldError[]): void {
  const template: Fields = spec.template ?? {}
  validateLabelSelector(spec.selector, `${at}.selector`, errors)
  const parsed = selectorOf(spec.selector)
  const labels = template['metadata']?.labels
  if (!('error' in parsed) && !matches(parsed, labels)) {
    errors.push(invalid(`${at}.template.metadata.labels`, printedMap(labels), mismatch))
  }
  if (
    spec.selector &&
    !Object.keys(spec.selector.matchLabels ?? {}).length &&
    !spec.selector.matchExpressions?.length
  ) {
    errors.push(invalid(`${at}.selector`, spec.selector, 'empty selector is invalid for daemonset'))
  }
  validatePodTemplate(template, `${at}.template`, errors)
  keepsRunning(template, 'DaemonSet', errors)
  nonNegative(spec.minReadySeconds, `${at}.minReadySeconds`, errors)
  daemonSetStrategy(spec.updateStrategy ?? {}, `${at}.updateStrategy`, errors)
  nonNegative(spec.revisionHistoryLimit, `${at}.revisionHistoryLimit`, errors)
}

function daemonSetStrategy({ type, rollingUpdate }: Fields, here: string, errors: FieldError[]): void {
  if (type === 'OnDelete') return
  if (type !== 'RollingUpdate') {
    errors.push(notSupported(here, internalStruct({ type, rollingUpdate }, 'Strategy'), ['RollingUpdate', 'OnDelete']))
    return
  }
  if (!rollingUpdate) {
    errors.push(required(`${here}.rollingUpdate`))
    return
  }
  const { maxUnavailable = 0, maxSurge = 0 } = rollingUpdate
  for (const [name, value] of [
    ['maxUnavailable', maxUnavailable],
    ['maxSurge', maxSurge],
  ] as const) {
    validateIntOrPercent(value, `${here}.rollingUpdate.${name}`, errors)
  }
  atMostAll(maxUnavailable, `${here}.rollingUpdate.maxUnavailable`, errors)
  atMostAll(maxSurge, `${here}.rollingUpdate.maxSurge`, errors)
  const [unavailable, surge] = [amount(maxUnavailable) !== 0, amount(maxSurge) !== 0]
  if (unavailable && surge) {
    errors.push(invalid(`${here}.rollingUpdate.maxSurge`, maxSurge, 'may not be set when maxUnavailable is non-zero'))
  } else if (!unavailable && !surge) {
    errors.push(required(`${here}.rollingUpdate.maxUnavailable`, 'cannot be 0 when maxSurge is 0'))
  }
}

export function updateDaemonSet(next: Fields, old: Fields, errors: FieldError[]): void {
  daemonSet(next, errors)
  sameSelector(next, old, errors)
}

const daemonCounts = [
  'currentNumberScheduled',
  'numberMisscheduled',
  'desiredNumberScheduled',
  'numberReady',
  'observedGeneration',
  'updatedNumberScheduled',
  'numberAvailable',
  'numberUnavailable',
  'collisionCount',
]

export function daemonSetStatus({ status = {} }: Fields, _old: Fields, errors: FieldError[]): void {
  for (const count of daemonCounts) nonNegative(status[count], `status.${count}`, errors)
}

const retention = ['Retain', 'Delete']

export function statefulSet({ spec }: Fields, errors: FieldError[]): void {
  statefulSetSpec(spec, {}, errors)
}

interface Leave {
  /** Fields that cannot change are not judged anew. */
  unchangeable?: boolean
  /** The pods of a StatefulSet that was stored when nobody looked at them. */
  pods?: boolean
}

function statefulSetSpec(spec: Fields, leave: Leave, errors: FieldError[]): void {
  const { podManagementPolicy: management, updateStrategy = {}, persistentVolumeClaimRetentionPolicy: retain } = spec
  if (!management) errors.push(required(`${at}.podManagementPolicy`))
  else if (management !== 'OrderedReady' && management !== 'Parallel') {
    errors.push(invalid(`${at}.podManagementPolicy`, management, "must be 'OrderedReady' or 'Parallel'"))
  }
  statefulSetStrategy(updateStrategy, `${at}.updateStrategy`, errors)
  for (const when of ['whenDeleted', 'whenScaled'] as const) {
    if (retain && !retention.includes(retain[when])) {
      errors.push(notSupported(`${at}.persistentVolumeClaimRetentionPolicy.${when}`, retain[when] ?? '', retention))
    }
  }
  const claims: Fields[] = spec['volumeClaimTemplates'] ?? []
  if (!leave.unchangeable) {
    for (const [i, claim] of claims.entries()) validateClaimSpec(claim['spec'] ?? {}, `${at}.volumeClaimTemplates[${i}].spec`, errors)
  }
  nonNegative(spec['replicas'], `${at}.replicas`, errors)
  nonNegative(spec['minReadySeconds'], `${at}.minReadySeconds`, errors)
  nonNegative(spec['ordinals']?.start, `${at}.ordinals.start`, errors)
  if (spec['serviceName'] && !leave.unchangeable) label(spec['serviceName'], `${at}.serviceName`, errors)
  const selector = validateSelector(spec, 'statefulset', errors)
  const template: Fields = spec['template'] ?? {}
  if (selector) {
    validateTemplateLabels(template, selector, errors)
    if (!leave.pods) validatePodTemplate(withClaims(template, claims), `${at}.template`, errors)
  }
  keepsRunning(template, 'StatefulSet', errors)
}

/** With the claims as the volumes that they become, before others and in place of those of the same name. */
function withClaims(template: Fields, claims: readonly Fields[]): Fields {
  const names = [...new Set(claims.map((claim) => claim['metadata']?.name as string))]
  if (names.length === 0) return template
  const own: Fields[] = template['spec']?.volumes ?? []
  const volumes = [
    ...names.map((name) => ({ name, persistentVolumeClaim: { claimName: name } })),
    ...own.filter(({ name }) => !names.includes(name)),
  ]
  return { ...template, spec: { ...template['spec'], volumes } }
}

function statefulSetStrategy(strategy: Fields, here: string, errors: FieldError[]): void {
  const { type, rollingUpdate } = strategy
  if (!type) errors.push(required(here))
  else if (type === 'OnDelete') {
    if (!rollingUpdate) return
    const printed = internalStruct(rollingUpdate, 'StatefulSetRollingUpdate')
    errors.push(invalid(`${here}.rollingUpdate`, printed, "only allowed for updateStrategy 'RollingUpdate'"))
  } else if (type === 'RollingUpdate') nonNegative(rollingUpdate?.partition, `${here}.rollingUpdate.partition`, errors)
  else errors.push(invalid(here, internalStruct(strategy, 'StatefulSetStrategy'), "must be 'RollingUpdate' or 'OnDelete'"))
}

const changeable = [
  'replicas',
  'ordinals',
  'template',
  'updateStrategy',
  'revisionHistoryLimit',
  'persistentVolumeClaimRetentionPolicy',
  'minReadySeconds',
]
const changeableText =
  "'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', " +
  "'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds'"

export function updateStatefulSet(next: Fields, old: Fields, errors: FieldError[]): void {
  const before: FieldError[] = []
  statefulSetSpec(old['spec'], { unchangeable: true }, before)
  statefulSetSpec(next['spec'], { unchangeable: true, pods: before.length > 0 }, errors)
  const munged = { ...next['spec'] }
  for (const field of changeable) munged[field] = old['spec'][field]
  if (semanticEqual(munged, old['spec'])) return
  errors.push(forbidden(at, `updates to statefulset spec for fields other than ${changeableText} are forbidden`))
}

export function controllerRevision({ data, revision }: Fields, errors: FieldError[]): void {
  nonNegative(revision, 'revision', errors)
  if (data === null || data === undefined) errors.push(required('data', 'data is mandatory'))
  else if (typeof data !== 'object' || Array.isArray(data)) errors.push(required('data', 'data must be a valid JSON object'))
}

export function updateControllerRevision({ data, revision }: Fields, old: Fields, errors: FieldError[]): void {
  nonNegative(revision, 'revision', errors)
  immutable(data, old['data'], 'data', errors)
}
