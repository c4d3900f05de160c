import { outsideStore, type Batch, type CommandEnd, type FilesWritten, type Fork, type Opening, type Output, type PerformedInput, type Scenario, type Step } from '../worker/protocol.ts'
import { classify } from './classify.ts'
import type { StepSize } from './classify.ts'
import { History } from './history.ts'
import { countOf, countUpTo } from './search.ts'
import { Subjects } from './subjects.ts'

/**
 * The film: everything that the worker has simulated so far, as the page keeps it. It grows at its end and
 * is cut by a fork; every moment of it can be read. A moment is a cursor: the index of the step that has
 * just happened, or `opening` before the first.
 */
export const opening = -1

export class Film {
  readonly scenario: Scenario
  readonly opening: Opening
  readonly steps: Step[] = []
  readonly etcd = new History()
  /** What lies on each machine, by node. */
  readonly machines = new Map<string, History>()
  /** What people outside of the cluster count: `loads/<name>` (engine/api/load.ts). */
  readonly outside = new History()
  readonly inputs: PerformedInput[] = []
  readonly output: Output[] = []
  readonly ended: CommandEnd[] = []
  readonly writes: FilesWritten[] = []
  /** Virtual ms up to which the film is made. */
  now: number
  /** Nothing but routine is scheduled before. */
  nextAt: number
  pendingInputs: number
  private readonly bySize: Record<StepSize, number[]> = { hop: [], event: [], milestone: [] }
  private readonly subjects = new Subjects(this)

  constructor(scenario: Scenario, start: Opening) {
    this.scenario = scenario
    this.opening = start
    this.now = start.startMs
    this.nextAt = start.startMs
    this.pendingInputs = scenario.spec.script.length
    for (const node of start.nodes) this.machines.set(node, new History())
    for (const change of start.changes) this.storeOf(change.store).append(change)
  }

  append(batch: Batch): void {
    for (const change of batch.changes) this.storeOf(change.store).append(change)
    for (const told of batch.steps) {
      const step = this.withNewsOfRoutine(told)
      this.steps.push(step)
      for (const size of classify(step, this.etcd)) this.bySize[size].push(step.index)
      this.subjects.append(step)
    }
    this.inputs.push(...batch.inputs)
    this.output.push(...batch.output)
    this.ended.push(...batch.ended)
    this.writes.push(...batch.writes)
    this.now = batch.now
    this.nextAt = batch.nextAt
    this.pendingInputs = batch.pendingInputs
  }

  /** Forgets what a fork has undone. */
  cut({ keepSteps, keepRevision, keepOutput, keepEnded, keepWrites }: Omit<Fork, 'batch'>): void {
    this.steps.length = Math.min(this.steps.length, keepSteps)
    this.etcd.cut(keepRevision)
    this.outside.cut(keepRevision)
    for (const machine of this.machines.values()) machine.cut(keepRevision)
    for (const list of Object.values(this.bySize)) list.length = countOf(list, keepSteps - 1)
    this.subjects.cut(keepSteps)
    // An input at step n came after step n-1: it is undone with step n.
    this.inputs.length = countUpTo(this.inputs.length, (i) => this.inputs[i]!.step, keepSteps - 1)
    this.output.length = Math.min(this.output.length, keepOutput)
    this.ended.length = Math.min(this.ended.length, keepEnded)
    this.writes.length = Math.min(this.writes.length, keepWrites)
    this.now = this.timeOf(this.steps.length - 1)
  }

  /** The revision that a view reads when the film stands at `cursor`. */
  revisionAt(cursor: number): number {
    return this.steps[cursor]?.world ?? this.opening.revision
  }

  /** Virtual ms of a cursor. */
  timeOf(cursor: number): number {
    return this.steps[cursor]?.at ?? this.opening.startMs
  }

  /** The first moment at which this revision can be seen. */
  stepOfRevision(revision: number): number {
    if (revision <= this.opening.revision) return opening
    return countUpTo(this.steps.length, (i) => this.steps[i]!.world, revision - 1)
  }

  /** How many steps have happened at this virtual time. */
  stepsUpTo(at: number): number {
    return countUpTo(this.steps.length, (i) => this.steps[i]!.at, at)
  }

  /** Steps of a size, in order. */
  ofSize(size: StepSize): readonly number[] {
    return this.bySize[size]
  }

  /** The next step of that size after `cursor`; undefined when the film has none (yet). */
  next(cursor: number, size: StepSize): number | undefined {
    const list = this.bySize[size]
    return list[countOf(list, cursor)]
  }

  /** The step of that size before `cursor`, or the opening. */
  previous(cursor: number, size: StepSize): number {
    const list = this.bySize[size]
    return list[countOf(list, cursor - 1) - 1] ?? opening
  }

  /** The key of the object that a step is about ('pods/default/web'), where it is known. */
  subjectOf(cursor: number): string | undefined {
    return this.subjects.of(cursor)
  }

  /** The pod that the film was about last, at `cursor`. */
  podInFocus(cursor: number): string | undefined {
    return this.subjects.podAt(cursor)
  }

  /** Whether the film has happened to its end: nothing is scheduled and no input is to come. */
  get over(): boolean {
    return this.nextAt === Infinity && this.pendingInputs === 0
  }

  machine(node: string): History | undefined {
    return this.machines.get(node)
  }

  /** Who hears that a node has reported what it reports every five minutes hears nothing new: news of routine is routine. */
  private withNewsOfRoutine(step: Step): Step {
    const isRoutine = step.kind === 'watch' && !step.background && step.cause !== undefined && this.steps[step.cause]?.background === true
    return isRoutine ? { ...step, background: true } : step
  }

  private storeOf(name: string): History {
    if (name === 'etcd') return this.etcd
    if (name === outsideStore) return this.outside
    let machine = this.machines.get(name)
    if (machine === undefined) this.machines.set(name, (machine = new History()))
    return machine
  }
}
