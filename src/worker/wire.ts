import { transferHandlers } from 'comlink'
import type { Batch, Step, StepDetail, StepKind } from './protocol.ts'

/**
 * Steps as they cross from the worker. There are thousands of them with some twenty fields each, and their texts are the same few
 * again and again: one table of texts and a row of numbers a step is a third as much to write, to read, and to keep.
 */
export interface PackedSteps {
  readonly texts: readonly string[]
  /** Virtual ms, one a step. */
  readonly times: Float64Array
  /** `width` a step: texts by their place in the table; -1: undefined. */
  readonly numbers: Int32Array
  readonly details: readonly (StepDetail | undefined)[]
}

const width = 16

export function pack(steps: readonly Step[]): PackedSteps {
  const texts: string[] = []
  const places = new Map<string | undefined, number>([[undefined, -1]])
  const times = new Float64Array(steps.length)
  const numbers = new Int32Array(steps.length * width)
  // Most of what a step says, the one before it has said.
  const place = (text: string | undefined, before: string | undefined, at: number): number => {
    if (at >= 0 && text === before) return numbers[at]!
    let found = places.get(text)
    if (found === undefined) places.set(text, (found = texts.push(text!) - 1))
    return found
  }
  let before: Step | undefined
  for (let i = 0, at = 0; i < steps.length; i++, at += width) {
    const step = steps[i]!
    const above = at - width
    times[i] = step.at
    numbers[at] = step.index
    numbers[at + 1] = place(step.kind, before?.kind, above + 1)
    numbers[at + 2] = place(step.from, before?.from, above + 2)
    numbers[at + 3] = place(step.to, before?.to, above + 3)
    numbers[at + 4] = place(step.verb, before?.verb, above + 4)
    numbers[at + 5] = place(step.resource, before?.resource, above + 5)
    numbers[at + 6] = place(step.subresource, before?.subresource, above + 6)
    numbers[at + 7] = place(step.namespace, before?.namespace, above + 7)
    numbers[at + 8] = place(step.name, before?.name, above + 8)
    numbers[at + 9] = step.code ?? -1
    numbers[at + 10] = step.revision ?? -1
    numbers[at + 11] = step.cause ?? -1
    numbers[at + 12] = place(step.milestone, before?.milestone, above + 12)
    numbers[at + 13] = place(step.uid, before?.uid, above + 13)
    numbers[at + 14] = step.world
    numbers[at + 15] = step.background ? 1 : 0
    before = step
  }
  return { texts, times, numbers, details: steps.map(({ detail }) => detail) }
}

export function unpack({ texts, times, numbers, details }: PackedSteps): Step[] {
  const number = (at: number): number | undefined => (numbers[at] === -1 ? undefined : numbers[at])
  return details.map((detail, i): Step => {
    let at = i * width
    // One literal with every field in one order: see Kernel.record.
    return {
      index: numbers[at++]!,
      at: times[i]!,
      kind: texts[numbers[at++]!] as StepKind,
      from: texts[numbers[at++]!]!,
      to: texts[numbers[at++]!]!,
      verb: texts[numbers[at++]!],
      resource: texts[numbers[at++]!],
      subresource: texts[numbers[at++]!],
      namespace: texts[numbers[at++]!],
      name: texts[numbers[at++]!],
      code: number(at++),
      revision: number(at++),
      cause: number(at++),
      milestone: texts[numbers[at++]!],
      uid: texts[numbers[at++]!],
      world: numbers[at++]!,
      background: numbers[at] === 1,
      detail,
    }
  })
}

/** Both ends of the wire call this before the first message. */
export function packBatches(): void {
  transferHandlers.set('batch', {
    canHandle: (value): value is Batch => typeof value === 'object' && value !== null && 'steps' in value && 'pendingInputs' in value,
    serialize: (batch: Batch) => {
      const steps = pack(batch.steps)
      return [{ ...batch, steps }, [steps.times.buffer as ArrayBuffer, steps.numbers.buffer as ArrayBuffer]]
    },
    deserialize: (packed: Omit<Batch, 'steps'> & { steps: PackedSteps }): Batch => ({ ...packed, steps: unpack(packed.steps) }),
  })
}
