/**
 * Changes of the cluster as plugins subscribe to them (pkg/scheduler/framework/events.go): a resource and
 * one or more actions. A plugin that refused a pod is asked only about events that it has registered for.
 */
import { semanticEqual } from '../../api/equality.ts'
import type { KubeObject, Node, Pod } from '../../api/types.ts'
import { podRequests, type ResizableStatus, type ResourceAmounts } from '../cache/requests.ts'

export const Add = 1
export const Delete = 1 << 1
export const UpdateNodeAllocatable = 1 << 2
export const UpdateNodeLabel = 1 << 3
export const UpdateNodeTaint = 1 << 4
export const UpdateNodeCondition = 1 << 5
export const UpdateNodeAnnotation = 1 << 6
export const UpdatePodLabel = 1 << 7
export const UpdatePodScaleDown = 1 << 8
export const UpdatePodToleration = 1 << 9
export const UpdatePodSchedulingGatesEliminated = 1 << 10
/** Any other update. Only a plugin that registers for `Update` hears of it. */
export const UpdateOther = 1 << 11
export const UpdatePodGeneratedResourceClaim = 1 << 12
export const Update =
  UpdateNodeAllocatable | UpdateNodeLabel | UpdateNodeTaint | UpdateNodeCondition | UpdateNodeAnnotation | UpdatePodLabel |
  UpdatePodScaleDown | UpdatePodToleration | UpdatePodSchedulingGatesEliminated | UpdatePodGeneratedResourceClaim | UpdateOther
export const All = Add | Delete | Update

export type EventResource =
  | 'Pod' | 'AssignedPod' | 'UnschedulablePod' | 'Node' | 'PersistentVolume' | 'PersistentVolumeClaim' | 'StorageClass'
  | 'CSINode' | 'CSIDriver' | 'CSIStorageCapacity' | 'VolumeAttachment' | 'ResourceClaim' | 'ResourceSlice' | 'DeviceClass' | '*'

export interface ClusterEvent {
  readonly resource: EventResource
  readonly action: number
  /** How metrics and steps call it. */
  readonly label: string
}

const event = (resource: EventResource, action: number, label: string): ClusterEvent => ({ resource, action, label })

export const assignedPodAdd = event('AssignedPod', Add, 'AssignedPodAdd')
export const assignedPodDelete = event('AssignedPod', Delete, 'AssignedPodDelete')
export const unschedulableTimeout = event('*', All, 'UnschedulableTimeout')
export const forceActivate = event('*', All, 'ForceActivate')
export const nodeAdd = event('Node', Add, 'NodeAdd')
export const nodeDelete = event('Node', Delete, 'NodeDelete')
/** Of what pods need beside nodes. */
export const objectEvents = {
  persistentvolumes: eventsOf('PersistentVolume'),
  persistentvolumeclaims: eventsOf('PersistentVolumeClaim'),
  storageclasses: eventsOf('StorageClass'),
  csinodes: eventsOf('CSINode'),
  csidrivers: eventsOf('CSIDriver'),
  csistoragecapacities: eventsOf('CSIStorageCapacity'),
  volumeattachments: eventsOf('VolumeAttachment'),
  resourceclaims: eventsOf('ResourceClaim'),
  resourceslices: eventsOf('ResourceSlice'),
  deviceclasses: eventsOf('DeviceClass'),
}

function eventsOf(kind: EventResource): Record<'add' | 'update' | 'delete', ClusterEvent> {
  return {
    add: event(kind, Add, `${kind}Add`),
    update: event(kind, UpdateOther, `${kind}Update`),
    delete: event(kind, Delete, `${kind}Delete`),
  }
}

/** True when `incoming` is what `registered` asks for, or something more specific. */
export function matchesEvent(registered: ClusterEvent | { resource: EventResource; action: number }, incoming: ClusterEvent): boolean {
  return matchesResource(registered.resource, incoming.resource) && (registered.action & incoming.action) === incoming.action
}

function matchesResource(registered: EventResource, incoming: EventResource): boolean {
  if (registered === incoming || registered === '*') return true
  return registered === 'Pod' && (incoming === 'AssignedPod' || incoming === 'UnschedulablePod')
}

export function isWildcard(e: ClusterEvent): boolean {
  return e.resource === '*' && e.action === All
}

const nodeActions: readonly [label: string, action: number, changed: (next: Node, old: Node) => boolean][] = [
  // Only uncordoning can help a pod; upstream files it under the taint that goes with it.
  ['NodeTaintChange', UpdateNodeTaint, (next, old) => old.spec.unschedulable === true && next.spec.unschedulable !== true],
  ['NodeAllocatableChange', UpdateNodeAllocatable, (next, old) => !sameMap(next.status.allocatable, old.status.allocatable)],
  ['NodeLabelChange', UpdateNodeLabel, (next, old) => !sameMap(next.metadata.labels, old.metadata.labels)],
  ['NodeTaintChange', UpdateNodeTaint, (next, old) => !sameTaints(next, old)],
  ['NodeConditionChange', UpdateNodeCondition, (next, old) => !sameConditions(next, old)],
  ['NodeAnnotationChange', UpdateNodeAnnotation, (next, old) => !sameMap(next.metadata.annotations, old.metadata.annotations)],
]

/** What of a node's update may matter to scheduling; a heartbeat gives nothing. */
export function nodeUpdateEvents(next: Node, old: Node): ClusterEvent[] {
  const events: ClusterEvent[] = []
  for (const [label, action, changed] of nodeActions) if (changed(next, old)) events.push(event('Node', action, label))
  return events
}

const podActions: readonly [label: string, action: number, changed: (next: Pod, old: Pod) => boolean][] = [
  ['PodLabelChange', UpdatePodLabel, (next, old) => !sameMap(next.metadata.labels, old.metadata.labels)],
  ['PodScaleDown', UpdatePodScaleDown, (next, old) => mayAskForOther(next, old) && scaledDown(next, old)],
  ['PodSchedulingGatesEliminated', UpdatePodSchedulingGatesEliminated, (next, old) => gates(next) === 0 && gates(old) > 0],
  ['PodTolerationChange', UpdatePodToleration, (next, old) => tolerations(next) !== tolerations(old)],
  ['PodGeneratedResourceClaimChange', UpdatePodGeneratedResourceClaim, (next, old) => !semanticEqual(claimStatuses(next), claimStatuses(old))],
]

/** What of a pod's update may matter to scheduling; never empty: the rest is "some other update". */
export function podUpdateEvents(next: Pod, old: Pod): ClusterEvent[] {
  const kind: EventResource = next.spec.nodeName ? 'AssignedPod' : 'UnschedulablePod'
  const events: ClusterEvent[] = []
  for (const [label, action, changed] of podActions) if (changed(next, old)) events.push(event(kind, action, `${kind}${label.slice(3)}`))
  if (events.length === 0) events.push(event(kind, UpdateOther, `${kind}Update`))
  return events
}

const gates = (pod: Pod): number => (pod.spec as { schedulingGates?: unknown[] }).schedulingGates?.length ?? 0
const claimStatuses = (pod: Pod): unknown => pod.status['resourceClaimStatuses' as never]
const tolerations = (pod: Pod): number => pod.spec.tolerations?.length ?? 0

/** Nearly all updates are of a status that says nothing new about resources: those are told apart cheaply. */
function mayAskForOther(next: Pod, old: Pod): boolean {
  if (next.spec !== old.spec) return true
  return (['containerStatuses', 'initContainerStatuses'] as const).some((list) => {
    const [now, before] = [next.status[list], old.status[list]] as (ResizableStatus[] | undefined)[]
    return now !== before && now?.some((status, i) => holdsOther(status, before?.[i])) === true
  })
}

/** What a container holds until its resize has been carried out stands in its status. */
function holdsOther(next: ResizableStatus, old: ResizableStatus | undefined): boolean {
  return next !== old && (!sameMap(next.resources?.requests, old?.resources?.requests) || !sameMap(next.allocatedResources, old?.allocatedResources))
}

function scaledDown(next: Pod, old: Pod): boolean {
  return lessRequested(podRequests(next), podRequests(old))
}

/** True when some resource is requested less in `next` than in `old`. */
export function lessRequested(next: ResourceAmounts, old: ResourceAmounts): boolean {
  if (next.milliCPU < old.milliCPU || next.memory < old.memory || next.ephemeralStorage < old.ephemeralStorage) return true
  return old.scalars.some(({ name, amount }) => amount > (next.scalars.find((s) => s.name === name)?.amount ?? 0))
}

export function sameMap(a: Readonly<Record<string, string>> | undefined, b: Readonly<Record<string, string>> | undefined): boolean {
  if (a === b) return true
  const keys = Object.keys(a ?? {})
  if (keys.length !== Object.keys(b ?? {}).length) return false
  return keys.every((key) => b![key] === a![key])
}

export function sameTaints(a: Node, b: Node): boolean {
  const [x, y] = [a.spec.taints ?? [], b.spec.taints ?? []]
  return x === y || (x.length === y.length && x.every((t, i) => t.key === y[i]!.key && t.value === y[i]!.value && t.effect === y[i]!.effect))
}

function sameConditions(a: Node, b: Node): boolean {
  const [x, y] = [a.status.conditions ?? [], b.status.conditions ?? []]
  if (x === y) return true
  return x.length === y.length && x.every((c) => y.some((d) => d.type === c.type && d.status === c.status))
}

/** Answers for one pod that a plugin has refused whether an event may help it. */
export type QueueingHint = (pod: Pod, old: KubeObject | undefined, next: KubeObject | undefined) => 'Queue' | 'Skip'

export interface EventHint {
  readonly resource: EventResource
  readonly action: number
  /** Left out: every such event is worth a try. */
  readonly hint?: QueueingHint
}
