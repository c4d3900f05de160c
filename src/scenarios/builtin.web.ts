import type { Scenario } from '../engine/scenario.ts'

/** In the page they come parsed and checked: scripts/vite-plugin-scenarios.ts did it when the page was built. */
export const builtin: readonly Scenario[] = Object.values(
  import.meta.glob<Scenario>(['./catalogue/*.yaml', './levels/*.yaml'], { eager: true, import: 'default' }),
)
