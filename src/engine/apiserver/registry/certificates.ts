import type { KubeObject } from '../../api/types.ts'
import { formatTime } from '../../api/time.ts'

/** Requests for certificates: through each subresource only a part of them changes (pkg/registry/certificates/certificates/strategy.go). */

interface Condition {
  type: string
  status: string
  lastUpdateTime?: string | null
  lastTransitionTime?: string | null
}

const conditionsOf = ({ status }: KubeObject): readonly Condition[] => status?.conditions ?? []

export const isCertificateRequest = ({ apiVersion, kind }: KubeObject): boolean => kind === 'CertificateSigningRequest' && apiVersion === 'certificates.k8s.io/v1'

/** Only the conditions change: whether it was approved (csrApprovalStrategy). */
export function prepareForApproval(next: KubeObject, old: KubeObject, now: number): KubeObject {
  return withTimes({ ...next, spec: old['spec'], status: { ...old['status'], conditions: conditionsOf(next) } }, old, now)
}

/** The certificate changes, and whatever else is not the decision, which stays in the words in which it was made (csrStatusStrategy). */
export function prepareForSigning(next: KubeObject, old: KubeObject, now: number): KubeObject {
  const ofType = (object: KubeObject, type: string): Condition[] => conditionsOf(object).filter((condition) => condition.type === type)
  let conditions = conditionsOf(next)
  for (const type of ['Approved', 'Denied']) {
    const before = ofType(old, type)
    if (before.length === ofType(next, type).length) conditions = conditions.map((condition) => (condition.type === type ? before.shift()! : condition))
  }
  return withTimes(conditions.length === 0 ? next : { ...next, status: { ...next['status'], conditions } }, old, now)
}

/** Conditions of which nobody has said when are dated now; one that was so before has been so since (populateConditionTimestamps). */
function withTimes(next: KubeObject, old: KubeObject, now: number): KubeObject {
  const conditions = conditionsOf(next)
  if (conditions.every(({ lastUpdateTime, lastTransitionTime }) => lastUpdateTime && lastTransitionTime)) return next
  const since = ({ type, status }: Condition): string | undefined | null => conditionsOf(old).find((before) => before.type === type && before.status === status && before.lastTransitionTime)?.lastTransitionTime
  const dated = conditions.map((condition) => ({
    ...condition,
    lastUpdateTime: condition.lastUpdateTime || formatTime(now),
    lastTransitionTime: condition.lastTransitionTime || since(condition) || formatTime(now),
  }))
  return { ...next, status: { ...next['status'], conditions: dated } }
}
