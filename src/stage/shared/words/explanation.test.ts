import { expect, test } from 'vitest'
import { glossary } from '../../../i18n/en/glossary.ts'
import { words } from '../../../i18n/en/words.ts'
import { piecesOf, wordsIn } from './explanation.ts'

const known = wordsIn([...Object.keys(words), ...Object.keys(glossary)])
const found = (text: string) => piecesOf(text, known).flatMap(({ text, word }) => (word === undefined ? [] : [[text, word]]))

test.each<[text: string, found: [text: string, word: string][]]>([
  ['pod/web is CrashLoopBackOff now.', [['CrashLoopBackOff', 'CrashLoopBackOff']]],
  ['容器反复结束（CrashLoopBackOff），phase 仍是Running。', [['CrashLoopBackOff', 'CrashLoopBackOff'], ['Running', 'Running']]],
  ['The preStop hook runs first.', [['preStop', 'spec.containers.lifecycle.preStop']]],
  ['STATUS says Init:1/2, then ExitCode:3', [['Init:1/2', 'Init:N/M'], ['ExitCode:3', 'ExitCode:N']]],
  // Plain English at the start of a sentence, names of objects, parts of paths.
  ['Pulling the image; Created by someone. Failed to pull.', []],
  ['pod/BackOff-1 and ready/Ready', []],
])('%s', (text, expected) => {
  expect(found(text)).toEqual(expected)
  expect(piecesOf(text, known).map((piece) => piece.text).join('')).toBe(text)
})
