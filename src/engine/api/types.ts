/**
 * The shapes of API objects. Nested shapes come from the published OpenAPI types; the top ones are
 * ours, because a stored object always has metadata, and a pod always has spec and status.
 */
import type * as core from 'kubernetes-types/core/v1.js'
import type * as meta from 'kubernetes-types/meta/v1.js'

export interface OwnerReference {
  apiVersion: string
  kind: string
  name: string
  uid: string
  controller?: boolean
  blockOwnerDeletion?: boolean
}

export interface ObjectMeta {
  name: string
  namespace?: string
  generateName?: string
  uid: string
  resourceVersion: string
  generation?: number
  /** RFC 3339, whole seconds. */
  creationTimestamp: string
  deletionTimestamp?: string
  deletionGracePeriodSeconds?: number
  /** Read, and never kept. */
  selfLink?: string
  labels?: Record<string, string>
  annotations?: Record<string, string>
  ownerReferences?: OwnerReference[]
  finalizers?: string[]
  managedFields?: meta.ManagedFieldsEntry[]
}

/** Any stored object. Stored objects are immutable: a change is a new object. */
export interface KubeObject {
  apiVersion: string
  kind: string
  metadata: ObjectMeta
  [field: string]: any
}

export type Container = core.Container
export type Probe = core.Probe
export type LifecycleHandler = core.LifecycleHandler
export interface Volume extends core.Volume {
  /** KEP-4639. */
  image?: { reference?: string; pullPolicy?: 'Always' | 'Never' | 'IfNotPresent' }
}
export type Toleration = core.Toleration
export type Taint = core.Taint
export type Affinity = core.Affinity
export type ContainerState = core.ContainerState
export type ResourceList = Record<string, string>

export interface PodSpec extends core.PodSpec {
  volumes?: Volume[]
  nodeName?: string
}

export interface PodCondition {
  type: string
  status: 'True' | 'False' | 'Unknown'
  reason?: string
  message?: string
  lastProbeTime?: string | null
  lastTransitionTime?: string | null
  observedGeneration?: number
}

export interface ContainerStatus extends Omit<
  core.ContainerStatus,
  'state' | 'lastState' | 'started' | 'resources' | 'volumeMounts'
> {
  state?: ContainerState
  lastState?: ContainerState
  started?: boolean
  resources?: unknown
  volumeMounts?: unknown[]
  user?: unknown
}

export type PodPhase = 'Pending' | 'Running' | 'Succeeded' | 'Failed' | 'Unknown'

export interface PodStatus {
  phase?: PodPhase
  conditions?: PodCondition[]
  message?: string
  reason?: string
  nominatedNodeName?: string
  hostIP?: string
  hostIPs?: { ip: string }[]
  podIP?: string
  podIPs?: { ip: string }[]
  startTime?: string
  initContainerStatuses?: ContainerStatus[]
  containerStatuses?: ContainerStatus[]
  ephemeralContainerStatuses?: ContainerStatus[]
  qosClass?: 'Guaranteed' | 'Burstable' | 'BestEffort'
  observedGeneration?: number
  resize?: string
}

export interface Pod extends KubeObject {
  apiVersion: 'v1'
  kind: 'Pod'
  spec: PodSpec
  status: PodStatus
}

export interface NodeCondition {
  type: string
  status: 'True' | 'False' | 'Unknown'
  reason?: string
  message?: string
  lastHeartbeatTime?: string
  lastTransitionTime?: string
}

export interface Node extends KubeObject {
  apiVersion: 'v1'
  kind: 'Node'
  spec: { podCIDR?: string; podCIDRs?: string[]; providerID?: string; unschedulable?: boolean; taints?: Taint[] }
  status: {
    capacity?: ResourceList
    allocatable?: ResourceList
    conditions?: NodeCondition[]
    addresses?: { type: string; address: string }[]
    images?: { names: string[]; sizeBytes: number }[]
    nodeInfo?: Record<string, any>
    [field: string]: any
  }
}

export interface ObjectReference {
  apiVersion?: string
  kind?: string
  name?: string
  namespace?: string
  uid?: string
  resourceVersion?: string
  fieldPath?: string
}

/** core/v1 Event. */
export interface Event extends KubeObject {
  apiVersion: 'v1'
  kind: 'Event'
  involvedObject: ObjectReference
  reason: string
  message: string
  type: 'Normal' | 'Warning'
  source: { component?: string; host?: string }
  firstTimestamp: string | null
  lastTimestamp: string | null
  eventTime?: string | null
  count?: number
  reportingComponent: string
  reportingInstance: string
}

/** meta/v1 Status: how the API server says no (and sometimes yes). */
export interface Status {
  kind: 'Status'
  apiVersion: 'v1'
  metadata: Record<string, unknown>
  status: 'Success' | 'Failure'
  message?: string
  reason?: string
  details?: {
    name?: string
    group?: string
    kind?: string
    uid?: string
    causes?: { reason?: string; message?: string; field?: string }[]
    retryAfterSeconds?: number
  }
  code: number
}

/** The server-side table that kubectl prints. */
export interface Table {
  kind: 'Table'
  apiVersion: 'meta.k8s.io/v1'
  metadata: { resourceVersion?: string; continue?: string; remainingItemCount?: number }
  columnDefinitions: { name: string; type: string; format: string; description: string; priority: number }[]
  rows: { cells: unknown[]; object: KubeObject }[]
}

export type WatchEventType = 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR'
