import { createContext, use } from 'react'
import type { Film } from '../../playback/film.ts'
import type { Step } from '../../worker/protocol.ts'
import { hopText } from './hop.ts'

/**
 * How a step is said in a sentence. The caption knows how (src/stage/caption); src/stage/app hands it to the
 * other views through this context. Without it a step is told in Kubernetes' own words.
 */
export type Narrator = (film: Film) => (step: Step) => string

export const NarratorContext = createContext<Narrator>(() => hopText)

export function useNarrator(): Narrator {
  return use(NarratorContext)
}
