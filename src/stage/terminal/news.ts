import type { Say } from './builtins.ts'
import type { TranscriptLine } from './transcript.ts'

/** More lines than these nobody listens to; their last ones alone would be a piece of something. */
const readMost = 20

/** What is read aloud of fresh lines: what they say, or, where that is much, what has said it; the lines themselves can be read on the screen. */
export function newsOf(fresh: readonly TranscriptLine[], say: Say): string {
  const printed = fresh.filter(({ kind }) => kind !== 'typed' && kind !== 'more')
  if (printed.length <= readMost) return printed.map(({ text }) => text).join('\n')
  const typed = fresh.findLast(({ kind }) => kind === 'typed')
  return say(typed === undefined ? 'printedMuch' : 'printedMuchBy', { count: printed.length, what: typed?.text ?? '' })
}
