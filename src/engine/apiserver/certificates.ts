import { fromBase64 } from '../api/base64.ts'
import { holderOf } from '../api/pki/authority.ts'
import type { UserInfo } from '../api/request.ts'

/** Whom a client certificate names; undefined: the cluster's authority has not signed it, or its time is over. */
export function certified(certificate: string, nowMs: number): UserInfo | undefined {
  const holder = holderOf(certificate.includes('-----BEGIN') ? certificate : fromBase64(certificate), nowMs)
  if (holder === undefined) return undefined
  return { name: holder.name, groups: [...holder.organizations, 'system:authenticated'], extra: { 'authentication.kubernetes.io/credential-id': [`X509SHA256=${holder.id}`] } }
}
