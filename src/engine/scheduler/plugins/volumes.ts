/** Shapes and small rules of claims and volumes (component-helpers/storage/volume, corev1 helpers). */
import { compare, quantity } from '../../api/quantity.ts'
import { matches, type Labels } from '../../api/selector.ts'
import { storageClassOf } from '../../api/storageClass.ts'
import type { KubeObject } from '../../api/types.ts'
import { compiled, type PodInfo } from '../cache/podinfo.ts'
import type { Handle, Lister } from '../framework/plugin.ts'
import { selectorHolds, type NodeSelector, type Selectable } from '../../api/nodeSelector.ts'

export interface Claim extends KubeObject {
  spec: {
    accessModes?: string[]
    storageClassName?: string
    volumeName?: string
    volumeMode?: string
    volumeAttributesClassName?: string
    selector?: Parameters<typeof compiled>[0]
    resources?: { requests?: Record<string, string> }
  }
  status: { phase?: string }
}

export interface PersistentVolume extends KubeObject {
  spec: {
    accessModes?: string[]
    storageClassName?: string
    volumeMode?: string
    volumeAttributesClassName?: string
    capacity?: Record<string, string>
    claimRef?: { kind?: string; namespace?: string; name?: string; uid?: string; apiVersion?: string; resourceVersion?: string }
    nodeAffinity?: { required?: NodeSelector }
  }
  status: { phase?: string }
}

export interface StorageClass extends KubeObject {
  provisioner?: string
  volumeBindingMode?: string
  allowedTopologies?: { matchLabelExpressions?: { key: string; values: string[] }[] }[]
}

export const selectedNodeAnnotation = 'volume.kubernetes.io/selected-node'
const bindCompletedAnnotation = 'pv.kubernetes.io/bind-completed'
const boundByControllerAnnotation = 'pv.kubernetes.io/bound-by-controller'
export const noProvisioner = 'kubernetes.io/no-provisioner'

/** Bound, and the binding is complete on the claim's side. */
export function isFullyBound(claim: Claim): boolean {
  return !!claim.spec.volumeName && bindCompletedAnnotation in (claim.metadata.annotations ?? {})
}

export const claims = (handle: Handle) => handle.listers.persistentvolumeclaims as Lister<Claim>
export const volumes = (handle: Handle) => handle.listers.persistentvolumes as Lister<PersistentVolume>
export const classes = (handle: Handle) => handle.listers.storageclasses as Lister<StorageClass>

/** Claims that a pod names, not those that are made for it; the first that is missing is an error in the lister's words. */
export function claimsOf(handle: Handle, { claims: all, pod, namespace }: PodInfo): Claim[] | string {
  const found: Claim[] = []
  for (const { persistentVolumeClaim } of all.length === 0 ? [] : (pod.spec.volumes ?? [])) {
    if (!persistentVolumeClaim) continue
    const name = persistentVolumeClaim.claimName
    const claim = claims(handle).get(namespace, name)
    if (claim === undefined) return `persistentvolumeclaim "${name}" not found`
    found.push(claim)
  }
  return found
}

export function isBoundTo({ spec: { claimRef } }: PersistentVolume, { metadata }: Claim): boolean {
  if (claimRef === undefined || claimRef.name !== metadata.name || claimRef.namespace !== metadata.namespace) return false
  return !claimRef.uid || claimRef.uid === metadata.uid
}

export function reaches({ spec }: PersistentVolume, node: Selectable): boolean {
  const required = spec.nodeAffinity?.required
  return required === undefined || selectorHolds(required, node)
}

export const storageOf = (list: Record<string, string> | undefined) => quantity(list?.['storage'])

function suits(claim: Claim, volume: PersistentVolume): boolean {
  const { spec } = volume
  if ((claim.spec.volumeMode ?? 'Filesystem') !== (spec.volumeMode ?? 'Filesystem')) return false
  if ((claim.spec.volumeAttributesClassName ?? '') !== (spec.volumeAttributesClassName ?? '')) return false
  return compare(storageOf(spec.capacity), storageOf(claim.spec.resources?.requests)) >= 0
}

function mayBeChosen(claim: Claim, volume: PersistentVolume): boolean {
  if (volume.status.phase !== 'Available' || storageClassOf(volume) !== storageClassOf(claim)) return false
  if (claim.spec.selector && !matches(compiled(claim.spec.selector), volume.metadata.labels)) return false
  return (claim.spec.accessModes ?? []).every((mode) => volume.spec.accessModes?.includes(mode))
}

/** volume.FindMatchingVolume for a node: one that is meant for the claim, or the smallest that is large enough. */
export function findMatchingVolume(
  claim: Claim, candidates: Iterable<PersistentVolume>, node: Selectable, taken: ReadonlySet<string>,
): PersistentVolume | undefined {
  let smallest: PersistentVolume | undefined
  for (const volume of candidates) {
    if (taken.has(volume.metadata.name) || volume.metadata.deletionTimestamp !== undefined) continue
    const meant = isBoundTo(volume, claim)
    if ((volume.spec.claimRef !== undefined && !meant) || !suits(claim, volume)) continue
    if (meant) return reaches(volume, node) ? volume : undefined
    if (!mayBeChosen(claim, volume) || !reaches(volume, node)) continue
    if (smallest === undefined || compare(storageOf(volume.spec.capacity), storageOf(smallest.spec.capacity)) < 0) smallest = volume
  }
  return smallest
}

/** The volume with its half of the binding written. */
export function boundVolume(volume: PersistentVolume, claim: Claim): PersistentVolume {
  const { namespace, name, uid, resourceVersion } = claim.metadata
  const claimRef = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace, name, uid, resourceVersion }
  const annotations = { ...volume.metadata.annotations, [boundByControllerAnnotation]: 'yes' }
  return {
    ...volume,
    metadata: { ...volume.metadata, annotations },
    spec: { ...volume.spec, claimRef: claimRef as PersistentVolume['spec']['claimRef'] & {} },
  }
}

export function claimForNode(claim: Claim, nodeName: string): Claim {
  const annotations = { ...claim.metadata.annotations, [selectedNodeAnnotation]: nodeName }
  return { ...claim, metadata: { ...claim.metadata, annotations } }
}

/** What a driver can still make of a class of volumes where a node reaches them (CSIStorageCapacity). */
interface StorageCapacity extends KubeObject {
  storageClassName?: string
  nodeTopology?: Parameters<typeof compiled>[0]
  capacity?: string
  maximumVolumeSize?: string
}

/** Whether a driver that tells how much it can make has enough for the claim on a node (volumebinding hasEnoughCapacity, KEP-1472). */
export function hasRoom({ listers }: Handle, { metadata, provisioner }: StorageClass, claim: Claim, labels: Labels): boolean {
  const size = claim.spec.resources?.requests?.['storage']
  const driver = provisioner === undefined ? undefined : listers.csidrivers.get(undefined, provisioner)
  if (size === undefined || driver?.['spec']?.storageCapacity !== true) return true
  for (const one of listers.csistoragecapacities.all() as Iterable<StorageCapacity>) {
    if (one.storageClassName !== metadata.name || one.nodeTopology === undefined) continue
    const limit = one.maximumVolumeSize ?? one.capacity
    if (limit !== undefined && quantity(limit).value >= quantity(size).value && matches(compiled(one.nodeTopology), labels)) return true
  }
  return false
}

/** Terms are alternatives; all keys of one must have one of the values. */
export function topologyAllows({ allowedTopologies }: StorageClass, labels: Labels): boolean {
  if (allowedTopologies === undefined || allowedTopologies.length === 0) return true
  return allowedTopologies.some(({ matchLabelExpressions = [] }) =>
    matchLabelExpressions.every(({ key, values }) => key in labels && values.includes(labels[key]!)),
  )
}
