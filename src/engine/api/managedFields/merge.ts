/** What server-side apply makes of an object and a configuration (structured-merge-diff/typed and merge). */
import type { Struct } from '../schema/schema.ts'
import { deepEqual, isMap, type Json } from '../patch/jsonMap.ts'
import { itemElement, itemsOf } from './compare.ts'
import type { FieldSet } from './fieldSet.ts'
import { shapeOf, type Shape } from './shapes.ts'

/** `live` with what `config` says; the same object when that is nothing new. Nothing is changed in place. */
export function mergeConfig(live: Json, config: Json, type: Struct): Json {
  return mergeEntries(live, config, (name) => shapeOf(type, name))
}

function mergeEntries(live: Json, config: Json, shape: (name: string) => Shape): Json {
  let out: Json | undefined
  for (const name of Object.keys(config)) {
    const merged = merge(live[name], config[name], shape(name))
    if (merged !== live[name]) (out ??= { ...live })[name] = merged
  }
  return out ?? live
}

function merge(live: unknown, config: unknown, shape: Shape): unknown {
  if (shape.is === 'ignored' || config === undefined) return live
  if (shape.is === 'leaf') return deepEqual(live, config) ? live : config
  if (live === undefined || live === null) return config
  if (config === null) return live
  if (shape.is === 'struct') return mergeConfig(live as Json, config as Json, shape.type)
  if (shape.is === 'map') return mergeEntries(live as Json, config as Json, () => shape.element)
  return mergeItems(live as unknown[], config as unknown[], shape)
}

/** The configuration's items in its order; others stay beside those they stood beside. */
function mergeItems(live: readonly unknown[], config: readonly unknown[], shape: Shape): unknown[] {
  const left = itemsOf(live, shape)
  const right = itemsOf(config, shape)
  const leftKeys = live.map((item) => itemElement(item, shape)!)
  const rightKeys = [...right.keys()]
  const shared = rightKeys.filter((key) => left.has(key))
  const done = new Set<string>()
  const out: unknown[] = []
  let next = 0
  const take = (key: string) => {
    done.add(key)
    if (shared[next] === key) next++
    out.push(shape.is === 'keyed' ? merge(left.get(key), right.get(key), shape.element) : right.get(key))
  }
  for (let l = 0, r = 0; l < leftKeys.length || r < rightKeys.length;) {
    const [ours, theirs] = [leftKeys[l], rightKeys[r]]
    if (ours !== undefined && theirs !== undefined) {
      if (ours === theirs) {
        take(theirs)
        l++
        r++
        continue
      }
      // Shared, but another shared one is wanted first: it comes when its turn in the configuration does.
      if (right.has(ours) && shared[next] !== undefined && shared[next] !== ours) {
        l++
        continue
      }
    }
    if (ours !== undefined) {
      if (!right.has(ours)) {
        out.push(live[l++])
        continue
      }
      if (done.has(ours)) l++
    }
    if (theirs !== undefined) {
      take(theirs)
      r++
    }
  }
  return out.length === live.length && out.every((item, i) => item === live[i]) ? (live as unknown[]) : out
}

/** `merged` without what was applied last time (`last`) and is nobody's any more (`owned`). */
export function prune(merged: Json, last: FieldSet, owned: FieldSet | undefined, type: Struct): Json {
  return pruneEntries(merged, last, owned, (name) => shapeOf(type, name), true)
}

const isMember = (node: FieldSet): boolean => Object.hasOwn(node, '.') || Object.keys(node).length === 0

/** `named`: fields of a struct go when what is in them goes, keys of a map do only by themselves. */
function pruneEntries(
  value: Json,
  last: FieldSet,
  owned: FieldSet | undefined,
  shape: (name: string) => Shape,
  named: boolean,
): Json {
  let out: Json | undefined
  for (const name of Object.keys(value)) {
    const was = last[`f:${name}`]
    if (was === undefined) continue
    const held = owned?.[`f:${name}`]
    if (held === undefined && (named || isMember(was))) delete (out ??= { ...value })[name]
    else {
      const kept = pruneInside(value[name], was, held, shape(name))
      if (kept === value[name]) continue
      out ??= { ...value }
      if (kept === undefined) delete out[name]
      else out[name] = kept
    }
  }
  return out ?? value
}

function pruneInside(value: unknown, last: FieldSet, owned: FieldSet | undefined, shape: Shape): unknown {
  if (shape.is === 'struct' && isMap(value)) {
    return pruneEntries(value, last, owned, (name) => shapeOf(shape.type, name), true)
  }
  if (shape.is === 'map' && isMap(value)) return pruneEntries(value, last, owned, () => shape.element, false)
  if ((shape.is === 'keyed' || shape.is === 'set') && Array.isArray(value)) {
    return pruneItems(value, last, owned, shape)
  }
  return value
}

function pruneItems(list: unknown[], last: FieldSet, owned: FieldSet | undefined, shape: Shape): unknown[] | undefined {
  const out = list.flatMap((item) => {
    const key = itemElement(item, shape)
    const was = key === undefined ? undefined : last[key]
    if (was === undefined) return [item]
    const held = owned?.[key!]
    if (held === undefined && isMember(was)) return []
    return shape.is === 'keyed' ? [pruneInside(item, was, held, shape.element)] : [item]
  })
  if (out.length === 0) return undefined
  return out.length === list.length && out.every((item, i) => item === list[i]) ? list : out
}
