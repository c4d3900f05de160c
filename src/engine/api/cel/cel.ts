import { Part } from '../../part.ts'
import type { deviceProgram } from './devices.ts'
import type { newPolicyCompiler, scopeOf } from './policies.ts'
import type { checkRules, validateRules } from './rules.ts'
import type { typeWarnings } from './typeChecking.ts'

/** Expressions in CEL: the library, and what Kubernetes adds to it. Fetched when the first one is met. */
export const cel = new Part<{
  checkRules: typeof checkRules
  deviceProgram: typeof deviceProgram
  newPolicyCompiler: typeof newPolicyCompiler
  scopeOf: typeof scopeOf
  typeWarnings: typeof typeWarnings
  validateRules: typeof validateRules
}>('cel')
