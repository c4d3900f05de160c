import { expect, test } from 'vitest'
import { sortBy } from './sorting.ts'

const sorted = (...values: unknown[]) =>
  sortBy(values.map((value) => (value === undefined ? {} : { f: value })), '.f', (item) => item).map((item) => (item as { f?: unknown }).f)

test.each<[string, unknown[], unknown[]]>([
  ['numbers', [3, 1, 2], [1, 2, 3]],
  ['quantities', ['1Gi', '500Mi', '2Gi'], ['500Mi', '1Gi', '2Gi']],
  ['names, letter by letter', ['web-9', 'web-10', 'web-1', 'api'], ['api', 'web-1', 'web-10', 'web-9']],
  ['a name between quantities', ['9', 'x', '10'], ['9', '10', 'x']],
  ['times', ['2026-01-05T09:00:08Z', '2026-01-05T09:00:05Z'], ['2026-01-05T09:00:05Z', '2026-01-05T09:00:08Z']],
  ['null before all others', ['b', null, 'a', null], [null, null, 'a', 'b']],
  ['what is missing before null', ['b', null, undefined, 'a'], [undefined, null, 'a', 'b']],
])('%s', (_, given, expected) => {
  expect(sorted(...given)).toEqual(expected)
})

test('what cannot be sorted is said', () => {
  expect(() => sorted({ a: 1 }, { a: 2 })).toThrow('is an unsortable type: interface, err: unsortable type: map[string]interface {}')
  expect(() => sortBy([{}], 'none', (item) => item)).toThrow('couldn\'t find any field with path "{.none}" in the list of objects')
})
