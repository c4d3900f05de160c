/** certificates.k8s.io/v1 (pkg/apis/certificates/validation). What is inside of a request is not read. */
import { fromBase64 } from '../base64.ts'
import { semanticEqual } from '../equality.ts'
import { duplicate, invalid, notSupported, required, type FieldError } from '../field.ts'
import { immutable } from './meta.ts'
import type { Fields } from './report.ts'

const usages = [
  'any', 'cert sign', 'client auth', 'code signing', 'content commitment', 'crl sign', 'data encipherment', 'decipher only', 'digital signature', 'email protection',
  'encipher only', 'ipsec end system', 'ipsec tunnel', 'ipsec user', 'key agreement', 'key encipherment', 'microsoft sgc', 'netscape sgc', 'ocsp signing', 's/mime',
  'server auth', 'signing', 'timestamping',
]
/** Seconds: anything shorter is not worth signing. */
const shortest = 600

export function certificateSigningRequest({ spec = {} }: Fields, errors: FieldError[]): void {
  const { request = '', usages: wanted = [], signerName = '', expirationSeconds } = spec
  if (!/-----BEGIN CERTIFICATE REQUEST-----[\s\S]*-----END CERTIFICATE REQUEST-----/.test(fromBase64(request))) {
    errors.push(invalid('spec.request', request, 'unable to parse csr: PEM block type must be CERTIFICATE REQUEST'))
  }
  if ((wanted as string[]).length === 0) errors.push(required('spec.usages'))
  const seen = new Set<string>()
  ;(wanted as string[]).forEach((usage, i) => {
    if (!usages.includes(usage)) errors.push(notSupported(`spec.usages[${i}]`, usage, usages))
    if (seen.has(usage)) errors.push(duplicate(`spec.usages[${i}]`, usage))
    seen.add(usage)
  })
  if (signerName === '') errors.push(required('spec.signerName'))
  else if (!/^[a-z0-9.-]+\.[a-z0-9.-]+\/[^/]+$/.test(signerName)) errors.push(invalid('spec.signerName', signerName, 'must be a fully qualified domain and path of the form "example.com/signer-name"'))
  if (expirationSeconds !== undefined && expirationSeconds < shortest) errors.push(invalid('spec.expirationSeconds', expirationSeconds, 'may not specify a duration less than 600 seconds (10 minutes)'))
}

export function updateCertificateSigningRequest(next: Fields, old: Fields, errors: FieldError[]): void {
  if (!semanticEqual(next['spec'], old['spec'])) immutable(next['spec'], old['spec'], 'spec', errors)
}
