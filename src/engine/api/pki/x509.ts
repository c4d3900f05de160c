/**
 * Requests for certificates (PKCS #10) and certificates (X.509). Their form is real, so that what a person brings along is
 * read; the mathematics is not: a signature here is a digest of what is signed and of the issuer's key, and a public key one of its key.
 */
import { bytesOfBase64, textOfUtf8, utf8 } from '../base64.ts'
import { sha256 } from '../digest.ts'
import { isIPv4 } from '../names.ts'
import { formatTime, parseTime } from '../time.ts'
import { der, oid, oidText, tags, type Value, valuesOf } from './der.ts'

/** In the order in which they stand there: [['O', 'dev'], ['CN', 'jane']]. */
export type Name = readonly (readonly [type: string, value: string])[]

export interface CertificateRequest {
  subject: Name
  /** DNS names and addresses. */
  alternatives: readonly string[]
  publicKey: readonly number[]
}

export interface Certificate extends CertificateRequest {
  issuer: Name
  /** Hexadecimal. */
  serial: string
  /** Virtual ms. */
  notBefore: number
  notAfter: number
  usages: readonly KeyUsage[]
  signature: readonly number[]
  /** What is signed. */
  signed: readonly number[]
}

const attributeTypes: readonly (readonly [name: string, id: string])[] = [
  ['CN', '2.5.4.3'], ['C', '2.5.4.6'], ['L', '2.5.4.7'], ['ST', '2.5.4.8'], ['O', '2.5.4.10'], ['OU', '2.5.4.11'], ['emailAddress', '1.2.840.113549.1.9.1'],
]
const rsaEncryption = '1.2.840.113549.1.1.1'
const sha256WithRSA = '1.2.840.113549.1.1.11'
const extensionRequest = '1.2.840.113549.1.9.14'
const subjectAltName = '2.5.29.17'

// --- PEM ------------------------------------------------------------------------------------------

/** Sixty-four letters a line. */
export function pem(label: string, bytes: readonly number[]): string {
  return `-----BEGIN ${label}-----\n${base64OfBytes(bytes).match(/.{1,64}/g)!.join('\n')}\n-----END ${label}-----\n`
}

/** The bytes of the first block with this label. */
export function pemBytes(text: string, label: string): number[] | undefined {
  const body = new RegExp(`-----BEGIN ${label}-----([\\s\\S]*?)-----END ${label}-----`).exec(text)?.[1]
  return body === undefined ? undefined : bytesOfBase64(body.replaceAll(/\s/g, ''))
}

function base64OfBytes(bytes: readonly number[]): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
  let out = ''
  for (let i = 0; i < bytes.length; i += 3) {
    const three = (bytes[i]! << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0)
    out += letters[three >> 18]! + letters[(three >> 12) & 63]! + (i + 1 < bytes.length ? letters[(three >> 6) & 63]! : '=') + (i + 2 < bytes.length ? letters[three & 63]! : '=')
  }
  return out
}

// --- keys -----------------------------------------------------------------------------------------

/** As long as an RSA key of 2048 bits. */
const keyBytes = 256

function digestBytes(text: string, count: number): number[] {
  let out = ''
  for (let i = 0; out.length < count * 2; i++) out += sha256(`${i} ${text}`)
  return out.slice(0, count * 2).match(/../g)!.map((pair) => Number.parseInt(pair, 16))
}

/** A private key (PKCS #8) of what chance has given. */
export function privateKey(secret: string): string {
  const rsa = der(tags.sequence, [tags.integer, 1, 0], der(tags.integer, [0, ...modulusOf(secret)]), der(tags.integer, [1, 0, 1]), der(tags.octetString, digestBytes(`private ${secret}`, 880)))
  return pem('PRIVATE KEY', der(tags.sequence, [tags.integer, 1, 0], algorithm(rsaEncryption), der(tags.octetString, rsa)))
}

const modulusOf = (secret: string): number[] => digestBytes(`modulus ${secret}`, keyBytes).map((byte, i) => (i === 0 ? byte | 0x80 : byte))

/** Whatever text a key is: the same gives the same. */
const keyText = (key: string): string => key.replaceAll(/-----[^-]*-----|\s/g, '')

/** SubjectPublicKeyInfo of a private key. */
export function publicKeyOf(key: string): number[] {
  const inside = valuesOf(valuesOf(pemBytes(key, 'PRIVATE KEY') ?? [])?.[0]?.bytes ?? [])?.[2]
  const modulus = valuesOf(valuesOf(inside?.bytes ?? [])?.[0]?.bytes ?? [])?.[1]?.whole ?? der(tags.integer, [0, ...modulusOf(keyText(key))])
  return der(tags.sequence, algorithm(rsaEncryption), der(tags.bitString, [0], der(tags.sequence, modulus, der(tags.integer, [1, 0, 1]))))
}

/** Hexadecimal, in capitals. */
export function modulusText(publicKey: readonly number[]): string {
  const bits = valuesOf(valuesOf(publicKey)?.[0]?.bytes ?? [])?.[1]?.bytes.slice(1) ?? []
  return hex(valuesOf(valuesOf(bits)?.[0]?.bytes ?? [])?.[0]?.bytes.slice(1) ?? []).toUpperCase()
}

const hex = (bytes: readonly number[]): string => bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('')

const signatureOf = (signed: readonly number[], key: string): number[] => digestBytes(`${hex(signed)} ${keyText(key)}`, keyBytes)

const algorithm = (id: string): number[] => der(tags.sequence, oid(id), [tags.null, 0])

// --- requests -------------------------------------------------------------------------------------

export function makeRequest(subject: Name, alternatives: readonly string[], key: string): string {
  const attributes = alternatives.length === 0 ? [] : der(tags.sequence, oid(extensionRequest), der(tags.set, der(tags.sequence, alternativeNames(alternatives))))
  const signed = der(tags.sequence, [tags.integer, 1, 0], nameBytes(subject), publicKeyOf(key), der(tags.context0, attributes))
  return pem('CERTIFICATE REQUEST', der(tags.sequence, signed, algorithm(sha256WithRSA), der(tags.bitString, [0], signatureOf(signed, key))))
}

/** undefined: nothing that could be read. */
export function readRequest(text: string): CertificateRequest | undefined {
  const [info] = inside(pemBytes(text, 'CERTIFICATE REQUEST'))
  const [, subject, publicKey, attributes] = valuesOf(info?.bytes ?? []) ?? []
  if (subject === undefined || publicKey === undefined) return undefined
  return { subject: nameOf(subject), publicKey: publicKey.whole, alternatives: alternativesIn(attributes) }
}

function inside(bytes: readonly number[] | undefined): Value[] {
  return valuesOf(valuesOf(bytes ?? [])?.[0]?.bytes ?? []) ?? []
}

function nameBytes(name: Name): number[] {
  return der(tags.sequence, ...name.map(([type, value]) => der(tags.set, der(tags.sequence, oid(attributeTypes.find(([known]) => known === type)?.[1] ?? type), der(tags.utf8String, utf8(value))))))
}

function nameOf(value: Value): Name {
  return (valuesOf(value.bytes) ?? []).flatMap((set) => valuesOf(set.bytes) ?? []).map((attribute) => {
    const [type, text] = valuesOf(attribute.bytes) ?? []
    const id = oidText(type?.bytes ?? [])
    return [attributeTypes.find(([, known]) => known === id)?.[0] ?? id, textOfUtf8(text?.bytes ?? [])] as const
  })
}

function alternativeNames(names: readonly string[]): number[] {
  const general = names.map((name) => (isIPv4(name) ? der(0x87, name.split('.').map(Number)) : der(0x82, utf8(name))))
  return der(tags.sequence, oid(subjectAltName), der(tags.octetString, der(tags.sequence, ...general)))
}

/** What a certificate is for (RFC 5280 4.2.1.12). */
export type KeyUsage = 'server' | 'client'
const extendedKeyUsage = '2.5.29.37'
const usageIDs: Readonly<Record<KeyUsage, string>> = { server: '1.3.6.1.5.5.7.3.1', client: '1.3.6.1.5.5.7.3.2' }

function keyUsages(usages: readonly KeyUsage[]): number[] {
  return der(tags.sequence, oid(extendedKeyUsage), der(tags.octetString, der(tags.sequence, ...usages.map((usage) => oid(usageIDs[usage])))))
}

function usagesIn(value: Value | undefined): KeyUsage[] {
  if (value === undefined || (value.tag & 0x20) === 0) return []
  const parts = valuesOf(value.bytes) ?? []
  const [id, content] = parts
  if (id?.tag === tags.oid && oidText(id.bytes) === extendedKeyUsage) {
    const found = (valuesOf(valuesOf(content!.bytes)?.[0]?.bytes ?? []) ?? []).map(({ bytes }) => oidText(bytes))
    return (['server', 'client'] as const).filter((usage) => found.includes(usageIDs[usage]))
  }
  return parts.flatMap(usagesIn)
}

/** Wherever they stand below a value. */
function alternativesIn(value: Value | undefined): string[] {
  if (value === undefined || (value.tag & 0x20) === 0) return []
  const parts = valuesOf(value.bytes) ?? []
  const [id, content] = parts
  if (id?.tag === tags.oid && oidText(id.bytes) === subjectAltName) {
    const names = valuesOf(valuesOf((parts.at(-1) ?? content!).bytes)?.[0]?.bytes ?? []) ?? []
    return names.map(({ tag, bytes }) => (tag === 0x87 ? bytes.join('.') : textOfUtf8(bytes)))
  }
  return parts.flatMap(alternativesIn)
}

// --- certificates ---------------------------------------------------------------------------------

export interface Wanted extends CertificateRequest {
  usages?: readonly KeyUsage[]
  issuer: Name
  serial: string
  notBefore: number
  notAfter: number
}

export function makeCertificate(wanted: Wanted, issuerKey: string): string {
  const { alternatives, usages = [] } = wanted
  const given = [...(usages.length === 0 ? [] : keyUsages(usages)), ...(alternatives.length === 0 ? [] : alternativeNames(alternatives))]
  const extensions = given.length === 0 ? [] : der(tags.context3, der(tags.sequence, given))
  const signed = der(
    tags.sequence,
    der(tags.context0, [tags.integer, 1, 2]),
    der(tags.integer, wanted.serial.match(/../g)!.map((pair) => Number.parseInt(pair, 16))),
    algorithm(sha256WithRSA),
    nameBytes(wanted.issuer),
    der(tags.sequence, timeBytes(wanted.notBefore), timeBytes(wanted.notAfter)),
    nameBytes(wanted.subject),
    wanted.publicKey,
    extensions,
  )
  return pem('CERTIFICATE', der(tags.sequence, signed, algorithm(sha256WithRSA), der(tags.bitString, [0], signatureOf(signed, issuerKey))))
}

export function readCertificate(text: string): Certificate | undefined {
  const [info, , bits] = inside(pemBytes(text, 'CERTIFICATE'))
  const fields = valuesOf(info?.bytes ?? []) ?? []
  const [serial, , issuer, validity, subject, publicKey, ...more] = fields[0]?.tag === tags.context0 ? fields.slice(1) : fields
  const [from, to] = valuesOf(validity?.bytes ?? []) ?? []
  if (info === undefined || bits === undefined || serial === undefined || issuer === undefined || subject === undefined || publicKey === undefined || from === undefined || to === undefined) return undefined
  return {
    subject: nameOf(subject), issuer: nameOf(issuer), serial: hex(serial.bytes), publicKey: publicKey.whole, alternatives: more.flatMap(alternativesIn), usages: more.flatMap(usagesIn),
    notBefore: timeOf(from), notAfter: timeOf(to), signed: info.whole, signature: bits.bytes.slice(1),
  }
}

/** Whether it was signed with this key. */
export function isSignedBy({ signed, signature }: Certificate, key: string): boolean {
  return hex(signatureOf(signed, key)) === hex(signature)
}

/** RFC 5280: two digits of the year until 2049. */
function timeBytes(ms: number): number[] {
  const text = formatTime(ms).replaceAll(/[-:TZ]/g, '')
  const short = Number(text.slice(0, 4)) < 2050
  return der(short ? tags.utcTime : tags.generalizedTime, utf8(`${short ? text.slice(2) : text}Z`))
}

function timeOf({ tag, bytes }: Value): number {
  const text = textOfUtf8(bytes)
  const long = tag === tags.generalizedTime ? text : `${Number(text.slice(0, 2)) < 50 ? '20' : '19'}${text}`
  return parseTime(long.replace(/^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?.*$/, (_, ...parts: (string | undefined)[]) => `${parts[0]}-${parts[1]}-${parts[2]}T${parts[3]}:${parts[4]}:${parts[5] ?? '00'}Z`)) ?? 0
}

/** All values of one kind: the organisations of a subject. */
export const partsOf = (name: Name, type: string): string[] => name.filter(([own]) => own === type).map(([, value]) => value)

/** "CN = jane, O = dev": as openssl says it. */
export const nameText = (name: Name): string => name.map(([type, value]) => `${type} = ${value}`).join(', ')
