import { expect, it } from 'vitest'
import { sharesOf } from './path.ts'

it.each([
  [[[0, 0], [0, 10]], [0, 1]],
  [[[0, 0], [0, 10], [30, 10]], [0, 0.25, 1]],
  [[[5, 5], [5, 5]], [0, 1]],
  [[[5, 5]], [0]],
])('the points %j of a line lie at %j of it', (points, shares) => {
  expect(sharesOf(points.map(([x, y]) => ({ x: x!, y: y! })))).toEqual(shares)
})
