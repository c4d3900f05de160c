import type { ObjectMeta } from './types.ts'

/** How a claim or a volume said its class before Kubernetes 1.6; where it stands, it goes before the field. */
export const betaClassAnnotation = 'volume.beta.kubernetes.io/storage-class'

/** The class of a claim or a volume; '' for none (component-helpers storage/volume GetPersistentVolumeClass, GetPersistentVolumeClaimClass). */
export function storageClassOf({ metadata, spec }: { metadata: Pick<ObjectMeta, 'annotations'>; spec?: { storageClassName?: string } }): string {
  return metadata.annotations?.[betaClassAnnotation] ?? spec?.storageClassName ?? ''
}
