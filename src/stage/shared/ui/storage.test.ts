import { afterEach, expect, it, vi } from 'vitest'
import { forgetOthers, recall, remember } from './storage.ts'

afterEach(() => vi.unstubAllGlobals())

/** What a browser's storage is to who lists its keys. */
function storage(kept: Record<string, string>): Record<string, string> {
  const of = (methods: object): Record<string, string> => Object.create(methods) as Record<string, string>
  const made = of({
    getItem: (key: string) => made[key] ?? null,
    setItem: (key: string, value: string) => (made[key] = value),
    removeItem: (key: string) => delete made[key],
  })
  return Object.assign(made, kept)
}

it('lets go of what begins alike, but for one', () => {
  const kept = storage({ 'small.web.1': 'a', 'small.web.2': 'b', 'small.webs.1': 'c', other: 'd' })
  vi.stubGlobal('localStorage', kept)
  forgetOthers('small.web.', 'small.web.2')
  expect(Object.keys(kept)).toEqual(['small.web.2', 'small.webs.1', 'other'])
})

it('does without a storage that is forbidden', () => {
  const forbidden = (): never => {
    throw new DOMException('denied', 'SecurityError')
  }
  vi.stubGlobal('localStorage', { getItem: forbidden, setItem: forbidden, removeItem: forbidden, 'small.1': '' })
  expect(() => remember('small.2', 'x')).not.toThrow()
  expect(recall('small.1')).toBeNull()
  expect(() => forgetOthers('small.', 'small.2')).not.toThrow()
})
