/**
 * Strategic merge patch: a JSON merge patch that merges lists by key and knows directives
 * (apimachinery/pkg/util/strategicpatch). Nothing is changed in place.
 */
import { extended } from '../extended.ts'
import type { Struct } from '../schema/schema.ts'
import { deepEqual, goFormat, isMap, PatchFailure, refuseProto, type Json } from './jsonMap.ts'
import { strategyOf, typeOf, type FieldStrategy } from './metadata.ts'
import { byOrder, mergeSorted } from './order.ts'

export interface MergeOptions {
  /** True on the server; false when kubectl joins two patches, whose directives must survive. */
  parallelLists: boolean
  /** A null for what is not there disappears (server) or stays in the patch (kubectl). */
  ignoreUnmatchedNulls: boolean
}

const server: MergeOptions = { parallelLists: true, ignoreUnmatchedNulls: true }

export const deletePrefix = '$deleteFromPrimitiveList'
export const orderPrefix = '$setElementOrder'
export const retainKeys = '$retainKeys'
export const directive = '$patch'

/** What the server makes of a strategic merge patch. Throws PatchFailure. */
export function strategicMergePatch(original: Json, patch: Json, apiVersion: string, kind: string): Json {
  return mergeMaps(original, patch, typeOf(apiVersion, kind), server)
}

export function mergeMaps(original: Json, patch: Json, type: Struct | undefined, options: MergeOptions): Json {
  if (Object.hasOwn(patch, directive)) return wholeMap(patch)
  let { out, rest } = keepRetained(original, patch, options)
  ;({ out, rest } = mergeOrdered(out, rest, type, options))
  for (const patchKey of Object.keys(rest)) {
    refuseProto(patchKey)
    const value = rest[patchKey]
    const deletes = patchKey.startsWith(deletePrefix)
    if (deletes && !options.parallelLists) {
      out[patchKey] = value
      continue
    }
    const key = deletes ? afterSlash(patchKey) : patchKey
    mergeKey(out, key, value, strategyOf(type, key), deletes, options)
  }
  return out
}

/** Merges one key of a patch into `out`, which is ours to change. */
function mergeKey(
  out: Json,
  key: string,
  value: unknown,
  strategy: FieldStrategy,
  deletes: boolean,
  options: MergeOptions,
): void {
  if (value === null) {
    delete out[key]
    if (options.ignoreUnmatchedNulls) return
  }
  if (!Object.hasOwn(out, key)) {
    const taken = options.parallelLists ? withoutDirectives(value, true) : value
    if (!deletes && taken !== undefined) out[key] = taken
    return
  }
  const before = out[key]
  if (isMap(before) && isMap(value)) {
    out[key] = strategy.replace ? value : mergeMaps(before, value, strategy.type, options)
  } else if (Array.isArray(before) && Array.isArray(value)) {
    out[key] = strategy.mergeKey === undefined ? value : mergeLists(before, value, strategy, deletes, options)
  } else {
    out[key] = value
  }
}

/** `$patch: replace` takes the rest of the patch as it is, `$patch: delete` leaves nothing. */
function wholeMap(patch: Json): Json {
  const { [directive]: what, ...rest } = patch
  if (what === 'replace') return rest
  if (what === 'delete') return {}
  throw new PatchFailure(`unknown patch type: ${goFormat(what)} in map: ${goFormat(patch)}`)
}

/**
 * New parts of an object take no directives and no nulls with them. `wholly`: nor what a directive is about, which there is nothing of (removeDirectives);
 * in a new item of a list upstream leaves that as it is.
 */
function withoutDirectives(value: unknown, wholly = false): unknown {
  if (Array.isArray(value)) return value.map((item) => withoutDirectives(item, wholly)).filter((item) => item !== undefined)
  if (!isMap(value)) return value
  if (wholly && Object.hasOwn(value, directive)) return undefined
  const out: Json = {}
  for (const key of Object.keys(value)) {
    refuseProto(key)
    const isDirective =
      key === directive || key === retainKeys || key.startsWith(deletePrefix) || key.startsWith(orderPrefix)
    if (isDirective || value[key] === null) continue
    const taken = withoutDirectives(value[key], wholly)
    if (taken !== undefined) out[key] = taken
  }
  return out
}

/** $retainKeys: what is not named goes. Between two patches the directive is handed on. */
function keepRetained(original: Json, patch: Json, options: MergeOptions): { out: Json; rest: Json } {
  if (!Object.hasOwn(patch, retainKeys)) return { out: extended(original, {}), rest: patch }
  const { [retainKeys]: kept, ...rest } = patch
  if (!options.parallelLists) {
    const held = original[retainKeys]
    if (held !== undefined && !deepEqual(held, kept)) {
      throw new PatchFailure(
        `${goFormat(held)} and ${goFormat(kept)} are not deep equal: this may happen when calculating the 3-way diff patch`,
      )
    }
    return { out: { ...original, [retainKeys]: kept }, rest }
  }
  const bad = 'invalid patch format of retainKeys'
  if (!Array.isArray(kept)) throw new PatchFailure(bad, 'bad request')
  for (const key of Object.keys(rest)) {
    if (rest[key] === null || key.startsWith(deletePrefix) || key.startsWith(orderPrefix) || kept.includes(key))
      continue
    throw new PatchFailure(bad, 'bad request')
  }
  const out: Json = {}
  for (const key of Object.keys(original)) if (kept.includes(key)) out[key] = original[key]
  return { out, rest }
}

function afterSlash(key: string): string {
  const slash = key.indexOf('/')
  if (slash >= 0) return key.slice(slash + 1)
  const what = key.startsWith(deletePrefix) ? 'primitive list' : 'setElementOrder list'
  throw new PatchFailure(`invalid patch format of ${what}`, 'bad request')
}

/** Merges the lists for which the patch prescribes an order ($setElementOrder/<list>). */
function mergeOrdered(
  original: Json,
  patch: Json,
  type: Struct | undefined,
  options: MergeOptions,
): { out: Json; rest: Json } {
  const out = original
  let rest = patch
  for (const orderKey in patch) {
    if (!orderKey.startsWith(orderPrefix)) continue
    const order = patch[orderKey]
    const key = afterSlash(orderKey)
    refuseProto(key)
    const bad = 'invalid patch format of setElementOrder list'
    if (!Array.isArray(order)) throw new PatchFailure(bad, 'bad request')
    if (!options.parallelLists) {
      if (out[orderKey] !== undefined && !deepEqual(out[orderKey], order)) throw new PatchFailure(bad, 'bad request')
      out[orderKey] = order
    }
    const { [orderKey]: _, [key]: patchList, ...others } = rest
    rest = others
    const live = out[key]
    if (live === undefined && patchList === undefined) continue
    if (live !== undefined && !Array.isArray(live)) throw badType(live)
    if (patchList !== undefined && !Array.isArray(patchList)) throw badType(patchList)
    out[key] = inOrder(live, patchList, order, strategyOf(type, key), options)
  }
  return { out, rest }
}

const badType = (value: unknown): PatchFailure =>
  new PatchFailure(
    `expected a []interface {}, but received a ${isMap(value) ? 'map[string]interface {}' : typeof value}`,
  )

function inOrder(
  live: unknown[] | undefined,
  patch: unknown[] | undefined,
  order: unknown[],
  strategy: FieldStrategy,
  options: MergeOptions,
): unknown[] {
  const key = strategy.mergeKey ?? ''
  if (patch) checkOrder(patch, order, key)
  const merged =
    live && patch
      ? strategy.mergeKey === undefined
        ? patch
        : mergeLists(live, patch, strategy, false, options)
      : (live ?? patch)!
  return arrange(merged, order, live ?? [], key)
}

/** Every item of the patch must stand in the order list, in the same order. */
function checkOrder(patch: readonly unknown[], order: readonly unknown[], key: string): void {
  if (order.length === 0) return
  const kept = patch.filter((item) => !(isMap(item) && Object.hasOwn(item, directive)))
  let at = 0
  for (const item of kept) {
    while (at < order.length && keyOf(order[at], key) !== keyOf(item, key)) at++
    if (at++ >= order.length) {
      throw new PatchFailure(
        `The order in patch list:\n${goFormat(patch)}\n doesn't match ${orderPrefix} list:\n${goFormat(order)}\n`,
      )
    }
  }
}

/** The value by which an item of a merged list is known: itself when the list holds plain values. */
export function keyOf(item: unknown, key: string): unknown {
  if (key === '') return item
  if (!isMap(item)) throw new PatchFailure(`expected a map[string]interface {}, but received a ${goType(item)}`)
  if (!Object.hasOwn(item, key)) {
    throw new PatchFailure(`map: ${goFormat(item)} does not contain declared merge key: ${key}`)
  }
  return item[key]
}

/** reflect.TypeOf of what JSON was read into. */
function goType(value: unknown): string {
  if (value === null || value === undefined) return '%!s(<nil>)'
  if (Array.isArray(value)) return '[]interface {}'
  return typeof value === 'number' ? 'float64' : typeof value === 'boolean' ? 'bool' : 'string'
}

/** Items that the patch speaks of in its order, the others in theirs, one into the other. */
function arrange(
  merged: readonly unknown[],
  order: readonly unknown[],
  live: readonly unknown[],
  key: string,
): unknown[] {
  const inOrder = new Places(order, key)
  if (inOrder.isRising(merged)) return [...merged]
  const ours = merged.filter((item) => inOrder.rank(item) !== undefined)
  const inLive = new Places(live, key)
  const sorted = byOrder(ours, inOrder.rank)
  if (ours.length === merged.length) return sorted
  const others = merged.filter((item) => inOrder.rank(item) === undefined)
  return mergeSorted(byOrder(others, inLive.rank), sorted, inLive.rank)
}

/** Where the items of a list stand, by their keys; the first of equal ones counts. */
class Places {
  private readonly key: string
  private readonly keys: unknown[]
  private map: Map<unknown, number> | undefined

  constructor(list: readonly unknown[], key: string) {
    this.key = key
    this.keys = list.map((item) => keyOf(item, key))
  }

  readonly rank = (item: unknown): number | undefined => {
    const wanted = keyOf(item, this.key)
    if (this.keys.length > fewItems) return (this.map ??= firstPlaces(this.keys)).get(wanted)
    const place = this.keys.indexOf(wanted)
    return place < 0 ? undefined : place
  }

  /** Whether all of these items are in it, and in its order. */
  isRising(items: readonly unknown[]): boolean {
    let last = -1
    for (const item of items) {
      const place = this.rank(item)
      if (place === undefined || place < last) return false
      last = place
    }
    return true
  }
}

function firstPlaces(keys: readonly unknown[]): Map<unknown, number> {
  const places = new Map<unknown, number>()
  for (let i = keys.length - 1; i >= 0; i--) places.set(keys[i], i)
  return places
}

/** A search through so few is faster than an index of them. */
const fewItems = 16

function mergeLists(
  live: readonly unknown[],
  patch: readonly unknown[],
  strategy: FieldStrategy,
  deletes: boolean,
  options: MergeOptions,
): unknown[] {
  if (live.length === 0 && patch.length === 0) return []
  const kind = kindOf(live[0] ?? patch[0])
  const differs = (item: unknown): boolean => kindOf(item) !== kind
  if (kind === 'array' || live.some(differs) || patch.some(differs)) {
    if (live.some(Array.isArray) || patch.some(Array.isArray)) throw new PatchFailure('lists of lists are not supported', 'unprocessable')
    throw new PatchFailure(`list element types are not identical: ${goFormat([live, patch])}`)
  }
  if (kind !== 'map') {
    if (deletes) return live.filter((item) => !patch.includes(item))
    return arrange([...new Set([...live, ...patch])], patch, live, '')
  }
  if (!strategy.mergeKey) throw new PatchFailure('cannot merge lists without merge key for type struct')
  return mergeMapLists(live as Json[], patch as Json[], strategy.mergeKey, strategy.type, options)
}

const kindOf = (item: unknown): string => (isMap(item) ? 'map' : Array.isArray(item) ? 'array' : typeof item)

function mergeMapLists(
  live: readonly Json[],
  patch: readonly Json[],
  key: string,
  type: Struct | undefined,
  options: MergeOptions,
): unknown[] {
  let before = live
  let additions: Json[] = []
  let replace = false
  for (const item of patch) {
    const what = item[directive]
    if (what === undefined) additions.push(item)
    else if (what === 'delete') {
      const gone = keyOf(item, key)
      before = before.filter((other) => other[key] !== gone)
    } else if (what === 'replace') replace = true
    else if (what === 'merge') throw new PatchFailure('merging lists cannot yet be specified in the patch')
    else throw new PatchFailure(`unknown patch type: ${goFormat(what)} in map: ${goFormat(item)}`)
  }
  if (replace) {
    before = additions
    additions = []
  }
  const kept = [...before]
  const keys = kept.map((item) => item[key])
  const places = keys.length > fewItems ? firstPlaces(keys) : undefined
  for (const item of additions) {
    const wanted = keyOf(item, key)
    const place = places === undefined ? keys.indexOf(wanted) : (places.get(wanted) ?? -1)
    if (place >= 0) kept[place] = mergeMaps(kept[place]!, item, type, options)
    else {
      places?.set(wanted, kept.length)
      keys.push(wanted)
      kept.push(options.parallelLists ? (withoutDirectives(item) as Json) : item)
    }
  }
  return arrange(kept, additions, before, key)
}
