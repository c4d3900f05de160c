import { collectionOf } from '../../api/resources.ts'
import { betaClassAnnotation } from '../../api/storageClass.ts'
import type { KubeObject } from '../../api/types.ts'
import type { AdmissionContext, MutatingPlugin } from './plugin.ts'

/** The class that is marked as the default; of several the newest, of those the first by name. */
function defaultOf(context: AdmissionContext, plural: string, annotations: readonly string[]): KubeObject | undefined {
  const marked = context.list(plural).filter(({ metadata }) => annotations.some((annotation) => metadata.annotations?.[annotation] === 'true'))
  const age = ({ metadata }: KubeObject): string => metadata.creationTimestamp
  return marked.sort((a, b) => (age(a) === age(b) ? (a.metadata.name < b.metadata.name ? -1 : 1) : age(a) < age(b) ? 1 : -1))[0]
}

const storageMarks = ['storageclass.kubernetes.io/is-default-class', 'storageclass.beta.kubernetes.io/is-default-class']

/** A claim that names no class gets the default one (plugin/pkg/admission/storage/storageclass/setdefault). */
export const defaultStorageClass: MutatingPlugin = {
  name: 'DefaultStorageClass',
  mutate({ info, operation, subresource, object }, context) {
    if (operation !== 'CREATE' || subresource !== undefined || collectionOf(info) !== 'persistentvolumeclaims') return object
    if (object['spec']?.storageClassName !== undefined || object.metadata.annotations?.[betaClassAnnotation] !== undefined) return object
    const found = defaultOf(context, 'storageclasses', storageMarks)
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
    const found = defaultOf(context, 'ingressclasses', ['ingressclass.kubernetes.io/is-default-class'])
    return found === undefined ? object : { ...object, spec: { ...object['spec'], ingressClassName: found.metadata.name } }
  },
}
