import { describe, expect, test } from 'vitest'
import { heightOf, inSight, rowAt, rowsOf, scrollFor } from './rows.ts'

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

test('the row under a pointer', () => {
  const rows = rowsOf(lanes, ['a', 'b'], 100)
  expect([0, 19, 20, 99, 100].map((y) => rowAt(rows, y)?.id)).toEqual(['kubectl', 'kubectl', 'apiserver', 'b', undefined])
  expect(rowAt([], 4)).toBeUndefined()
})

describe('nine lanes of 14 px, three of them components, in a pane of', () => {
  const pods = ['a', 'b', 'c', 'd', 'e', 'f']
  const rows = rowsOf(lanes, pods, 80)
  const seen = (scrolled: number, height: number) => inSight(rows, scrolled, height).map(({ id, y }) => `${id} ${y}`)

  test.each([
    ['80 px: pods pass below the components', 0, 80, ['kubectl 0', 'apiserver 14', 'scheduler 28', 'a 42', 'b 56', 'c 70']],
    ['80 px, a little scrolled: by a whole row', 1, 80, ['kubectl 0', 'apiserver 14', 'scheduler 28', 'b 42', 'c 56', 'd 70']],
    ['80 px, to its end: the last row is whole', 46, 80, ['kubectl 0', 'apiserver 14', 'scheduler 28', 'e 42', 'f 56']],
    ['56 px: for one pod there is room below them', 28, 56, ['kubectl 0', 'apiserver 14', 'scheduler 28', 'c 42']],
    ['55 px: for none, and all pass', 28, 55, ['scheduler 0', 'a 14', 'b 28', 'c 42']],
  ])('%s', (_, scrolled, height, expected) => {
    expect(seen(scrolled, height)).toEqual(expected)
  })

  test.each([
    ['a component stays', 'kubectl', 30, 80, 0],
    ['one in sight needs nothing', 'b', 0, 80, 0],
    ['one cut by the lower edge', 'c', 0, 80, 4],
    ['one below', 'f', 0, 80, 46],
    ['one that has passed', 'a', 28, 80, -28],
  ])('scrolled for a row: %s', (_, id, scrolled, height, by) => {
    const row = rows.find((each) => each.id === id)!
    expect(scrollFor(row, rows, scrolled, height)).toBe(by)
    expect(seen(scrolled + by, height).some((each) => each.startsWith(`${id} `))).toBe(true)
  })
})
