import { forbidden, invalid as invalidField, type FieldError } from '../api/field.ts'
import { badRequest, invalid } from '../api/status.ts'
import type { Status } from '../api/types.ts'
import type { ApiRequest } from './request-info.ts'

const numbers = { sinceSeconds: 1, tailLines: 0, limitBytes: 1 } as const

/** What is wrong with the options of a request for a log (core ValidatePodLogOptions). */
export function logOptionsError({ query, name }: ApiRequest): Status | undefined {
  const errors: FieldError[] = []
  for (const [option, least] of Object.entries(numbers)) {
    const given = query[option]
    if (given === undefined || given === '') continue
    if (!/^[+-]?\d+$/.test(given)) return badRequest(`strconv.ParseInt: parsing ${JSON.stringify(given)}: invalid syntax`)
    const value = Number(given)
    if (value < least) errors.push(invalidField(option, value, least === 0 ? 'must be greater than or equal to 0' : 'must be greater than 0'))
  }
  if (query['sinceSeconds'] && query['sinceTime']) errors.push(forbidden('', 'at most one of `sinceTime` or `sinceSeconds` may be specified'))
  return errors.length === 0 ? undefined : invalid({ group: '', kind: 'PodLogOptions' }, name!, errors)
}
