import { Optional, type Environment } from '@marcbachmann/cel-js'
import type { Checker, Evaluator, Macro, Node, Overlay, Scope, TypeOf } from '../syntax.ts'
import { failure, register } from './register.ts'

/** A loop with two variables: key and value of a map, index and item of a list (cel-go's ext.TwoVarComprehensions). */
interface Loop extends Macro {
  names: readonly [string, string]
  range: Node
  step: Node
  filter?: Node
  outer?: Overlay
  inner?: Overlay
}

type Turn = (test: () => unknown, key: unknown, stop: () => void) => void

interface Kind {
  /** The type of the whole, of that of a turn. */
  typeOf(step: TypeOf, checker: Checker): TypeOf
  /** What each turn does, and what comes out at last. */
  begin(): { turn: Turn; end: () => unknown }
}

const quantifier = (begin: Kind['begin']): Kind => ({ typeOf: (_, checker) => checker.getType('bool'), begin })

const all = quantifier(() => {
  let answer = true
  return { turn: (test, _, stop) => void (isTrue(test()) || ((answer = false), stop())), end: () => answer }
})
const exists = quantifier(() => {
  let answer = false
  return { turn: (test, _, stop) => void (isTrue(test()) && ((answer = true), stop())), end: () => answer }
})
const existsOne = quantifier(() => {
  let count = 0
  return { turn: (test) => void (isTrue(test()) && count++), end: () => count === 1 }
})
const transformList: Kind = {
  typeOf: ({ name }, checker) => checker.getType(`list<${name}>`),
  begin() {
    const list: unknown[] = []
    return { turn: (test) => void list.push(test()), end: () => list }
  },
}
const transformMap: Kind = {
  typeOf: (_, checker) => checker.getType('map'),
  begin() {
    const map = new Map<unknown, unknown>()
    return { turn: (test, key) => void map.set(key, test()), end: () => map }
  },
}

function isTrue(value: unknown): boolean {
  if (typeof value !== 'boolean') throw failure('no such overload')
  return value
}

function evaluate(kind: Kind, evaluator: Evaluator, loop: Loop, context: Scope): unknown {
  const range = evaluator.run(loop.range, context)
  const { turn, end } = kind.begin()
  let over = false
  for (const [key, value] of entriesOf(range)) {
    loop.budget?.spend()
    const inner = loop.inner!.reuse(loop.outer!.reuse(context).setIterValue(key, evaluator)).setIterValue(value, evaluator)
    if (loop.filter !== undefined && !isTrue(evaluator.run(loop.filter, inner))) continue
    turn(() => evaluator.run(loop.step, inner), key, () => (over = true))
    if (over) break
  }
  return end()
}

function entriesOf(range: unknown): Iterable<[unknown, unknown]> {
  if (Array.isArray(range)) return range.map((item, i) => [BigInt(i), item])
  if (range instanceof Map) return range
  if (typeof range === 'object' && range !== null) return Object.entries(range)
  throw failure('no such overload')
}

function check(kind: Kind, checker: Checker, loop: Loop, context: Scope): TypeOf {
  const range = checker.check(loop.range, context)
  const dyn = checker.getType('dyn')
  const key = range.kind === 'list' ? checker.getType('int') : range.kind === 'map' ? range.keyType! : dyn
  loop.outer = context.forkWithVariable(loop.names[0], key)
  loop.inner = loop.outer.forkWithVariable(loop.names[1], range.valueType ?? dyn)
  if (loop.filter !== undefined) checker.check(loop.filter, loop.inner)
  return kind.typeOf(checker.check(loop.step, loop.inner), checker)
}

function loopMacro(kind: Kind, filtered: boolean) {
  return ({ args, receiver }: { args: Node[]; receiver: Node }): Loop => {
    const [key, value, ...rest] = args as [Node, Node, ...Node[]]
    const loop: Loop = {
      names: [nameOf(key), nameOf(value)],
      range: receiver,
      step: rest.at(-1)!,
      typeCheck: (checker, macro, context) => check(kind, checker, macro as Loop, context),
      evaluate: (evaluator, macro, context) => evaluate(kind, evaluator, macro as Loop, context),
    }
    return filtered ? { ...loop, filter: rest[0]! } : loop
  }
}

function nameOf(node: Node): string {
  if (node.op === 'id') return String(node.args)
  throw failure('argument must be a simple name')
}

/** `optMap(x, expression)`: what becomes of the value, if there is one. */
const optionalMacro =
  (flat: boolean) =>
  ({ args, receiver }: { args: Node[]; receiver: Node }): Loop => ({
    names: [nameOf(args[0]!), ''],
    range: receiver,
    step: args[1]!,
    typeCheck(checker, macro, context) {
      const loop = macro as Loop
      loop.outer = context.forkWithVariable(loop.names[0], checker.check(loop.range, context).valueType ?? checker.getType('dyn'))
      const type = checker.check(loop.step, loop.outer)
      return flat ? type : checker.getType(`optional<${type.name}>`)
    },
    evaluate(evaluator, macro, context) {
      const loop = macro as Loop
      const optional = evaluator.run(loop.range, context)
      if (!(optional instanceof Optional)) throw failure('no such overload')
      if (!optional.hasValue()) return Optional.none()
      const value = evaluator.run(loop.step, loop.outer!.reuse(context).setIterValue(optional.value(), evaluator))
      return flat ? value : Optional.of(value)
    },
  })

const isZero = (value: unknown): boolean =>
  value === null || value === '' || value === false || value === 0 || value === 0n || (Array.isArray(value) && value.length === 0) || (value instanceof Map && value.size === 0)

export function registerMacros(environment: Environment): void {
  register(environment, {
    'list.all(ast, ast, ast): bool': loopMacro(all, false),
    'list.exists(ast, ast, ast): bool': loopMacro(exists, false),
    'list.existsOne(ast, ast, ast): bool': loopMacro(existsOne, false),
    'list.exists_one(ast, ast, ast): bool': loopMacro(existsOne, false),
    'list.transformList(ast, ast, ast): list<dyn>': loopMacro(transformList, false),
    'list.transformList(ast, ast, ast, ast): list<dyn>': loopMacro(transformList, true),
    'list.transformMap(ast, ast, ast): map': loopMacro(transformMap, false),
    'list.transformMap(ast, ast, ast, ast): map': loopMacro(transformMap, true),
    'optional.optMap(ast, ast): optional<dyn>': optionalMacro(false),
    'optional.optFlatMap(ast, ast): optional<dyn>': optionalMacro(true),
    'OptionalNamespace.ofNonZeroValue(dyn): optional<dyn>': (_: unknown, value: unknown) => (isZero(value) ? Optional.none() : Optional.of(value)),
  })
}
