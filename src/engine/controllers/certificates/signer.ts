import { fromBase64, toBase64 } from '../../api/base64.ts'
import { issued, usualSeconds } from '../../api/pki/authority.ts'
import type { KubeObject } from '../../api/types.ts'
import type { Call } from '../../client/controller.ts'
import { clientObjection, servingObjection } from './kubelets.ts'
import { conditionsOf, contentOf, has, signers, withStatus } from './request.ts'

/** What ends later than that ends as much earlier as it begins before its time. */
const shortSeconds = 28_800
const backdateSeconds = 300

/** Who signs here, and why not; requests to others are left to them. */
const objections: Readonly<Record<string, (request: KubeObject) => string | undefined>> = {
  [signers.user]: ({ spec }) => userObjection(spec.usages),
  [signers.kubelet]: (request) => clientObjection(contentOf(request), request['spec'].usages),
  [signers.serving]: (request) => servingObjection(contentOf(request), request['spec'].usages),
}

/** pkg/controller/certificates/signer: what was approved gets its certificate, if it is what this signer signs. */
export function sign(request: KubeObject, now: number): Call {
  const message = objections[request['spec'].signerName]!(request)
  if (message === undefined) return withStatus(request, { certificate: certificateOf(request, now) }, 'status')
  const failed = { type: 'Failed', status: 'True', reason: 'SignerValidationFailure', message }
  return withStatus(request, { conditions: [...conditionsOf(request), failed] }, 'status')
}

export function isToBeSigned(request: KubeObject): boolean {
  const isDecided = has(request, 'Approved') && !has(request, 'Denied') && !has(request, 'Failed')
  return isDecided && !request['status'].certificate && Object.hasOwn(objections, request['spec'].signerName)
}

/** Of a user's request only what it is for is looked at. */
function userObjection(usages: readonly string[]): string | undefined {
  const other = usages.find((usage) => !['digital signature', 'key encipherment', 'client auth'].includes(usage))
  if (other !== undefined) return `invalid usage for client certificate: ${other}`
  return usages.includes('client auth') ? undefined : 'missing required usage for client certificate: client auth'
}

/** For as long as was asked, and no longer than the signer signs for anybody. */
function certificateOf({ metadata, spec }: KubeObject, nowMs: number): string {
  const wanted = Math.min((spec['expirationSeconds'] as number | undefined) ?? usualSeconds, usualSeconds)
  const seconds = wanted < shortSeconds ? wanted : wanted - backdateSeconds
  return toBase64(issued(fromBase64(spec['request'] as string), { nowMs, seconds, about: metadata.uid }))
}
