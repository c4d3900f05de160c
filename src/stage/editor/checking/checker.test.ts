import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { Checker } from './checker.ts'
import type { Finding } from './finding.ts'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

const found: Finding[] = []
const question = (text: string, wanted = true) => ({ text, ask: async () => [], wanted: () => wanted })

/** A worker that is never done with a text called "winding", nor with what came behind it. */
function checker() {
  let workers = 0
  const inspected: string[] = []
  const made = new Checker(() => {
    workers++
    let isBusy = false
    return {
      inspect: (text) => {
        inspected.push(text)
        isBusy ||= text === 'winding'
        return isBusy ? new Promise(() => {}) : Promise.resolve(found)
      },
      stop: () => {},
    }
  })
  return { check: made.check, inspected, workers: () => workers }
}

it('gives up a text that is too much, and the next one has a worker and a time of its own', async () => {
  const { check, workers } = checker()
  const answers = [check(question('winding')), check(question('plain'))]
  await vi.advanceTimersByTimeAsync(4000)
  expect(await Promise.all(answers)).toEqual(['tooComplex', found])
  expect(workers()).toBe(2)
})

it('does not look at what nobody wants to know any more', async () => {
  const { check, inspected } = checker()
  const answers = [check(question('plain')), check(question('old', false))]
  expect(await Promise.all(answers)).toEqual([found, undefined])
  expect(inspected).toEqual(['plain'])
})
