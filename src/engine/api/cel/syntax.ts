/**
 * What the library shows of an expression that it has parsed. It offers this for tools (`ast`); we need it for what it cannot do itself: `has()`
 * of any expression, a limit of what an evaluation may cost, and the words that cel-go has for a mistake.
 */
export interface Node {
  op: string
  args: unknown
  /** Code units from the beginning of the expression; `end` is the first behind it. */
  start: number
  end: number
  input?: string
  /** Set when the types have been checked. */
  checkedType?: TypeOf
  meta: { alternate?: Node; macro?: Macro; label?: string }
}

export interface TypeOf {
  kind: string
  name: string
  type: string
  keyType?: TypeOf
  valueType?: TypeOf
  /** The value of a field, or undefined when it is not there. */
  fieldLazy(value: unknown, name: unknown, node: Node, evaluator: Evaluator): unknown
  hasDynType?: boolean
}

/** What an evaluation may cost. */
export interface Budget {
  /** One turn of a loop; throws when there have been too many. */
  spend(): void
}

export interface Macro {
  budget?: Budget
  args?: Node[]
  typeCheck?: (checker: Checker, macro: Macro, context: Scope) => TypeOf
  evaluate?: (evaluator: Evaluator, macro: Macro, context: Scope) => unknown
}

export interface Scope {
  forkWithVariable(name: string, type: TypeOf): Overlay
}

export interface Overlay extends Scope {
  reuse(parent: Scope): Overlay
  setIterValue(value: unknown, evaluator: Evaluator): Overlay
}

export interface Checker {
  check(node: Node, context: Scope): TypeOf
  checkAccessOnType(node: Node, context: Scope, left: TypeOf): TypeOf
  getType(name: string): TypeOf
  createError(code: string, message: string, node: Node): Error
}

export interface Evaluator {
  run(node: Node, context: Scope): unknown
  debugType(value: unknown): TypeOf
  createError(code: string, message: string, node: Node): Error
}

export const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && 'meta' in value && 'op' in value

/** Every node, those that macros have made among them. */
export function visit(root: unknown, tell: (node: Node) => void): void {
  const seen = new Set<object>()
  const walk = (value: unknown): void => {
    if (typeof value !== 'object' || value === null || seen.has(value)) return
    seen.add(value)
    if (isNode(value)) {
      tell(value)
      walk(value.meta.alternate)
      walk(value.meta.macro)
      walk(value.args)
    } else if (Array.isArray(value)) for (const inner of value) walk(inner)
    else if (Object.getPrototypeOf(value) === Object.prototype) for (const inner of Object.values(value)) walk(inner)
  }
  walk(root)
}
