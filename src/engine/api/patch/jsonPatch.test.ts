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
    [{ op: 'replace', path: '/absent', value: 1 }, 'absent', 1],
    [{ op: 'replace', path: '/list/-1', value: 'z' }, 'list', ['p', 'z']],
    [{ op: 'remove', path: '/list/-1' }, 'list', ['p']],
    [{ op: 'add', path: '/list/-1', value: 'r' }, 'list', ['p', 'q', 'r']],
    [{ op: 'add', path: 'what/c', value: 2 }, 'c', 2],
    [{ op: 'copy', from: '/absent', path: '/c' }, 'c', null],
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
      { op: 'replace', path: '/absent/x', value: 1 },
      'replace operation does not apply: doc is missing path: /absent/x: missing value',
    ],
    [
      { op: 'replace', path: '/list/7', value: 1 },
      'replace operation does not apply: doc is missing key: /list/7: missing value',
    ],
    [
      { op: 'replace', path: '/list/-', value: 1 },
      'replace operation does not apply: doc is missing key: /list/-: missing value',
    ],
    [{ op: 'replace', path: 'a', value: 1 }, 'replace operation does not apply: doc is missing path: a: missing value'],
    [
      { op: 'remove', path: '/absent' },
      "error in remove for path: '/absent': Unable to remove nonexistent key: absent: missing value",
    ],
    [
      { op: 'remove', path: '/absent/x' },
      'remove operation does not apply: doc is missing path: "/absent/x": missing value',
    ],
    [
      { op: 'remove', path: '/list/7' },
      "error in remove for path: '/list/7': Unable to access invalid index: 7: invalid index referenced",
    ],
    [
      { op: 'remove', path: '/list/x' },
      `error in remove for path: '/list/x': strconv.Atoi: parsing "x": invalid syntax`,
    ],
    [{ op: 'remove', path: '' }, 'remove operation does not apply: doc is missing path: "": missing value'],
    [
      { op: 'add', path: '/absent/x', value: 1 },
      'add operation does not apply: doc is missing path: "/absent/x": missing value',
    ],
    [{ op: 'add', path: '', value: {} }, 'add operation does not apply: doc is missing path: "": missing value'],
    [
      { op: 'add', path: '/list/5', value: 1 },
      "error in add for path: '/list/5': Unable to access invalid index: 5: invalid index referenced",
    ],
    [
      { op: 'add', path: '/list/-7', value: 1 },
      "error in add for path: '/list/-7': Unable to access invalid index: -7: invalid index referenced",
    ],
    [
      { op: 'add', path: '/list/x', value: 1 },
      `error in add for path: '/list/x': value was not a proper array index: 'x': strconv.Atoi: parsing "x": invalid syntax`,
    ],
    [{ op: 'test', path: '/a/b', value: 2 }, 'testing value /a/b failed: test failed'],
    [{ op: 'test', path: '/absent', value: 2 }, 'testing value /absent failed: test failed'],
    [
      { op: 'test', path: '/absent/x', value: null },
      'test operation does not apply: is missing path: /absent/x: missing value',
    ],
    [
      { op: 'test', path: '/list/9', value: 1 },
      "error in test for path: '/list/9': Unable to access invalid index: 9: invalid index referenced",
    ],
    [
      { op: 'move', from: '/absent', path: '/x' },
      "error in move for path: 'absent': Unable to remove nonexistent key: absent: missing value",
    ],
    [
      { op: 'move', from: '/absent/y', path: '/x' },
      'move operation does not apply: doc is missing from path: /absent/y: missing value',
    ],
    [
      { op: 'move', from: '/list/9', path: '/x' },
      "error in move for path: '9': Unable to access invalid index: 9: invalid index referenced",
    ],
    [
      { op: 'move', from: '/a', path: '/absent/q' },
      'move operation does not apply: doc is missing destination path: /absent/q: missing value',
    ],
    [{ op: 'move', path: '/x' }, 'move operation failed to decode from: operation, missing from field: missing value'],
    [
      { op: 'copy', from: '/list/9', path: '/x' },
      "error in copy for from: '/list/9': Unable to access invalid index: 9: invalid index referenced",
    ],
    [
      { op: 'copy', from: '/a', path: '/absent/q' },
      'copy operation does not apply: doc is missing destination path: /absent/q: missing value',
    ],
    [{ op: 'shuffle' }, 'Unexpected kind: shuffle'],
    [{ path: '/a' }, 'Unexpected kind: unknown'],
    [{ op: 'add', value: 1 }, 'add operation failed to decode path: missing value'],
    [{ op: 'test', value: 1 }, 'test operation failed to decode path: operation missing path field: missing value'],
    [1, 'json: cannot unmarshal number into Go value of type jsonpatch.Operation'],
    [[], 'json: cannot unmarshal array into Go value of type jsonpatch.Operation'],
    [{ op: 'add', path: '/__proto__', value: {} }, 'the key "__proto__" is not supported'],
  ])('%j cannot be', (operation, message) => {
    expect(failure([operation])).toBe(message)
  })

  it('is a list of bounded length', () => {
    expect(jsonPatch(document, null)).toEqual(document)
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
