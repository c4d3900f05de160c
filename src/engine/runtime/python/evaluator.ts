import { called } from '../process/calls.ts'
import type { Process, Run } from '../process/process.ts'
import type { Expression, Parameter } from './expressions.ts'
import { methodOf } from './methods.ts'
import { binary, formatValue } from './operators.ts'
import type { Statement } from './parser.ts'
import {
  type Arguments,
  Blob,
  BoundMethod,
  Builtin,
  Class,
  Descriptor,
  Dict,
  equal,
  exceptions,
  Float,
  Func,
  Instance,
  Lazy,
  List,
  numeric,
  order,
  Raised,
  raised,
  repr,
  Scope,
  toStr,
  truth,
  Tuple,
  typeName,
  type Value,
} from './values.ts'

/** Thrown to leave loops and functions. */
export class Jump {
  readonly kind: 'break' | 'continue' | 'return'
  readonly value: Value
  constructor(kind: 'break' | 'continue' | 'return', value: Value = null) {
    this.kind = kind
    this.value = value
  }
}

/** sys.getrecursionlimit(), of which the module itself is one. */
const MAX_DEPTH = 1000 - 1

/** Gives expressions their values. Statements are run by what is built on it. */
export abstract class Evaluator {
  readonly process: Process
  readonly globals: Scope
  /** Handlers of signals that have come and not been run. */
  readonly pending: { handler: Value; signal: number }[] = []
  private depth = 0
  private readonly baseBytes: number
  private allocated = 0

  constructor(process: Process, builtins: Scope) {
    this.process = process
    this.globals = new Scope(builtins)
    this.baseBytes = process.memoryBytes
  }

  abstract run(body: readonly Statement[], scope: Scope): Run<void>

  /** What a large value takes. Nothing is given back: examples that take much mean to keep it. */
  readonly allocate = (bytes: number): void => {
    if (bytes === 0) return
    this.allocated += bytes
    this.process.machine.setMemory(this.process, this.baseBytes + this.allocated)
  };

  *runHandlers(): Run<void> {
    for (let next = this.pending.shift(); next !== undefined; next = this.pending.shift())
      yield* this.call(next.handler, { args: [next.signal, null], named: new Map() })
  }

  *makeFunction(
    name: string,
    parameters: readonly Parameter[],
    body: readonly Statement[] | Expression,
    scope: Scope,
  ): Run<Func> {
    const defaults = new Map<string, Value>()
    for (const p of parameters) if (p.value !== undefined) defaults.set(p.name, yield* this.evaluate(p.value, scope))
    return new Func(name, parameters, body, scope, defaults)
  }

  // --- names ---------------------------------------------------------------------------------------

  private lookUp(name: string, scope: Scope): Value {
    for (let s: Scope | undefined = scope; s !== undefined; s = s.outer) {
      const value = s.names.get(name)
      if (value !== undefined) return value
    }
    throw raised('NameError', `name '${name}' is not defined`)
  }

  set(name: string, value: Value, scope: Scope): void {
    if (scope.globals.has(name)) this.globals.names.set(name, value)
    else scope.names.set(name, value)
  }

  *assign(target: Expression, value: Value, scope: Scope): Run<void> {
    switch (target.type) {
      case 'name':
        return this.set(target.name, value, scope)
      case 'tuple':
      case 'list': {
        const items = [...this.iterate(value)]
        if (items.length !== target.items.length)
          throw raised(
            'ValueError',
            items.length < target.items.length
              ? `not enough values to unpack (expected ${target.items.length}, got ${items.length})`
              : `too many values to unpack (expected ${target.items.length})`,
          )
        for (const [i, t] of target.items.entries()) yield* this.assign(t, items[i]!, scope)
        return
      }
      case 'attribute': {
        const object = yield* this.evaluate(target.object, scope)
        if (object instanceof Instance || object instanceof Class) object.names.set(target.name, value)
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
        return this.lookUp(e.name, scope)
      case 'formatted': {
        let text = ''
        for (const part of e.parts)
          text +=
            typeof part === 'string'
              ? part
              : part.repr
                ? repr(yield* this.evaluate(part.value, scope))
                : formatValue(yield* this.evaluate(part.value, scope), part.format)
        return text
      }
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
        for (const { key, value } of e.entries)
          dict.set(yield* this.evaluate(key, scope), yield* this.evaluate(value, scope))
        return dict
      }
      case 'comprehension':
        return yield* this.comprehension(e, scope)
      case 'unary':
        return this.unary(e.operator, yield* this.evaluate(e.operand, scope))
      case 'binary':
        return binary(
          e.operator,
          yield* this.evaluate(e.left, scope),
          yield* this.evaluate(e.right, scope),
          this.allocate,
        )
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
        return yield* this.member(yield* this.evaluate(e.object, scope), e.name)
      case 'index':
        return yield* this.element(yield* this.evaluate(e.object, scope), e.index, scope)
      case 'slice':
      case 'starred':
        throw raised('SyntaxError', 'invalid syntax')
      case 'call':
        return yield* this.callExpression(e, scope)
    }
  }

  private *all(items: readonly Expression[], scope: Scope): Run<Value[]> {
    const out: Value[] = []
    for (const item of items) out.push(yield* this.evaluate(item, scope))
    return out
  }

  private *comprehension(e: Extract<Expression, { type: 'comprehension' }>, scope: Scope): Run<Value> {
    const inner = new Scope(scope)
    const items: Value[] = []
    const dict = new Dict(e.kind === 'set')
    for (const item of this.iterate(yield* this.evaluate(e.source, scope))) {
      yield* this.assign(e.target, item, inner)
      this.process.cpu.charge(1)
      if (e.condition !== undefined && !truth(yield* this.evaluate(e.condition, inner))) continue
      const key = yield* this.evaluate(e.key, inner)
      if (e.kind === 'list') items.push(key)
      else dict.set(key, e.value === undefined ? true : yield* this.evaluate(e.value, inner))
    }
    return e.kind === 'list' ? new List(items) : dict
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
      if (!this.compareOne(operator, left, right)) return false
      left = right
    }
    return true
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

  attribute(object: Value, name: string): Value {
    if (object instanceof Instance) {
      const own = object.names.get(name)
      if (own !== undefined) return own
      const inherited = object.type?.find(name)
      if (inherited instanceof Descriptor) return described(inherited, object.type!)
      if (inherited !== undefined)
        return inherited instanceof Func || inherited instanceof Builtin
          ? new BoundMethod(object, inherited)
          : inherited
      if (object.type === undefined) throw raised('AttributeError', `module has no attribute '${name}'`)
    }
    if (object instanceof Class) {
      const found = object.find(name)
      if (found instanceof Descriptor) return described(found, object)
      if (found !== undefined) return found
      if (name === '__name__') return object.name
    }
    const method = methodOf(this, object, name)
    if (method !== undefined) return method
    throw raised('AttributeError', `'${typeName(object)}' object has no attribute '${name}'`)
  }

  private *element(object: Value, index: Expression, scope: Scope): Run<Value> {
    if (index.type === 'slice')
      return this.slice(
        object,
        index.from && (yield* this.evaluate(index.from, scope)),
        index.to && (yield* this.evaluate(index.to, scope)),
        index.step && (yield* this.evaluate(index.step, scope)),
      )
    const key = yield* this.evaluate(index, scope)
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
    const args: Value[] = []
    for (const one of e.args) {
      if (one.type === 'starred') args.push(...this.iterate(yield* this.evaluate(one.value, scope)))
      else args.push(yield* this.evaluate(one, scope))
    }
    const named = new Map<string, Value>()
    for (const { name, value } of e.named) {
      const given = yield* this.evaluate(value, scope)
      if (name !== '') named.set(name, given)
      else if (given instanceof Dict) for (const key of given.keys()) named.set(toStr(key), given.get(key) ?? null)
    }
    this.process.cpu.charge(3)
    const result = yield* this.call(callee, { args, named })
    if (this.pending.length > 0) yield* this.runHandlers()
    return result
  }

  *call(callee: Value, a: Arguments): Run<Value> {
    if (callee instanceof Builtin) {
      const result = callee.call(a)
      return isRun(result) ? yield* result : result
    }
    if (callee instanceof BoundMethod) return yield* this.call(callee.method, { ...a, args: [callee.self, ...a.args] })
    if (callee instanceof Class) return yield* this.instantiate(callee, a)
    if (callee instanceof Func) return yield* this.callFunction(callee, a)
    if (callee instanceof Descriptor) return yield* this.call(callee.inner, a)
    if (callee instanceof Instance && callee.type?.find('__call__') !== undefined) return yield* this.call(this.attribute(callee, '__call__'), a)
    throw raised('TypeError', `'${typeName(callee)}' object is not callable`)
  }

  private *instantiate(type: Class, a: Arguments): Run<Value> {
    const make = type.find('__new__')
    if (make instanceof Builtin) return yield* this.call(make, a)
    const object = new Instance(type)
    if (type.isA(exceptions.get('BaseException')!)) object.names.set('args', new Tuple(a.args))
    const init = type.find('__init__')
    if (init !== undefined) yield* this.call(init, { ...a, args: [object, ...a.args] })
    return object
  }

  private *callFunction(f: Func, a: Arguments): Run<Value> {
    if (this.depth >= MAX_DEPTH) throw raised('RecursionError', 'maximum recursion depth exceeded')
    const scope = new Scope(f.scope)
    this.bind(f, a, scope)
    this.depth++
    try {
      if (!Array.isArray(f.body)) return yield* called(this.evaluate(f.body as Expression, scope))
      yield* called(this.run(f.body as readonly Statement[], scope))
      return null
    } catch (e) {
      if (e instanceof Jump && e.kind === 'return') return e.value
      throw e
    } finally {
      this.depth--
    }
  }

  private bind(f: Func, { args, named }: Arguments, scope: Scope): void {
    const left = [...args]
    const rest = new Map(named)
    for (const p of f.parameters) {
      if (p.stars === 1) scope.names.set(p.name, new Tuple(left.splice(0)))
      else if (p.stars === 2) {
        const dict = new Dict()
        for (const [name, value] of rest) dict.set(name, value)
        rest.clear()
        scope.names.set(p.name, dict)
      } else {
        const value = left.length > 0 ? left.shift() : (rest.get(p.name) ?? f.defaults.get(p.name))
        rest.delete(p.name)
        if (value === undefined)
          throw raised('TypeError', `${f.name}() missing 1 required positional argument: '${p.name}'`)
        scope.names.set(p.name, value)
      }
    }
    if (left.length > 0)
      throw raised(
        'TypeError',
        `${f.name}() takes ${f.parameters.length} positional arguments but ${args.length} were given`,
      )
  }

  // --- iteration -----------------------------------------------------------------------------------

  *iterate(value: Value): Generator<Value, void, undefined> {
    if (typeof value === 'string') yield* value
    else if (value instanceof List) for (let i = 0; i < value.items.length; i++) yield value.items[i]!
    else if (value instanceof Tuple) yield* value.items
    else if (value instanceof Dict) yield* value.keys()
    else if (value instanceof Blob) for (const c of value.text) yield c.charCodeAt(0)
    else if (value instanceof Lazy) for (let next = value.items.next(); next.done !== true; next = value.items.next()) yield next.value
    else if (value instanceof Instance && value.names.has('range')) yield* this.range(value.names.get('range') as Tuple)
    else if (value instanceof Instance && value.names.get('data') instanceof Dict)
      yield* (value.names.get('data') as Dict).keys()
    else throw raised('TypeError', `'${typeName(value)}' object is not iterable`)
  }

  private *range({ items }: Tuple): Generator<Value, void, undefined> {
    const [from, to, step] = items.map((i) => numeric(i) ?? 0) as [number, number, number]
    for (let i = from; step > 0 ? i < to : i > to; i += step) yield i
  }
}

/** A method that belongs to nobody, or to the class; a property is left to whoever can wait for it. */
function described(descriptor: Descriptor, owner: Class): Value {
  if (descriptor.kind === 'property') return descriptor
  return descriptor.kind === 'class' ? new BoundMethod(owner, descriptor.inner) : descriptor.inner
}

export function isRun(value: unknown): value is Run<Value> {
  return typeof value === 'object' && value !== null && Symbol.iterator in value && 'next' in value
}
