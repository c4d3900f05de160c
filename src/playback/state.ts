import type { EngineFailure, Scenario } from '../worker/protocol.ts'
import type { Breakpoint } from './breakpoint.ts'
import type { StepSize } from './classify.ts'
import type { Film } from './film.ts'
import { opening } from './film.ts'
import type { Pacing, Scale } from './scale.ts'

export type Speed = number | 'fastest'
export const speeds: readonly Speed[] = [0.25, 0.5, 1, 2, 4, 8, 16, 'fastest']

/** A future that was left when somebody acted in the past. */
export interface Branch {
  readonly id: number
  /** Number of steps that it shares with the film that took its place. */
  readonly leftAt: number
  /** Virtual ms since the start; it may have stood still for a while since the last of these steps. */
  readonly leftMs: number
  readonly scenario: Scenario
}

export interface PlaybackState {
  /** A page begins with a film that comes; 'empty': there is none, and none could be put on. */
  status: 'empty' | 'loading' | 'ready'
  /** What went wrong: with the simulation (the film up to there can be watched), with the scenario, or with a part of the page. */
  problem: { type: 'engine'; failure: EngineFailure } | { type: 'scenario' | 'view'; message: string } | undefined
  film: Film | undefined
  /** Changes whenever the film grows or is cut; the film itself is one object for its whole life. */
  edition: number
  /** Lays the film out for playing and for the timeline. */
  scale: Scale | undefined
  /** Index of the step that has just happened; -1 before the first. */
  cursor: number
  /** The revision that views read: that of the step, and of the routine that has gone on since where the playhead stands after it. */
  world: number
  /** The cursor before it moved last: a step forward is told from a leap and from a step back. */
  cameFrom: number
  /** The film is being made up to a moment that somebody has asked for; what there is of it so far is not that moment, and is not shown. */
  awaited: Moment | undefined
  playing: boolean
  /** While the film runs: the step whose sentence stands, which is not every hop's. */
  told: number | undefined
  /** The next step is wanted and not filmed yet. */
  waiting: boolean
  filming: boolean
  /** The playhead stands at the end, and nothing more is to come: playing starts again. */
  ended: boolean
  speed: Speed
  pacing: Pacing
  size: StepSize
  breakpoints: readonly Breakpoint[]
  /** Where playing has just stopped by itself. */
  hit: Breakpoint | undefined
  branches: readonly Branch[]
}

/** The playhead; apart from the rest because it moves with every frame. */
export interface ClockState {
  /** Virtual ms since the epoch. */
  now: number
  /** On the scale. */
  position: number
}

/** Real time, which is read here only. */
export interface FrameTimer {
  /** The next frame, or the first one after so many real ms; returns how to do without it. */
  request(callback: (nowMs: number) => void, waitMs?: number): () => void
  /** Of the same clock as a frame's. */
  nowMs(): number
}

/** A cursor and the time that has passed since the start when the film stands there (virtual ms), or that time alone. */
export type Moment = { step: number; ms?: number | undefined } | { ms: number }

/** What follows an input: the film plays on from there; runs on to the end of the command; stays. */
export type AfterAct = 'play' | 'finish' | 'stay'

/** For who asks and does not wait: an engine that fails is the film's problem, and said as that; what is asked for while another film is put on is for nobody. */
export function givenUp(): undefined {
  return undefined
}

export const initialState: PlaybackState = {
  status: 'loading',
  problem: undefined,
  film: undefined,
  edition: 0,
  scale: undefined,
  cursor: opening,
  world: 0,
  cameFrom: opening,
  awaited: undefined,
  playing: false,
  told: undefined,
  waiting: false,
  filming: false,
  ended: false,
  speed: 1,
  pacing: 'even',
  size: 'hop',
  breakpoints: [],
  hit: undefined,
  branches: [],
}

/** A jump over more hops than this is no step but a leap. */
const leapFrom = 60

export function isLeap(from: number, to: number): boolean {
  return Math.abs(to - from) > leapFrom
}

/** Whether a moment lies behind the opening. */
export function lies(moment: Moment | undefined): moment is Moment {
  return moment !== undefined && ('step' in moment && moment.step > opening || (moment.ms ?? 0) > 0)
}
