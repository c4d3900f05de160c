import { expect, test } from 'vitest'
import { heightOf, inSight, rowAt, rowsOf } from './rows.ts'

const lanes = ['kubectl', 'apiserver', 'scheduler'] as const

test.each([
  ['rows that all have room share it', 3, 90, 15],
  ['a few do not become monstrous', 1, 400, 26],
  ['more than can be read are scrolled, each large enough', 9, 90, 14],
])('%s', (_, pods, room, height) => {
  const rows = rowsOf(lanes, Array.from({ length: pods }, (_, i) => `pods/default/p${i}`), room)
  expect(rows.map((row) => row.height)).toEqual(rows.map(() => height))
  expect(rows.map((row) => row.y)).toEqual(rows.map((_, i) => i * height))
  expect(heightOf(rows) > room).toBe(height * rows.length > room)
})

test('the row under a pointer, and the rows in sight', () => {
  const rows = rowsOf(lanes, ['a', 'b'], 100)
  expect([0, 19, 20, 99, 100].map((y) => rowAt(rows, y)?.id)).toEqual(['kubectl', 'kubectl', 'apiserver', 'b', undefined])
  expect(inSight(rows, 30, 31).map(({ id }) => id)).toEqual(['apiserver', 'scheduler', 'a'])
  expect(rowAt([], 4)).toBeUndefined()
})
