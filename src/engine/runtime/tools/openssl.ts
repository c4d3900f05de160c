import { attempt, Errno, strerror } from '../filesystem/errno.ts'
import { authorityKey, authorityName } from '../../api/pki/authority.ts'
import { fromBase64, toBase64 } from '../../api/base64.ts'
import { md5, sha1, sha256 } from '../../api/digest.ts'
import { isIPv4 } from '../../api/names.ts'
import { rootCertificate } from '../../api/rootCertificate.ts'
import { type Certificate, isSignedBy, makeCertificate, makeRequest, modulusText, type Name, nameText, pem, privateKey, publicKeyOf, readCertificate, readRequest } from '../../api/pki/x509.ts'
import { print, readAll } from '../process/io.ts'
import type { Process, Run } from '../process/process.ts'
import { openPath } from '../process/regular-file.ts'
import { formatTime } from './calendar.ts'

/** Options of openssl have one dash, whatever their length; those named here take a word. */
class Options {
  readonly operands: string[] = []
  private readonly given = new Map<string, string[]>()

  constructor(args: readonly string[], valued: readonly string[]) {
    for (let i = 0; i < args.length; i++) {
      const name = args[i]!.replace(/^--?/, '')
      if (name === args[i] || name === '') this.operands.push(args[i]!)
      else this.given.set(name, [...(this.given.get(name) ?? []), valued.includes(name) ? (args[++i] ?? '') : ''])
    }
  }

  has = (name: string): boolean => this.given.has(name)
  value = (name: string): string | undefined => this.given.get(name)?.at(-1)
  values = (name: string): readonly string[] => this.given.get(name) ?? []
}

/** What cannot be done: in openssl's words. */
class Failure extends Error {}

/**
 * openssl, as far as requests for certificates and certificates go: genrsa, genpkey, ecparam, req, x509, verify; rand, digests and base64.
 * Keys and signatures are no mathematics (api/pki/x509.ts).
 */
export function* openssl(p: Process): Run<number> {
  const [, command = '', ...args] = p.argv
  const run = Object.hasOwn(commands, command) ? commands[command] : undefined
  if (run === undefined) {
    yield* print(p, command === '' ? 'help:\n\nStandard commands\n' : `Invalid command '${command}'; type "help" for a list.\n`, 2)
    return command === '' ? 0 : 1
  }
  try {
    return yield* run(p, args, command)
  } catch (e) {
    if (!(e instanceof Failure)) throw e
    yield* print(p, `${e.message}\n`, 2)
    return 1
  }
}

type Command = (p: Process, args: readonly string[], name: string) => Run<number>

const commands: Readonly<Record<string, Command>> = {
  version: said('OpenSSL 3.5.1 1 Jul 2025 (Library: OpenSSL 3.5.1 1 Jul 2025)\n'),
  genrsa: makeKey,
  genpkey: makeKey,
  ecparam: makeKey,
  req,
  x509,
  verify,
  rsa: keyTool,
  pkey: keyTool,
  rand,
  base64,
  enc: base64,
  dgst: digest,
  md5: digest,
  sha1: digest,
  sha256: digest,
}

function said(text: string): Command {
  return function* (p) {
    yield* print(p, text)
    return 0
  }
}

// --- files ----------------------------------------------------------------------------------------

function* input(p: Process, path: string | undefined, what: string): Run<string> {
  if (path === undefined || path === '-') return yield* readAll(p, p.fd(0))
  const text = p.machine.files.readText(path, p.access)
  if (text === undefined) throw new Failure(`Could not open file or uri for loading ${what} from ${path}\n${toolError('No such file or directory', path)}`)
  return text
}

const toolError = (why: string, path: string): string => `80000000:error:80000002:system library:file_open:${why}:calling stat(${path})`

function* output(p: Process, path: string | undefined, text: string, mode = 0o666): Run<number> {
  if (path === undefined || path === '-') {
    yield* print(p, text)
    return 0
  }
  const file = attempt(() => openPath(p.machine.files, path, { write: true, truncate: true }, p.access, mode & ~p.umask))
  if (file instanceof Errno) throw new Failure(`Can't open "${path}" for writing, ${strerror(file)}`)
  file.write(text)
  file.release()
  return 0
}

// --- keys -----------------------------------------------------------------------------------------

function* newKey(p: Process): Run<string> {
  let secret = ''
  for (let i = 0; i < 16; i++) secret += p.machine.random(256).toString(16)
  // A prime is looked for.
  p.cpu.charge(60_000)
  yield { wait: 'cpu' }
  return privateKey(secret)
}

function* makeKey(p: Process, args: readonly string[], name: string): Run<number> {
  const o = new Options(args, ['out', 'algorithm', 'pkeyopt', 'name', 'passout', 'aes256'])
  if (name === 'genpkey' && !o.has('algorithm')) throw new Failure('genpkey: No algorithm given')
  return yield* output(p, o.value('out'), yield* newKey(p), 0o600)
}

function* keyTool(p: Process, args: readonly string[]): Run<number> {
  const o = new Options(args, ['in', 'out', 'passin'])
  const key = yield* input(p, o.value('in'), 'private key')
  if (!/PRIVATE KEY-----/.test(key)) throw new Failure(`Could not find private key from ${o.value('in') ?? '<stdin>'}`)
  if (o.has('modulus')) yield* print(p, `Modulus=${modulusText(publicKeyOf(key))}\n`)
  if (o.has('check')) yield* print(p, 'RSA key ok\n')
  if (o.has('noout')) return 0
  return yield* output(p, o.value('out'), o.has('pubout') ? pem('PUBLIC KEY', publicKeyOf(key)) : key)
}

// --- requests and certificates --------------------------------------------------------------------

/** "/CN=jane/O=dev" */
function subjectOf(text: string): Name {
  if (!text.startsWith('/')) throw new Failure(`req: subject name is expected to be in the format /type0=value0/type1=value1/type2=... where characters may be escaped by \\. This name is not in that format: '${text}'`)
  return text.slice(1).split(/(?<!\\)\//).filter((part) => part !== '').map((part) => {
    const at = part.indexOf('=')
    if (at < 0) throw new Failure(`req: Missing '=' after RDN type string '${part}' in subject name string`)
    return [part.slice(0, at), part.slice(at + 1).replaceAll('\\/', '/')] as const
  })
}

/** Of a configuration file: sections of `name = value`. */
function sectionsOf(text: string): Map<string, [string, string][]> {
  const sections = new Map<string, [string, string][]>()
  let current: [string, string][] = []
  for (const line of text.split('\n').map((one) => one.replace(/#.*/, '').trim())) {
    const title = /^\[\s*(.*?)\s*\]$/.exec(line)?.[1]
    const entry = /^([^=]+?)\s*=\s*(.*)$/.exec(line)
    if (title !== undefined) sections.set(title, (current = sections.get(title) ?? []))
    else if (entry !== null) current.push([entry[1]!, entry[2]!])
  }
  return sections
}

const longNames: Readonly<Record<string, string>> = { commonName: 'CN', organizationName: 'O', organizationalUnitName: 'OU', countryName: 'C', stateOrProvinceName: 'ST', localityName: 'L' }

/** What a configuration says of the subject and of its other names. */
function configured(text: string): { subject: Name; alternatives: string[] } {
  const sections = sectionsOf(text)
  const setting = (section: string, name: string): string | undefined => sections.get(section)?.find(([own]) => own === name)?.[1]
  const names = sections.get(setting('req', 'distinguished_name') ?? '') ?? []
  const extensions = setting('req', 'req_extensions') ?? setting('req', 'x509_extensions') ?? ''
  const listed = setting(extensions, 'subjectAltName') ?? ''
  const alternatives = listed.startsWith('@') ? (sections.get(listed.slice(1)) ?? []).map(([, value]) => value) : alternativesOf(listed)
  return { subject: names.map(([type, value]) => [longNames[type] ?? type, value] as const).filter(([type]) => type !== 'prompt'), alternatives }
}

/** "DNS:a.example,IP:10.0.0.1" */
const alternativesOf = (text: string): string[] => text.split(',').map((part) => part.trim().replace(/^(DNS|IP|email|URI):/, '')).filter((part) => part !== '')

const DAY_MS = 86_400_000

function serialOf(p: Process): string {
  let text = '5'
  while (text.length < 40) text += p.machine.random(16).toString(16)
  return text
}

function* req(p: Process, args: readonly string[]): Run<number> {
  const o = new Options(args, ['key', 'out', 'subj', 'in', 'keyout', 'newkey', 'days', 'addext', 'config', 'extensions', 'reqexts', 'passin', 'passout', 'pkeyopt', 'CA', 'CAkey', 'section'])
  const isNew = o.has('new') || o.has('newkey') || o.has('x509')
  if (!isNew) return yield* showRequest(p, o)
  const config = o.value('config')
  const own = config === undefined ? { subject: [], alternatives: [] } : configured(yield* input(p, config, 'configuration'))
  const subject = o.value('subj') === undefined ? own.subject : subjectOf(o.value('subj')!)
  const alternatives = [...own.alternatives, ...o.values('addext').flatMap((extension) => alternativesOf(/^\s*subjectAltName\s*=\s*(.*)$/.exec(extension)?.[1] ?? ''))]
  const given = o.value('key')
  let key: string
  if (given === undefined) {
    key = yield* newKey(p)
    yield* print(p, `${'.'.repeat(12)}+++++++++++++++++++++++++++++++++++++++*\n-----\n`, 2)
    yield* output(p, o.value('keyout') ?? 'privkey.pem', key, 0o600)
  } else key = yield* input(p, given, 'private key')
  if (!/PRIVATE KEY-----/.test(key)) throw new Failure(`Could not find private key from ${given}`)
  if (subject.length === 0 && config === undefined && o.value('subj') === undefined) throw new Failure('req: Error making certificate request: no subject, and nobody to ask for it (-subj)')
  if (!o.has('x509')) return yield* output(p, o.value('out'), makeRequest(subject, alternatives, key))
  const days = Number(o.value('days') ?? 30)
  const now = p.machine.now()
  return yield* output(p, o.value('out'), makeCertificate({ subject, issuer: subject, alternatives, publicKey: publicKeyOf(key), serial: serialOf(p), notBefore: now, notAfter: now + days * DAY_MS }, key))
}

function* showRequest(p: Process, o: Options): Run<number> {
  const text = yield* input(p, o.value('in'), 'X509_REQ')
  const request = readRequest(text)
  if (request === undefined) throw new Failure(`Unable to load X509 request`)
  if (o.has('verify')) yield* print(p, 'Certificate request self-signature verify OK\n', 2)
  if (o.has('text')) yield* print(p, `Certificate Request:\n    Data:\n        Version: 1 (0x0)\n        Subject: ${nameText(request.subject)}\n        Subject Public Key Info:\n            Public Key Algorithm: rsaEncryption\n                Public-Key: (2048 bit)\n${alternativesText('        Requested Extensions:\n', request.alternatives)}`)
  if (o.has('subject')) yield* print(p, `subject=${nameText(request.subject)}\n`)
  if (o.has('modulus')) yield* print(p, `Modulus=${modulusText(request.publicKey)}\n`)
  return o.has('noout') ? 0 : yield* output(p, o.value('out'), text)
}

const usageNames = { server: 'TLS Web Server Authentication', client: 'TLS Web Client Authentication' }

function extensionsText({ usages, alternatives }: Certificate): string {
  const title = '        X509v3 extensions:\n'
  if (usages.length === 0) return alternativesText(title, alternatives)
  return `${title}            X509v3 Extended Key Usage: \n                ${usages.map((usage) => usageNames[usage]).join(', ')}\n${alternativesText('', alternatives)}`
}

function alternativesText(title: string, names: readonly string[]): string {
  if (names.length === 0) return ''
  return `${title}            X509v3 Subject Alternative Name: \n                ${names.map((name) => `${isIPv4(name) ? 'IP Address' : 'DNS'}:${name}`).join(', ')}\n`
}

function* x509(p: Process, args: readonly string[]): Run<number> {
  const o = new Options(args, ['in', 'out', 'CA', 'CAkey', 'CAserial', 'days', 'extfile', 'extensions', 'signkey', 'key', 'set_serial', 'nameopt', 'passin', 'checkend'])
  if (o.has('req')) return yield* signRequest(p, o)
  const text = yield* input(p, o.value('in'), 'certificate')
  const certificate = readCertificate(text)
  if (certificate === undefined) throw new Failure(`Could not find certificate from ${o.value('in') ?? '<stdin>'}`)
  yield* print(p, facts(certificate, text, o))
  const within = o.value('checkend')
  if (within !== undefined) {
    const ends = certificate.notAfter < p.machine.now() + Number(within) * 1000
    yield* print(p, `Certificate will ${ends ? '' : 'not '}expire\n`)
    if (ends) return 1
  }
  return o.has('noout') ? 0 : yield* output(p, o.value('out'), o.has('pubkey') ? pem('PUBLIC KEY', certificate.publicKey) : text)
}

const date = (ms: number): string => formatTime('%b %e %T %Y GMT', ms)

function facts(c: Certificate, text: string, o: Options): string {
  const lines = [
    o.has('text') ? certificateText(c) : '',
    o.has('serial') ? `serial=${c.serial.toUpperCase()}\n` : '',
    o.has('issuer') ? `issuer=${nameText(c.issuer)}\n` : '',
    o.has('subject') ? `subject=${nameText(c.subject)}\n` : '',
    o.has('dates') || o.has('startdate') ? `notBefore=${date(c.notBefore)}\n` : '',
    o.has('dates') || o.has('enddate') ? `notAfter=${date(c.notAfter)}\n` : '',
    o.has('fingerprint') ? `sha256 Fingerprint=${sha256(text).toUpperCase().match(/../g)!.join(':')}\n` : '',
    o.has('modulus') ? `Modulus=${modulusText(c.publicKey)}\n` : '',
  ]
  return lines.join('')
}

function certificateText(c: Certificate): string {
  return `Certificate:\n    Data:\n        Version: 3 (0x2)\n        Serial Number:\n            ${c.serial.match(/../g)!.join(':')}\n        Signature Algorithm: sha256WithRSAEncryption\n        Issuer: ${nameText(c.issuer)}\n        Validity\n            Not Before: ${date(c.notBefore)}\n            Not After : ${date(c.notAfter)}\n        Subject: ${nameText(c.subject)}\n        Subject Public Key Info:\n            Public Key Algorithm: rsaEncryption\n                Public-Key: (2048 bit)\n${extensionsText(c)}    Signature Algorithm: sha256WithRSAEncryption\n`
}

function* signRequest(p: Process, o: Options): Run<number> {
  const request = readRequest(yield* input(p, o.value('in'), 'X509_REQ'))
  if (request === undefined) throw new Failure('Unable to load X509 request')
  const own = o.value('signkey') ?? o.value('key')
  if (own === undefined && (o.value('CA') === undefined || o.value('CAkey') === undefined)) throw new Failure('x509: Must provide a signature key using -key or -CA / -CAkey')
  const key = yield* input(p, own ?? o.value('CAkey'), 'private key')
  const authority = own === undefined ? yield* input(p, o.value('CA'), 'CA certificate') : ''
  const issuer = own !== undefined ? request.subject : authority.trim() === rootCertificate.trim() ? authorityName : readCertificate(authority)?.subject
  if (issuer === undefined) throw new Failure(`Could not find CA certificate from ${o.value('CA')}`)
  const extensions = o.value('extfile') === undefined ? [] : alternativesOf(/subjectAltName\s*=\s*([^@\n]*)/.exec(yield* input(p, o.value('extfile'), 'extensions'))?.[1] ?? '')
  const now = p.machine.now()
  yield* print(p, `Certificate request self-signature ok\nsubject=${nameText(request.subject)}\n`, 2)
  const alternatives = extensions.length > 0 ? extensions : o.has('copy_extensions') ? request.alternatives : []
  const made = makeCertificate({ ...request, alternatives, issuer, serial: serialOf(p), notBefore: now, notAfter: now + Number(o.value('days') ?? 30) * DAY_MS }, key)
  return yield* output(p, o.value('out'), made)
}

function* verify(p: Process, args: readonly string[]): Run<number> {
  const o = new Options(args, ['CAfile', 'CApath', 'untrusted'])
  const authority = o.has('CAfile') ? yield* input(p, o.value('CAfile'), 'certificate file') : ''
  const isClusters = authority.trim() === rootCertificate.trim()
  const trusted = isClusters ? authorityName : readCertificate(authority)?.subject
  let code = 0
  for (const path of o.operands) {
    const certificate = readCertificate(yield* input(p, path, 'certificate'))
    if (certificate === undefined) throw new Failure(`Could not find certificate file from ${path}`)
    const isGood = trusted !== undefined && nameText(certificate.issuer) === nameText(trusted) && (!isClusters || isSignedBy(certificate, authorityKey))
    const ended = p.machine.now() > certificate.notAfter
    if (isGood && !ended) {
      yield* print(p, `${path}: OK\n`)
      continue
    }
    code = 2
    yield* print(p, `${nameText(certificate.subject)}\nerror ${ended ? '10 at 0 depth lookup: certificate has expired' : '20 at 0 depth lookup: unable to get local issuer certificate'}\nerror ${path}: verification failed\n`, 2)
  }
  return code
}

// --- the rest -------------------------------------------------------------------------------------

function* rand(p: Process, args: readonly string[]): Run<number> {
  const o = new Options(args, ['out'])
  const count = Number(o.operands[0] ?? Number.NaN)
  if (!Number.isInteger(count) || count < 0 || count > 65_536) throw new Failure('rand: Use -help for summary.')
  const bytes = Array.from({ length: count }, () => p.machine.random(o.has('hex') ? 256 : 128))
  const text = o.has('hex') ? bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('') : toBase64(String.fromCharCode(...bytes))
  return yield* output(p, o.value('out'), o.has('hex') || o.has('base64') ? `${text}\n` : fromBase64(text))
}

function* base64(p: Process, args: readonly string[]): Run<number> {
  const o = new Options(args, ['in', 'out'])
  const text = yield* input(p, o.value('in'), 'data')
  if (o.has('d')) return yield* output(p, o.value('out'), fromBase64(text.replaceAll(/\s/g, '')))
  const encoded = toBase64(text)
  return yield* output(p, o.value('out'), o.has('A') ? encoded : (encoded.match(/.{1,64}/g) ?? []).map((line) => `${line}\n`).join(''))
}

function* digest(p: Process, args: readonly string[], name: string): Run<number> {
  const o = new Options(args, ['out'])
  const kind = ['md5', 'sha1', 'sha256'].find((one) => one === name || o.has(one)) ?? 'sha256'
  const of = kind === 'md5' ? md5 : kind === 'sha1' ? sha1 : sha256
  for (const path of o.operands.length > 0 ? o.operands : ['-']) {
    const sum = of(yield* input(p, path, 'data'))
    yield* print(p, `${kind === 'sha256' ? 'SHA2-256' : kind.toUpperCase()}(${path === '-' ? 'stdin' : path})= ${sum}\n`)
  }
  return 0
}
