import { expect, test } from 'vitest'
import { newsOf } from './news.ts'
import type { TranscriptLine } from './transcript.ts'

const line = (kind: TranscriptLine['kind'], text: string, id = 0): TranscriptLine => ({ id, kind, text })
const many = Array.from({ length: 57 }, (_, i) => line('out', `line ${i}`, i))
const say = (key: string, values?: { what: string; count?: number }): string => `${key} ${values?.count ?? ''} ${values?.what ?? ''}`.trim()

test.each<[string, TranscriptLine[], string]>([
  ['what has been printed, not what was typed', [line('typed', 'kubectl get pods'), line('out', 'NAME'), line('err', 'no')], 'NAME\nno'],
  ['of much only what has printed it', [line('typed', 'kubectl get pods'), line('out', 'NAME'), line('typed', 'kubectl describe pod web'), ...many], 'printedMuchBy 58 kubectl describe pod web'],
  ['of much that a command goes on with, how much', many, 'printedMuch 57'],
  ['nothing', [], ''],
])('reads aloud %s', (_, fresh, expected) => {
  expect(newsOf(fresh, say)).toBe(expected)
})
