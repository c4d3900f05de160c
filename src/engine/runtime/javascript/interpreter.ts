import type { Process, Run } from '../process/process.ts'
import { memberOf } from './members.ts'
import { binary, decides, iterated, keysOf, store, typeOf } from './operators.ts'
import { afterBody, type Ended, Scope } from './scope.ts'
import type { Bound, ClassNode, Expression, FunctionNode, Pattern, Statement } from './syntax.ts'
import { fail, JsArray, JsFunction, JsObject, regExpOf, Thrown, toNumber, toText, truthy, type Value } from './values.ts'

/** Of a chain: there is no more of it. */
const skipped = Symbol('skipped')

const NODE_US = 0.3
const deepest = 150

/** Those that are neither a literal, nor a name, nor a chain. */
type Operation = Extract<Expression, { type: 'unary' | 'update' | 'binary' | 'logical' | 'assign' | 'conditional' | 'new' | 'sequence' | 'await' | 'spread' }>

/** Runs a program statement by statement; whatever it calls may wait. */
export class Interpreter {
  readonly global = new Scope()
  private readonly p: Process
  private depth = 0
  /** Lets others go on until a promise is settled. */
  settle: (promise: JsObject) => Run<Value> = function* (promise) {
    return promise
  }
  promised: (value: Value, isRejected: boolean) => Value = (value) => value

  constructor(p: Process) {
    this.p = p
  }

  *run(body: readonly Statement[]): Run<Value> {
    let last: Value
    this.hoist(body, this.global)
    for (const statement of body) {
      if (statement.type === 'expression') last = yield* this.evaluate(statement.of, this.global)
      else yield* this.execute(statement, this.global)
    }
    return last
  }

  *call(f: Value, self: Value, args: Value[], text = 'it'): Run<Value> {
    if (!(f instanceof JsFunction)) throw fail('TypeError', `${text} is not a function`)
    if (++this.depth > deepest) {
      this.depth = 0
      throw fail('RangeError', 'Maximum call stack size exceeded')
    }
    const value = yield* f.run(self, args)
    this.depth--
    return value
  }

  // --- statements ---------------------------------------------------------------------------------

  /** Functions are there before their block is. */
  private hoist(body: readonly Statement[], scope: Scope): void {
    for (const statement of body) if (statement.type === 'functionDeclaration') scope.set(statement.of.name, this.closure(statement.of, scope))
  }

  private *block(body: readonly Statement[], scope: Scope): Run<Ended> {
    this.hoist(body, scope)
    for (const statement of body) {
      const ended = yield* this.execute(statement, scope)
      if (ended !== undefined) return ended
    }
    return undefined
  }

  *execute(s: Statement, scope: Scope): Run<Ended> {
    this.p.cpu.charge(NODE_US)
    if (this.p.cpu.exhausted) yield { wait: 'cpu' }
    switch (s.type) {
      case 'expression':
        yield* this.evaluate(s.of, scope)
        return undefined
      case 'declare':
        for (const bound of s.bounds) {
          const value = bound.otherwise === undefined ? undefined : yield* this.evaluate(bound.otherwise, scope)
          yield* this.bind(bound.pattern, value, scope, s.kind)
        }
        return undefined
      case 'classDeclaration':
        scope.set(s.of.name, yield* this.classOf(s.of, scope))
        return undefined
      case 'block':
        return yield* this.block(s.body, new Scope(scope))
      case 'if':
        if (truthy(yield* this.evaluate(s.test, scope))) return yield* this.execute(s.then, new Scope(scope))
        return s.otherwise === undefined ? undefined : yield* this.execute(s.otherwise, new Scope(scope))
      case 'for':
      case 'while':
        return yield* this.loop(s, scope)
      case 'forOf':
        return yield* this.forOf(s, scope)
      case 'switch':
        return yield* this.choose(s, scope)
      case 'return':
        return { how: 'return', value: s.of === undefined ? undefined : yield* this.evaluate(s.of, scope) }
      case 'break':
      case 'continue':
        return { how: s.type, label: s.label }
      case 'throw':
        throw new Thrown(yield* this.evaluate(s.of, scope))
      case 'try':
        return yield* this.attempt(s, scope)
      case 'import':
        return yield* this.importInto(s, scope)
      case 'functionDeclaration':
      case 'empty':
        return undefined
    }
  }

  private *importInto(s: Extract<Statement, { type: 'import' }>, scope: Scope): Run<undefined> {
    const module = yield* this.call(scope.find('require')?.value, undefined, [s.module], 'require')
    for (const { from, to } of s.bounds) scope.set(to, from === undefined || from === 'default' ? module : yield* this.member(module, from))
    return undefined
  }

  private *loop(s: Extract<Statement, { type: 'for' | 'while' }>, scope: Scope): Run<Ended> {
    let inner = new Scope(scope)
    if (s.type === 'for' && s.init !== undefined) yield* this.execute(s.init, inner)
    for (let first = true; ; first = false) {
      const checked = !(first && s.type === 'while' && s.isDo)
      if (checked && s.test !== undefined && !truthy(yield* this.evaluate(s.test, inner))) return undefined
      const after = afterBody(yield* this.execute(s.body, new Scope(inner)), s.label)
      if (after === 'out') return undefined
      if (after !== 'on') return after
      // Each turn has variables of its own, which what was made in it keeps.
      const next = new Scope(scope)
      for (const [name, variable] of inner.names) next.names.set(name, { ...variable })
      inner = next
      if (s.type === 'for' && s.update !== undefined) yield* this.evaluate(s.update, inner)
    }
  }

  private *forOf(s: Extract<Statement, { type: 'forOf' }>, scope: Scope): Run<Ended> {
    const of = yield* this.evaluate(s.of, scope)
    const items = s.keys ? keysOf(of) : iterated(of)
    for (const item of items) {
      const inner = new Scope(scope)
      yield* this.bind(s.pattern, item, inner, s.kind ?? 'assign')
      const after = afterBody(yield* this.execute(s.body, inner), s.label)
      if (after === 'out') return undefined
      if (after !== 'on') return after
    }
    return undefined
  }

  private *choose(s: Extract<Statement, { type: 'switch' }>, scope: Scope): Run<Ended> {
    const value = yield* this.evaluate(s.of, scope)
    const inner = new Scope(scope)
    let at = -1
    for (const [i, { test }] of s.cases.entries()) {
      if (test === undefined || (yield* this.evaluate(test, inner)) !== value) continue
      at = i
      break
    }
    if (at < 0) at = s.cases.findIndex(({ test }) => test === undefined)
    for (const { body } of at < 0 ? [] : s.cases.slice(at)) {
      const ended = yield* this.block(body, inner)
      if (ended?.how === 'break' && ended.label === undefined) return undefined
      if (ended !== undefined) return ended
    }
    return undefined
  }

  private *attempt(s: Extract<Statement, { type: 'try' }>, scope: Scope): Run<Ended> {
    let ended: Ended
    const { depth } = this
    try {
      ended = yield* this.block(s.body, new Scope(scope))
    } catch (e) {
      if (!(e instanceof Thrown) || s.handler === undefined) {
        if (s.finalizer !== undefined && e instanceof Thrown) yield* this.block(s.finalizer, new Scope(scope))
        throw e
      }
      this.depth = depth
      const inner = new Scope(scope)
      if (s.parameter !== undefined) yield* this.bind(s.parameter, e.value, inner, 'let')
      ended = yield* this.block(s.handler, inner)
    }
    const last = s.finalizer === undefined ? undefined : yield* this.block(s.finalizer, new Scope(scope))
    return last ?? ended
  }

  // --- names --------------------------------------------------------------------------------------

  *bind(to: Pattern, value: Value, scope: Scope, kind: 'var' | 'let' | 'const' | 'assign'): Run<void> {
    if (to.type === 'name') {
      if (kind !== 'assign') return scope.set(to.name, value, kind === 'const')
      const found = scope.find(to.name)
      if (found?.isConst === true) throw fail('TypeError', 'Assignment to constant variable.')
      if (found === undefined) this.global.set(to.name, value)
      else found.value = value
    } else if (to.type === 'member') {
      const object = yield* this.evaluate(to.object, scope)
      store(object, yield* this.evaluate(to.key, scope), value)
    } else if (to.type === 'arrayPattern') {
      const items = iterated(value)
      for (const [i, bound] of to.items.entries()) if (bound !== undefined) yield* this.bindBound(bound, items[i], scope, kind)
      if (to.rest !== undefined) yield* this.bind(to.rest, new JsArray(items.slice(to.items.length)), scope, kind)
    } else yield* this.bindFields(to, value, scope, kind)
  }

  private *bindFields(to: Extract<Pattern, { type: 'objectPattern' }>, value: Value, scope: Scope, kind: 'var' | 'let' | 'const' | 'assign'): Run<void> {
    if (value === undefined || value === null) throw fail('TypeError', `Cannot destructure '${String(value)}' as it is ${String(value)}.`)
    const taken: string[] = []
    for (const { key, bound } of to.fields) {
      const name = toText(yield* this.evaluate(key, scope))
      taken.push(name)
      yield* this.bindBound(bound, yield* this.member(value, name), scope, kind)
    }
    if (to.rest === undefined) return
    const rest = new JsObject()
    if (value instanceof JsObject) for (const [name, one] of value.fields) if (!taken.includes(name)) rest.fields.set(name, one)
    yield* this.bind(to.rest, rest, scope, kind)
  }

  private *bindBound({ pattern, otherwise }: Bound, value: Value, scope: Scope, kind: 'var' | 'let' | 'const' | 'assign'): Run<void> {
    yield* this.bind(pattern, value === undefined && otherwise !== undefined ? yield* this.evaluate(otherwise, scope) : value, scope, kind)
  }

  // --- functions and classes ----------------------------------------------------------------------

  closure(node: FunctionNode, scope: Scope, parent?: JsFunction): JsFunction {
    const invoke = (self: Value, args: Value[], fields?: (made: JsObject) => Run<void>) => this.invoke(node, scope, { self, args, parent, fields })
    const f = new JsFunction(node.name, (self, args) => invoke(self, args))
    f.arity = node.parameters.length
    if (node.isArrow) return f
    const proto = new JsObject()
    proto.fields.set('constructor', f)
    f.fields.set('prototype', proto)
    f.construct = function* (args, made = new JsObject('Object', undefined, proto)) {
      const value = yield* invoke(made, args)
      return value instanceof JsObject ? value : made
    }
    return f
  }

  private *invoke(node: FunctionNode, scope: Scope, o: { self: Value; args: Value[]; parent: JsFunction | undefined; fields: ((made: JsObject) => Run<void>) | undefined }): Run<Value> {
    const inner = new Scope(scope, node.isArrow ? undefined : { value: o.self, parent: o.parent, fields: o.fields })
    if (!node.isArrow) inner.set('arguments', new JsArray(o.args))
    const body = this.body(node, inner, o.args)
    if (!node.isAsync) return yield* body
    try {
      return this.promised(yield* body, false)
    } catch (e) {
      if (e instanceof Thrown) return this.promised(e.value, true)
      throw e
    }
  }

  private *body(node: FunctionNode, inner: Scope, args: Value[]): Run<Value> {
    for (const [i, bound] of node.parameters.entries()) yield* this.bindBound(bound, args[i], inner, 'let')
    if (node.rest !== undefined) yield* this.bind(node.rest, new JsArray(args.slice(node.parameters.length)), inner, 'let')
    const ended = yield* this.block(node.body, inner)
    return ended?.how === 'return' ? ended.value : undefined
  }

  private *classOf(node: ClassNode, scope: Scope): Run<JsFunction> {
    const parent = node.parent === undefined ? undefined : yield* this.evaluate(node.parent, scope)
    const proto = new JsObject('Object', undefined, parent instanceof JsFunction ? (parent.fields.get('prototype') as JsObject | undefined) : undefined)
    const own = parent instanceof JsFunction ? parent : undefined
    const refuse = node.name
    const made = new JsFunction(node.name, function* () {
      throw fail('TypeError', `Class constructor ${refuse} cannot be invoked without 'new'`)
    })
    const inner = new Scope(scope)
    inner.set(node.name, made)
    const fieldsInto = (object: JsObject) => this.fieldsInto(node, object, inner)
    const constructorNode = node.members.find(({ key, kind }) => kind === 'method' && key.type === 'value' && key.value === 'constructor')?.value
    const invoke = (self: JsObject, args: Value[]) => this.invoke(constructorNode as FunctionNode, inner, { self, args, parent: own, fields: fieldsInto })
    made.construct = function* (args, object = new JsObject(own?.fields.get('className') === 'Error' ? 'Error' : 'Object', undefined, proto)) {
      if (own === undefined) yield* fieldsInto(object)
      if (constructorNode !== undefined) yield* invoke(object, args)
      else if (own?.construct !== undefined) {
        yield* own.construct(args, object)
        yield* fieldsInto(object)
      }
      return object
    }
    if (own?.fields.get('className') === 'Error') made.fields.set('className', 'Error')
    made.fields.set('prototype', proto)
    proto.fields.set('constructor', made)
    for (const member of node.members) {
      if (member.kind === 'field' && !member.isStatic) continue
      const name = toText(yield* this.evaluate(member.key, inner))
      if (name === 'constructor') continue
      const value = member.value?.type === 'function' ? this.closure(member.value, inner, own) : member.value === undefined ? undefined : yield* this.evaluate(member.value, inner)
      const to = member.isStatic ? made.fields : proto.fields
      to.set(member.kind === 'get' ? `get ${name}` : member.kind === 'set' ? `set ${name}` : name, value)
    }
    return made
  }

  private *fieldsInto(node: ClassNode, object: JsObject, scope: Scope): Run<void> {
    const inner = new Scope(scope, { value: object })
    for (const { key, value, kind, isStatic } of node.members) {
      if (kind !== 'field' || isStatic) continue
      object.fields.set(toText(yield* this.evaluate(key, inner)), value === undefined ? undefined : yield* this.evaluate(value, inner))
    }
  }

  // --- expressions --------------------------------------------------------------------------------

  *member(object: Value, key: Value): Run<Value> {
    const name = typeof key === 'number' ? key : toText(key)
    if (object === undefined || object === null) throw fail('TypeError', `Cannot read properties of ${String(object)} (reading '${name}')`)
    if (object instanceof JsObject) {
      for (let at: JsObject | undefined = object; at !== undefined; at = at.proto) {
        if (at.fields.has(String(name))) return at.fields.get(String(name))
        const getter = at.fields.get(`get ${name}`)
        if (getter !== undefined) return yield* this.call(getter, object, [])
      }
      if (object.dynamic !== undefined) return object.dynamic(String(name))
    } else if (object instanceof JsFunction && object.fields.has(String(name))) return object.fields.get(String(name))
    return memberOf(this, object, name)
  }

  *evaluate(e: Expression, scope: Scope): Run<Value> {
    this.p.cpu.charge(NODE_US)
    switch (e.type) {
      case 'value':
        return e.value
      case 'name': {
        const found = scope.find(e.name)
        if (found !== undefined) return found.value
        if (e.name === 'undefined') return undefined
        throw fail('ReferenceError', `${e.name} is not defined`)
      }
      case 'this':
        return scope.owner?.value
      case 'super':
        return scope.owner?.parent?.fields.get('prototype')
      case 'regex':
        return new JsObject('RegExp', regExpOf(e.pattern, e.flags))
      case 'template':
        return yield* this.template(e, scope)
      case 'array':
        return new JsArray(yield* this.list(e.items, scope))
      case 'object':
        return yield* this.object(e, scope)
      case 'function': {
        if (!e.knowsItself) return this.closure(e, scope)
        const inner = new Scope(scope)
        const f = this.closure(e, inner)
        inner.set(e.name, f)
        return f
      }
      case 'class':
        return yield* this.classOf(e, scope)
      case 'member':
      case 'call': {
        const value = yield* this.link(e, scope)
        return value === skipped ? undefined : value
      }
      default:
        return yield* this.operation(e, scope)
    }
  }

  /** An expression that makes a value of others. */
  private *operation(e: Operation, scope: Scope): Run<Value> {
    switch (e.type) {
      case 'unary':
        return yield* this.unary(e, scope)
      case 'update': {
        const before = toNumber(yield* this.evaluate(e.target as Expression, scope))
        const after = before + (e.op === '++' ? 1 : -1)
        yield* this.bind(e.target, after, scope, 'assign')
        return e.isPrefix ? after : before
      }
      case 'binary':
        return binary(e.op, yield* this.evaluate(e.left, scope), yield* this.evaluate(e.right, scope))
      case 'logical': {
        const left = yield* this.evaluate(e.left, scope)
        return decides(e.op, left) ? left : yield* this.evaluate(e.right, scope)
      }
      case 'assign':
        return yield* this.assign(e, scope)
      case 'conditional':
        return truthy(yield* this.evaluate(e.test, scope)) ? yield* this.evaluate(e.then, scope) : yield* this.evaluate(e.otherwise, scope)
      case 'new': {
        const made = yield* this.evaluate(e.callee, scope)
        if (!(made instanceof JsFunction) || made.construct === undefined) throw fail('TypeError', `${e.text} is not a constructor`)
        return yield* made.construct(yield* this.list(e.args, scope))
      }
      case 'sequence': {
        let last: Value
        for (const item of e.items) last = yield* this.evaluate(item, scope)
        return last
      }
      case 'await': {
        const value = yield* this.evaluate(e.of, scope)
        return value instanceof JsObject && value.className === 'Promise' ? yield* this.settle(value) : value
      }
      case 'spread':
        throw fail('SyntaxError', "Unexpected token '...'")
    }
  }

  private *template(e: Extract<Expression, { type: 'template' }>, scope: Scope): Run<Value> {
    const values: Value[] = []
    for (const part of e.parts) values.push(yield* this.evaluate(part, scope))
    if (e.tag !== undefined) return yield* this.call(yield* this.evaluate(e.tag, scope), undefined, [new JsArray([...e.strings]), ...values], 'tag')
    return e.strings.map((text, i) => text + (i < values.length ? toText(values[i]) : '')).join('')
  }

  *list(items: readonly Expression[], scope: Scope): Run<Value[]> {
    const values: Value[] = []
    for (const item of items) {
      if (item.type === 'spread') values.push(...iterated(yield* this.evaluate(item.of, scope)))
      else values.push(yield* this.evaluate(item, scope))
    }
    return values
  }

  private *object(e: Extract<Expression, { type: 'object' }>, scope: Scope): Run<JsObject> {
    const made = new JsObject()
    for (const part of e.parts) {
      const value = yield* this.evaluate(part.value, scope)
      if (part.kind !== 'spread') made.fields.set(`${part.kind === 'field' ? '' : `${part.kind} `}${toText(yield* this.evaluate(part.key, scope))}`, value)
      else if (value instanceof JsObject) for (const [name, one] of value.fields) made.fields.set(name, one)
    }
    return made
  }

  private *unary(e: Extract<Expression, { type: 'unary' }>, scope: Scope): Run<Value> {
    if (e.op === 'typeof' && e.of.type === 'name' && scope.find(e.of.name) === undefined) return 'undefined'
    if (e.op === 'delete') {
      if (e.of.type !== 'member') return true
      const object = yield* this.evaluate(e.of.object, scope)
      const key = toText(yield* this.evaluate(e.of.key, scope))
      return object instanceof JsObject && object.fields.delete(key)
    }
    const value = yield* this.evaluate(e.of, scope)
    switch (e.op) {
      case '!':
        return !truthy(value)
      case '-':
        return -toNumber(value)
      case '+':
        return toNumber(value)
      case '~':
        return ~toNumber(value)
      case 'typeof':
        return typeOf(value)
      default:
        return undefined
    }
  }

  private *assign(e: Extract<Expression, { type: 'assign' }>, scope: Scope): Run<Value> {
    const op = e.op.slice(0, -1)
    let value: Value
    if (op === '') value = yield* this.evaluate(e.value, scope)
    else {
      const before = yield* this.evaluate(e.target as Expression, scope)
      if (['&&', '||', '??'].includes(op)) {
        if (decides(op, before)) return before
        value = yield* this.evaluate(e.value, scope)
      } else value = binary(op, before, yield* this.evaluate(e.value, scope))
    }
    yield* this.bind(e.target, value, scope, 'assign')
    return value
  }

  /** A link of a chain; behind a ?. that found nothing, all the rest is skipped. */
  private *link(e: Expression, scope: Scope): Run<Value | typeof skipped> {
    if (e.type === 'call') return yield* this.callOf(e, scope)
    if (e.type !== 'member') return yield* this.evaluate(e, scope)
    const object = yield* this.link(e.object, scope)
    if (object === skipped || (e.optional && (object === undefined || object === null))) return skipped
    return yield* this.member(object, yield* this.evaluate(e.key, scope))
  }

  private *callOf(e: Extract<Expression, { type: 'call' }>, scope: Scope): Run<Value | typeof skipped> {
    if (e.callee.type === 'super') return yield* this.callParent(e.args, scope)
    let self: Value
    let callee: Value | typeof skipped
    if (e.callee.type === 'member') {
      const object = yield* this.link(e.callee.object, scope)
      if (object === skipped || (e.callee.optional && (object === undefined || object === null))) return skipped
      self = e.callee.object.type === 'super' ? scope.owner?.value : object
      callee = yield* this.member(object, yield* this.evaluate(e.callee.key, scope))
    } else callee = yield* this.link(e.callee, scope)
    if (callee === skipped || (e.optional && (callee === undefined || callee === null))) return skipped
    return yield* this.call(callee, self, yield* this.list(e.args, scope), e.text)
  }

  private *callParent(args: readonly Expression[], scope: Scope): Run<undefined> {
    const { owner } = scope
    const made = owner?.value as JsObject
    if (owner?.parent?.construct !== undefined) yield* owner.parent.construct(yield* this.list(args, scope), made)
    if (owner?.fields !== undefined) yield* owner.fields(made)
    return undefined
  }
}
