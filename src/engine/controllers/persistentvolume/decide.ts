import { compare, quantity } from '../../api/quantity.ts'
import { isSelectorError, matches, selectorOf } from '../../api/selector.ts'
import type { KubeObject } from '../../api/types.ts'

/** Which volume a claim gets (pkg/controller/volume/persistentvolume/index.go, pv_controller.go); pure. */

export const bindCompleted = 'pv.kubernetes.io/bind-completed'
export const boundByController = 'pv.kubernetes.io/bound-by-controller'
export const selectedNode = 'volume.kubernetes.io/selected-node'

export const classOf = (object: KubeObject): string => object['spec'].storageClassName ?? ''
const sizeOf = (volume: KubeObject) => quantity(volume['spec'].capacity?.storage)
const requestOf = (claim: KubeObject) => quantity(claim['spec'].resources?.requests?.storage)

/** Whether the volume was made or reserved for this claim. */
export function isReservedFor(volume: KubeObject, claim: KubeObject): boolean {
  const { claimRef } = volume['spec']
  const { namespace, name, uid } = claim.metadata
  return claimRef !== undefined && claimRef.namespace === namespace && claimRef.name === name && (!claimRef.uid || claimRef.uid === uid)
}

function fits(volume: KubeObject, claim: KubeObject): boolean {
  const offered: readonly string[] = volume['spec'].accessModes ?? []
  const wanted: readonly string[] = claim['spec'].accessModes ?? []
  return wanted.every((mode) => offered.includes(mode)) && compare(sizeOf(volume), requestOf(claim)) >= 0 &&
    (volume['spec'].volumeMode ?? 'Filesystem') === (claim['spec'].volumeMode ?? 'Filesystem')
}

/** The reserved one, or the smallest that is large enough (findBestMatchForClaim). */
export function bestVolume(claim: KubeObject, volumes: Iterable<KubeObject>): KubeObject | undefined {
  const parsed = selectorOf(claim['spec'].selector)
  const { volumeName } = claim['spec']
  let best: KubeObject | undefined
  for (const volume of volumes) {
    if (volume.metadata.deletionTimestamp !== undefined || (volumeName && volumeName !== volume.metadata.name)) continue
    if (volume['spec'].claimRef !== undefined) {
      if (isReservedFor(volume, claim)) return volume
      continue
    }
    if (!fits(volume, claim) || classOf(volume) !== classOf(claim)) continue
    if (claim['spec'].selector !== undefined && (isSelectorError(parsed) || !matches(parsed, volume.metadata.labels))) continue
    const difference = best === undefined ? -1 : compare(sizeOf(volume), sizeOf(best)) || (volume.metadata.name < best.metadata.name ? -1 : 1)
    if (difference < 0) best = volume
  }
  return best
}

/** The volume that a provisioner makes for a claim. */
export function provisionedVolume(claim: KubeObject, storageClass: KubeObject): KubeObject {
  const { namespace, name, uid, resourceVersion } = claim.metadata
  const node = claim.metadata.annotations?.[selectedNode]
  const volume = `pvc-${uid}`
  // Only the name of a CSI driver has no slash; others (rancher.io/local-path) make directories.
  const source = node === undefined && !(storageClass['provisioner'] as string).includes('/')
    ? { csi: { driver: storageClass['provisioner'], volumeHandle: volume } }
    : { hostPath: { path: `/var/lib/volumes/${volume}`, type: 'DirectoryOrCreate' } }
  const terms = [{ matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: [node] }] }]
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: volume, annotations: { 'pv.kubernetes.io/provisioned-by': storageClass['provisioner'] } } as unknown as KubeObject['metadata'],
    spec: {
      capacity: { storage: claim['spec'].resources?.requests?.storage },
      accessModes: claim['spec'].accessModes,
      claimRef: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace, name, uid, resourceVersion },
      persistentVolumeReclaimPolicy: storageClass['reclaimPolicy'] ?? 'Delete',
      storageClassName: storageClass.metadata.name,
      volumeMode: claim['spec'].volumeMode ?? 'Filesystem',
      ...source,
      ...(node === undefined ? {} : { nodeAffinity: { required: { nodeSelectorTerms: terms } } }),
    },
  }
}
