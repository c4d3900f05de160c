import { forbidden, notSupported, type FieldError } from '../api/field.ts'
import { invalid } from '../api/status.ts'
import type { Status } from '../api/types.ts'
import type { ApiRequest } from './request-info.ts'

const exact = 'Exact'
const notOlderThan = 'NotOlderThan'
const match = 'resourceVersionMatch'
const initial = 'sendInitialEvents'

/** What a list or a watch may not ask for (apimachinery pkg/apis/meta/internalversion/validation). */
export function listOptionsError({ verb, query }: ApiRequest): Status | undefined {
  const errors = verb === 'watch' ? watchErrors(query) : listErrors(query)
  return errors.length === 0 ? undefined : invalid({ group: 'meta.k8s.io', kind: 'ListOptions' }, '', errors)
}

function listErrors(query: ApiRequest['query']): FieldError[] {
  const errors: FieldError[] = []
  const wanted = query[match] ?? ''
  if (wanted !== '') {
    if (!query['resourceVersion']) errors.push(forbidden(match, 'resourceVersionMatch is forbidden unless resourceVersion is provided'))
    if (query['continue']) errors.push(forbidden(match, 'resourceVersionMatch is forbidden when continue is provided'))
    if (wanted !== exact && wanted !== notOlderThan) errors.push(notSupported(match, wanted, [exact, notOlderThan, '']))
    if (wanted === exact && query['resourceVersion'] === '0') errors.push(forbidden(match, 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"'))
  }
  if (query[initial] !== undefined) errors.push(forbidden(initial, 'sendInitialEvents is forbidden for list'))
  return errors
}

function watchErrors(query: ApiRequest['query']): FieldError[] {
  const errors: FieldError[] = []
  const wanted = query[match] ?? ''
  const asked = query[initial] !== undefined
  if (asked && wanted !== notOlderThan) errors.push(forbidden(match, 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan'))
  if (wanted === '') return errors
  if (!asked) errors.push(forbidden(match, 'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided'))
  if (wanted !== notOlderThan) errors.push(notSupported(match, wanted, [notOlderThan]))
  if (query['continue']) errors.push(forbidden(match, 'resourceVersionMatch is forbidden when continue is provided'))
  return errors
}
