import { collectionOf } from '../../api/resources.ts'
import type { Pod } from '../../api/types.ts'
import { nodeOf } from '../authorization/attributes.ts'
import { Part } from '../../part.ts'
import type { AdmissionContext, Attributes, MutatingPlugin, ValidatingPlugin } from './plugin.ts'
import { isPodCreation } from './pods.ts'

/** Plug-ins that have nothing to say of an ordinary pod: they come with the part "kinds" (src/engine/kinds.ts). */
export interface LaterPlugins {
  defaultIngressClass: MutatingPlugin
  defaultStorageClass: MutatingPlugin
  nodeRestriction: ValidatingPlugin
  persistentVolumeClaimResize: ValidatingPlugin
  runtimeClass: MutatingPlugin
  storageObjectInUseProtection: MutatingPlugin
  validatingAdmissionPolicy: ValidatingPlugin
}

export const laterPlugins = new Part<LaterPlugins>('kinds')

type Concerns = (attributes: Attributes, context: AdmissionContext) => boolean

const mutating = (name: string, key: 'defaultIngressClass' | 'defaultStorageClass' | 'runtimeClass' | 'storageObjectInUseProtection', concerns: Concerns): MutatingPlugin => ({
  name,
  mutate: (attributes, context) => (concerns(attributes, context) ? laterPlugins.get()[key].mutate(attributes, context) : attributes.object),
})

const validating = (name: string, key: 'nodeRestriction' | 'persistentVolumeClaimResize' | 'validatingAdmissionPolicy', concerns: Concerns): ValidatingPlugin => ({
  name,
  validate: (attributes, context) => (concerns(attributes, context) ? laterPlugins.get()[key].validate(attributes, context) : undefined),
})

const isOf = (...plurals: string[]): Concerns => ({ info }) => plurals.includes(collectionOf(info))

const namesClass: Concerns = (attributes) => {
  if (!isPodCreation(attributes)) return false
  const { runtimeClassName, overhead } = (attributes.object as Pod).spec
  return Boolean(runtimeClassName) || overhead !== undefined
}

export const defaultIngressClass = mutating('DefaultIngressClass', 'defaultIngressClass', isOf('ingresses'))
export const defaultStorageClass = mutating('DefaultStorageClass', 'defaultStorageClass', isOf('persistentvolumeclaims'))
export const runtimeClass = mutating('RuntimeClass', 'runtimeClass', namesClass)
export const storageObjectInUseProtection = mutating('StorageObjectInUseProtection', 'storageObjectInUseProtection', isOf('persistentvolumeclaims', 'persistentvolumes'))
export const nodeRestriction = validating('NodeRestriction', 'nodeRestriction', ({ user }) => nodeOf(user) !== undefined)
export const persistentVolumeClaimResize = validating('PersistentVolumeClaimResize', 'persistentVolumeClaimResize', isOf('persistentvolumeclaims'))
/** Nothing is asked while nothing is bound; of policies themselves nothing is asked at all. */
export const validatingAdmissionPolicy = validating('ValidatingAdmissionPolicy', 'validatingAdmissionPolicy', ({ info: { group } }, context) => group !== 'admissionregistration.k8s.io' && context.list('validatingadmissionpolicybindings').length > 0)
