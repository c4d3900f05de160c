import { called } from '../process/calls.ts'
import type { Process, Run } from '../process/process.ts'
import type { Expression, Parameter, Span } from './expressions.ts'
import { methodOf } from './methods.ts'
import type { FuncKind, Statement } from './parser.ts'
import {
  type Activation,
  type Arguments,
  Blob,
  BoundMethod,
  Builtin,
  Class,
  Coroutine,
  Descriptor,
  Dict,
  exceptions,
  Func,
  Instance,
  Lazy,
  List,
  numeric,
  order,
  PythonGenerator,
  Raised,
  raised,
  repr,
  Scope,
  Super,
  toStr,
  truth,
  Tuple,
  typeName,
  type Value,
  Yielded,
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

const none: Arguments = { args: [], named: new Map() }

/** Builtins that go through what they are given as they like; all others get the items of a generator as a list. */
const takesGenerators: ReadonlySet<string> = new Set(['next', 'iter', 'isinstance', 'type', 'islice', 'print', 'repr', 'str', 'callable', 'id', 'hasattr', 'getattr', 'setattr', 'len', 'bool', 'hash', 'vars', 'dir', 'format', 'append', 'put', 'run', 'gather', 'create_task', 'wait_for', 'send', 'close'])

/** What a program's objects can do: be called, have attributes, be gone through, be shown. */
export abstract class Calls {
  readonly process: Process
  readonly globals: Scope
  /** Handlers of signals that have come and not been run. */
  readonly pending: { handler: Value; signal: number }[] = []
  /** Exceptions that are being handled, the innermost last. */
  readonly handling: Raised[] = []
  private depth = 0
  /** Of the statement that runs now. */
  line = 0
  /** What of it is worked out. */
  spot: Span | undefined
  /** What it belongs to. */
  activation: Activation

  constructor(process: Process, builtins: Scope) {
    this.process = process
    this.globals = new Scope(builtins)
    this.activation = { name: '<module>', scope: this.globals }
  }

  abstract run(body: readonly Statement[], scope: Scope): Run<void>
  abstract evaluate(e: Expression, scope: Scope): Run<Value>
  abstract readonly allocate: (bytes: number) => void

  *makeFunction(name: string, parameters: readonly Parameter[], body: readonly Statement[] | Expression, scope: Scope, kind: FuncKind = 'plain'): Run<Func> {
    const defaults = new Map<string, Value>()
    for (const p of parameters) if (p.value !== undefined) defaults.set(p.name, yield* this.evaluate(p.value, scope))
    return new Func(name, parameters, body, scope, defaults, kind)
  }

  // --- calls ---------------------------------------------------------------------------------------

  *call(callee: Value, a: Arguments): Run<Value> {
    if (callee instanceof Builtin) {
      const result = callee.call(takesGenerators.has(callee.name) ? a : yield* this.settled(a))
      return isRun(result) ? yield* result : result
    }
    if (callee instanceof BoundMethod) return yield* this.call(callee.method, { ...a, args: [callee.self, ...a.args] })
    if (callee instanceof Class) return yield* this.instantiate(callee, a)
    if (callee instanceof Func) return yield* this.callFunction(callee, a)
    if (callee instanceof Descriptor) return yield* this.call(callee.inner, a)
    if (callee instanceof Instance && callee.type?.find('__call__') !== undefined) return yield* this.call(this.attribute(callee, '__call__'), a)
    throw raised('TypeError', `'${typeName(callee)}' object is not callable`)
  }

  /** With lists instead of what a program itself gives one by one. */
  private *settled(a: Arguments): Run<Arguments> {
    if (!a.args.some((one) => this.givesItself(one))) return a
    const args: Value[] = []
    for (const one of a.args) args.push(this.givesItself(one) ? new List(yield* this.collect(one)) : one)
    return { ...a, args }
  }

  private givesItself(value: Value): boolean {
    return value instanceof PythonGenerator || (value instanceof Instance && value.type?.find('__iter__') instanceof Func && !(value instanceof Super))
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
    const scope = new Scope(f.scope.isClass ? f.scope.outer : f.scope)
    this.bind(f, a, scope)
    if (f.owner !== undefined) scope.names.set('__class__', f.owner)
    const activation = { name: f.name, scope }
    if (f.kind === 'generator') return new PythonGenerator(this.bodyOf(f, scope), activation)
    if (f.kind === 'async') return new Coroutine(() => this.within(activation, this.bodyOf(f, scope)))
    this.depth++
    try {
      return yield* called(this.within(activation, this.bodyOf(f, scope)))
    } finally {
      this.depth--
    }
  }

  /** Runs what belongs to a function; what goes wrong in it knows of it. */
  protected *within<T>(activation: Activation, body: Run<T>): Run<T> {
    const { line, spot, activation: outer } = this
    this.activation = activation
    try {
      return yield* body
    } catch (e) {
      if (e instanceof Raised) this.passes(e)
      throw e
    } finally {
      this.line = line
      this.spot = spot
      this.activation = outer
    }
  }

  /** An exception leaves what runs now, or is caught in it. */
  passes(e: Raised): void {
    if (e.caughtIn !== this.activation) e.frames.unshift({ of: this.activation, line: this.line, spot: this.spot })
  }

  private *bodyOf(f: Func, scope: Scope): Run<Value> {
    if (!Array.isArray(f.body)) return yield* this.evaluate(f.body as Expression, scope)
    try {
      yield* this.run(f.body as readonly Statement[], scope)
      return null
    } catch (e) {
      if (e instanceof Jump && e.kind === 'return') return e.value
      throw e
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
        if (value === undefined) throw raised('TypeError', `${f.name}() missing 1 required positional argument: '${p.name}'`)
        scope.names.set(p.name, value)
      }
    }
    if (left.length > 0) throw raised('TypeError', `${f.name}() takes ${f.parameters.length} positional arguments but ${args.length} were given`)
  }

  // --- attributes ----------------------------------------------------------------------------------

  attribute(object: Value, name: string): Value {
    if (object instanceof Super) return this.above(object, name)
    if (object instanceof Instance) {
      const own = object.names.get(name)
      if (own !== undefined) return own
      const inherited = object.type?.find(name)
      if (inherited instanceof Descriptor) return described(inherited, object.type!)
      if (inherited !== undefined) return inherited instanceof Func || inherited instanceof Builtin ? new BoundMethod(object, inherited) : inherited
      if (object.type === undefined) throw raised('AttributeError', `module has no attribute '${name}'`)
      if (name === '__class__') return object.type
      if (name === '__dict__') return dictOf(object.names)
    }
    if (object instanceof Class) {
      const found = object.find(name)
      if (found instanceof Descriptor) return described(found, object)
      if (found !== undefined) return found
      if (name === '__name__' || name === '__qualname__') return object.name
    }
    if (name === '__name__' && (object instanceof Func || object instanceof Builtin)) return object.name
    const method = methodOf(this, object, name)
    if (method !== undefined) return method
    throw raised('AttributeError', `'${typeName(object)}' object has no attribute '${name}'`)
  }

  private above({ above, self }: Super, name: string): Value {
    for (const type of above) {
      const found = type.find(name)
      if (found instanceof Descriptor) return described(found, type)
      if (found !== undefined) return found instanceof Func || found instanceof Builtin ? new BoundMethod(self, found) : found
    }
    // What every object has.
    if (name === '__init__') return new Builtin('__init__', ({ args }) => {
      if (self instanceof Instance && self.type?.isA(exceptions.get('BaseException')!) === true) self.names.set('args', new Tuple(args))
      return null
    })
    if (name === '__str__' || name === '__repr__') return new Builtin(name, () => (name === '__str__' ? toStr(self) : repr(self)))
    if (name === '__setattr__') return new Builtin(name, ({ args: [key = null, value = null] }) => {
      if (self instanceof Instance) self.names.set(toStr(key), value)
      return null
    })
    throw raised('AttributeError', `'super' object has no attribute '${name}'`)
  }

  /** A method of a program's own class, by which it says how an operator, a loop, a text is meant. */
  special(value: Value, name: string): Value | undefined {
    if (!(value instanceof Instance) || value.type === undefined) return undefined
    const found = value.names.get(name) ?? value.type.find(name)
    return found === undefined ? undefined : value.names.has(name) ? found : new BoundMethod(value, found)
  }

  *callSpecial(value: Value, name: string, ...args: Value[]): Run<Value | undefined> {
    const method = this.special(value, name)
    return method === undefined ? undefined : yield* this.call(method, { args, named: new Map() })
  }

  // --- texts ---------------------------------------------------------------------------------------

  /** As str() and print() show it. */
  *strOf(value: Value): Run<string> {
    if (value instanceof Instance) {
      const told = yield* this.callSpecial(value, '__str__')
      if (told !== undefined) return toStr(told)
      if (value.type?.isA(exceptions.get('BaseException')!) === true) return toStr(value)
    }
    return typeof value === 'string' ? value : yield* this.reprOf(value)
  }

  /** As it stands in lists and behind !r. */
  *reprOf(value: Value): Run<string> {
    if (value instanceof Instance) {
      const told = yield* this.callSpecial(value, '__repr__')
      return told === undefined ? repr(value) : toStr(told)
    }
    const items = value instanceof List || value instanceof Tuple ? value.items : value instanceof Dict ? [...value.values(), ...value.keys()] : []
    if (!items.some((item) => item instanceof Instance || item instanceof List || item instanceof Tuple || item instanceof Dict)) return repr(value)
    const shown: string[] = []
    if (value instanceof Dict && !value.isSet) {
      for (const [key, one] of value.entries.values()) shown.push(`${yield* this.reprOf(key)}: ${yield* this.reprOf(one)}`)
      return `{${shown.join(', ')}}`
    }
    for (const one of value instanceof Dict ? value.keys() : items) shown.push(yield* this.reprOf(one))
    return value instanceof List ? `[${shown.join(', ')}]` : value instanceof Dict ? `{${shown.join(', ')}}` : `(${shown.join(', ')}${shown.length === 1 ? ',' : ''})`
  }

  // --- iteration -----------------------------------------------------------------------------------

  /** The next item of what a generator's body gives; undefined when it is over. */
  *advance(generator: PythonGenerator, sent: Value = null): Run<Value | undefined> {
    return generator.isDone ? undefined : yield* this.within(generator.activation, this.resumed(generator, sent))
  }

  private *resumed(generator: PythonGenerator, sent: Value): Run<Value | undefined> {
    let step: IteratorResult<unknown, Value>
    try {
      step = generator.body.next(sent as never)
      for (;;) {
        if (step.done === true) break
        if (step.value instanceof Yielded) return step.value.value
        let answer: unknown
        try {
          answer = yield step.value as never
        } catch (error) {
          step = generator.body.throw(error)
          continue
        }
        step = generator.body.next(answer as never)
      }
    } catch (error) {
      generator.isDone = true
      throw error
    }
    generator.isDone = true
    return undefined
  }

  /** What gives one item after the other, whatever it takes; undefined at the end. */
  *iterator(value: Value): Run<() => Run<Value | undefined>> {
    if (value instanceof PythonGenerator) return () => this.advance(value)
    const own = yield* this.callSpecial(value, '__iter__')
    if (own instanceof PythonGenerator) return () => this.advance(own)
    if (own !== undefined && this.special(own, '__next__') !== undefined) return () => this.nextOf(own)
    const items = this.iterate(own ?? value)
    return function* () {
      const next = items.next()
      return next.done === true ? undefined : next.value
    }
  }

  private *nextOf(iterator: Value): Run<Value | undefined> {
    try {
      return yield* this.callSpecial(iterator, '__next__')
    } catch (e) {
      if (e instanceof Raised && e.error.type?.name === 'StopIteration') return undefined
      throw e
    }
  }

  *collect(value: Value): Run<Value[]> {
    const next = yield* this.iterator(value)
    const items: Value[] = []
    for (let item = yield* next(); item !== undefined; item = yield* next()) {
      items.push(item)
      this.process.cpu.charge(1)
    }
    return items
  }

  /** In order: by keys, and by what a class of the program says is less. */
  *sorted(items: readonly Value[], key: Value, reverse: boolean): Run<Value[]> {
    const keyed: { value: Value; of: Value }[] = []
    for (const value of items) keyed.push({ value, of: key === null ? value : yield* this.call(key, { args: [value], named: new Map() }) })
    if (!keyed.some(({ of }) => this.special(of, '__lt__') !== undefined)) keyed.sort((a, b) => order(a.of, b.of) * (reverse ? -1 : 1))
    else
      for (let i = 1; i < keyed.length; i++)
        for (let at = i; at > 0; at--) {
          const [one, before] = reverse ? [keyed[at - 1]!, keyed[at]!] : [keyed[at]!, keyed[at - 1]!]
          if (!truth((yield* this.callSpecial(one.of, '__lt__', before.of)) ?? false)) break
          ;[keyed[at - 1], keyed[at]] = [keyed[at]!, keyed[at - 1]!]
        }
    return keyed.map(({ value }) => value)
  }

  /** Of what needs nothing of the program for it. */
  *iterate(value: Value): Generator<Value, void, undefined> {
    if (typeof value === 'string') yield* value
    else if (value instanceof List) for (let i = 0; i < value.items.length; i++) yield value.items[i]!
    else if (value instanceof Tuple) yield* value.items
    else if (value instanceof Dict) yield* value.keys()
    else if (value instanceof Blob) for (const c of value.text) yield c.charCodeAt(0)
    else if (value instanceof Lazy) for (let next = value.items.next(); next.done !== true; next = value.items.next()) yield next.value
    else if (value instanceof Instance && value.names.has('range')) yield* this.range(value.names.get('range') as Tuple)
    else if (value instanceof Instance && value.names.get('data') instanceof Dict) yield* (value.names.get('data') as Dict).keys()
    else if (value instanceof Class && value.names.get('__members__') instanceof Dict) yield* (value.names.get('__members__') as Dict).values()
    else throw raised('TypeError', `'${typeName(value)}' object is not iterable`)
  }

  private *range({ items }: Tuple): Generator<Value, void, undefined> {
    const [from, to, step] = items.map((i) => numeric(i) ?? 0) as [number, number, number]
    for (let i = from; step > 0 ? i < to : i > to; i += step) yield i
  }

  *runHandlers(): Run<void> {
    for (let next = this.pending.shift(); next !== undefined; next = this.pending.shift()) yield* this.call(next.handler, { ...none, args: [next.signal, null] })
  }
}

/** A method that belongs to nobody, or to the class; a property is left to whoever can wait for it. */
function described(descriptor: Descriptor, owner: Class): Value {
  if (descriptor.kind === 'property') return descriptor
  return descriptor.kind === 'class' ? new BoundMethod(owner, descriptor.inner) : descriptor.inner
}

function dictOf(names: ReadonlyMap<string, Value>): Dict {
  const dict = new Dict()
  for (const [name, value] of names) dict.set(name, value)
  return dict
}

export function isRun(value: unknown): value is Run<Value> {
  return typeof value === 'object' && value !== null && Symbol.iterator in value && 'next' in value
}
