import type { Batch, EngineFailure, EngineHost, Opening, Scenario } from '../worker/protocol.ts'
import { isEngineFailure } from '../worker/protocol.ts'
import { Film } from './film.ts'

/** How long the worker may be busy before it looks up again; longer for who only waits: each answer costs the page a turn. */
const sliceMs = 10
export const waitingSliceMs = 50
/** So many are asked for at once: the worker makes the next while the page takes in the last. A new command never waits longer than for these. */
const slicesUnderWay = 2
/** And of a film that is opened at a moment behind its opening, before there is any film: the page draws itself meanwhile and could not ask. */
const slicesAtFirst = 8

/** What somebody wants to be filmed. It is reached when `done`, at the horizon, or when the film is over. */
interface Goal {
  /** Virtual ms beyond which nobody wants to see for now; asked again after each slice. */
  horizonMs: (film: Film) => number
  done: (film: Film) => boolean
  sliceMs: number
  resolve: () => void
}

/** What the worker was asked for, and of which film. */
interface Slice {
  film: Film
  answer: Promise<Batch>
}

/**
 * Films ahead: asks the worker for slices as long as somebody wants more. There is one loop, however many want something. What has
 * been asked for when nobody wants more still comes.
 */
export class FilmCrew {
  private readonly host: EngineHost
  private readonly listener: { grew(batch: Batch): void; failed(failure: EngineFailure): void }
  private film: Film | undefined
  private goals: Goal[] = []
  private busy = false
  private underWay: Slice[] = []
  /** Of the film that was opened last. */
  private atFirst: Slice[] = []
  /** While a film is opened: what is asked of the engine from here on would be of that one. */
  private coming: Promise<Opening> | undefined

  constructor(host: EngineHost, listener: { grew(batch: Batch): void; failed(failure: EngineFailure): void }) {
    this.host = host
    this.listener = listener
  }

  get filming(): boolean {
    return this.busy
  }

  /** Begins a film, and has it made at once up to so many ms behind its start, or what can be made of that in a little while. */
  async open(scenario: Scenario, filmMs?: number): Promise<Film> {
    const opening = this.host.load(scenario)
    this.coming = opening
    const answers = filmMs === undefined ? [] : Array.from({ length: slicesAtFirst }, () => this.host.advance({ filmMs, budgetMs: waitingSliceMs }))
    // Whoever takes them in hears of it; of a film that is given up nobody does.
    for (const answer of answers) answer.catch(() => {})
    const film = new Film(scenario, await opening.catch((error: unknown) => this.stay(opening, error)))
    this.atFirst = answers.map((answer) => ({ film, answer }))
    return film
  }

  /** No other film came: what was wanted meanwhile of the one that is on is made. */
  private stay(given: Promise<Opening>, error: unknown): never {
    if (this.coming === given) this.coming = undefined
    void this.work()
    throw error
  }

  /** Turns to a new film; what was wanted of the old one is given up. */
  take(film: Film): void {
    this.stop()
    this.film = film
    this.coming = undefined
    this.underWay.push(...this.atFirst.splice(0).filter((slice) => slice.film === film))
  }

  /** Gives up everything that is wanted. */
  stop(): void {
    const given = this.goals
    this.goals = []
    for (const goal of given) goal.resolve()
  }

  /** Resolves when the film is made so far, or when it cannot be. */
  until(done: (film: Film) => boolean, horizonMs: (film: Film) => number, budgetMs = sliceMs): Promise<void> {
    return new Promise((resolve) => {
      this.goals.push({ done, horizonMs, sliceMs: budgetMs, resolve })
      void this.work()
    })
  }

  private async work(): Promise<void> {
    if (this.busy) return
    this.busy = true
    const { underWay } = this
    for (;;) {
      while (this.settle() && underWay.length < slicesUnderWay) underWay.push(this.ask(this.film!))
      const slice = underWay.shift()
      if (slice === undefined) break
      const { film, answer } = slice
      try {
        const batch = await answer
        // Otherwise it is the answer to a question about a film that is no longer on.
        if (film !== this.film) continue
        film.append(batch)
        this.listener.grew(batch)
      } catch (error) {
        if (film !== this.film) continue
        this.stop()
        this.listener.failed(failureOf(error, film))
      }
    }
    this.busy = false
  }

  private ask(film: Film): Slice {
    const untilMs = Math.max(...this.goals.map((goal) => horizonOf(goal, film)))
    // Where the film ends may be known better with every input: what was asked for before one does not go on behind it.
    return { film, answer: this.host.advance({ untilMs, untilInputs: film.inputs.length + 1, budgetMs: Math.min(...this.goals.map((goal) => goal.sliceMs)) }) }
  }

  /** Tells those who have what they wanted; false when nobody wants more, or it cannot be asked for now. */
  private settle(): boolean {
    const film = this.film
    if (film === undefined) return false
    const reached = (g: Goal): boolean => g.done(film) || film.over || film.now >= horizonOf(g, film)
    const settled = this.goals.filter(reached)
    if (settled.length > 0) this.goals = this.goals.filter((g) => !settled.includes(g))
    for (const goal of settled) goal.resolve()
    return this.goals.length > 0 && this.coming === undefined
  }
}

/** The playhead stands between milliseconds; the film is made to whole ones, and would never come further. */
function horizonOf(goal: Goal, film: Film): number {
  return Math.floor(goal.horizonMs(film))
}

export function failureOf(error: unknown, film: Film | undefined): EngineFailure {
  if (isEngineFailure(error)) return error
  const message = error instanceof Error ? error.message : String(error)
  return { message, seed: film?.scenario.spec.cluster?.seed ?? 1, step: film?.steps.length ?? 0 }
}
