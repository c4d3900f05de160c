import { describe, expect, it } from 'vitest'
import { PatchFailure } from './jsonMap.ts'
import { jsonPatch } from './jsonPatch.ts'
import { createMergePatch, mergePatch } from './mergePatch.ts'

const document = { a: { b: 1, 'x/y': 2, '~z': 3 }, list: ['p', 'q'] }

function failure(patch: unknown): string {
  try {
    jsonPatch(document, patch)
  } catch (error) {
    if (error instanceof PatchFailure) return error.message
    throw error
  }
  return 'applied'
}

describe('JSON patch', () => {
  it.each<[operation: object, path: string, value: unknown]>([
    [{ op: 'add', path: '/a/c', value: 2 }, 'a', { ...document.a, c: 2 }],
    [{ op: 'add', path: '/list/-', value: 'r' }, 'list', ['p', 'q', 'r']],
    [{ op: 'add', path: '/list/0', value: 'o' }, 'list', ['o', 'p', 'q']],
    [{ op: 'add', path: '/list/2', value: 'r' }, 'list', ['p', 'q', 'r']],
    [{ op: 'add', path: '/n' }, 'n', null],
    [{ op: 'remove', path: '/list/0' }, 'list', ['q']],
    [{ op: 'remove', path: '/a/x~1y' }, 'a', { b: 1, '~z': 3 }],
    [{ op: 'replace', path: '/a/~0z', value: 4 }, 'a', { ...document.a, '~z': 4 }],
    [{ op: 'replace', path: '/list/1', value: 'z' }, 'list', ['p', 'z']],
    [{ op: 'move', from: '/a/b', path: '/b' }, 'b', 1],
    [{ op: 'move', from: '/list/1', path: '/list/0' }, 'list', ['q', 'p']],
    [{ op: 'copy', from: '/a', path: '/c' }, 'c', document.a],
    [{ op: 'test', path: '/a/b', value: 1 }, 'a', document.a],
    [{ op: 'test', path: '/absent', value: null }, 'a', document.a],
  ])('%j', (operation, path, value) => {
    const before = structuredClone(document)
    expect((jsonPatch(document, [operation]) as Record<string, unknown>)[path]).toEqual(value)
    expect(document).toEqual(before)
  })

  it('applies operations one after the other', () => {
    const steps = [
      { op: 'add', path: '/m', value: {} },
      { op: 'add', path: '/m/n', value: 1 },
      { op: 'test', path: '/m/n', value: 1 },
      { op: 'remove', path: '/a' },
    ]
    expect(jsonPatch(document, steps)).toEqual({ list: ['p', 'q'], m: { n: 1 } })
    expect(jsonPatch(document, [{ op: 'replace', path: '', value: { z: 1 } }])).toEqual({ z: 1 })
  })

  it.each<[operation: unknown, message: string]>([
    [
      { op: 'replace', path: '/absent', value: 1 },
      'replace operation does not apply: doc is missing key: /absent: missing value',
    ],
    [
      { op: 'remove', path: '/absent' },
      'remove operation does not apply: doc is missing path: "/absent": missing value',
    ],
    [
      { op: 'add', path: '/absent/x', value: 1 },
      'add operation does not apply: doc is missing path: "/absent/x": missing value',
    ],
    [
      { op: 'add', path: '/list/5', value: 1 },
      'add operation does not apply: doc is missing path: "/list/5": Unable to access invalid index: 5: invalid index referenced',
    ],
    [{ op: 'test', path: '/a/b', value: 2 }, 'testing value /a/b failed: test failed'],
    [
      { op: 'move', from: '/absent', path: '/x' },
      'move operation does not apply: doc is missing from path: /absent: missing value',
    ],
    [{ op: 'shuffle', path: '/a' }, 'Unexpected kind: shuffle'],
    [{ op: 'add', value: 1 }, 'missing member: path'],
    [{ op: 'add', path: '/__proto__', value: {} }, 'the key "__proto__" is not supported'],
  ])('%j cannot be', (operation, message) => {
    expect(failure([operation])).toBe(message)
  })

  it('is a list of bounded length', () => {
    expect(failure({ op: 'add' })).toBe('json: cannot unmarshal object into Go value of type jsonpatch.Patch')
    expect(failure(Array.from({ length: 10_001 }, () => ({ op: 'test', path: '', value: 1 })))).toBe(
      'The allowed maximum operations in a JSON patch is 10000, got 10001',
    )
  })
})

describe('merge patch', () => {
  it.each<[original: unknown, patch: unknown, merged: unknown]>([
    [{ a: 1, b: 2 }, { b: 3 }, { a: 1, b: 3 }],
    [{ a: 1, b: 2 }, { b: null }, { a: 1 }],
    [{ a: { x: 1, y: 2 } }, { a: { x: null, z: 3 } }, { a: { y: 2, z: 3 } }],
    [{ a: [1, 2] }, { a: [3] }, { a: [3] }],
    [{ a: 'text' }, { a: { b: { c: null } } }, { a: { b: {} } }],
    [{ a: 1 }, {}, { a: 1 }],
  ])('%j with %j', (original, patch, merged) => {
    expect(mergePatch(original, patch)).toEqual(merged)
  })

  it.each([
    [{ a: 1 }, { a: 1 }, {}],
    [
      { a: 1, b: 2 },
      { a: 1, c: 3 },
      { b: null, c: 3 },
    ],
    [{ a: { x: 1, y: [1] } }, { a: { x: 1, y: [1, 2] } }, { a: { y: [1, 2] } }],
  ])('leads from %j to %j', (original, modified, patch) => {
    expect(createMergePatch(original, modified)).toEqual(patch)
    expect(mergePatch(original, patch)).toEqual(modified)
  })

  it('does not touch what every object inherits', () => {
    const patch: unknown = JSON.parse('{"a":{"__proto__":{"polluted":1}}}')
    expect(() => mergePatch({}, patch)).toThrow('the key "__proto__" is not supported')
  })
})
