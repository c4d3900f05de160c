import { waitingSliceMs, type FilmCrew } from './crew.ts'
import { opening } from './film.ts'
import type { Film } from './film.ts'
import { searchMs } from './player.ts'
import { scriptEndMs } from './script-end.ts'
import type { Moment, PlaybackState } from './state.ts'

/** Where one arrives. */
interface Stage {
  readonly state: PlaybackState
  publish(): void
  seek(step: number): void
  pass(at: number): void
}

/** Has a film made up to the moment at which it is opened. What there is of it so far is another moment, and is not shown. */
export class Arrival {
  private readonly stage: Stage
  private readonly crew: FilmCrew
  /** The film that was opened last so. */
  film: Film | undefined
  /** Until it stands there. */
  over: Promise<void> | undefined

  constructor(stage: Stage, crew: FilmCrew) {
    this.stage = stage
    this.crew = crew
  }

  /** The moment may lie behind the end of the script: somebody has watched on. */
  at(film: Film, moment: Moment): Promise<void> {
    this.film = film
    return (this.over = this.arrive(film, moment))
  }

  /** Stands at the last moment that is made instead. */
  giveUp(): void {
    const { film, awaited } = this.stage.state
    if (film === undefined || awaited === undefined) return
    this.stage.publish()
    this.stage.seek(film.steps.length - 1)
  }

  private async arrive(film: Film, moment: Moment): Promise<void> {
    const at = moment.ms === undefined ? undefined : film.opening.startMs + moment.ms
    const step = 'step' in moment ? moment.step : opening
    const isLeft = (): boolean => film !== this.stage.state.film || moment !== this.stage.state.awaited
    // A step that somebody has written by hand may lie behind everything: what is made for it ends with the script, too.
    await this.crew.until(
      (f) => (f.steps.length > step && (at === undefined || f.now >= at)) || isLeft(),
      (f) => Math.max(scriptEndMs(f), at ?? 0) + (step > opening ? searchMs : 0),
      waitingSliceMs,
    )
    // Somebody may have gone elsewhere meanwhile.
    if (isLeft()) return
    this.stage.publish()
    this.stage.seek('step' in moment ? step : film.previous(film.stepsUpTo(at!), 'hop'))
    if (at !== undefined) this.stage.pass(at)
  }
}
