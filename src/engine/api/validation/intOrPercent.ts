/** Numbers that may be percentages: maxSurge, maxUnavailable, minAvailable. */
import { invalid, type FieldError } from '../field.ts'
import { isValidPercent } from '../names.ts'
import { nonNegative } from './meta.ts'
import { complain } from './report.ts'

type IntOrPercent = number | string

export function validateIntOrPercent(value: IntOrPercent, at: string, errors: FieldError[]): void {
  if (typeof value === 'string') complain(isValidPercent(value), value, at, errors)
  else nonNegative(value, at, errors)
}

export function atMostAll(value: IntOrPercent, at: string, errors: FieldError[]): void {
  if (typeof value !== 'string' || isValidPercent(value).length > 0) return
  if (Number(value.slice(0, -1)) > 100) errors.push(invalid(at, value, 'must not be greater than 100%'))
}

/** The number before "%" or the number itself; a bad text counts as 0. */
export const amount = (value: IntOrPercent): number =>
  typeof value === 'number' ? value : Number.parseInt(value, 10) || 0
