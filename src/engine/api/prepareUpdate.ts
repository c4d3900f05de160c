/** What the registry of each kind keeps, resets or counts on update, whatever the client sent: see prepare.ts. */
import { serviceAccount } from './defaults/podSpec.ts'
import { withoutDisabledFields } from './disabledFields.ts'
import { semanticEqual } from './equality.ts'
import { freshStatus, generational, key, withMeta, withRangeTwice, withSecretNames, withStoredVersion, withTemplateGeneration, type Fields } from './prepare.ts'
import type { KubeObject } from './types.ts'

/** Kinds of which an ordinary update leaves the status alone. */
const hasStatus = new Set([
  'v1/Pod',
  'v1/Node',
  'v1/PersistentVolume',
  ...Object.keys(freshStatus),
  'apiextensions.k8s.io/v1/CustomResourceDefinition',
])

/** Kinds whose first change is the first generation. */
const countsChanges = new Set(['storage.k8s.io/v1/CSIDriver'])

export function prepareForUpdate(next: KubeObject, old: KubeObject): KubeObject {
  const kind = key(next)
  let out = withoutDisabledFields(next, kind)
  if (hasStatus.has(kind) && out['status'] !== old['status']) out = { ...out, status: old['status'] }
  switch (kind) {
    case 'v1/Pod':
      out = updatePod(out)
      break
    case 'v1/Namespace':
    case 'certificates.k8s.io/v1/CertificateSigningRequest':
      out = { ...out, spec: old['spec'] }
      break
    case 'v1/Node':
      if (out['spec'] !== old['spec']) out = { ...out, spec: withRangeTwice(out['spec'] ?? {}) }
      break
    case 'v1/ServiceAccount':
      out = withSecretNames(out)
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
  return generational.has(kind) || countsChanges.has(kind) ? bumpGeneration(out, old, kind) : out
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
    // Who names another address means the first of the list, too (normalizeClusterIPs).
    if (out['clusterIP'] && out['clusterIP'] !== old['clusterIP'] && semanticEqual(out['clusterIPs'], old['clusterIPs'])) out['clusterIPs'] = [out['clusterIP']]
    out['ipFamilies'] ??= old['ipFamilies']
    out['ipFamilyPolicy'] ??= old['ipFamilyPolicy']
  }
  if (hasNodePorts(old) && hasNodePorts(out)) out['ports'] = keepNodePorts(out['ports'] ?? [], old['ports'] ?? [])
  if (hasHealthCheckPort(old) && hasHealthCheckPort(out) && !out['healthCheckNodePort']) out['healthCheckNodePort'] = old['healthCheckNodePort']
  for (const field of Object.keys(out)) if (out[field] === undefined) delete out[field]
  return out
}

/** A port without a node port has that of the old port of its name (of none, too), whatever else of it has changed. */
function keepNodePorts(ports: readonly Fields[], old: readonly Fields[]): Fields[] {
  const named = new Map(old.map((port) => [port['name'] ?? '', port['nodePort']]))
  const kept = new Set(ports.map((port) => port['nodePort']))
  return ports.map((port) => {
    const before = named.get(port['name'] ?? '')
    return port['nodePort'] || !before || kept.has(before) ? port : { ...port, nodePort: before }
  })
}

const hasClusterIP = (spec: Fields): boolean => spec['type'] !== 'ExternalName'
const hasNodePorts = (spec: Fields): boolean => spec['type'] === 'NodePort' || spec['type'] === 'LoadBalancer'
const isBalanced = (spec: Fields): boolean => spec['type'] === 'LoadBalancer'
const hasHealthCheckPort = (spec: Fields): boolean => isBalanced(spec) && spec['externalTrafficPolicy'] === 'Local'
const isReachedFromOutside = (spec: Fields): boolean => hasNodePorts(spec) || (spec['type'] === 'ClusterIP' && spec['externalIPs']?.length > 0)

/** Fields that only some types have, and which go with the type unless the client changed them too (dropTypeDependentFields). */
const typeDependent: [has: (spec: Fields) => boolean, fields: string[]][] = [
  [hasClusterIP, ['clusterIP', 'clusterIPs']],
  [hasClusterIP, ['ipFamilies']],
  [hasClusterIP, ['ipFamilyPolicy']],
  [hasHealthCheckPort, ['healthCheckNodePort']],
  [isBalanced, ['allocateLoadBalancerNodePorts']],
  [isBalanced, ['loadBalancerClass']],
  [isReachedFromOutside, ['externalTrafficPolicy']],
]

function dropTypeDependent(spec: Fields, old: Fields): Fields {
  const out = { ...spec }
  const untouched = (fields: string[]): boolean => fields.every((field) => semanticEqual(spec[field], old[field]))
  for (const [has, fields] of typeDependent) {
    if (has(old) && !has(spec) && untouched(fields)) for (const field of fields) delete out[field]
  }
  const nodePorts = (s: Fields): unknown[] => ((s['ports'] ?? []) as Fields[]).flatMap((port) => port['nodePort'] || [])
  const before = new Set(nodePorts(old))
  // Ports may come and go, as long as none asks for a node port that was not there.
  if (hasNodePorts(old) && !hasNodePorts(spec) && nodePorts(spec).every((port) => before.has(port))) {
    out['ports'] = ((spec['ports'] ?? []) as Fields[]).map(({ nodePort: _, ...port }) => port)
    if (spec['ports'] === undefined) delete out['ports']
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
    case 'admissionregistration.k8s.io/v1/MutatingWebhookConfiguration':
    case 'admissionregistration.k8s.io/v1/ValidatingWebhookConfiguration':
      return object['webhooks']
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
