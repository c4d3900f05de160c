import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createStore } from 'zustand/vanilla'
import { followAtEase } from './at-ease.ts'
import type { Film } from './film.ts'
import { initialState } from './state.ts'
import type { PlaybackState } from './state.ts'

const filmOf = (steps: number): Film => ({ steps: Array.from({ length: steps }) }) as unknown as Film
let film = filmOf(1000)
const store = () => createStore<PlaybackState>(() => ({ ...initialState, film }))

let [followed, follower] = [store(), store()]
let end: () => void
const cursor = () => follower.getState().cursor

beforeEach(() => {
  vi.useFakeTimers()
  film = filmOf(1000)
  followed = store()
  follower = createStore(() => followed.getState())
  end = followAtEase(followed, follower, 200)
})
afterEach(() => {
  end()
  vi.useRealTimers()
})

it('one step is followed at once', () => {
  followed.setState({ cursor: 5 })
  expect(cursor()).toBe(5)
  vi.advanceTimersByTime(250)
  followed.setState({ cursor: 6 })
  expect(cursor()).toBe(6)
})

it('of a film that runs so many moments are seen as there is time for, and the last one in any case', () => {
  const seen: number[] = []
  follower.subscribe((s) => seen.push(s.cursor))
  for (let i = 0; i < 60; i++) {
    followed.setState({ cursor: i })
    vi.advanceTimersByTime(16)
  }
  vi.advanceTimersByTime(200)
  expect(seen.length).toBeLessThanOrEqual(6)
  expect(cursor()).toBe(59)
})

it('who leaps through a long film is followed where he rests, and who moves in it slowly all the way', () => {
  const followedBy = (by: number): number => {
    let times = 0
    const end = follower.subscribe(() => times++)
    for (let i = 1; i <= 12; i++) {
      followed.setState({ cursor: i * by })
      vi.advanceTimersByTime(60)
    }
    vi.advanceTimersByTime(200)
    end()
    expect(cursor()).toBe(12 * by)
    return times
  }
  expect(followedBy(80)).toBe(1)
  vi.advanceTimersByTime(200)
  expect(followedBy(5)).toBeGreaterThanOrEqual(4)
})

it('what a fork has cut off, and a film that was taken off, is not shown any longer', () => {
  followed.setState({ cursor: 900 })
  vi.advanceTimersByTime(200)
  film.steps.length = 500
  followed.setState({ cursor: 499 })
  expect(cursor()).toBe(499)
  const another = filmOf(3)
  followed.setState({ film: another, cursor: -1 })
  expect(follower.getState().film).toBe(another)
})

it('nothing is followed after its end', () => {
  followed.setState({ cursor: 1 })
  followed.setState({ cursor: 2 })
  end()
  vi.advanceTimersByTime(1000)
  expect(cursor()).toBe(1)
})
