import { expect, it } from 'vitest'
import { earlySettings, hasLink, keyOfSelection, selectionOfKey } from './link.ts'

it.each([
  ['pod/default/web', 'pods/default/web'],
  ['node/node1', 'nodes/node1'],
  ['event/default/web.1', 'events/default/web.1'],
])('%s of a link is %s in etcd', (selection, key) => {
  expect(keyOfSelection(selection)).toBe(key)
  expect(selectionOfKey(key)).toBe(selection)
})

it.each(['', 'pod', 'unheard-of/x'])('no object: %s', (selection) => expect(keyOfSelection(selection)).toBeUndefined())

it('reads the language before the codec is there', () => {
  expect(earlySettings('#p1:abc&t=1s&lang=zh&theme=dark')).toEqual({ lang: 'zh', theme: 'dark', embed: false })
  expect(earlySettings('#section')).toEqual({ lang: undefined, theme: undefined, embed: false })
  expect(hasLink('#p1:abc')).toBe(true)
  expect(hasLink('#top')).toBe(false)
})
