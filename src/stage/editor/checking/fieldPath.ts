import { isAlias, isCollection, isMap, isScalar, isSeq } from 'yaml'
import type { Document, Node, Pair, YAMLMap, YAMLSeq } from 'yaml'

/** Where a field path leads in a document. */
export interface Place {
  /** The key under which it stands; undefined for an item of a list and for the document itself. */
  readonly key: Node | undefined
  /** undefined: nothing stands behind the key. */
  readonly value: Node | undefined
  /** The field is not there: this is the one around it, as near as the document comes. */
  readonly missing: boolean
}

/**
 * Follows a field path as Kubernetes writes it ("spec.containers[0].ports[1].name",
 * "metadata.annotations[example.com/x]") as far as the document goes. Go's JSON errors leave the indexes
 * out ("spec.containers.ports.containerPort"): then every item is looked at, and `wanted` says which
 * value is meant.
 */
export function findField(document: Document, path: string, wanted?: (value: Node | undefined) => boolean): Place {
  const root: Place = { key: undefined, value: (document.contents as Node | null) ?? undefined, missing: false }
  const all = [...places(document, root, path)]
  const there = all.filter((place) => !place.missing)
  return (
    there.find((place) => wanted?.(resolve(document, place.value))) ?? there[0] ?? all[0] ?? { ...root, missing: true }
  )
}

function* places(document: Document, from: Place, path: string): Generator<Place> {
  const value = resolve(document, from.value)
  if (path === '') yield from
  else if (isMap(value)) yield* placesInMap(document, value, from, path)
  else if (isSeq(value)) yield* placesInList(document, value, from, path)
  else yield { ...from, missing: true }
}

function* placesInMap(document: Document, map: YAMLMap, from: Place, path: string): Generator<Place> {
  const bracket = /^\[([^\]]*)\]/.exec(path)
  const rest = bracket ? bracket[1]! : path.replace(/^\./, '')
  // A key may hold dots itself; the longest one that fits is meant. Of equal ones the last counts.
  let best: { pair: Pair<Node, Node | null>; name: string } | undefined
  for (const pair of map.items as Pair<Node, Node | null>[]) {
    const name = textOf(pair.key)
    if (name === undefined || name.length < (best?.name.length ?? 0)) continue
    if (bracket ? rest === name : beginsWith(rest, name)) best = { pair, name }
  }
  if (best === undefined) return yield { ...from, missing: true }
  const next = { key: best.pair.key, value: best.pair.value ?? undefined, missing: false }
  yield* places(document, next, bracket ? path.slice(bracket[0].length) : rest.slice(best.name.length))
}

function* placesInList(document: Document, list: YAMLSeq, from: Place, path: string): Generator<Place> {
  const index = /^\[(\d+)\]/.exec(path)
  const items = (index ? [list.items[Number(index[1])]] : list.items).filter((item) => item !== undefined) as Node[]
  if (items.length === 0) yield { ...from, missing: true }
  for (const value of items) {
    yield* places(document, { key: undefined, value, missing: false }, index ? path.slice(index[0].length) : path)
  }
}

function beginsWith(path: string, name: string): boolean {
  return (
    path.startsWith(name) && (path.length === name.length || path[name.length] === '.' || path[name.length] === '[')
  )
}

function resolve(document: Document, node: Node | undefined): Node | undefined {
  return isAlias(node) ? node.resolve(document) : node
}

/** The text of a scalar as it is meant; undefined for anything else. */
export function textOf(node: unknown): string | undefined {
  return isScalar(node) ? String(node.value) : undefined
}

/** The word that Go's JSON decoder has for a value of this kind; undefined for none. */
export function jsonKind(node: Node | undefined): string | undefined {
  if (isMap(node)) return 'object'
  if (isCollection(node)) return 'array'
  if (!isScalar(node)) return undefined
  return { string: 'string', number: 'number', bigint: 'number', boolean: 'bool' }[typeof node.value as string]
}
