import { dirname, normalize } from '../filesystem/path.ts'
import { pay } from '../process/io.ts'
import type { Process, Run } from '../process/process.ts'
import { Jump } from './calls.ts'
import { Evaluator } from './evaluator.ts'
import type { Expression } from './expressions.ts'
import { parsePython, type Statement } from './parser.ts'
import { fits } from './patterns.ts'
import { PythonSyntaxError } from './tokens.ts'
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
  private readonly findModule: FindModule
  /** Those of the program's own that have run. */
  private readonly modules = new Map<string, Instance>()

  constructor(process: Process, builtins: Scope, findModule: FindModule) {
    super(process, builtins)
    this.findModule = findModule
  }

  // --- statements ----------------------------------------------------------------------------------

  override *run(body: readonly Statement[], scope: Scope): Run<void> {
    for (const s of body) {
      this.line = s.line
      this.spot = undefined
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
          this.spot = undefined
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
        return yield* this.import(s, scope)
      case 'return':
        throw new Jump('return', s.value === undefined ? null : yield* this.evaluate(s.value, scope))
      case 'raise':
        return yield* this.raise(s, scope)
      case 'match':
        return yield* this.match(s, scope)
      case 'assert':
        return yield* this.assert(s.value, scope)
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
    for (;;) {
      this.line = s.line
      this.spot = s.source.span
      const item = yield* next()
      if (item === undefined) break
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
      const { line, spot } = this
      if (yield* this.handle(s, e, scope)) return
      this.line = line
      this.spot = spot
      throw e
    } finally {
      if (s.finally.length > 0) yield* this.aside(this.run(s.finally, scope))
    }
  }

  /** What is done on the way out leaves the place of the fault as it was. */
  private *aside(done: Run<void>): Run<void> {
    const { line, spot } = this
    yield* done
    this.line = line
    this.spot = spot
  }

  private *handle(s: Extract<Statement, { type: 'try' }>, e: Raised, scope: Scope): Run<boolean> {
    const { line, spot } = this
    for (const handler of s.handlers) {
      const types =
        handler.types === undefined ? exceptions.get('BaseException')! : yield* this.evaluate(handler.types, scope)
      const wanted = types instanceof Tuple ? types.items : [types]
      if (!wanted.some((t) => t instanceof Class && e.error.type?.isA(t) === true)) continue
      if (handler.name !== undefined) this.set(handler.name, e.error, scope)
      this.line = line
      this.spot = spot
      this.passes(e)
      e.caughtIn = this.activation
      this.handling.push(e)
      try {
        yield* this.run(handler.body, scope)
      } catch (another) {
        if (another instanceof Raised && another !== e) follows(another, e)
        throw another
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

  private *import(s: Extract<Statement, { type: 'import' }>, scope: Scope): Run<void> {
    const [first = ''] = s.module.split('.')
    const bindsFirst = s.members === undefined && s.name === first
    const module = this.findModule(bindsFirst ? s.name : s.module) ?? (yield* this.own(s.module))
    if (module === undefined) throw raised('ModuleNotFoundError', `No module named '${first}'`)
    if (s.members === undefined) return this.set(s.name, bindsFirst && first !== s.module && this.modules.has(s.module) ? packageOf(s.module, module) : module, scope)
    for (const { name, as } of s.members) {
      if (name === '*') {
        for (const [each, one] of module.names) if (!each.startsWith('_')) this.set(each, one, scope)
        continue
      }
      const value = module.names.get(name) ?? this.findModule(`${s.module}.${name}`) ?? (yield* this.own(`${s.module}.${name}`))
      if (value === undefined) throw raised('ImportError', `cannot import name '${name}' from '${s.module}'`)
      this.set(as, value, scope)
    }
  }

  /** A module of the program's own: a file beside it, or where PYTHONPATH says. It runs when it is first wanted. */
  private *own(name: string): Run<Instance | undefined> {
    const known = this.modules.get(name)
    if (known !== undefined) return known
    const { files } = this.process.machine
    const file = this.globals.program?.file ?? '<string>'
    const places = [file.startsWith('<') ? this.process.cwd : dirname(normalize(file, this.process.cwd)), ...(this.process.env.get('PYTHONPATH') ?? '').split(':').filter((one) => one !== '')]
    for (const path of places.flatMap((place) => ['.py', '/__init__.py'].map((end) => `${place === '/' ? '' : place}/${name.replaceAll('.', '/')}${end}`))) {
      const source = files.readText(path, this.process.access)
      if (source === undefined) continue
      const scope = new Scope(this.globals.outer)
      scope.program = { file: path, source }
      scope.names.set('__name__', name)
      scope.names.set('__file__', path)
      const module = new Instance(undefined, scope.names)
      this.modules.set(name, module)
      yield* this.within({ name: '<module>', scope }, this.run(parsed(source), scope))
      return module
    }
    return undefined
  }

  private *raise(s: Extract<Statement, { type: 'raise' }>, scope: Scope): Run<never> {
    if (s.value === undefined) throw this.handling.at(-1) ?? raised('RuntimeError', 'No active exception to reraise')
    const what = yield* this.evaluate(s.value, scope)
    const made = what instanceof Class ? yield* this.call(what, { args: [], named: new Map() }) : what
    const error = new Raised(made instanceof Instance ? made : new Instance(what instanceof Class ? what : exceptions.get('TypeError')))
    const before = this.handling.findLast((one) => one.error === made)
    if (before !== undefined) error.frames.push(...before.frames)
    const from = s.from === undefined ? undefined : yield* this.evaluate(s.from, scope)
    if (from !== undefined) error.cause = from === null ? null : (this.handling.findLast((one) => one.error === from) ?? (from instanceof Instance ? new Raised(from) : undefined))
    this.spot = undefined
    throw error
  }

  private *assert(value: Expression | undefined, scope: Scope): Run<void> {
    const [test, message] = value?.type === 'tuple' ? value.items : [value, undefined]
    if (test === undefined || truth(yield* this.evaluate(test, scope))) return
    const error = raised('AssertionError', message === undefined ? '' : toStr(yield* this.evaluate(message, scope)))
    this.spot = test.span
    throw error
  }

  private *match(s: Extract<Statement, { type: 'match' }>, scope: Scope): Run<void> {
    const subject = yield* this.evaluate(s.subject, scope)
    for (const { pattern, guard, body } of s.cases)
      if ((yield* fits(this, pattern, subject, scope)) && (guard === undefined || truth(yield* this.evaluate(guard, scope)))) return yield* this.run(body, scope)
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

/** One exception came while another was handled. */
function follows(another: Raised, e: Raised): void {
  let last = another
  while (last !== e && last.context !== undefined) last = last.context
  if (last !== e && e.context !== another) last.context = e
}

/** `import a.b` gives `a`, which has `b`. */
function packageOf(name: string, module: Instance): Instance {
  return name.split('.').slice(1).reduceRight((inner, part) => new Instance(undefined, new Map<string, Value>([[part, inner]])), module)
}

function parsed(source: string): Statement[] {
  try {
    return parsePython(source)
  } catch (e) {
    throw e instanceof PythonSyntaxError ? raised('SyntaxError', e.message) : e
  }
}
