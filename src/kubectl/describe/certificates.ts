import { bytesOfBase64, fromBase64 } from '../../engine/api/base64.ts'
import { humanDuration } from '../../engine/api/time.ts'
import type { KubeObject } from '../../engine/api/types.ts'
import { CommandError } from '../errors.ts'
import { parseRequest } from './certificationRequest.ts'
import { withEvents } from './describer.ts'
import { pairs } from './storage.ts'
import { dateOf, type Description } from './writer.ts'

export const describeCertificateSigningRequest = withEvents((w, { metadata, spec, status }) => {
  const parsed = parseRequest(fromBase64(spec?.request ?? ''))
  if (parsed === undefined) throw new CommandError('Error parsing CSR: PEM block type must be CERTIFICATE REQUEST')
  w.line(0, `Name:\t${metadata.name}`)
  w.line(0, `Labels:\t${pairs(metadata.labels)}`)
  w.line(0, `Annotations:\t${pairs(metadata.annotations)}`)
  w.line(0, `CreationTimestamp:\t${dateOf(metadata.creationTimestamp)}`)
  w.line(0, `Requesting User:\t${spec?.username ?? ''}`)
  if (spec?.signerName) w.line(0, `Signer:\t${spec.signerName}`)
  if (spec?.expirationSeconds !== undefined) w.line(0, `Requested Duration:\t${humanDuration(spec.expirationSeconds * 1000)}`)
  w.line(0, `Status:\t${stateOf(status)}`)
  const { subject, alternatives } = parsed
  w.line(0, 'Subject:')
  w.line(0, `\tCommon Name:\t${subject['Common Name']?.at(-1) ?? ''}`)
  w.line(0, `\tSerial Number:\t${subject['Serial Number']?.at(-1) ?? ''}`)
  for (const title of ['Organization', 'Organizational Unit', 'Country', 'Locality', 'Province', 'StreetAddress', 'PostalCode']) writeSeveral(w, title, subject[title])
  const { dns, emails, uris, addresses } = alternatives
  if (dns.length + emails.length + uris.length + addresses.length > 0) w.line(0, 'Subject Alternative Names:')
  writeSeveral(w, 'DNS Names', dns)
  writeSeveral(w, 'Email Addresses', emails)
  writeSeveral(w, 'URIs', uris)
  writeSeveral(w, 'IP Addresses', addresses)
})

function writeSeveral(w: Description, title: string, values: readonly string[] = []): void {
  if (values.length > 0) w.line(0, `\t${title}:\t${values.join('\n\t\t')}`)
}

/** "Approved,Issued" */
function stateOf(status: KubeObject['status']): string {
  const types = new Set((status?.conditions ?? []).map(({ type }: { type: string }) => type))
  const verdict = types.has('Denied') ? 'Denied' : types.has('Approved') ? 'Approved' : 'Pending'
  const issued = bytesOfBase64(status?.certificate ?? '').length > 0
  return `${verdict}${types.has('Failed') ? ',Failed' : ''}${issued ? ',Issued' : ''}`
}
