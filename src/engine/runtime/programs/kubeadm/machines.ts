import { certificateOf, keyOf, kubeletCertificate } from '../../../api/pki/kubeadm.ts'
import { rootCertificate } from '../../../api/rootCertificate.ts'
import { packageVersion } from '../../node/packages.ts'
import { runtimeSocket, type RuntimePeer, unitsSocket, type UnitsPeer } from '../../node/services.ts'
import { Errno } from '../../filesystem/errno.ts'
import { print, readLine, sleep } from '../../process/io.ts'
import type { Process, Run } from '../../process/process.ts'
import { connectTo } from '../../process/service-socket.ts'
import { ClusterClient, failed, said } from './cluster.ts'
import type { Options } from './options.ts'
import { authorityHash } from './tokens.ts'

const kubeletConfig = '/etc/kubernetes/kubelet.conf'
const configFile = '/var/lib/kubelet/config.yaml'
const flagsFile = '/var/lib/kubelet/kubeadm-flags.env'
const authority = '/etc/kubernetes/pki/ca.crt'
const clientCertificate = '/var/lib/kubelet/pki/kubelet-client-current.pem'
/** Virtual ms for which a joining machine waits for what it has started, and then for its certificate. */
const tlsBootstrapMs = 1500

/** The kubelets' configuration as the cluster keeps it, with the runtime that is on this machine. */
export function* kubeletConfigOf(client: ClusterClient): Run<{ text: string } | { error: string }> {
  const found = yield* client.configMap('kubelet-config')
  if ('error' in found) return found as { error: string }
  const text = (found as unknown as { data: Record<string, string> }).data['kubelet'] ?? ''
  return { text: text.replace(/^containerRuntimeEndpoint: (""|'')$/m, `containerRuntimeEndpoint: unix://${runtimeSocket}`) }
}

function* preflight(p: Process, errors: readonly string[], o: Options): Run<number | undefined> {
  const ignored = (o.value('ignore-preflight-errors') ?? '').split(',').map((word) => word.toLowerCase())
  const left = errors.filter((error) => !ignored.includes('all') && !ignored.includes(/^(\S+?):/.exec(error)![1]!.toLowerCase()))
  if (left.length === 0) return undefined
  yield* print(p, `error execution phase preflight: [preflight] Some fatal errors occurred:\n${left.map((error) => `\t[ERROR ${error.replace(': ', ']: ')}\n`).join('')}[preflight] If you know what you are doing, you can make a check non-fatal with \`--ignore-preflight-errors=...\`\nTo see the stack trace of this error execute with --v=5 or higher\n`, 2)
  return 1
}

const units = (p: Process): UnitsPeer | undefined => {
  const peer = connectTo<UnitsPeer>(p.machine, unitsSocket)
  return peer instanceof Errno ? undefined : peer
}

/** kubeadm join (cmd/kubeadm/app/cmd/join.go): a worker. */
export function* join(p: Process, [endpoint]: readonly string[], o: Options): Run<number> {
  const { files } = p.machine
  const token = o.value('token') ?? o.value('discovery-token')
  if (endpoint === undefined && token === undefined) return yield* failed(p, 'discovery: Invalid value: "": bootstrapToken or file must be set', 3)
  if (token === undefined || !/^[a-z0-9]{6}\.[a-z0-9]{16}$/.test(token)) return yield* failed(p, `discovery.bootstrapToken.token: Invalid value: ${JSON.stringify(token ?? '')}: the bootstrap token is invalid`, 3)
  const hash = o.value('discovery-token-ca-cert-hash')
  if (hash === undefined && !o.has('discovery-token-unsafe-skip-ca-verification')) return yield* failed(p, 'discovery.bootstrapToken.caCertHashes: Invalid value: "": using token-based discovery without caCertHashes can be unsafe. Set unsafeSkipCAVerification as true in your kubeadm config file or pass --discovery-token-unsafe-skip-ca-verification flag to continue', 3)
  if (o.has('control-plane')) return yield* failed(p, 'a second control plane is not simulated')
  yield* print(p, '[preflight] Running pre-flight checks\n')
  const isThere = [kubeletConfig, authority].filter((path) => files.exists(path))
  const errors = isThere.map((path) => `FileAvailable-${path.replaceAll('/', '-')}: ${path} already exists`)
  if (units(p)?.systemd().isRunning('kubelet') === true) errors.splice(1, 0, 'Port-10250: Port 10250 is in use')
  const stopped = yield* preflight(p, errors, o)
  if (stopped !== undefined) return stopped
  const client = new ClusterClient(p, { token })
  const nobody = new ClusterClient(p)
  const found = yield* nobody.ask('GET', '/api/v1/namespaces/kube-public/configmaps/cluster-info')
  if ('error' in found) return yield* failed(p, `error execution phase preflight: couldn't validate the identity of the API Server: failed to request the cluster-info ConfigMap: ${found.error}`)
  const known = yield* client.configMap('kubeadm-config')
  const [id = ''] = token.split('.')
  if ('error' in known) return yield* failed(p, `error execution phase preflight: couldn't validate the identity of the API Server: could not find a JWS signature in the cluster-info ConfigMap for token ID ${JSON.stringify(id)}`)
  if (hash !== undefined && hash !== authorityHash(rootCertificate)) return yield* failed(p, `error execution phase preflight: couldn't validate the identity of the API Server: cluster CA found in cluster-info ConfigMap is invalid: none of the public keys "${authorityHash(rootCertificate)}" are pinned`)
  yield* print(p, '[preflight] Reading configuration from the "kubeadm-config" ConfigMap in namespace "kube-system"...\n[preflight] Use \'kubeadm init phase upload-config kubeadm --config your-config-file\' to re-upload it.\n')
  const config = yield* kubeletConfigOf(client)
  if ('error' in config) return yield* failed(p, `error execution phase kubelet-start: ${config.error}`)
  write(p, config.text)
  yield* print(p, `[kubelet-start] Writing kubelet configuration to file "${configFile}"\n[kubelet-start] Writing kubelet environment file with flags to file "${flagsFile}"\n[kubelet-start] Starting the kubelet\n`)
  units(p)?.systemd().restart('kubelet')
  yield* print(p, '[kubelet-check] Waiting for a healthy kubelet at http://127.0.0.1:10248/healthz. This can take up to 4m0s\n')
  yield* sleep(p, tlsBootstrapMs)
  yield* print(p, '[kubelet-check] The kubelet is healthy after 1.001544s\n[kubelet-start] Waiting for the kubelet to perform the TLS Bootstrap\n')
  yield* sleep(p, tlsBootstrapMs)
  return yield* said(p, "\nThis node has joined the cluster:\n* Certificate signing request was sent to apiserver and a response was received.\n* The Kubelet was informed of the new secure connection details.\n\nRun 'kubectl get nodes' on the control-plane to see this node join the cluster.\n\n")
}

/** What the kubelet starts with. */
function write(p: Process, config: string): void {
  const { files } = p.machine
  const { hostname } = p.machine.config
  const certificate = kubeletCertificate(hostname)
  for (const directory of ['/etc/kubernetes/manifests', '/etc/kubernetes/pki', '/var/lib/kubelet/pki']) files.mkdir(directory)
  files.writeText(clientCertificate, `${certificateOf(certificate, p.machine.now())}${keyOf(certificate.name)}`)
  files.writeText(authority, rootCertificate)
  files.writeText(configFile, config)
  files.writeText(flagsFile, `KUBELET_KUBEADM_ARGS="--container-runtime-endpoint=unix://${runtimeSocket} --pod-infra-container-image=registry.k8s.io/pause:3.10.1"\n`)
  files.writeText(kubeletConfig, `apiVersion: v1\nclusters:\n- cluster:\n    certificate-authority-data: ${btoa(rootCertificate)}\n    server: https://10.99.255.1:6443\n  name: default-cluster\ncontexts:\n- context:\n    cluster: default-cluster\n    namespace: default\n    user: default-auth\n  name: default-context\ncurrent-context: default-context\nkind: Config\nusers:\n- name: default-auth\n  user:\n    client-certificate: ${clientCertificate}\n    client-key: ${clientCertificate}\n`)
}

/** kubeadm reset (cmd/kubeadm/app/cmd/reset.go). */
export function* reset(p: Process, _: readonly string[], o: Options): Run<number> {
  const { files } = p.machine
  const isControlPlane = files.exists('/etc/kubernetes/manifests/kube-apiserver.yaml')
  if (isControlPlane) {
    const client = new ClusterClient(p, { kubeconfig: '/etc/kubernetes/admin.conf' })
    yield* print(p, '[reset] Reading configuration from the "kubeadm-config" ConfigMap in namespace "kube-system"...\n[reset] Use \'kubeadm init phase upload-config kubeadm --config your-config-file\' to re-upload it.\n')
    yield* client.configMap('kubeadm-config')
  }
  if (!o.has('f', 'force')) {
    yield* print(p, "[reset] WARNING: Changes made to this host by 'kubeadm init' or 'kubeadm join' will be reverted.\n[reset] Are you sure you want to proceed? [y/N]: ")
    const answer = yield* readLine(p, p.fd(0))
    if (typeof answer !== 'string' || !/^y(es)?$/i.test(answer.trim())) return yield* failed(p, "won't proceed; the user didn't answer (Y|y) in order to continue")
  }
  yield* print(p, `[preflight] Running pre-flight checks\n${isControlPlane ? '[reset] Deleted contents of the etcd data directory: /var/lib/etcd\n' : ''}[reset] Stopping the kubelet service\n`)
  units(p)?.systemd().stop('kubelet')
  const runtime = connectTo<RuntimePeer>(p.machine, runtimeSocket)
  if (!(runtime instanceof Errno)) for (const { id, state } of runtime.containers()) if (state === 'running') runtime.stop(id, 0)
  yield* sleep(p, 2000)
  if (!(runtime instanceof Errno)) for (const { id } of runtime.sandboxes()) runtime.removeSandbox(id)
  yield* print(p, '[reset] Unmounting mounted directories in "/var/lib/kubelet"\n[reset] Deleting contents of directories: [/etc/kubernetes/manifests /var/lib/kubelet /etc/kubernetes/pki]\n')
  const configs = ['admin', 'super-admin', 'kubelet', 'bootstrap-kubelet', 'controller-manager', 'scheduler'].map((name) => `/etc/kubernetes/${name}.conf`)
  const gone = [...['/etc/kubernetes/manifests', '/var/lib/kubelet', '/etc/kubernetes/pki', ...(isControlPlane ? ['/var/lib/etcd'] : [])].flatMap((directory) => (files.list(directory) ?? []).map((name) => `${directory}/${name}`)), ...configs]
  for (const path of gone) if (files.exists(path)) files.remove(path)
  return yield* said(p, `[reset] Deleting files: [${configs.join(' ')}]\n\nThe reset process does not perform cleanup of CNI plugin configuration,\nnetwork filtering rules and kubeconfig files.\n\nFor information on how to perform this cleanup manually, please see:\n    https://k8s.io/docs/reference/setup-tools/kubeadm/kubeadm-reset/\n\n`)
}

/** kubeadm init: here is a cluster already, or has been one. */
export function* init(p: Process, [phase]: readonly string[], o: Options): Run<number> {
  if (phase === 'phase') return yield* failed(p, 'phases of init are not simulated')
  const { files } = p.machine
  const version = o.value('kubernetes-version') ?? packageVersion(files, 'kubeadm')
  yield* print(p, `[init] Using Kubernetes version: ${version}\n[preflight] Running pre-flight checks\n`)
  const components = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'etcd']
  const isHere = files.exists('/etc/kubernetes/manifests/kube-apiserver.yaml')
  const ports = isHere ? [6443, 10259, 10257, 10250, 2379, 2380] : files.exists(kubeletConfig) ? [10250] : []
  const errors = [
    ...ports.map((port) => `Port-${port}: Port ${port} is in use`),
    ...components.map((name) => `/etc/kubernetes/manifests/${name}.yaml`).filter((path) => files.exists(path)).map((path) => `FileAvailable-${path.replaceAll(/[/.]/g, '-').replace(/-yaml$/, '.yaml')}: ${path} already exists`),
    ...(isHere ? ['DirAvailable--var-lib-etcd: /var/lib/etcd is not empty'] : []),
  ]
  const stopped = yield* preflight(p, errors, o)
  return stopped ?? (yield* failed(p, 'a second control plane is not simulated'))
}
