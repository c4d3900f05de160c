import { yamlText } from '../api/yamlText.ts'
import { apiServerEndpoint, podNetwork, serviceNetwork } from '../api/cluster-domain.ts'
import { kubernetesVersion } from '../api/version.ts'
import { controlPlaneName } from './names.ts'

/** One of the four processes of a control plane, as `kubeadm init` writes it into /etc/kubernetes/manifests of its machine. */
export interface StaticPodManifest {
  /** 'kube-scheduler.yaml' */
  file: string
  pod: Record<string, any>
  /** What stands in the file. */
  text: string
}

const pki = '/etc/kubernetes/pki'
const { ip, port } = apiServerEndpoint

type Scheme = 'HTTP' | 'HTTPS'

/** Of a component that answers on a port named probe-port (cmd/kubeadm/app/util/staticpod/utils.go). */
function probe(host: string, scheme: Scheme, path: string, more: Record<string, number>): object {
  return { httpGet: { host, path, port: 'probe-port', scheme }, timeoutSeconds: 15, ...more }
}

interface Component {
  name: string
  image: string
  command: string[]
  requests: Record<string, string>
  annotations?: Record<string, string>
  probes: { host: string; scheme: Scheme; port: number; live: string; ready?: string; started: string }
  /** Volume -> path on the machine; a path that ends in .conf is a file. */
  mounts: [name: string, path: string, readOnly: boolean][]
}

function manifestOf({ name, image, command, requests, annotations, probes, mounts }: Component): StaticPodManifest {
  const { host, scheme, live, ready, started } = probes
  const container = {
    name,
    image,
    imagePullPolicy: 'IfNotPresent',
    command,
    resources: { requests },
    ports: [{ containerPort: probes.port, name: 'probe-port', protocol: 'TCP' }],
    livenessProbe: probe(host, scheme, live, { failureThreshold: 8, initialDelaySeconds: 10, periodSeconds: 10 }),
    ...(ready === undefined
      ? {}
      : { readinessProbe: probe(host, scheme, ready, { failureThreshold: 3, periodSeconds: 1 }) }),
    startupProbe: probe(host, scheme, started, { failureThreshold: 24, initialDelaySeconds: 10, periodSeconds: 10 }),
    volumeMounts: mounts.map(([volume, path, readOnly]) => ({
      mountPath: path,
      name: volume,
      ...(readOnly ? { readOnly } : {}),
    })),
  }
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: 'kube-system',
      labels: { component: name, tier: 'control-plane' },
      ...(annotations === undefined ? {} : { annotations }),
    },
    spec: {
      containers: [container],
      hostNetwork: true,
      priority: 2_000_001_000,
      priorityClassName: 'system-node-critical',
      securityContext: { seccompProfile: { type: 'RuntimeDefault' } },
      volumes: mounts.map(([volume, path]) => ({
        name: volume,
        hostPath: { path, type: path.endsWith('.conf') ? 'FileOrCreate' : 'DirectoryOrCreate' },
      })),
    },
    status: {},
  }
  return { file: `${name}.yaml`, pod, text: yamlText(pod) }
}

/** Commands are written with their flags in order (kubeadm's ArgumentsToCommand). */
const commandOf = (name: string, flags: Record<string, string>): string[] => [
  name,
  ...Object.entries(flags)
    .map(([flag, value]) => `--${flag}=${value}`)
    .toSorted(),
]

const image = (name: string): string => `registry.k8s.io/${name}:${kubernetesVersion}`
const certificates: Component['mounts'] = [
  ['ca-certs', '/etc/ssl/certs', true],
  ['etc-ca-certificates', '/etc/ca-certificates', true],
  ['k8s-certs', pki, true],
  ['usr-local-share-ca-certificates', '/usr/local/share/ca-certificates', true],
  ['usr-share-ca-certificates', '/usr/share/ca-certificates', true],
]

/** cmd/kubeadm/app/phases/etcd/local.go GetEtcdPodSpec. */
const etcd: Component = {
  name: 'etcd',
  image: 'registry.k8s.io/etcd:3.6.5-0',
  annotations: { 'kubeadm.kubernetes.io/etcd.advertise-client-urls': `https://${ip}:2379` },
  command: commandOf('etcd', {
    name: controlPlaneName,
    'feature-gates': 'InitialCorruptCheck=true',
    'listen-client-urls': `https://127.0.0.1:2379,https://${ip}:2379`,
    'advertise-client-urls': `https://${ip}:2379`,
    'listen-peer-urls': `https://${ip}:2380`,
    'initial-advertise-peer-urls': `https://${ip}:2380`,
    'initial-cluster': `${controlPlaneName}=https://${ip}:2380`,
    'data-dir': '/var/lib/etcd',
    'cert-file': `${pki}/etcd/server.crt`,
    'key-file': `${pki}/etcd/server.key`,
    'trusted-ca-file': `${pki}/etcd/ca.crt`,
    'client-cert-auth': 'true',
    'peer-cert-file': `${pki}/etcd/peer.crt`,
    'peer-key-file': `${pki}/etcd/peer.key`,
    'peer-trusted-ca-file': `${pki}/etcd/ca.crt`,
    'peer-client-cert-auth': 'true',
    'snapshot-count': '10000',
    'listen-metrics-urls': 'http://127.0.0.1:2381',
    'watch-progress-notify-interval': '5s',
  }),
  requests: { cpu: '100m', memory: '100Mi' },
  probes: { host: '127.0.0.1', scheme: 'HTTP', port: 2381, live: '/livez', ready: '/readyz', started: '/readyz' },
  mounts: [
    ['etcd-data', '/var/lib/etcd', false],
    ['etcd-certs', `${pki}/etcd`, false],
  ],
}

/** cmd/kubeadm/app/phases/controlplane/manifests.go GetStaticPodSpecs, here and below. */
const apiServer: Component = {
  name: 'kube-apiserver',
  image: image('kube-apiserver'),
  annotations: { 'kubeadm.kubernetes.io/kube-apiserver.advertise-address.endpoint': `${ip}:${port}` },
  command: commandOf('kube-apiserver', {
    'advertise-address': ip,
    'allow-privileged': 'true',
    'authorization-mode': 'Node,RBAC',
    'client-ca-file': `${pki}/ca.crt`,
    'enable-admission-plugins': 'NodeRestriction',
    'enable-bootstrap-token-auth': 'true',
    'etcd-cafile': `${pki}/etcd/ca.crt`,
    'etcd-certfile': `${pki}/apiserver-etcd-client.crt`,
    'etcd-keyfile': `${pki}/apiserver-etcd-client.key`,
    'etcd-servers': 'https://127.0.0.1:2379',
    'kubelet-client-certificate': `${pki}/apiserver-kubelet-client.crt`,
    'kubelet-client-key': `${pki}/apiserver-kubelet-client.key`,
    'kubelet-preferred-address-types': 'InternalIP,ExternalIP,Hostname',
    'proxy-client-cert-file': `${pki}/front-proxy-client.crt`,
    'proxy-client-key-file': `${pki}/front-proxy-client.key`,
    'requestheader-allowed-names': 'front-proxy-client',
    'requestheader-client-ca-file': `${pki}/front-proxy-ca.crt`,
    'requestheader-extra-headers-prefix': 'X-Remote-Extra-',
    'requestheader-group-headers': 'X-Remote-Group',
    'requestheader-username-headers': 'X-Remote-User',
    'secure-port': String(port),
    'service-account-issuer': 'https://kubernetes.default.svc.cluster.local',
    'service-account-key-file': `${pki}/sa.pub`,
    'service-account-signing-key-file': `${pki}/sa.key`,
    'service-cluster-ip-range': serviceNetwork,
    'tls-cert-file': `${pki}/apiserver.crt`,
    'tls-private-key-file': `${pki}/apiserver.key`,
  }),
  requests: { cpu: '250m' },
  probes: { host: ip, scheme: 'HTTPS', port, live: '/livez', ready: '/readyz', started: '/livez' },
  mounts: certificates,
}

const controllerManager: Component = {
  name: 'kube-controller-manager',
  image: image('kube-controller-manager'),
  command: commandOf('kube-controller-manager', {
    'allocate-node-cidrs': 'true',
    'authentication-kubeconfig': '/etc/kubernetes/controller-manager.conf',
    'authorization-kubeconfig': '/etc/kubernetes/controller-manager.conf',
    'bind-address': '127.0.0.1',
    'client-ca-file': `${pki}/ca.crt`,
    'cluster-cidr': podNetwork,
    'cluster-name': 'kubernetes',
    'cluster-signing-cert-file': `${pki}/ca.crt`,
    'cluster-signing-key-file': `${pki}/ca.key`,
    controllers: '*,bootstrapsigner,tokencleaner',
    kubeconfig: '/etc/kubernetes/controller-manager.conf',
    'leader-elect': 'true',
    'requestheader-client-ca-file': `${pki}/front-proxy-ca.crt`,
    'root-ca-file': `${pki}/ca.crt`,
    'service-account-private-key-file': `${pki}/sa.key`,
    'service-cluster-ip-range': serviceNetwork,
    'use-service-account-credentials': 'true',
  }),
  requests: { cpu: '200m' },
  probes: { host: '127.0.0.1', scheme: 'HTTPS', port: 10257, live: '/healthz', started: '/healthz' },
  mounts: [
    ...certificates.slice(0, 2),
    ['flexvolume-dir', '/usr/libexec/kubernetes/kubelet-plugins/volume/exec', false],
    certificates[2]!,
    ['kubeconfig', '/etc/kubernetes/controller-manager.conf', true],
    ...certificates.slice(3),
  ],
}

const scheduler: Component = {
  name: 'kube-scheduler',
  image: image('kube-scheduler'),
  command: commandOf('kube-scheduler', {
    'authentication-kubeconfig': '/etc/kubernetes/scheduler.conf',
    'authorization-kubeconfig': '/etc/kubernetes/scheduler.conf',
    'bind-address': '127.0.0.1',
    kubeconfig: '/etc/kubernetes/scheduler.conf',
    'leader-elect': 'true',
  }),
  requests: { cpu: '100m' },
  probes: { host: '127.0.0.1', scheme: 'HTTPS', port: 10259, live: '/livez', ready: '/readyz', started: '/livez' },
  mounts: [['kubeconfig', '/etc/kubernetes/scheduler.conf', true]],
}

export const staticPodManifests: readonly StaticPodManifest[] = [etcd, apiServer, controllerManager, scheduler].map(
  manifestOf,
)
