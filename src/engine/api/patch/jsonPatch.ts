/**
 * JSON patch (RFC 6902) as gopkg.in/evanphx/json-patch.v4 does it, which the API server and kubectl use: more lenient than the RFC. What is
 * replaced need not be there in a map, null is as good as nothing, indices may count from the end, and a path's first part is not looked at.
 */
import { goQuote } from '../field.ts'
import { deepEqual, isMap, PatchFailure, refuseProto, type Json } from './jsonMap.ts'

const maxOperations = 10_000

/** A new document; `document` is not changed. Throws PatchFailure. */
export function jsonPatch(document: unknown, patch: unknown): unknown {
  if (patch === null) return document
  if (!Array.isArray(patch))
    throw new PatchFailure(
      `json: cannot unmarshal ${jsonType(patch)} into Go value of type jsonpatch.Patch`,
      'bad request',
    )
  const strange = patch.find((operation) => operation !== null && !isMap(operation))
  if (strange !== undefined)
    throw new PatchFailure(
      `json: cannot unmarshal ${jsonType(strange)} into Go value of type jsonpatch.Operation`,
      'bad request',
    )
  if (patch.length > maxOperations)
    throw new PatchFailure(
      `The allowed maximum operations in a JSON patch is ${maxOperations}, got ${patch.length}`,
      'too large',
    )
  const root = { document: shallow(document) }
  for (const operation of patch as (Json | null)[]) apply(root, operation ?? {})
  return root.document
}

function apply(root: { document: unknown }, operation: Json): void {
  const { op } = operation
  switch (op) {
    case 'add': {
      const path = textOf(operation['path']) ?? fail('add operation failed to decode path: missing value')
      const place =
        placeOf(root.document, path) ??
        fail(`add operation does not apply: doc is missing path: ${goQuote(path)}: missing value`)
      return told(`error in add for path: '${path}'`, () => place.add(operation['value'] ?? null))
    }
    case 'remove': {
      const path = textOf(operation['path']) ?? fail('remove operation failed to decode path: missing value')
      const place =
        placeOf(root.document, path) ??
        fail(`remove operation does not apply: doc is missing path: ${goQuote(path)}: missing value`)
      return told(`error in remove for path: '${path}'`, () => place.remove())
    }
    case 'replace':
      return replace(root, operation)
    case 'move': {
      const { from, place } = sourceOf(root.document, operation, 'move')
      const key = from.slice(from.lastIndexOf('/') + 1)
      const moved = told(`error in move for path: '${key}'`, () => {
        const value = place.get()
        place.remove()
        return value
      })
      const path =
        textOf(operation['path']) ??
        fail('move operation failed to decode path: operation missing path field: missing value')
      const target =
        placeOf(root.document, path) ??
        fail(`move operation does not apply: doc is missing destination path: ${path}: missing value`)
      return told(`error in move for path: '${path}'`, () => target.add(moved))
    }
    case 'copy': {
      const { from, place } = sourceOf(root.document, operation, 'copy')
      const copied = told(`error in copy for from: '${from}'`, () => place.get())
      const path = textOf(operation['path']) ?? fail('copy operation failed to decode path: missing value')
      const target =
        placeOf(root.document, path) ??
        fail(`copy operation does not apply: doc is missing destination path: ${path}: missing value`)
      return told('error while adding value during copy', () => target.add(copied))
    }
    case 'test':
      return test(root.document, operation)
    default:
      fail(`Unexpected kind: ${typeof op === 'string' ? op : 'unknown'}`)
  }
}

function replace(root: { document: unknown }, operation: Json): void {
  const path = textOf(operation['path']) ?? fail('replace operation failed to decode path: operation missing path field: missing value')
  const value = operation['value'] ?? null
  if (path === '') {
    // The library means to refuse any other value, and lets it pass without doing anything.
    if (typeof value === 'object' && value !== null) root.document = value
    return
  }
  const place =
    placeOf(root.document, path) ??
    fail(`replace operation does not apply: doc is missing path: ${path}: missing value`)
  try {
    place.get()
  } catch (error) {
    if (!(error instanceof PatchFailure)) throw error
    fail(`replace operation does not apply: doc is missing key: ${path}: missing value`)
  }
  place.set(value)
}

function test(document: unknown, operation: Json): void {
  const path =
    textOf(operation['path']) ??
    fail('test operation failed to decode path: operation missing path field: missing value')
  const wanted = operation['value'] ?? null
  const found = path === '' ? document : valueAt(document, path)
  if (!deepEqual(found, wanted)) fail(`testing value ${path} failed: test failed`)
}

function valueAt(document: unknown, path: string): unknown {
  const place =
    placeOf(document, path) ?? fail(`test operation does not apply: is missing path: ${path}: missing value`)
  return told(`error in test for path: '${path}'`, () => place.get())
}

function sourceOf(document: unknown, operation: Json, op: string): { from: string; place: Place } {
  const from =
    textOf(operation['from']) ??
    fail(`${op} operation failed to decode from: operation, missing from field: missing value`)
  return {
    from,
    place:
      placeOf(document, from) ??
      fail(`${op} operation does not apply: doc is missing from path: ${from}: missing value`),
  }
}

/** Where a path ends: a key of a map, perhaps one that it does not have, or something that should be an index. */
interface Place {
  /** null for a key that is not there. */
  get(): unknown
  set(value: unknown): void
  add(value: unknown): void
  remove(): void
}

/** On the way there each container becomes a copy of its own, so that nobody else's is changed; what does not lie on the way stays the same. */
function placeOf(document: unknown, path: string): Place | undefined {
  const [, ...parts] = path.split('/').map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
  const key = parts.pop()
  if (key === undefined) return undefined
  let parent = document
  for (const part of parts) {
    try {
      const place = within(parent, part)
      const inner = shallow(place?.get())
      if (typeof inner !== 'object' || inner === null) return undefined
      place!.set(inner)
      parent = inner
    } catch (error) {
      if (error instanceof PatchFailure) return undefined
      throw error
    }
  }
  return within(parent, key)
}

function within(parent: unknown, key: string): Place | undefined {
  if (Array.isArray(parent)) return inList(parent, key)
  return isMap(parent) ? inMap(parent, key) : undefined
}

function inMap(map: Json, key: string): Place {
  const set = (value: unknown): void => {
    refuseProto(key)
    map[key] = value
  }
  return {
    get: () => (Object.hasOwn(map, key) ? map[key] : null),
    set,
    add: set,
    remove: () => {
      if (!Object.hasOwn(map, key)) fail(`Unable to remove nonexistent key: ${key}: missing value`)
      delete map[key]
    },
  }
}

function inList(list: unknown[], key: string): Place {
  /** Of `length` places; negative ones count from the end. */
  const index = (length: number): number => {
    if (!/^[+-]?\d+$/.test(key)) fail(`strconv.Atoi: parsing ${goQuote(key)}: invalid syntax`)
    const at = Number(key)
    if (at >= length || at < -length) fail(`Unable to access invalid index: ${at}: invalid index referenced`)
    return at < 0 ? at + length : at
  }
  return {
    get: () => list[index(list.length)],
    set: (value) => void (list[index(list.length)] = value),
    add: (value) => {
      if (key === '-') return void list.push(value)
      if (!/^[+-]?\d+$/.test(key))
        fail(`value was not a proper array index: '${key}': strconv.Atoi: parsing ${goQuote(key)}: invalid syntax`)
      list.splice(index(list.length + 1), 0, value)
    },
    remove: () => void list.splice(index(list.length), 1),
  }
}

function fail(message: string): never {
  throw new PatchFailure(message, 'unprocessable')
}

/** Puts words before what goes wrong. */
function told<T>(words: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (error instanceof PatchFailure && error.kind === 'unprocessable') fail(`${words}: ${error.message}`)
    throw error
  }
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

/** As encoding/json calls it. */
function jsonType(value: unknown): string {
  if (Array.isArray(value)) return 'array'
  return typeof value === 'boolean' ? 'bool' : typeof value
}

function shallow(value: unknown): unknown {
  if (Array.isArray(value)) return [...value]
  return isMap(value) ? { ...value } : value
}
