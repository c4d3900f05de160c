/** batch/v1 (pkg/apis/batch/validation). */
import { invalid, notSupported, required, tooLong, type FieldError } from '../field.ts'
import { semanticEqual } from '../equality.ts'
import { isDNS1123Label } from '../names.ts'
import { matches, selectorOf } from '../selector.ts'
import type { KubeObject } from '../types.ts'
import { mismatch } from './apps.ts'
import { scheduleErrors } from './cronSchedule.ts'
import { internalStruct } from './internalTypes.ts'
import { podFailurePolicy, successPolicy } from './jobPolicies.ts'
import { immutable, immutableText, nonNegative } from './meta.ts'
import { validatePodTemplate } from './podSpec.ts'
import { complain, domainPrefixedPath, printedMap, printedSelector, validateLabelSelector, type Fields } from './report.ts'

const maxIndexedParallelism = 100_000
const maxFailedIndexes = 100_000
const maxManagedByLength = 63
/** Above so many completions, with a limit of failures per index, the others are bounded. */
const manyCompletions = 100_000
const maxWithManyCompletions = 10_000

export function job(object: KubeObject, errors: FieldError[]): void {
  const spec: Fields = object['spec']
  if (!spec['manualSelector']) generatedLabels(object, errors)
  jobSpecWithSelector(spec, 'spec', errors)
  const { completionMode, completions } = spec
  if (completionMode !== 'Indexed' || !(completions > 0)) return
  const hostname = `${object.metadata.name}-${completions - 1}`
  if (isDNS1123Label(hostname).length > 0) {
    errors.push(
      invalid('metadata.name', object.metadata.name, `will not able to create pod with invalid DNS label: ${hostname}`),
    )
  }
}

/** What the server has put on the template itself must be what it put. */
function generatedLabels(object: KubeObject, errors: FieldError[]): void {
  const { uid, name } = object.metadata
  const labels: Fields = object['spec'].template?.metadata?.labels ?? {}
  const wanted: readonly [string, string][] = [
    ['controller-uid', uid],
    ['job-name', name],
    ['batch.kubernetes.io/controller-uid', uid],
    ['batch.kubernetes.io/job-name', name],
  ]
  for (const [label, value] of wanted) {
    const at = 'spec.template.metadata.labels'
    if (labels[label] === undefined) errors.push(required(`${at}[${label}]`, `must be '${value}'`))
    else if (labels[label] !== value) errors.push(invalid(`${at}[${label}]`, printedMap(labels), `must be '${value}'`))
  }
  const selector = selectorOf(object['spec'].selector)
  if (!('error' in selector) && !matches(selector, Object.fromEntries(wanted))) {
    errors.push(invalid('spec.selector', printedSelector(object['spec'].selector), '`selector` not auto-generated'))
  }
}

function jobSpecWithSelector(spec: Fields, at: string, errors: FieldError[]): void {
  jobSpec(spec, at, errors)
  if (!spec['selector']) errors.push(required(`${at}.selector`))
  else validateLabelSelector(spec['selector'], `${at}.selector`, errors)
  const selector = selectorOf(spec['selector'])
  const labels = spec['template']?.metadata?.labels
  if (!('error' in selector) && !matches(selector, labels)) {
    errors.push(invalid(`${at}.template.metadata.labels`, printedMap(labels), mismatch))
  }
}

const counts = [
  'parallelism',
  'completions',
  'activeDeadlineSeconds',
  'backoffLimit',
  'ttlSecondsAfterFinished',
  'backoffLimitPerIndex',
  'maxFailedIndexes',
]

function jobSpec(spec: Fields, at: string, errors: FieldError[]): void {
  for (const count of counts) nonNegative(spec[count], `${at}.${count}`, errors)
  if (spec['maxFailedIndexes'] !== undefined && spec['backoffLimitPerIndex'] === undefined) {
    errors.push(required(`${at}.backoffLimitPerIndex`, 'when maxFailedIndexes is specified'))
  }
  managedBy(spec['managedBy'], `${at}.managedBy`, errors)
  completionMode(spec, at, errors)
  if (spec['podFailurePolicy']) podFailurePolicy(spec, `${at}.podFailurePolicy`, errors)
  if (spec['successPolicy']) successPolicy(spec, `${at}.successPolicy`, errors)
  replacementPolicy(spec, `${at}.podReplacementPolicy`, errors)
  validatePodTemplate(spec['template'] ?? {}, `${at}.template`, errors)
  const restart: string = spec['template']?.spec?.restartPolicy ?? ''
  const here = `${at}.template.spec.restartPolicy`
  if (restart === '' || restart === 'Always') errors.push(required(here, 'valid values: "OnFailure", "Never"'))
  else if (restart !== 'OnFailure' && restart !== 'Never') {
    errors.push(notSupported(here, restart, ['OnFailure', 'Never']))
  } else if (spec['podFailurePolicy'] && restart !== 'Never') {
    errors.push(invalid(here, restart, 'only "Never" is supported when podFailurePolicy is specified'))
  }
}

function managedBy(name: string | undefined, at: string, errors: FieldError[]): void {
  if (name === undefined) return
  domainPrefixedPath(name, at, errors)
  if (name.length > maxManagedByLength) errors.push(tooLong(at, name, maxManagedByLength))
}

function completionMode(spec: Fields, at: string, errors: FieldError[]): void {
  const mode = spec['completionMode']
  if (mode !== undefined && mode !== 'NonIndexed' && mode !== 'Indexed') {
    errors.push(notSupported(`${at}.completionMode`, mode, ['NonIndexed', 'Indexed']))
  }
  if (mode === 'Indexed') return indexed(spec, at, errors)
  if (mode !== undefined && mode !== 'NonIndexed') return
  for (const field of ['backoffLimitPerIndex', 'maxFailedIndexes'] as const) {
    if (spec[field] !== undefined) errors.push(invalid(`${at}.${field}`, spec[field], 'requires indexed completion mode'))
  }
}

function indexed(spec: Fields, at: string, errors: FieldError[]): void {
  const { completions, maxFailedIndexes: failures, backoffLimitPerIndex } = spec
  const atMost = (field: 'parallelism' | 'maxFailedIndexes', most: number, when: string) => {
    if (spec[field] > most) errors.push(invalid(`${at}.${field}`, spec[field], `must be less than or equal to ${most}${when}`))
  }
  if (completions === undefined) errors.push(required(`${at}.completions`, 'when completion mode is Indexed'))
  atMost('parallelism', maxIndexedParallelism, ' when completion mode is Indexed')
  if (failures > completions) errors.push(invalid(`${at}.maxFailedIndexes`, failures, 'must be less than or equal to completions'))
  atMost('maxFailedIndexes', maxFailedIndexes, '')
  if (!(completions > manyCompletions) || backoffLimitPerIndex === undefined) return
  if (failures === undefined) errors.push(required(`${at}.maxFailedIndexes`, `must be specified when completions is above ${manyCompletions}`))
  const when = ` when completions are above ${manyCompletions} and used with backoff limit per index`
  atMost('parallelism', maxWithManyCompletions, when)
  atMost('maxFailedIndexes', maxWithManyCompletions, when)
}

function replacementPolicy(spec: Fields, at: string, errors: FieldError[]): void {
  const policy = spec['podReplacementPolicy']
  if (policy === undefined) return
  const supported = spec['podFailurePolicy'] ? ['Failed'] : ['Failed', 'TerminatingOrFailed']
  if (!supported.includes(policy)) errors.push(notSupported(at, policy, supported))
}

/** With the internal type that its value prints as. */
const fixed = [
  ['completionMode'],
  ['podFailurePolicy', 'PodFailurePolicy'],
  ['backoffLimitPerIndex'],
  ['managedBy'],
  ['successPolicy', 'SuccessPolicy'],
] as const

export function updateJob(next: KubeObject, old: KubeObject, errors: FieldError[]): void {
  const [spec, before]: [Fields, Fields] = [next['spec'], old['spec']]
  jobSpecWithSelector(spec, 'spec', errors)
  completions(spec, before, errors)
  immutable(spec['selector'], before['selector'], 'spec.selector', errors, printedSelector)
  if (!semanticEqual(frozenTemplate(spec, old), frozenTemplate(before, old))) {
    errors.push(invalid('spec.template', internalTemplate(spec['template']), immutableText))
  }
  for (const [field, type] of fixed) {
    immutable(spec[field], before[field], `spec.${field}`, errors, (value) => (type && value ? internalStruct(value, type) : value))
  }
}

/** The number may change only with the parallelism of an indexed job (an elastic one). */
function completions(spec: Fields, before: Fields, errors: FieldError[]): void {
  if (spec['completionMode'] !== 'Indexed') {
    immutable(spec['completions'], before['completions'], 'spec.completions', errors)
    return
  }
  const { completions: asked, parallelism } = spec
  if (asked === before['completions'] || asked === undefined || asked === parallelism) return
  errors.push(invalid('spec.completions', asked, 'can only be modified in tandem with spec.parallelism'))
}

const schedulingDirectives = ['nodeSelector', 'tolerations', 'schedulingGates'] as const

/** Where pods may go can be changed while a job that never ran is suspended. */
function frozenTemplate(spec: Fields, old: KubeObject): Fields {
  const template: Fields = spec['template'] ?? {}
  if (!old['spec'].suspend || old['status']?.startTime) return template
  const { annotations: _, labels: __, ...metadata } = template['metadata'] ?? {}
  const podSpec = { ...template['spec'] }
  for (const field of schedulingDirectives) delete podSpec[field]
  if (podSpec['affinity']) podSpec['affinity'] = { ...podSpec['affinity'], nodeAffinity: undefined }
  return { ...template, metadata, spec: podSpec }
}

function internalTemplate(template: Fields): Fields {
  const metadata = { ...template['metadata'] }
  if (metadata.creationTimestamp === null) delete metadata.creationTimestamp
  if (metadata.labels) metadata.labels = printedMap(metadata.labels)
  return { ...metadata, Spec: internalStruct(template['spec'], 'PodSpec') }
}

const concurrencyPolicies = ['Allow', 'Forbid', 'Replace']

export function cronJob(object: KubeObject, errors: FieldError[]): void {
  cronJobSpec(object['spec'], undefined, errors)
  const { name } = object.metadata
  if (name.length > 52) errors.push(invalid('metadata.name', name, 'must be no more than 52 characters'))
}

export function updateCronJob(next: KubeObject, old: KubeObject, errors: FieldError[]): void {
  cronJobSpec(next['spec'], old['spec'], errors)
}

function cronJobSpec(spec: Fields, before: Fields | undefined, errors: FieldError[]): void {
  const { schedule = '', timeZone, concurrencyPolicy = '' } = spec
  if (schedule === '') errors.push(required('spec.schedule'))
  else complain(scheduleErrors(schedule, timeZone !== undefined, before?.['schedule'] ?? ''), schedule, 'spec.schedule', errors)
  nonNegative(spec['startingDeadlineSeconds'], 'spec.startingDeadlineSeconds', errors)
  if (timeZone !== before?.['timeZone']) validateTimeZone(timeZone, errors)
  if (concurrencyPolicy === '') errors.push(required('spec.concurrencyPolicy'))
  else if (!concurrencyPolicies.includes(concurrencyPolicy)) {
    errors.push(notSupported('spec.concurrencyPolicy', concurrencyPolicy, concurrencyPolicies))
  }
  const template: Fields = spec['jobTemplate']?.spec ?? {}
  jobSpec(template, 'spec.jobTemplate.spec', errors)
  if (template['selector']) errors.push(invalid('spec.jobTemplate.spec.selector', printedSelector(template['selector']), '`selector` will be auto-generated'))
  if (template['manualSelector']) {
    errors.push(notSupported('spec.jobTemplate.spec.manualSelector', true, ['nil', 'false']))
  }
  nonNegative(spec['successfulJobsHistoryLimit'], 'spec.successfulJobsHistoryLimit', errors)
  nonNegative(spec['failedJobsHistoryLimit'], 'spec.failedJobsHistoryLimit', errors)
}

/** What a file of the time zone database may be called; digits and "+" for names of old. */
const zonePart = /^[A-Za-z._0-9+][A-Za-z.\-_0-9+]{0,13}$/

function validateTimeZone(zone: string | undefined, errors: FieldError[]): void {
  if (zone === undefined) return
  const at = 'spec.timeZone'
  const unknown = 'unknown time zone ' + zone
  if (zone === '') errors.push(invalid(at, zone, 'timeZone must be nil or non-empty string'))
  else if (zone.split('/').some((part) => part === '.' || part === '..' || !zonePart.test(part))) {
    errors.push(invalid(at, zone, unknown))
  } else if (zone.toLowerCase() === 'local') {
    errors.push(invalid(at, zone, 'timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones'))
    if (zone !== 'Local') errors.push(invalid(at, zone, unknown))
  } else if (!isTimeZone(zone)) errors.push(invalid(at, zone, unknown))
}

const areas = /^(Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Brazil|Canada|Chile|Etc|Europe|Indian|Mexico|Pacific|US)\/./
const alone = /^(UTC|UCT|GMT([+-]?0)?|Greenwich|Universal|Zulu|CET|CST6CDT|Cuba|EET|EST|EST5EDT|Egypt|Eire|Factory|GB|GB-Eire|HST|Hongkong|Iceland|Iran|Israel|Jamaica|Japan|Kwajalein|Libya|MET|MST|MST7MDT|NZ|NZ-CHAT|Navajo|PRC|PST8PDT|Poland|Portugal|ROC|ROK|Singapore|Turkey|W-SU|WET)$/

/** In form like a name of the time zone database, which nobody here carries: 'Mars/Phobos' is in none of its areas. */
const isTimeZone = (zone: string): boolean => areas.test(zone) || alone.test(zone)
