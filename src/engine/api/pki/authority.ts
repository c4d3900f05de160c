import { sha256 } from '../digest.ts'
import { isSignedBy, makeCertificate, type Name, partsOf, readCertificate, readRequest } from './x509.ts'

/** The key of the cluster's own authority: /etc/kubernetes/pki/ca.key of a control plane. */
export const authorityKey = '-----BEGIN RSA PRIVATE KEY-----\nbm9ib2R5IGZlZWxzIHNhZmUgYmVoaW5kIGEga2V5IHRoYXQgZXZlcnlib2R5IGhhcw==\n-----END RSA PRIVATE KEY-----\n'
export const authorityName: Name = [['CN', 'kubernetes']]

/** The signer takes back a little: clocks differ (signer.go, --cluster-signing-backdate). */
const backdateMs = 300_000
/** --cluster-signing-duration. */
export const usualSeconds = 31_536_000

/** A certificate for a request, which is an empty one where nothing of it can be read; `about` makes its number. */
export function issued(request: string, o: { nowMs: number; seconds: number; about: string }): string {
  const read = readRequest(request) ?? { subject: [], alternatives: [], publicKey: [] }
  return makeCertificate({ ...read, issuer: authorityName, serial: `4${sha256(o.about).slice(1, 32)}`, notBefore: o.nowMs - backdateMs, notAfter: o.nowMs + o.seconds * 1000 }, authorityKey)
}

/** Who shows it (pkg/authentication/request/x509 CommonNameUserConversion); undefined: it is worth nothing. */
export function holderOf(certificate: string, nowMs: number): { name: string; organizations: string[]; id: string } | undefined {
  const read = readCertificate(certificate)
  if (read === undefined || !isSignedBy(read, authorityKey) || nowMs < read.notBefore || nowMs > read.notAfter) return undefined
  const [name = ''] = partsOf(read.subject, 'CN')
  return name === '' ? undefined : { name, organizations: partsOf(read.subject, 'O'), id: sha256(certificate) }
}
