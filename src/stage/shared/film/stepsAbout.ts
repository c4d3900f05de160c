import type { Film } from '../../../playback/film.ts'
import type { Step } from '../../../worker/protocol.ts'

/** Steps of a film by the object they are about ('pods/default/web'), found once and kept as the film grows. */
class StepIndex {
  private readonly byKey = new Map<string, number[]>()
  private readonly film: Film
  private scanned = 0
  private last: Step | undefined

  constructor(film: Film) {
    this.film = film
  }

  about(key: string): readonly number[] {
    this.catchUp()
    return this.byKey.get(key) ?? none
  }

  private catchUp(): void {
    const { steps } = this.film
    // A fork has cut the film and perhaps grown it again: what was scanned last is no longer there.
    if (this.scanned > 0 && steps[this.scanned - 1] !== this.last) {
      this.byKey.clear()
      this.scanned = 0
    }
    const fresh = new Map<string, number[]>()
    for (; this.scanned < steps.length; this.scanned++) {
      const key = this.film.subjectOf(this.scanned)
      if (key === undefined) continue
      let list = fresh.get(key)
      if (list === undefined) fresh.set(key, (list = [...(this.byKey.get(key) ?? [])]))
      list.push(this.scanned)
    }
    for (const [key, list] of fresh) this.byKey.set(key, list)
    this.last = steps[this.scanned - 1]
  }
}

const none: readonly number[] = []
const indexes = new WeakMap<Film, StepIndex>()

/**
 * Indexes of the steps about an object, in order, up to the end of the film. The same array as long as
 * nothing is added to it or cut from it, so that a view may compare by identity.
 */
export function stepsAbout(film: Film, key: string): readonly number[] {
  let index = indexes.get(film)
  if (index === undefined) indexes.set(film, (index = new StepIndex(film)))
  return index.about(key)
}
