import { expect, it } from 'vitest'
import { earlySettings, hasLink, pairOf, speakerHash } from './address.ts'

it('reads the language before the codec is there', () => {
  expect(earlySettings('#p1:abc&t=1s&lang=zh&theme=dark')).toEqual({ lang: 'zh', theme: 'dark', embed: false })
  expect(earlySettings('#section')).toEqual({ lang: undefined, theme: undefined, embed: false })
  expect(hasLink('#p1:abc')).toBe(true)
  expect(hasLink('#top')).toBe(false)
})

it("knows a speaker's window by its address", () => {
  expect(pairOf(speakerHash('abc'))).toBe('abc')
  expect(pairOf('#p1:abc')).toBeUndefined()
})
