/**
 * What a v1.34 server serves: every group, version and resource that Podreel knows, in the order in
 * which discovery lists them (group order of /apis, alphabetical inside a group).
 */
import type { CustomKind } from './custom/kind.ts'

const standard = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'] as const

export interface ResourceInfo {
  /** '' for the core group. */
  group: string
  version: string
  kind: string
  plural: string
  singular: string
  shortNames: readonly string[]
  namespaced: boolean
  categories: readonly string[]
  subresources: readonly string[]
  verbs: readonly string[]
  /** Of a custom resource: what its definition says. */
  custom?: CustomKind
}

/** plural, kind, singular (when not the kind in lower case), short names, ... */
interface Row {
  kind: string
  plural: string
  short?: string
  cluster?: boolean
  all?: boolean
  category?: string
  sub?: string
  verbs?: readonly string[]
}

const create = ['create'] as const

const table: readonly [groupVersion: string, rows: readonly Row[]][] = [
  [
    'v1',
    [
      { plural: 'bindings', kind: 'Binding', verbs: create },
      { plural: 'componentstatuses', kind: 'ComponentStatus', short: 'cs', cluster: true, verbs: ['get', 'list'] },
      { plural: 'configmaps', kind: 'ConfigMap', short: 'cm' },
      { plural: 'endpoints', kind: 'Endpoints', short: 'ep' },
      { plural: 'events', kind: 'Event', short: 'ev' },
      { plural: 'limitranges', kind: 'LimitRange', short: 'limits' },
      {
        plural: 'namespaces',
        kind: 'Namespace',
        short: 'ns',
        cluster: true,
        sub: 'finalize,status',
        verbs: standard.filter((verb) => verb !== 'deletecollection'),
      },
      { plural: 'nodes', kind: 'Node', short: 'no', cluster: true, sub: 'proxy,status' },
      { plural: 'persistentvolumeclaims', kind: 'PersistentVolumeClaim', short: 'pvc', sub: 'status' },
      { plural: 'persistentvolumes', kind: 'PersistentVolume', short: 'pv', cluster: true, sub: 'status' },
      {
        plural: 'pods',
        kind: 'Pod',
        short: 'po',
        all: true,
        sub: 'attach,binding,ephemeralcontainers,eviction,exec,log,portforward,proxy,resize,status',
      },
      { plural: 'podtemplates', kind: 'PodTemplate' },
      { plural: 'replicationcontrollers', kind: 'ReplicationController', short: 'rc', all: true, sub: 'scale,status' },
      { plural: 'resourcequotas', kind: 'ResourceQuota', short: 'quota', sub: 'status' },
      { plural: 'secrets', kind: 'Secret' },
      { plural: 'serviceaccounts', kind: 'ServiceAccount', short: 'sa', sub: 'token' },
      { plural: 'services', kind: 'Service', short: 'svc', all: true, sub: 'proxy,status' },
    ],
  ],
  ['apiregistration.k8s.io/v1', [{ plural: 'apiservices', kind: 'APIService', cluster: true, sub: 'status', category: 'api-extensions' }]],
  [
    'apps/v1',
    [
      { plural: 'controllerrevisions', kind: 'ControllerRevision' },
      { plural: 'daemonsets', kind: 'DaemonSet', short: 'ds', all: true, sub: 'status' },
      { plural: 'deployments', kind: 'Deployment', short: 'deploy', all: true, sub: 'scale,status' },
      { plural: 'replicasets', kind: 'ReplicaSet', short: 'rs', all: true, sub: 'scale,status' },
      { plural: 'statefulsets', kind: 'StatefulSet', short: 'sts', all: true, sub: 'scale,status' },
    ],
  ],
  ['events.k8s.io/v1', [{ plural: 'events', kind: 'Event', short: 'ev' }]],
  [
    'authentication.k8s.io/v1',
    [
      { plural: 'selfsubjectreviews', kind: 'SelfSubjectReview', cluster: true, verbs: create },
      { plural: 'tokenreviews', kind: 'TokenReview', cluster: true, verbs: create },
    ],
  ],
  [
    'authorization.k8s.io/v1',
    [
      { plural: 'localsubjectaccessreviews', kind: 'LocalSubjectAccessReview', verbs: create },
      { plural: 'selfsubjectaccessreviews', kind: 'SelfSubjectAccessReview', cluster: true, verbs: create },
      { plural: 'selfsubjectrulesreviews', kind: 'SelfSubjectRulesReview', cluster: true, verbs: create },
      { plural: 'subjectaccessreviews', kind: 'SubjectAccessReview', cluster: true, verbs: create },
    ],
  ],
  [
    'autoscaling/v2',
    [{ plural: 'horizontalpodautoscalers', kind: 'HorizontalPodAutoscaler', short: 'hpa', all: true, sub: 'status' }],
  ],
  [
    'autoscaling/v1',
    [{ plural: 'horizontalpodautoscalers', kind: 'HorizontalPodAutoscaler', short: 'hpa', all: true, sub: 'status' }],
  ],
  [
    'batch/v1',
    [
      { plural: 'cronjobs', kind: 'CronJob', short: 'cj', all: true, sub: 'status' },
      { plural: 'jobs', kind: 'Job', all: true, sub: 'status' },
    ],
  ],
  ['certificates.k8s.io/v1', [{ plural: 'certificatesigningrequests', kind: 'CertificateSigningRequest', short: 'csr', cluster: true, sub: 'approval,status' }]],
  [
    'networking.k8s.io/v1',
    [
      { plural: 'ingressclasses', kind: 'IngressClass', cluster: true },
      { plural: 'ingresses', kind: 'Ingress', short: 'ing', sub: 'status' },
      { plural: 'ipaddresses', kind: 'IPAddress', short: 'ip', cluster: true },
      { plural: 'networkpolicies', kind: 'NetworkPolicy', short: 'netpol' },
      { plural: 'servicecidrs', kind: 'ServiceCIDR', cluster: true, sub: 'status' },
    ],
  ],
  ['policy/v1', [{ plural: 'poddisruptionbudgets', kind: 'PodDisruptionBudget', short: 'pdb', sub: 'status' }]],
  [
    'rbac.authorization.k8s.io/v1',
    [
      { plural: 'clusterrolebindings', kind: 'ClusterRoleBinding', cluster: true },
      { plural: 'clusterroles', kind: 'ClusterRole', cluster: true },
      { plural: 'rolebindings', kind: 'RoleBinding' },
      { plural: 'roles', kind: 'Role' },
    ],
  ],
  [
    'storage.k8s.io/v1',
    [
      { plural: 'csidrivers', kind: 'CSIDriver', cluster: true },
      { plural: 'csinodes', kind: 'CSINode', cluster: true },
      { plural: 'csistoragecapacities', kind: 'CSIStorageCapacity' },
      { plural: 'storageclasses', kind: 'StorageClass', short: 'sc', cluster: true },
      { plural: 'volumeattachments', kind: 'VolumeAttachment', cluster: true, sub: 'status' },
      { plural: 'volumeattributesclasses', kind: 'VolumeAttributesClass', short: 'vac', cluster: true },
    ],
  ],
  [
    'admissionregistration.k8s.io/v1',
    [
      { plural: 'mutatingwebhookconfigurations', kind: 'MutatingWebhookConfiguration', cluster: true, category: 'api-extensions' },
      { plural: 'validatingadmissionpolicies', kind: 'ValidatingAdmissionPolicy', cluster: true, sub: 'status', category: 'api-extensions' },
      { plural: 'validatingadmissionpolicybindings', kind: 'ValidatingAdmissionPolicyBinding', cluster: true, category: 'api-extensions' },
      { plural: 'validatingwebhookconfigurations', kind: 'ValidatingWebhookConfiguration', cluster: true, category: 'api-extensions' },
    ],
  ],
  [
    'apiextensions.k8s.io/v1',
    [
      {
        plural: 'customresourcedefinitions',
        kind: 'CustomResourceDefinition',
        short: 'crd,crds',
        cluster: true,
        sub: 'status',
        category: 'api-extensions',
      },
    ],
  ],
  ['scheduling.k8s.io/v1', [{ plural: 'priorityclasses', kind: 'PriorityClass', short: 'pc', cluster: true }]],
  ['coordination.k8s.io/v1', [{ plural: 'leases', kind: 'Lease' }]],
  ['node.k8s.io/v1', [{ plural: 'runtimeclasses', kind: 'RuntimeClass', cluster: true }]],
  ['discovery.k8s.io/v1', [{ plural: 'endpointslices', kind: 'EndpointSlice' }]],
  [
    'resource.k8s.io/v1',
    [
      { plural: 'deviceclasses', kind: 'DeviceClass', cluster: true },
      { plural: 'resourceclaims', kind: 'ResourceClaim', sub: 'status' },
      { plural: 'resourceclaimtemplates', kind: 'ResourceClaimTemplate' },
      { plural: 'resourceslices', kind: 'ResourceSlice', cluster: true },
    ],
  ],
  [
    'flowcontrol.apiserver.k8s.io/v1',
    [
      { plural: 'flowschemas', kind: 'FlowSchema', cluster: true, sub: 'status' },
      { plural: 'prioritylevelconfigurations', kind: 'PriorityLevelConfiguration', cluster: true, sub: 'status' },
    ],
  ],
]

const words = (text: string | undefined): readonly string[] => (text ? text.split(',') : [])

/** "apps/v1" in its halves; the core group has no name. */
export function parseGroupVersion(apiVersion: string): { group: string; version: string } {
  const slash = apiVersion.indexOf('/')
  return { group: slash < 0 ? '' : apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1) }
}

function info(groupVersion: string, row: Row): ResourceInfo {
  return {
    ...parseGroupVersion(groupVersion),
    kind: row.kind,
    plural: row.plural,
    singular: row.kind.toLowerCase(),
    shortNames: words(row.short),
    namespaced: !row.cluster,
    categories: row.all ? ['all'] : words(row.category),
    subresources: words(row.sub),
    verbs: row.verbs ?? standard,
  }
}

export const resources: readonly ResourceInfo[] = table.flatMap(([groupVersion, rows]) =>
  rows.map((row) => info(groupVersion, row)),
)

/** What other servers serve behind the API server (APIService), where they are installed. */
export const aggregated: readonly ResourceInfo[] = (['nodes', 'pods'] as const).map((plural) => {
  const kind = plural === 'nodes' ? 'NodeMetrics' : 'PodMetrics'
  return { ...info('metrics.k8s.io/v1beta1', { plural, kind, cluster: plural === 'nodes', verbs: ['get', 'list'] }), singular: '' }
})

/** "v1", "apps/v1": what an object's apiVersion says. */
export function apiVersionOf(resource: { group: string; version: string }): string {
  return resource.group === '' ? resource.version : `${resource.group}/${resource.version}`
}

/** "pods", "deployments.apps": how errors name a resource (schema.GroupResource). */
export function groupResource(resource: { group: string; plural: string }): string {
  return resource.group === '' ? resource.plural : `${resource.plural}.${resource.group}`
}

/** "Pod", "Deployment.apps": how Invalid names a kind (schema.GroupKind). */
export function groupKind(resource: { group: string; kind: string }): string {
  return resource.group === '' ? resource.kind : `${resource.kind}.${resource.group}`
}

/** The first part of a key in etcd; of a custom resource with its group, for others may have the same name. */
export function collectionOf({ plural, group, custom }: ResourceInfo): string {
  return custom === undefined ? plural : `${plural}.${group}`
}

const byPlural = new Map([...resources, ...aggregated].map((r) => [`${apiVersionOf(r)}/${r.plural}`, r]))
const byKind = new Map(resources.map((r) => [`${apiVersionOf(r)}/${r.kind}`, r]))

export function findResource(group: string, version: string, plural: string): ResourceInfo | undefined {
  return byPlural.get(group === '' ? `${version}/${plural}` : `${group}/${version}/${plural}`)
}

/** The resource of an object, by what its apiVersion and kind say. */
export function findKind(apiVersion: string, kind: string): ResourceInfo | undefined {
  return byKind.get(`${apiVersion}/${kind}`)
}

const firstOfKind = new Map<string, ResourceInfo>()
for (const resource of resources) if (!firstOfKind.has(resource.kind)) firstOfKind.set(resource.kind, resource)

/** By kind alone ('Pod'); where two groups have the kind, the one that discovery lists first. */
export function findByKindName(kind: string): ResourceInfo | undefined {
  return firstOfKind.get(kind)
}

/**
 * What a person means by the name after `kubectl get`: plural, singular, short name or kind, with or
 * without ".group" or ".version.group", in any case. Undefined when nothing matches.
 */
export function matchResource(name: string): ResourceInfo | undefined {
  const wanted = name.toLowerCase()
  const dot = wanted.indexOf('.')
  const word = dot < 0 ? wanted : wanted.slice(0, dot)
  const suffix = dot < 0 ? '' : wanted.slice(dot + 1)
  const named = (r: ResourceInfo) => r.plural === word || r.singular === word
  const inGroup = (r: ResourceInfo) =>
    suffix === '' ||
    (r.group !== '' && (suffix === r.group || suffix === `${r.version}.${r.group}`)) ||
    (r.group === '' && suffix === r.version)
  return (
    resources.find((r) => named(r) && inGroup(r)) ?? resources.find((r) => r.shortNames.includes(word) && inGroup(r))
  )
}
