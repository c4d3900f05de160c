import { speakerHash } from '../shared/address.ts'
import type { Command, FilmMoment } from '../shared/remote.ts'
import { stayInWindow } from './fullScreen.ts'

/**
 * The stage and the speaker's window talk over a BroadcastChannel: same browser, same machine, no server. Each pair has a name of its
 * own, so that two talks in two windows do not steer each other.
 */
export function openChannel(pair: string): BroadcastChannel {
  return new BroadcastChannel(`podreel.speaker.${pair}`)
}

let own: string | undefined

/** One for each visit. Only chance is wanted, not a secret: `crypto.randomUUID` is missing on pages that come over plain http. */
export function ownPair(): string {
  return (own ??= Math.random().toString(36).slice(2))
}

/** The speaker's window: notes, what comes next, the time. A second one of the same talk takes the first one's place. */
export function openSpeaker(): void {
  stayInWindow()
  window.open(`${location.pathname}${speakerHash(ownPair())}`, `podreel-speaker-${ownPair()}`, 'popup,width=1100,height=760')
}

/** What the speaker has before the eyes, in the reader's language. */
export interface Prompt {
  film: string
  chapter: { number: number; count: number; title: string } | undefined
  /** Of the chapter; before the first one its notes, to begin with. */
  notes: string | undefined
  nextChapter: string | undefined
  /** What the hall reads now, and what it reads after the next step. */
  sentence: string
  next: string | undefined
  moment: FilmMoment
  black: boolean
  /** Nothing on stage can be changed. */
  locked: boolean
}

/** From the stage. */
export type FromStage = { prompt: Prompt } | { over: true }

/** From the speaker: something to do, or a wish to be told (a window that has just opened). */
export type FromSpeaker = { command: Command } | { black: boolean } | { locked: boolean } | { hello: true }
