import type { KubeObject, ObjectMeta } from './types.ts'

/** How a claim or a volume said its class before Kubernetes 1.6; where it stands, it goes before the field. */
export const betaClassAnnotation = 'volume.beta.kubernetes.io/storage-class'

/** The class of a claim or a volume; '' for none (component-helpers storage/volume GetPersistentVolumeClass, GetPersistentVolumeClaimClass). */
export function storageClassOf({ metadata, spec }: { metadata: Pick<ObjectMeta, 'annotations'>; spec?: { storageClassName?: string } }): string {
  return metadata.annotations?.[betaClassAnnotation] ?? spec?.storageClassName ?? ''
}

/** The class that is marked as the default; of several the newest, of those the first by name. */
export function newestMarked(classes: Iterable<KubeObject>, annotations: readonly string[]): KubeObject | undefined {
  const marked = [...classes].filter(({ metadata }) => annotations.some((annotation) => metadata.annotations?.[annotation] === 'true'))
  const age = ({ metadata }: KubeObject): string => metadata.creationTimestamp
  return marked.sort((a, b) => (age(a) === age(b) ? (a.metadata.name < b.metadata.name ? -1 : 1) : age(a) < age(b) ? 1 : -1))[0]
}

export const defaultStorageClassOf = (classes: Iterable<KubeObject>): KubeObject | undefined =>
  newestMarked(classes, ['storageclass.kubernetes.io/is-default-class', 'storageclass.beta.kubernetes.io/is-default-class'])
