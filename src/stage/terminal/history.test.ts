import { expect, test } from 'vitest'
import { remembered, search } from './history.ts'

test('lines are remembered once in a row', () => {
  let history = remembered([], 'a ')
  for (const line of ['a', 'b', ' secret', '', 'a']) history = remembered(history, line)
  expect(history).toEqual(['a', 'b', 'a'])
  expect(
    remembered(
      Array.from({ length: 500 }, (_, i) => String(i)),
      'x',
    ),
  ).toHaveLength(500)
})

test('the latest line with a text is found, then older ones', () => {
  const history = ['get pods', 'get nodes', 'delete pod web', 'get pod web']
  expect(search(history, 'get', 4)).toBe(3)
  expect(search(history, 'get', 3)).toBe(1)
  expect(search(history, 'get', 0)).toBeUndefined()
  expect(search(history, 'scale', 4)).toBeUndefined()
  expect(search(history, '', 4)).toBeUndefined()
})
