/**
 * Who owns the fields of an object after an ordinary write: fields that it changed become the writer's,
 * and nobody else's (structured-merge-diff/merge Updater.Update, as the API server wraps it).
 */
import { decode } from '../decode.ts'
import { deepEqual, type Json } from '../patch/jsonMap.ts'
import { structOfKind, type Struct } from '../schema/schema.ts'
import { formatTime } from '../time.ts'
import type { KubeObject } from '../types.ts'
import { compare, type Comparison } from './compare.ts'
import { difference, intersection, union, without, type FieldSet } from './fieldSet.ts'
import { capped, idOf, readManagers, writeManagers, type Manager, type Managers } from './managers.ts'

export interface Writer {
  /** See `managerOf`. */
  manager: string
  subresource?: string | undefined
  /** Virtual ms. */
  now: number
}

/** The name that a request goes by: its fieldManager, else what its user agent calls itself. */
export function managerOf(fieldManager: string | undefined, userAgent: string): string {
  return fieldManager || userAgent.split('/')[0]!.slice(0, 128)
}

/**
 * `next` with its managedFields. Run after defaulting and before admission; `old` is undefined on
 * create. Objects that were not tracked from the beginning stay so.
 */
export function trackUpdate(next: KubeObject, old: KubeObject | undefined, writer: Writer, custom?: Struct): KubeObject {
  const managers = managersFor(next, old, writer.subresource)
  if (old !== undefined && managers.size === 0) return withManagedFields(next, undefined)
  const type = custom ?? structOfKind(next.apiVersion, next.kind)!
  const before = old ?? (custom === undefined ? emptyObject(next.apiVersion, next.kind) : emptyCustom(next))
  const written = writeManagers(capped(updateManagers(managers, before, next, type, writer)))
  const same = old !== undefined && deepEqual(written, old.metadata.managedFields)
  return withManagedFields(next, same ? old.metadata.managedFields : written)
}

/** What the client sent is believed, except at subresources; no entries, or one empty one, clear everything. */
function managersFor(next: KubeObject, old: KubeObject | undefined, subresource: string | undefined): Managers {
  const sent = next.metadata.managedFields
  const trusted = subresource === undefined && sent !== undefined && sent !== old?.metadata.managedFields
  if (trusted && sent.every((entry) => sent.length === 1 && Object.keys(entry).length === 0)) return none
  const read = trusted ? readManagers(next) : undefined
  if (read !== undefined && read.size > 0) return read
  return (old && readManagers(old)) ?? none
}

const none: Managers = new Map()

export function withManagedFields(
  object: KubeObject,
  managedFields: KubeObject['metadata']['managedFields'],
): KubeObject {
  if (object.metadata.managedFields === managedFields) return object
  const { managedFields: _, ...metadata } = object.metadata
  if (managedFields === undefined || managedFields.length === 0) return { ...object, metadata }
  return { ...object, metadata: { ...metadata, managedFields } }
}

/** Of a custom resource nothing is written that was not given. */
export const emptyCustom = ({ apiVersion, kind }: { apiVersion: string; kind: string }): KubeObject => ({ apiVersion, kind, metadata: {} }) as unknown as KubeObject

const empties = new Map<string, KubeObject>()

/** An object of a kind with nothing but what Go always writes. */
export function emptyObject(apiVersion: string, kind: string): KubeObject {
  const key = `${apiVersion}/${kind}`
  let empty = empties.get(key)
  if (!empty) {
    const slash = apiVersion.indexOf('/')
    const type = { group: apiVersion.slice(0, Math.max(slash, 0)), version: apiVersion.slice(slash + 1), kind }
    const decoded = decode(type, { apiVersion, kind })
    if ('status' in decoded) throw new Error(decoded.status.message)
    empties.set(key, (empty = decoded.object))
  }
  return empty
}

/** The same map when nobody's fields change. */
function updateManagers(
  managers: Managers,
  before: KubeObject,
  after: KubeObject,
  type: Struct,
  { manager: name, subresource = '', now }: Writer,
): Managers {
  const { apiVersion } = after
  const changes = changesOf(before, after, type, subresource)
  const changed = union(changes.added, changes.modified)
  if (changed === undefined && changes.removed === undefined) return managers
  const writer = { name, operation: 'Update', apiVersion, subresource } as const
  const id = idOf(writer)
  const out = release(managers, changes, id)
  const own = difference(changed, serverFields)
  if (own !== undefined) {
    const fields = union(out.get(id)?.fields, own)!
    out.set(id, { ...writer, fields, time: formatTime(now) })
  }
  return sameManagers(out, managers) ? managers : out
}

function sameManagers(a: Managers, b: Managers): boolean {
  return a.size === b.size && [...a].every(([id, manager]) => b.get(id) === manager)
}

/** Takes changed fields from all others, and fields that are gone from all (an applier says itself what it has). */
export function release(managers: Managers, changes: Comparison, writer: string): Map<string, Manager> {
  const taken = union(union(changes.added, changes.modified), changes.removed)
  const out = new Map<string, Manager>()
  for (const [id, manager] of managers) {
    const applies = id === writer && manager.operation === 'Apply'
    const fields = applies ? manager.fields : difference(manager.fields, id === writer ? changes.removed : taken)
    if (fields === manager.fields) out.set(id, manager)
    else if (fields !== undefined) out.set(id, { ...manager, fields, entry: undefined })
  }
  return out
}

/** Fields of others that a change touches, by manager. */
export function touched(managers: Managers, changes: Comparison, except: string): Map<string, FieldSet> {
  const changed = union(changes.added, changes.modified)
  const out = new Map<string, FieldSet>()
  for (const [id, manager] of managers) {
    const fields = id === except ? undefined : intersection(manager.fields, changed)
    if (fields !== undefined) out.set(id, fields)
  }
  return out
}

/** What changed, without what a write to this subresource cannot change. */
export function changesOf(before: KubeObject, after: KubeObject, type: Struct, subresource: string): Comparison {
  const changes = compare(before as unknown as Json, after as unknown as Json, type)
  const fixed = fixedFields(after, subresource)
  return {
    added: without(changes.added, fixed),
    modified: without(changes.modified, fixed),
    removed: without(changes.removed, fixed),
  }
}

const leaf: FieldSet = Object.freeze({})

/** Nobody owns what names an object and what the server keeps. */
export const serverFields: FieldSet = {
  'f:apiVersion': leaf,
  'f:kind': leaf,
  'f:metadata': {
    '.': leaf,
    'f:creationTimestamp': leaf,
    'f:generation': leaf,
    'f:managedFields': leaf,
    'f:name': leaf,
    'f:namespace': leaf,
    'f:resourceVersion': leaf,
    'f:selfLink': leaf,
    'f:uid': leaf,
  },
}

const statusFields: FieldSet = { 'f:status': leaf }
const specFields: FieldSet = { 'f:spec': leaf }
const fixedByStatus: Record<string, FieldSet> = {
  Pod: { ...specFields, 'f:metadata': { 'f:deletionTimestamp': leaf, 'f:ownerReferences': leaf } },
  Deployment: { ...specFields, 'f:metadata': { 'f:labels': leaf } },
  CustomResourceDefinition: { ...specFields, 'f:metadata': leaf },
}

/** Resources whose status is part of the object like any other field. */
const noStatusSubresource = new Set(['Event', 'Endpoints', 'EndpointSlice', 'ComponentStatus'])

/** Of a request for a certificate each subresource changes its part. */
const fixedInRequests: Record<string, FieldSet> = {
  '': { ...specFields, ...statusFields },
  status: { ...specFields, 'f:status': { 'f:conditions': leaf } },
  approval: { ...specFields, 'f:status': { 'f:certificate': leaf } },
}

/** Fields that a subresource resets to what they were (the strategies' GetResetFields). */
export function fixedFields({ kind }: KubeObject, subresource: string): FieldSet {
  if (kind === 'CertificateSigningRequest') return fixedInRequests[subresource] ?? nothing
  if (subresource === 'status') return Object.hasOwn(fixedByStatus, kind) ? fixedByStatus[kind]! : specFields
  return noStatusSubresource.has(kind) ? nothing : statusFields
}

/** A set that takes nothing away. */
const nothing: FieldSet = { 'f:': { 'f:': leaf } }
