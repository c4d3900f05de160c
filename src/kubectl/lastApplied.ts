/** The annotation in which `kubectl apply` remembers what it applied. */
import type { KubeObject } from '../engine/api/types.ts'
import { toJson } from './printing/goJson.ts'

export const lastAppliedKey = 'kubectl.kubernetes.io/last-applied-configuration'

/** `object` with the annotation that says `configuration` was applied. */
export function withLastApplied(object: KubeObject, configuration: KubeObject): KubeObject {
  const annotations = { ...object.metadata.annotations, [lastAppliedKey]: encodeConfiguration(configuration) }
  return { ...object, metadata: { ...object.metadata, annotations } }
}

/** The text of the annotation. */
export function encodeConfiguration(object: KubeObject): string {
  return `${toJson(withoutLastApplied(object))}\n`
}

/** The object without the annotation; an empty map where there are no others. */
export function withoutLastApplied(object: KubeObject): KubeObject {
  const { [lastAppliedKey]: _, ...annotations } = object.metadata.annotations ?? {}
  return { ...object, metadata: { ...object.metadata, annotations } }
}
