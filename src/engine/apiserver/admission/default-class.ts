import { collectionOf } from '../../api/resources.ts'
import { betaClassAnnotation, defaultStorageClassOf, newestMarked } from '../../api/storageClass.ts'
import type { MutatingPlugin } from './plugin.ts'

/** A claim that names no class gets the default one (plugin/pkg/admission/storage/storageclass/setdefault). */
export const defaultStorageClass: MutatingPlugin = {
  name: 'DefaultStorageClass',
  mutate({ info, operation, subresource, object }, context) {
    if (operation !== 'CREATE' || subresource !== undefined || collectionOf(info) !== 'persistentvolumeclaims') return object
    if (object['spec']?.storageClassName !== undefined || object.metadata.annotations?.[betaClassAnnotation] !== undefined) return object
    const found = defaultStorageClassOf(context.list('storageclasses'))
    return found === undefined ? object : { ...object, spec: { ...object['spec'], storageClassName: found.metadata.name } }
  },
}

const oldIngressAnnotation = 'kubernetes.io/ingress.class'

/** The same for an ingress (plugin/pkg/admission/network/defaultingressclass). */
export const defaultIngressClass: MutatingPlugin = {
  name: 'DefaultIngressClass',
  mutate({ info, operation, subresource, object }, context) {
    if (operation !== 'CREATE' || subresource !== undefined || collectionOf(info) !== 'ingresses') return object
    if (object['spec']?.ingressClassName !== undefined || object.metadata.annotations?.[oldIngressAnnotation] !== undefined) return object
    const found = newestMarked(context.list('ingressclasses'), ['ingressclass.kubernetes.io/is-default-class'])
    return found === undefined ? object : { ...object, spec: { ...object['spec'], ingressClassName: found.metadata.name } }
  },
}
