import { expect, test } from 'vitest'
import { toIndentedJson, toJson } from './goJson.ts'

test('keys in byte order, whatever JavaScript thinks of numbers', () => {
  expect(toJson({ b: 1, '10': 2, '2': 3, '-': 4, A: 5 })).toBe('{"-":4,"10":2,"2":3,"A":5,"b":1}')
})

test('HTML is escaped, as in the last-applied annotation', () => {
  expect(toJson({ a: '<b> & "c"\n' })).toBe('{"a":"\\u003cb\\u003e \\u0026 \\"c\\"\\n"}')
})

test('four spaces', () => {
  expect(toIndentedJson({ a: [1, {}, []], b: { c: null } })).toBe(
    '{\n    "a": [\n        1,\n        {},\n        []\n    ],\n    "b": {\n        "c": null\n    }\n}')
})

test('fields without a value are not there', () => {
  expect(toJson({ a: undefined, b: [undefined] })).toBe('{"b":[null]}')
})
