import { readdirSync, readFileSync } from 'node:fs'
import type { Scenario } from '../engine/scenario.ts'
import { ScenarioError } from './error.ts'
import { parseScenario } from './parse.ts'

/** In plain Node the YAML files are read as they are. */
export const builtin: readonly Scenario[] = ['catalogue', 'levels'].flatMap((folder) =>
  readdirSync(new URL(`./${folder}/`, import.meta.url))
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => read(`${folder}/${file}`)),
)

function read(file: string): Scenario {
  try {
    return parseScenario(readFileSync(new URL(file, import.meta.url), 'utf8'))
  } catch (error) {
    if (error instanceof ScenarioError) throw new Error(`src/scenarios/${file}: ${error.message}`)
    throw error
  }
}
