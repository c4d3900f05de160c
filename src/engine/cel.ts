/** The part "cel". */
import { cel } from './api/cel/cel.ts'
import { deviceProgram } from './api/cel/devices.ts'
import { newPolicyCompiler, scopeOf } from './api/cel/policies.ts'
import { checkRules, validateRules } from './api/cel/rules.ts'
import { typeWarnings } from './api/cel/typeChecking.ts'

cel.bring({ checkRules, deviceProgram, newPolicyCompiler, scopeOf, typeWarnings, validateRules })
