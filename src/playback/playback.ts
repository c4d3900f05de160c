import { createStore, type StoreApi } from 'zustand/vanilla'
import type { EngineHost, Input, Scenario } from '../worker/protocol.ts'
import { Apart } from './apart.ts'
import { Arrival } from './arrival.ts'
import { sameBreakpoint, type Breakpoint } from './breakpoint.ts'
import { stepSizes, type StepSize } from './classify.ts'
import { revisionBetween } from './between.ts'
import { FilmCrew, failureOf } from './crew.ts'
import { opening, type Film } from './film.ts'
import { inTurn } from './in-turn.ts'
import { firstMoment, type Destination } from './moment.ts'
import { Player, searchMs } from './player.ts'
import { Questions } from './questions.ts'
import { Scale, type Pacing } from './scale.ts'
import { scriptEndMs } from './script-end.ts'
import { reachTurn } from './turn.ts'
import { initialState, lies, speeds, type AfterAct, type Branch, type ClockState, type FrameTimer, type Moment, type PlaybackState, type Speed } from './state.ts'

/** A film that grows is drawn anew after a real ms for each so many steps, and no more seldom than this: with every frame at first. */
const stepsPerMs = 250
const editionMsMost = 500

/** Puts films on, moves through them, and does what a person does at the moment on stage. */
export class Playback {
  readonly store: StoreApi<PlaybackState>
  readonly clock: StoreApi<ClockState>
  private readonly host: EngineHost
  private readonly timer: FrameTimer
  private readonly crew: FilmCrew
  private readonly player: Player
  private readonly arrival: Arrival
  private editing = false
  /** Films what is to be compared, and reads what is to be put on. */
  readonly apart: Apart
  /** What is asked about the moment on stage. */
  readonly ask: Questions
  private nextBranch = 1
  private loads = 0
  private clockWatchers = 0
  /** Where the playhead was left when something was done, and behind which step that is; until it is taken elsewhere. */
  private acted: { cursor: number; at: number; behind: number } | undefined
  /** While the film is made further for a step that is not there yet. */
  private making: Promise<void> | undefined

  /** `another` starts a second engine, to film what is to be compared. */
  constructor(host: EngineHost, timer: FrameTimer, another: () => EngineHost = () => host) {
    this.host = host
    this.apart = new Apart(another)
    this.ask = new Questions(host, () => ({ step: this.stepsAtPlayhead(), now: { ms: this.clock.getState().now, revision: this.state.world } }))
    this.timer = timer
    this.crew = new FilmCrew(host, {
      grew: () => this.grew(),
      failed: (failure) => this.set({ problem: { type: 'engine', failure }, playing: false, waiting: false }),
    })
    this.clock = createStore<ClockState>(() => ({ now: 0, position: 0 }))
    this.store = createStore<PlaybackState>(() => initialState)
    this.player = new Player(this, this.crew, timer)
    this.arrival = new Arrival(this, this.crew)
  }

  get state(): PlaybackState {
    return this.store.getState()
  }

  /** Wants every moment of the clock, not only those at which something happens; returns how to give that up. */
  watchClock(): () => void {
    this.clockWatchers++
    return () => this.clockWatchers--
  }

  get clockIsWatched(): boolean {
    return this.clockWatchers > 0
  }

  // --- films

  /**
   * Puts a new film on, paused at its opening or at a moment, and films its script ahead. Resolves when that is done;
   * the moment is shown as soon as it is filmed.
   */
  async load(scenario: Scenario, options: { branches?: readonly Branch[]; moment?: Moment } = {}): Promise<void> {
    const load = ++this.loads
    this.pause()
    this.crew.stop()
    // What the page lacks it lacks with any film.
    this.set({ status: 'loading', problem: this.state.problem?.type === 'view' ? this.state.problem : undefined })
    const awaited = lies(options.moment) ? options.moment : undefined
    let film: Film
    try {
      film = await this.crew.open(scenario, awaited?.ms)
    } catch (error) {
      if (load !== this.loads) return
      this.set({
        status: this.state.film === undefined ? 'empty' : 'ready',
        problem: { type: 'scenario', message: error instanceof Error ? error.message : String(error) },
      })
      return
    }
    if (load !== this.loads) return
    this.player.reopen()
    this.acted = undefined
    this.crew.take(film)
    this.clock.setState({ now: film.opening.startMs + (awaited?.ms ?? 0), position: 0 })
    this.set({
      status: 'ready',
      film,
      scale: new Scale(film, this.state.pacing),
      cursor: opening,
      awaited,
      hit: undefined,
      edition: this.state.edition + 1,
      branches: options.branches ?? [],
      filming: true,
      waiting: false,
    })
    if (awaited !== undefined) await this.arrival.at(film, awaited)
    await this.crew.until((f) => f.now >= scriptEndMs(f), scriptEndMs)
    if (load !== this.loads) return
    this.player.closed = film.inputs.length > 0
    this.publish()
  }

  /** Says what is wrong with what was to be put on. */
  complain(message: string, type: 'scenario' | 'view' = 'scenario'): void {
    const { film, status } = this.state
    this.set({ status: type === 'scenario' && film === undefined ? 'empty' : status, problem: { type, message } })
  }

  /** Puts on a future that was left; the present one takes its place in the list. */
  async switchTo(branch: Branch): Promise<void> {
    const present: Branch = { ...branch, id: this.nextBranch++, scenario: await this.host.scenario() }
    const branches = this.state.branches.map((b) => (b.id === branch.id ? present : b))
    await this.load(branch.scenario, { branches, moment: { step: branch.leftAt - 1 } })
  }

  /**
   * Films another version of what is on, with all its inputs, and opens it at the same time; the present one stays as a branch that
   * shares `leftAt` steps with it.
   */
  async vary(scenario: Scenario, leftAt: number): Promise<void> {
    const { film, branches } = this.state
    const ms = Math.round(this.clock.getState().now - (film?.opening.startMs ?? 0))
    const leftMs = film === undefined ? 0 : film.timeOf(leftAt) - film.opening.startMs
    const present: Branch = { id: this.nextBranch++, leftAt, leftMs, scenario: await this.host.scenario() }
    await this.load(scenario, { branches: [...branches, present], moment: { ms } })
  }

  /** The film of a future that was left, made on an engine of its own. */
  async filmBranch({ scenario }: Branch): Promise<Film> {
    return (await this.apart.film(scenario))!
  }

  /** Ends whatever is being filmed; what is there can be watched. */
  stop(): void {
    this.pause()
    this.crew.stop()
    this.set({ waiting: false, filming: false })
  }

  // --- moving

  play(): void {
    const { film, scale, playing, awaited } = this.state
    if (film === undefined || scale === undefined || playing || awaited !== undefined) return
    if (this.state.ended) this.seek(opening)
    // The first beat need not be waited for.
    const next = film.next(this.state.cursor, 'hop')
    const { position } = this.clock.getState()
    if (next !== undefined) {
      this.clock.setState({ position: Math.max(position, scale.positionOfStep(next) - 200) })
    }
    this.set({ playing: true, hit: undefined })
    this.player.start()
  }

  pause(): void {
    this.player.stop()
    if (this.state.playing || this.state.waiting) this.set({ playing: false, waiting: false, told: undefined })
  }

  toggle(): void {
    if (this.state.playing) this.pause()
    else this.play()
  }

  /** One step forward; films on when there is none yet. */
  async next(size: StepSize = this.state.size): Promise<void> {
    // Pressed twice while the film has to be made further, it is two steps.
    while (this.making !== undefined) await this.making
    this.pause()
    const { film, cursor, awaited } = this.state
    if (film === undefined || awaited !== undefined) return
    if (film.next(cursor, size) === undefined) {
      this.making = this.make(film, (f) => f.next(cursor, size) !== undefined)
      await this.making
      if (film !== this.state.film || cursor !== this.state.cursor) return
      this.publish()
      this.set({ waiting: false })
    }
    const step = film.next(cursor, size)
    if (step !== undefined) this.seek(step)
  }

  private async make(film: Film, isEnough: (film: Film) => boolean): Promise<void> {
    const until = film.now + searchMs
    this.player.reopen()
    this.set({ waiting: true })
    try {
      await this.crew.until(isEnough, () => until)
    } finally {
      this.making = undefined
    }
  }

  previous(size: StepSize = this.state.size): void {
    this.pause()
    const { film, cursor, awaited } = this.state
    if (film !== undefined && awaited === undefined) this.seek(film.previous(cursor, size))
  }

  /** To a step; playing goes on from there. */
  seek(step: number): void {
    this.acted = undefined
    this.show(step)
  }

  private show(step: number): void {
    const { film, scale } = this.state
    if (film === undefined || scale === undefined) return
    const cursor = Math.max(opening, Math.min(film.steps.length - 1, Math.round(step)))
    this.clock.setState({ now: film.timeOf(cursor), position: scale.positionOfStep(cursor) })
    this.stand(cursor)
  }

  /** To a position on the scale, as a finger on the timeline wants it. */
  seekPosition(position: number): void {
    const { scale } = this.state
    if (scale === undefined) return
    const at = Math.max(0, Math.min(scale.end, position))
    this.clock.setState({ now: scale.timeAt(at), position: at })
    this.stand(scale.stepAt(at))
  }

  /** Instead of the moment that is waited for: the last one that is made. */
  stopWaiting(): void {
    this.arrival.giveUp()
  }

  private stand(cursor: number): void {
    const { cursor: before, hit, awaited } = this.state
    if (cursor !== before || hit !== undefined || awaited !== undefined) this.set({ cursor, hit: undefined, awaited: undefined })
    else this.linger()
  }

  /** To a time, in virtual ms since the start: to the last visible step before it, as when the film is watched up to there. Films on when that is in the future. */
  async seekTime(ms: number): Promise<void> {
    const { film } = this.state
    if (film === undefined) return
    const at = film.opening.startMs + Math.max(0, ms)
    if (at > film.now) {
      this.player.reopen()
      this.set({ waiting: true })
      await this.crew.until(() => false, () => at)
      if (film !== this.state.film) return
      this.publish()
      this.set({ waiting: false })
    }
    // What was done stands before a time behind it, whether it is seen or not: it is not forgotten.
    this.show(film.previous(film.stepsUpTo(at), 'hop'))
    this.pass(at)
  }

  /** Lets time pass after the step on stage (virtual ms since the epoch): only up to the next one that is to be seen. */
  pass(at: number): void {
    const { film, cursor, scale } = this.state
    const next = film!.next(cursor, 'hop')
    const now = Math.min(at, film!.now)
    if (now <= film!.timeOf(cursor) || (next !== undefined && film!.timeOf(next) <= now)) return
    this.clock.setState({ now, position: scale!.positionOfTime(now) })
    this.linger()
  }

  /** False when the film has no such moment. */
  async goTo(destination: Exclude<Destination, { error: string }>): Promise<boolean> {
    this.pause()
    const { film } = this.state
    if (film === undefined) return false
    if ('ms' in destination) {
      await this.seekTime(destination.ms)
      return true
    }
    const step = 'step' in destination ? destination.step - 1 : firstMoment(film, destination.condition)
    if (step === undefined || step >= film.steps.length) return false
    this.seek(step)
    return true
  }

  toStart(): void {
    this.seek(opening)
  }

  toEnd(): void {
    const { film } = this.state
    this.seek(film?.ofSize('hop').at(-1) ?? opening)
  }

  // --- how it plays

  setSpeed(speed: Speed): void {
    if (this.state.playing) this.player.readClock()
    this.set({ speed })
  }

  /** By one notch of `speeds`. */
  changeSpeed(by: 1 | -1): void {
    const at = speeds.indexOf(this.state.speed) + by
    this.setSpeed(speeds[Math.max(0, Math.min(speeds.length - 1, at))]!)
  }

  setPacing(pacing: Pacing): void {
    const { film, cursor } = this.state
    if (film === undefined) return this.set({ pacing })
    const scale = new Scale(film, pacing)
    this.set({ pacing, scale })
    // It may stand in the idle time after its step, and stays there.
    const { now } = this.clock.getState()
    this.clock.setState({ position: now > film.timeOf(cursor) ? scale.positionOfTime(now) : scale.positionOfStep(cursor) })
  }

  setSize(size: StepSize): void {
    this.set({ size })
  }

  nextSize(): void {
    this.setSize(stepSizes[(stepSizes.indexOf(this.state.size) + 1) % stepSizes.length]!)
  }

  addBreakpoint(breakpoint: Breakpoint): void {
    const { breakpoints } = this.state
    if (breakpoints.some((b) => sameBreakpoint(b, breakpoint))) return
    this.set({ breakpoints: [...breakpoints, breakpoint] })
  }

  removeBreakpoint(breakpoint: Breakpoint): void {
    this.set({ breakpoints: this.state.breakpoints.filter((b) => !sameBreakpoint(b, breakpoint)) })
  }

  // --- doing something

  /** Of a level: the moment from which on it is the player's. Whether the film had to go on for it. */
  reachTurn(): Promise<boolean> {
    return reachTurn(this, this.crew, this.arrival.over)
  }

  /**
   * Does something at the moment on stage. In the past this forks: the film is cut there, and what is cut
   * off stays as a branch when it held inputs. Returns the number of the input: the id of its command.
   */
  async act(input: Input, then: AfterAct = 'play'): Promise<number> {
    const { film: on } = this.state
    await this.reachTurn()
    const film = await this.branch({ input, on })
    const command = film.inputs.at(-1)?.index ?? 0
    if (then === 'play') this.play()
    if (then === 'finish') await this.finish(command)
    return command
  }

  /** Another future from the moment on stage, in which nothing more of the script is done; the one that was to come stays as a branch. */
  async fork(): Promise<void> {
    await this.branch({ input: undefined, on: this.state.film })
  }

  /** In turn: the moment at which something is done is known when what was done before is part of the film. */
  private readonly branch = inTurn(async ({ input, on: film }: { input: Input | undefined; on: Film | undefined }): Promise<Film> => {
    await this.arrival.over
    this.mustBeOn(film)
    this.pause()
    const at = this.clock.getState().now
    // Who does two things before the first is seen wants both.
    const afterStep = this.acted?.cursor === this.state.cursor && this.acted.at <= at ? this.acted.behind : this.stepsAtPlayhead()
    const undone = film.pendingInputs > 0 || film.inputs.some((i) => i.step >= afterStep)
    const left = undone ? await this.host.scenario() : undefined
    this.mustBeOn(film)
    const fork = await this.host.act(input, afterStep, at).catch((error: unknown) => {
      const failure = failureOf(error, film)
      this.set({ problem: { type: 'engine', failure } })
      throw new Error(failure.message)
    })
    if (left !== undefined) {
      this.set({
        branches: [...this.state.branches, { id: this.nextBranch++, leftAt: fork.keepSteps, leftMs: at - film.opening.startMs, scenario: left }],
      })
    }
    this.player.reopen()
    film.cut(fork)
    this.state.scale?.cut()
    film.append(fork.batch)
    this.publish()
    this.seek(fork.keepSteps - 1)
    this.pass(at)
    this.acted = input && { cursor: this.state.cursor, at: this.clock.getState().now, behind: film.inputs.at(-1)!.step + 1 }
    return film
  })

  /** The engine makes one film at a time: to that which is about to give way to another nothing can be done any more. */
  private mustBeOn(film: Film | undefined): asserts film is Film {
    if (film === undefined || film !== this.state.film || this.state.status === 'loading') throw new Error('no film is on')
  }

  /** What makes this film again. */
  scenario(): Promise<Scenario> {
    return this.host.scenario()
  }

  // --- inside

  /** How many steps have happened where the playhead stands; it may stand in the idle time after one. */
  private stepsAtPlayhead({ film, cursor }: Pick<PlaybackState, 'film' | 'cursor'> = this.state): number {
    if (film === undefined) return 0
    const { now } = this.clock.getState()
    if (now <= film.timeOf(cursor)) return cursor + 1
    const nextHop = film.next(cursor, 'hop') ?? film.steps.length
    return Math.max(cursor + 1, Math.min(film.stepsUpTo(now), nextHop))
  }

  /** Films to the end of a command and shows it. */
  async finish(command: number): Promise<void> {
    const film = this.state.film!
    const ends = (f: Film) => f.ended.find((e) => e.command === command)
    const until = film.now + searchMs
    this.set({ waiting: true })
    await this.crew.until((f) => ends(f) !== undefined, () => until)
    if (film !== this.state.film) return
    this.publish()
    this.set({ waiting: false })
    const end = ends(film)
    this.seek(end === undefined ? film.steps.length - 1 : end.step - 1)
  }

  private grew(): void {
    const scale = this.state.scale!
    const { lastStep } = scale
    scale.extend()
    const { now, position } = this.clock.getState()
    // Behind the last step nobody knew how far the next one was.
    if (this.state.awaited === undefined && position > lastStep && scale.lastStep > lastStep) this.clock.setState({ position: scale.positionOfTime(now) })
    if (this.editing) return
    this.editing = true
    this.timer.request(() => {
      this.editing = false
      this.publish()
    }, this.editionMs())
  }

  /** One edition a frame is enough for those who draw the whole film; the longer it is, the more they draw. Who opens it at a moment wants that one first. */
  private editionMs({ film } = this.state): number {
    return film === this.arrival.film ? editionMsMost : Math.min(editionMsMost, film!.steps.length / stepsPerMs)
  }

  publish(): void {
    const { scale, awaited } = this.state
    scale?.extend()
    if (scale !== undefined && awaited !== undefined) this.clock.setState({ position: scale.lastStep })
    this.set({ edition: this.state.edition + 1, filming: this.crew.filming })
  }

  /** What hangs on the rest of the state is set with it: one change is told once. */
  set(change: Partial<PlaybackState>): void {
    const { state } = this
    const next = { ...state, ...change, ...(change.cursor !== undefined && { cameFrom: state.cursor }) }
    const { film, cursor } = next
    const ended = film !== undefined && cursor !== opening && film.next(cursor, 'hop') === undefined && this.player.isAtEnd(film)
    const world = film === undefined ? 0 : this.worldOf(film, next)
    this.store.setState({ ...next, ended, world }, true)
  }

  /** Time has passed after the step on stage: what goes on then is routine, but it goes on. */
  linger(): void {
    if (this.state.film !== undefined && this.worldOf(this.state.film, this.state) !== this.state.world) this.set({})
  }

  /** Who stops between two steps sees what was written there; while the film plays it comes with the next one. */
  private worldOf(film: Film, { cursor, playing }: Pick<PlaybackState, 'cursor' | 'playing'>): number {
    const steps = this.stepsAtPlayhead({ film, cursor })
    return playing ? film.revisionAt(steps - 1) : revisionBetween(film, steps, this.clock.getState().now)
  }
}
