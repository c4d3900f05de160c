import { toBase64 } from '../../api/base64.ts'
import { sha256 } from '../../api/digest.ts'
import { makeCertificate, type Name, privateKey, publicKeyOf } from '../../api/pki/x509.ts'
import { print } from '../process/io.ts'
import type { Process, Run } from '../process/process.ts'
import { formatTime } from '../tools/calendar.ts'
import { ask } from './kubectl.ts'

const YEARS_MS = 100 * 365 * 86_400_000

/**
 * kube-webhook-certgen, with which ingress-nginx and others prepare the webhook of their chart: `create` makes a Secret with a certificate
 * unless there is one, `patch` writes its authority into the webhooks' configurations (ingress-nginx images/kube-webhook-certgen).
 */
export function* webhookCertgen(p: Process): Run<number> {
  const say = (level: 'info' | 'fatal', msg: string, source: string, more: Record<string, string> = {}): Run<void> =>
    print(p, `${JSON.stringify({ ...more, level, msg, source, time: formatTime('%FT%TZ', p.machine.now()) })}\n`, 2)
  const [, asked] = p.argv
  const option = optionsOf(p.argv.slice(2))
  const secret = option('secret-name')
  const path = `/api/v1/namespaces/${option('namespace')}/secrets`
  if (asked !== 'create' && asked !== 'patch') {
    yield* print(p, 'Use this to create a ca and signed certificates and patch admission webhooks to allow for quick\n\t           installation and configuration of validating and admission webhooks.\n\nUsage:\n  kube-webhook-certgen [flags]\n  kube-webhook-certgen [command]\n')
    return 0
  }
  const found = yield* ask(p, { verb: 'get', path: `${path}/${secret}` })
  if (found.code !== 200 && found.code !== 404) {
    yield* say('fatal', 'error getting secret', 'k8s/k8s.go:232', { err: wordsOf(found.body) })
    return 1
  }
  if (asked === 'patch') {
    if (found.code === 404) {
      yield* say('fatal', `no secret with '${secret}' in '${option('namespace')}'`, 'cmd/patch.go:108')
      return 1
    }
    return yield* patch(p, option, found.body.data?.ca as string, say)
  }
  if (found.code === 200) {
    yield* say('info', 'secret already exists', 'cmd/create.go:41')
    return 0
  }
  yield* say('info', 'no secret found', 'k8s/k8s.go:229', { err: wordsOf(found.body) })
  yield* say('info', 'creating new secret', 'cmd/create.go:28')
  const body = { apiVersion: 'v1', kind: 'Secret', metadata: { name: secret, namespace: option('namespace') }, type: 'Opaque', data: pairFor(p, option('host').split(','), option) }
  const made = yield* ask(p, { verb: 'create', path, body })
  if (made.code === 201) return 0
  yield* say('fatal', 'failed creating secret', 'k8s/k8s.go:264', { err: wordsOf(made.body) })
  return 1
}

type Option = (name: string) => string
type Say = (level: 'info' | 'fatal', msg: string, source: string, more?: Record<string, string>) => Run<void>

const defaults: Readonly<Record<string, string>> = { 'cert-name': 'cert', 'key-name': 'key', 'patch-validating': 'true', 'patch-mutating': 'true' }

/** --name=value, --name value. */
function optionsOf(args: readonly string[]): Option {
  return (name) => {
    const at = args.findIndex((arg) => arg === `--${name}` || arg.startsWith(`--${name}=`))
    if (at < 0) return defaults[name] ?? ''
    return args[at]!.includes('=') ? args[at]!.slice(name.length + 3) : (args[at + 1] ?? '')
  }
}

const wordsOf = (body: unknown): string => (typeof body === 'string' ? body : String((body as { message?: string }).message ?? ''))

function pairFor(p: Process, hosts: readonly string[], option: Option): Record<string, string> {
  const about = `${option('namespace')}/${option('secret-name')}`
  const [authority, own] = [privateKey(`ca of ${about}`), privateKey(about)]
  const notBefore = p.machine.now()
  const made = (subject: Name, issuer: Name, alternatives: readonly string[], key: string): string =>
    makeCertificate({ subject, issuer, alternatives, publicKey: publicKeyOf(key), serial: `4${sha256(`${about} ${alternatives.length}`).slice(1, 32)}`, notBefore, notAfter: notBefore + YEARS_MS }, authority)
  const issuer: Name = [['O', 'nil1']]
  return {
    ca: toBase64(made(issuer, issuer, [], authority)),
    [option('cert-name')]: toBase64(made([['O', 'nil2']], issuer, hosts, own)),
    [option('key-name')]: toBase64(own),
  }
}

function* patch(p: Process, option: Option, caBundle: string, say: Say): Run<number> {
  const name = option('webhook-name')
  const [validating, mutating] = [option('patch-validating') === 'true', option('patch-mutating') === 'true']
  yield* say('info', `patching webhook configurations '${name}' mutating=${mutating}, validating=${validating}, failurePolicy=${option('patch-failure-policy')}`, 'k8s/k8s.go:118')
  for (const kind of [...(validating ? ['validating'] : []), ...(mutating ? ['mutating'] : [])]) {
    const path = `/apis/admissionregistration.k8s.io/v1/${kind}webhookconfigurations/${name}`
    const found = yield* ask(p, { verb: 'get', path })
    const webhooks = ((found.body as { webhooks?: { clientConfig: object }[] }).webhooks ?? []).map((hook) => ({
      ...hook, clientConfig: { ...hook.clientConfig, caBundle }, ...(option('patch-failure-policy') === '' ? {} : { failurePolicy: option('patch-failure-policy') }),
    }))
    const told = found.code === 200 ? yield* ask(p, { verb: 'update', path, body: { ...found.body, webhooks } }) : found
    if (told.code !== 200) {
      yield* say('fatal', `failed ${found.code === 200 ? 'patching' : 'getting'} ${kind} webhook`, 'k8s/k8s.go:137', { err: wordsOf(told.body) })
      return 1
    }
  }
  yield* say('info', 'Patched hook(s)', 'k8s/k8s.go:194')
  return 0
}
