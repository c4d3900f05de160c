import type { StoreApi } from 'zustand/vanilla'
import { firstBreak } from './breakpoint.ts'
import type { FilmCrew } from './crew.ts'
import type { Film } from './film.ts'
import type { Scale } from './scale.ts'
import type { ClockState, FrameTimer, PlaybackState } from './state.ts'
import { tell } from './told.ts'
import type { Told } from './told.ts'

/** How far ahead of the playhead the film is made, in ms of playing. */
const lookaheadMs = 4000
/** How far the crew looks for something to happen: longer than the longest back-off, and than a rollout may stand still (progressDeadlineSeconds). */
export const searchMs = 11 * 60_000
/** Real ms. A frame that took longer counts as long as this: the film does not jump. */
const frameMostMs = 100
/**
 * Every reading of the clock costs a frame of the whole page. The next one is when a step is due, or after so many real ms: fewer while
 * somebody shows how time runs. What moves with the playhead does so without (stage/shared/film/glide.ts).
 */
const quietMs = { watched: 33, unwatched: 500 }

/** What the player moves. */
interface Stage {
  readonly state: PlaybackState
  readonly clock: StoreApi<ClockState>
  readonly clockIsWatched: boolean
  set(change: Partial<PlaybackState>): void
  seek(step: number): void
  pause(): void
  linger(): void
}

/** Lets time pass while a film plays, frame by frame, and has the film made ahead of the playhead. */
export class Player {
  private readonly stage: Stage
  private readonly crew: FilmCrew
  private readonly timer: FrameTimer
  private cancel: (() => void) | undefined
  private lastFrameAt: number | undefined
  /** Real ms that the present frame was to wait. */
  private waitMs = 0
  private told: Told | undefined
  private searching = false
  /** Number of steps of the film when the crew last searched in vain for a further one. */
  private nothingFollows = -1
  /** The film is made to the end of its script, and nobody has gone beyond: there playing ends. */
  closed = false

  constructor(stage: Stage, crew: FilmCrew, timer: FrameTimer) {
    this.stage = stage
    this.crew = crew
    this.timer = timer
  }

  start(): void {
    this.lastFrameAt = undefined
    this.told = undefined
    this.waitMs = 0
    this.cancel = this.timer.request(this.onFrame)
  }

  stop(): void {
    if (this.cancel === undefined) return
    this.cancel()
    this.cancel = undefined
    this.readClock()
  }

  /** Time has passed since the last frame, though nothing happened: for who ends that, or has it run otherwise from here on. */
  readClock(): void {
    const { film, scale, cursor } = this.stage.state
    if (film === undefined || scale === undefined || this.lastFrameAt === undefined) return
    const elapsed = this.elapsedUntil(this.timer.nowMs())
    const next = film.next(cursor, 'hop')
    const end = next === undefined ? scale.lastStep : scale.positionOfStep(next)
    const { position } = this.stage.clock.getState()
    this.moveClock(scale, Math.max(position, Math.min(end, position + this.advanceOf(elapsed, scale))))
  }

  /** There may be more to see than was filmed so far. */
  reopen(): void {
    this.closed = false
    this.nothingFollows = -1
  }

  isAtEnd(film: Film): boolean {
    if (this.crew.filming || this.searching) return false
    return film.over || this.closed || this.nothingFollows === film.steps.length
  }

  private readonly onFrame = (nowMs: number): void => {
    const { film, scale, playing, cursor, breakpoints } = this.stage.state
    if (!playing || film === undefined || scale === undefined) return
    const wanted = this.stage.clock.getState().position + this.advanceOf(this.elapsedUntil(nowMs), scale)
    const position = Math.min(wanted, scale.lastStep)
    const step = Math.max(cursor, scale.stepAt(position))
    const stop = firstBreak(film, breakpoints, cursor, step)
    if (stop !== undefined) {
      this.stage.pause()
      this.stage.seek(stop.step)
      this.stage.set({ hit: stop.breakpoint })
      return
    }
    this.moveClock(scale, position)
    this.told = tell(film, this.told, step, nowMs)
    if (step !== cursor) this.stage.set({ cursor: step, told: this.told.step })
    else if (this.told.step !== this.stage.state.told) this.stage.set({ told: this.told.step })
    else this.stage.linger()
    if (wanted >= scale.lastStep && this.isAtEnd(film)) return this.stage.pause()
    this.lookAhead(film, scale, position)
    this.waitMs = this.waitFor(film.next(step, 'hop'), position, scale)
    this.cancel = this.timer.request(this.onFrame, this.waitMs)
  }

  private moveClock(scale: Scale, position: number): void {
    this.stage.clock.setState({ position, now: scale.timeAt(position) })
  }

  /** Real ms since it was asked last. */
  private elapsedUntil(nowMs: number): number {
    const elapsed = this.lastFrameAt === undefined ? 16 : Math.min(frameMostMs + this.waitMs, nowMs - this.lastFrameAt)
    this.lastFrameAt = nowMs
    return elapsed
  }

  /** Real ms until there is something new to see; `next`: the step that follows, when it is filmed. */
  private waitFor(next: number | undefined, position: number, scale: Scale): number {
    const { speed } = this.stage.state
    if (next === undefined || speed === 'fastest') return 0
    return Math.min(quietMs[this.stage.clockIsWatched ? 'watched' : 'unwatched'], (scale.positionOfStep(next) - position) / speed)
  }

  private advanceOf(elapsedMs: number, scale: Scale): number {
    const { speed } = this.stage.state
    if (speed !== 'fastest') return elapsedMs * speed
    // Everything that is filmed, within about a second, and never slower than the fastest number.
    return Math.max(elapsedMs * 16, ((scale.lastStep - this.stage.clock.getState().position) * elapsedMs) / 300)
  }

  /** Keeps the film ahead of the playhead. */
  private lookAhead(film: Film, scale: Scale, position: number): void {
    const waiting = scale.lastStep <= position
    if (waiting !== this.stage.state.waiting) this.stage.set({ waiting })
    // Pacing may have changed meanwhile, and with it the scale.
    const enough = () => this.stage.state.scale!.lastStep > this.stage.clock.getState().position + lookaheadMs
    if (this.searching || this.crew.filming || this.closed || enough()) return
    const until = film.now + searchMs
    this.searching = true
    void this.crew
      .until(enough, () => until)
      .then(() => {
        this.searching = false
        if (film === this.stage.state.film && !enough()) this.nothingFollows = film.steps.length
      })
  }
}
