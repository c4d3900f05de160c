import type { Scenario } from '../engine/scenario.ts'

/**
 * The scenarios of catalogue/*.yaml, in no particular order. package.json's `imports` gives this name two
 * meanings: builtin.node.ts reads the files, builtin.web.ts has them built in.
 */
export const builtin: readonly Scenario[]
