import { fromBase64, toBase64 } from '../../api/base64.ts'
import { sha256 } from '../../api/digest.ts'
import { makeCertificate, type Name, privateKey, publicKeyOf, readCertificate } from '../../api/pki/x509.ts'
import { formatTime } from '../../api/time.ts'
import type { KubeObject } from '../../api/types.ts'
import { textResponse } from '../http.ts'
import { COST } from '../process/cpu.ts'
import { print, sleep } from '../process/io.ts'
import type { Process, Run } from '../process/process.ts'
import { listOf, tellEvent } from './in-cluster.ts'
import { klog } from './kubernetes/begin.ts'
import { ask } from './kubectl.ts'
import { cannotListen, listenOn, serve, stopsLikeGo } from './serve.ts'

/** cert-manager's controller: issuers that sign by themselves or with a key pair in a Secret, Certificates that they issue, Ingresses that want one (cert-manager/cert-manager pkg/controller). */

const MIB = 1024 ** 2
const lookMs = 2_000
const group = 'cert-manager.io'
const root = `/apis/${group}/v1`
const usualHours = 2160

export function* certManager(p: Process): Run<number> {
  const stopped = stopsLikeGo(p)
  yield* sleep(p, 500, true)
  yield* print(p, `${klog('I', p.machine.now(), 'controller.go:87', '"enabled controllers: [certificaterequests-issuer-ca certificaterequests-issuer-selfsigned certificates-issuing certificates-key-manager certificates-readiness clusterissuers ingress-shim issuers]" logger="cert-manager.controller"')}\n`, 2)
  const listeners = yield* listenOn(p, [9402, 9403], cannotListen)
  if (listeners === undefined) return 1
  p.machine.setMemory(p, 40 * MIB)
  p.machine.spawn({ parent: p, argv: p.argv, program: work, costUs: COST.fork, memoryBytes: 0 })
  return yield* serve(p, { listeners, stopped, handle: ({ path }) => (/^\/(livez|healthz|metrics)/.test(path) ? textResponse(200, 'ok') : textResponse(404, '404 page not found\n')) })
}

function* work(p: Process): Run<number> {
  for (;;) {
    yield* sleep(p, lookMs - (p.machine.now() % lookMs))
    const certificates = yield* listOf(p, `${root}/certificates`)
    const issuers = [...(yield* listOf(p, `${root}/issuers`)), ...(yield* listOf(p, `${root}/clusterissuers`))]
    for (const issuer of issuers) if (!isSettled(issuer)) yield* settle(p, issuer)
    for (const certificate of certificates) if (!isSettled(certificate)) yield* issue(p, certificate, issuers)
    yield* shim(p, certificates)
  }
}

type Condition = { type: string; status: string; reason: string; message: string; observedGeneration?: number; lastTransitionTime?: string }

const conditionsOf = ({ status }: KubeObject): Condition[] => (status?.conditions ?? []) as Condition[]
const isSettled = (object: KubeObject): boolean => conditionsOf(object).some(({ type, status, observedGeneration }) => type === 'Ready' && status === 'True' && observedGeneration === object.metadata.generation)
const kindOf = ({ metadata }: KubeObject): 'Issuer' | 'ClusterIssuer' => (metadata.namespace === undefined ? 'ClusterIssuer' : 'Issuer')
/** Where a ClusterIssuer has its Secrets. */
const clusterNamespace = 'cert-manager'

function* writeStatus(p: Process, plural: string, object: KubeObject, conditions: readonly Omit<Condition, 'observedGeneration' | 'lastTransitionTime'>[], more: object = {}): Run<void> {
  const { namespace, name, generation } = object.metadata
  const now = conditions.map((condition) => {
    const before = conditionsOf(object).find(({ type, status }) => type === condition.type && status === condition.status)
    return { ...condition, observedGeneration: generation, lastTransitionTime: before?.lastTransitionTime ?? formatTime(p.machine.now()) }
  })
  const status = { ...object['status'], conditions: now, ...more }
  if (JSON.stringify(status) === JSON.stringify(object['status'])) return
  const path = `${root}/${namespace === undefined ? '' : `namespaces/${namespace}/`}${plural}/${name}`
  yield* ask(p, { verb: 'update', path: `${path}/status`, body: { ...object, status } })
}

function* settle(p: Process, issuer: KubeObject): Run<void> {
  const { spec, metadata } = issuer
  const plural = kindOf(issuer) === 'Issuer' ? 'issuers' : 'clusterissuers'
  const ready = (status: string, reason: string, message: string): Run<void> => writeStatus(p, plural, issuer, [{ type: 'Ready', status, reason, message }])
  if (spec.selfSigned !== undefined) return yield* ready('True', 'IsReady', '')
  if (spec.acme !== undefined) return yield* ready('True', 'ACMEAccountRegistered', 'The ACME account was registered with the ACME server')
  if (spec.ca === undefined) return
  const secret = yield* secretOf(p, metadata.namespace ?? clusterNamespace, spec.ca.secretName as string)
  if (secret === undefined) yield* ready('False', 'ErrGetKeyPair', `Error getting keypair for CA issuer: secrets "${spec.ca.secretName}" not found`)
  else yield* ready('True', 'KeyPairVerified', 'Signing CA verified')
}

function* secretOf(p: Process, namespace: string, name: string): Run<KubeObject | undefined> {
  const { code, body } = yield* ask(p, { verb: 'get', path: `/api/v1/namespaces/${namespace}/secrets/${name}`, quiet: true })
  return code === 200 ? (body as KubeObject) : undefined
}

function* issue(p: Process, certificate: KubeObject, issuers: readonly KubeObject[]): Run<void> {
  const { spec, metadata: { namespace = '', name } } = certificate
  const { name: wanted, kind = 'Issuer' } = spec.issuerRef as { name: string; kind?: string }
  const issuer = issuers.find((one) => one.metadata.name === wanted && kindOf(one) === kind && (kind === 'ClusterIssuer' || one.metadata.namespace === namespace))
  const say = (reason: string, message: string): Run<void> => tellEvent(p, [`${group}/v1`, 'Certificate'], certificate, 'Normal', reason, message, 'cert-manager-certificates-issuing')
  const missing = 'Issuing certificate as Secret does not exist'
  if (conditionsOf(certificate).length === 0) yield* say('Issuing', missing)
  const signer = issuer === undefined ? undefined : yield* signerOf(p, issuer)
  if (signer === undefined) return yield* writeStatus(p, 'certificates', certificate, [{ type: 'Ready', status: 'False', reason: 'DoesNotExist', message: missing }, { type: 'Issuing', status: 'True', reason: 'DoesNotExist', message: missing }])
  yield* say('Generated', `Stored new private key in temporary Secret resource "${name}-${sha256(name).slice(0, 5)}"`)
  yield* say('Requested', `Created new CertificateRequest resource "${name}-1"`)
  const made = keyPair(p, certificate, signer)
  const annotations = { 'cert-manager.io/alt-names': ((spec.dnsNames ?? []) as string[]).join(','), 'cert-manager.io/certificate-name': name, 'cert-manager.io/common-name': (spec.commonName as string) ?? '', 'cert-manager.io/issuer-group': group, 'cert-manager.io/issuer-kind': kind, 'cert-manager.io/issuer-name': wanted }
  const path = `/api/v1/namespaces/${namespace}/secrets`
  const body = { apiVersion: 'v1', kind: 'Secret', metadata: { name: spec.secretName as string, annotations, labels: { 'controller.cert-manager.io/fao': 'true' } }, type: 'kubernetes.io/tls', data: made.data }
  const stored = (yield* secretOf(p, namespace, spec.secretName as string)) === undefined ? yield* ask(p, { verb: 'create', path, body }) : yield* ask(p, { verb: 'update', path: `${path}/${spec.secretName}`, body })
  if (stored.code >= 300) return
  yield* say('Issuing', 'The certificate has been successfully issued')
  const times = { notBefore: formatTime(made.from), notAfter: formatTime(made.until), renewalTime: formatTime(made.from + ((made.until - made.from) * 2) / 3), revision: 1 }
  yield* writeStatus(p, 'certificates', certificate, [{ type: 'Ready', status: 'True', reason: 'Ready', message: 'Certificate is up to date and has not expired' }], times)
}

interface Signer {
  /** undefined: the certificate's own. */
  key: string | undefined
  name: Name | undefined
  certificate: string | undefined
}

function* signerOf(p: Process, issuer: KubeObject): Run<Signer | undefined> {
  if (issuer['spec'].selfSigned !== undefined) return { key: undefined, name: undefined, certificate: undefined }
  if (issuer['spec'].ca === undefined) return undefined
  const secret = yield* secretOf(p, issuer.metadata.namespace ?? clusterNamespace, issuer['spec'].ca.secretName as string)
  const [text, key] = ['tls.crt', 'tls.key'].map((field) => fromBase64((secret?.['data']?.[field] as string | undefined) ?? ''))
  const authority = readCertificate(text!)
  return authority === undefined ? undefined : { key: key!, name: authority.subject, certificate: text! }
}

function keyPair(p: Process, { spec, metadata: { namespace, name, uid } }: KubeObject, { key: signer, name: issuer, certificate }: Signer): { data: Record<string, string>; from: number; until: number } {
  const own = privateKey(`${namespace}/${name} ${uid}`)
  const names = (spec.dnsNames ?? []) as string[]
  const subject: Name = spec.commonName === undefined ? [] : [['CN', spec.commonName as string]]
  const from = p.machine.now()
  const until = from + Number(/^(\d+)h/.exec((spec.duration as string | undefined) ?? '')?.[1] ?? usualHours) * 3_600_000
  const text = makeCertificate({ subject, issuer: issuer ?? subject, alternatives: names, publicKey: publicKeyOf(own), serial: `4${sha256(`${uid}`).slice(1, 32)}`, notBefore: from, notAfter: until }, signer ?? own)
  return { data: { 'ca.crt': toBase64(certificate ?? text), 'tls.crt': toBase64(text), 'tls.key': toBase64(own) }, from, until }
}

/** An Ingress that names an issuer gets a Certificate for each of its Secrets (ingress-shim). */
function* shim(p: Process, certificates: readonly KubeObject[]): Run<void> {
  for (const ingress of yield* listOf(p, '/apis/networking.k8s.io/v1/ingresses')) {
    const { namespace, name, uid, annotations = {} } = ingress.metadata
    const kind = annotations['cert-manager.io/cluster-issuer'] === undefined ? 'Issuer' : 'ClusterIssuer'
    const issuer = annotations['cert-manager.io/cluster-issuer'] ?? annotations['cert-manager.io/issuer']
    if (issuer === undefined) continue
    for (const { hosts = [], secretName } of (ingress['spec'].tls ?? []) as { hosts?: string[]; secretName?: string }[]) {
      if (secretName === undefined || certificates.some(({ metadata }) => metadata.namespace === namespace && metadata.name === secretName)) continue
      const ownerReferences = [{ apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', name, uid, controller: true, blockOwnerDeletion: true }]
      const body = { apiVersion: `${group}/v1`, kind: 'Certificate', metadata: { name: secretName, ownerReferences }, spec: { dnsNames: hosts, issuerRef: { name: issuer, kind, group }, secretName, usages: ['digital signature', 'key encipherment'] } }
      const made = yield* ask(p, { verb: 'create', path: `${root}/namespaces/${namespace}/certificates`, body })
      if (made.code === 201) yield* tellEvent(p, ['networking.k8s.io/v1', 'Ingress'], ingress, 'Normal', 'CreateCertificate', `Successfully created Certificate "${secretName}"`, 'cert-manager-ingress-shim')
    }
  }
}
