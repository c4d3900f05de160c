/** metadata.managedFields: who owns which fields, as stored (apimachinery/pkg/util/managedfields). */
import { isMap } from '../patch/jsonMap.ts'
import type { KubeObject } from '../types.ts'
import { union, type FieldSet } from './fieldSet.ts'

export interface Manager {
  name: string
  operation: 'Apply' | 'Update'
  apiVersion: string
  subresource: string
  /** RFC 3339; undefined when it never changed anything. */
  time: string | undefined
  fields: FieldSet
  /** As read; undefined when anything has changed. */
  entry?: Entry | undefined
}

type Entry = NonNullable<KubeObject['metadata']['managedFields']>[number]

/** Managers by what makes them one: the API version only tells those apart that update. */
export type Managers = ReadonlyMap<string, Manager>

type Identity = Pick<Manager, 'name' | 'operation' | 'apiVersion' | 'subresource'>

export const idOf = ({ name, operation, apiVersion, subresource }: Identity): string =>
  `${operation}\n${operation === 'Apply' ? '' : apiVersion}\n${subresource}\n${name}`

/** The entries of an object; undefined when some cannot be understood. */
export function readManagers(object: KubeObject): Managers | undefined {
  const managers = new Map<string, Manager>()
  for (const entry of object.metadata.managedFields ?? []) {
    const { manager = '', operation, apiVersion = '', subresource = '', time, fieldsType, fieldsV1 } = entry
    if ((operation !== 'Apply' && operation !== 'Update') || fieldsType !== 'FieldsV1' || !isMap(fieldsV1)) {
      return undefined
    }
    if (Object.keys(fieldsV1).length === 0) continue
    const fields = fieldsV1 as unknown as FieldSet
    const read: Manager = {
      name: manager,
      operation,
      apiVersion,
      subresource,
      time: time as string | undefined,
      fields,
    }
    managers.set(idOf(read), read)
  }
  return managers
}

export function writeManagers(managers: Managers): Entry[] {
  const list = [...managers.values()]
  if (list.length > 1) list.sort(byPlace)
  return list.map(entryOf)
}

function entryOf({ name, operation, apiVersion, subresource, time, fields, entry }: Manager): Entry {
  return (
    entry ??
    ({
      manager: name,
      operation,
      apiVersion,
      ...(time === undefined ? {} : { time }),
      fieldsType: 'FieldsV1',
      fieldsV1: fields,
      ...(subresource === '' ? {} : { subresource }),
    } as unknown as Entry)
  )
}

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** Stored times are whole seconds, written alike: their text has their order. */
const byTime = (a: Manager, b: Manager): number => byText(a.time ?? '', b.time ?? '')

function byPlace(a: Manager, b: Manager): number {
  return (
    byText(a.operation, b.operation) ||
    byTime(a, b) ||
    byText(a.name, b.name) ||
    byText(a.apiVersion, b.apiVersion) ||
    byText(a.subresource, b.subresource)
  )
}

const maxUpdaters = 10

/** Beyond ten who have updated, the oldest become one. */
export function capped(managers: Managers): Managers {
  if (managers.size <= maxUpdaters) return managers
  const updaters = [...managers].filter(([, manager]) => manager.operation === 'Update')
  let count = updaters.length
  if (count <= maxUpdaters) return managers
  const out = new Map(managers)
  const first = new Map<string, string>()
  updaters.sort(([a, x], [b, y]) => byTime(x, y) || byText(a, b))
  for (const [id, manager] of updaters) {
    if (count <= maxUpdaters) break
    const { apiVersion } = manager
    const earlier = first.get(apiVersion)
    if (earlier === undefined) {
      first.set(apiVersion, id)
      continue
    }
    const ancient: Manager = { ...manager, name: 'ancient-changes', subresource: '', entry: undefined }
    const bucket = idOf(ancient)
    const held = out.get(bucket) ?? out.get(earlier)!
    if (!out.has(bucket)) out.delete(earlier)
    out.delete(id)
    out.set(bucket, { ...ancient, fields: union(manager.fields, held.fields)! })
    count--
  }
  return out
}
