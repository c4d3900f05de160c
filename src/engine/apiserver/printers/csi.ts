import { quantity } from '../../api/quantity.ts'
import { ageOf, columns, type Printer } from './printer.ts'

/** What CSI drivers, their nodes and their volumes look like as rows. */

export const csiDrivers: Printer = {
  columns: columns('Name', 'AttachRequired', 'PodInfoOnMount', 'StorageCapacity', 'TokenRequests', 'RequiresRepublish', 'Modes', 'Age'),
  cells: ({ metadata, spec = {} }, now) => [
    metadata.name,
    spec.attachRequired ?? true,
    spec.podInfoOnMount ?? false,
    spec.storageCapacity ?? false,
    spec.tokenRequests === undefined ? '<unset>' : (spec.tokenRequests as { audience: string }[]).map(({ audience }) => audience).join(','),
    spec.requiresRepublish ?? false,
    (spec.volumeLifecycleModes ?? []).join(',') || '<none>',
    ageOf(metadata, now),
  ],
}

export const csiNodes: Printer = {
  columns: columns('Name', 'Drivers', 'Age'),
  cells: ({ metadata, spec }, now) => [metadata.name, (spec?.drivers ?? []).length, ageOf(metadata, now)],
}

export const csiStorageCapacities: Printer = {
  columns: columns('Name', 'StorageClassName', 'Capacity'),
  cells: (object) => [object.metadata.name, object['storageClassName'] ?? '', object['capacity'] === undefined ? '<unset>' : quantity(object['capacity']).text],
}

export const volumeAttachments: Printer = {
  columns: columns('Name', 'Attacher', 'PV', 'Node', 'Attached', 'Age'),
  cells: ({ metadata, spec = {}, status }, now) => [
    metadata.name, spec.attacher ?? '', spec.source?.persistentVolumeName ?? '', spec.nodeName ?? '', status?.attached ?? false, ageOf(metadata, now),
  ],
}

export const volumeAttributesClasses: Printer = {
  columns: columns('Name', 'DriverName', 'Age'),
  cells: (object, now) => [
    object.metadata.name + (object.metadata.annotations?.['volumeattributesclass.alpha.kubernetes.io/is-default-class'] === 'true' ? ' (default)' : ''),
    object['driverName'] ?? '',
    ageOf(object.metadata, now),
  ],
}
