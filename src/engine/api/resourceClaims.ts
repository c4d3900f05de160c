/** Claims for devices and what drivers offer, as far as the scheduler, the controller and the kubelet have to do with them (resource.k8s.io/v1, KEP-4381). */
import type { NodeSelector } from './nodeSelector.ts'
import type { KubeObject, Pod } from './types.ts'

export const claimFinalizer = 'resource.kubernetes.io/delete-protection'
/** A claim may have so many consumers. */
const mostConsumers = 256

export interface PodClaim {
  readonly name: string
  readonly resourceClaimName?: string
  readonly resourceClaimTemplateName?: string
}

export interface DeviceSelector {
  readonly cel?: { readonly expression: string }
}

/** What a request, or one of its alternatives, asks for. */
export interface Asked {
  readonly deviceClassName: string
  readonly selectors?: readonly DeviceSelector[]
  readonly allocationMode?: 'ExactCount' | 'All'
  readonly count?: number
  readonly adminAccess?: boolean
}

export interface DeviceRequest {
  readonly name: string
  readonly exactly?: Asked
  /** The first that can be had counts. */
  readonly firstAvailable?: readonly (Asked & { readonly name: string })[]
}

interface DeviceConfiguration {
  readonly opaque?: object
}

export interface ClaimSpec {
  readonly devices?: {
    readonly requests?: readonly DeviceRequest[]
    readonly constraints?: readonly { readonly requests?: readonly string[]; readonly matchAttribute?: string }[]
    readonly config?: readonly (DeviceConfiguration & { readonly requests?: readonly string[] })[]
  }
}

export interface AllocatedDevice {
  readonly request: string
  readonly driver: string
  readonly pool: string
  readonly device: string
  readonly adminAccess?: boolean
}

export interface Allocation {
  readonly devices: {
    readonly results: readonly AllocatedDevice[]
    readonly config?: readonly (DeviceConfiguration & { readonly source: 'FromClass' | 'FromClaim'; readonly requests?: readonly string[] })[]
  }
  readonly nodeSelector?: NodeSelector
}

export interface Consumer {
  readonly resource: string
  readonly name: string
  readonly uid: string
}

export interface ResourceClaim extends KubeObject {
  spec: ClaimSpec
  status?: { allocation?: Allocation; reservedFor?: readonly Consumer[] }
}

export interface DeviceClass extends KubeObject {
  spec: { selectors?: readonly DeviceSelector[]; config?: readonly DeviceConfiguration[] }
}

export interface DeviceAttribute {
  readonly int?: number
  readonly bool?: boolean
  readonly string?: string
  readonly version?: string
}

export interface Device {
  readonly name: string
  readonly attributes?: Readonly<Record<string, DeviceAttribute>>
  readonly capacity?: Readonly<Record<string, { readonly value: string }>>
}

export interface ResourceSlice extends KubeObject {
  spec: {
    driver: string
    pool: { name: string; generation: number; resourceSliceCount: number }
    nodeName?: string
    nodeSelector?: NodeSelector
    allNodes?: boolean
    devices?: readonly Device[]
  }
}

export const podClaimsOf = (pod: Pod): readonly PodClaim[] => (pod.spec as unknown as { resourceClaims?: PodClaim[] }).resourceClaims ?? []

/** The claim behind an entry of the pod: null when it needs none, undefined when it has not been made yet (resourceclaim.Name). */
export function claimNameOf(pod: Pod, entry: PodClaim): string | null | undefined {
  if (entry.resourceClaimName !== undefined) return entry.resourceClaimName
  const statuses = (pod.status as unknown as { resourceClaimStatuses?: { name: string; resourceClaimName?: string }[] }).resourceClaimStatuses ?? []
  const status = statuses.find(({ name }) => name === entry.name)
  return status === undefined ? undefined : (status.resourceClaimName ?? null)
}

/** Why a claim that was made for a pod is not this one's (resourceclaim.IsForPod). */
export function notMadeForPod(pod: Pod, claim: KubeObject): string | undefined {
  const owner = claim.metadata.ownerReferences?.find(({ controller }) => controller === true)
  if (owner?.uid === pod.metadata.uid) return undefined
  return `ResourceClaim ${claim.metadata.namespace}/${claim.metadata.name} was not created for pod ${pod.metadata.namespace}/${pod.metadata.name} (pod is not owner)`
}

export const isReservedFor = (claim: ResourceClaim, pod: Pod): boolean => claim.status?.reservedFor?.some(({ uid }) => uid === pod.metadata.uid) === true

export const canBeReserved = (claim: ResourceClaim): boolean => (claim.status?.reservedFor?.length ?? 0) < mostConsumers

export const consumerOf = ({ metadata: { name, uid } }: Pod): Consumer => ({ resource: 'pods', name, uid })
