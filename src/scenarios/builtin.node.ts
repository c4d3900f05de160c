import { readdirSync, readFileSync } from 'node:fs'
import type { Scenario } from '../engine/scenario.ts'
import { ScenarioError } from './error.ts'
import { parseScenario } from './parse.ts'

const folder = new URL('./catalogue/', import.meta.url)

/** In plain Node the YAML files are read as they are. */
export const builtin: readonly Scenario[] = readdirSync(folder)
  .filter((file) => file.endsWith('.yaml'))
  .map(read)

function read(file: string): Scenario {
  try {
    return parseScenario(readFileSync(new URL(file, folder), 'utf8'))
  } catch (error) {
    if (error instanceof ScenarioError) throw new Error(`src/scenarios/catalogue/${file}: ${error.message}`)
    throw error
  }
}
