/** A ValidatingAdmissionPolicy, compiled (apiserver/pkg/admission/plugin/policy/validating validator.go). */
import { cel } from '../../api/cel/cel.ts'
import type { Input, Uses, Variable } from '../../api/cel/policies.ts'
import type { Program } from '../../api/cel/program.ts'
import type { KubeObject } from '../../api/types.ts'
import type { MatchResources } from './policy-matching.ts'
import type { ParamKind } from './policy-params.ts'

export interface PolicySpec {
  paramKind?: ParamKind
  matchConstraints?: MatchResources
  matchConditions?: readonly { name: string; expression: string }[]
  variables?: readonly { name: string; expression: string }[]
  validations?: readonly { expression: string; message?: string; messageExpression?: string; reason?: string }[]
  auditAnnotations?: readonly { key: string; valueExpression: string }[]
  failurePolicy?: 'Fail' | 'Ignore'
}

/** Why an expression lets nothing through. */
export interface Denial {
  message: string
  reason: string
}

type Compiled = Program | { error: string }

export interface Policy {
  /** What it denies of a request; nothing when all is well. */
  evaluate(input: Input): readonly Denial[]
}

const known = new WeakMap<KubeObject, Policy>()

export function policyOf(object: KubeObject): Policy {
  let policy = known.get(object)
  if (policy === undefined) known.set(object, (policy = compilePolicy(object['spec'] as PolicySpec)))
  return policy
}

function compilePolicy(spec: PolicySpec): Policy {
  const { matchConditions = [], variables = [], validations = [], auditAnnotations = [], failurePolicy = 'Fail' } = spec
  const compiler = cel.get().newPolicyCompiler(variables.length > 0)
  const all: Uses = { params: spec.paramKind !== undefined, authorizer: true }
  const applies = compileConditions(matchConditions, all)
  const declared = variables.flatMap(({ name, expression }): Variable[] => {
    const program = compiler.declare(name, expression, all)
    return 'error' in program ? [] : [{ name, program }]
  })
  const checks = validations.map((validation) => ({
    validation,
    program: compiler.compile(validation.expression, ['bool'], all),
    message: validation.messageExpression ? compiler.compile(validation.messageExpression, ['string'], { ...all, authorizer: false }) : undefined,
  }))
  const annotations = auditAnnotations.map(({ valueExpression }) => compiler.compile(valueExpression.trim(), ['string', 'null'], all))
  const failed = (message: string): readonly Denial[] => (failurePolicy === 'Ignore' ? [] : [{ message, reason: 'Invalid' }])
  return {
    evaluate(input) {
      const scope = cel.get().scopeOf(input, declared)
      const verdict = applies(scope)
      if (verdict === false) return []
      if (verdict !== true) return failed(verdict.error)
      const denials = checks.flatMap(({ validation, program, message }) => {
        const result = attempt(program, scope)
        if (result.error !== undefined) return failed(result.error)
        if (result.value === true) return []
        return [{ message: messageOf(validation, message, scope), reason: validation.reason ?? 'Invalid' }]
      })
      return [...denials, ...annotations.flatMap((annotation) => failedIfError(attempt(annotation, scope), failed))]
    },
  }
}

/** Whether all conditions hold; one that does not decides, whatever the others fail with (plugin/webhook/matchconditions matcher.go). */
export function compileConditions(conditions: NonNullable<PolicySpec['matchConditions']>, uses: Uses): (scope: Map<string, unknown>) => boolean | { error: string } {
  // They come before variables and know none.
  const compiler = cel.get().newPolicyCompiler(false)
  const programs = conditions.map(({ expression }) => compiler.compile(expression.trim(), ['bool'], uses))
  return (scope) => {
    const errors: string[] = []
    for (const program of programs) {
      const result = attempt(program, scope)
      if (result.error !== undefined) errors.push(result.error)
      else if (result.value === false) return false
    }
    if (errors.length === 0) return true
    return { error: errors.length === 1 ? errors[0]! : `[${errors.join(', ')}]` }
  }
}

const failedIfError = ({ error }: Result, failed: (message: string) => readonly Denial[]): readonly Denial[] => (error === undefined ? [] : failed(error))

type Result = { value: unknown; error?: undefined } | { error: string; value?: undefined }

function attempt(compiled: Compiled, scope: Map<string, unknown>): Result {
  if ('error' in compiled) return { error: `compilation error: ${compiled.error}` }
  const outcome = compiled.attempt(scope)
  return 'failed' in outcome ? { error: `expression '${compiled.source}' resulted in error: ${outcome.failed}` } : outcome
}

const maxMessage = 5 * 1024

function messageOf({ expression, message = '' }: NonNullable<PolicySpec['validations']>[number], program: Compiled | undefined, scope: Map<string, unknown>): string {
  const said = program === undefined ? undefined : attempt(program, scope).value
  const spoken = typeof said === 'string' ? said.trim() : ''
  if (spoken !== '' && spoken.length <= maxMessage && !spoken.includes('\n')) return spoken
  return message.trim() || `failed expression: ${expression.trim()}`
}
