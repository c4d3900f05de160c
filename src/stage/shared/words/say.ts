import { createContext, use } from 'react'
import type { Text } from '../../../engine/scenario.ts'
import type { Film } from '../../../playback/film.ts'
import type { Step } from '../../../worker/protocol.ts'
import { hopText } from '../film/hop.ts'

/**
 * How a step is said in a sentence. The caption knows how (src/stage/caption); src/stage/app hands it to the
 * other views through this context. Without it a step is told in Kubernetes' own words.
 */
export type Narrator = (film: Film) => (step: Step) => string

export const NarratorContext = createContext<Narrator>(() => hopText)

export function useNarrator(): Narrator {
  return use(NarratorContext)
}

/** What the caption says at a cursor: before the first step what the film is about, of a step of the script its author's words. */
export function sentenceAt(film: Film, cursor: number, say: (step: Step) => string, text: (text: Text) => string): string {
  const step = film.steps[cursor]
  if (step === undefined) return text(film.scenario.spec.summary)
  const words = step.kind === 'input' ? film.inputs.find((i) => i.step === cursor)?.input.say : undefined
  return words === undefined ? say(step) : text(words)
}
