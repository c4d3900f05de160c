/** Whether the expressions of a policy fit the kinds that it matches (apiserver/pkg/admission/plugin/policy/validating typechecking.go). */
import type { Schema } from '../custom/kind.ts'
import { newPolicyCompiler, type Uses } from './policies.ts'

export interface CheckedKind {
  /** "apps/v1, Kind=Deployment" */
  name: string
  schema: Schema
}

export interface Expressions {
  variables?: readonly { name: string; expression: string }[]
  validations?: readonly { expression: string; messageExpression?: string }[]
}

export interface ExpressionWarning {
  fieldRef: string
  warning: string
}

/** What the compiler has to say of each expression, once for each kind; it neither stops a policy nor changes what it does. */
export function typeWarnings({ variables = [], validations = [] }: Expressions, kinds: readonly CheckedKind[], params: Schema | undefined): ExpressionWarning[] {
  const uses: Uses = { params: params !== undefined, authorizer: true }
  const compilers = kinds.map(({ name, schema }) => {
    const compiler = newPolicyCompiler(true, { object: schema, ...(params ? { params } : {}) })
    for (const variable of variables) compiler.declare(variable.name, variable.expression, uses)
    return { name, compiler }
  })
  const warningsOf = (fieldRef: string, source: string): ExpressionWarning[] => {
    const told = compilers.flatMap(({ name, compiler }) => {
      const compiled = compiler.compile(source, [], uses)
      return 'error' in compiled ? [`${name}: ${compiled.error.replace(/^compilation failed: /, '')}\n`] : []
    })
    return told.length === 0 ? [] : [{ fieldRef, warning: told.join('\n') }]
  }
  return validations.flatMap(({ expression, messageExpression }, i) => [
    ...warningsOf(`spec.validations[${i}].expression`, expression),
    ...(messageExpression ? warningsOf(`spec.validations[${i}].messageExpression`, messageExpression) : []),
  ])
}
