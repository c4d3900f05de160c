import { compare, quantity } from '../../api/quantity.ts'
import { isSelectorError, matches, selectorOf } from '../../api/selector.ts'
import { storageClassOf } from '../../api/storageClass.ts'
import type { KubeObject } from '../../api/types.ts'
import { driverOf } from '../../api/volumeDrivers.ts'

/** Which volume a claim gets (pkg/controller/volume/persistentvolume/index.go, pv_controller.go); pure. */

export const bindCompleted = 'pv.kubernetes.io/bind-completed'
export const boundByController = 'pv.kubernetes.io/bound-by-controller'
export const storageProvisioner = 'volume.kubernetes.io/storage-provisioner'
export const selectedNode = 'volume.kubernetes.io/selected-node'

const sizeOf = (volume: KubeObject) => quantity(volume['spec'].capacity?.storage)
const requestOf = (claim: KubeObject) => quantity(claim['spec'].resources?.requests?.storage)

/** Whether the volume was made or reserved for this claim. */
export function isReservedFor(volume: KubeObject, claim: KubeObject): boolean {
  const { claimRef } = volume['spec']
  const { namespace, name, uid } = claim.metadata
  return claimRef !== undefined && claimRef.namespace === namespace && claimRef.name === name && (!claimRef.uid || claimRef.uid === uid)
}

const offersAccess = (volume: KubeObject, claim: KubeObject): boolean => {
  const offered: readonly string[] = volume['spec'].accessModes ?? []
  return ((claim['spec'].accessModes ?? []) as string[]).every((mode) => offered.includes(mode))
}
const isLargeEnough = (volume: KubeObject, claim: KubeObject): boolean => compare(sizeOf(volume), requestOf(claim)) >= 0
const attributesOf = (object: KubeObject): string => object['spec'].volumeAttributesClassName ?? ''
export const sameMode = (volume: KubeObject, claim: KubeObject): boolean => (volume['spec'].volumeMode ?? 'Filesystem') === (claim['spec'].volumeMode ?? 'Filesystem')

function fits(volume: KubeObject, claim: KubeObject): boolean {
  return offersAccess(volume, claim) && isLargeEnough(volume, claim) && sameMode(volume, claim) && attributesOf(volume) === attributesOf(claim)
}

const modesOf = (volume: KubeObject): number => (volume['spec'].accessModes ?? []).length

/** Why a volume that a claim asks for by name cannot be its own; undefined: it can (checkVolumeSatisfyClaim). */
export function mismatch(volume: KubeObject, claim: KubeObject): string | undefined {
  if (!isLargeEnough(volume, claim)) return 'requested PV is too small'
  if (storageClassOf(volume) !== storageClassOf(claim)) return 'storageClassName does not match'
  if (attributesOf(volume) !== attributesOf(claim)) return 'volumeAttributesClassName does not match'
  if (!sameMode(volume, claim)) return 'incompatible volumeMode'
  return offersAccess(volume, claim) ? undefined : 'incompatible accessMode'
}

/** A provisioner of Kubernetes' own; none of them is left, but for those that a driver works for. */
export const isOfTree = (provisioner: string): boolean => provisioner.startsWith('kubernetes.io/') && driverOf(provisioner) === undefined

/**
 * The volume that fits best: one that offers fewer ways of access before one that offers more, then the one that is reserved for the claim, then the
 * smallest that is large enough (findByClaim, FindMatchingVolume). What nobody has looked at yet, or has been let go, is not to be had.
 */
export function bestVolume(claim: KubeObject, volumes: Iterable<KubeObject>, { reservedOnly }: { reservedOnly: boolean }): KubeObject | undefined {
  const parsed = selectorOf(claim['spec'].selector)
  const isChosen = ({ metadata: { labels } }: KubeObject): boolean => claim['spec'].selector === undefined || (!isSelectorError(parsed) && matches(parsed, labels))
  const isFree = (volume: KubeObject): boolean =>
    !reservedOnly && volume['spec'].claimRef === undefined && volume['status']?.phase === 'Available' && storageClassOf(volume) === storageClassOf(claim) && isChosen(volume)
  let best: KubeObject | undefined
  for (const volume of volumes) {
    if (volume.metadata.deletionTimestamp !== undefined || !fits(volume, claim)) continue
    if (!isReservedFor(volume, claim) && !isFree(volume)) continue
    if (best === undefined || isBetter(volume, best, claim)) best = volume
  }
  return best
}

function isBetter(volume: KubeObject, best: KubeObject, claim: KubeObject): boolean {
  const rank = (of: KubeObject): number => Number(!isReservedFor(of, claim))
  const difference = modesOf(volume) - modesOf(best) || rank(volume) - rank(best) || compare(sizeOf(volume), sizeOf(best))
  return difference === 0 ? volume.metadata.name < best.metadata.name : difference < 0
}

const provisionedBy = 'pv.kubernetes.io/provisioned-by'

export const wasProvisioned = ({ metadata }: KubeObject): boolean => metadata.annotations?.[provisionedBy] !== undefined

/** Without the claim that has let it go: whoever reserved it by hand has it reserved still. */
export function unboundVolume(volume: KubeObject): KubeObject {
  const { [boundByController]: byController, ...annotations } = volume.metadata.annotations ?? {}
  const { claimRef, ...spec } = volume['spec']
  const { uid: _, ...reserved } = claimRef
  return byController === undefined ? { ...volume, spec: { ...spec, claimRef: reserved } } : { ...volume, metadata: { ...volume.metadata, annotations }, spec }
}

/** Who is to make the volume: for provisioners that have left the tree, the driver that works in their place. */
export function provisionerOf({ provisioner }: KubeObject): string {
  return driverOf(provisioner as string) ?? (provisioner as string)
}

/** Where a volume can be reached from: its node, or the zone of the node that was chosen. */
function reachableFrom(local: boolean, node: KubeObject | undefined): object {
  const zone = 'topology.kubernetes.io/zone'
  const key = local ? 'kubernetes.io/hostname' : zone
  const value = node?.metadata.labels?.[key]
  if (value === undefined) return {}
  return { nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [{ key, operator: 'In', values: [value] }] }] } } }
}

/** The volume that a provisioner makes for a claim; `node` is the one that the scheduler has chosen, if it has. */
export function provisionedVolume(claim: KubeObject, storageClass: KubeObject, node: KubeObject | undefined): KubeObject {
  const { namespace, name, uid, resourceVersion } = claim.metadata
  const volume = `pvc-${uid}`
  const provisioner: string = storageClass['provisioner']
  const driver = driverOf(provisioner)
  const source = driver === undefined
    ? { hostPath: { path: `/opt/local-path-provisioner/${volume}_${namespace}_${name}`, type: 'DirectoryOrCreate' } }
    : { csi: { driver, volumeHandle: `vol-${uid.replaceAll('-', '').slice(0, 17)}` }, ...withAttributes(attributesOf(claim)) }
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: volume, annotations: { [provisionedBy]: provisioner } } as unknown as KubeObject['metadata'],
    spec: {
      capacity: { storage: claim['spec'].resources?.requests?.storage },
      accessModes: claim['spec'].accessModes,
      claimRef: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace, name, uid, resourceVersion },
      persistentVolumeReclaimPolicy: storageClass['reclaimPolicy'] ?? 'Delete',
      storageClassName: storageClass.metadata.name,
      volumeMode: claim['spec'].volumeMode ?? 'Filesystem',
      ...(storageClass['mountOptions'] === undefined ? {} : { mountOptions: storageClass['mountOptions'] }),
      ...source,
      ...reachableFrom(driver === undefined, node),
    },
  }
}

const withAttributes = (name: string): object => (name === '' ? {} : { volumeAttributesClassName: name })

/** Why a volume that was let go cannot be deleted with its storage; undefined: it can (host_path deleter, findDeletablePlugin). */
export function undeletable(volume: KubeObject): string | undefined {
  const { name } = volume.metadata
  if (wasProvisioned(volume)) return undefined
  const { hostPath } = volume['spec']
  if (hostPath !== undefined) return /^\/tmp\/.+/.test(hostPath.path) ? undefined : `host_path deleter only supports /tmp/.+ but received provided ${hostPath.path}`
  return `error getting deleter volume plugin for volume "${name}": no deletable volume plugin matched`
}
