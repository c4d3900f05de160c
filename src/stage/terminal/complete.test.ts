import { expect, test } from 'vitest'
import type { Playback } from '../../playback/playback.ts'
import { complete, taken } from './complete.ts'
import { at } from './lineEdit.ts'

/** A playback of which only completion and files are asked: it completes a word `w` to `w1` and `w2`. */
const playback = {
  state: { film: undefined, cursor: -1 },
  ask: {
    complete: async (line: string) => {
      const from = line.lastIndexOf(' ') + 1
      return { from, candidates: [{ text: `${line.slice(from)}1` }, { text: `${line.slice(from)}2` }] }
    },
  },
} as unknown as Playback

const ask = async (text: string) => {
  const { from, candidates } = await complete(at(text), playback)
  return [from, candidates.map((c) => c.text)]
}

test.each<[string, number, string[]]>([
  ['kub', 0, ['kubectl']],
  ['clear; gr', 7, ['grep']],
  ['kubectl get po', 12, ['po1', 'po2']],
  ['k get po', 6, ['po1', 'po2']],
  ['clear && k get po', 15, ['po1', 'po2']],
  ['watch k get po', 12, ['po1', 'po2']],
  ['watch -n 1 kubectl get po', 23, ['po1', 'po2']],
  ['kubectl apply -f x', 17, []],
  ['cat x', 4, []],
])('%j', async (text, from, candidates) => {
  expect(await ask(text)).toEqual([from, candidates])
})

test.each<[string, number, string[], string, isOpen?: boolean]>([
  ['get po|', 4, ['pods'], 'get pods |'],
  ['get po|', 4, ['pods', 'podtemplates'], 'get pod|'],
  ['get pod|', 4, ['pods', 'podtemplates'], 'get pod|'],
  ['de|x', 0, ['deployments/'], 'deployments/|x'],
  ['.me|x', 0, ['.metadata'], '.metadata|x', true],
  ['get x|', 4, [], 'get x|'],
])('%j at %i with %j gives %j', (text, from, words, expected, isOpen = false) => {
  const line = at(text.replace('|', ''), text.indexOf('|'))
  const { text: after, caret } = taken(line, { from, candidates: words.map((word) => ({ text: word })), isOpen })
  expect(`${after.slice(0, caret)}|${after.slice(caret)}`).toBe(expected)
})
