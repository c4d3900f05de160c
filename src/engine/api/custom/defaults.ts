import type { KubeObject } from '../types.ts'
import type { CustomResource, Schema } from './kind.ts'

type Fields = Record<string, unknown>

/** A custom resource with the defaults of its schema, as it is stored. Takes what `decodeCustom` returns. */
export function toStored({ custom }: CustomResource, object: KubeObject): KubeObject {
  const { apiVersion: _, kind, metadata, ...rest } = object
  const filled = withDefaults(rest, custom.schema) as Fields
  return { ...filled, apiVersion: custom.storageVersion, kind, metadata } as unknown as KubeObject
}

const shown = new WeakMap<CustomResource['custom'], WeakMap<KubeObject, KubeObject>>()

/** A stored object as a version shows it: what the schema has by default by now, it has, though it was stored without (CustomResourceDefaulting). */
export function toServed({ group, version, custom }: CustomResource, object: KubeObject): KubeObject {
  let known = shown.get(custom)
  if (known === undefined) shown.set(custom, (known = new WeakMap()))
  let made = known.get(object)
  if (made === undefined) known.set(object, (made = served(object, `${group}/${version}`, custom.schema)))
  return made
}

function served(object: KubeObject, apiVersion: string, schema: Schema): KubeObject {
  const { apiVersion: stored, kind, metadata, ...rest } = object
  const filled = withDefaults(rest, schema) as Fields
  return stored === apiVersion && filled === rest ? object : ({ ...filled, apiVersion, kind, metadata } as unknown as KubeObject)
}

/** The same value when nothing is missing (apiextensions pkg/apiserver/schema/defaulting). */
function withDefaults(value: unknown, schema: Schema | undefined): unknown {
  if (schema === undefined || typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) {
    const items = value.map((item) => withDefaults(item, schema.items))
    return items.every((item, i) => item === value[i]) ? value : items
  }
  const out: Fields = { ...value }
  for (const [key, inner] of Object.entries(schema.properties ?? {})) {
    // A null that may not be is as good as nothing.
    if (out[key] === null && !inner.nullable && inner.default !== undefined) delete out[key]
    if (!Object.hasOwn(out, key) && inner.default !== undefined) out[key] = structuredCopy(inner.default)
    if (Object.hasOwn(out, key)) out[key] = withDefaults(out[key], inner)
  }
  const { additionalProperties: values } = schema
  if (typeof values === 'object') for (const key of Object.keys(out)) if (!Object.hasOwn(schema.properties ?? {}, key)) out[key] = withDefaults(out[key], values)
  const [before, after] = [value as Fields, Object.keys(out)]
  return after.length === Object.keys(before).length && after.every((key) => out[key] === before[key]) ? value : out
}

function structuredCopy(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(structuredCopy)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, structuredCopy(inner)]))
}
