import type { Process, Run } from '../process/process.ts'
import { Calls, isRun } from './calls.ts'
import type { Expression, Span } from './expressions.ts'
import { binary, formatValue } from './operators.ts'
import {
  Blob,
  Builtin,
  Class,
  Coroutine,
  Descriptor,
  Dict,
  equal,
  exceptions,
  Float,
  Instance,
  List,
  numeric,
  order,
  Raised,
  raised,
  Scope,
  Super,
  toStr,
  truth,
  Tuple,
  typeName,
  type Value,
  Yielded,
} from './values.ts'

/** Gives expressions their values. Statements are run by what is built on it. */
export abstract class Evaluator extends Calls {
  private readonly baseBytes: number
  private allocated = 0

  constructor(process: Process, builtins: Scope) {
    super(process, builtins)
    this.baseBytes = process.memoryBytes
  }

  /** What a large value takes. Nothing is given back: examples that take much mean to keep it. */
  readonly allocate = (bytes: number): void => {
    if (bytes === 0) return
    this.allocated += bytes
    this.process.machine.setMemory(this.process, this.baseBytes + this.allocated)
  }

  // --- names ---------------------------------------------------------------------------------------

  protected lookUp(name: string, scope: Scope): Value {
    for (let s: Scope | undefined = scope; s !== undefined; s = s.outer) {
      const value = s.names.get(name)
      if (value !== undefined) return value
    }
    throw raised('NameError', `name '${name}' is not defined`)
  }

  set(name: string, value: Value, scope: Scope): void {
    if (scope.globals.has(name)) this.rootOf(scope).names.set(name, value)
    else if (scope.outerNames.has(name)) this.around(name, scope).names.set(name, value)
    else scope.names.set(name, value)
  }

  /** Of the program or module that it belongs to. */
  private rootOf(scope: Scope): Scope {
    let root = scope
    while (root.outer !== undefined && root.outer !== this.globals.outer) root = root.outer
    return root
  }

  /** The function around this one that a name belongs to. */
  private around(name: string, scope: Scope): Scope {
    for (let s = scope.outer; s !== undefined; s = s.outer) if (s.names.has(name)) return s
    return scope
  }

  *assign(target: Expression, value: Value, scope: Scope): Run<void> {
    switch (target.type) {
      case 'name':
        return this.set(target.name, value, scope)
      case 'tuple':
      case 'list': {
        this.spot = target.span
        const items = yield* this.collect(value)
        const star = target.items.findIndex(({ type }) => type === 'starred')
        if (star >= 0 && items.length >= target.items.length - 1) items.splice(star, 0, new List(items.splice(star, items.length - target.items.length + 1)))
        if (items.length !== target.items.length)
          throw raised(
            'ValueError',
            items.length < target.items.length
              ? `not enough values to unpack (expected ${target.items.length}, got ${items.length})`
              : `too many values to unpack (expected ${target.items.length})`,
          )
        for (const [i, t] of target.items.entries()) yield* this.assign(t.type === 'starred' ? t.value : t, items[i]!, scope)
        return
      }
      case 'attribute': {
        const object = yield* this.evaluate(target.object, scope)
        const setter = object instanceof Instance ? object.type?.find(target.name) : undefined
        if (setter instanceof Descriptor && setter.kind === 'property') yield* this.call(setter.names.get('set') ?? null, { args: [object, value], named: new Map() })
        else if (object instanceof Instance || object instanceof Class) object.names.set(target.name, value)
        return
      }
      case 'index':
        return yield* this.assignElement(
          yield* this.evaluate(target.object, scope),
          yield* this.evaluate(target.index, scope),
          value,
        )
      default:
        throw raised('SyntaxError', 'cannot assign to expression')
    }
  }

  private *assignElement(object: Value, index: Value, value: Value): Run<void> {
    if (object instanceof Dict) object.set(index, value)
    else if (object instanceof List) object.items[this.position(object.items.length, index, 'list assignment')] = value
    else if (object instanceof Instance)
      yield* this.call(this.attribute(object, '__setitem__'), { args: [index, value], named: new Map() })
    else throw raised('TypeError', `'${typeName(object)}' object does not support item assignment`)
  }

  // --- expressions ---------------------------------------------------------------------------------

  *evaluate(e: Expression, scope: Scope): Run<Value> {
    switch (e.type) {
      case 'constant':
        if (e.float === true) return new Float(e.value as number)
        return e.bytes === true ? new Blob(e.value as string) : e.value
      case 'name':
        this.spot = e.span
        return this.lookUp(e.name, scope)
      case 'formatted':
        return yield* this.filled(e, scope)
      case 'list':
        return new List(yield* this.all(e.items, scope))
      case 'tuple':
        return new Tuple(yield* this.all(e.items, scope))
      case 'set': {
        const set = new Dict(true)
        for (const item of yield* this.all(e.items, scope)) set.set(item, true)
        return set
      }
      case 'dict': {
        const dict = new Dict()
        for (const { key, value } of e.entries) {
          if (key !== undefined) dict.set(yield* this.evaluate(key, scope), yield* this.evaluate(value, scope))
          else {
            const more = yield* this.evaluate(value, scope)
            if (more instanceof Dict) for (const [name, one] of more.entries.values()) dict.set(name, one)
          }
        }
        return dict
      }
      case 'comprehension':
        return yield* this.comprehension(e, scope)
      case 'unary':
        return this.unary(e.operator, yield* this.before(e.span, e.operand, scope))
      case 'binary':
        return yield* this.operate(e.operator, yield* this.evaluate(e.left, scope), yield* this.before(e.span, e.right, scope))
      case 'yield':
        return yield* this.give(e, scope)
      case 'await':
        return yield* this.awaited(yield* this.evaluate(e.value, scope))
      case 'compare':
        return yield* this.compare(e, scope)
      case 'logical': {
        const left = yield* this.evaluate(e.left, scope)
        return truth(left) === (e.operator === 'and') ? yield* this.evaluate(e.right, scope) : left
      }
      case 'ternary':
        return truth(yield* this.evaluate(e.test, scope))
          ? yield* this.evaluate(e.then, scope)
          : yield* this.evaluate(e.else, scope)
      case 'lambda':
        return yield* this.makeFunction('<lambda>', e.parameters, e.body, scope)
      case 'walrus':
        return yield* this.named(e, scope)
      case 'attribute':
        return yield* this.member(yield* this.before(e.span, e.object, scope), e.name)
      case 'index':
        return yield* this.element(yield* this.evaluate(e.object, scope), e, scope)
      case 'slice':
      case 'starred':
        throw raised('SyntaxError', 'invalid syntax')
      case 'call':
        return yield* this.callExpression(e, scope)
    }
  }

  /** The last thing that is worked out before something is done with it there. */
  private *before(span: Span | undefined, e: Expression, scope: Scope): Run<Value> {
    const value = yield* this.evaluate(e, scope)
    this.spot = span
    return value
  }

  private *all(items: readonly Expression[], scope: Scope): Run<Value[]> {
    const out: Value[] = []
    for (const item of items) {
      if (item.type === 'starred') out.push(...(yield* this.collect(yield* this.evaluate(item.value, scope))))
      else out.push(yield* this.evaluate(item, scope))
    }
    return out
  }

  private *filled({ parts }: Extract<Expression, { type: 'formatted' }>, scope: Scope): Run<string> {
    let text = ''
    for (const part of parts) {
      if (typeof part === 'string') text += part
      else if (part.repr) text += formatValue(yield* this.reprOf(yield* this.evaluate(part.value, scope)), part.format)
      else text += yield* this.formatted(yield* this.evaluate(part.value, scope), part.format)
    }
    return text
  }

  private *formatted(value: Value, format: string): Run<string> {
    return value instanceof Instance || value instanceof List || value instanceof Tuple || value instanceof Dict ? formatValue(yield* this.strOf(value), format) : formatValue(value, format)
  }

  /** Hands a value to whoever goes through the generator; what they send is its value. */
  private *give({ value, isFrom }: Extract<Expression, { type: 'yield' }>, scope: Scope): Run<Value> {
    const given = value === undefined ? null : yield* this.evaluate(value, scope)
    if (!isFrom) return (yield new Yielded(given) as never) as Value
    const next = yield* this.iterator(given)
    for (let item = yield* next(); item !== undefined; item = yield* next()) yield new Yielded(item) as never
    return null
  }

  *awaited(value: Value): Run<Value> {
    if (value instanceof Coroutine) return yield* value.run()
    const waiting = yield* this.callSpecial(value, '__await__')
    return waiting === undefined ? value : yield* this.awaited(waiting)
  }

  /** An operator on two values; what a class of the program's own makes of it comes first. */
  *operate(operator: string, left: Value, right: Value): Run<Value> {
    const name = operators[operator]
    if (name !== undefined && (left instanceof Instance || right instanceof Instance)) {
      const told = (yield* this.callSpecial(left, `__${name}__`, right)) ?? (yield* this.callSpecial(right, `__r${name}__`, left))
      if (told !== undefined) return told
    }
    return binary(operator, left, right, this.allocate)
  }

  private *comprehension(e: Extract<Expression, { type: 'comprehension' }>, scope: Scope): Run<Value> {
    const inner = new Scope(scope)
    const items: Value[] = []
    const dict = new Dict(e.kind === 'set')
    yield* this.clause(e, 0, inner, items, dict)
    return e.kind === 'list' ? new List(items) : dict
  }

  /** One `for` of it inside of the one before; in the innermost one it makes its items. */
  private *clause(e: Extract<Expression, { type: 'comprehension' }>, at: number, inner: Scope, items: Value[], dict: Dict): Run<void> {
    const clause = e.clauses[at]
    if (clause === undefined) {
      const key = yield* this.evaluate(e.key, inner)
      if (e.kind === 'list') items.push(key)
      else dict.set(key, e.value === undefined ? true : yield* this.evaluate(e.value, inner))
      return
    }
    const next = yield* this.iterator(yield* this.evaluate(clause.source, inner))
    for (let item = yield* next(); item !== undefined; item = yield* next()) {
      yield* this.assign(clause.target, item, inner)
      this.process.cpu.charge(1)
      let holds = true
      for (const test of clause.tests) holds &&= truth(yield* this.evaluate(test, inner))
      if (holds) yield* this.clause(e, at + 1, inner, items, dict)
    }
  }

  private unary(operator: string, value: Value): Value {
    if (operator === 'not') return !truth(value)
    const n = numeric(value)
    if (n === undefined) throw raised('TypeError', `bad operand type for unary ${operator}: '${typeName(value)}'`)
    const result = operator === '-' ? -n : operator === '~' ? -n - 1 : n
    return value instanceof Float ? new Float(result) : result
  }

  private *compare(e: Extract<Expression, { type: 'compare' }>, scope: Scope): Run<Value> {
    let left = yield* this.evaluate(e.first, scope)
    for (const { operator, value } of e.rest) {
      const right = yield* this.evaluate(value, scope)
      this.spot = e.span
      if (!(yield* this.comparedBy(operator, left, right))) return false
      left = right
    }
    return true
  }

  private *comparedBy(operator: string, left: Value, right: Value): Run<boolean> {
    const name = comparisons[operator]
    if (name !== undefined && left instanceof Instance) {
      const told = yield* this.callSpecial(left, `__${name}__`, right)
      if (told !== undefined) return truth(told)
      const opposite = operator === '!=' ? yield* this.callSpecial(left, '__eq__', right) : undefined
      if (opposite !== undefined) return !truth(opposite)
    }
    if ((operator === 'in' || operator === 'not in') && right instanceof Instance) {
      const told = yield* this.callSpecial(right, '__contains__', left)
      if (told !== undefined) return truth(told) === (operator === 'in')
    }
    return this.compareOne(operator, left, right)
  }

  private compareOne(operator: string, a: Value, b: Value): boolean {
    switch (operator) {
      case '==':
        return equal(a, b)
      case '!=':
        return !equal(a, b)
      case 'is':
        return a === b
      case 'is not':
        return a !== b
      case 'in':
        return this.contains(b, a)
      case 'not in':
        return !this.contains(b, a)
      case '<':
        return order(a, b) < 0
      case '<=':
        return order(a, b) <= 0
      case '>':
        return order(a, b) > 0
      default:
        return order(a, b) >= 0
    }
  }

  private contains(container: Value, value: Value): boolean {
    if (typeof container === 'string') return container.includes(toStr(value))
    if (container instanceof Dict) return container.has(value)
    if (container instanceof Instance && container.names.get('data') instanceof Dict)
      return (container.names.get('data') as Dict).has(value)
    for (const item of this.iterate(container)) if (equal(item, value)) return true
    return false
  }

  private *named(e: Extract<Expression, { type: 'walrus' }>, scope: Scope): Run<Value> {
    const value = yield* this.evaluate(e.value, scope)
    this.set(e.name, value, scope)
    return value
  }

  private *member(object: Value, name: string): Run<Value> {
    const value = this.attribute(object, name)
    return value instanceof Descriptor && value.kind === 'property' && object instanceof Instance ? yield* this.call(value.inner, { args: [object], named: new Map() }) : value
  }

  private *element(object: Value, { index, span }: Extract<Expression, { type: 'index' }>, scope: Scope): Run<Value> {
    if (index.type === 'slice')
      return this.slice(
        object,
        index.from && (yield* this.evaluate(index.from, scope)),
        index.to && (yield* this.evaluate(index.to, scope)),
        index.step && (yield* this.evaluate(index.step, scope)),
      )
    const key = yield* this.evaluate(index, scope)
    this.spot = span
    // A type of some type: Dict[str, int]
    if (object instanceof Class && object.find('__members__') === undefined) return object
    if (object instanceof Class) return (object.find('__members__') as Dict).values().find((member) => member instanceof Instance && member.names.get('name') === key) ?? null
    if (object instanceof Dict) {
      const value = object.get(key)
      if (value === undefined && object.missing !== undefined) {
        const made = object.missing(key)
        return isRun(made) ? yield* made : made
      }
      if (value === undefined)
        throw new Raised(new Instance(exceptions.get('KeyError'), new Map<string, Value>([['args', new Tuple([key])]])))
      return value
    }
    if (typeof object === 'string') return object[this.position(object.length, key, 'string')]!
    if (object instanceof Blob) return object.text.charCodeAt(this.position(object.size, key, 'index'))
    if (object instanceof List || object instanceof Tuple)
      return object.items[this.position(object.items.length, key, object instanceof List ? 'list' : 'tuple')]!
    if (object instanceof Instance)
      return yield* this.call(this.attribute(object, '__getitem__'), { args: [key], named: new Map() })
    throw raised('TypeError', `'${typeName(object)}' object is not subscriptable`)
  }

  position(length: number, index: Value, what: string): number {
    const n = numeric(index)
    if (n === undefined) throw raised('TypeError', `${what} indices must be integers or slices, not ${typeName(index)}`)
    const at = n < 0 ? length + n : n
    if (at < 0 || at >= length) throw raised('IndexError', `${what} index out of range`)
    return at
  }

  private slice(object: Value, from: Value | undefined, to: Value | undefined, step: Value | undefined): Value {
    const bounds = [from, to].map((v) => (v === undefined || v === null ? undefined : numeric(v)))
    const by = step === undefined || step === null ? 1 : (numeric(step) ?? 1)
    const cut = <T>(items: readonly T[]): T[] => {
      if (by === 1) return items.slice(bounds[0], bounds[1])
      const picked = by < 0 ? [...items].reverse() : items.slice(bounds[0], bounds[1])
      return picked.filter((_, i) => i % Math.abs(by) === 0)
    }
    if (typeof object === 'string') return cut([...object]).join('')
    if (object instanceof List) return new List(cut(object.items))
    if (object instanceof Tuple) return new Tuple(cut(object.items))
    if (object instanceof Blob) return new Blob(cut([...object.text]).join(''))
    throw raised('TypeError', `'${typeName(object)}' object is not subscriptable`)
  }

  // --- calls ---------------------------------------------------------------------------------------

  private *callExpression(e: Extract<Expression, { type: 'call' }>, scope: Scope): Run<Value> {
    const callee = yield* this.evaluate(e.callee, scope)
    const args = yield* this.all(e.args, scope)
    if (callee instanceof Builtin && callee.name === 'super') return this.superOf(args, scope)
    const named = new Map<string, Value>()
    for (const { name, value } of e.named) {
      const given = yield* this.evaluate(value, scope)
      if (name !== '') named.set(name, given)
      else if (given instanceof Dict) for (const key of given.keys()) named.set(toStr(key), given.get(key) ?? null)
    }
    this.process.cpu.charge(3)
    this.spot = e.span
    const result = yield* this.call(callee, { args, named })
    if (this.pending.length > 0) yield* this.runHandlers()
    return result
  }

  /** super(): for the instance that the method around it was called with; or super(TYPE, INSTANCE). */
  private superOf(args: readonly Value[], scope: Scope): Value {
    const [type, self] = args.length > 0 ? args : [this.lookUp('__class__', scope), this.firstOf(scope)]
    if (!(type instanceof Class)) throw raised('RuntimeError', 'super(): no arguments')
    // The classes after it in the order of the instance's own class, so that siblings have their turn.
    const order = self instanceof Instance && self.type !== undefined ? linear(self.type) : linear(type)
    return new Super(order.slice(order.indexOf(type) + 1).map(alone), self ?? null)
  }

  private firstOf(scope: Scope): Value {
    for (let s: Scope | undefined = scope; s !== undefined; s = s.outer) if (s.names.has('__class__')) return s.names.values().next().value ?? null
    return null
  }
}

/** A class and what is above it, in the order in which they are asked: whoever is above several comes after all of them. */
function linear(type: Class): Class[] {
  const all = [type, ...type.bases.flatMap(linear)]
  return all.filter((one, i) => all.lastIndexOf(one) === i)
}

/** What a class says by itself. */
const alone = (type: Class): Class => new Class(type.name, [], type.names)

const operators: Readonly<Record<string, string>> = { '+': 'add', '-': 'sub', '*': 'mul', '/': 'truediv', '//': 'floordiv', '%': 'mod', '**': 'pow', '&': 'and', '|': 'or', '^': 'xor', '<<': 'lshift', '>>': 'rshift', '@': 'matmul' }
const comparisons: Readonly<Record<string, string>> = { '==': 'eq', '!=': 'ne', '<': 'lt', '<=': 'le', '>': 'gt', '>=': 'ge' }
