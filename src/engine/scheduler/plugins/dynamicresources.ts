import { semanticEqual } from '../../api/equality.ts'
import { selectorHolds } from '../../api/nodeSelector.ts'
import {
  canBeReserved, claimFinalizer, claimNameOf, consumerOf, isReservedFor, notMadeForPod, podClaimsOf,
  type Allocation, type DeviceClass, type ResourceClaim, type ResourceSlice,
} from '../../api/resourceClaims.ts'
import type { Pod } from '../../api/types.ts'
import type { NodeInfo } from '../cache/nodeinfo.ts'
import type { PodInfo } from '../cache/podinfo.ts'
import { Add, Delete, Update, UpdatePodGeneratedResourceClaim } from '../framework/events.ts'
import type { Call, Handle, Lister, Plugin, PreBindWork, PreFilterResult } from '../framework/plugin.ts'
import { failed, skip, unresolvable, unschedulable, type Status } from '../framework/status.ts'
import { allocate, Programs } from './deviceallocator.ts'
import { deviceId } from './devicepools.ts'
import { names } from './names.ts'

/** Virtual ms until an allocation that was written must have been heard of. */
const patienceMs = 10_000

interface DeviceState {
  readonly claims: readonly ResourceClaim[]
  /** Those that nobody has allocated. */
  readonly open: readonly ResourceClaim[]
  readonly taken: ReadonlySet<string>
  /** By node, of the open ones. */
  readonly byNode: Map<string, readonly Allocation[]>
}

const claims = ({ listers }: Handle) => listers.resourceclaims as Lister<ResourceClaim>
const slices = ({ listers }: Handle) => listers.resourceslices as Lister<ResourceSlice>
const classes = ({ listers }: Handle) => listers.deviceclasses as Lister<DeviceClass>

/**
 * Dynamic resource allocation (KEP-4381, on since v1.34): a pod waits outside of the queue until its claims are there, and goes where devices for
 * all of them can be had. In PostFilter it stands before preemption: a pod without claims has "no new claims to deallocate"; when PreFilter never
 * came to it, its state is "not found". Both words end up in the pod's FailedScheduling event.
 */
export function dynamicResources(handle: Handle): Plugin<DeviceState> {
  const pending = new PendingAllocations(handle)
  const programs = new Programs()
  return {
    name: names.DynamicResources,
    events: [
      { resource: 'Node', action: Add },
      { resource: 'ResourceClaim', action: Add | Update | Delete, hint: (pod, old, next) => afterClaimEvent(handle, pod, old as ResourceClaim | undefined, next as ResourceClaim | undefined) },
      { resource: 'UnschedulablePod', action: UpdatePodGeneratedResourceClaim, hint: (pod, _old, next) => (next?.metadata.uid === pod.metadata.uid && hasClaims(handle, next as Pod) ? 'Queue' : 'Skip') },
      { resource: 'DeviceClass', action: Add | Update },
      { resource: 'ResourceSlice', action: Add | Update },
    ],
    preEnqueue: (pod) => {
      const found = claimsOf(handle, pod)
      return 'reason' in found ? unresolvable(names.DynamicResources, found.reason) : undefined
    },
    preFilter: ({ pod }) => preFilter(handle, pending, pod),
    filter: (state, _pod, node) => filter(handle, programs, state, node),
    postFilter: (context) => {
      if (!context.hasState(names.DynamicResources)) return { status: failed(names.DynamicResources, 'not found') }
      const asks = podClaimsOf(context.pod.pod).length > 0
      return { status: unschedulable(names.DynamicResources, asks ? 'still not schedulable' : 'no new claims to deallocate') }
    },
    reserve: (state, _pod, node) => {
      for (const [claim, allocation] of chosenOn(state, node)) pending.add(claim, allocation)
      return undefined
    },
    unreserve: (state) => {
      for (const { metadata } of state?.open ?? []) pending.delete(metadata.uid)
    },
    preBind: (state, pod, node) => (state === undefined ? undefined : bindWork(handle, pending, state, pod, node)),
  }
}

/** Allocations that have been decided and are not seen to be written yet (inFlightAllocations). */
class PendingAllocations {
  private readonly handle: Handle
  private readonly byClaim = new Map<string, Allocation>()

  constructor(handle: Handle) {
    this.handle = handle
  }

  add(claim: ResourceClaim, allocation: Allocation): void {
    this.byClaim.set(claim.metadata.uid, allocation)
  }

  delete(uid: string): void {
    this.byClaim.delete(uid)
  }

  has({ metadata: { uid } }: ResourceClaim): boolean {
    return this.byClaim.has(uid)
  }

  /** The devices that claims have, or are to get. */
  takenDevices(): Set<string> {
    const taken = new Set<string>()
    const note = ({ devices }: Allocation): void => {
      for (const { driver, pool, device, adminAccess } of devices.results) if (adminAccess !== true) taken.add(deviceId(driver, pool, device))
    }
    for (const { status } of claims(this.handle).all()) if (status?.allocation !== undefined) note(status.allocation)
    for (const allocation of this.byClaim.values()) note(allocation)
    return taken
  }
}

/** The pod's claims, or why it has not all of them. */
function claimsOf(handle: Handle, pod: Pod): ResourceClaim[] | { reason: string } {
  const { namespace } = pod.metadata
  const found: ResourceClaim[] = []
  for (const entry of podClaimsOf(pod)) {
    const name = claimNameOf(pod, entry)
    if (name === undefined) return { reason: `pod "${namespace}/${pod.metadata.name}": ResourceClaim not created yet` }
    if (name === null) continue
    const claim = claims(handle).get(namespace, name)
    if (claim === undefined) return { reason: `resourceclaim.resource.k8s.io "${name}" not found` }
    if (claim.metadata.deletionTimestamp !== undefined) return { reason: `resourceclaim "${name}" is being deleted` }
    const wrong = entry.resourceClaimTemplateName === undefined ? undefined : notMadeForPod(pod, claim)
    if (wrong !== undefined) return { reason: wrong }
    found.push(claim)
  }
  return found
}

const hasClaims = (handle: Handle, pod: Pod): boolean => !('reason' in claimsOf(handle, pod))

/** A claim has given devices back, or the pod's own has another status (isSchedulableAfterClaimChange). */
function afterClaimEvent(handle: Handle, pod: Pod, old: ResourceClaim | undefined, next: ResourceClaim | undefined): 'Queue' | 'Skip' {
  if (!hasClaims(handle, pod)) return 'Skip'
  if (old?.status?.allocation !== undefined && next?.status?.allocation === undefined) return 'Queue'
  const isOwn = next !== undefined && next.metadata.namespace === pod.metadata.namespace && podClaimsOf(pod).some((entry) => claimNameOf(pod, entry) === next.metadata.name)
  return isOwn && (old === undefined || !semanticEqual(old.status, next.status)) ? 'Queue' : 'Skip'
}

function preFilter(handle: Handle, pending: PendingAllocations, pod: Pod): PreFilterResult<DeviceState> | Status {
  const found = claimsOf(handle, pod)
  if ('reason' in found) return unresolvable(names.DynamicResources, found.reason)
  if (found.length === 0) return skip(names.DynamicResources)
  for (const claim of found) {
    const problem = problemOf(handle, pending, claim, pod)
    if (problem !== undefined) return unresolvable(names.DynamicResources, problem)
  }
  const open = found.filter(({ status }) => status?.allocation === undefined)
  return { state: { claims: found, open, taken: open.length > 0 ? pending.takenDevices() : new Set(), byNode: new Map() } }
}

function problemOf(handle: Handle, pending: PendingAllocations, claim: ResourceClaim, pod: Pod): string | undefined {
  if (claim.status?.allocation !== undefined) return canBeReserved(claim) || isReservedFor(claim, pod) ? undefined : 'resourceclaim in use'
  const { namespace, name } = claim.metadata
  if (pending.has(claim)) return `resource claim ${namespace}/${name} is in the process of being allocated`
  for (const request of claim.spec.devices?.requests ?? []) {
    const ways = request.exactly === undefined ? (request.firstAvailable ?? []).map((sub) => [`${request.name}/${sub.name}`, sub.deviceClassName] as const) : [[request.name, request.exactly.deviceClassName] as const]
    for (const [what, deviceClass] of ways) if (classes(handle).get(undefined, deviceClass) === undefined) return `request ${what}: device class ${deviceClass} does not exist`
  }
  return undefined
}

function filter(handle: Handle, programs: Programs, state: DeviceState, node: NodeInfo): Status | undefined {
  if (state.open.length > 0) {
    const found = allocate(state.open, node, { slices: slices(handle).all(), classOf: (name) => classes(handle).get(undefined, name), taken: state.taken, programs })
    if ('error' in found) return failed(names.DynamicResources, found.error)
    if ('refused' in found) return unresolvable(names.DynamicResources, found.refused)
    state.byNode.set(node.name, found)
  }
  const isReached = state.claims.every(({ status }) => status?.allocation?.nodeSelector === undefined || selectorHolds(status.allocation.nodeSelector, node))
  return isReached ? undefined : unresolvable(names.DynamicResources, 'resourceclaim not available on the node')
}

function chosenOn(state: DeviceState | undefined, node: NodeInfo): (readonly [ResourceClaim, Allocation])[] {
  const chosen = state?.byNode.get(node.name) ?? []
  return chosen.map((allocation, i) => [state!.open[i]!, allocation])
}

/** Writes what was allocated, and for whom: first the finalizer that keeps the claim, then its status. */
function bindWork(handle: Handle, pending: PendingAllocations, state: DeviceState, { pod }: PodInfo, node: NodeInfo): PreBindWork {
  const chosen = new Map(chosenOn(state, node))
  const calls = state.claims.filter((claim) => !isReservedFor(claim, pod)).flatMap((claim): Call[] => {
    const { namespace, name, finalizers = [], resourceVersion } = claim.metadata
    const update = (body: ResourceClaim, subresource?: string): Call => ({ verb: 'update', resource: 'resourceclaims', namespace, name, body, ...(subresource === undefined ? {} : { subresource }) })
    const allocation = chosen.get(claim)
    const isHeld = allocation === undefined || finalizers.includes(claimFinalizer)
    const held = isHeld ? claim : { ...claim, metadata: { ...claim.metadata, finalizers: [...finalizers, claimFinalizer] } }
    // The version that the first update makes is not known beforehand; before it is allocated nobody else reserves a claim.
    const metadata = { ...held.metadata, resourceVersion: isHeld ? resourceVersion : '' }
    const status = { ...claim.status, ...(allocation === undefined ? {} : { allocation }), reservedFor: [...(claim.status?.reservedFor ?? []), consumerOf(pod)] }
    return [...(isHeld ? [] : [update(held)]), update({ ...held, metadata, status }, 'status')]
  })
  // Until this scheduler has seen it written, the allocation stands for the claim.
  const done = (): 'wait' | undefined => {
    for (const { metadata } of chosen.keys()) {
      const seen = claims(handle).get(metadata.namespace, metadata.name)
      if (seen?.metadata.uid === metadata.uid && seen.status?.allocation === undefined) return 'wait'
      pending.delete(metadata.uid)
    }
    return undefined
  }
  return { calls, timeoutMs: patienceMs, tooLate: 'context deadline exceeded', done }
}
