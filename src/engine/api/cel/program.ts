import { EvaluationError, type Environment } from '@marcbachmann/cel-js'
import { compilerIssue, evaluationIssue, isCelError, typeName } from './issues.ts'
import { wrongLiteral } from './literals.ts'
import { visit, type Budget, type Checker, type Evaluator, type Macro, type Node, type Scope, type TypeOf } from './syntax.ts'

/**
 * How many turns of loops one evaluation may take. Upstream counts costs (PerCallLimit 1,000,000) that are weighed by operation; a turn is the
 * part of them that can grow.
 */
const turnLimit = 200_000

class TurnsLeft implements Budget {
  private left = turnLimit

  reset(): void {
    this.left = turnLimit
  }

  spend(): void {
    if (--this.left < 0) throw new EvaluationError({ code: 'cost', message: 'operation cancelled: actual cost limit exceeded' })
  }
}

/** An expression that has been compiled. */
export interface Program {
  readonly source: string
  /** As cel-go writes it: `bool`, `list(string)`. */
  readonly type: string
  /** What the library calls it; for declaring a variable of the same type. */
  readonly declared: string
  /** Its types are checked. */
  readonly root: Node
  /** Whether the variable is named in it. */
  uses(variable: string): boolean
  /** Throws `Failed` when it cannot be evaluated. */
  run(variables: Map<string, unknown>): unknown
  /** The value, or in cel-go's words why there is none. */
  attempt(variables: Map<string, unknown>): { value: unknown } | { failed: string }
}

/** An evaluation that ended in an error, in cel-go's words. */
export class Failed extends Error {}

/** The program, or what the compiler complains about. */
export function compile(environment: Environment, source: string): Program | { error: string } {
  const mistake = (error: unknown): { error: string } => {
    if (!isCelError(error)) throw error
    return { error: compilerIssue(error, source, (name) => functionsOf(environment).has(name)) }
  }
  let parsed: ReturnType<Environment['parse']>
  try {
    parsed = environment.parse(source)
  } catch (error) {
    return mistake(error)
  }
  const root = parsed.ast as unknown as Node
  const names = new Set<string>()
  const budget = new TurnsLeft()
  visit(root, (node) => {
    adopt(node, budget)
    if (node.op === 'id') names.add(String(node.args))
  })
  const checked = parsed.check()
  if (!checked.valid) return mistake(checked.error)
  const wrong = wrongLiteral(root)
  if (wrong !== undefined) return mistake(wrong)
  const type = typeOfRoot(root)
  const run = (variables: Map<string, unknown>): unknown => {
    budget.reset()
    return guarded(() => parsed(variables as never))
  }
  return {
    source,
    type: typeName(type),
    declared: type?.name ?? 'dyn',
    root,
    uses: (variable) => names.has(variable),
    run,
    attempt(variables) {
      try {
        return { value: run(variables) }
      } catch (error) {
        if (error instanceof Failed) return { failed: error.message }
        throw error
      }
    },
  }
}

const typeOfRoot = (root: Node): TypeOf | undefined => root.checkedType

function guarded(evaluate: () => unknown): unknown {
  try {
    return evaluate()
  } catch (error) {
    if (error instanceof Failed) throw error
    throw new Failed(evaluationIssue(error))
  }
}

const known = new WeakMap<Environment, ReadonlySet<string>>()

function functionsOf(environment: Environment): ReadonlySet<string> {
  let names = known.get(environment)
  if (names === undefined) known.set(environment, (names = new Set(environment.getDefinitions().functions.map(({ name }) => name))))
  return names
}

/** Gives a node what the library's own lacks. */
function adopt(node: Node, budget: Budget): void {
  const called: unknown = Array.isArray(node.args) ? node.args[0] : undefined
  // Go's regular expressions, not JavaScript's.
  if ((node.op === 'rcall' || node.op === 'call') && called === 'matches') (node.args as unknown[])[0] = 'matches_'
  if (node.op === 'comprehension') limit(node.args as { condition?: (accumulated: unknown) => boolean }, budget)
  const { macro } = node.meta
  if (macro === undefined) return
  macro.budget = budget
  if (node.op === 'call' && called === 'has') Object.assign(macro, anyHas)
}

function limit(loop: { condition?: (accumulated: unknown) => boolean }, budget: Budget): void {
  const { condition } = loop
  loop.condition = (accumulated) => {
    budget.spend()
    return condition === undefined || condition(accumulated)
  }
}

/** The library's `has()` takes names joined by dots alone; CEL's takes a field of any expression. */
const anyHas: Pick<Macro, 'typeCheck' | 'evaluate'> = {
  typeCheck(checker: Checker, macro: Macro, context: Scope): TypeOf {
    const [field] = macro.args!
    if (field === undefined || (field.op !== '.' && field.op !== '.?')) throw checker.createError('invalid_macro_argument', 'has() invalid argument', field!)
    checker.checkAccessOnType(field, context, checker.check((field.args as Node[])[0]!, context))
    return checker.getType('bool')
  },
  evaluate(evaluator: Evaluator, macro: Macro, context: Scope): boolean {
    const [operand, name] = macro.args![0]!.args as [Node, string]
    let value = evaluator.run(operand, context)
    if (isOptional(value)) value = value.orValue(null)
    return value !== null && evaluator.debugType(value).fieldLazy(value, name, macro.args![0]!, evaluator) !== undefined
  },
}

const isOptional = (value: unknown): value is { orValue(other: unknown): unknown } => typeof value === 'object' && value !== null && 'hasValue' in value
