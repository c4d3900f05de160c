import { open, replay } from '../engine/core.ts'
import type { Cluster, View } from '../engine/core.ts'
import { Part, PartMissing, partNames, type PartName } from '../engine/part.ts'
import { Delivery } from './delivery.ts'
import type { Sent } from './delivery.ts'
import type {
  Files,
  Attempt,
  Batch,
  Completion,
  Diagnostic,
  DumpFile,
  EngineFailure,
  EngineHost,
  Fork,
  ImportedDump,
  Input,
  NodeVerdict,
  Now,
  Opening,
  QueryResult,
  Scenario,
} from './protocol.ts'
import type { Questions } from './questions.ts'
import type { explainNode } from './scheduling.ts'

/** What the page asks without going on with the film. They know all of kubectl: questions.ts. */
export const questions = new Part<Questions>('rare')

/** It knows the scheduler's plugins: scheduling.ts. */
export const explanation = new Part<typeof explainNode>('components')

/** A message is not so large that the page would be long in reading it. */
const stepsPerBatch = 200
/** How many tasks run between two looks at the real clock. */
const tasksPerLook = 16

interface Film {
  /** With all that has been done in it: what makes it again. */
  scenario: Scenario
  cluster: Cluster
  delivery: Delivery
  openingRevision: number
  /** With which it broke off. */
  failure?: EngineFailure
}

/** Fetches a part of the engine that has not come yet. */
export type Bring = (part: PartName) => Promise<unknown>

/**
 * Runs the engine for the page. Every call does a bounded piece of work and returns; nothing goes on in between, so
 * the next call is never kept waiting - unless a part of the engine has still to come (engine/part.ts).
 */
export class Host implements EngineHost {
  private readonly realMs: () => number
  private readonly bring: Bring | undefined
  private film: Film | undefined
  /** The film that was asked for last is the one that is on; false: it could not be opened, and the one before stays. */
  private isLoaded = false
  /** Ends with the call before. */
  private last: Promise<unknown> = Promise.resolve()

  /** `realMs`: a real clock, to keep to the budget. `bring` is for those who have not brought everything before. */
  constructor(realMs: () => number, bring?: Bring) {
    this.realMs = realMs
    this.bring = bring
  }

  load(scenario: Scenario): Promise<Opening> {
    return this.whole(() => {
      this.isLoaded = false
      const cluster = open(scenario)
      const delivery = new Delivery(cluster)
      this.film = { scenario, cluster, delivery, openingRevision: cluster.revision }
      this.isLoaded = true
      return delivery.opening()
    })
  }

  advance(limit: { untilMs?: number; filmMs?: number; steps?: number; untilInputs?: number; budgetMs: number }): Promise<Batch> {
    return this.whole(() => {
      // Asked for together with the film: what is on instead is not made further for it.
      if (limit.filmMs !== undefined && !this.isLoaded) throw new Error('no film is loaded')
      return this.guarded(() => {
        const { cluster, delivery } = this.sound()
        const endMs = this.realMs() + limit.budgetMs
        const untilMs = limit.untilMs ?? cluster.startMs + (limit.filmMs ?? Infinity)
        const steps = cluster.trace.length + Math.min(limit.steps ?? Infinity, stepsPerBatch)
        const inputs = limit.untilInputs ?? Infinity
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
    })
  }

  act(input: Input | undefined, afterStep: number, atMs?: number): Promise<Fork> {
    // What is usually needed is fetched before: a film is not made again for it while somebody waits for an answer.
    return this.whole(
      () =>
        this.guarded(() => {
          const { cluster } = this.present()
          if (afterStep < cluster.trace.length) this.forkAt(afterStep)
          const film = this.sound()
          film.cluster.dropScript()
          if (atMs !== undefined && atMs > film.cluster.now) film.cluster.run({ for: atMs - film.cluster.now })
          // Steps of one task are never parted, so this may be a few more than were asked for.
          const keepSteps = film.cluster.trace.length
          const keepRevision = film.cluster.revision
          const keepOutput = film.cluster.output.length
          const keepEnded = film.cluster.ended.length
          const keepWrites = film.cluster.writes.length
          film.delivery.skip()
          if (input !== undefined) film.cluster.perform(input)
          film.scenario = this.recorded()
          return { keepSteps, keepRevision, keepOutput, keepEnded, keepWrites, batch: film.delivery.batch() }
        }),
      [...partNames, ...askedBy(input?.kubectl)],
    )
  }

  query(line: string, { step, files, now }: { step: number; files?: Files; now?: Now }): Promise<QueryResult> {
    return this.whole(() => questions.get().runQuery(line, ...this.moment(step, files, now)), askedBy(line))
  }

  check(text: string, { step }: { step: number }): Promise<Diagnostic[]> {
    return this.whole(() => {
      const then = this.present().cluster.at(this.revisionAfter(step))
      const namespaces = then.list('Namespace').map(({ metadata }) => metadata.name)
      return questions.get().checkManifest(text, namespaces, then.list('CustomResourceDefinition'))
    })
  }

  complete(line: string, { step, files }: { step: number; files?: Files }): Promise<Completion> {
    return this.whole(() => questions.get().complete(line, ...this.moment(step, files)))
  }

  /** What a command finds that looks at the world after a step. */
  private moment(step: number, files: Files | undefined, now: Now = { ms: 0, revision: 0 }): [world: View, nowMs: number, files: Files] {
    const { cluster } = this.present()
    const nowMs = Math.max(now.ms, cluster.trace[step - 1]?.at ?? cluster.startMs)
    return [cluster.at(Math.max(now.revision, this.revisionAfter(step))), nowMs, { ...cluster.writtenAt(step), ...files }]
  }

  attempt(step: number): Promise<Attempt | undefined> {
    return this.whole(() => this.present().cluster.scheduler.attemptAt(step))
  }

  explainNode(step: number, node: string): Promise<NodeVerdict | undefined> {
    return this.whole(() => explanation.get()(this.present().cluster, step, node))
  }

  async importDump(files: readonly DumpFile[], options: { keepSecrets: boolean }): Promise<ImportedDump> {
    // Only few films begin with a dump.
    const [{ importDump }] = await Promise.all([import('../engine/dump/dump.ts'), this.bring?.('kinds')])
    return importDump(files, options)
  }

  scenario(): Promise<Scenario> {
    return this.whole(() => this.recorded())
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

  private present(): Film {
    if (this.film === undefined) throw new Error('no film is loaded')
    return this.film
  }

  /** The film that is on, to be filmed further. */
  private sound(): Film {
    const film = this.present()
    if (film.failure !== undefined) throw film.failure
    return film
  }

  /** What the engine throws is a broken invariant: it crosses to the page with what is needed to see it again. */
  private guarded<T>(work: () => T): T {
    try {
      return work()
    } catch (error) {
      const film = this.present()
      if (error instanceof PartMissing || error === film.failure) throw error
      const { cluster } = film
      const message = error instanceof Error ? error.message : String(error)
      const failure: EngineFailure = { message, seed: cluster.seed, step: cluster.trace.length }
      film.failure = failure
      throw failure
    }
  }

  /** Calls are done one after another, and each as a whole: one that lacked a part is done anew from where it began. */
  private whole<T>(work: () => T, needs: readonly PartName[] = []): Promise<T> {
    const done = this.last.then(() => this.done(work, needs))
    this.last = done.catch(() => {})
    return done
  }

  private async done<T>(work: () => T, needs: readonly PartName[]): Promise<T> {
    for (const part of needs) await this.bring?.(part)
    for (;;) {
      const { film } = this
      const began = film && progressOf(film)
      try {
        return work()
      } catch (error) {
        if (!(error instanceof PartMissing) || this.bring === undefined) throw error
        await this.bring(error.part)
        this.film = film && (isAt(film, began!) ? film : madeAgain(film, began!))
      }
    }
  }
}

/** Of what is not fetched unless it is asked for. */
function askedBy(line: string | undefined): readonly PartName[] {
  return line !== undefined && /\bexplain\b/.test(line) ? ['descriptions'] : []
}

/** How far a film is made, and how much of it the page has got. */
interface Progress {
  readonly now: number
  readonly tasksRun: number
  readonly inputs: number
  readonly sent: Sent
}

function progressOf({ cluster, delivery }: Film): Progress {
  return { now: cluster.now, tasksRun: cluster.tasksRun, inputs: cluster.inputs.length, sent: delivery.sent }
}

/** Nothing has been begun in it since: whatever lacked a part stands beside it, as a dry run does. */
function isAt({ cluster }: Film, { tasksRun, inputs }: Progress): boolean {
  return cluster.tasksRun === tasksRun && cluster.inputs.length === inputs
}

/** The same film with all that is here now, at least as far as the page has got it. */
function madeAgain(film: Film, { now, sent }: Progress): Film {
  const cluster = open(film.scenario)
  const isBehind = (): boolean =>
    cluster.trace.length < sent.steps ||
    cluster.inputs.length < sent.inputs ||
    cluster.output.length < sent.output ||
    cluster.ended.length < sent.ended
  while (isBehind() && cluster.advance()) {}
  if (cluster.now < now) cluster.run({ for: now - cluster.now })
  return { ...film, cluster, delivery: new Delivery(cluster, sent) }
}

function countUpTo(things: readonly { step: number }[], steps: number): number {
  const beyond = things.findIndex((thing) => thing.step > steps)
  return beyond < 0 ? things.length : beyond
}
