import { jsonOf } from '../../api/json.ts'
import { fieldsOf } from '../../api/fieldsOf.ts'
import { type HttpRequest, type HttpResponse, jsonResponse } from '../http.ts'

/**
 * What an image that nobody can see into says when the API server asks it as a webhook: that it has nothing against the request, and that
 * objects are the same in the other version. Undefined: it is asked something else.
 */
export function nothingAgainst({ method, body }: HttpRequest): HttpResponse | undefined {
  if (method !== 'POST' || !body.startsWith('{"kind":')) return undefined
  const { kind, apiVersion, request } = fieldsOf(jsonOf(body))
  const { uid, objects, desiredAPIVersion } = fieldsOf(request)
  if (kind === 'AdmissionReview') return jsonResponse(200, { kind, apiVersion, response: { uid, allowed: true } })
  if (kind !== 'ConversionReview') return undefined
  const convertedObjects = (objects as object[]).map((object) => ({ ...object, apiVersion: desiredAPIVersion }))
  return jsonResponse(200, { kind, apiVersion, response: { uid, convertedObjects, result: { status: 'Success' } } })
}
