/** The part "cel". */
import { cel } from './api/cel/cel.ts'
import { newPolicyCompiler, scopeOf } from './api/cel/policies.ts'
import { checkRules, validateRules } from './api/cel/rules.ts'
import { typeWarnings } from './api/cel/typeChecking.ts'

cel.bring({ checkRules, newPolicyCompiler, scopeOf, typeWarnings, validateRules })
