/**
 * Strategic merge patches from objects: what kubectl apply, edit and set send
 * (strategicpatch.CreateTwoWayMergePatch and CreateThreeWayMergePatch). kubectl leaves out what it
 * does not know; the server's answer is the same either way.
 */
import type { Struct } from '../schema/schema.ts'
import { deepEqual, isMap, type Json } from './jsonMap.ts'
import { strategyOf, typeOf, type FieldStrategy } from './metadata.ts'
import { byOrder } from './order.ts'
import { deletePrefix, directive, keyOf, mergeMaps, orderPrefix, retainKeys } from './strategic.ts'

interface DiffOptions {
  deletions: boolean
  changes: boolean
  retain?: boolean
}

/** The patch that leads from `original` to `modified`; {} when they are the same. Throws PatchFailure. */
export function createTwoWayMergePatch(original: Json, modified: Json, apiVersion: string, kind: string): Json {
  return diffMaps(original, modified, typeOf(apiVersion, kind), { deletions: true, changes: true })
}

/**
 * kubectl apply: changes from `current` (live) to `modified` (the file), and deletions of what `original`
 * (last applied) had and the file has no more. What others have set stays.
 */
export function createStrategicMergePatch(
  original: Json,
  modified: Json,
  current: Json,
  apiVersion: string,
  kind: string,
): Json {
  const type = typeOf(apiVersion, kind)
  const changes = diffMaps(current, modified, type, { deletions: false, changes: true })
  const deletions = diffMaps(original, modified, type, { deletions: true, changes: false })
  return mergeMaps(deletions, changes, type, { parallelLists: false, ignoreUnmatchedNulls: false })
}

function diffMaps(original: Json, modified: Json, type: Struct | undefined, options: DiffOptions): Json {
  const patch: Json = {}
  for (const key of Object.keys(modified)) {
    const [before, after] = [original[key], modified[key]]
    if (!Object.hasOwn(original, key)) {
      if (options.changes) patch[key] = after
    } else if (key === directive) {
      if (before !== after) patch[key] = after
    } else if (isMap(before) && isMap(after)) {
      diffMapField(patch, key, before, after, strategyOf(type, key), options)
    } else if (Array.isArray(before) && Array.isArray(after)) {
      diffListField(patch, key, before, after, strategyOf(type, key), options)
    } else if (options.changes && !deepEqual(before, after)) patch[key] = after
  }
  if (options.deletions) {
    for (const key of Object.keys(original)) if (!Object.hasOwn(modified, key)) patch[key] = null
  }
  if (options.retain) addRetained(patch, original, modified)
  return patch
}

function addRetained(patch: Json, original: Json, modified: Json): void {
  const kept = Object.keys(modified).filter((key) => modified[key] !== null)
  const fewer = Object.keys(original).some((key) => !Object.hasOwn(modified, key))
  if (kept.length > 0 && (Object.keys(patch).length > 0 || fewer)) patch[retainKeys] = kept.toSorted()
}

function diffMapField(
  patch: Json,
  key: string,
  before: Json,
  after: Json,
  strategy: FieldStrategy,
  options: DiffOptions,
): void {
  if (strategy.replace) {
    if (options.changes) patch[key] = after
    return
  }
  const inner = diffMaps(before, after, strategy.type, { ...options, retain: strategy.retainKeys })
  if (Object.keys(inner).length > 0) patch[key] = inner
}

function diffListField(
  patch: Json,
  key: string,
  before: unknown[],
  after: unknown[],
  strategy: FieldStrategy,
  options: DiffOptions,
): void {
  if (strategy.mergeKey === undefined) {
    if (options.changes && !deepEqual(before, after)) patch[key] = after
    return
  }
  if (before.length === 0) {
    if (after.length > 0 && options.changes) patch[key] = after
    return
  }
  if ([...before, ...after].some(isMap)) diffMapLists(patch, key, before, after, strategy, options)
  else diffPlainLists(patch, key, before, after, options)
}

const byText = (a: unknown, b: unknown): number => (String(a) < String(b) ? -1 : String(a) > String(b) ? 1 : 0)

function diffPlainLists(patch: Json, key: string, before: unknown[], after: unknown[], options: DiffOptions): void {
  const places = new Map(after.map((item, i) => [item, i]))
  const added = byOrder(after.filter((item) => !before.includes(item)).toSorted(byText), (item) => places.get(item))
  const removed = [...new Set(before.filter((item) => !after.includes(item)))].toSorted(byText)
  if (options.changes && added.length > 0) patch[key] = added
  if (options.deletions && removed.length > 0) patch[`${deletePrefix}/${key}`] = removed
  const ordered = (options.deletions && removed.length > 0) || (options.changes && !deepEqual(before, after))
  if (ordered && after.length > 0) patch[`${orderPrefix}/${key}`] = after
}

function diffMapLists(
  patch: Json,
  key: string,
  before: unknown[],
  after: unknown[],
  strategy: FieldStrategy,
  options: DiffOptions,
): void {
  const mergeKey = strategy.mergeKey!
  const keyIn = (item: unknown) => keyOf(item, mergeKey) as string | number
  const [old, wanted] = [inKeyOrder(before, keyIn), inKeyOrder(after, keyIn)]
  const changed: Json[] = []
  const gone: Json[] = []
  for (let i = 0, k = 0; i < old.length || k < wanted.length;) {
    const order = i >= old.length ? 1 : k >= wanted.length ? -1 : byText(keyIn(old[i]), keyIn(wanted[k]))
    if (order < 0) {
      if (options.deletions) gone.push({ [directive]: 'delete', [mergeKey]: keyIn(old[i]) })
    } else if (order > 0) {
      if (options.changes) changed.push(wanted[k]!)
    } else {
      const inner = diffMaps(old[i]!, wanted[k]!, strategy.type, { ...options, retain: strategy.retainKeys })
      if (Object.keys(inner).length > 0) changed.push({ ...inner, [mergeKey]: keyIn(wanted[k]) })
    }
    if (order <= 0) i++
    if (order >= 0) k++
  }
  const places = new Map(after.toReversed().map((item, i) => [keyIn(item), after.length - i]))
  const all = [...byOrder(changed, (item) => places.get(keyIn(item))), ...gone]
  if (all.length > 0) patch[key] = all
  const sameOrder = before.length === after.length && before.every((item, i) => keyIn(item) === keyIn(after[i]))
  if ((all.length > 0 || (options.changes && !sameOrder)) && after.length > 0) {
    patch[`${orderPrefix}/${key}`] = after.map((item) => ({ [mergeKey]: keyIn(item) }))
  }
}

/**
 * As upstream sorts before it compares: its "less" is "not greater", and with that Go's insertion sort turns round those of one key - a port of two
 * protocols. Alike on both sides that is nothing; where one is more, it decides which is compared with which.
 */
function inKeyOrder(list: readonly unknown[], keyIn: (item: unknown) => unknown): Json[] {
  return (list as Json[]).toReversed().toSorted((a, b) => byText(keyIn(a), keyIn(b)))
}
