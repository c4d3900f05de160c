import type { Bound, ClassNode, Expression, FunctionNode, ObjectPart, Pattern, Statement } from './syntax.ts'
import { JsSyntaxError, type Token, tokenize } from './tokens.ts'

const binary: Readonly<Record<string, number>> = { '??': 1, '||': 2, '&&': 3, '|': 4, '^': 5, '&': 6, '==': 7, '!=': 7, '===': 7, '!==': 7, '<': 8, '>': 8, '<=': 8, '>=': 8, instanceof: 8, in: 8, '<<': 9, '>>': 9, '>>>': 9, '+': 10, '-': 10, '*': 11, '/': 11, '%': 11, '**': 12 }
const assignments = new Set(['=', '+=', '-=', '*=', '/=', '%=', '**=', '<<=', '>>=', '>>>=', '&=', '|=', '^=', '&&=', '||=', '??='])
const constants: Readonly<Record<string, Expression>> = { true: { type: 'value', value: true }, false: { type: 'value', value: false }, null: { type: 'value', value: null }, this: { type: 'this' }, super: { type: 'super' } }

/** Reads expressions; statements are read by who stands on it (parser.ts). */
export abstract class ExpressionParser {
  protected tokens: Token[]
  protected at = 0
  /** `in` is an operator, unless a for is read. */
  private hasIn = true

  constructor(tokens: Token[]) {
    this.tokens = tokens
  }

  abstract block(): Statement[]

  protected get next(): Token {
    return this.tokens[this.at]!
  }

  protected peek(ahead = 1): Token {
    return this.tokens[Math.min(this.at + ahead, this.tokens.length - 1)]!
  }

  protected is(text: string): boolean {
    return this.next.text === text && (this.next.kind === 'op' || this.next.kind === 'name')
  }

  protected take(text: string): boolean {
    if (!this.is(text)) return false
    this.at++
    return true
  }

  protected expect(text: string): void {
    if (!this.take(text)) this.unexpected()
  }

  protected unexpected(): never {
    const { kind, text, line } = this.next
    throw new JsSyntaxError(kind === 'end' ? 'Unexpected end of input' : kind === 'string' ? 'Unexpected string' : kind === 'number' ? 'Unexpected number' : kind === 'name' ? `Unexpected identifier '${text}'` : `Unexpected token '${text}'`, line)
  }

  protected name(): string {
    if (this.next.kind !== 'name') this.unexpected()
    return this.tokens[this.at++]!.text
  }

  protected expression(): Expression {
    const first = this.assignment()
    if (!this.is(',')) return first
    const items = [first]
    while (this.take(',')) items.push(this.assignment())
    return { type: 'sequence', items }
  }

  protected withoutIn<T>(read: () => T): T {
    this.hasIn = false
    try {
      return read()
    } finally {
      this.hasIn = true
    }
  }

  protected assignment(): Expression {
    const arrow = this.arrow()
    if (arrow !== undefined) return arrow
    const left = this.conditional()
    if (this.next.kind === 'op' && assignments.has(this.next.text)) {
      const op = this.tokens[this.at++]!.text
      return { type: 'assign', op, target: this.patternOf(left), value: this.assignment() }
    }
    return left
  }

  /** `x => ...`, `(a, b) => ...`, with async before it. */
  private arrow(): Expression | undefined {
    const start = this.at
    const isAsync = this.is('async') && !this.peek().newlineBefore && (this.peek().kind === 'name' || this.peek().text === '(') && this.peek().text !== 'function'
    if (isAsync) this.at++
    if (this.next.kind === 'name' && this.peek().text === '=>') {
      const name = this.name()
      return this.arrowBody([{ pattern: { type: 'name', name }, otherwise: undefined }], undefined, isAsync)
    }
    if (this.is('(') && this.closesBeforeArrow()) {
      const { parameters, rest } = this.parameters()
      return this.arrowBody(parameters, rest, isAsync)
    }
    this.at = start
    return undefined
  }

  private closesBeforeArrow(): boolean {
    let depth = 0
    for (let i = this.at; i < this.tokens.length; i++) {
      const { kind, text } = this.tokens[i]!
      if (kind !== 'op') continue
      if (text === '(' || text === '[' || text === '{') depth++
      if ((text === ')' || text === ']' || text === '}') && --depth === 0) return this.tokens[i + 1]?.text === '=>'
    }
    return false
  }

  private arrowBody(parameters: Bound[], rest: Pattern | undefined, isAsync: boolean): FunctionNode {
    this.expect('=>')
    const body: Statement[] = this.is('{') ? this.block() : [{ type: 'return', of: this.assignment() }]
    return { type: 'function', name: '', knowsItself: false, parameters, rest, body, isArrow: true, isAsync }
  }

  protected parameters(): { parameters: Bound[]; rest: Pattern | undefined } {
    this.expect('(')
    const parameters: Bound[] = []
    let rest: Pattern | undefined
    while (!this.is(')')) {
      if (this.take('...')) rest = this.pattern()
      else parameters.push(this.bound())
      if (!this.take(',')) break
    }
    this.expect(')')
    return { parameters, rest }
  }

  protected bound(): Bound {
    const pattern = this.pattern()
    return { pattern, otherwise: this.take('=') ? this.assignment() : undefined }
  }

  protected pattern(): Pattern {
    if (this.is('[') || this.is('{')) return this.patternOf(this.primary())
    return { type: 'name', name: this.name() }
  }

  /** What has been read as an expression, as something to assign to. */
  protected patternOf(e: Expression): Pattern {
    if (e.type === 'name' || e.type === 'member') return e
    const boundOf = (of: Expression): Bound => (of.type === 'assign' && of.op === '=' ? { pattern: of.target, otherwise: of.value } : { pattern: this.patternOf(of), otherwise: undefined })
    if (e.type === 'array') {
      const last = e.items.at(-1)
      const items = last?.type === 'spread' ? e.items.slice(0, -1) : e.items
      return { type: 'arrayPattern', items: items.map((item) => (item.type === 'value' && item.value === undefined ? undefined : boundOf(item))), rest: last?.type === 'spread' ? this.patternOf(last.of) : undefined }
    }
    if (e.type === 'object') {
      const last = e.parts.at(-1)
      const fields = e.parts.filter((part) => part.kind !== 'spread')
      return { type: 'objectPattern', fields: fields.map(({ key, value }) => ({ key, bound: boundOf(value) })), rest: last?.kind === 'spread' ? this.patternOf(last.value) : undefined }
    }
    throw new JsSyntaxError('Invalid left-hand side in assignment', this.next.line)
  }

  private conditional(): Expression {
    const test = this.operators(0)
    if (!this.take('?')) return test
    const then = this.assignment()
    this.expect(':')
    return { type: 'conditional', test, then, otherwise: this.assignment() }
  }

  private operators(least: number): Expression {
    let left = this.unary()
    for (;;) {
      const { text, kind } = this.next
      const rank = (kind === 'op' || kind === 'name') && Object.hasOwn(binary, text) && (text !== 'in' || this.hasIn) ? binary[text]! : 0
      if (rank <= least) return left
      this.at++
      const right = this.operators(text === '**' ? rank - 1 : rank)
      left = text === '&&' || text === '||' || text === '??' ? { type: 'logical', op: text, left, right } : { type: 'binary', op: text, left, right }
    }
  }

  private unary(): Expression {
    const { text, kind } = this.next
    if ((kind === 'op' && ['!', '-', '+', '~'].includes(text)) || (kind === 'name' && ['typeof', 'void', 'delete'].includes(text))) {
      this.at++
      return { type: 'unary', op: text, of: this.unary() }
    }
    if (kind === 'op' && (text === '++' || text === '--')) {
      this.at++
      return { type: 'update', op: text, target: this.patternOf(this.unary()), isPrefix: true }
    }
    if (kind === 'name' && text === 'await' && this.peek().text !== ')' && this.peek().text !== ';') {
      this.at++
      return { type: 'await', of: this.unary() }
    }
    const of = this.postfix(this.primary())
    if ((this.is('++') || this.is('--')) && !this.next.newlineBefore) return { type: 'update', op: this.tokens[this.at++]!.text, target: this.patternOf(of), isPrefix: false }
    return of
  }

  private postfix(first: Expression): Expression {
    let of = first
    for (;;) {
      const { line } = this.next
      const optional = this.take('?.')
      if (this.is('(')) of = { type: 'call', callee: of, args: this.args(), optional, text: textOf(of), line }
      else if (this.take('[')) {
        of = { type: 'member', object: of, key: this.expression(), optional }
        this.expect(']')
      } else if (optional || this.take('.')) of = { type: 'member', object: of, key: { type: 'value', value: this.name() }, optional }
      else if (this.next.kind === 'template') {
        const template = this.primary() as Extract<Expression, { type: 'template' }>
        of = { ...template, tag: of }
      } else return of
    }
  }

  private args(): Expression[] {
    this.expect('(')
    const args: Expression[] = []
    while (!this.is(')')) {
      args.push(this.take('...') ? { type: 'spread', of: this.assignment() } : this.assignment())
      if (!this.take(',')) break
    }
    this.expect(')')
    return args
  }

  protected primary(): Expression {
    const token = this.next
    this.at++
    switch (token.kind) {
      case 'number':
      case 'string':
        return { type: 'value', value: token.value }
      case 'template':
        return { type: 'template', strings: token.strings, parts: token.sources.map(({ text, line }) => this.inner(text, line)), tag: undefined }
      case 'regex':
        return { type: 'regex', pattern: token.pattern, flags: token.flags }
      case 'name':
        return this.named(token)
      case 'op':
        if (token.text === '(') {
          const of = this.hasIn ? this.expression() : this.nested(() => this.expression())
          this.expect(')')
          return of
        }
        if (token.text === '[') return this.array()
        if (token.text === '{') return this.object()
        break
      case 'end':
        break
    }
    this.at--
    return this.unexpected()
  }

  private nested<T>(read: () => T): T {
    this.hasIn = true
    const got = read()
    this.hasIn = false
    return got
  }

  /** What stands in a template. */
  private inner(text: string, line: number): Expression {
    const outer = { tokens: this.tokens, at: this.at }
    this.tokens = tokenize(text, line)
    this.at = 0
    const of = this.expression()
    if (this.next.kind !== 'end') this.unexpected()
    Object.assign(this, outer)
    return of
  }

  private named(token: Token): Expression {
    const { text } = token
    if (Object.hasOwn(constants, text)) return constants[text]!
    if (text === 'function' || (text === 'async' && this.is('function') && !this.next.newlineBefore)) {
      if (text === 'async') this.at++
      return this.functionRest(text === 'async')
    }
    if (text === 'class') return this.classRest()
    if (text === 'new') return this.newRest()
    return { type: 'name', name: text }
  }

  protected functionRest(isAsync: boolean): FunctionNode {
    this.take('*')
    const name = this.next.kind === 'name' ? this.name() : ''
    const { parameters, rest } = this.parameters()
    return { type: 'function', name, knowsItself: name !== '', parameters, rest, body: this.block(), isArrow: false, isAsync }
  }

  private newRest(): Expression {
    let callee = this.primary()
    while (this.is('.') || this.is('[')) {
      if (this.take('.')) callee = { type: 'member', object: callee, key: { type: 'value', value: this.name() }, optional: false }
      else {
        this.expect('[')
        callee = { type: 'member', object: callee, key: this.expression(), optional: false }
        this.expect(']')
      }
    }
    return { type: 'new', callee, args: this.is('(') ? this.args() : [], text: textOf(callee) }
  }

  private array(): Expression {
    const items: Expression[] = []
    while (!this.is(']')) {
      if (this.is(',')) items.push({ type: 'value', value: undefined })
      else items.push(this.take('...') ? { type: 'spread', of: this.assignment() } : this.assignment())
      if (!this.take(',')) break
    }
    this.expect(']')
    return { type: 'array', items }
  }

  private object(): Expression {
    const parts: ObjectPart[] = []
    while (!this.is('}')) {
      parts.push(this.take('...') ? { kind: 'spread', value: this.assignment() } : this.field())
      if (!this.take(',')) break
    }
    this.expect('}')
    return { type: 'object', parts }
  }

  private field(): ObjectPart {
    const accessor = (this.is('get') || this.is('set')) && ![',', ':', '(', '}', '='].includes(this.peek().text) ? (this.name() as 'get' | 'set') : undefined
    const isAsync = this.is('async') && ![',', ':', '(', '}'].includes(this.peek().text) && this.take('async')
    this.take('*')
    const start = this.next
    const key = this.key()
    if (this.is('(')) return { kind: accessor ?? 'field', key, value: this.method(key, isAsync) }
    if (this.take(':')) return { kind: 'field', key, value: named(this.assignment(), key) }
    const name: Expression = { type: 'name', name: start.text }
    // `{ a = 1 }` is only there to be assigned to.
    return { kind: 'field', key, value: this.take('=') ? { type: 'assign', op: '=', target: { type: 'name', name: start.text }, value: this.assignment() } : name }
  }

  protected method(key: Expression, isAsync: boolean): FunctionNode {
    const { parameters, rest } = this.parameters()
    return { type: 'function', name: key.type === 'value' ? String(key.value) : '', knowsItself: false, parameters, rest, body: this.block(), isArrow: false, isAsync }
  }

  protected key(): Expression {
    const token = this.next
    this.at++
    if (token.kind === 'name') return { type: 'value', value: token.text }
    if (token.kind === 'string' || token.kind === 'number') return { type: 'value', value: String(token.value) }
    if (token.text !== '[') {
      this.at--
      return this.unexpected()
    }
    const of = this.expression()
    this.expect(']')
    return of
  }

  protected classRest(): ClassNode {
    const name = this.next.kind === 'name' && !this.is('extends') ? this.name() : ''
    const parent = this.take('extends') ? this.postfix(this.primary()) : undefined
    const members: ClassNode['members'] = []
    this.expect('{')
    while (!this.take('}')) {
      if (this.take(';')) continue
      const isStatic = this.is('static') && this.peek().text !== '(' && this.take('static')
      const accessor = (this.is('get') || this.is('set')) && !['(', '=', ';', '}'].includes(this.peek().text) ? (this.name() as 'get' | 'set') : undefined
      const isAsync = this.is('async') && !['(', '=', ';'].includes(this.peek().text) && this.take('async')
      this.take('*')
      const key = this.key()
      if (this.is('(')) members.push({ key, value: this.method(key, isAsync), isStatic, kind: accessor ?? 'method' })
      else {
        members.push({ key, value: this.take('=') ? this.assignment() : undefined, isStatic, kind: 'field' })
        this.take(';')
      }
    }
    return { type: 'class', name, parent, members }
  }
}

/** A function without a name has that of what it is given to. */
export function named(e: Expression, key: Expression): Expression {
  return (e.type === 'function' || e.type === 'class') && e.name === '' && key.type === 'value' ? { ...e, name: String(key.value) } : e
}

/** As it is called in 'x.y is not a function'. */
function textOf(e: Expression): string {
  if (e.type === 'name') return e.name
  if (e.type === 'this') return 'this'
  if (e.type === 'member') return e.key.type === 'value' ? `${textOf(e.object)}.${String(e.key.value)}` : `${textOf(e.object)}[...]`
  if (e.type === 'call') return `${e.text}(...)`
  return '(intermediate value)'
}
