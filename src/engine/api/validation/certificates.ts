/** certificates.k8s.io/v1 (pkg/apis/certificates/validation). What is inside of a request is not read. */
import { fromBase64 } from '../base64.ts'
import { duplicate, forbidden, goQuote, invalid, notSupported, required, tooLong, type FieldError } from '../field.ts'
import { isDNS1123Label } from '../names.ts'
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

const decisions = ['Approved', 'Denied']
const lasting = [...decisions, 'Failed']
const statuses = ['False', 'True', 'Unknown']

interface Condition {
  type?: string
  status?: string
}

const conditionsOf = ({ status }: Fields): readonly Condition[] => status?.conditions ?? []
const ofType = (request: Fields, type: string): Condition[] => conditionsOf(request).filter((condition) => condition.type === type)

/** Who signs sets the certificate, once, and decides nothing (ValidateCertificateSigningRequestStatusUpdate). */
export function certificateStatus(next: Fields, old: Fields, errors: FieldError[]): void {
  conditions(next, old, errors)
  certificate(next, old, errors)
  nothingRemoved(next, old, errors)
  for (const type of decisions) {
    if (ofType(next, type).length > ofType(old, type).length) errors.push(forbidden('status.conditions', `updates may not add a condition of type ${goQuote(type)}`))
  }
  const { certificate: before } = old['status'] ?? {}
  if (before && next['status']?.certificate !== before) errors.push(forbidden('status.certificate', 'updates may not modify existing certificate content'))
}

/** ValidateCertificateSigningRequestApprovalUpdate */
export function certificateApproval(next: Fields, old: Fields, errors: FieldError[]): void {
  conditions(next, old, errors)
  nothingRemoved(next, old, errors)
}

/** What was decided stays so. */
function nothingRemoved(next: Fields, old: Fields, errors: FieldError[]): void {
  for (const type of lasting) {
    if (ofType(next, type).length < ofType(old, type).length) errors.push(forbidden('status.conditions', `updates may not remove a condition of type ${goQuote(type)}`))
  }
}

/** What was wrong before may stay so. */
function conditions(next: Fields, old: Fields, errors: FieldError[]): void {
  const mayBeBoth = decisions.every((type) => ofType(old, type).length > 0)
  const types = conditionsOf(old).map(({ type }) => type)
  const mayRepeat = new Set(types).size < types.length
  conditionsOf(next).forEach(({ type = '', status = '' }, i) => {
    const at = `status.conditions[${i}]`
    if (type === '' && !types.includes('')) errors.push(required(`${at}.type`, ''))
    const allowed = lasting.includes(type) ? ['True'] : statuses
    if (status === '') errors.push(required(`${at}.status`, ''))
    else if (!allowed.includes(status)) errors.push(notSupported(`${at}.status`, status, allowed))
    const before = conditionsOf(next).slice(0, i).map((condition) => condition.type ?? '')
    if (!mayBeBoth && decisions.includes(type) && decisions.some((other) => other !== type && before.includes(other))) {
      errors.push(invalid(`${at}.type`, type, 'Approved and Denied conditions are mutually exclusive'))
    }
    if (!mayRepeat && before.includes(type)) errors.push(duplicate(`${at}.type`, type))
  })
}

/** What is inside of its blocks is not read. */
function certificate(next: Fields, old: Fields, errors: FieldError[]): void {
  const encoded: string = next['status']?.certificate ?? ''
  if (encoded === '' || encoded === old['status']?.certificate) return
  const labels = [...fromBase64(encoded).matchAll(/-----BEGIN ([^-]+)-----[\s\S]*?-----END \1-----/g)].map(([, label]) => label!)
  const other = labels.find((label) => label !== 'CERTIFICATE')
  const wrong = other !== undefined ? `only CERTIFICATE PEM blocks are allowed, found ${goQuote(other)}` : labels.length === 0 ? 'must contain at least one CERTIFICATE PEM block' : undefined
  if (wrong !== undefined) errors.push(invalid('status.certificate', '<certificate data>', wrong))
}
