import type { KubeObject, Pod, Volume } from '../../api/types.ts'
import { dataOf, decoded, type DownwardValues } from '../kuberuntime/environment.ts'
import { configMaps, secrets, type ReferencedObjects } from '../referenced-objects.ts'
import type { Routine } from '../routine.ts'
import type { Payload, VolumeFile } from './atomic-writer.ts'

export type Content = { files: Payload } | { error: string }

/** What a projected volume asks of a token. */
export interface TokenOptions {
  audience: string
  expirationSeconds: number
}

export interface ContentSources {
  objects: ReferencedObjects
  downward(pod: Pod): DownwardValues
  token(pod: Pod, options: TokenOptions): Routine<string | { error: string }>
}

type KeyToPath = { key: string; path: string; mode?: number }

/** What a configMap, secret, downwardAPI or projected volume holds now (pkg/volume/configmap, secret, downwardapi, projected). */
export function* contentOf(sources: ContentSources, pod: Pod, volume: Volume): Routine<Content | undefined> {
  const { configMap, secret, downwardAPI, projected } = volume
  if (configMap !== undefined) return yield* fromObject(sources, pod, false, { ...configMap, name: configMap.name! }, configMap.defaultMode)
  if (secret !== undefined) return yield* fromObject(sources, pod, true, { ...secret, name: secret.secretName! }, secret.defaultMode)
  if (downwardAPI !== undefined) return fromDownward(sources, pod, downwardAPI.items ?? [], downwardAPI.defaultMode)
  if (projected !== undefined) return yield* fromProjection(sources, pod, projected.sources ?? [], projected.defaultMode)
  return undefined
}

const usualMode = 0o644

function* fromObject(
  sources: ContentSources,
  pod: Pod,
  secret: boolean,
  ref: { name: string; items?: KeyToPath[]; optional?: boolean },
  defaultMode: number = usualMode,
): Routine<Content> {
  const object = yield* sources.objects.get(pod, secret ? secrets : configMaps, ref.name)
  if (object !== undefined) return pick(object, ref, defaultMode)
  if (ref.optional === true) return { files: {} }
  return { error: `${secret ? 'secret' : 'configmap'} "${ref.name}" not found` }
}

function pick(object: KubeObject, { items, optional }: { items?: KeyToPath[]; optional?: boolean }, defaultMode: number): Content {
  const data = { ...dataOf(object), ...decoded((object['binaryData'] ?? {}) as Record<string, string>) }
  const files: Record<string, VolumeFile> = {}
  const secret = object.kind === 'Secret'
  if (items === undefined || items.length === 0) {
    for (const [path, text] of Object.entries(data)) files[path] = { text, mode: defaultMode, secret }
    return { files }
  }
  for (const { key, path, mode = defaultMode } of items) {
    const text = data[key]
    if (text !== undefined) files[path] = { text, mode, secret }
    else if (optional !== true) return { error: `${secret ? 'references non-existent secret key' : 'configmap references non-existent config key'}: ${key}` }
  }
  return { files }
}

type DownwardItem = { path: string; mode?: number; fieldRef?: { fieldPath: string }; resourceFieldRef?: unknown }

function fromDownward(sources: ContentSources, pod: Pod, items: readonly DownwardItem[], defaultMode: number = usualMode): Content {
  const values = sources.downward(pod)
  const files: Record<string, VolumeFile> = {}
  for (const { path, mode = defaultMode, fieldRef, resourceFieldRef } of items) {
    const text = fieldRef !== undefined ? values.field(fieldRef.fieldPath) : values.resource(resourceFieldRef as Parameters<DownwardValues['resource']>[0])
    if (typeof text === 'object') return text
    files[path] = { text, mode }
  }
  return { files }
}

type Projection = NonNullable<NonNullable<Volume['projected']>['sources']>[number]

/** The user as whom all containers run, when the spec says so of each and it is one and the same (pkg/volume/util FsUserFrom). */
function onlyUser({ spec }: Pod): number | undefined {
  const users = [...(spec.initContainers ?? []), ...spec.containers].map(({ securityContext }) => securityContext?.runAsUser ?? spec.securityContext?.runAsUser)
  return users.every((user) => user === users[0]) ? users[0] : undefined
}

/** All that is wrong is told at once. */
function* fromProjection(sources: ContentSources, pod: Pod, projections: readonly Projection[], defaultMode: number = usualMode): Routine<Content> {
  const files: Record<string, VolumeFile> = {}
  const errors = new Set<string>()
  for (const source of projections) {
    const content = yield* fromOne(sources, pod, source, defaultMode)
    if ('error' in content) errors.add(content.error)
    else Object.assign(files, content.files)
  }
  if (errors.size === 0) return { files }
  return { error: errors.size === 1 ? [...errors][0]! : `[${[...errors].join(', ')}]` }
}

function* fromOne(sources: ContentSources, pod: Pod, source: Projection, defaultMode: number): Routine<Content> {
  const { serviceAccountToken: wanted, configMap, secret } = source
  if (wanted !== undefined) {
    const text = yield* sources.token(pod, { audience: wanted.audience ?? '', expirationSeconds: wanted.expirationSeconds ?? 3600 })
    // A group that is to read it, or a user who is to own it, makes it private (projected.go collectData).
    const uid = onlyUser(pod)
    const mode = pod.spec.securityContext?.fsGroup === undefined && uid === undefined ? defaultMode : 0o600
    return typeof text === 'object' ? text : { files: { [wanted.path]: { text, mode, ...(uid === undefined ? {} : { uid }) } } }
  }
  if (configMap !== undefined) return yield* fromObject(sources, pod, false, { ...configMap, name: configMap.name! }, defaultMode)
  if (secret !== undefined) return yield* fromObject(sources, pod, true, { ...secret, name: secret.name! }, defaultMode)
  return fromDownward(sources, pod, source.downwardAPI?.items ?? [], defaultMode)
}
