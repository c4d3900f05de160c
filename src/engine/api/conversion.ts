import { Part } from '../part.ts'
import { custom } from './custom/custom.ts'
import type { CustomResource } from './custom/kind.ts'
import { apiVersionOf, type ResourceInfo } from './resources.ts'
import type { autoscalerToV1, autoscalerToV2 } from './autoscalerVersions.ts'
import type { eventIn } from './eventVersions.ts'
import type { KubeObject } from './types.ts'

/** Kinds that are served in two versions: HorizontalPodAutoscaler is stored as autoscaling/v2, an Event as it was written. */
export const versions = new Part<{ autoscalerToV1: typeof autoscalerToV1; autoscalerToV2: typeof autoscalerToV2; eventIn: typeof eventIn }>('kinds')

/** As it is stored; `old` is what is stored now. */
export function toStorage(object: KubeObject, old?: KubeObject): KubeObject {
  if (object.kind === 'Event' && old !== undefined) return toVersion(object, old.apiVersion)
  if (object.apiVersion !== 'autoscaling/v1' || object.kind !== 'HorizontalPodAutoscaler') return object
  return versions.get().autoscalerToV2(object)
}

/** As the version that was asked for says it. */
export function toVersion(object: KubeObject, apiVersion: string): KubeObject {
  if (object.apiVersion === apiVersion) return object
  if (object.kind === 'Event') return versions.get().eventIn(object, apiVersion)
  if (object.kind === 'HorizontalPodAutoscaler') return versions.get().autoscalerToV1(object)
  // Of a custom resource nothing but the name of the version differs (conversion strategy None).
  return object.apiVersion.includes('/') && groupOf(object.apiVersion) === groupOf(apiVersion) ? { ...object, apiVersion } : object
}

const groupOf = (apiVersion: string): string => apiVersion.slice(0, apiVersion.indexOf('/'))

/** What is stored, as the resource that was asked for shows it. */
export const asServed = (object: KubeObject, info: ResourceInfo): KubeObject =>
  info.custom === undefined ? toVersion(object, apiVersionOf(info)) : custom.get().toServed(info as CustomResource, object)

export function allAsServed(objects: KubeObject[], info: ResourceInfo): KubeObject[] {
  const apiVersion = apiVersionOf(info)
  return info.custom === undefined && objects.every((object) => object.apiVersion === apiVersion) ? objects : objects.map((object) => asServed(object, info))
}

/** Whether what is stored may be of another version than the one that is asked for. */
export const hasVersions = ({ kind, custom }: { kind: string; custom?: unknown }): boolean => kind === 'Event' || kind === 'HorizontalPodAutoscaler' || custom !== undefined
