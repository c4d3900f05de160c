import { custom } from '../api/custom/custom.ts'
import type { DefinitionReader } from '../api/custom/kind.ts'
import { toStorage } from '../api/conversion.ts'
import { decode } from '../api/decode.ts'
import { applyDefaults } from '../api/defaults/defaults.ts'
import type { FieldError } from '../api/field.ts'
import { prepareForCreate } from '../api/prepare.ts'
import { findKind, type ResourceInfo } from '../api/resources.ts'
import type { KubeObject, ObjectMeta } from '../api/types.ts'
import { validateCreate } from '../api/validation/validation.ts'
import { objectKey } from '../apiserver/keys.ts'
import { decideCreate } from '../apiserver/registry/registry.ts'
import { invalidObject } from '../apiserver/registry/invalid.ts'
import { hash32 } from '../kernel/random.ts'
import type { ObjectName, Refusal } from './report.ts'

export interface Taken {
  /** As etcd holds them, by key; the first written first, definitions of kinds before everything. */
  objects: Map<string, KubeObject>
  refused: Refusal[]
}

export function nameOf({ kind, metadata: { namespace, name } }: KubeObject): ObjectName {
  return { kind, ...(namespace ? { namespace } : {}), name }
}

const definitionKind = 'CustomResourceDefinition'

/**
 * Objects of another cluster as they are to lie in this one's etcd: uid, times, generation, owners and status are kept. Nobody has asked for
 * them to be made, so neither admission nor the strategies of creation change them; but what the API server could not have stored is refused.
 * Of two with one name the later one counts.
 */
export function takeObjects(given: readonly KubeObject[]): Taken {
  const taken: Taken = { objects: new Map(), refused: [] }
  const reader: DefinitionReader = {
    get: (key) => taken.objects.get(key),
    range: (prefix) => [...taken.objects].flatMap(([key, object]) => (key.startsWith(prefix) ? [object] : [])),
  }
  const inOrder = [...given].sort((a, b) => rank(a) - rank(b) || versionOf(a) - versionOf(b))
  for (const object of inOrder) {
    const one = takeOne(object, reader)
    if ('refused' in one) taken.refused.push({ object: nameOf(object), message: one.refused })
    else taken.objects.set(one.key, one.object)
  }
  return taken
}

/** Kinds before their objects, namespaces and nodes before what lies in them. */
function rank({ kind }: KubeObject): number {
  return kind === definitionKind ? 0 : kind === 'Namespace' ? 1 : kind === 'Node' ? 2 : 3
}

function versionOf({ metadata }: KubeObject): number {
  return Number(metadata.resourceVersion) || 0
}

function takeOne(given: KubeObject, reader: DefinitionReader): { key: string; object: KubeObject } | { refused: string } {
  const info = infoOf(given, reader)
  if (info === undefined) return { refused: `no matches for kind "${given.kind}" in version "${given.apiVersion}"` }
  if (!info.verbs.includes('create') || !info.verbs.includes('list')) return { refused: 'the server does not allow this method on the requested resource' }
  const decoded = decode(info, given, 'Ignore')
  if ('status' in decoded) return { refused: decoded.status.message ?? 'Bad Request' }
  const object = complete(info, withDefaults(info, decoded.object))
  const refused = refusalOf(info, object)
  return refused === undefined ? { key: objectKey(info, object.metadata.namespace, object.metadata.name), object } : { refused }
}

function infoOf({ apiVersion, kind }: KubeObject, reader: DefinitionReader): ResourceInfo | undefined {
  const builtIn = findKind(apiVersion, kind)
  if (builtIn !== undefined) return builtIn
  return custom.get().allCustom(reader).find((one) => one.kind === kind && `${one.group}/${one.version}` === apiVersion)
}

function withDefaults(info: ResourceInfo, object: KubeObject): KubeObject {
  return info.custom === undefined ? applyDefaults(toStorage(object)) : custom.get().toStored(info as never, object)
}

/** What a manifest lacks, which no server has seen yet; what a server has stored is left as it is. */
function complete(info: ResourceInfo, object: KubeObject): KubeObject {
  const { namespace = 'default', uid, ...rest } = object.metadata
  const metadata: ObjectMeta = { ...rest, uid: uid || madeUid(`${object.apiVersion}/${object.kind}/${namespace}/${object.metadata.name}`), ...(info.namespaced ? { namespace } : {}) }
  if (uid) return withAddresses({ ...object, metadata })
  const prepared = info.custom === undefined ? prepareForCreate(object, 0) : object
  const status = object['status'] ?? prepared['status']
  return { ...prepared, ...(status === undefined ? {} : { status }), metadata: { ...prepared.metadata, ...metadata } }
}

/** Servers before v1.20 knew one address of a Service only. */
function withAddresses(object: KubeObject): KubeObject {
  const { clusterIP, clusterIPs } = (object['spec'] ?? {}) as { clusterIP?: string; clusterIPs?: string[] }
  if (object.kind !== 'Service' || !clusterIP || clusterIPs !== undefined) return object
  return { ...object, spec: { ...object['spec'], clusterIPs: [clusterIP] } }
}

/** The same for the same text, and another for each. */
export function madeUid(text: string): string {
  const digits = [1, 2, 3, 4].map((seed) => (hash32(text, seed) >>> 0).toString(16).padStart(8, '0')).join('')
  return [digits.slice(0, 8), digits.slice(8, 12), `4${digits.slice(13, 16)}`, `8${digits.slice(17, 20)}`, digits.slice(20)].join('-')
}

function refusalOf(info: ResourceInfo, object: KubeObject): string | undefined {
  if (info.custom !== undefined) {
    const decision = decideCreate(info, object, 0)
    return decision.do === 'refuse' ? decision.status.message : undefined
  }
  const errors = validateCreate(object).filter((error) => !comesLater(error))
  return errors.length === 0 ? undefined : invalidObject(info, object, errors).message
}

/** Nobody may make a pod with containers of `kubectl debug`, but one that is there may have them. */
const comesLater = ({ type, field }: FieldError): boolean => type === 'FieldValueForbidden' && field === 'spec.ephemeralContainers'
