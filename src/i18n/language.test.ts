import { expect, it } from 'vitest'
import { preferredLanguage } from './bundles.ts'
import * as en from './en/index.ts'
import * as zh from './zh/index.ts'

it.each([
  ['zh', 'en', ['en-US'], 'zh'],
  [undefined, 'zh', ['en-US'], 'zh'],
  ['xx', null, ['fr-FR', 'zh-TW', 'en'], 'zh'],
  [undefined, null, ['de-DE'], 'en'],
  [undefined, 'klingon', [], 'en'],
] as const)('link %s, stored %s, browser %j: %s', (link, stored, browser, expected) => {
  expect(preferredLanguage(link, stored, browser)).toBe(expected)
})

const texts = (node: object, path = ''): [string, string][] =>
  Object.entries(node).flatMap(([key, value]) =>
    typeof value === 'string' ? [[path + key, value] as [string, string]] : texts(value as object, `${path}${key}.`),
  )

it('both languages fill in the same names', () => {
  const chinese = new Map(texts(zh))
  for (const [key, text] of texts(en)) {
    const names = (s: string): string[] => [...s.matchAll(/{{(\w+)}}/g)].map((m) => m[1]!).sort()
    expect(names(chinese.get(key) ?? ''), key).toEqual(names(text))
  }
})

it('no text is empty', () => {
  for (const [key, text] of [...texts(en), ...texts(zh)]) expect(text.trim(), key).not.toBe('')
})
