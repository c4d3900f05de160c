import type { Batch, EngineHost, Fork, Input, Scenario } from '../protocol.ts'
import { FilmWriter, fixtureOpening, lifeOfAPod, startMs } from './fixture-film.ts'

/** An EngineHost that shows the film of fixture-film.ts, a few steps a slice. */
export class FixtureHost implements EngineHost {
  /** What was asked of it, for tests. */
  readonly asked: string[] = []
  failAtStep: number | undefined
  /** Steps that are made at once. */
  slice = 7
  /** The cluster goes on behind the last step, with nothing to see, as one with machines does. */
  idles = false
  private film: FilmWriter = lifeOfAPod()
  private sent = { steps: 0, changes: 0, inputs: 0, output: 0, ended: 0 }
  private now = startMs
  private playing: Scenario | undefined

  async load(scenario: Scenario) {
    this.asked.push(`load ${scenario.metadata.name}`)
    this.playing = scenario
    this.film = scenario.spec.script.length === 0 ? new FilmWriter(fixtureOpening().revision) : lifeOfAPod()
    this.sent = { steps: 0, changes: 0, inputs: 0, output: 0, ended: 0 }
    this.now = startMs
    return fixtureOpening()
  }

  async advance(limit: { untilMs?: number; filmMs?: number; inputs?: number }): Promise<Batch> {
    const { steps } = this.film
    const untilMs = limit.untilMs ?? startMs + (limit.filmMs ?? Infinity)
    let upTo = this.sent.steps
    while (upTo < steps.length && upTo - this.sent.steps < this.slice && steps[upTo]!.at <= untilMs) {
      if (upTo === this.failAtStep) throw { message: 'an invariant is broken', seed: 1, step: upTo }
      upTo++
    }
    const all = upTo === steps.length || steps[upTo]!.at > untilMs
    return this.batch(upTo, all ? (untilMs < Infinity ? untilMs : steps.at(-1)!.at) : steps[upTo - 1]!.at)
  }

  async act(input: Input | undefined, afterStep: number): Promise<Fork> {
    this.asked.push(`act ${input?.kubectl} after ${afterStep}`)
    const before = this.film
    const keepRevision = before.steps[afterStep - 1]?.world ?? fixtureOpening().revision
    const film = new FilmWriter(keepRevision)
    film.steps.push(...before.steps.slice(0, afterStep))
    film.changes.push(...before.changes.filter((c) => c.revision <= keepRevision))
    film.inputs.push(...before.inputs.filter((i) => i.step < afterStep))
    film.output.push(...before.output.filter((o) => o.step <= afterStep))
    film.ended.push(...before.ended.filter((e) => e.step <= afterStep))
    film.at = film.steps.at(-1)?.at ?? startMs
    this.film = film
    this.now = film.at
    this.sent = {
      steps: film.steps.length,
      changes: film.changes.length,
      inputs: film.inputs.length,
      output: film.output.length,
      ended: film.ended.length,
    }
    const keepOutput = film.output.length
    const keepEnded = film.ended.length
    if (input === undefined) return { keepSteps: afterStep, keepRevision, keepOutput, keepEnded, keepWrites: 0, batch: this.batch(afterStep, film.at) }
    film.input(input)
    film.wait(5).step({ kind: 'request', from: 'kubectl', to: 'kube-apiserver', verb: 'list', resource: 'pods' })
    film
      .wait(5)
      .step({ kind: 'request', from: 'kube-apiserver', to: 'kubectl', code: 200, resource: 'pods' })
      .print('NAME\n')
      .end()
    return { keepSteps: afterStep, keepRevision, keepOutput, keepEnded, keepWrites: 0, batch: this.batch(afterStep + 1, film.steps[afterStep]!.at) }
  }

  async query(line: string, at: { step: number }) {
    return { stdout: `${line} at ${at.step}\n`, stderr: '', exitCode: 0 }
  }

  async check() {
    return []
  }

  async complete() {
    return { from: 0, candidates: [] }
  }

  async attempt(): Promise<undefined> {
    return undefined
  }

  async explainNode(): Promise<undefined> {
    return undefined
  }

  async scenario(): Promise<Scenario> {
    const scenario = this.playing!
    return {
      ...scenario,
      spec: { ...scenario.spec, script: this.film.inputs.map((i) => ({ ...i.input, step: i.step })) },
    }
  }

  async importDump(): Promise<never> {
    throw new Error('a fixture reads no dumps')
  }

  private batch(upTo: number, now: number): Batch {
    const { film, sent } = this
    const world = film.steps[upTo - 1]?.world ?? fixtureOpening().revision
    const done = upTo === film.steps.length
    const to = {
      steps: upTo,
      changes: film.changes.filter((c) => c.revision <= world).length,
      inputs: film.inputs.filter((i) => i.step < upTo).length,
      output: film.output.filter((o) => o.step <= upTo).length,
      ended: film.ended.filter((e) => e.step <= upTo).length,
    }
    this.sent = to
    // Whole ms, as the engine's clock.
    this.now = Math.max(this.now, Math.floor(now))
    return {
      steps: film.steps.slice(sent.steps, to.steps),
      changes: film.changes.slice(sent.changes, to.changes),
      inputs: film.inputs.slice(sent.inputs, to.inputs),
      output: film.output.slice(sent.output, to.output),
      ended: film.ended.slice(sent.ended, to.ended),
      writes: [],
      now: this.now,
      nextAt: !done ? film.steps[upTo]!.at : this.idles ? this.now + 1000 : Infinity,
      pendingInputs: film.inputs.length - to.inputs,
    }
  }
}
