import { builtin } from '#scenarios'
import type { Scenario } from '../engine/scenario.ts'
import { topics } from './contents.ts'

const byName: ReadonlyMap<string, Scenario> = new Map(builtin.map((scenario) => [scenario.metadata.name, scenario]))

/** The built-in scenarios, in the order of the table of contents. */
export const catalogue: readonly Scenario[] = topics.flatMap((topic) =>
  topic.scenarios.map((name) => {
    const scenario = byName.get(name)
    if (scenario === undefined) throw new Error(`src/scenarios/contents.ts lists "${name}", but no file has that name`)
    return scenario
  }),
)

export function findScenario(name: string): Scenario | undefined {
  return byName.get(name)
}
