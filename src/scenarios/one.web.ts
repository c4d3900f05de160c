import type { Scenario } from '../engine/scenario.ts'
import { fileOf } from './contents.ts'

const files: Readonly<Record<string, () => Promise<Scenario>>> = import.meta.glob<Scenario>(['./catalogue/*.yaml', './levels/*.yaml'], { import: 'default' })

/** One built-in scenario without all the others. undefined: there is none of that name. */
export async function fetchScenario(name: string): Promise<Scenario | undefined> {
  return files[`./${fileOf(name)}`]?.()
}
