import { quantity } from '../../api/quantity.ts'
import type { ObjectMeta } from '../../api/types.ts'
import { storageClassOf } from '../../api/storageClass.ts'
import { ageOf, columns, type Printer } from './printer.ts'

const modeWords: readonly [mode: string, short: string][] = [
  ['ReadWriteOnce', 'RWO'], ['ReadOnlyMany', 'ROX'], ['ReadWriteMany', 'RWX'], ['ReadWriteOncePod', 'RWOP'],
]

/** "RWO,RWX": each mode once, in this order. */
export function accessModes(modes: readonly string[] | undefined): string {
  return modeWords.filter(([mode]) => modes?.includes(mode)).map(([, short]) => short).join(',')
}

export const persistentVolumes: Printer = {
  columns: columns(
    'Name', 'Capacity', 'Access Modes', 'Reclaim Policy', 'Status', 'Claim', 'StorageClass', 'VolumeAttributesClass',
    'Reason', 'Age', 'VolumeMode+',
  ),
  cells: ({ metadata, spec, status }, now) => [
    metadata.name,
    quantity(spec?.capacity?.storage).text,
    accessModes(spec?.accessModes),
    spec?.persistentVolumeReclaimPolicy ?? '',
    metadata.deletionTimestamp ? 'Terminating' : (status?.phase ?? ''),
    spec?.claimRef ? `${spec.claimRef.namespace}/${spec.claimRef.name}` : '',
    storageClassOf({ metadata, spec }),
    spec?.volumeAttributesClassName ?? '<unset>',
    status?.reason ?? '',
    ageOf(metadata, now),
    spec?.volumeMode ?? '<unset>',
  ],
}

export const persistentVolumeClaims: Printer = {
  columns: columns(
    'Name', 'Status', 'Volume', 'Capacity', 'Access Modes', 'StorageClass', 'VolumeAttributesClass', 'Age', 'VolumeMode+',
  ),
  cells: ({ metadata, spec, status }, now) => [
    metadata.name,
    metadata.deletionTimestamp ? 'Terminating' : (status?.phase ?? ''),
    spec?.volumeName ?? '',
    spec?.volumeName ? quantity(status?.capacity?.storage).text : '',
    spec?.volumeName ? accessModes(status?.accessModes) : '',
    storageClassOf({ metadata, spec }),
    spec?.volumeAttributesClassName ?? '<unset>',
    ageOf(metadata, now),
    spec?.volumeMode ?? '<unset>',
  ],
}

const isDefaultClass = (metadata: ObjectMeta): boolean =>
  metadata.annotations?.['storageclass.kubernetes.io/is-default-class'] === 'true' ||
  metadata.annotations?.['storageclass.beta.kubernetes.io/is-default-class'] === 'true'

export const storageClasses: Printer = {
  columns: columns('Name', 'Provisioner', 'ReclaimPolicy', 'VolumeBindingMode', 'AllowVolumeExpansion', 'Age'),
  cells: (object, now) => [
    object.metadata.name + (isDefaultClass(object.metadata) ? ' (default)' : ''),
    object['provisioner'] ?? '',
    object['reclaimPolicy'] ?? 'Delete',
    object['volumeBindingMode'] ?? 'Immediate',
    object['allowVolumeExpansion'] ?? false,
    ageOf(object.metadata, now),
  ],
}
