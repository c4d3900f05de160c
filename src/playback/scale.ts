import type { Film } from './film.ts'
import { countUpTo } from './search.ts'

/**
 * How virtual time is stretched over a film that can be watched. In both pacings time that passes without
 * a visible step is folded: 28 s of sleep take as long as a breath.
 *   real: a virtual ms is a ms, except in folds
 *   even: every step takes a beat, however close to the last it was; a milestone takes a long one
 * A position is a number of ms of playing at speed 1; the same scale lays out the timeline.
 */
export type Pacing = 'even' | 'real'

/** A gap longer than this between two visible steps is folded. */
export const foldBeyondMs = 2000
export const foldedMs = 1400
export const beatMs = 160
export const longBeatMs = 700

/** Time that passes without anything to see. */
export interface Fold {
  readonly fromMs: number
  readonly toMs: number
  readonly from: number
  readonly to: number
}

interface Mark {
  /** Index of the step, or -1. */
  step: number
  at: number
  position: number
}

export class Scale {
  readonly pacing: Pacing
  readonly folds: Fold[] = []
  private readonly film: Film
  private readonly marks: Mark[]
  private hops = 0

  constructor(film: Film, pacing: Pacing) {
    this.film = film
    this.pacing = pacing
    this.marks = [{ step: -1, at: film.opening.startMs, position: 0 }]
    this.extend()
  }

  /** Takes in the steps that the film has got since. */
  extend(): void {
    const hops = this.film.ofSize('hop')
    for (; this.hops < hops.length; this.hops++) {
      const step = hops[this.hops]!
      const { at, milestone } = this.film.steps[step]!
      const last = this.marks.at(-1)!
      const position = last.position + this.stretch(at - last.at, milestone === undefined ? beatMs : longBeatMs)
      if (at - last.at > foldBeyondMs) this.folds.push({ fromMs: last.at, toMs: at, from: last.position, to: position })
      this.marks.push({ step, at, position })
    }
  }

  /** Forgets what the film no longer has. */
  cut(): void {
    this.hops = Math.min(this.hops, this.film.ofSize('hop').length)
    this.marks.length = this.hops + 1
    const end = this.marks.at(-1)!.position
    while (this.folds.length > 0 && this.folds.at(-1)!.to > end) this.folds.pop()
  }

  /** Position of the last visible step. */
  get lastStep(): number {
    return this.marks.at(-1)!.position
  }

  /**
   * Position where the film ends: a moment after its last visible step. The film may be made further than
   * that, in search of the next one; idle time that leads to nothing is not shown.
   */
  get end(): number {
    return (
      this.lastStep + this.stretch(this.endMs - this.marks.at(-1)!.at, this.endMs > this.marks.at(-1)!.at ? beatMs : 0)
    )
  }

  /** Virtual ms of `end`. */
  get endMs(): number {
    return Math.min(this.film.now, this.marks.at(-1)!.at + foldBeyondMs)
  }

  positionOfStep(step: number): number {
    const mark = this.marks[this.countAtStep(step) - 1] ?? this.marks[0]!
    return mark.step === step ? mark.position : this.positionOfTime(this.film.timeOf(step))
  }

  positionOfTime(at: number): number {
    const i = Math.max(0, countUpTo(this.marks.length, (k) => this.marks[k]!.at, at) - 1)
    const mark = this.marks[i]!
    const next = this.after(i)
    const span = next.at - mark.at
    return span <= 0
      ? mark.position
      : mark.position + Math.min(1, (at - mark.at) / span) * (next.position - mark.position)
  }

  /** The last visible step at or before a position, or the opening. */
  stepAt(position: number): number {
    return this.marks[this.countAtPosition(position) - 1]?.step ?? -1
  }

  /** Virtual ms at a position. */
  timeAt(position: number): number {
    const i = Math.max(0, this.countAtPosition(position) - 1)
    const mark = this.marks[i]!
    const next = this.after(i)
    const span = next.position - mark.position
    return span <= 0
      ? mark.at
      : mark.at + Math.max(0, Math.min(1, (position - mark.position) / span)) * (next.at - mark.at)
  }

  /** Visible steps in a stretch of the scale, with their positions, in order. */
  *between(from: number, to: number): Generator<readonly [step: number, position: number]> {
    for (let i = Math.max(1, this.countAtPosition(from - 1e-6)); i < this.marks.length; i++) {
      const mark = this.marks[i]!
      if (mark.position > to) return
      yield [mark.step, mark.position]
    }
  }

  /** The same without an object a step: for who looks at all of a long film. */
  eachBetween(from: number, to: number, visit: (step: number, position: number) => void): void {
    const { marks } = this
    for (let i = Math.max(1, this.countAtPosition(from - 1e-6)); i < marks.length; i++) {
      const { step, position } = marks[i]!
      if (position > to) return
      visit(step, position)
    }
  }

  /** Where the first visible step at or after a position stands. */
  firstFrom(position: number): number | undefined {
    return this.marks[Math.max(1, this.countAtPosition(position - 1e-6))]?.position
  }

  private stretch(gapMs: number, beat: number): number {
    if (this.pacing === 'real') return gapMs > foldBeyondMs ? foldedMs : gapMs
    return gapMs > foldBeyondMs ? beat + foldedMs : beat
  }

  private after(i: number): { at: number; position: number } {
    return this.marks[i + 1] ?? { at: this.endMs, position: this.end }
  }

  private countAtStep(step: number): number {
    return countUpTo(this.marks.length, (i) => this.marks[i]!.step, step)
  }

  private countAtPosition(position: number): number {
    return countUpTo(this.marks.length, (i) => this.marks[i]!.position, position)
  }
}
