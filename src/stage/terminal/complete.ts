import type { Playback } from '../../playback/playback.ts'
import type { Candidate, Completion } from '../../worker/protocol.ts'
import { filesNow } from '../shared/files/desk.ts'
import { isKubectl } from './kubectlLine.ts'
import { at } from './lineEdit.ts'
import type { Line } from './lineEdit.ts'
import { commandStart } from './shell.ts'

/** What a word at the caret may become. */
export async function complete({ text, caret }: Line, playback: Playback): Promise<Completion> {
  const start = commandStart(text.slice(0, caret))
  return completeCommand(text.slice(start, caret), start, playback)
}

async function completeCommand(typed: string, start: number, playback: Playback): Promise<Completion> {
  const [, name = '', gap = ''] = /^(\S*)(\s*)/.exec(typed)!
  if (gap === '') return { from: start, candidates: beginningWith((await import('./builtins.ts')).shellWords, name) }
  const behind = name.length + gap.length
  if (name === 'watch') {
    const inner = typed.slice(behind).replace(/^-n\s*\S+\s+/, '')
    return completeCommand(inner, start + typed.length - inner.length, playback)
  }
  const word = /\S*$/.exec(typed)![0]
  const isFile = !isKubectl(name) || /(^|\s)(-f|--filename|--from-file|--from-env-file)[\s=]+\S*$/.test(typed)
  if (isFile) {
    const begun = word.slice(word.lastIndexOf('=') + 1)
    return {
      from: start + typed.length - begun.length,
      candidates: beginningWith(Object.keys(filesNow(playback).all), begun),
    }
  }
  const completion = await playback.ask.complete(typed.slice(behind), filesNow(playback).all)
  return { ...completion, from: start + behind + completion.from }
}

function beginningWith(words: readonly string[], begun: string): Candidate[] {
  return words.filter((word) => word.startsWith(begun)).map((text) => ({ text }))
}

/** Puts in what all candidates have in common; a single one is followed by a blank. */
export function taken({ text, caret }: Line, { from, candidates, isOpen }: Completion): Line {
  if (candidates.length === 0) return { text, caret }
  const [only] = candidates
  const word = candidates.length === 1 ? (isOpen ? only!.text : closed(only!.text)) : common(candidates.map((c) => c.text))
  if (candidates.length > 1 && word.length < caret - from) return { text, caret }
  return at(text.slice(0, from) + word + text.slice(caret), from + word.length)
}

function closed(word: string): string {
  return word.endsWith('/') ? word : `${word} `
}

function common(words: readonly string[]): string {
  let prefix = words[0] ?? ''
  for (const word of words) while (!word.startsWith(prefix)) prefix = prefix.slice(0, -1)
  return prefix
}
