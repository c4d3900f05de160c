import { expect, it } from 'vitest'
import { filmOfPod } from '../testing/filmOf.ts'
import { markdownOf, transcriptOf } from './transcript.ts'
import type { TranscriptWords } from './transcript.ts'

const words: TranscriptWords = {
  say: (step) => step.milestone ?? step.detail?.type ?? step.kind,
  text: (text) => text.en,
}

const film = filmOfPod('{ containers: [{ name: a, image: nginx }] }', 8, {
  after: 5000,
  kubectl: 'get pod web -o jsonpath="{.status}"',
  say: { en: 'Is it *there* yet?', zh: '' },
})

it('tells milestones in order, and what was typed', async () => {
  const [chapter, ...others] = transcriptOf(await film, 'milestone', words)
  expect(others).toEqual([])
  const told = chapter!.lines.map(({ text }) => text)
  expect(told[0]).toBe('Command')
  expect(told.slice(1, 4)).toEqual(['create/submit', 'create/authenticate', 'create/authorize'])
  expect(chapter!.lines[0]).toEqual({ step: 0, time: '00:00:00.000', typed: 'kubectl apply -f web.yaml', text: 'Command' })
  expect(told.at(-1)).toBe('Is it *there* yet?')
})

it('is finer by hops', async () => {
  const count = async (size: 'hop' | 'milestone') => transcriptOf(await film, size, words)[0]!.lines.length
  expect(await count('hop')).toBeGreaterThan(3 * (await count('milestone')))
})

it('is split where chapters begin', async () => {
  const whole = await film
  const scenario = structuredClone(whole.scenario)
  scenario.spec.chapters = [{ title: { en: 'Running', zh: '' }, when: 'pod/web milestone create/running' }]
  const split = Object.assign(Object.create(Object.getPrototypeOf(whole) as object) as typeof whole, whole, { scenario })
  const chapters = transcriptOf(split, 'milestone', words)
  expect(chapters.map(({ title, lines }) => [title?.en, lines[0]?.text])).toEqual([
    [undefined, 'Command'],
    ['Running', 'create/running'],
  ])
})

it('has the notes of the speaker where they are asked for, on the page and in the document', async () => {
  const whole = await film
  const scenario = structuredClone(whole.scenario)
  scenario.spec.chapters = [{ title: { en: 'Running', zh: '' }, notes: { en: 'Ask: *who* did it?', zh: '' }, when: 'pod/web milestone create/running' }]
  const noted = Object.assign(Object.create(Object.getPrototypeOf(whole) as object) as typeof whole, whole, { scenario })
  expect(transcriptOf(noted, 'milestone', words).map(({ notes }) => notes)).toEqual([undefined, undefined])
  const chapters = transcriptOf(noted, 'milestone', words, true)
  expect(chapters.map(({ notes }) => notes?.en)).toEqual([undefined, 'Ask: *who* did it?'])
  expect(markdownOf(noted, chapters, words.text, 'Before')).toContain('## Running\n\n> Ask: \\*who\\* did it?\n\n- `')
})

it('becomes a Markdown document in which nothing is taken for markup', async () => {
  const whole = await film
  const text = markdownOf(whole, transcriptOf(whole, 'milestone', words), words.text, 'Before')
  expect(text.split('\n').filter((line) => line.startsWith('- `00:00:00.'))).not.toEqual([])
  expect(text).toContain('- `00:00:05.000` **`kubectl get pod web -o jsonpath="{.status}"`** Is it \\*there\\* yet?\n')
  expect(text.endsWith('\n')).toBe(true)
})
