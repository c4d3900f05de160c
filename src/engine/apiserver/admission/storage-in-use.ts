import { collectionOf } from '../../api/resources.ts'
import { compare, quantity } from '../../api/quantity.ts'
import { storageClassOf } from '../../api/storageClass.ts'
import { forbidden } from '../../api/status.ts'
import type { KubeObject } from '../../api/types.ts'
import type { MutatingPlugin, ValidatingPlugin } from './plugin.ts'

const finalizers: Readonly<Record<string, string>> = {
  persistentvolumeclaims: 'kubernetes.io/pvc-protection',
  persistentvolumes: 'kubernetes.io/pv-protection',
  volumeattributesclasses: 'kubernetes.io/vac-protection',
}

/** Claims, volumes and classes of attributes stay while something uses them: a finalizer that a controller takes off (plugin/pkg/admission/storage/storageobjectinuseprotection). */
export const storageObjectInUseProtection: MutatingPlugin = {
  name: 'StorageObjectInUseProtection',
  mutate({ info, operation, subresource, object }) {
    const finalizer = finalizers[collectionOf(info)]
    if (finalizer === undefined || operation !== 'CREATE' || subresource !== undefined) return object
    const given = object.metadata.finalizers ?? []
    return given.includes(finalizer) ? object : { ...object, metadata: { ...object.metadata, finalizers: [...given, finalizer] } }
  },
}

/** A claim grows only where its class can make volumes grow (plugin/pkg/admission/storage/persistentvolume/resize). */
export const persistentVolumeClaimResize: ValidatingPlugin = {
  name: 'PersistentVolumeClaimResize',
  validate({ info, operation, subresource, name, object, old }, context) {
    if (collectionOf(info) !== 'persistentvolumeclaims' || operation !== 'UPDATE' || subresource !== undefined || old === undefined) return undefined
    if (compare(sizeOf(object), sizeOf(old)) <= 0) return undefined
    const refuse = (why: string) => ({ refused: forbidden(info, name, why) })
    if (old['status']?.phase !== 'Bound') return refuse('Only bound persistent volume claims can be expanded')
    const className = storageClassOf(object)
    const found = className !== '' ? context.get('storageclasses', undefined, className) : undefined
    if (found?.['allowVolumeExpansion'] === true) return undefined
    return refuse('only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize')
  },
}

const sizeOf = ({ spec }: KubeObject) => quantity(spec?.resources?.requests?.storage as string | undefined)
