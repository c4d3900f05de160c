import type { KubeObject } from './types.ts'

/** Volumes that a node must be given before it can mount them (pkg/volume, GetUniqueVolumeName). */
const attachable = ['csi', 'awsElasticBlockStore', 'gcePersistentDisk', 'azureDisk', 'cinder', 'vsphereVolume', 'fc', 'iscsi', 'rbd'] as const

/** The name under which a node lists the volume as attached; undefined for one that needs no attaching. */
export function attachedName(volume: KubeObject): string | undefined {
  const { spec } = volume
  const kind = attachable.find((name) => spec[name] !== undefined)
  if (kind === undefined) return undefined
  return kind === 'csi' ? `kubernetes.io/csi/${spec.csi.driver}^${spec.csi.volumeHandle}` : `kubernetes.io/${kind}/${volume.metadata.name}`
}

export function isAttachedTo(node: KubeObject | undefined, name: string): boolean {
  return (node?.['status'].volumesAttached as { name: string }[] | undefined)?.some((volume) => volume.name === name) === true
}
