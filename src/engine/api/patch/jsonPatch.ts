/** JSON patch (RFC 6902) with the words of evanphx/json-patch, which the API server uses. */
import { goQuote } from '../field.ts'
import { deepEqual, isMap, PatchFailure, refuseProto, type Json } from './jsonMap.ts'

const maxOperations = 10_000

/** A new document; `document` is not changed. Throws PatchFailure. */
export function jsonPatch(document: unknown, patch: unknown): unknown {
  if (!Array.isArray(patch)) {
    const what = patch === null ? 'null' : typeof patch
    throw new PatchFailure(`json: cannot unmarshal ${what} into Go value of type jsonpatch.Patch`, 'bad request')
  }
  if (patch.length > maxOperations) {
    throw new PatchFailure(
      `The allowed maximum operations in a JSON patch is ${maxOperations}, got ${patch.length}`,
      'bad request',
    )
  }
  let out = document
  for (const operation of patch) {
    if (!isMap(operation)) {
      throw new PatchFailure('json: cannot unmarshal into Go value of type jsonpatch.Operation', 'bad request')
    }
    out = applyOperation(out, operation)
  }
  return out
}

function fail(message: string): never {
  throw new PatchFailure(message, 'unprocessable')
}

function applyOperation(document: unknown, operation: Json): unknown {
  const op = operation['op']
  const path = pointer(operation['path'], 'path')
  switch (op) {
    case 'add':
      return add(document, path, valueOf(operation), 'add')
    case 'remove':
      return remove(document, path)
    case 'replace': {
      const parent = find(document, path.slice(0, -1))
      if (path.length > 0 && !has(parent, path.at(-1)!)) {
        fail(`replace operation does not apply: doc is missing key: ${text(path)}: missing value`)
      }
      return path.length === 0 ? valueOf(operation) : set(document, path, valueOf(operation))
    }
    case 'move': {
      const from = pointer(operation['from'], 'from')
      const moved = find(document, from)
      if (moved === undefined)
        fail(`move operation does not apply: doc is missing from path: ${text(from)}: missing value`)
      return add(remove(document, from), path, moved, 'move')
    }
    case 'copy': {
      const from = pointer(operation['from'], 'from')
      const copied = find(document, from)
      if (copied === undefined)
        fail(`copy operation does not apply: doc is missing from path: ${text(from)}: missing value`)
      return add(document, path, copied, 'copy')
    }
    case 'test':
      return test(document, path, operation['value'])
    default:
      return fail(`Unexpected kind: ${typeof op === 'string' ? op : 'unknown'}`)
  }
}

function valueOf(operation: Json): unknown {
  return operation['value'] === undefined ? null : operation['value']
}

function pointer(given: unknown, name: string): string[] {
  if (typeof given !== 'string') return fail(`missing member: ${name}`)
  if (given === '') return []
  if (!given.startsWith('/')) fail(`operation does not apply: invalid path ${goQuote(given)}`)
  return given
    .slice(1)
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
}

const text = (path: readonly string[]): string =>
  path.map((part) => `/${part.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')

const arrayIndex = /^(?:0|[1-9]\d*)$/

function find(document: unknown, path: readonly string[]): unknown {
  let value = document
  for (const part of path) {
    if (!has(value, part)) return undefined
    value = Array.isArray(value) ? value[Number(part)] : (value as Json)[part]
  }
  return value
}

function has(parent: unknown, part: string): boolean {
  if (Array.isArray(parent)) return arrayIndex.test(part) && Number(part) < parent.length
  return isMap(parent) && Object.hasOwn(parent, part)
}

/** The document with `change` made to the parent of `path`; undefined when there is no such parent. */
function atParent(
  document: unknown,
  path: readonly string[],
  change: (parent: Json | unknown[], key: string) => unknown,
): unknown {
  const [head, ...rest] = path as [string, ...string[]]
  if (!isMap(document) && !Array.isArray(document)) return undefined
  if (rest.length === 0) return change(document, head)
  if (!has(document, head)) return undefined
  const inner = Array.isArray(document) ? document[Number(head)] : document[head]
  const changed = atParent(inner, rest, change)
  return changed === undefined ? undefined : put(document, head, changed)
}

function put(parent: Json | unknown[], key: string, value: unknown): Json | unknown[] {
  refuseProto(key)
  if (Array.isArray(parent)) return parent.with(Number(key), value)
  return { ...parent, [key]: value }
}

const set = (document: unknown, path: readonly string[], value: unknown): unknown =>
  atParent(document, path, (parent, key) => put(parent, key, value))

function add(document: unknown, path: readonly string[], value: unknown, op: string): unknown {
  if (path.length === 0) return value
  const changed = atParent(document, path, (parent, key) => {
    if (!Array.isArray(parent)) return put(parent, key, value)
    const index = key === '-' ? parent.length : arrayIndex.test(key) ? Number(key) : -1
    if (index < 0)
      fail(`${op} operation does not apply: doc is missing path: ${goQuote(text(path))}: invalid array index`)
    if (index > parent.length) {
      fail(
        `${op} operation does not apply: doc is missing path: ${goQuote(text(path))}: Unable to access invalid index: ${index}: invalid index referenced`,
      )
    }
    return parent.toSpliced(index, 0, value)
  })
  if (changed === undefined)
    fail(`${op} operation does not apply: doc is missing path: ${goQuote(text(path))}: missing value`)
  return changed
}

function remove(document: unknown, path: readonly string[]): unknown {
  if (path.length === 0) return fail('remove operation does not apply: doc is missing path: "": missing value')
  const changed = atParent(document, path, (parent, key) => {
    if (!has(parent, key))
      fail(`remove operation does not apply: doc is missing path: ${goQuote(text(path))}: missing value`)
    if (Array.isArray(parent)) return parent.toSpliced(Number(key), 1)
    const { [key]: _, ...rest } = parent
    return rest
  })
  if (changed === undefined)
    fail(`remove operation does not apply: doc is missing path: ${goQuote(text(path))}: missing value`)
  return changed
}

function test(document: unknown, path: readonly string[], wanted: unknown): unknown {
  const found = find(document, path)
  if (deepEqual(found ?? null, wanted ?? null)) return document
  return fail(`testing value ${text(path)} failed: test failed`)
}
