/** From one version of a custom resource to another (apiextensions-apiserver/pkg/apiserver/conversion). */
import { apiVersionOf } from '../resources.ts'
import type { KubeObject } from '../types.ts'
import type { CustomKind, CustomResource } from './kind.ts'

export const usesWebhook = (definition: KubeObject): boolean => definition['spec'].conversion?.strategy === 'Webhook'

/** In which version an object is looked at on its way to be stored: where a webhook converts, in the one in which it came. */
export const keptVersion = (info: CustomResource): string => (usesWebhook(info.custom.definition) ? apiVersionOf(info) : info.custom.storageVersion)

/**
 * Without a webhook - or where none can be asked: of the past, of what a watch tells - nothing but the name of the version differs (strategy
 * None). All at once: a list is one question.
 */
export function allConverted(objects: readonly KubeObject[], to: string, { convert }: CustomKind): KubeObject[] {
  const others = objects.filter(({ apiVersion }) => apiVersion !== to)
  if (others.length === 0) return [...objects]
  const converted = convert === undefined ? others.map((object) => ({ ...object, apiVersion: to })) : convert(others, to)
  const by = new Map(others.map((object, i) => [object, converted[i]!]))
  return objects.map((object) => by.get(object) ?? object)
}
