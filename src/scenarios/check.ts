import type { Scenario } from '../engine/scenario.ts'
import { ScenarioError } from './error.ts'
import { scenarioShape } from './schema.ts'
import { formatPath, ShapeError } from './shape.ts'

/** Checks a scenario that is data already (from a share link, say); throws ScenarioError without a line. */
export function checkScenario(value: unknown): Scenario {
  try {
    return scenarioShape(value, [])
  } catch (error) {
    if (error instanceof ShapeError) throw new ScenarioError(error.message, { path: formatPath(error.path) })
    throw error
  }
}
