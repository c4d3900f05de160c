import type { KubeObject, OwnerReference } from '../../api/types.ts'

/** The owner that controls an object, if one does (metav1.GetControllerOf). */
export function controllerOf(object: KubeObject): OwnerReference | undefined {
  return object.metadata.ownerReferences?.find(({ controller }) => controller === true)
}
