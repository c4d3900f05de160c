import { describe, expect, it, test } from 'vitest'
import { fromBase64 } from '../base64.ts'
import { authorityKey, holderOf, issued } from './authority.ts'
import { der, oid, oidText, valuesOf } from './der.ts'
import { isSignedBy, makeCertificate, makeRequest, modulusText, privateKey, publicKeyOf, readCertificate, readRequest } from './x509.ts'

/** As a person has made it with openssl, for the documentation's example. */
const angela = 'LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlJQ1ZqQ0NBVDRDQVFBd0VURVBNQTBHQTFVRUF3d0dZVzVuWld4aE1JSUJJakFOQmdrcWhraUc5dzBCQVFFRgpBQU9DQVE4QU1JSUJDZ0tDQVFFQTByczhJTHRHdTYxakx2dHhWTTJSVlRWMDNHWlJTWWw0dWluVWo4RElaWjBOCnR2MUZtRVFSd3VoaUZsOFEzcWl0Qm0wMUFSMkNJVXBGd2ZzSjZ4MXF3ckJzVkhZbGlBNVhwRVpZM3ExcGswSDQKM3Z3aGJlK1o2MVNrVHF5SVBYUUwrTWM5T1Nsbm0xb0R2N0NtSkZNMUlMRVI3QTVGZnZKOEdFRjJ6dHBoaUlFMwpub1dtdHNZb3JuT2wzc2lHQ2ZGZzR4Zmd4eW8ybmlneFNVekl1bXNnVm9PM2ttT0x1RVF6cXpkakJ3TFJXbWlECklmMXBMWnoyalVnald4UkhCM1gyWnVVV1d1T09PZnpXM01LaE8ybHEvZi9DdS8wYk83c0x0MCt3U2ZMSU91TFcKcW90blZtRmxMMytqTy82WDNDKzBERHk5aUtwbXJjVDBnWGZLemE1dHJRSURBUUFCb0FBd0RRWUpLb1pJaHZjTgpBUUVMQlFBRGdnRUJBR05WdmVIOGR4ZzNvK21VeVRkbmFjVmQ1N24zSkExdnZEU1JWREkyQTZ1eXN3ZFp1L1BVCkkwZXpZWFV0RVNnSk1IRmQycVVNMjNuNVJsSXJ3R0xuUXFISUh5VStWWHhsdnZsRnpNOVpEWllSTmU3QlJvYXgKQVlEdUI5STZXT3FYbkFvczFqRmxNUG5NbFpqdU5kSGxpT1BjTU1oNndLaTZzZFhpVStHYTJ2RUVLY01jSVUyRgpvU2djUWdMYTk0aEpacGk3ZnNMdm1OQUxoT045UHdNMGM1dVJVejV4T0dGMUtCbWRSeEgvbUNOS2JKYjFRQm1HCkkwYitEUEdaTktXTU0xMzhIQXdoV0tkNjVoVHdYOWl4V3ZHMkh4TG1WQzg0L1BHT0tWQW9FNkpsYWFHdTlQVmkKdjlOSjVaZlZrcXdCd0hKbzZXdk9xVlA3SVFjZmg3d0drWm89Ci0tLS0tRU5EIENFUlRJRklDQVRFIFJFUVVFU1QtLS0tLQo='

const now = Date.UTC(2026, 0, 5, 9)
const key = privateKey('secret')

describe('DER', () => {
  it.each(['2.5.4.3', '1.2.840.113549.1.9.14', '0.9.2342'])('an identifier comes back: %s', (text) => expect(oidText(valuesOf(oid(text))![0]!.bytes)).toBe(text))
  it.each([0, 1, 127, 128, 255, 256, 40_000])('%i bytes come back', (count) => expect(valuesOf(der(4, Array.from({ length: count }, (_, i) => i & 0xff)))![0]!.bytes).toHaveLength(count))
  it.each([[[0x30]], [[0x30, 5, 1]], [[0x30, 0x84, 1, 1, 1, 1]]])('%j is none', (bytes) => expect(valuesOf(bytes)).toBeUndefined())
})

describe('a request', () => {
  test('that openssl has made is read', () => expect(readRequest(fromBase64(angela))?.subject).toEqual([['CN', 'angela']]))
  test('comes back', () => {
    const subject = [['O', 'dev'], ['O', 'ops'], ['CN', 'jürgen']] as const
    const alternatives = ['a.example', '10.0.0.1']
    expect(readRequest(makeRequest(subject, alternatives, key))).toEqual({ subject, alternatives, publicKey: publicKeyOf(key) })
  })
  it.each(['', 'nonsense', '-----BEGIN CERTIFICATE REQUEST-----\nTUlJ\n-----END CERTIFICATE REQUEST-----\n'])('is not read from %j', (text) => expect(readRequest(text)).toBeUndefined())
})

describe('a certificate', () => {
  const subject = [['CN', 'web'], ['O', 'shop']] as const
  const wanted = { subject, issuer: subject, alternatives: ['web.example'], publicKey: publicKeyOf(key), serial: '4abc'.padEnd(32, '0'), notBefore: now, notAfter: Date.UTC(2060, 0, 1) }
  const read = readCertificate(makeCertificate(wanted, key))!

  test('comes back', () => expect(read).toMatchObject(wanted))
  test('was signed with one key and with no other', () => expect([isSignedBy(read, key), isSignedBy(read, privateKey('other'))]).toEqual([true, false]))
  test('has the modulus of its key', () => expect(modulusText(read.publicKey)).toMatch(/^[0-9A-F]{512}$/))
})

describe('who shows a certificate', () => {
  const request = makeRequest([['CN', 'jane'], ['O', 'dev']], [], key)
  const certificate = issued(request, { nowMs: now, seconds: 3600, about: 'uid' })
  const forged = makeCertificate({ ...readCertificate(certificate)!, subject: [['CN', 'admin'], ['O', 'system:masters']] }, key)

  it.each([
    ['the one who asked for it', certificate, now + 1000, 'jane'],
    ['the same one, whom openssl has asked', issued(fromBase64(angela), { nowMs: now, seconds: 3600, about: 'uid' }), now, 'angela'],
    ['nobody when its time is over', certificate, now + 3_601_000, undefined],
    ['nobody long before it', certificate, now - 301_000, undefined],
    ['nobody when another has signed it', forged, now, undefined],
    ['nobody without a name', issued(makeRequest([['O', 'dev']], [], key), { nowMs: now, seconds: 3600, about: 'uid' }), now, undefined],
    ['nobody: it is a key', authorityKey, now, undefined],
  ])('is %s', (_, text, at, name) => expect(holderOf(text, at)?.name).toBe(name))

  test('their organisations are their groups', () => expect(holderOf(certificate, now)?.organizations).toEqual(['dev']))
})
