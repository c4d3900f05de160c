import type { Condition, ConditionStep, ConditionWorld, holds, mayChange, parseCondition } from './api/condition.ts'
import { Part } from './part.ts'
import type { Input } from './scenario.ts'

/** What is waited for: nothing that anybody would do before the components have come. */
export const conditions = new Part<{ holds: typeof holds; mayChange: typeof mayChange; parseCondition: typeof parseCondition }>('components')

/** What the script must see of the film to know whose turn it is. */
export interface Stagehand {
  readonly startMs: number
  readonly now: number
  /** Virtual time of the next thing that would happen by itself. */
  readonly nextAt: number
  readonly tasksRun: number
  /** How many steps there have been. */
  readonly steps: number
  stepAt(index: number): ConditionStep | undefined
  world(): ConditionWorld
}

/** When an input is due: now, not before a time, or not yet known. */
export type Due = 'now' | { at: number } | 'later'

/**
 * The inputs that are still to come, in order. An input waits for its moment - a recorded place in the trace, a time, a
 * condition - and for all inputs before it.
 */
export class Script {
  private readonly inputs: readonly Input[]
  private next = 0
  private previousAt: number
  private condition: Condition | undefined
  private heldSince: number | undefined
  private seen = 0

  constructor(inputs: readonly Input[], startMs: number) {
    this.inputs = inputs
    this.previousAt = startMs
  }

  get pending(): number {
    return this.inputs.length - this.next
  }

  /** The next input and when it is due; undefined when there is none left. */
  due(stage: Stagehand): { input: Input; due: Due } | undefined {
    const input = this.inputs[this.next]
    return input === undefined ? undefined : { input, due: this.dueOf(input, stage) }
  }

  /** The next input has been performed. */
  performed(now: number): void {
    this.next++
    this.previousAt = now
    this.condition = undefined
    this.heldSince = undefined
  }

  drop(): void {
    this.next = this.inputs.length
  }

  private dueOf(input: Input, stage: Stagehand): Due {
    if (input.task !== undefined) {
      if (stage.tasksRun < input.task) return 'later'
      return input.at === undefined ? 'now' : this.notBefore(stage.startMs + input.at, stage)
    }
    if (input.step !== undefined) return stage.steps >= input.step ? 'now' : 'later'
    if (input.when !== undefined) return this.dueWhen(input, stage)
    const at = input.at === undefined ? this.previousAt + (input.after ?? 0) : stage.startMs + input.at
    return this.notBefore(at, stage)
  }

  private notBefore(at: number, stage: Stagehand): Due {
    return stage.now >= at ? 'now' : { at }
  }

  private dueWhen(input: Input, stage: Stagehand): Due {
    if (this.heldSince === undefined) {
      if (!this.nowHolds(input.when!, stage)) return 'later'
      this.heldSince = stage.now
    }
    return this.notBefore(this.heldSince + (input.after ?? 0), stage)
  }

  /** Looks only at steps that it has not seen, and at the world only when one of them may have changed the answer. */
  private nowHolds(text: string, stage: Stagehand): boolean {
    const { holds, mayChange, parseCondition } = conditions.get()
    const first = this.condition === undefined
    if (this.condition === undefined) {
      const parsed = parseCondition(text)
      if ('error' in parsed) throw new Error(`script: ${parsed.error}`)
      this.condition = parsed
      this.seen = stage.steps
    }
    const { condition } = this
    if (first && holds(condition, stage.world())) return true
    for (; this.seen < stage.steps; this.seen++) {
      const step = stage.stepAt(this.seen)
      if (step === undefined || !mayChange(condition, step) || !holds(condition, stage.world(), step)) continue
      this.seen++
      return true
    }
    return false
  }
}
