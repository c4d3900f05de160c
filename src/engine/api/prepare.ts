/**
 * Strategies: what the registry of each kind sets, resets or keeps on create and update, whatever the
 * client sent (pkg/registry/<group>/<kind>/strategy.go). Run after admission, before validation.
 */
import { serviceAccount } from './defaults/podSpec.ts'
import { semanticEqual } from './equality.ts'
import { qosClass, type QOSSpec } from './qos.ts'
import { formatTime } from './time.ts'
import type { KubeObject, ObjectMeta } from './types.ts'

type Fields = Record<string, any>

const key = (object: KubeObject): string => `${object.apiVersion}/${object.kind}`

/** Kinds whose metadata.generation counts changes of the spec. */
const generational = new Set([
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
])

/** Kinds with a status that clients do not set on create. Nodes come with theirs. */
const freshStatus: Record<string, Fields> = {
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
}

const withMeta = (object: KubeObject, metadata: Partial<ObjectMeta>): KubeObject => ({
  ...object,
  metadata: { ...object.metadata, ...metadata },
})

/** `now` in virtual ms. */
export function prepareForCreate(object: KubeObject, now: number): KubeObject {
  const kind = key(object)
  const out = generational.has(kind) ? withMeta(object, { generation: 1 }) : object
  switch (kind) {
    case 'v1/Pod':
      return createPod(out)
    case 'v1/Namespace':
      return createNamespace(out)
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
    default:
      return Object.hasOwn(freshStatus, kind) ? { ...out, status: freshStatus[kind] } : out
  }
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

/** Families and the list form of the address; the address itself is given by the allocator. */
function createService(service: KubeObject): KubeObject {
  const spec = { ...service['spec'] }
  if (spec.type === 'ExternalName') return { ...service, spec }
  if (spec.clusterIP && !spec.clusterIPs) spec.clusterIPs = [spec.clusterIP]
  if (!spec.clusterIP && spec.clusterIPs?.length > 0) spec.clusterIP = spec.clusterIPs[0]
  spec.ipFamilyPolicy ??= 'SingleStack'
  spec.ipFamilies ??= [spec.clusterIP?.includes(':') ? 'IPv6' : 'IPv4']
  return { ...service, spec }
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

function withTemplateGeneration(set: KubeObject, old?: KubeObject): KubeObject {
  const before = old ? Number(old.metadata.annotations?.[templateGeneration] ?? 0) : 0
  const changed = !old || !semanticEqual(set['spec']?.template, old['spec']?.template)
  const annotations = { ...set.metadata.annotations, [templateGeneration]: String(changed ? before + 1 : before) }
  return withMeta(set, { annotations })
}

/** In which versions there are objects in etcd (MarkVersionStored). */
function withStoredVersion(definition: KubeObject): KubeObject {
  const stored: string[] = definition['status']?.storedVersions ?? []
  const storage: string | undefined = definition['spec']?.versions?.find((version: Fields) => version['storage'])?.name
  if (storage === undefined || stored.includes(storage)) return definition
  return { ...definition, status: { ...definition['status'], storedVersions: [...stored, storage] } }
}

/** Kinds of which an ordinary update leaves the status alone. */
const hasStatus = new Set([
  'v1/Pod',
  'v1/Node',
  'v1/PersistentVolume',
  ...Object.keys(freshStatus),
  'apiextensions.k8s.io/v1/CustomResourceDefinition',
])

export function prepareForUpdate(next: KubeObject, old: KubeObject): KubeObject {
  const kind = key(next)
  let out = next
  if (hasStatus.has(kind) && out['status'] !== old['status']) out = { ...out, status: old['status'] }
  switch (kind) {
    case 'v1/Pod':
      out = updatePod(out)
      break
    case 'v1/Namespace':
      out = { ...out, spec: old['spec'] }
      break
    case 'v1/Service':
      out = { ...out, spec: dropTypeDependent(keepAllocated(out['spec'], old['spec']), old['spec']) }
      // Only one of type LoadBalancer has a balancer to tell of.
      if (!isBalanced(out['spec']) && out['status']?.loadBalancer?.ingress !== undefined) out['status'] = { ...out['status'], loadBalancer: {} }
      break
    case 'apps/v1/DaemonSet':
      out = withTemplateGeneration(out, old)
      break
    case 'apiextensions.k8s.io/v1/CustomResourceDefinition':
      out = withStoredVersion(out)
  }
  return generational.has(kind) ? bumpGeneration(out, old, kind) : out
}

function updatePod(pod: KubeObject): KubeObject {
  const spec = serviceAccount(pod['spec'])
  return spec === pod['spec'] ? pod : { ...pod, spec }
}

/** What was allocated stays when the client leaves it out (patchAllocatedValues). */
function keepAllocated(spec: Fields, old: Fields): Fields {
  const out = { ...spec }
  if (old['type'] !== 'ExternalName' && out['type'] !== 'ExternalName') {
    if (!out['clusterIP']) out['clusterIP'] = old['clusterIP']
    if (!out['clusterIPs']?.length && out['clusterIP'] === old['clusterIP']) out['clusterIPs'] = old['clusterIPs']
    out['ipFamilies'] ??= old['ipFamilies']
    out['ipFamilyPolicy'] ??= old['ipFamilyPolicy']
  }
  if (hasNodePorts(old) && hasNodePorts(out)) {
    out['ports'] = out['ports']?.map((port: Fields) => {
      if (port['nodePort']) return port
      const before = old['ports']?.find((p: Fields) => p['port'] === port['port'] && p['protocol'] === port['protocol'])
      return before?.nodePort ? { ...port, nodePort: before.nodePort } : port
    })
  }
  for (const field of Object.keys(out)) if (out[field] === undefined) delete out[field]
  return out
}

const hasClusterIP = (spec: Fields): boolean => spec['type'] !== 'ExternalName'
const hasNodePorts = (spec: Fields): boolean => spec['type'] === 'NodePort' || spec['type'] === 'LoadBalancer'
const isBalanced = (spec: Fields): boolean => spec['type'] === 'LoadBalancer'
const hasHealthCheckPort = (spec: Fields): boolean => isBalanced(spec) && spec['externalTrafficPolicy'] === 'Local'

/** Fields that only some types have, and which go with the type unless the client changed them too (dropTypeDependentFields). */
const typeDependent: [has: (spec: Fields) => boolean, fields: string[]][] = [
  [hasClusterIP, ['clusterIP', 'clusterIPs', 'ipFamilies', 'ipFamilyPolicy']],
  [hasHealthCheckPort, ['healthCheckNodePort']],
  [isBalanced, ['allocateLoadBalancerNodePorts', 'loadBalancerClass']],
  [hasNodePorts, ['externalTrafficPolicy']],
]

function dropTypeDependent(spec: Fields, old: Fields): Fields {
  const out = { ...spec }
  const untouched = (fields: string[]): boolean => fields.every((field) => semanticEqual(spec[field], old[field]))
  for (const [has, fields] of typeDependent) {
    if (has(old) && !has(spec) && untouched(fields)) for (const field of fields) delete out[field]
  }
  const nodePorts = (s: Fields): unknown[] => ((s['ports'] ?? []) as Fields[]).map((port) => port['nodePort'])
  if (hasNodePorts(old) && !hasNodePorts(spec) && semanticEqual(nodePorts(spec), nodePorts(old))) {
    out['ports'] = (spec['ports'] as Fields[]).map(({ nodePort: _, ...port }) => port)
  }
  return out
}

/** Where else than in `spec` a kind keeps what its generation counts. */
function intent(object: KubeObject, kind: string): unknown {
  switch (kind) {
    case 'discovery.k8s.io/v1/EndpointSlice':
      return [object['endpoints'], object['ports'], object['addressType'], object.metadata.labels]
    case 'scheduling.k8s.io/v1/PriorityClass':
      return undefined
    case 'v1/PodTemplate':
      return object['template']
    case 'apps/v1/Deployment':
      // A Deployment's annotations are copied to its ReplicaSets, so they count.
      return [object['spec'], object.metadata.annotations]
    default:
      return object['spec']
  }
}

function bumpGeneration(next: KubeObject, old: KubeObject, kind: string): KubeObject {
  const before = old.metadata.generation ?? 0
  const generation = semanticEqual(intent(next, kind), intent(old, kind)) ? before : before + 1
  return next.metadata.generation === generation ? next : withMeta(next, { generation })
}

export function prepareForStatusUpdate(next: KubeObject, old: KubeObject): KubeObject {
  const kind = key(next)
  if (kind === 'v1/Pod') return podStatusUpdate(next, old)
  let out: KubeObject = next['spec'] === old['spec'] ? next : { ...next, spec: old['spec'] }
  if (kind === 'apps/v1/Deployment') out = withMeta(out, { labels: old.metadata.labels })
  return out.metadata.generation === old.metadata.generation
    ? out
    : withMeta(out, { generation: old.metadata.generation })
}

const keptByStatusUpdates = ['generation', 'deletionTimestamp', 'deletionGracePeriodSeconds', 'ownerReferences'] as const

function podStatusUpdate(next: KubeObject, old: KubeObject): KubeObject {
  const metadata = { ...next.metadata }
  for (const field of keptByStatusUpdates) {
    const value = old.metadata[field]
    if (value === undefined) delete metadata[field]
    else (metadata as Fields)[field] = value
  }
  const status = { ...next['status'] }
  if (!status.qosClass && old['status']?.qosClass) status.qosClass = old['status'].qosClass
  if (!status.observedGeneration && old['status']?.observedGeneration) {
    status.observedGeneration = old['status'].observedGeneration
  }
  if (status.conditions) status.conditions = keepObserved(status.conditions, old['status']?.conditions ?? [])
  return { ...next, metadata, spec: old['spec'], status }
}

/** A condition without observedGeneration keeps the one that its type had. */
function keepObserved(conditions: Fields[], old: readonly Fields[]): Fields[] {
  if (conditions.every((c) => c['observedGeneration'])) return conditions
  return conditions.map((c) => {
    const before = c['observedGeneration']
      ? undefined
      : old.find((o) => o['type'] === c['type'])?.['observedGeneration']
    return before ? { ...c, observedGeneration: before } : c
  })
}

/** pods/ephemeralcontainers: nothing but spec.ephemeralContainers changes. */
export function prepareForEphemeralContainersUpdate(next: KubeObject, old: KubeObject): KubeObject {
  const spec = { ...old['spec'], ephemeralContainers: next['spec']?.ephemeralContainers }
  return bumpGeneration({ ...old, spec }, old, 'v1/Pod')
}

/** pods/resize: nothing but resources and resizePolicy of containers changes; renames are left to validation. */
export function prepareForResize(next: KubeObject, old: KubeObject): KubeObject {
  const lists = ['containers', 'initContainers'] as const
  const names = (object: KubeObject) => lists.map((list) => object['spec']?.[list]?.map((c: Fields) => c['name']))
  if (!semanticEqual(names(next), names(old))) return next
  const spec = { ...old['spec'] }
  for (const list of lists) {
    spec[list] = old['spec'][list]?.map((c: Fields, i: number) => {
      const { resources, resizePolicy } = next['spec'][list][i]
      return { ...c, resources, ...(resizePolicy ? { resizePolicy } : {}) }
    })
    if (!spec[list]) delete spec[list]
  }
  return bumpGeneration({ ...old, spec }, old, 'v1/Pod')
}
