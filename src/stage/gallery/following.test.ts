import { expect, test } from 'vitest'
import { path, topics } from '../../scenarios/contents.ts'
import { following } from './following.ts'

test('a scene of the path leads to its next one, wherever it stands in the catalogue', () => {
  expect(following('first-pod')).toEqual({ scene: 1, next: 'ten-steps' })
  expect(following('crash-loop')).toEqual({ scene: 4, next: 'liveness-http' })
  expect(following(path.at(-1)!)).toEqual({ scene: path.length, next: undefined })
})

test('any other film leads to its neighbour, over the edge of its shelf, too', () => {
  expect(following('prestop-within-grace')).toEqual({ next: 'prestop-beyond-grace' })
  const [first, second] = topics.slice(2)
  expect(following(first!.scenarios.at(-1)!)).toEqual({ next: second!.scenarios[0] })
})

test('nothing follows the last film, nor one that is not of the catalogue', () => {
  expect(following(topics.at(-1)!.scenarios.at(-1)!)).toEqual({ next: undefined })
  expect(following('mine')).toEqual({ next: undefined })
})
