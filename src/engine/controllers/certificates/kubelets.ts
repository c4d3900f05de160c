import { type CertificateRequest, partsOf } from '../../api/pki/x509.ts'
import { isIPv4, isIPv6 } from '../../api/names.ts'

/** What a kubelet's request has to be (pkg/apis/certificates/helpers.go). */
interface Rule {
  purpose: 'client auth' | 'server auth'
  /** Names of a machine: a server has to have some, a client has none. */
  alternatives(dns: number, ips: number): string | undefined
}

const group = 'system:nodes'
const nodePrefix = 'system:node:'

const client: Rule = {
  purpose: 'client auth',
  alternatives: (dns, ips) => (dns > 0 ? 'DNS subjectAltNames are not allowed' : ips > 0 ? 'IP subjectAltNames are not allowed' : undefined),
}
const serving: Rule = { purpose: 'server auth', alternatives: (dns, ips) => (dns + ips === 0 ? 'DNS or IP subjectAltName is required' : undefined) }

/** Without the second one when the key is none of RSA. */
const otherUsages = ['digital signature', 'key encipherment']

function objection({ subject, alternatives }: CertificateRequest, usages: readonly string[], rule: Rule): string | undefined {
  const organizations = partsOf(subject, 'O')
  if (organizations.length !== 1 || organizations[0] !== group) return `subject organization is not ${group}`
  const ips = alternatives.filter((name) => isIPv4(name) || isIPv6(name)).length
  return rule.alternatives(alternatives.length - ips, ips) ?? nameOrUsages(subject, usages, rule)
}

/** Which of two things that are wrong is told first is the other way about for servers. */
function nameOrUsages(subject: CertificateRequest['subject'], usages: readonly string[], { purpose }: Rule): string | undefined {
  const asked = new Set(usages)
  const fits = asked.has(purpose) && asked.has(otherUsages[0]!) && [...asked].every((usage) => usage === purpose || otherUsages.includes(usage))
  const wrongName = partsOf(subject, 'CN')[0]?.startsWith(nodePrefix) === true ? undefined : `subject common name does not begin with ${nodePrefix}`
  const wrongUsages = fits ? undefined : `usages did not match [${[purpose, ...otherUsages].toSorted().join(' ')}]`
  return purpose === 'client auth' ? (wrongName ?? wrongUsages) : (wrongUsages ?? wrongName)
}

/** Why this is no request of a kubelet that wants to show who it is; undefined: it is one. */
export const clientObjection = (request: CertificateRequest, usages: readonly string[]): string | undefined => objection(request, usages, client)

/** The same of one that wants to be called. */
export const servingObjection = (request: CertificateRequest, usages: readonly string[]): string | undefined => objection(request, usages, serving)
