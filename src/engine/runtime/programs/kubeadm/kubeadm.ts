import { kubernetesVersion } from '../../../api/version.ts'
import { packageVersion } from '../../node/packages.ts'
import type { Process, Run } from '../../process/process.ts'
import { parseOptions } from '../../../text/options.ts'
import { certs } from './certs.ts'
import { failed, said } from './cluster.ts'
import { init, join, reset } from './machines.ts'
import type { Options } from './options.ts'
import { token } from './tokens.ts'
import { upgrade } from './upgrade.ts'

const valued = [
  'apiserver-advertise-address', 'apiserver-bind-port', 'apiserver-cert-extra-sans', 'cert-dir', 'certificate-key', 'config', 'control-plane-endpoint', 'cri-socket', 'description',
  'discovery-file', 'discovery-token', 'discovery-token-ca-cert-hash', 'etcd-upgrade', 'feature-gates', 'groups', 'ignore-preflight-errors', 'image-repository', 'kubeconfig',
  'kubernetes-version', 'node-name', 'output', 'patches', 'pod-network-cidr', 'service-cidr', 'service-dns-domain', 'skip-phases', 'tls-bootstrap-token', 'token', 'token-ttl', 'ttl',
  'usages', 'v',
]

/** kubeadm (cmd/kubeadm), as far as it has to do with a cluster that it has made. */
export function* kubeadm(p: Process): Run<number> {
  const o = parseOptions(p.argv.slice(1), { short: 'yfho:v:', long: valued })
  const [command = '', ...words] = o.operands
  const run = Object.hasOwn(commands, command) ? commands[command]! : undefined
  if (command === '' || command === 'help' || o.has('h', 'help')) return yield* said(p, usage)
  if (run === undefined) return yield* failed(p, `unknown command ${JSON.stringify(command)} for "kubeadm"`)
  if (p.who.uid !== 0 && rootOnly.has(command)) return yield* failed(p, 'user is not running as root', 2)
  return yield* run(p, words, o)
}

const rootOnly = new Set(['init', 'join', 'reset', 'upgrade', 'certs'])

const usage = `

    ┌──────────────────────────────────────────────────────────┐
    │ KUBEADM                                                  │
    │ Easily bootstrap a secure Kubernetes cluster             │
    │                                                          │
    │ Please give us feedback at:                              │
    │ https://github.com/kubernetes/kubeadm/issues             │
    └──────────────────────────────────────────────────────────┘

Usage:
  kubeadm [command]

Available Commands:
  certs       Commands related to handling Kubernetes certificates
  config      Manage configuration for a kubeadm cluster persisted in a ConfigMap in the cluster
  init        Run this command in order to set up the Kubernetes control plane
  join        Run this on any machine you wish to join an existing cluster
  reset       Performs a best effort revert of changes made to this host by 'kubeadm init' or 'kubeadm join'
  token       Manage bootstrap tokens
  upgrade     Upgrade your cluster smoothly to a newer version with this command
  version     Print the version of kubeadm
`

type Command = (p: Process, words: readonly string[], o: Options) => Run<number>

const commands: Readonly<Record<string, Command>> = { version, config, token, certs, upgrade, reset, join, init }

function* version(p: Process, _: readonly string[], o: Options): Run<number> {
  const own = packageVersion(p.machine.files, 'kubeadm')
  const [, major, minor] = /^v(\d+)\.(\d+)/.exec(own)!
  const info = { major, minor, gitVersion: own, gitCommit: 'a62d6ba6f3d5b8c9e2d1f4a7b0c3e6d9f2a5b8c1', gitTreeState: 'clean', buildDate: '2026-01-01T00:00:00Z', goVersion: 'go1.24.6', compiler: 'gc', platform: 'linux/amd64' }
  const form = o.value('o', 'output')
  if (form === 'short') return yield* said(p, `${own}\n`)
  if (form === 'json') return yield* said(p, `${JSON.stringify({ clientVersion: info }, undefined, 2)}\n`)
  if (form === 'yaml') return yield* said(p, `clientVersion:\n${Object.entries(info).toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => `  ${name}: ${/^\d+$/.test(value!) || /T/.test(value!) ? `"${value}"` : value}\n`).join('')}`)
  return yield* said(p, `kubeadm version: &version.Info{Major:"${major}", Minor:"${minor}", EmulationMajor:"", EmulationMinor:"", MinCompatibilityMajor:"", MinCompatibilityMinor:"", GitVersion:"${own}", GitCommit:"${info.gitCommit}", GitTreeState:"clean", BuildDate:"${info.buildDate}", GoVersion:"${info.goVersion}", Compiler:"gc", Platform:"linux/amd64"}\n`)
}

/** What a control plane of this version runs (cmd/kubeadm/app/images). */
export const imagesOf = (wanted: string): string[] => [
  ...['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kube-proxy'].map((name) => `registry.k8s.io/${name}:${wanted}`),
  'registry.k8s.io/coredns/coredns:v1.12.1', 'registry.k8s.io/pause:3.10.1', 'registry.k8s.io/etcd:3.6.5-0',
]

function* config(p: Process, [what = '', verb = '']: readonly string[], o: Options): Run<number> {
  const wanted = o.value('kubernetes-version') ?? packageVersion(p.machine.files, 'kubeadm')
  if (what === 'images' && verb === 'list') return yield* said(p, imagesOf(wanted).map((image) => `${image}\n`).join(''))
  if (what === 'images' && verb === 'pull') return yield* said(p, imagesOf(wanted).map((image) => `[config/images] Pulled ${image}\n`).join(''))
  if (what === 'print' && verb === 'init-defaults') return yield* said(p, initDefaults)
  if (what === 'print' && verb === 'join-defaults') return yield* said(p, joinDefaults)
  return yield* failed(p, `invalid subcommand ${JSON.stringify(verb || what)}`)
}

const ofNode = `nodeRegistration:
  criSocket: unix:///var/run/containerd/containerd.sock
  imagePullPolicy: IfNotPresent
  imagePullSerial: true
  name: node
  taints: null
timeouts:
  controlPlaneComponentHealthCheck: 4m0s
  discovery: 5m0s
  etcdAPICall: 2m0s
  kubeletHealthCheck: 4m0s
  kubernetesAPICall: 1m0s
  tlsBootstrap: 5m0s
  upgradeManifests: 5m0s
`

/** cmd/kubeadm/app/apis/kubeadm/v1beta4 with its defaults. */
const initDefaults = `apiVersion: kubeadm.k8s.io/v1beta4
bootstrapTokens:
- groups:
  - system:bootstrappers:kubeadm:default-node-token
  token: abcdef.0123456789abcdef
  ttl: 24h0m0s
  usages:
  - signing
  - authentication
kind: InitConfiguration
localAPIEndpoint:
  advertiseAddress: 1.2.3.4
  bindPort: 6443
${ofNode}---
apiServer: {}
apiVersion: kubeadm.k8s.io/v1beta4
caCertificateValidityPeriod: 87600h0m0s
certificateValidityPeriod: 8760h0m0s
certificatesDir: /etc/kubernetes/pki
clusterName: kubernetes
controllerManager: {}
dns: {}
encryptionAlgorithm: RSA-2048
etcd:
  local:
    dataDir: /var/lib/etcd
imageRepository: registry.k8s.io
kind: ClusterConfiguration
kubernetesVersion: ${kubernetesVersion.replace(/\.\d+$/, '.0').slice(1)}
networking:
  dnsDomain: cluster.local
  serviceSubnet: 10.96.0.0/12
proxy: {}
scheduler: {}
`

const joinDefaults = `apiVersion: kubeadm.k8s.io/v1beta4
caCertPath: /etc/kubernetes/pki/ca.crt
discovery:
  bootstrapToken:
    apiServerEndpoint: kube-apiserver:6443
    token: abcdef.0123456789abcdef
    unsafeSkipCAVerification: true
  tlsBootstrapToken: abcdef.0123456789abcdef
kind: JoinConfiguration
${ofNode}`
