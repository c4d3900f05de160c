import { apiVersionOf } from '../resources.ts'
import type { KubeObject } from '../types.ts'
import { allConverted, keptVersion } from './convert.ts'
import type { CustomResource, Schema } from './kind.ts'

type Fields = Record<string, unknown>

/**
 * A custom resource with the defaults of its schema, as it is stored. Takes what `decodeCustom` returns. Where a webhook converts, it is
 * looked at in the version in which it came, and converted at last.
 */
export function toStored(info: CustomResource, object: KubeObject): KubeObject {
  const { apiVersion: _, kind, metadata, ...rest } = object
  const filled = withDefaults(rest, info.custom.schema) as Fields
  return { ...filled, apiVersion: keptVersion(info), kind, metadata } as unknown as KubeObject
}

const shown = new WeakMap<Schema, WeakMap<KubeObject, KubeObject>>()

/** Stored objects as a version shows them: what the schema has by default by now, they have, though they were stored without (CustomResourceDefaulting). */
export function toServed(info: CustomResource, objects: readonly KubeObject[]): KubeObject[] {
  const { custom } = info
  const apiVersion = apiVersionOf(info)
  let known = shown.get(custom.schema)
  if (known === undefined) shown.set(custom.schema, (known = new WeakMap()))
  return allConverted(objects, apiVersion, custom).map((object) => {
    let made = known.get(object)
    if (made === undefined) known.set(object, (made = defaulted(object, custom.schema)))
    return made
  })
}

function defaulted(object: KubeObject, schema: Schema): KubeObject {
  const { apiVersion, kind, metadata, ...rest } = object
  const filled = withDefaults(rest, schema) as Fields
  return filled === rest ? object : ({ ...filled, apiVersion, kind, metadata } as unknown as KubeObject)
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
