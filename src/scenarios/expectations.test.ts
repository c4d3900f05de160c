import { expect, test } from 'vitest'
import { matches } from './expectations.ts'

test.each([
  [['a', 'b'], ['a', 'b'], true],
  [['a'], ['a', 'b'], false],
  [['a', '...'], ['a', 'b', 'c'], true],
  [['a', '...', 'c'], ['a', 'c'], true],
  [['...', 'b', '...', 'b'], ['a', 'b', 'c', 'b'], true],
  [['...', 'b', '...', 'b', '...', 'b'], ['a', 'b', 'c', 'b'], false],
  [['...'], [], true],
  [[], [], true],
  [[], ['a'], false],
])('%j against %j: %s', (wanted, found, expected) => {
  expect(matches(wanted, found)).toBe(expected)
})
