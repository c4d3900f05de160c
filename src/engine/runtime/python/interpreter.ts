import { pay } from '../process/io.ts'
import type { Process, Run } from '../process/process.ts'
import { Evaluator, Jump } from './evaluator.ts'
import type { Expression } from './expressions.ts'
import { binary } from './operators.ts'
import type { Statement } from './parser.ts'
import {
  Class,
  Dict,
  exceptions,
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
        if (old instanceof List && s.operator === '+') old.items.push(...this.iterate(value))
        else yield* this.assign(s.target, binary(s.operator, old, value, this.allocate), scope)
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
        return this.set(s.name, yield* this.makeFunction(s.name, s.parameters, s.body, scope), scope)
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
    for (const item of this.iterate(yield* this.linesOf(source))) {
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
    yield* this.run(s.body, inner)
    this.set(s.name, new Class(s.name, bases, inner.names), scope)
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
      yield* this.run(handler.body, scope)
      return true
    }
    return false
  }

  private *with(s: Extract<Statement, { type: 'with' }>, scope: Scope): Run<void> {
    const value = yield* this.evaluate(s.value, scope)
    const has = (name: string): boolean => value instanceof Instance && (value.names.has(name) || value.type?.find(name) !== undefined)
    const entered = has('__enter__') ? yield* this.call(this.attribute(value, '__enter__'), { args: [], named: new Map() }) : value
    if (s.name !== undefined) yield* this.assign(s.name, entered, scope)
    try {
      yield* this.run(s.body, scope)
    } finally {
      if (has('__exit__')) yield* this.call(this.attribute(value, '__exit__'), { args: [null, null, null], named: new Map() })
      else if (has('close')) yield* this.call(this.attribute(value, 'close'), { args: [], named: new Map() })
    }
  }

  private import(s: Extract<Statement, { type: 'import' }>, scope: Scope): void {
    const module = this.findModule(s.members === undefined && s.name === s.module.split('.')[0] ? s.name : s.module)
    if (module === undefined) throw raised('ModuleNotFoundError', `No module named '${s.module.split('.')[0]}'`)
    if (s.members === undefined) return this.set(s.name, module, scope)
    for (const { name, as } of s.members) {
      const value = module.names.get(name) ?? this.findModule(`${s.module}.${name}`)
      if (value === undefined) throw raised('ImportError', `cannot import name '${name}' from '${s.module}'`)
      this.set(as, value, scope)
    }
  }

  private *raise(value: Expression | undefined, scope: Scope): Run<never> {
    const what = value === undefined ? null : yield* this.evaluate(value, scope)
    if (what instanceof Class) throw new Raised(new Instance(what, new Map<string, Value>([['args', new Tuple([])]])))
    if (what instanceof Instance) throw new Raised(what)
    throw raised('RuntimeError', 'No active exception to reraise')
  }

  private *delete(target: Expression, scope: Scope): Run<void> {
    if (target.type === 'name') {
      if (!scope.names.delete(target.name)) throw raised('NameError', `name '${target.name}' is not defined`)
    } else if (target.type === 'index') {
      const object = yield* this.evaluate(target.object, scope)
      const index = yield* this.evaluate(target.index, scope)
      if (object instanceof Dict && !object.delete(index)) throw raised('KeyError', toStr(index))
      if (object instanceof List) object.items.splice(this.position(object.items.length, index, 'list assignment'), 1)
    }
  }
}
