import { print, sleep } from '../../process/io.ts'
import type { Process, Run } from '../../process/process.ts'
import { Part } from '../../../part.ts'
import { parseUrl, request } from '../../tools/http-client.ts'
import type { HttpResponse, NetworkError } from '../../http.ts'
import { klog } from './begin.ts'

const words = (text: string): string[] => text.trim().split(/\s+/)

/** pkg/kubeapiserver/authorizer/modes and options/plugins.go. */
const modes: ReadonlySet<string> = new Set(['AlwaysAllow', 'AlwaysDeny', 'ABAC', 'Webhook', 'RBAC', 'Node'])
const plugins: ReadonlySet<string> = new Set(words(`
  AlwaysAdmit AlwaysDeny AlwaysPullImages CertificateApproval CertificateSigning CertificateSubjectRestriction ClusterTrustBundleAttest DefaultIngressClass DefaultStorageClass
  DefaultTolerationSeconds DenyServiceExternalIPs EventRateLimit ExtendedResourceToleration ImagePolicyWebhook LimitPodHardAntiAffinityTopology LimitRanger
  MutatingAdmissionPolicy MutatingAdmissionWebhook NamespaceAutoProvision NamespaceExists NamespaceLifecycle NodeRestriction OwnerReferencesPermissionEnforcement
  PersistentVolumeClaimResize PodNodeSelector PodSecurity PodTolerationRestriction PodTopologyLabels Priority ResourceQuota RuntimeClass ServiceAccount
  StorageObjectInUseProtection TaintNodesByCondition ValidatingAdmissionPolicy ValidatingAdmissionWebhook
`))

type FlagValue = (name: string) => string | undefined

/** What is wrong with its options (pkg/kubeapiserver/options, cmd/kube-apiserver/app/options/validation.go). */
export function invalidOptions(flag: FlagValue, p: Process): string | undefined {
  const list = (name: string): string[] => (flag(name) ?? '').split(',').filter(Boolean)
  const errors = [
    ...list('authorization-mode').filter((mode) => !modes.has(mode)).map((mode) => `authorization-mode "${mode}" is not a valid mode`),
    ...['enable', 'disable'].flatMap((what) => list(`${what}-admission-plugins`).filter((name) => !plugins.has(name)).map((name) => `${what}-admission-plugins plugin "${name}" is unknown`)),
    ...(flag('etcd-servers') === undefined ? ['--etcd-servers must be specified'] : []),
    ...(flag('service-account-issuer') === undefined ? ['service-account-issuer is a required flag'] : []),
    ...(flag('service-account-signing-key-file') === undefined ? ['service-account-signing-key-file is a required flag'] : []),
    ...(/^\d+$/.test(flag('secure-port') ?? '1') ? [] : [`invalid argument "${flag('secure-port')}" for "--secure-port" flag: strconv.ParseInt: parsing "${flag('secure-port')}": invalid syntax`]),
  ]
  if (errors.length === 0) return unreadable(flag, p)
  return errors.length === 1 ? errors[0] : `[${errors.join(', ')}]`
}

/** Of the files that say how it is to store and whom it is to write down; what is in them is looked at where it is followed. */
function unreadable(flag: FlagValue, { machine: { files } }: Process): string | undefined {
  const [policy, encryption] = [flag('audit-policy-file'), flag('encryption-provider-config')]
  if (policy !== undefined && files.readText(policy) === undefined) return `loading audit policy file: failed to read file path ${JSON.stringify(policy)}: open ${policy}: no such file or directory`
  if (encryption !== undefined && files.readText(encryption) === undefined) return `error while parsing encryption provider configuration file ${JSON.stringify(encryption)}: error opening encryption provider configuration file ${JSON.stringify(encryption)}: open ${encryption}: no such file or directory`
  return (policy === undefined ? undefined : checks.get().policy(files.readText(policy)!, policy)) ?? (encryption === undefined ? undefined : checks.get().encryption(files.readText(encryption)!, encryption))
}

/** What is wrong with what such a file says. */
type Check = (text: string, path: string) => string | undefined
export const checks = new Part<{ policy: Check; encryption: Check }>('kubeadm')

const patienceMs = 20_000
const againMs = 2000
/** klog.Fatal. */
const fatal = 255

/** Waits until its storage answers; the exit code when nobody does (pkg/controlplane instance.go). */
export function* reachStorage(p: Process, flag: FlagValue): Run<number | undefined> {
  const since = p.machine.now()
  const [server = ''] = (flag('etcd-servers') ?? '').split(',')
  const [, host = '', port = ''] = /^https?:\/\/([^:/,]+):(\d+)/.exec(server) ?? []
  for (;;) {
    const answer: { error?: string } = yield { wait: 'tcp', host, port: Number(port), timeoutMs: 3000 }
    if (answer.error === undefined && (yield* isStorage(p, server, flag('etcd-certfile')))) return undefined
    const at = p.machine.now()
    if (answer.error !== undefined) {
      const why = answer.error === 'refused' ? 'connect: connection refused' : answer.error === 'unresolved' ? `lookup ${host}: no such host` : 'i/o timeout'
      yield* print(p, `${klog('W', at, 'logging.go:55', `[core] [Channel #1 SubChannel #3]grpc: addrConn.createTransport failed to connect to {Addr: "${host}:${port}", ServerName: "${host}:${port}", }. Err: connection error: desc = "transport: Error while dialing: dial tcp ${host}:${port}: ${why}"`)}\n`, 2)
    }
    if (at - since >= patienceMs) break
    yield* sleep(p, againMs)
  }
  yield* print(p, `${klog('F', p.machine.now(), 'instance.go:232', 'Error creating leases: error creating storage factory: context deadline exceeded')}\n`, 2)
  return fatal
}

/** What listens may be something else: the port of etcd's peers, or one that wants another protocol. */
function* isStorage(p: Process, server: string, certificate: string | undefined): Run<boolean> {
  const url = parseUrl(`${server}/v3/maintenance/status`)
  if (url === undefined) return false
  const shown = certificate === undefined ? undefined : p.machine.files.readText(certificate)
  const answer: HttpResponse | NetworkError = yield* request(p, url, { method: 'POST', headers: {}, body: '{}', timeoutMs: 3000, certificate: shown, quiet: true })
  return 'status' in answer && answer.status === 200
}
