/** What a Job's status may say and become (pkg/apis/batch/validation ValidateJobStatusUpdate, as pkg/registry/batch/job/strategy.go asks for it: KEP-4368). */
import { semanticEqual } from '../equality.ts'
import { duplicate, invalid, omitted, required, type FieldError } from '../field.ts'
import { commonIndex, countIndexes } from './jobIndexes.ts'
import { nonNegative } from './meta.ts'
import type { Fields } from './report.ts'

/** Who left something wrong long ago is not blamed now: most rules are for what changes. */
interface Change {
  spec: Fields
  status: Fields
  old: Fields
  /** Whether one of the fields is another now. */
  changed(...fields: string[]): boolean
  /** Whether one of the conditions began or ended. */
  turned(...types: string[]): boolean
}

export function jobStatus({ spec, status = {} }: Fields, { status: old = {} }: Fields, errors: FieldError[]): void {
  const change: Change = {
    spec,
    status,
    old,
    changed: (...fields) => fields.some((field) => !semanticEqual(status[field], old[field])),
    turned: (...types) => types.some((type) => has(old, type) !== has(status, type)),
  }
  for (const count of ['active', 'succeeded', 'failed', 'ready', 'terminating']) nonNegative(status[count], `status.${count}`, errors)
  uncounted(status, errors)
  ended(change, errors)
  finished(change, errors)
  indexes(change, errors)
  const { active = 0, ready = 0, terminating = 0 } = status
  if (terminating > 0 && isFinished(status) && (finishes(change) || change.changed('terminating'))) {
    errors.push(invalid('status.terminating', terminating, 'terminating>0 is invalid for finished job'))
  }
  if (ready > active && change.changed('ready', 'active')) errors.push(invalid('status.ready', ready, 'cannot set more ready pods than active'))
  criteria(change, errors)
  transitions(change, errors)
}

function uncounted({ uncountedTerminatedPods }: Fields, errors: FieldError[]): void {
  const seen = new Set<string>()
  for (const list of ['succeeded', 'failed'] as const) {
    for (const [i, uid] of ((uncountedTerminatedPods?.[list] ?? []) as string[]).entries()) {
      const at = `status.uncountedTerminatedPods.${list}[${i}]`
      if (uid === '') errors.push(invalid(at, uid, 'must not be empty'))
      else if (seen.has(uid)) errors.push(duplicate(at, uid))
      seen.add(uid)
    }
  }
}

/** How it ended, and when. */
function ended({ status, changed, turned }: Change, errors: FieldError[]): void {
  const [complete, failed, target, met] = ['Complete', 'Failed', 'FailureTarget', 'SuccessCriteriaMet'].map((type) => has(status, type))
  const { completionTime, startTime } = status
  if (complete && failed && turned('Complete', 'Failed')) condition(errors, 'cannot set Complete=True and Failed=true conditions')
  if (complete && target && turned('Complete', 'FailureTarget')) condition(errors, 'cannot set Complete=True and FailureTarget=true conditions')
  const timed = turned('Complete') || changed('completionTime')
  if (timed && completionTime !== undefined && !complete) {
    errors.push(invalid('status.completionTime', completionTime, 'cannot set completionTime when there is no Complete=True condition'))
  }
  if (timed && completionTime === undefined && complete) errors.push(required('status.completionTime', 'completionTime is required for Complete jobs'))
  if (completionTime < startTime && changed('startTime', 'completionTime')) errors.push(invalid('status.completionTime', completionTime, 'completionTime cannot be set before startTime'))
  if (failed && !target && turned('Failed', 'FailureTarget')) condition(errors, 'cannot set Failed=True condition without the FailureTarget=true condition')
  if (complete && !met && turned('Complete', 'SuccessCriteriaMet')) condition(errors, 'cannot set Complete=True condition without the SuccessCriteriaMet=true condition')
}

const isFinished = (status: Fields): boolean => has(status, 'Complete') || has(status, 'Failed')
const finishes = ({ status, old }: Change): boolean => isFinished(status) !== isFinished(old)

function finished(change: Change, errors: FieldError[]): void {
  const { spec, status, changed } = change
  if (!isFinished(status)) return
  const { active = 0, startTime, uncountedTerminatedPods: pods } = status
  if (active > 0 && (finishes(change) || changed('active'))) errors.push(invalid('status.active', active, 'active>0 is invalid for finished job'))
  const neverStarts = spec.suspend === true && spec.completions === 0
  if (startTime === undefined && !neverStarts && (finishes(change) || changed('startTime'))) errors.push(required('status.startTime', 'startTime is required for finished job'))
  if ((pods?.failed?.length ?? 0) + (pods?.succeeded?.length ?? 0) > 0 && (finishes(change) || changed('uncountedTerminatedPods'))) {
    const printed = { Succeeded: pods.succeeded ?? null, Failed: pods.failed ?? null }
    errors.push(invalid('status.uncountedTerminatedPods', printed, 'uncountedTerminatedPods needs to be empty for finished job'))
  }
}

function indexes({ spec, status, changed }: Change, errors: FieldError[]): void {
  const { completedIndexes = '', failedIndexes } = status
  const { completions, backoffLimitPerIndex } = spec
  const [completed, failed] = [changed('completedIndexes'), changed('failedIndexes')]
  const format = (field: string, text: string) => {
    const counted = countIndexes(text, completions)
    if (typeof counted === 'string') errors.push(invalid(`status.${field}`, text, `error parsing ${field}: ${counted}`))
  }
  if (completed && completions !== undefined) format('completedIndexes', completedIndexes)
  if (failed && completions !== undefined && backoffLimitPerIndex !== undefined && failedIndexes !== undefined) format('failedIndexes', failedIndexes)
  if (completed && completedIndexes !== '' && spec.completionMode !== 'Indexed') {
    errors.push(invalid('status.completedIndexes', completedIndexes, 'cannot set non-empty completedIndexes when non-indexed completion mode'))
  }
  if (failedIndexes === undefined) return
  if (failed && backoffLimitPerIndex === undefined) errors.push(invalid('status.failedIndexes', failedIndexes, 'cannot set non-null failedIndexes when backoffLimitPerIndex is null'))
  if (completions === undefined || (!completed && !failed)) return
  const both = commonIndex(completedIndexes, failedIndexes, completions)
  if (both !== undefined) errors.push(invalid('status.failedIndexes', failedIndexes, `failedIndexes and completedIndexes overlap at index: ${both}`))
}

function criteria({ spec, status }: Change, errors: FieldError[]): void {
  const met = has(status, 'SuccessCriteriaMet')
  if (met && has(status, 'Failed')) condition(errors, 'cannot set SuccessCriteriaMet=True and Failed=true conditions')
  if (met && has(status, 'FailureTarget')) condition(errors, 'cannot set SuccessCriteriaMet=True and FailureTarget=true conditions')
  if (spec.successPolicy && !met && has(status, 'Complete')) condition(errors, 'cannot set Complete=True for Job with SuccessPolicy unless SuccessCriteriaMet=True')
}

function transitions({ spec, status, old }: Change, errors: FieldError[]): void {
  for (const type of ['Failed', 'Complete', 'FailureTarget']) {
    if (has(old, type) && !has(status, type)) condition(errors, `cannot disable the terminal ${type}=True condition`)
  }
  const { failed = 0, succeeded = 0, completionTime, startTime } = status
  if (failed < (old.failed ?? 0)) errors.push(invalid('status.failed', failed, 'cannot decrease the failed counter'))
  // indexed Jobs whose completions go with their parallelism can be scaled down
  const scales = spec.completionMode === 'Indexed' && spec.completions === spec.parallelism
  if (succeeded < (old.succeeded ?? 0) && !scales) errors.push(invalid('status.succeeded', succeeded, 'cannot decrease the succeeded counter'))
  if (completionTime !== undefined && old.completionTime !== undefined && completionTime !== old.completionTime) {
    errors.push(invalid('status.completionTime', completionTime, 'completionTime cannot be mutated'))
  }
  // a Job that goes on starts anew (kubernetes/kubernetes#134769, in v1.34's patches)
  const resumes = has(old, 'Suspended') && !has(status, 'Suspended')
  if (old.startTime !== undefined && old.startTime !== startTime && !spec.suspend && !resumes) errors.push(required('status.startTime', 'startTime cannot be removed for unsuspended job'))
  const [was, is] = [has(old, 'SuccessCriteriaMet'), has(status, 'SuccessCriteriaMet')]
  if (was && !is) condition(errors, 'cannot disable the SuccessCriteriaMet=True condition')
  if (!was && is && has(old, 'Complete')) condition(errors, 'cannot set SuccessCriteriaMet=True for Job already has Complete=true conditions')
}

function has({ conditions = [] }: Fields, type: string): boolean {
  return conditions.some((one: Fields) => one.type === type && one.status === 'True')
}

function condition(errors: FieldError[], message: string): void {
  errors.push(invalid('status.conditions', omitted, message))
}
