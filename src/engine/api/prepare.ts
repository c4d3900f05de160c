/**
 * Strategies: what the registry of each kind sets or resets on create, whatever the client sent
 * (pkg/registry/<group>/<kind>/strategy.go). Run after admission, before validation. Updates: prepareUpdate.ts.
 */
import { serviceAccount } from './defaults/podSpec.ts'
import { withoutDisabledFields } from './disabledFields.ts'
import { semanticEqual } from './equality.ts'
import { extended } from './extended.ts'
import { qosClass, type QOSSpec } from './qos.ts'
import { formatTime } from './time.ts'
import type { KubeObject, ObjectMeta } from './types.ts'

export type Fields = Record<string, any>

export const key = (object: KubeObject): string => `${object.apiVersion}/${object.kind}`

/** Kinds whose metadata.generation counts changes of the spec. */
export const generational = new Set([
  'v1/Pod',
  'v1/ReplicationController',
  'v1/PodTemplate',
  'apps/v1/ReplicaSet',
  'apps/v1/Deployment',
  'apps/v1/StatefulSet',
  'apps/v1/DaemonSet',
  'batch/v1/Job',
  'batch/v1/CronJob',
  'policy/v1/PodDisruptionBudget',
  'networking.k8s.io/v1/Ingress',
  'networking.k8s.io/v1/IngressClass',
  'networking.k8s.io/v1/NetworkPolicy',
  'scheduling.k8s.io/v1/PriorityClass',
  'discovery.k8s.io/v1/EndpointSlice',
  'apiextensions.k8s.io/v1/CustomResourceDefinition',
  'admissionregistration.k8s.io/v1/ValidatingAdmissionPolicy',
  'admissionregistration.k8s.io/v1/ValidatingAdmissionPolicyBinding',
  'admissionregistration.k8s.io/v1/MutatingWebhookConfiguration',
  'admissionregistration.k8s.io/v1/ValidatingWebhookConfiguration',
  'flowcontrol.apiserver.k8s.io/v1/FlowSchema',
  'flowcontrol.apiserver.k8s.io/v1/PriorityLevelConfiguration',
  'resource.k8s.io/v1/DeviceClass',
  'resource.k8s.io/v1/ResourceSlice',
])

/** Kinds with a status that clients do not set on create. Nodes come with theirs. */
export const freshStatus: Record<string, Fields> = {
  'v1/Namespace': { phase: 'Active' },
  'v1/PersistentVolumeClaim': { phase: 'Pending' },
  'v1/Service': { loadBalancer: {} },
  'v1/ResourceQuota': {},
  'v1/ReplicationController': { replicas: 0 },
  'apps/v1/ReplicaSet': { replicas: 0 },
  'apps/v1/Deployment': {},
  'apps/v1/StatefulSet': { replicas: 0, availableReplicas: 0 },
  'apps/v1/DaemonSet': { currentNumberScheduled: 0, desiredNumberScheduled: 0, numberMisscheduled: 0, numberReady: 0 },
  'batch/v1/Job': {},
  'batch/v1/CronJob': {},
  'autoscaling/v1/HorizontalPodAutoscaler': { currentReplicas: 0, desiredReplicas: 0 },
  'autoscaling/v2/HorizontalPodAutoscaler': { currentMetrics: null, desiredReplicas: 0 },
  'policy/v1/PodDisruptionBudget': { currentHealthy: 0, desiredHealthy: 0, disruptionsAllowed: 0, expectedPods: 0 },
  'networking.k8s.io/v1/Ingress': { loadBalancer: {} },
  'certificates.k8s.io/v1/CertificateSigningRequest': {},
  'admissionregistration.k8s.io/v1/ValidatingAdmissionPolicy': {},
  'apiregistration.k8s.io/v1/APIService': {},
  'flowcontrol.apiserver.k8s.io/v1/FlowSchema': {},
  'flowcontrol.apiserver.k8s.io/v1/PriorityLevelConfiguration': {},
  'networking.k8s.io/v1/ServiceCIDR': {},
  'storage.k8s.io/v1/VolumeAttachment': { attached: false },
  'resource.k8s.io/v1/ResourceClaim': {},
}

export const withMeta = (object: KubeObject, metadata: Partial<ObjectMeta>): KubeObject => ({
  ...object,
  metadata: extended(object.metadata, metadata),
})

/** `now` in virtual ms. */
export function prepareForCreate(object: KubeObject, now: number): KubeObject {
  const kind = key(object)
  const known = withoutDisabledFields(object, kind)
  const out = generational.has(kind) ? withMeta(known, { generation: 1 }) : known
  switch (kind) {
    case 'v1/Pod':
      return createPod(out)
    case 'v1/Namespace':
      return createNamespace(out)
    case 'v1/Node':
      return { ...out, spec: withRangeTwice(out['spec'] ?? {}) }
    case 'v1/ServiceAccount':
      return withSecretNames(out)
    case 'v1/PersistentVolume':
      return { ...out, status: { phase: 'Pending', lastPhaseTransitionTime: formatTime(now) } }
    case 'v1/Service':
      return createService({ ...out, status: freshStatus[kind] })
    case 'batch/v1/Job':
      return generateSelector({ ...out, status: {} })
    case 'apps/v1/DaemonSet':
      return withTemplateGeneration({ ...out, status: freshStatus[kind] })
    case 'apiextensions.k8s.io/v1/CustomResourceDefinition':
      return withStoredVersion({ ...out, status: { acceptedNames: { kind: '', plural: '' }, conditions: null, storedVersions: [] } })
    case 'apiregistration.k8s.io/v1/APIService':
      return { ...out, status: out['spec']?.service === undefined ? availableHere(now) : {} }
    default:
      return Object.hasOwn(freshStatus, kind) ? { ...out, status: freshStatus[kind] } : out
  }
}

/** Of the Secrets of a service account only the names are kept (cleanSecretReferences). */
export function withSecretNames(account: KubeObject): KubeObject {
  const secrets: { name?: string }[] | undefined = account['secrets']
  if (secrets === undefined) return account
  return { ...account, secrets: secrets.map(({ name }) => (name === undefined ? {} : { name })) }
}

/** An APIService without a Service is the server's own (NewLocalAvailableAPIServiceCondition). */
function availableHere(now: number): Fields {
  return { conditions: [{ type: 'Available', status: 'True', lastTransitionTime: formatTime(now), reason: 'Local', message: 'Local APIServices are always available' }] }
}

function createPod(pod: KubeObject): KubeObject {
  let spec = serviceAccount(pod['spec'])
  spec = mergeMatchLabelKeys(spec, pod.metadata.labels ?? {})
  const gated = spec['schedulingGates']?.length > 0
  const conditions = [
    {
      type: 'PodScheduled',
      status: 'False',
      lastProbeTime: null,
      lastTransitionTime: null,
      reason: 'SchedulingGated',
      message: 'Scheduling is blocked due to non-empty scheduling gates',
    },
  ]
  const status = { phase: 'Pending', ...(gated ? { conditions } : {}), qosClass: qosClass(spec as QOSSpec) }
  return { ...pod, spec, status }
}

/**
 * matchLabelKeys of spread constraints and of pod affinity become requirements of their selectors with
 * the values of the pod's own labels; mismatchLabelKeys the opposite.
 */
function mergeMatchLabelKeys(spec: Fields, labels: Record<string, string>): Fields {
  let out = spec
  if (spec['topologySpreadConstraints']?.some((c: Fields) => c['matchLabelKeys'])) {
    out = {
      ...out,
      topologySpreadConstraints: spec['topologySpreadConstraints'].map((c: Fields) => selectOwn(c, labels)),
    }
  }
  if (!spec['affinity']?.podAffinity && !spec['affinity']?.podAntiAffinity) return out
  const affinity = { ...spec['affinity'] }
  for (const side of ['podAffinity', 'podAntiAffinity']) {
    if (affinity[side]) affinity[side] = affinityTerms(affinity[side], labels)
  }
  return semanticEqual(affinity, spec['affinity']) ? out : { ...out, affinity }
}

function affinityTerms(side: Fields, labels: Record<string, string>): Fields {
  const {
    requiredDuringSchedulingIgnoredDuringExecution: hard,
    preferredDuringSchedulingIgnoredDuringExecution: soft,
  } = side
  return {
    ...side,
    ...(hard && { requiredDuringSchedulingIgnoredDuringExecution: hard.map((t: Fields) => selectOwn(t, labels)) }),
    ...(soft && {
      preferredDuringSchedulingIgnoredDuringExecution: soft.map((w: Fields) => ({
        ...w,
        podAffinityTerm: selectOwn(w['podAffinityTerm'], labels),
      })),
    }),
  }
}

function selectOwn(term: Fields, labels: Record<string, string>): Fields {
  if (!term['labelSelector']) return term
  const added: Fields[] = []
  const require = (keys: string[] | undefined, operator: string) => {
    for (const k of keys ?? []) if (Object.hasOwn(labels, k)) added.push({ key: k, operator, values: [labels[k]] })
  }
  require(term['matchLabelKeys'], 'In')
  require(term['mismatchLabelKeys'], 'NotIn')
  if (added.length === 0) return term
  const { labelSelector } = term
  return {
    ...term,
    labelSelector: { ...labelSelector, matchExpressions: [...(labelSelector.matchExpressions ?? []), ...added] },
  }
}

function createNamespace(namespace: KubeObject): KubeObject {
  const finalizers: string[] = namespace['spec']?.finalizers ?? []
  const spec = {
    ...namespace['spec'],
    finalizers: finalizers.includes('kubernetes') ? finalizers : [...finalizers, 'kubernetes'],
  }
  return { ...namespace, spec, status: { phase: 'Active' } }
}

/** What the allocator gives a Service that comes through the API server; others, of a cluster's beginning, have their address. */
function createService(service: KubeObject): KubeObject {
  const spec = withAddressTwice(service['spec'])
  if (spec['type'] === 'ExternalName') return { ...service, spec }
  return { ...service, spec: { ipFamilyPolicy: 'SingleStack', ipFamilies: [spec['clusterIP']?.includes(':') ? 'IPv6' : 'IPv4'], ...spec } }
}

/** clusterIP is the first of clusterIPs, whichever was given (normalizeClusterIPs). */
export function withAddressTwice(spec: Fields): Fields {
  const { clusterIP, clusterIPs } = spec
  if (clusterIP && !clusterIPs?.length) return { ...spec, clusterIPs: [clusterIP] }
  if (!clusterIP && clusterIPs?.length > 0) return { ...spec, clusterIP: clusterIPs[0] }
  return spec
}

/** podCIDR is the first of podCIDRs; where they differ, the one stands (Convert_v1_NodeSpec_To_core_NodeSpec). */
export function withRangeTwice(spec: Fields): Fields {
  const { podCIDR, podCIDRs: [first] = [] } = spec
  if (podCIDR === first || (!podCIDR && !first)) return spec
  return podCIDR ? { ...spec, podCIDRs: [podCIDR] } : { ...spec, podCIDR: first }
}

/** Labels and selector that tie a Job to its pods, unless manualSelector (generateSelector). */
function generateSelector(job: KubeObject): KubeObject {
  const { spec, metadata } = job
  if (spec.manualSelector) return job
  const template = spec.template ?? {}
  const labels = { ...template.metadata?.labels }
  const own: Record<string, string> = {
    'batch.kubernetes.io/controller-uid': metadata.uid,
    'batch.kubernetes.io/job-name': metadata.name,
    'controller-uid': metadata.uid,
    'job-name': metadata.name,
  }
  // A label that was given and differs stays: validation refuses it.
  for (const [label, value] of Object.entries(own)) labels[label] ??= value
  const selector = { ...spec.selector, matchLabels: { ...spec.selector?.matchLabels } }
  selector.matchLabels['batch.kubernetes.io/controller-uid'] ??= metadata.uid
  // Defaulting gives a Job without labels those of its template, and runs again when the object is read.
  const ownLabels = metadata.labels && Object.keys(metadata.labels).length > 0 ? metadata.labels : labels
  return {
    ...job,
    metadata: { ...metadata, labels: ownLabels },
    spec: { ...spec, selector, template: { ...template, metadata: { ...template.metadata, labels } } },
  }
}

const templateGeneration = 'deprecated.daemonset.template.generation'

/** The number of the template: a new set may bring one along, after that it only counts changes (pkg/registry/apps/daemonset strategy). */
export function withTemplateGeneration(set: KubeObject, old?: KubeObject): KubeObject {
  const of = ({ metadata: { annotations } }: KubeObject): number => Number(annotations?.[templateGeneration] ?? 0)
  const next = old === undefined ? Math.max(1, of(set) || 0) : of(old) + (semanticEqual(set['spec']?.template, old['spec']?.template) ? 0 : 1)
  return withMeta(set, { annotations: { ...set.metadata.annotations, [templateGeneration]: String(next) } })
}

/** In which versions there are objects in etcd (MarkVersionStored). */
export function withStoredVersion(definition: KubeObject): KubeObject {
  const stored: string[] = definition['status']?.storedVersions ?? []
  const storage: string | undefined = definition['spec']?.versions?.find((version: Fields) => version['storage'])?.name
  if (storage === undefined || stored.includes(storage)) return definition
  return { ...definition, status: { ...definition['status'], storedVersions: [...stored, storage] } }
}
