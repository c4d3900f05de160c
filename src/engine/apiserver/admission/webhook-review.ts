/** What a webhook is asked, and what its answer means (apiserver/pkg/admission/plugin/webhook/request, errors). */
import { fromBase64 } from '../../api/base64.ts'
import type { Input } from '../../api/cel/policies.ts'
import { goQuote } from '../../api/field.ts'
import { fieldsOf } from '../../api/fieldsOf.ts'
import { jsonOf } from '../../api/json.ts'
import { failure } from '../../api/status.ts'
import type { Status } from '../../api/types.ts'

const group = 'admission.k8s.io'
const spoken = ['v1', 'v1beta1']

/** The first of the versions that a webhook takes which the server speaks. */
export const versionFor = (versions: readonly string[]): string => versions.find((version) => spoken.includes(version)) ?? 'v1'

export function reviewOf(uid: string, version: string, { request, object, oldObject }: Input): object {
  return { kind: 'AdmissionReview', apiVersion: `${group}/${version}`, request: { uid, ...request, object, oldObject } }
}

export type Opinion =
  | { allowed: true; patch: unknown[]; warnings: readonly string[] }
  | { allowed: false; status: Status; warnings: readonly string[] }
  /** It is no answer. */
  | { why: string }

export function opinionOf(hook: string, uid: string, version: string, review: unknown, mutates: boolean): Opinion {
  const { kind = '', apiVersion = '', response } = fieldsOf(review)
  const invalid = (why: string): Opinion => ({ why: `received invalid webhook response: ${why}` })
  if (typeof response !== 'object' || response === null) return invalid('webhook response was absent')
  const { uid: given = '', allowed, status, warnings = [], patch = '', patchType = '' } = response as Record<string, any>
  // What is known of the older version is only that it was less strict.
  if (version === 'v1') {
    if (given !== uid) return invalid(`expected response.uid=${goQuote(uid)}, got ${goQuote(String(given))}`)
    if (kind !== 'AdmissionReview' || apiVersion !== `${group}/v1`) return invalid(`expected webhook response of ${group}/v1, Kind=AdmissionReview, got ${apiVersion}, Kind=${kind}`)
    if (patch !== '' && !mutates) return invalid('validating webhook may not return response.patch')
    if (patch !== '' && patchType === '') return invalid('webhook returned response.patch but not response.patchType')
    if (patch === '' && patchType !== '') return invalid('webhook returned response.patchType but not response.patch')
    if (patch !== '' && patchType !== 'JSONPatch') return invalid(`webhook returned invalid response.patchType of ${goQuote(patchType)}`)
  }
  const said = (warnings as unknown[]).map(String)
  if (allowed !== true) return { allowed: false, status: denial(hook, fieldsOf(status)), warnings: said }
  if (patch === '' || !mutates) return { allowed: true, patch: [], warnings: said }
  const operations = jsonOf(fromBase64(String(patch)))
  return Array.isArray(operations) ? { allowed: true, patch: operations, warnings: said } : { why: 'received undecodable patch in webhook response: unexpected end of JSON input' }
}

/** ToStatusErr. */
function denial(hook: string, { code = 0, message = '', reason = '' }: Record<string, any>): Status {
  const by = `admission webhook ${goQuote(hook)} denied the request`
  return failure(Math.max(code, 400), reason, message !== '' ? `${by}: ${message}` : reason !== '' ? `${by}: ${reason}` : `${by} without explanation`)
}
