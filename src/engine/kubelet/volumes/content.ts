import type { KubeObject, Pod, Volume } from '../../api/types.ts'
import { dataOf, type DownwardValues } from '../environment.ts'
import { configMaps, secrets, type ReferencedObjects } from '../referenced-objects.ts'
import type { Routine } from '../routine.ts'

/** Files of a volume that the kubelet writes: path -> text. */
export type Content = { files: Record<string, string> } | { error: string }

export interface ContentSources {
  objects: ReferencedObjects
  downward(pod: Pod): DownwardValues
  token(pod: Pod): Routine<string | { error: string }>
}

type KeyToPath = { key: string; path: string }

/** What a configMap, secret, downwardAPI or projected volume holds now (pkg/volume/configmap, secret, downwardapi, projected). */
export function* contentOf(sources: ContentSources, pod: Pod, volume: Volume): Routine<Content | undefined> {
  if (volume.configMap !== undefined) return yield* fromObject(sources, pod, false, { ...volume.configMap, name: volume.configMap.name! })
  if (volume.secret !== undefined) return yield* fromObject(sources, pod, true, { ...volume.secret, name: volume.secret.secretName! })
  if (volume.downwardAPI !== undefined) return fromDownward(sources, pod, volume.downwardAPI.items ?? [])
  if (volume.projected !== undefined) return yield* fromProjection(sources, pod, volume.projected.sources ?? [])
  return undefined
}

function* fromObject(
  sources: ContentSources,
  pod: Pod,
  secret: boolean,
  ref: { name: string; items?: KeyToPath[]; optional?: boolean },
): Routine<Content> {
  const object = yield* sources.objects.get(pod, secret ? secrets : configMaps, ref.name)
  if (object !== undefined) return pick(object, ref)
  if (ref.optional === true) return { files: {} }
  return { error: `${secret ? 'secret' : 'configmap'} "${ref.name}" not found` }
}

function pick(object: KubeObject, { items, optional }: { items?: KeyToPath[]; optional?: boolean }): Content {
  const data = dataOf(object)
  if (items === undefined) return { files: data }
  const files: Record<string, string> = {}
  for (const { key, path } of items) {
    const value = data[key]
    if (value !== undefined) files[path] = value
    else if (optional !== true) return { error: `${object.kind === 'Secret' ? 'references non-existent secret key' : 'configmap references non-existent config key'}: ${key}` }
  }
  return { files }
}

type DownwardItem = { path: string; fieldRef?: { fieldPath: string }; resourceFieldRef?: unknown }

function fromDownward(sources: ContentSources, pod: Pod, items: readonly DownwardItem[]): Content {
  const values = sources.downward(pod)
  const files: Record<string, string> = {}
  for (const { path, fieldRef, resourceFieldRef } of items) {
    const value = fieldRef !== undefined ? values.field(fieldRef.fieldPath) : values.resource(resourceFieldRef as Parameters<DownwardValues['resource']>[0])
    if (typeof value === 'object') return value
    files[path] = value
  }
  return { files }
}

type Projection = NonNullable<NonNullable<Volume['projected']>['sources']>[number]

function* fromProjection(sources: ContentSources, pod: Pod, projections: readonly Projection[]): Routine<Content> {
  const files: Record<string, string> = {}
  for (const source of projections) {
    const content = yield* fromOne(sources, pod, source)
    if ('error' in content) return content
    Object.assign(files, content.files)
  }
  return { files }
}

function* fromOne(sources: ContentSources, pod: Pod, source: Projection): Routine<Content> {
  if (source.serviceAccountToken !== undefined) {
    const token = yield* sources.token(pod)
    return typeof token === 'object' ? token : { files: { [source.serviceAccountToken.path]: token } }
  }
  if (source.configMap !== undefined) return yield* fromObject(sources, pod, false, { ...source.configMap, name: source.configMap.name! })
  if (source.secret !== undefined) return yield* fromObject(sources, pod, true, { ...source.secret, name: source.secret.name! })
  return fromDownward(sources, pod, source.downwardAPI?.items ?? [])
}
