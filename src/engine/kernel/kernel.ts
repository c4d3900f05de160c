import { TaskQueue } from './queue.ts'
import { Random } from './random.ts'
import type { Step, StepRecord } from './step.ts'

/** What is queued: plain data. `type` says to its target what to do. */
export interface Task {
  readonly type: string
}

/** Runs one task to its end. It never waits: to wait is to schedule. */
export type TaskHandler = (task: any) => void

/** Names a scheduled task, to cancel it: its sequence number and its slot in one number. */
export type TaskId = number

/** More tasks than this cannot wait at once. */
const maxSlots = 2 ** 22

/** The counter that etcd and every machine's own store share: "the world at revision r". */
export interface RevisionCounter {
  current: number
}

/** A task that came for a held target. */
interface Waiting {
  task: Task
  cause: number | undefined
}

/**
 * The virtual clock and the one event loop. Tasks run in the order of (time, sequence), each to its
 * end; nothing else moves time. Steps recorded while a task runs are caused by the step that was
 * current when the task was scheduled, or by the step recorded just before in the same task.
 */
export class Kernel {
  now: number
  readonly revisions: RevisionCounter = { current: 0 }
  /** What is kept of the film: all of it, until `forget` lets go of what was. */
  readonly trace: Step[] = []
  /** How many tasks have run: work, counted instead of timed. */
  tasksRun = 0
  /** Index of the step that whatever happens now is caused by. */
  cause: number | undefined = undefined

  private readonly seed: number
  private readonly queue = new TaskQueue()
  /** What waits in each slot, in columns: nothing is made for a task but the task. A free or cancelled slot has no task. */
  private readonly tasks: (Task | undefined)[] = []
  private readonly slotTargets: string[] = []
  private readonly causes: (number | undefined)[] = []
  private readonly seqs: number[] = []
  private readonly isDelay: boolean[] = []
  private readonly freeSlots: number[] = []
  private readonly handlers = new Map<string, TaskHandler>()
  private readonly randoms = new Map<string, Random>()
  /** Tasks that came for targets which are held, in order. */
  private readonly held = new Map<string, Waiting[]>()
  /** Targets whose clock is slow, and by how much. */
  private readonly slowness = new Map<string, number>()
  private nextSeq = 1
  private forgotten: number

  /** `firstStep`: below 0 for what happens before the film. */
  constructor(options: { seed: number; startMs: number; firstStep?: number }) {
    this.seed = options.seed
    this.now = options.startMs
    this.forgotten = options.firstStep ?? 0
  }

  /** How many steps there have been: the index of the next one. */
  get steps(): number {
    return this.forgotten + this.trace.length
  }

  /** undefined: it is forgotten, or has not come yet. */
  stepAt(index: number): Step | undefined {
    return this.trace[index - this.forgotten]
  }

  /** Lets go of all steps so far; the next one has the next index. */
  forget(): void {
    this.forgotten = this.steps
    this.trace.length = 0
  }

  /** The film begins: the next step is the first. What is caused by steps before it has no cause in the film. */
  begin(): void {
    this.forgotten = 0
  }

  register(target: string, handler: TaskHandler): void {
    if (this.handlers.has(target)) throw new Error(`kernel: target ${target} is registered twice`)
    this.handlers.set(target, handler)
  }

  unregister(target: string): void {
    this.handlers.delete(target)
  }

  /** Names of targets that begin so, oldest first. */
  targets(prefix: string): string[] {
    return [...this.handlers.keys()].filter((target) => target.startsWith(prefix))
  }

  /** Runs `task` at `target` after `delayMs` of virtual time (whole ms; fractions are cut off). */
  schedule(target: string, delayMs: number, task: Task): TaskId {
    const factor = this.slowness.size === 0 ? 1 : (this.slowness.get(target) ?? 1)
    return this.enqueue(target, this.now + Math.max(0, Math.floor(delayMs * factor)), task, true)
  }

  /** At a moment that somebody else has set: a slow clock of the target does not change it. */
  scheduleAt(target: string, at: number, task: Task): TaskId {
    return this.enqueue(target, at, task, false)
  }

  private enqueue(target: string, at: number, task: Task, isDelay: boolean): TaskId {
    const seq = this.nextSeq++
    const slot = this.freeSlots.pop() ?? this.tasks.length
    this.tasks[slot] = task
    this.slotTargets[slot] = target
    this.causes[slot] = this.cause
    this.seqs[slot] = seq
    this.isDelay[slot] = isDelay
    this.queue.push(Math.max(at, this.now), seq, slot)
    return seq * maxSlots + slot
  }

  /** Does nothing when the task has run already. */
  cancel(id: TaskId | undefined): void {
    if (id === undefined) return
    const slot = id % maxSlots
    // The slot may have been given to another task since.
    if (this.seqs[slot] === (id - slot) / maxSlots) this.tasks[slot] = undefined
  }

  /** Time of the next task, or Infinity when nothing is scheduled. */
  nextAt(): number {
    this.dropCancelled()
    return this.queue.peekAt()
  }

  /** Runs the next task; false when nothing is scheduled. */
  runNext(): boolean {
    this.dropCancelled()
    if (this.queue.size === 0) return false
    const at = this.queue.peekAt()
    const slot = this.queue.pop()
    const task = this.tasks[slot]!
    const target = this.slotTargets[slot]!
    const cause = this.causes[slot]
    this.tasks[slot] = undefined
    this.freeSlots.push(slot)
    this.now = at
    this.cause = cause
    this.tasksRun++
    const held = this.held.size === 0 ? undefined : this.held.get(target)
    if (held !== undefined) {
      held.push({ task, cause })
      this.cause = undefined
      return true
    }
    // A target that has left (a finished command, a machine that was switched off) is no error.
    this.handlers.get(target)?.(task)
    this.cause = undefined
    return true
  }

  /** A stopped process: what comes for it waits until it is released. */
  hold(target: string): void {
    if (!this.held.has(target)) this.held.set(target, [])
  }

  release(target: string): void {
    const waiting = this.held.get(target) ?? []
    this.held.delete(target)
    for (const { task, cause } of waiting) {
      this.cause = cause
      this.schedule(target, 0, task)
    }
    this.cause = undefined
  }

  /** A clock that runs slow: whatever the target waits for takes `factor` times as long from now on; 1: as long as it should. */
  setSlowness(target: string, factor: number): void {
    const ratio = factor / (this.slowness.get(target) ?? 1)
    if (factor === 1) this.slowness.delete(target)
    else this.slowness.set(target, factor)
    if (ratio === 1) return
    this.queue.retime((slot, at) => (this.slotTargets[slot] === target && this.isDelay[slot]! ? this.now + Math.floor((at - this.now) * ratio) : at))
  }

  /** Moves the clock without running anything; the caller has seen that nothing is due before. */
  advanceTo(at: number): void {
    if (at > this.nextAt()) throw new Error('kernel: the clock must not pass a task that is due')
    // Whole ms: the page's playhead stands between them.
    this.now = Math.max(this.now, Math.floor(at))
  }

  /** Runs `action` so that what it schedules is caused by the step that is recorded next: a write is told of by its own step. */
  causedByNext<T>(action: () => T): T {
    const before = this.cause
    this.cause = this.steps
    const result = action()
    this.cause = before
    return result
  }

  record(r: StepRecord): Step {
    // One literal with every field in one order keeps all steps of one shape, which V8 rewards.
    const step: Step = {
      index: this.steps,
      at: this.now,
      kind: r.kind,
      from: r.from,
      to: r.to,
      verb: r.verb,
      resource: r.resource,
      subresource: r.subresource,
      namespace: r.namespace,
      name: r.name,
      code: r.code,
      revision: r.revision,
      cause: this.cause! < 0 ? undefined : this.cause,
      milestone: r.milestone,
      uid: r.uid,
      world: this.revisions.current,
      background: r.background ?? false,
      detail: r.detail,
    }
    this.trace.push(step)
    this.cause = step.index
    return step
  }

  /** The generator for one purpose, always the same sequence for the same seed. */
  random(purpose: string): Random {
    let random = this.randoms.get(purpose)
    if (random === undefined) this.randoms.set(purpose, (random = new Random(this.seed, purpose)))
    return random
  }

  private dropCancelled(): void {
    while (this.queue.size > 0 && this.tasks[this.queue.peekSlot()] === undefined) this.freeSlots.push(this.queue.pop())
  }
}
