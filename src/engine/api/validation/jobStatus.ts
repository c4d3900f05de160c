/** What a Job's status may say and become (pkg/apis/batch/validation ValidateJobStatusUpdate, as pkg/registry/batch/job/strategy.go asks for it: KEP-4368). */
import { semanticEqual } from '../equality.ts'
import { invalid, omitted, required, type FieldError } from '../field.ts'
import { nonNegative } from './meta.ts'
import type { Fields } from './report.ts'

const terminal = ['Failed', 'Complete', 'FailureTarget']

export function jobStatus({ status = {} }: Fields, { status: old = {} }: Fields, errors: FieldError[]): void {
  for (const count of ['active', 'succeeded', 'failed', 'ready', 'terminating']) nonNegative(status[count], `status.${count}`, errors)
  finished(status, old, errors)
  numbers(status, old, errors)
  const { active = 0, ready = 0 } = status
  if (ready > active && changed(status, old, 'ready', 'active')) errors.push(invalid('status.ready', ready, 'cannot set more ready pods than active'))
  for (const type of [...terminal, 'SuccessCriteriaMet'])
    if (has(old, type) && !has(status, type)) condition(errors, `cannot disable the ${type === 'SuccessCriteriaMet' ? '' : 'terminal '}${type}=True condition`)
}

/** What a Job needs to be called finished; who left it wrong long ago is not blamed now. */
function finished(status: Fields, old: Fields, errors: FieldError[]): void {
  const complete = has(status, 'Complete')
  const failed = has(status, 'Failed')
  const ends = has(old, 'Complete') !== complete || has(old, 'Failed') !== failed
  const { completionTime, active = 0, terminating = 0, startTime } = status
  const timed = ends || changed(status, old, 'completionTime')
  if (timed && completionTime !== undefined && !complete)
    errors.push(invalid('status.completionTime', completionTime, 'cannot set completionTime when there is no Complete=True condition'))
  if (timed && completionTime === undefined && complete) errors.push(required('status.completionTime', 'completionTime is required for Complete jobs'))
  if (ends && failed && !has(status, 'FailureTarget')) condition(errors, 'cannot set Failed=True condition without the FailureTarget=true condition')
  if (ends && complete && !has(status, 'SuccessCriteriaMet')) condition(errors, 'cannot set Complete=True condition without the SuccessCriteriaMet=true condition')
  if (has(status, 'SuccessCriteriaMet') && (failed || has(status, 'FailureTarget')))
    condition(errors, `cannot set SuccessCriteriaMet=True and ${failed ? 'Failed' : 'FailureTarget'}=true conditions`)
  if (!complete && !failed) return
  if (active > 0 && (ends || changed(status, old, 'active'))) errors.push(invalid('status.active', active, 'active>0 is invalid for finished job'))
  if (terminating > 0 && (ends || changed(status, old, 'terminating')))
    errors.push(invalid('status.terminating', terminating, 'terminating>0 is invalid for finished job'))
  if (startTime === undefined && (ends || changed(status, old, 'startTime'))) errors.push(required('status.startTime', 'startTime is required for finished job'))
}

function numbers(status: Fields, old: Fields, errors: FieldError[]): void {
  if ((status.failed ?? 0) < (old.failed ?? 0)) errors.push(invalid('status.failed', status.failed ?? 0, 'cannot decrease the failed counter'))
  const { completionTime } = status
  if (completionTime !== undefined && old.completionTime !== undefined && completionTime !== old.completionTime)
    errors.push(invalid('status.completionTime', completionTime, 'completionTime cannot be mutated'))
}

function has({ conditions = [] }: Fields, type: string): boolean {
  return conditions.some((one: Fields) => one.type === type && one.status === 'True')
}

function changed(status: Fields, old: Fields, ...names: string[]): boolean {
  return names.some((name) => !semanticEqual(status[name], old[name]))
}

function condition(errors: FieldError[], message: string): void {
  errors.push(invalid('status.conditions', omitted, message))
}
