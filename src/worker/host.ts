import { open, replay } from '../engine/index.ts'
import type { Cluster } from '../engine/index.ts'
import { checkManifest } from './check.ts'
import { complete } from './complete.ts'
import type { Completion } from './complete.ts'
import { Delivery } from './delivery.ts'
import type {
  Attempt,
  Batch,
  Diagnostic,
  EngineFailure,
  EngineHost,
  Fork,
  Input,
  NodeVerdict,
  Opening,
  QueryResult,
  Scenario,
} from './protocol.ts'
import { runQuery } from './query.ts'
import { explainNode } from './scheduling.ts'

/** How many tasks run between two looks at the real clock. */
const tasksPerLook = 16

/**
 * Runs the engine for the page. Every call does a bounded piece of work and returns; nothing goes on in between, so
 * the next call is never kept waiting.
 */
export class Host implements EngineHost {
  private readonly realMs: () => number
  private film: { scenario: Scenario; cluster: Cluster; delivery: Delivery; openingRevision: number } | undefined

  /** `realMs`: a real clock, to keep to the budget. */
  constructor(realMs: () => number) {
    this.realMs = realMs
  }

  async load(scenario: Scenario): Promise<Opening> {
    this.film = undefined
    const cluster = open(scenario)
    const delivery = new Delivery(cluster)
    this.film = { scenario, cluster, delivery, openingRevision: cluster.revision }
    return delivery.opening()
  }

  async advance(limit: { untilMs?: number; steps?: number; inputs?: number; budgetMs: number }): Promise<Batch> {
    const { cluster, delivery } = this.present()
    return this.guarded(() => {
      const endMs = this.realMs() + limit.budgetMs
      const untilMs = limit.untilMs ?? Infinity
      const steps = cluster.trace.length + (limit.steps ?? Infinity)
      const inputs = cluster.inputs.length + (limit.inputs ?? Infinity)
      for (let tasks = 1; cluster.trace.length < steps && cluster.inputs.length < inputs; tasks++) {
        if (cluster.dueAt() > untilMs) {
          if (untilMs > cluster.now && untilMs < Infinity) cluster.run({ for: untilMs - cluster.now })
          break
        }
        if (!cluster.advance()) break
        if (tasks % tasksPerLook === 0 && this.realMs() >= endMs) break
      }
      return delivery.batch()
    })
  }

  async act(input: Input, afterStep: number, atMs?: number): Promise<Fork> {
    const { cluster } = this.present()
    return this.guarded(() => {
      if (afterStep < cluster.trace.length) this.forkAt(afterStep)
      const film = this.present()
      film.cluster.dropScript()
      if (atMs !== undefined && atMs > film.cluster.now) film.cluster.run({ for: atMs - film.cluster.now })
      // Steps of one task are never parted, so this may be a few more than were asked for.
      const keepSteps = film.cluster.trace.length
      const keepRevision = film.cluster.revision
      const keepOutput = film.cluster.output.length
      const keepEnded = film.cluster.ended.length
      film.delivery.skip()
      film.cluster.perform(input)
      return { keepSteps, keepRevision, keepOutput, keepEnded, batch: film.delivery.batch() }
    })
  }

  async query(line: string, { step }: { step: number }): Promise<QueryResult> {
    const { cluster } = this.present()
    return runQuery(line, cluster.at(this.revisionAfter(step)), cluster.trace[step - 1]?.at ?? cluster.startMs)
  }

  async check(text: string, { step }: { step: number }): Promise<Diagnostic[]> {
    const { cluster } = this.present()
    const known = cluster
      .at(this.revisionAfter(step))
      .list('Namespace')
      .map((namespace) => namespace.metadata.name)
    return checkManifest(text, known)
  }

  async complete(line: string, { step }: { step: number }): Promise<Completion> {
    return complete(line, this.present().cluster.at(this.revisionAfter(step)))
  }

  async attempt(step: number): Promise<Attempt | undefined> {
    return this.present().cluster.scheduler.attemptAt(step)
  }

  async explainNode(step: number, node: string): Promise<NodeVerdict | undefined> {
    return explainNode(this.present().cluster, step, node)
  }

  async scenario(): Promise<Scenario> {
    return this.recorded()
  }

  private recorded(): Scenario {
    const { scenario, cluster } = this.present()
    const { script } = scenario.spec
    const pending = cluster.pendingInputs === 0 ? [] : script.slice(-cluster.pendingInputs)
    return { ...scenario, spec: { ...scenario.spec, script: [...cluster.inputs, ...pending] } }
  }

  /** Makes the film anew up to a step: the only way into the past. */
  private forkAt(steps: number): void {
    const { openingRevision, cluster: old } = this.present()
    const recorded = this.recorded()
    const script = recorded.spec.script.filter((input) => input.step !== undefined && input.step < steps)
    const scenario = { ...recorded, spec: { ...recorded.spec, script } }
    const cluster = replay(scenario, { untilStep: steps })
    // What is printed makes no step: whatever could be seen at that moment is printed before anything else is done.
    const seen = countUpTo(old.output, steps)
    const over = countUpTo(old.ended, steps)
    while ((cluster.output.length < seen || cluster.ended.length < over) && cluster.advance()) {}
    this.film = { scenario, cluster, delivery: new Delivery(cluster), openingRevision }
  }

  private revisionAfter(steps: number): number {
    const { cluster, openingRevision } = this.present()
    return cluster.trace[steps - 1]?.world ?? openingRevision
  }

  private present() {
    if (this.film === undefined) throw new Error('no film is loaded')
    return this.film
  }

  /** What the engine throws is a broken invariant: it crosses to the page with what is needed to see it again. */
  private guarded<T>(work: () => T): T {
    try {
      return work()
    } catch (error) {
      const { cluster } = this.present()
      const message = error instanceof Error ? error.message : String(error)
      const failure: EngineFailure = { message, seed: cluster.seed, step: cluster.trace.length }
      throw failure
    }
  }
}

function countUpTo(things: readonly { step: number }[], steps: number): number {
  const beyond = things.findIndex((thing) => thing.step > steps)
  return beyond < 0 ? things.length : beyond
}
