import { builtin } from '#scenarios'
import type { Scenario } from '../engine/scenario.ts'
import { topics } from './contents.ts'
import { levelGroups } from './levels.ts'

const byName: ReadonlyMap<string, Scenario> = new Map(builtin.map((scenario) => [scenario.metadata.name, scenario]))

/** The built-in scenarios, in the order of the table of contents. */
export const catalogue: readonly Scenario[] = topics.flatMap((topic) => topic.scenarios.map(known))

function known(name: string): Scenario {
  const scenario = byName.get(name)
  if (scenario === undefined) throw new Error(`src/scenarios lists "${name}", but no file has that name`)
  return scenario
}

/** Challenges, from the first to the last; each has a goal. */
export const levels: readonly Scenario[] = levelGroups.flatMap((group) => group.levels.map(known))

export function findScenario(name: string): Scenario | undefined {
  return byName.get(name)
}
