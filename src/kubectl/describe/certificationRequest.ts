/** What a PKCS #10 request (RFC 2986) says of its subject, as Go's crypto/x509 reads it. */
import { Address } from '../../engine/api/addresses.ts'
import { textOfUtf8 } from '../../engine/api/base64.ts'
import { oidText, type Value, valuesOf } from '../../engine/api/pki/der.ts'
import { pemBytes } from '../../engine/api/pki/x509.ts'

export interface CertificationRequest {
  /** By the titles under which kubectl prints them; a name may have several of each. */
  subject: Record<string, string[]>
  alternatives: { dns: string[]; emails: string[]; uris: string[]; addresses: string[] }
}

const subjectTitles: Record<string, string> = {
  '2.5.4.3': 'Common Name', '2.5.4.5': 'Serial Number', '2.5.4.6': 'Country', '2.5.4.7': 'Locality', '2.5.4.8': 'Province', '2.5.4.9': 'StreetAddress',
  '2.5.4.10': 'Organization', '2.5.4.11': 'Organizational Unit', '2.5.4.17': 'PostalCode',
}
const extensionRequest = '1.2.840.113549.1.9.14'
const subjectAlternativeName = '2.5.29.17'

/** Undefined when it is no such request. `pem`: the text of spec.request. */
export function parseRequest(pem: string): CertificationRequest | undefined {
  const [whole] = valuesIn(pemBytes(pem, 'CERTIFICATE REQUEST'))
  const [info] = valuesIn(whole?.bytes)
  const [version, subject, , attributes] = valuesIn(info?.bytes)
  if (version === undefined || subject === undefined) return undefined
  return { subject: namesIn(subject), alternatives: alternativesIn(attributes) }
}

const valuesIn = (bytes: readonly number[] = []): readonly Value[] => valuesOf(bytes) ?? []

const identifier = (bytes: readonly number[] = []): string => oidText(bytes)

function namesIn(subject: Value): Record<string, string[]> {
  const names: Record<string, string[]> = {}
  for (const [type, value] of valuesIn(subject.bytes).flatMap((set) => valuesIn(set.bytes)).map((pair) => valuesIn(pair.bytes))) {
    const title = subjectTitles[identifier(type?.bytes)]
    if (title !== undefined && value !== undefined) (names[title] ??= []).push(textOfUtf8(value.bytes))
  }
  return names
}

function alternativesIn(attributes: Value | undefined): CertificationRequest['alternatives'] {
  const requested = valuesIn(attributes?.bytes).map(({ bytes }) => valuesIn(bytes)).find(([type]) => identifier(type?.bytes) === extensionRequest)?.[1]
  const extensions = valuesIn(requested?.bytes).flatMap(({ bytes }) => valuesIn(bytes)).map(({ bytes }) => valuesIn(bytes))
  const value = extensions.find(([type]) => identifier(type?.bytes) === subjectAlternativeName)?.at(-1)
  const names = valuesIn(value?.bytes).flatMap(({ bytes }) => valuesIn(bytes))
  const tagged = (tag: number): (readonly number[])[] => names.filter((name) => name.tag === tag).map(({ bytes }) => bytes)
  return { emails: tagged(0x81).map(textOfUtf8), dns: tagged(0x82).map(textOfUtf8), uris: tagged(0x86).map(textOfUtf8), addresses: tagged(0x87).map(addressText) }
}

const addressText = (bytes: readonly number[]): string =>
  String(new Address(bytes.reduce((bits, byte) => (bits << 8n) | BigInt(byte), 0n), bytes.length === 4 ? 4 : 6))
