import { describe, expect, it } from 'vitest'
import { follow, isWhole, shift, zoom } from './window.ts'

describe('zoom', () => {
  it('keeps what is under the pointer where it is', () => {
    const to = zoom({ from: 0, to: 10_000 }, 2, 4000, 10_000)
    expect(to).toEqual({ from: 2000, to: 7000 })
    expect((4000 - to.from) / (to.to - to.from)).toBe(0.4)
  })
  it('out ends at the whole film', () => {
    expect(zoom({ from: 2000, to: 7000 }, 1 / 8, 4000, 10_000)).toEqual({ from: 0, to: 10_000 })
  })
  it('in ends somewhere', () => {
    const { from, to } = zoom({ from: 0, to: 500 }, 100, 100, 10_000)
    expect(to - from).toBe(400)
  })
  it('of an empty film is harmless', () => {
    expect(zoom({ from: 0, to: 0 }, 2, 0, 0)).toEqual({ from: 0, to: 0 })
  })
})

it('shifts inside the film', () => {
  expect(shift({ from: 100, to: 300 }, -500, 1000)).toEqual({ from: 0, to: 200 })
  expect(shift({ from: 100, to: 300 }, 5000, 1000)).toEqual({ from: 800, to: 1000 })
})

it('follows the playhead', () => {
  expect(follow({ from: 0, to: 1000 }, 500, 5000)).toEqual({ from: 0, to: 1000 })
  expect(follow({ from: 0, to: 1000 }, 1500, 5000)).toEqual({ from: 1400, to: 2400 })
  expect(follow({ from: 3000, to: 4000 }, 0, 5000)).toEqual({ from: 0, to: 1000 })
})

it('knows the whole', () => {
  expect(isWhole({ from: 0, to: 1000 }, 1000)).toBe(true)
  expect(isWhole({ from: 1, to: 1000 }, 1000)).toBe(false)
})
