import type { Input, Scenario } from '../../worker/protocol.ts'
import type { Draft } from './draft.ts'

/** What was played without the inputs of these numbers, and without what was typed into them or broke them off. */
export function withoutInputs(recorded: Scenario, dropped: readonly number[]): { scenario: Scenario; numbers: readonly number[] } {
  const { script } = recorded.spec
  const numbers: number[] = []
  const shifted = new Map<number, number>()
  script.forEach((input, i) => {
    const about = input.interrupt ?? input.typed?.into
    if (dropped.includes(i) || (about !== undefined && !shifted.has(about))) return
    shifted.set(i, numbers.length)
    numbers.push(i)
  })
  if (numbers.length === script.length) return { scenario: recorded, numbers }
  const kept = numbers.map((i): Input => {
    // Steps and tasks are those of the film with all of it.
    const { step: _step, task: _task, ...input } = script[i]!
    return {
      ...input,
      ...(input.interrupt === undefined ? {} : { interrupt: shifted.get(input.interrupt)! }),
      ...(input.typed === undefined ? {} : { typed: { ...input.typed, into: shifted.get(input.typed.into)! } }),
    }
  })
  return { scenario: { ...recorded, spec: { ...recorded.spec, script: kept } }, numbers }
}

/** The draft once more inputs have been left out: what it says of the others stays theirs. `before`, `after`: numbers of those that were kept. */
export function dropFrom(draft: Draft, dropped: readonly number[], before: readonly number[], after: readonly number[]): Draft {
  const said = Object.entries(draft.says).flatMap(([i, say]) => {
    const now = after.indexOf(before[Number(i)]!)
    return now < 0 ? [] : [[now, say] as const]
  })
  const place = (i: number): number => after.filter((number) => before.indexOf(number) < i).length
  return { ...draft, dropped, says: Object.fromEntries(said), setup: place(draft.setup), loads: draft.loads.map((load) => ({ ...load, begins: place(load.begins) })) }
}
