import { createStore } from 'zustand/vanilla'
import type { StoreApi } from 'zustand/vanilla'
import type { Film } from '../../playback/film.ts'
import type { Playback } from '../../playback/playback.ts'
import type { PerformedInput } from '../../worker/protocol.ts'
import type { Display, Note } from './transcript.ts'

/** What stands in the terminal that the film does not know: notes, each of its moment, and how what was typed here is shown. */
export class Notes {
  /** Changes whenever notes or displays do. */
  readonly store: StoreApi<{ edition: number }> = createStore(() => ({ edition: 0 }))
  private readonly playback: Playback
  private readonly notes = new WeakMap<Film, Note[]>()
  private readonly displays = new WeakMap<PerformedInput, Display>()
  /** That of the line that was typed last. */
  private line: Note | undefined

  constructor(playback: Playback) {
    this.playback = playback
  }

  of(film: Film): readonly Note[] {
    return this.notes.get(film) ?? []
  }

  readonly displayOf = (input: PerformedInput): Display | undefined => this.displays.get(input)

  show(input: PerformedInput, display: Display): void {
    this.displays.set(input, display)
    this.changed()
  }

  readonly note = (kind: Note['kind'], text: string): void => {
    const { film, cursor } = this.playback.state
    if (film === undefined || (text === '' && kind !== 'clear')) return
    const note: Note = { n: cursor + 1, step: film.steps[cursor], kind, text }
    // Notes of a future that is gone are let go here.
    const kept = this.of(film).filter((one) => film.steps[one.n - 1] === one.step)
    this.notes.set(film, [...kept, note])
    if (kind === 'typed') this.line = note
    this.changed()
  }

  /** The line that was typed last stands at the moment on stage, with what has been noted since: the film had to go on before anything could be done. */
  bringLine(): void {
    const { film, cursor } = this.playback.state
    const { line } = this
    if (film === undefined || line === undefined) return
    const notes = this.of(film)
    const from = notes.indexOf(line)
    if (from < 0) return
    const brought = notes.slice(from).map((one) => ({ ...one, n: cursor + 1, step: film.steps[cursor] }))
    this.notes.set(film, [...notes.slice(0, from), ...brought])
    this.line = brought[0]
    this.changed()
  }

  private changed(): void {
    this.store.setState(({ edition }) => ({ edition: edition + 1 }))
  }
}
