/**
 * Server-side apply: what an applier says becomes its fields; what it said last time and says no more
 * goes, unless others own it; what others own and it would change is a conflict, unless forced.
 */
import { decode, type FieldValidation } from '../decode.ts'
import { duplicatesIn } from '../duplicateFields.ts'
import { isMap, deepEqual, refuseProto, PatchFailure, type Json } from '../patch/jsonMap.ts'
import { apiVersionOf, type ResourceInfo } from '../resources.ts'
import { structOfKind, type Struct } from '../schema/schema.ts'
import { badRequest, conflict } from '../status.ts'
import { formatTime } from '../time.ts'
import { goQuote } from '../field.ts'
import type { KubeObject, Status } from '../types.ts'
import { configError } from './checkConfig.ts'
import { compare, fieldsOf, type Comparison } from './compare.ts'
import { difference, paths, union, without, type FieldSet } from './fieldSet.ts'
import { capped, idOf, readManagers, writeManagers, type Manager, type Managers } from './managers.ts'
import { mergeConfig, prune } from './merge.ts'
import {
  changesOf,
  emptyCustom,
  emptyObject,
  fixedFields,
  release,
  serverFields,
  touched,
  trackUpdate,
  withManagedFields,
  type Writer,
} from './track.ts'

export interface Applier extends Writer {
  force: boolean
}

/**
 * What an apply patch makes of the stored object (undefined: of none). Defaults, admission and
 * strategies come after it, as after any patch; the managedFields are right already.
 */
export function applyConfiguration(
  stored: KubeObject | undefined,
  body: unknown,
  info: ResourceInfo,
  applier: Applier,
  validation: FieldValidation = 'Warn',
): { object: KubeObject; warnings: readonly string[] } | { status: Status } {
  const apiVersion = apiVersionOf(info)
  if (!isMap(body)) return { status: badRequest('error decoding YAML: the patch is not an object') }
  const config = body
  const [again] = validation === 'Strict' ? duplicatesIn(body) : []
  if (again !== undefined) return { status: badRequest(`error strict decoding YAML: error converting YAML to JSON: yaml: unmarshal errors:\n  line ${again.line}: key ${goQuote(again.key)} already set in map`) }
  const wrong = refusal(config, info, apiVersion)
  if (wrong) return { status: wrong }
  const type = structOf(info)
  const live = stored ?? (info.custom === undefined ? emptyObject(apiVersion, info.kind) : emptyCustom({ apiVersion, kind: info.kind }))
  const tracked = beforeFirstApply(live, stored !== undefined, applier, info.custom?.struct)
  const applied = applyTo(tracked, config, type, apiVersion, applier)
  if ('status' in applied) return applied
  const decoded = decode(info, withLastApplied(applied.object, tracked, config, applier), validation)
  if ('status' in decoded) return decoded
  const { object, warnings } = decoded
  const { name, uid } = object.metadata
  if (stored === undefined && uid) return { status: conflict(info, name, `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`) }
  return { object: withManagedFields(object, applied.managedFields), warnings }
}

const structOf = (info: ResourceInfo): Struct => info.custom?.struct ?? structOfKind(apiVersionOf(info), info.kind)!

function refusal(config: Json, info: ResourceInfo, apiVersion: string): Status | undefined {
  try {
    refuseProtoDeep(config, 0)
  } catch (failure) {
    if (!(failure instanceof PatchFailure)) throw failure
    return badRequest(failure.message)
  }
  const metadata = isMap(config['metadata']) ? config['metadata'] : {}
  const given = groupVersionKind(String(config['apiVersion'] ?? ''), String(config['kind'] ?? ''))
  if (given !== groupVersionKind(apiVersion, info.kind)) return badRequest(`invalid object type: ${given}`)
  if (metadata['managedFields'] !== undefined && metadata['managedFields'] !== null) {
    return badRequest('metadata.managedFields must be nil')
  }
  const wrong = configError(config, structOf(info))
  if (wrong === undefined) return undefined
  const who = `${String(metadata['namespace'] ?? '')}/${String(metadata['name'] ?? '')}; ${given}`
  return failure(500, `failed to create typed patch object (${who}): ${wrong}`)
}

const groupVersionKind = (apiVersion: string, kind: string): string =>
  `${apiVersion.includes('/') ? apiVersion : `/${apiVersion}`}, Kind=${kind}`

const maxDepth = 1000

function refuseProtoDeep(value: unknown, depth: number): void {
  if (typeof value !== 'object' || value === null) return
  if (depth > maxDepth) throw new PatchFailure('exceeded max depth', 'bad request')
  for (const key of Object.keys(value)) {
    refuseProto(key)
    refuseProtoDeep((value as Json)[key], depth + 1)
  }
}

function failure(code: number, message: string): Status {
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, code }
}

/** Fields of an object that nobody has been known to own are owned as of now. */
function beforeFirstApply(live: KubeObject, exists: boolean, { now }: Applier, custom: Struct | undefined): KubeObject {
  if (!exists || (readManagers(live)?.size ?? 0) > 0) return live
  const unowned = withManagedFields(live, undefined)
  return trackUpdate(unowned, undefined, { manager: 'before-first-apply', now }, custom)
}

type Applied = { object: Json; managedFields: KubeObject['metadata']['managedFields'] } | { status: Status }

function applyTo(live: KubeObject, config: Json, type: Struct, apiVersion: string, applier: Applier): Applied {
  const { manager: name, subresource = '', now } = applier
  const self = { name, operation: 'Apply', apiVersion, subresource } as const
  const id = idOf(self)
  const managers = readManagers(live) ?? new Map<string, Manager>()
  const last = managers.get(id)
  const fields = without(fieldsOf(config, type), fixedFields(live, subresource))
  const claimed = withFields(managers, id, { ...self, time: last?.time }, fields)
  const source = live as unknown as Json
  const pruned = pruneUnowned(mergeConfig(source, config, type), last?.fields, claimed, type)
  const changes = changesOf(live, pruned as unknown as KubeObject, type, subresource)
  const conflicts = conflictsOf(claimed, changes, id, live, applier, type)
  if (conflicts.length > 0) return { status: conflictStatus(conflicts) }
  const released = release(claimed, changes, id)
  const own = released.get(id)
  const changed = !deepEqual(source, pruned)
  const done = withFields(
    released,
    id,
    { ...self, time: changed ? formatTime(now) : last?.time },
    difference(own?.fields, serverFields),
  )
  return { object: pruned, managedFields: writeManagers(capped(done)) }
}

function withFields(
  managers: Managers,
  id: string,
  manager: Omit<Manager, 'fields'>,
  fields: FieldSet | undefined,
): Managers {
  const out = new Map(managers)
  if (fields === undefined) out.delete(id)
  else out.set(id, { ...manager, fields })
  return out
}

function pruneUnowned(merged: Json, last: FieldSet | undefined, managers: Managers, type: Struct): Json {
  if (last === undefined) return merged
  let owned: FieldSet | undefined = serverFields
  for (const manager of managers.values()) owned = union(owned, manager.fields)
  return prune(merged, last, owned, type)
}

interface Conflict {
  manager: string
  path: string
}

function conflictsOf(
  managers: Managers,
  changes: Comparison,
  id: string,
  live: KubeObject,
  { force, manager }: Applier,
  type: Struct,
): Conflict[] {
  if (force) return []
  // What kubectl's client-side apply has set, its server-side apply may take over.
  const allowed = manager === 'kubectl' ? lastAppliedFields(live, type) : undefined
  return [...touched(managers, changes, id)].flatMap(([other, fields]) =>
    paths(difference(fields, allowed)).map((path) => ({ manager: printManager(managers.get(other)!), path })),
  )
}

function printManager({ name, subresource, operation, apiVersion }: Manager): string {
  const text = goQuote(name) + (subresource === '' ? '' : ` with subresource ${goQuote(subresource)}`)
  return operation === 'Update' ? `${text} using ${apiVersion}` : text
}

function conflictStatus(conflicts: readonly Conflict[]): Status {
  const causes = conflicts.map(({ manager, path }) => ({
    reason: 'FieldManagerConflict',
    message: `conflict with ${manager}`,
    field: path,
  }))
  const status = failure(409, conflictMessage(conflicts))
  return { ...status, reason: 'Conflict', details: { causes } }
}

function conflictMessage(conflicts: readonly Conflict[]): string {
  const [only] = conflicts
  if (conflicts.length === 1) return `Apply failed with 1 conflict: conflict with ${only!.manager}: ${only!.path}`
  const lines = [...new Set(conflicts.map(({ manager }) => manager))]
    .toSorted()
    .flatMap((manager) => [
      `conflicts with ${manager}:`,
      ...conflicts.filter((conflict) => conflict.manager === manager).map(({ path }) => `- ${path}`),
    ])
  return `Apply failed with ${conflicts.length} conflicts: ${lines.join('\n')}`
}

const lastAppliedAnnotation = 'kubectl.kubernetes.io/last-applied-configuration'

/** Fields that client-side apply has set and that still are as it set them. */
function lastAppliedFields(live: KubeObject, type: Struct): FieldSet | undefined {
  const text = live.metadata.annotations?.[lastAppliedAnnotation]
  if (!text) return undefined
  let last: unknown
  try {
    last = JSON.parse(text)
  } catch {
    return undefined
  }
  if (!isMap(last) || configError(last, type) !== undefined) return undefined
  const { added, modified, removed } = compare(last, live, type)
  return difference(difference(difference(fieldsOf(last, type), modified), added), removed)
}

/** An object that client-side apply knows is kept ready for it. */
function withLastApplied(object: Json, live: KubeObject, config: Json, { manager }: Applier): Json {
  if (manager !== 'kubectl' || !live.metadata.annotations?.[lastAppliedAnnotation]) return object
  const metadata = object['metadata'] as Json
  const annotations = metadata['annotations'] as Json | undefined
  const { managedFields: _, ...configMetadata } = (config['metadata'] ?? {}) as Json
  const text = `${JSON.stringify(sorted({ ...config, metadata: configMetadata }))}\n`
  return { ...object, metadata: { ...metadata, annotations: { ...annotations, [lastAppliedAnnotation]: text } } }
}

/** Keys in order, as Go writes maps. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (!isMap(value)) return value
  return Object.fromEntries(
    Object.keys(value)
      .toSorted()
      .map((key) => [key, sorted(value[key])]),
  )
}
