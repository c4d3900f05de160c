import { expect, test } from 'vitest'
import { serviceRow } from './serviceRow.ts'

const row = (count: number, lines: number[], scale = 1) => {
  const { places, box } = serviceRow(count, lines, { x: 0, y: 40, width: 640 * scale, scale })
  return Array.from({ length: places }, (_, i) => box(i))
}

test.each([
  ['one', 1, [33, 251, 469]],
  ['one beside each line', 3, [33, 251, 469]],
  ['two beside each other where there is room', 3, [33, 400]],
  ['lines from two rows of machines', 2, [10, 33, 311, 334]],
])('Services stand between the lines of kubelets: %s', (_, count, lines) => {
  const boxes = row(count, lines)
  expect(boxes).toHaveLength(count)
  for (const { x, width } of boxes) {
    for (const line of lines) expect(line <= x - 10 || line >= x + width + 10).toBe(true)
    expect(width).toBeGreaterThanOrEqual(132)
    expect(x + width).toBeLessThanOrEqual(640)
  }
})

test.each([
  ['more than have room there', 4, [33, 251, 469], 4],
  ['no lines', 2, [], 2],
  ['more than have room at all: the last stands for the others', 9, [33, 251, 469], 4],
])('otherwise they share the row from its left end: %s', (_, count, lines, places) => {
  const boxes = row(count, lines)
  expect(boxes).toHaveLength(places)
  expect(boxes[0]!.x).toBe(0)
  boxes.slice(1).forEach(({ x }, i) => expect(x).toBeGreaterThanOrEqual(boxes[i]!.x + boxes[i]!.width + 14))
})

test('a larger control plane has a larger row', () => {
  expect(row(1, [66, 502, 938], 2)).toEqual(row(1, [33, 251, 469]).map(({ x, width }) => ({ x: 2 * x, y: 40, width: 2 * width, height: 68 })))
})
