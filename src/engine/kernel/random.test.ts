import { expect, test } from 'vitest'
import { hash32, Random } from './random.ts'

const draw = (random: Random): number[] => Array.from({ length: 5 }, () => random.uint32())

test('the same seed and purpose give the same numbers for ever', () => {
  // Fixed on purpose: these numbers are part of every shared link.
  expect(draw(new Random(1, 'watch'))).toEqual(draw(new Random(1, 'watch')))
  expect(draw(new Random(1, 'watch'))).toMatchInlineSnapshot(`
    [
      2249047591,
      2837946071,
      944033730,
      3654003440,
      3814887934,
    ]
  `)
  expect(hash32('pods/default/web')).toMatchInlineSnapshot(`-1376059476`)
})

test('another seed or purpose gives other numbers', () => {
  expect(draw(new Random(2, 'watch'))).not.toEqual(draw(new Random(1, 'watch')))
  expect(draw(new Random(1, 'names'))).not.toEqual(draw(new Random(1, 'watch')))
})

test('whole numbers stay in their range and reach every value', () => {
  const random = new Random(7, 'range')
  const seen = new Set(Array.from({ length: 500 }, () => random.int(6)))
  expect([...seen].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5])
})

test('a uuid has the shape of version 4', () => {
  expect(new Random(3, 'uids').uuid()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
})
