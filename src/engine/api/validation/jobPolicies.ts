/** What a Job makes of its pods' ends: podFailurePolicy and successPolicy (pkg/apis/batch/validation). */
import { duplicate, goQuote, invalid, notSupported, omitted, required, tooLong, tooMany, type FieldError } from '../field.ts'
import { internalStruct } from './internalTypes.ts'
import { countIndexes } from './jobIndexes.ts'
import { nonNegative } from './meta.ts'
import { qualifiedName, type Fields } from './report.ts'

const maxRules = 20
const maxExitCodes = 255
const maxConditions = 20
const maxIndexesLength = 64 * 1024

const actions = ['Count', 'FailIndex', 'FailJob', 'Ignore']
const operators = ['In', 'NotIn']
const statuses = ['False', 'True', 'Unknown']

/** Required when empty, with the values in brackets as Go prints a list. */
function oneOf(value: string, supported: readonly string[], at: string, errors: FieldError[]): void {
  if (value === '') errors.push(required(at, `valid values: [${supported.map(goQuote).join(' ')}]`))
  else if (!supported.includes(value)) errors.push(notSupported(at, value, supported))
}

export function podFailurePolicy(spec: Fields, at: string, errors: FieldError[]): void {
  const rules: Fields[] = spec['podFailurePolicy'].rules ?? []
  const { initContainers, containers } = spec['template']?.spec ?? {}
  const names = [...(initContainers ?? []), ...(containers ?? [])].map(({ name }: Fields) => name)
  if (rules.length > maxRules) errors.push(tooMany(`${at}.rules`, rules.length, maxRules))
  for (const [i, rule] of rules.entries()) failureRule(rule, spec, names, `${at}.rules[${i}]`, errors)
}

function failureRule(rule: Fields, spec: Fields, names: string[], at: string, errors: FieldError[]): void {
  const { action, onExitCodes, onPodConditions } = rule
  const conditions: Fields[] = onPodConditions ?? []
  if (action === 'FailIndex' && spec['backoffLimitPerIndex'] === undefined) {
    errors.push(invalid(`${at}.action`, action, 'requires the backoffLimitPerIndex to be set'))
  } else oneOf(action ?? '', actions, `${at}.action`, errors)
  if (onExitCodes) exitCodes(onExitCodes, names, `${at}.onExitCodes`, errors)
  podConditions(conditions, `${at}.onPodConditions`, errors)
  if (onExitCodes && conditions.length > 0) {
    errors.push(invalid(at, omitted, 'specifying both OnExitCodes and OnPodConditions is not supported'))
  }
  if (!onExitCodes && conditions.length === 0) {
    errors.push(invalid(at, omitted, 'specifying one of OnExitCodes and OnPodConditions is required'))
  }
}

function podConditions(conditions: readonly Fields[], at: string, errors: FieldError[]): void {
  if (conditions.length > maxConditions) errors.push(tooMany(at, conditions.length, maxConditions))
  for (const [i, { type, status }] of conditions.entries()) {
    qualifiedName(type ?? '', `${at}[${i}].type`, errors)
    oneOf(status ?? '', statuses, `${at}[${i}].status`, errors)
  }
}

function exitCodes({ operator, values: given, containerName }: Fields, names: string[], at: string, errors: FieldError[]): void {
  const values: number[] = given ?? []
  oneOf(operator ?? '', operators, `${at}.operator`, errors)
  if (containerName !== undefined && !names.includes(containerName)) {
    errors.push(invalid(`${at}.containerName`, containerName, 'must be one of the container or initContainer names in the pod template'))
  }
  if (values.length === 0) errors.push(invalid(`${at}.values`, given, 'at least one value is required'))
  else if (values.length > maxExitCodes) errors.push(tooMany(`${at}.values`, values.length, maxExitCodes))
  const seen = new Set<number>()
  for (const [i, value] of values.entries()) {
    if (operator === 'In' && value === 0) errors.push(invalid(`${at}.values[${i}]`, value, 'must not be 0 for the In operator'))
    if (seen.has(value)) errors.push(duplicate(`${at}.values[${i}]`, value))
    seen.add(value)
  }
  if (values.some((value, i) => i > 0 && values[i - 1]! > value)) errors.push(invalid(`${at}.values`, values, 'must be ordered'))
}

export function successPolicy(spec: Fields, at: string, errors: FieldError[]): void {
  const rules: Fields[] = spec['successPolicy'].rules ?? []
  if (spec['completionMode'] !== 'Indexed') {
    errors.push(invalid(at, internalStruct(spec['successPolicy'], 'SuccessPolicy'), 'requires indexed completion mode'))
    return
  }
  if (rules.length === 0) errors.push(required(`${at}.rules`, 'at least one rules must be specified when the successPolicy is specified'))
  if (rules.length > maxRules) errors.push(tooMany(`${at}.rules`, rules.length, maxRules))
  // Upstream follows a pointer that is nil there and answers 500; that the number is missing has been said.
  if (spec['completions'] === undefined) return
  for (const [i, rule] of rules.entries()) successRule(rule, spec['completions'], `${at}.rules[${i}]`, errors)
}

function successRule({ succeededCount, succeededIndexes }: Fields, completions: number, at: string, errors: FieldError[]): void {
  if (succeededCount === undefined && succeededIndexes === undefined) {
    errors.push(required(at, 'at least one of succeededCount or succeededIndexes must be specified'))
  }
  let indexes = 0
  if (succeededIndexes !== undefined) {
    const here = `${at}.succeededIndexes`
    if (succeededIndexes.length > maxIndexesLength) errors.push(tooLong(here, succeededIndexes, maxIndexesLength))
    const counted = countIndexes(succeededIndexes, completions)
    if (typeof counted === 'string') errors.push(invalid(here, succeededIndexes, `error parsing succeededIndexes: ${counted}`))
    else indexes = counted
  }
  if (succeededCount === undefined) return
  const here = `${at}.succeededCount`
  const tooHigh = (most: number, what: string) => errors.push(invalid(here, succeededCount, `must be less than or equal to ${most} (${what})`))
  nonNegative(succeededCount, here, errors)
  if (succeededCount > completions) tooHigh(completions, 'the number of specified completions')
  if (succeededIndexes !== undefined && succeededCount > indexes) tooHigh(indexes, 'the number of indexes in the specified succeededIndexes field')
}
