import { apiServerEndpoint, serviceNetwork } from './api/cluster-domain.ts'
import { extended } from './api/extended.ts'
import { formatMicroTime, formatTime } from './api/time.ts'
import type { KubeObject, Node, ResourceList } from './api/types.ts'
import { applyDefaults } from './api/defaults/defaults.ts'
import { flowControl } from './api/flowControl.ts'
import { prepareForCreate } from './api/prepare.ts'
import { rootCertificateMap } from './api/rootCertificate.ts'
import { findKind, type ResourceInfo } from './api/resources.ts'
import { defaultRoles } from './apiserver/authorization/default-roles.ts'
import { objectKey } from './apiserver/keys.ts'
import { localApiServices } from './api/apiServices.ts'
import { containerdVersion, kernelRelease, osRelease } from './api/node-system.ts'
import { kubernetesVersion } from './api/version.ts'
import type { RevisionStore } from './etcd/store.ts'
import { machineIds } from './kernel/machine-ids.ts'
import { Random } from './kernel/random.ts'
import { readyConditions } from './kubelet/nodestatus/registration.ts'
import { podCIDRof } from './api/podRanges.ts'
import type { KubernetesService } from './controllers/kubernetesservice/kubernetesservice.ts'
import { rulesOf, serviceNameLabel } from './network/service-rules.ts'
import type { ClusterOptions } from './scenario.ts'

/** The cluster was set up a day before the film begins. */
export const clusterAgeMs = 86_400_000

export const defaultCapacity: ResourceList = { cpu: '4', memory: '8Gi', pods: '110', 'ephemeral-storage': '100Gi' }

/** What a kubelet on amd64 says of both sizes when the machine has set none aside. */
const hugePages: ResourceList = { 'hugepages-1Gi': '0', 'hugepages-2Mi': '0' }

/** As the API server has them, whether they are written as texts or as numbers (`pods: 110`). */
const amounts = (given: Readonly<Record<string, string | number>>): ResourceList =>
  Object.fromEntries(Object.entries({ ...hugePages, ...given }).map(([name, amount]) => [name, String(amount)]))

/** `node1` and so on, in three zones. */
export function defaultNodes(count: number): Node[] {
  return Array.from({ length: count }, (_, i) => ({
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: `node${i + 1}`, labels: { 'topology.kubernetes.io/region': 'region1', 'topology.kubernetes.io/zone': `zone${(i % 3) + 1}` } },
  }) as unknown as Node)
}

/** A node as its kubelet has registered it: what was left out of the given object is filled in. */
export function registeredNode(given: Node, index: number, nowMs: number): Node {
  const { name, labels } = given.metadata
  const status = given.status ?? {}
  const capacity = amounts(status.capacity ?? defaultCapacity)
  const [hi, lo] = [Math.floor(index / 254), (index % 254) + 1]
  const podCIDR = given.spec?.podCIDR ?? podCIDRof(index)
  return extended(given, {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: extended(given.metadata, {
      labels: {
        'beta.kubernetes.io/arch': 'amd64',
        'beta.kubernetes.io/os': 'linux',
        'kubernetes.io/arch': 'amd64',
        'kubernetes.io/hostname': name,
        'kubernetes.io/os': 'linux',
        ...labels,
      },
      annotations: { 'node.alpha.kubernetes.io/ttl': '0', 'volumes.kubernetes.io/controller-managed-attach-detach': 'true', ...given.metadata.annotations },
    }),
    spec: { podCIDR, podCIDRs: [podCIDR], ...given.spec },
    status: {
      ...status,
      capacity,
      allocatable: status.allocatable === undefined ? capacity : amounts(status.allocatable),
      conditions: status.conditions ?? readyConditions(nowMs, nowMs - clusterAgeMs),
      addresses: status.addresses ?? [
        { type: 'InternalIP', address: `10.99.${hi}.${lo}` },
        { type: 'Hostname', address: name },
      ],
      daemonEndpoints: { kubeletEndpoint: { Port: 10250 } },
      nodeInfo: extended(nodeInfo, { ...machineIds(name), ...status.nodeInfo }),
    },
  })
}

const nodeInfo = {
  kernelVersion: kernelRelease,
  osImage: `${osRelease.name} ${osRelease.version} (${osRelease.codename})`,
  containerRuntimeVersion: `containerd://${containerdVersion}`,
  kubeletVersion: kubernetesVersion,
  kubeProxyVersion: '',
  operatingSystem: 'linux',
  architecture: 'amd64',
}

const namespaces = ['default', 'kube-node-lease', 'kube-public', 'kube-system']

/** What is there before anybody has done anything. */
export function bootstrapObjects({ ingress, metricsServer }: ClusterOptions): Partial<KubeObject>[] {
  return [
    ...namespaces.map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: { 'kubernetes.io/metadata.name': name } } })),
    ...namespaces.flatMap((namespace) => [
      { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace } },
      rootCertificateMap(namespace),
    ]),
    ...priorityClasses,
    ...defaultRoles,
    kubernetesService.service,
    kubernetesService.slice,
    kubernetesService.endpoints,
    ...(ingress === true ? ingressObjects : []),
    settledServiceCidr,
    ...flowControl,
    ...localApiServices,
    ...(metricsServer === true ? [metricsApiService] : []),
  ] as Partial<KubeObject>[]
}

/** Where the processes of the control plane run. */
const controlPlaneHost = 'control-plane'

export const holderOf = (process: string, uuid: string): string => `${process.startsWith('apiserver-') ? process : controlPlaneHost}_${uuid}`

/** Its name is a hash of the machine's, by which other servers know it (KEP-1965). */
const apiServerIdentity = 'apiserver-k2wjvq5x7n4fdz3tmb6cyh2oqe'

/** Which processes of the control plane do their work, as each of them has told when it began. */
export function controlPlaneLeases({ cloud }: ClusterOptions, nowMs: number): Partial<KubeObject>[] {
  const leaseOf = (name: string, leaseDurationSeconds: number, labels: Record<string, string> | undefined, more: object): Partial<KubeObject> => ({
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name, namespace: 'kube-system', ...(labels === undefined ? {} : { labels }) } as KubeObject['metadata'],
    spec: { holderIdentity: holderOf(name, new Random(0, `holder of ${name}`).uuid()), leaseDurationSeconds, ...more },
  })
  const acquireTime = formatMicroTime(nowMs - clusterAgeMs)
  const leaders = ['kube-controller-manager', 'kube-scheduler', ...(cloud === true ? ['cloud-controller-manager'] : [])]
  return [
    leaseOf(apiServerIdentity, 3600, { 'apiserver.kubernetes.io/identity': 'kube-apiserver', 'kubernetes.io/hostname': controlPlaneHost }, {}),
    ...leaders.map((name) => leaseOf(name, 15, undefined, { acquireTime, leaseTransitions: 0 })),
  ]
}

/** Behind which name the metrics-server stands, where the cluster came with one. */
export const metricsApiService = {
  apiVersion: 'apiregistration.k8s.io/v1',
  kind: 'APIService',
  metadata: { name: 'v1beta1.metrics.k8s.io', labels: { 'k8s-app': 'metrics-server' } },
  spec: { group: 'metrics.k8s.io', version: 'v1beta1', service: { name: 'metrics-server', namespace: 'kube-system', port: 443 }, insecureSkipTLSVerify: true, groupPriorityMinimum: 100, versionPriority: 100 },
  status: { conditions: [{ type: 'Available', status: 'True', reason: 'Passed', message: 'all checks passed' }] },
}

/** Where Services get their addresses from (pkg/controlplane/controller/defaultservicecidr). */
const serviceCidr = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'ServiceCIDR',
  metadata: { name: 'kubernetes' },
  spec: { cidrs: [serviceNetwork] },
}
/** As the controller of ranges leaves it. */
const settledServiceCidr = {
  ...serviceCidr,
  metadata: { ...serviceCidr.metadata, finalizers: ['networking.k8s.io/service-cidr-finalizer'] },
  status: { conditions: [{ type: 'Ready', status: 'True', reason: '', message: 'Kubernetes Service CIDR is ready' }] },
}

/** What installing ingress-nginx has left there, as far as it matters here. */
const ingressObjects = [
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'ingress-nginx', labels: { 'app.kubernetes.io/name': 'ingress-nginx', 'kubernetes.io/metadata.name': 'ingress-nginx' } } },
  { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'ingress-nginx', namespace: 'ingress-nginx' } },
  { apiVersion: 'networking.k8s.io/v1', kind: 'IngressClass', metadata: { name: 'nginx', labels: { 'app.kubernetes.io/name': 'ingress-nginx' } }, spec: { controller: 'k8s.io/ingress-nginx' } },
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name: 'ingress-nginx' },
    rules: [
      { apiGroups: [''], resources: ['services'], verbs: ['get', 'list', 'watch'] },
      { apiGroups: ['networking.k8s.io'], resources: ['ingresses', 'ingressclasses'], verbs: ['get', 'list', 'watch'] },
      { apiGroups: ['networking.k8s.io'], resources: ['ingresses/status'], verbs: ['update', 'patch'] },
      { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: ['get', 'list', 'watch'] },
      { apiGroups: [''], resources: ['events'], verbs: ['create', 'patch'] },
    ],
  },
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: 'ingress-nginx' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'ingress-nginx' },
    subjects: [{ kind: 'ServiceAccount', name: 'ingress-nginx', namespace: 'ingress-nginx' }],
  },
]

const inDefault = { name: 'kubernetes', namespace: 'default' }
const serverPort = { name: 'https', port: apiServerEndpoint.port, protocol: 'TCP' }

/** How the API server makes itself known in the cluster; it keeps them so (controllers/kubernetesservice). */
export const kubernetesService = {
  service: {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { ...inDefault, labels: { component: 'apiserver', provider: 'kubernetes' } },
    spec: {
      clusterIP: '10.96.0.1',
      ports: [{ name: 'https', port: 443, protocol: 'TCP', targetPort: apiServerEndpoint.port }],
    },
  },
  endpoints: {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: { ...inDefault, labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' } },
    subsets: [{ addresses: [{ ip: apiServerEndpoint.ip }], ports: [serverPort] }],
  },
  slice: {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { ...inDefault, labels: { 'kubernetes.io/service-name': 'kubernetes' } },
    addressType: 'IPv4',
    endpoints: [{ addresses: [apiServerEndpoint.ip], conditions: { ready: true } }],
    ports: [serverPort],
  },
  serviceCIDR: serviceCidr,
} as unknown as KubernetesService


export const priorityClasses = [
  ['system-cluster-critical', 2000000000, 'Used for system critical pods that must run in the cluster, but can be moved to another node if necessary.'],
  ['system-node-critical', 2000001000, 'Used for system critical pods that must not be moved from their current node.'],
].map(([name, value, description]) => ({
  apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name }, value, preemptionPolicy: 'PreemptLowerPriority', description,
}))

/** An object of another cluster, as it was there (dump/take.ts). */
export function storeAsItWas(etcd: RevisionStore<KubeObject>, key: string, object: KubeObject, nowMs: number): KubeObject {
  const creationTimestamp = object.metadata.creationTimestamp || formatTime(nowMs - clusterAgeMs)
  const stored = { ...object, metadata: { ...object.metadata, creationTimestamp, resourceVersion: String(etcd.revision + 1) } }
  etcd.put(key, stored)
  return stored
}

/** Writes an object past the API server's stages: it was there before the film begins. */
export function store(etcd: RevisionStore<KubeObject>, given: Partial<KubeObject>, random: Random, nowMs: number): KubeObject {
  const info = kindOf(given)
  const metadata = extended(given.metadata ?? {}, { uid: random.uuid(), creationTimestamp: formatTime(nowMs - clusterAgeMs) })
  const prepared = prepareForCreate(applyDefaults({ ...given, metadata } as KubeObject), nowMs - clusterAgeMs)
  // Strategies reset what only others may set; here it is set by us.
  const object = { ...prepared, ...(given['status'] === undefined ? {} : { status: since(given['status'], metadata.creationTimestamp) }) }
  const stored = { ...object, metadata: extended(object.metadata, { resourceVersion: String(etcd.revision + 1) }) }
  etcd.put(objectKey(info, stored.metadata.namespace, stored.metadata.name), stored)
  return stored
}

/** Conditions that do not say since when they are so have been so from the beginning. */
function since(status: Record<string, any>, lastTransitionTime: string): object {
  if (!Array.isArray(status['conditions'])) return status
  return { ...status, conditions: status['conditions'].map((condition) => ({ lastTransitionTime, ...condition })) }
}

function kindOf({ apiVersion, kind }: Partial<KubeObject>): ResourceInfo {
  const info = findKind(apiVersion!, kind!)
  if (info === undefined) throw new Error(`bootstrap: no kind ${kind} in ${apiVersion}`)
  return info
}

/** Where in etcd it is to lie. */
export function bootstrapKey(given: Partial<KubeObject>): string {
  return objectKey(kindOf(given), given.metadata!.namespace, given.metadata!.name)
}

/** A machine as its kube-proxy has left it: with the rules of the Services that there are. */
export function furnishedMachine(machine: RevisionStore<any>, { metadata: { name, labels } }: Node, etcd: RevisionStore<KubeObject>): RevisionStore<any> {
  const zone = labels?.['topology.kubernetes.io/zone']
  for (const service of etcd.range('services/')) {
    const { namespace } = service.metadata
    const slices = etcd.range(`endpointslices/${namespace}/`).filter(({ metadata }) => metadata.labels?.[serviceNameLabel] === service.metadata.name)
    for (const [address, rule] of rulesOf(service, slices, { name, zone })) machine.put(`rules/${address}`, rule)
  }
  return machine
}
