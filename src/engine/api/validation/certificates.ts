/** certificates.k8s.io/v1 (pkg/apis/certificates/validation). What is inside of a request is not read. */
import { fromBase64 } from '../base64.ts'
import { semanticEqual } from '../equality.ts'
import { duplicate, goQuote, invalid, notSupported, required, tooLong, type FieldError } from '../field.ts'
import { isDNS1123Label } from '../names.ts'
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
    errors.push(invalid('spec.request', request, 'PEM block type must be CERTIFICATE REQUEST'))
  }
  if ((wanted as string[]).length === 0) errors.push(required('spec.usages'))
  const seen = new Set<string>()
  ;(wanted as string[]).forEach((usage, i) => {
    if (!usages.includes(usage)) errors.push(notSupported(`spec.usages[${i}]`, usage, usages))
    if (seen.has(usage)) errors.push(duplicate(`spec.usages[${i}]`, usage))
    seen.add(usage)
  })
  if (signerName === legacy) errors.push(invalid('spec.signerName', signerName, 'the legacy signerName is not allowed via this API version'))
  else checkSignerName(signerName, 'spec.signerName', errors)
  if (expirationSeconds !== undefined && expirationSeconds < shortest) errors.push(invalid('spec.expirationSeconds', expirationSeconds, 'may not specify a duration less than 600 seconds (10 minutes)'))
}

const legacy = 'kubernetes.io/legacy-unknown'
const longestDomain = 253

/** ValidateCertificateSigningRequestSignerName */
function checkSignerName(name: string, at: string, errors: FieldError[]): void {
  const [domain = '', path, more] = name.split('/')
  if (name === '') return void errors.push(required(at))
  if (path === undefined || more !== undefined) return void errors.push(invalid(at, name, "must be a fully qualified domain and path of the form 'example.com/signer-name'"))
  if (domain.length > longestDomain) errors.push(tooLong(at, domain, longestDomain))
  checkLabels(domain, at, errors)
  if (!domain.includes('.')) errors.push(invalid(at, domain, 'should be a domain with at least two segments separated by dots'))
  checkLabels(path, at, errors)
}

/** The first label that is none is told of. */
function checkLabels(name: string, at: string, errors: FieldError[]): void {
  const bad = name.split('.').find((label) => isDNS1123Label(label).length > 0)
  if (bad !== undefined) for (const why of isDNS1123Label(bad)) errors.push(invalid(at, name, `validating label ${goQuote(bad)}: ${why}`))
}

export function updateCertificateSigningRequest(next: Fields, old: Fields, errors: FieldError[]): void {
  if (!semanticEqual(next['spec'], old['spec'])) immutable(next['spec'], old['spec'], 'spec', errors)
}
