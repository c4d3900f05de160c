import { asServed, toStorage } from '../../api/conversion.ts'
import { custom } from '../../api/custom/custom.ts'
import type { CustomResource } from '../../api/custom/kind.ts'
import { decode } from '../../api/decode.ts'
import { applyDefaults } from '../../api/defaults/defaults.ts'
import { extended } from '../../api/extended.ts'
import { badRequest, plainError } from '../../api/status.ts'
import { formatTime } from '../../api/time.ts'
import type { ResourceInfo } from '../../api/resources.ts'
import type { KubeObject, ObjectMeta, Status } from '../../api/types.ts'
import { isTrue, type ApiRequest } from '../request-info.ts'
import { changes } from './changes.ts'
import { applyContentType } from './content-types.ts'
import { versionOf, versionRefusal } from './write-options.ts'

/** What chance gives to new objects. */
export interface Chance {
  uuid(): string
  /** Five characters behind a generateName. */
  suffix(): string
  /** A number in [0, bound): where to begin to look for a free address or port. */
  below(bound: number): number
}

/** The object that a write asks for, with defaults, before admission; or why it cannot be understood. */
export type Intake = { object: KubeObject; warnings: readonly string[] } | { status: Status }

export function intakeCreate(request: ApiRequest, info: ResourceInfo, nowMs: number, chance: Chance): Intake {
  const decoded = decode(info, request.body, fieldValidation(request))
  if ('status' in decoded) return decoded
  const mismatch = namespaceMismatch(request, info, decoded.object)
  if (mismatch !== undefined) return { status: mismatch }
  const { object } = decoded
  const given: Partial<ObjectMeta> = object.metadata ?? {}
  const metadata: ObjectMeta = extended(given, {
    name: given.name || (given.generateName ? generatedName(given.generateName, chance) : ''),
    uid: chance.uuid(),
    resourceVersion: '',
    creationTimestamp: formatTime(nowMs),
  })
  if (info.namespaced) metadata.namespace = request.namespace!
  else delete metadata.namespace
  delete metadata.deletionTimestamp
  delete metadata.deletionGracePeriodSeconds
  delete metadata.selfLink
  // What is no version at all is not looked at.
  if (Number(versionOf(given)) > 0) return { status: plainError('resourceVersion should not be set on objects to be created') }
  return { object: asStored(info, { ...object, metadata }), warnings: decoded.warnings ?? [] }
}

/** In the version in which it is stored, with its defaults. */
function asStored(info: ResourceInfo, object: KubeObject, old?: KubeObject): KubeObject {
  return info.custom === undefined ? applyDefaults(toStorage(object, old), old) : custom.get().toStored(info as CustomResource, object)
}

/** Longest generateName that is used whole: 63 characters less the suffix. */
const maxGeneratedPrefix = 58

export const generatedName = (prefix: string, chance: Chance): string => prefix.slice(0, maxGeneratedPrefix) + chance.suffix()

export function intakeUpdate(request: ApiRequest, info: ResourceInfo, old: KubeObject): Intake {
  const decoded = decode(info, request.body, fieldValidation(request))
  if ('status' in decoded) return decoded
  const mismatch = nameMismatch(request, decoded.object) ?? namespaceMismatch(request, info, decoded.object)
  if (mismatch !== undefined) return { status: mismatch }
  const stale = staleness(info, decoded.object.metadata, old) ?? changes.get().unconditionalRefusal(request)
  if (stale !== undefined) return { status: stale }
  return { object: asStored(info, keepSystemMeta(decoded.object, old), old), warnings: decoded.warnings ?? [] }
}

export function intakePatch(request: ApiRequest, info: ResourceInfo, old: KubeObject): Intake {
  const patched = changes.get().applyPatch(asServed(old, info), request.body, request.contentType, info, request.query)
  if ('status' in patched) return patched
  const { object, warnings } = patched
  const stale = staleness(info, object.metadata, old)
  if (stale !== undefined) return { status: stale }
  const mismatch = nameMismatch(request, object) ?? namespaceMismatch(request, info, object)
  if (mismatch !== undefined) return { status: mismatch }
  return { object: asStored(info, keepSystemMeta(object, old), old), warnings }
}

/** Server-side apply: what the manager's configuration makes of the stored object, or of none (KEP-555). */
export function intakeApply(request: ApiRequest, info: ResourceInfo, old: KubeObject | undefined, nowMs: number, chance: Chance): Intake {
  const applier = { manager: request.query['fieldManager']!, subresource: request.subresource, force: isTrue(request.query['force']), now: nowMs }
  const applied = changes.get().applyConfiguration(old === undefined ? old : asServed(old, info), request.body, info, applier, fieldValidation(request))
  if ('status' in applied) return applied
  const stale = old === undefined ? undefined : staleness(info, (request.body as KubeObject).metadata ?? {}, old)
  if (stale !== undefined) return { status: stale }
  if (old === undefined) return intakeCreate({ ...request, body: applied.object }, info, nowMs, chance)
  return { object: asStored(info, keepSystemMeta(applied.object, old), old), warnings: applied.warnings }
}

/**
 * Notes whose fields these are. Who does not name a manager is known by the program's name, as upstream by its user agent; of an object
 * that began without such notes, as most that components make, none are kept.
 */
export function trackManager(request: ApiRequest, author: string, object: KubeObject, old: KubeObject | undefined, nowMs: number): KubeObject {
  if (request.contentType === applyContentType) return object
  const manager = request.query['fieldManager'] ?? (old?.metadata.managedFields === undefined ? undefined : author.split('/')[0])
  if (manager === undefined) return object
  return changes.get().trackUpdate(object, old, { manager, subresource: request.subresource, now: nowMs }, request.info?.custom?.struct)
}

/** What a client may send but never change. */
function keepSystemMeta(object: KubeObject, old: KubeObject): KubeObject {
  const metadata: ObjectMeta = {
    ...object.metadata,
    uid: old.metadata.uid,
    creationTimestamp: old.metadata.creationTimestamp,
    resourceVersion: old.metadata.resourceVersion,
  }
  // Where it lies is said by the path, too.
  if (old.metadata.namespace !== undefined) metadata.namespace = old.metadata.namespace
  copyOrDrop(metadata, old.metadata, 'generation')
  copyOrDrop(metadata, old.metadata, 'deletionTimestamp')
  copyOrDrop(metadata, old.metadata, 'deletionGracePeriodSeconds')
  delete metadata.selfLink
  return { ...object, metadata }
}

function copyOrDrop<K extends keyof ObjectMeta>(to: ObjectMeta, from: ObjectMeta, key: K): void {
  if (from[key] === undefined) delete to[key]
  else to[key] = from[key]
}

function staleness(info: ResourceInfo, sent: Partial<ObjectMeta>, old: KubeObject): Status | undefined {
  const { name, uid, resourceVersion } = old.metadata
  if (sent.uid && sent.uid !== uid) {
    return changes.get().uidMismatch(info, old, sent.uid)
  }
  return versionRefusal(info, name, sent, resourceVersion)
}

function nameMismatch(request: ApiRequest, object: KubeObject): Status | undefined {
  const name = object.metadata?.name
  if (!name) return badRequest('name must be provided')
  if (name === request.name) return undefined
  return badRequest(`the name of the object (${name}) does not match the name on the URL (${request.name})`)
}

function namespaceMismatch(request: ApiRequest, info: ResourceInfo, object: KubeObject): Status | undefined {
  const namespace = object.metadata?.namespace
  if (!info.namespaced || !namespace || namespace === request.namespace) return undefined
  return badRequest(
    `the namespace of the provided object does not match the namespace sent on the request`,
  )
}

function fieldValidation(request: ApiRequest): 'Ignore' | 'Warn' | 'Strict' {
  const wanted = request.query['fieldValidation']
  return wanted === 'Strict' || wanted === 'Ignore' ? wanted : 'Warn'
}
