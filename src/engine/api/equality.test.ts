import { expect, it } from 'vitest'
import { fromBase64, toBase64 } from './base64.ts'
import { semanticEqual } from './equality.ts'

it.each([
  [{ a: 1 }, { a: 1, b: undefined }],
  [{ a: 1 }, { a: 1, b: null }],
  [{ a: 1 }, { a: 1, b: [] }],
  [undefined, {}],
  [null, []],
  [{ list: [{ x: 1 }] }, { list: [{ x: 1, y: {} }] }],
])('%j is %j', (a, b) => {
  expect([semanticEqual(a, b), semanticEqual(b, a)]).toEqual([true, true])
})

it.each([
  [{ a: 1 }, { a: 2 }],
  [{ a: 0 }, {}],
  [{ a: '' }, {}],
  [{ a: false }, {}],
  [
    [1, 2],
    [2, 1],
  ],
  [[1], [1, 1]],
  [{ a: [{}] }, { a: [] }],
  ['1', 1],
])('%j is not %j', (a, b) => {
  expect([semanticEqual(a, b), semanticEqual(b, a)]).toEqual([false, false])
})

it.each([
  ['', ''],
  ['a', 'YQ=='],
  ['ab', 'YWI='],
  ['abc', 'YWJj'],
  ['Größe', 'R3LDtsOfZQ=='],
  ['日本', '5pel5pys'],
  ['🎬', '8J+OrA=='],
])('base64 of %j is %s', (text, base64) => {
  expect(toBase64(text)).toBe(base64)
  expect(fromBase64(base64)).toBe(text)
})

it.each(['/w==', 'YeKC', '3q2+7w==', '7aCA', 'wIA=', '4ICA', '5Lj/', '9JCAgA=='])('the bytes of %s are no text, and yet stay what they are', (base64) => {
  expect(toBase64(fromBase64(base64))).toBe(base64)
})
