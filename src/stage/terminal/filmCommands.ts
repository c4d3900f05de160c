import { inTurn } from '../../playback/in-turn.ts'
import type { Playback } from '../../playback/playback.ts'
import type { CommandEnd, Input, PerformedInput } from '../../worker/protocol.ts'
import { activeFaults } from '../shared/faults/faults.ts'
import { filesNow } from '../shared/files/desk.ts'
import { withFiles } from '../shared/files/files.ts'
import { readsFiles } from '../shared/film/nature.ts'
import { remembered } from './history.ts'
import type { History } from './history.ts'
import { lineOf } from './kubectlLine.ts'
import type { Notes } from './notes.ts'
import { applyFilters } from './pipe.ts'
import type { Ran } from './pipe.ts'
import type { Command, Redirect } from './shell.ts'
import { attached, running } from './transcript.ts'
import type { Display } from './transcript.ts'

/** Virtual time in which a shell in a container has echoed a line and answered. */
const answerMs = 250

/** Commands of the film: how they are begun, what they have printed, how they ended, and what is typed into them. */
export class FilmCommands {
  /** Lines that went into shells in containers. */
  typedInside: History = []
  /** When the last command that was waited for is shown. */
  finished: Promise<void> = Promise.resolve()
  private readonly playback: Playback
  private readonly notes: Notes

  constructor(playback: Playback, notes: Notes) {
    this.playback = playback
    this.notes = notes
  }

  /** Begins a kubectl; answers its number. */
  kubectl(command: Command, stdin: string, display: Display, terminal = false): Promise<number> {
    const { all, film } = filesNow(this.playback)
    const plain: Input = { kubectl: lineOf(command), ...(stdin === '' ? {} : { stdin }), ...(terminal ? { terminal } : {}) }
    return this.perform(readsFiles(command.words.slice(1)) ? withFiles(plain, all, film) : plain, display)
  }

  /** Begins a line in the shell of the machine; answers its number. */
  shell(text: string, display: Display, stdin = '', terminal = false): Promise<number> {
    const { all, film } = filesNow(this.playback)
    const plain: Input = { shell: text, ...(stdin === '' ? {} : { stdin }), ...(terminal ? { terminal } : {}) }
    return this.perform(withFiles(plain, all, film), display)
  }

  /** Ends a command as `kill` does: without a word. */
  async end(id: number): Promise<void> {
    await this.playback.act({ interrupt: id })
    const input = this.playback.state.film?.inputs.findLast((one) => one.input.interrupt === id)
    if (input !== undefined) this.notes.show(input, { filters: [], hides: 'both', mergeErrors: false })
  }

  private async perform(given: Input, display: Display): Promise<number> {
    if (await this.playback.reachTurn()) this.notes.bringLine()
    const id = await this.playback.act(given, 'stay')
    const input = this.playback.state.film?.inputs.at(-1)
    if (input !== undefined) this.notes.show(input, display)
    return id
  }

  /** Has a command filmed to its end, or as far as it is waited for: there the stage stands then. */
  finish(id: number): Promise<void> {
    return (this.finished = this.playback.finish(id))
  }

  /** What it prints and how it ends, once it has ended. Its complaints are in the film. */
  async collect(id: number): Promise<Ran> {
    await this.finish(id)
    return { ...this.filtered(id, 'stdout', []), stderr: '', exitCode: this.exitCodeOf(id) }
  }

  /** What it has printed, as it comes out of the pipe behind it. */
  filtered(id: number, what: Redirect['what'], behind: readonly Command[]): Ran {
    const output = this.playback.state.film?.output.filter((o) => o.command === id && (what === 'both' || o.to === what)) ?? []
    return applyFilters(behind, output.map((o) => o.text).join(''))
  }

  exitCodeOf(id: number): number {
    return this.playback.state.film?.ended.find((end) => end.command === id)?.exitCode ?? 0
  }

  /** What a line has left in the shell of the machine; undefined: it still runs. A line of a future that is gone has left nothing. */
  leftBy(id: number): NonNullable<CommandEnd['left']> | undefined {
    const { film } = this.playback.state
    const end = film?.ended.find(({ command }) => command === id)
    if (end === undefined && film?.inputs[id] !== undefined) return undefined
    return end?.left ?? { variables: {}, definitions: {} }
  }

  isOver(id: number): boolean {
    return this.leftBy(id) !== undefined
  }

  /** Somebody types into it: how long it takes nobody knows. Answers its exit code; with its film it is over, too. */
  ended(id: number, isGivenUp: () => boolean): Promise<number> {
    const { store, state: { film } } = this.playback
    const isOver = (): boolean => isGivenUp() || film === undefined || film !== this.playback.state.film || film.ended.some((end) => end.command === id)
    if (isOver()) return Promise.resolve(this.exitCodeOf(id))
    return new Promise((resolve) => {
      const stop = store.subscribe(() => {
        if (!isOver()) return
        stop()
        resolve(this.exitCodeOf(id))
      })
    })
  }

  /** The one that the terminal is in, at the moment on stage. */
  inside(): PerformedInput | undefined {
    const { film, cursor } = this.playback.state
    return film === undefined ? undefined : attached(film, cursor + 1)
  }

  /** The last one that has not ended, at the moment on stage. */
  lastRunning(): PerformedInput | undefined {
    const { film, cursor } = this.playback.state
    return film === undefined ? undefined : running(film, cursor + 1).at(-1)
  }

  /** Keys for the command that the terminal is in: one after another, each at the moment that the one before led to. */
  readonly type = inTurn(async (text: string): Promise<void> => {
    const into = this.inside()?.index
    if (text.endsWith('\r') && text.length > 1) this.typedInside = remembered(this.typedInside, text.slice(0, -1))
    if (into === undefined) return
    const answer = this.answerTime()
    await this.playback.act({ typed: { into, text } }, 'stay')
    await answer()
  })

  /**
   * Who talks to a shell looks at its answer, not at the hops that bring it. Called before something is typed: afterwards the
   * stage stands at the last step before it, which may be long ago. A film that plays stands still from here on, or what is typed
   * would come later than this moment, perhaps behind its answer.
   */
  answerTime(): () => Promise<void> {
    this.playback.pause()
    const typedAt = this.playback.clock.getState().now
    return async () => {
      const { film } = this.playback.state
      if (film !== undefined) await this.playback.seekTime(typedAt - film.opening.startMs + answerMs)
      this.playback.play()
    }
  }

  /** Nothing has happened after the moment on stage, and nothing is to come of the script. */
  isAtEnd(): boolean {
    const { film, cursor } = this.playback.state
    return film !== undefined && film.pendingInputs === 0 && film.next(cursor, 'hop') === undefined
  }

  /** Whether somebody answers at the moment on stage: a query of the past asks nobody. */
  isServed(): boolean {
    const { film, cursor } = this.playback.state
    const faults = activeFaults(film?.inputs.filter(({ step }) => step <= cursor) ?? [])
    return !faults.some((fault) => fault.type === 'apiserver-stop' || fault.type === 'etcd-stop' || (fault.type === 'component-freeze' && /^(etcd|kube-apiserver)$/.test(fault.component)))
  }
}
