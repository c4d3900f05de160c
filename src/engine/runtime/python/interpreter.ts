import { pay } from '../process/io.ts'
import type { Process, Run } from '../process/process.ts'
import { Jump } from './calls.ts'
import { Evaluator } from './evaluator.ts'
import type { Expression } from './expressions.ts'
import type { Statement } from './parser.ts'
import {
  Builtin,
  Class,
  Descriptor,
  Dict,
  exceptions,
  Func,
  Instance,
  List,
  Raised,
  raised,
  Scope,
  toStr,
  truth,
  Tuple,
  type Value,
} from './values.ts'

export type FindModule = (name: string) => Instance | undefined

/** Walks a program. One for each process. */
export class Interpreter extends Evaluator {
  /** Of the statement that runs now. */
  line = 0
  private readonly findModule: FindModule

  constructor(process: Process, builtins: Scope, findModule: FindModule) {
    super(process, builtins)
    this.findModule = findModule
  }

  // --- statements ----------------------------------------------------------------------------------

  override *run(body: readonly Statement[], scope: Scope): Run<void> {
    for (const s of body) {
      this.line = s.line
      this.process.cpu.charge(2)
      yield* pay(this.process)
      if (this.pending.length > 0) yield* this.runHandlers()
      yield* this.statement(s, scope)
    }
  }

  private *statement(s: Statement, scope: Scope): Run<void> {
    switch (s.type) {
      case 'expression':
        yield* this.evaluate(s.value, scope)
        return
      case 'assign': {
        const value = yield* this.evaluate(s.value, scope)
        for (const target of s.targets) yield* this.assign(target, value, scope)
        return
      }
      case 'augmented': {
        const old = yield* this.evaluate(s.target, scope)
        const value = yield* this.evaluate(s.value, scope)
        if (old instanceof List && s.operator === '+') old.items.push(...(yield* this.collect(value)))
        else {
          const own = old instanceof Instance && s.operator === '+' ? yield* this.callSpecial(old, '__iadd__', value) : undefined
          yield* this.assign(s.target, own ?? (yield* this.operate(s.operator, old, value)), scope)
        }
        return
      }
      case 'if':
        for (const branch of s.branches)
          if (truth(yield* this.evaluate(branch.test, scope))) return yield* this.run(branch.body, scope)
        return yield* this.run(s.else, scope)
      case 'while':
        return yield* this.while(s, scope)
      case 'for':
        return yield* this.for(s, scope)
      case 'def':
        return this.set(s.name, yield* this.makeFunction(s.name, s.parameters, s.body, scope, s.kind), scope)
      case 'annotated':
        return yield* this.annotated(s, scope)
      case 'class':
        return yield* this.class(s, scope)
      case 'decorated':
        return yield* this.decorated(s, scope)
      case 'try':
        return yield* this.try(s, scope)
      case 'with':
        return yield* this.with(s, scope)
      case 'import':
        return this.import(s, scope)
      case 'return':
        throw new Jump('return', s.value === undefined ? null : yield* this.evaluate(s.value, scope))
      case 'raise':
        return yield* this.raise(s.value, scope)
      case 'assert': {
        const [test, message] = s.value?.type === 'tuple' ? s.value.items : [s.value, undefined]
        if (test !== undefined && !truth(yield* this.evaluate(test, scope)))
          throw raised('AssertionError', message === undefined ? '' : toStr(yield* this.evaluate(message, scope)))
        return
      }
      case 'del':
        for (const target of s.targets) yield* this.delete(target, scope)
        return
      case 'global':
        for (const name of s.names) scope.globals.add(name)
        return
      case 'nonlocal':
        for (const name of s.names) scope.outerNames.add(name)
        return
      case 'break':
      case 'continue':
        throw new Jump(s.type)
      case 'pass':
        return
    }
  }

  private *while(s: Extract<Statement, { type: 'while' }>, scope: Scope): Run<void> {
    while (truth(yield* this.evaluate(s.test, scope))) {
      if (!(yield* this.turn(s.body, scope))) return
    }
    yield* this.run(s.else, scope)
  }

  private *for(s: Extract<Statement, { type: 'for' }>, scope: Scope): Run<void> {
    const source = yield* this.evaluate(s.source, scope)
    const next = yield* this.iterator(yield* this.linesOf(source))
    for (let item = yield* next(); item !== undefined; item = yield* next()) {
      yield* this.assign(s.target, item, scope)
      if (!(yield* this.turn(s.body, scope))) return
    }
    yield* this.run(s.else, scope)
  }

  /** A file is gone through by its lines. */
  private *linesOf(source: Value): Run<Value> {
    const lines = source instanceof Instance ? source.names.get('readlines') : undefined
    return lines === undefined ? source : yield* this.call(lines, { args: [], named: new Map() })
  }

  /** One turn of a loop; false after `break`. */
  private *turn(body: readonly Statement[], scope: Scope): Run<boolean> {
    this.process.cpu.charge(1)
    yield* pay(this.process)
    try {
      yield* this.run(body, scope)
    } catch (e) {
      if (!(e instanceof Jump) || e.kind === 'return') throw e
      return e.kind === 'continue'
    }
    return true
  }

  private *class(s: Extract<Statement, { type: 'class' }>, scope: Scope): Run<void> {
    const bases: Class[] = []
    for (const base of s.bases) {
      const value = yield* this.evaluate(base, scope)
      if (value instanceof Class) bases.push(value)
    }
    const inner = new Scope(scope)
    inner.isClass = true
    yield* this.run(s.body, inner)
    const made = new Class(s.name, bases, inner.names)
    for (const value of inner.names.values()) {
      const f = value instanceof Descriptor ? value.inner : value
      if (f instanceof Func) f.owner ??= made
    }
    const finish = made.find('__made__')
    if (finish instanceof Builtin) yield* this.call(finish, { args: [made], named: new Map() })
    this.set(s.name, made, scope)
  }

  /** Without a value it says nothing at run time, but of a field of a class that there is one. */
  private *annotated(s: Extract<Statement, { type: 'annotated' }>, scope: Scope): Run<void> {
    if (scope.isClass && s.target.type === 'name') {
      const fields = scope.names.get('__annotations__') ?? new Dict()
      scope.names.set('__annotations__', fields)
      ;(fields as Dict).set(s.target.name, null)
    }
    if (s.value !== undefined) yield* this.assign(s.target, yield* this.evaluate(s.value, scope), scope)
  }

  /** The decorators are found from above, and called from below. */
  private *decorated(s: Extract<Statement, { type: 'decorated' }>, scope: Scope): Run<void> {
    const decorators: Value[] = []
    for (const decorator of s.decorators) decorators.push(yield* this.evaluate(decorator, scope))
    yield* this.statement(s.target, scope)
    let value = scope.names.get(s.name) ?? this.globals.names.get(s.name) ?? null
    for (const decorator of decorators.toReversed()) value = yield* this.call(decorator, { args: [value], named: new Map() })
    this.set(s.name, value, scope)
  }

  private *try(s: Extract<Statement, { type: 'try' }>, scope: Scope): Run<void> {
    try {
      yield* this.run(s.body, scope)
      yield* this.run(s.else, scope)
    } catch (e) {
      if (!(e instanceof Raised)) throw e
      if (!(yield* this.handle(s, e, scope))) throw e
    } finally {
      yield* this.run(s.finally, scope)
    }
  }

  private *handle(s: Extract<Statement, { type: 'try' }>, e: Raised, scope: Scope): Run<boolean> {
    for (const handler of s.handlers) {
      const types =
        handler.types === undefined ? exceptions.get('BaseException')! : yield* this.evaluate(handler.types, scope)
      const wanted = types instanceof Tuple ? types.items : [types]
      if (!wanted.some((t) => t instanceof Class && e.error.type?.isA(t) === true)) continue
      if (handler.name !== undefined) this.set(handler.name, e.error, scope)
      this.handling.push(e)
      try {
        yield* this.run(handler.body, scope)
      } finally {
        this.handling.pop()
      }
      return true
    }
    return false
  }

  private *with(s: Extract<Statement, { type: 'with' }>, scope: Scope): Run<void> {
    const value = yield* this.evaluate(s.value, scope)
    const has = (name: string): boolean => value instanceof Instance && (value.names.has(name) || value.type?.find(name) !== undefined)
    if (has('__aenter__')) {
      const inside = yield* this.awaited((yield* this.callSpecial(value, '__aenter__')) ?? null)
      if (s.name !== undefined) yield* this.assign(s.name, inside, scope)
      try {
        return yield* this.run(s.body, scope)
      } finally {
        yield* this.awaited((yield* this.callSpecial(value, '__aexit__', null, null, null)) ?? null)
      }
    }
    const entered = has('__enter__') ? yield* this.call(this.attribute(value, '__enter__'), { args: [], named: new Map() }) : value
    if (s.name !== undefined) yield* this.assign(s.name, entered, scope)
    const leave = function* (x: Interpreter, e: Raised | undefined): Run<Value> {
      if (has('__exit__')) return yield* x.call(x.attribute(value, '__exit__'), { args: e === undefined ? [null, null, null] : [e.error.type ?? null, e.error, null], named: new Map() })
      if (has('close')) yield* x.call(x.attribute(value, 'close'), { args: [], named: new Map() })
      return null
    }
    try {
      yield* this.run(s.body, scope)
    } catch (e) {
      const isHandled = truth(yield* leave(this, e instanceof Raised ? e : undefined))
      if (!(e instanceof Raised) || !isHandled) throw e
      return
    }
    yield* leave(this, undefined)
  }

  private import(s: Extract<Statement, { type: 'import' }>, scope: Scope): void {
    const module = this.findModule(s.members === undefined && s.name === s.module.split('.')[0] ? s.name : s.module)
    if (module === undefined) throw raised('ModuleNotFoundError', `No module named '${s.module.split('.')[0]}'`)
    if (s.members === undefined) return this.set(s.name, module, scope)
    for (const { name, as } of s.members) {
      if (name === '*') {
        for (const [each, one] of module.names) if (!each.startsWith('_')) this.set(each, one, scope)
        continue
      }
      const value = module.names.get(name) ?? this.findModule(`${s.module}.${name}`)
      if (value === undefined) throw raised('ImportError', `cannot import name '${name}' from '${s.module}'`)
      this.set(as, value, scope)
    }
  }

  private *raise(value: Expression | undefined, scope: Scope): Run<never> {
    const what = value === undefined ? null : yield* this.evaluate(value, scope)
    if (what instanceof Class) {
      const made = yield* this.call(what, { args: [], named: new Map() })
      throw new Raised(made instanceof Instance ? made : new Instance(what))
    }
    if (what instanceof Instance) throw new Raised(what)
    throw this.handling.at(-1) ?? raised('RuntimeError', 'No active exception to reraise')
  }

  private *delete(target: Expression, scope: Scope): Run<void> {
    if (target.type === 'name') {
      if (!scope.names.delete(target.name)) throw raised('NameError', `name '${target.name}' is not defined`)
    } else if (target.type === 'index') {
      const object = yield* this.evaluate(target.object, scope)
      const index = yield* this.evaluate(target.index, scope)
      if (object instanceof Dict && !object.delete(index)) throw raised('KeyError', toStr(index))
      if (object instanceof List) object.items.splice(this.position(object.items.length, index, 'list assignment'), 1)
    } else if (target.type === 'attribute') {
      const object = yield* this.evaluate(target.object, scope)
      if (object instanceof Instance && !object.names.delete(target.name)) throw raised('AttributeError', target.name)
    }
  }
}
