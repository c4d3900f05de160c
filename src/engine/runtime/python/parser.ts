import { PythonSyntaxError, type Token, tokenize } from './tokens.ts'

export type Expression =
  | { type: 'constant'; value: number | string | boolean | null; float?: boolean; bytes?: boolean }
  | { type: 'formatted'; parts: (string | { value: Expression; format: string; repr: boolean })[] }
  | { type: 'name'; name: string }
  | { type: 'list' | 'tuple' | 'set'; items: Expression[] }
  | { type: 'dict'; entries: { key: Expression; value: Expression }[] }
  | { type: 'comprehension'; kind: 'list' | 'dict' | 'set'; key: Expression; value: Expression | undefined; target: Expression; source: Expression; condition: Expression | undefined }
  | { type: 'unary'; operator: string; operand: Expression }
  | { type: 'binary'; operator: string; left: Expression; right: Expression }
  | { type: 'compare'; first: Expression; rest: { operator: string; value: Expression }[] }
  | { type: 'logical'; operator: 'and' | 'or'; left: Expression; right: Expression }
  | { type: 'ternary'; test: Expression; then: Expression; else: Expression }
  | { type: 'lambda'; parameters: Parameter[]; body: Expression }
  | { type: 'call'; callee: Expression; args: Expression[]; named: { name: string; value: Expression }[] }
  | { type: 'attribute'; object: Expression; name: string }
  | { type: 'index'; object: Expression; index: Expression }
  | { type: 'slice'; from: Expression | undefined; to: Expression | undefined; step: Expression | undefined }
  | { type: 'walrus'; name: string; value: Expression }

export interface Parameter {
  name: string
  value: Expression | undefined
  /** '*' or '**' before it. */
  stars: number
}

export type Statement = { line: number } & (
  | { type: 'expression'; value: Expression }
  | { type: 'assign'; targets: Expression[]; value: Expression }
  | { type: 'augmented'; target: Expression; operator: string; value: Expression }
  | { type: 'if'; branches: { test: Expression; body: Statement[] }[]; else: Statement[] }
  | { type: 'while'; test: Expression; body: Statement[]; else: Statement[] }
  | { type: 'for'; target: Expression; source: Expression; body: Statement[]; else: Statement[] }
  | { type: 'def'; name: string; parameters: Parameter[]; body: Statement[] }
  | { type: 'class'; name: string; bases: Expression[]; body: Statement[] }
  | { type: 'try'; body: Statement[]; handlers: { types: Expression | undefined; name: string | undefined; body: Statement[] }[]; else: Statement[]; finally: Statement[] }
  | { type: 'with'; value: Expression; name: Expression | undefined; body: Statement[] }
  | { type: 'import'; module: string; name: string; members: { name: string; as: string }[] | undefined }
  | { type: 'return' | 'raise' | 'assert'; value: Expression | undefined }
  | { type: 'del'; targets: Expression[] }
  | { type: 'global'; names: string[] }
  | { type: 'pass' | 'break' | 'continue' }
)

const cache = new Map<string, Statement[]>()

/** The statements of a program. Throws PythonSyntaxError. */
export function parsePython(source: string): Statement[] {
  let program = cache.get(source)
  if (program === undefined) {
    program = new Parser(tokenize(source)).program()
    if (cache.size >= 100) cache.clear()
    cache.set(source, program)
  }
  return program
}

const keywords = new Set(['and', 'or', 'not', 'in', 'is', 'if', 'else', 'elif', 'for', 'while', 'def', 'class', 'return', 'lambda', 'None', 'True', 'False', 'import', 'from', 'as', 'try', 'except', 'finally', 'with', 'raise', 'pass', 'break', 'continue', 'del', 'global', 'nonlocal', 'assert', 'yield', 'async', 'await'])
const binaryLevels = [['|'], ['^'], ['&'], ['<<', '>>'], ['+', '-'], ['*', '/', '//', '%', '@']]
const augmented = ['+=', '-=', '*=', '/=', '//=', '%=', '**=', '&=', '|=', '^=', '<<=', '>>=']

class Parser {
  private readonly tokens: Token[]
  private at = 0

  constructor(tokens: Token[]) {
    this.tokens = tokens
  }

  program(): Statement[] {
    const body: Statement[] = []
    while (this.peek().kind !== 'end') {
      if (this.peek().kind === 'indent') throw new PythonSyntaxError('unexpected indent', this.peek().line)
      body.push(...this.statement())
    }
    return body
  }

  /** The one expression of an f-string's braces. */
  single(): Expression {
    return this.expressions()
  }

  // --- statements ----------------------------------------------------------------------------------

  private statement(): Statement[] {
    const { line, text, kind } = this.peek()
    if (kind === 'name') {
      const compound = this.compound(text, line)
      if (compound !== undefined) return [compound]
    }
    return this.simpleLine()
  }

  private compound(text: string, line: number): Statement | undefined {
    switch (text) {
      case 'if':
        return this.if(line)
      case 'while':
        this.at++
        return { type: 'while', line, test: this.expression(), body: this.block(), else: this.elseBlock() }
      case 'for': {
        this.at++
        const target = this.targets()
        this.expectName('in')
        return { type: 'for', line, target, source: this.expressions(), body: this.block(), else: this.elseBlock() }
      }
      case 'def':
        return this.def(line)
      case 'class':
        return this.class(line)
      case 'try':
        return this.try(line)
      case 'with': {
        this.at++
        const value = this.expression()
        return { type: 'with', line, value, name: this.takeName('as') ? this.primary() : undefined, body: this.block() }
      }
      case '@':
        throw new PythonSyntaxError('decorators are not simulated', line)
      default:
        return undefined
    }
  }

  private if(line: number): Statement {
    const branches: { test: Expression; body: Statement[] }[] = []
    do {
      this.at++
      branches.push({ test: this.expression(), body: this.block() })
    } while (this.isName('elif'))
    return { type: 'if', line, branches, else: this.elseBlock() }
  }

  private elseBlock(): Statement[] {
    return this.takeName('else') ? this.block() : []
  }

  private def(line: number): Statement {
    this.at++
    const name = this.identifier()
    this.expect('(')
    const parameters = this.parameters(')')
    this.expect(')')
    if (this.take('->')) this.expression()
    return { type: 'def', line, name, parameters, body: this.block() }
  }

  private parameters(end: string): Parameter[] {
    const out: Parameter[] = []
    while (!this.is(end)) {
      const stars = this.take('**') ? 2 : this.take('*') ? 1 : 0
      if (stars === 1 && this.take(',')) continue
      const name = this.identifier()
      if (end === ')' && this.take(':')) this.expression()
      out.push({ name, stars, value: this.take('=') ? this.expression() : undefined })
      if (!this.take(',')) break
    }
    return out
  }

  private class(line: number): Statement {
    this.at++
    const name = this.identifier()
    const bases: Expression[] = []
    if (this.take('(')) {
      while (!this.is(')')) {
        bases.push(this.expression())
        if (!this.take(',')) break
      }
      this.expect(')')
    }
    return { type: 'class', line, name, bases, body: this.block() }
  }

  private try(line: number): Statement {
    this.at++
    const body = this.block()
    const handlers: { types: Expression | undefined; name: string | undefined; body: Statement[] }[] = []
    while (this.takeName('except')) {
      const types = this.is(':') ? undefined : this.expression()
      handlers.push({ types, name: this.takeName('as') ? this.identifier() : undefined, body: this.block() })
    }
    const otherwise = this.elseBlock()
    return { type: 'try', line, body, handlers, else: otherwise, finally: this.takeName('finally') ? this.block() : [] }
  }

  private block(): Statement[] {
    this.expect(':')
    if (this.peek().kind !== 'newline') return this.simpleLine()
    this.at++
    if (this.peek().kind !== 'indent') throw new PythonSyntaxError('expected an indented block', this.peek().line)
    this.at++
    const body: Statement[] = []
    while (this.peek().kind !== 'dedent' && this.peek().kind !== 'end') body.push(...this.statement())
    if (this.peek().kind === 'dedent') this.at++
    return body
  }

  private simpleLine(): Statement[] {
    const out = [this.simple()]
    while (this.take(';')) if (this.peek().kind !== 'newline') out.push(this.simple())
    if (this.peek().kind !== 'newline' && this.peek().kind !== 'end') throw new PythonSyntaxError('invalid syntax', this.peek().line)
    if (this.peek().kind === 'newline') this.at++
    return out
  }

  private simple(): Statement {
    const { line, text, kind } = this.peek()
    if (kind === 'name') {
      const known = this.keywordStatement(text, line)
      if (known !== undefined) return known
    }
    const first = this.expressions()
    const operator = augmented.find((o) => this.is(o))
    if (operator !== undefined) {
      this.at++
      return { type: 'augmented', line, target: first, operator: operator.slice(0, -1), value: this.expressions() }
    }
    // An annotation says nothing at run time.
    if (this.take(':')) this.expression()
    if (!this.is('=')) return { type: 'expression', line, value: first }
    const chain = [first]
    while (this.take('=')) chain.push(this.expressions())
    return { type: 'assign', line, targets: chain.slice(0, -1), value: chain.at(-1)! }
  }

  private keywordStatement(text: string, line: number): Statement | undefined {
    switch (text) {
      case 'pass':
      case 'break':
      case 'continue':
        this.at++
        return { type: text, line }
      case 'return':
      case 'raise':
      case 'assert': {
        this.at++
        const value = this.endsStatement() ? undefined : this.expressions()
        if (text === 'raise' && this.takeName('from')) this.expression()
        return { type: text, line, value }
      }
      case 'del':
        this.at++
        return { type: 'del', line, targets: listOf(this.expressions()) }
      case 'global':
      case 'nonlocal': {
        this.at++
        const names = [this.identifier()]
        while (this.take(',')) names.push(this.identifier())
        return { type: 'global', line, names }
      }
      case 'import':
        return this.import(line)
      case 'from':
        return this.importFrom(line)
      default:
        return undefined
    }
  }

  /** `import a, b as c` is written as one statement; the first carries the rest along by being repeated. */
  private import(line: number): Statement {
    this.at++
    const module = this.dotted()
    const name = this.takeName('as') ? this.identifier() : module.split('.')[0]!
    if (this.is(',')) {
      // The next one begins where an `import` would stand.
      this.tokens.splice(this.at, 1, { kind: 'operator', text: ';', line }, { kind: 'name', text: 'import', line })
    }
    return { type: 'import', line, module, name, members: undefined }
  }

  private importFrom(line: number): Statement {
    this.at++
    const module = this.dotted()
    this.expectName('import')
    const bracketed = this.take('(')
    const members: { name: string; as: string }[] = []
    do {
      if (this.take('*')) break
      const name = this.identifier()
      members.push({ name, as: this.takeName('as') ? this.identifier() : name })
    } while (this.take(',') && !this.is(')'))
    if (bracketed) this.expect(')')
    return { type: 'import', line, module, name: '', members }
  }

  private dotted(): string {
    let name = this.identifier()
    while (this.take('.')) name += `.${this.identifier()}`
    return name
  }

  // --- expressions ---------------------------------------------------------------------------------

  /** One, or a tuple without parentheses. */
  private expressions(): Expression {
    const first = this.expression()
    if (!this.is(',')) return first
    const items = [first]
    while (this.take(',')) if (!this.endsStatement() && !this.is('=') && !this.is(')')) items.push(this.expression())
    return { type: 'tuple', items }
  }

  /** Of a `for`: no `in` may be taken for an operator. */
  private targets(): Expression {
    const items = [this.postfix()]
    while (this.take(',')) items.push(this.postfix())
    return items.length === 1 ? items[0]! : { type: 'tuple', items }
  }

  private expression(): Expression {
    if (this.takeName('lambda')) {
      const parameters = this.parameters(':')
      this.expect(':')
      return { type: 'lambda', parameters, body: this.expression() }
    }
    const value = this.or()
    if (value.type === 'name' && this.take(':=')) return { type: 'walrus', name: value.name, value: this.expression() }
    if (!this.takeName('if')) return value
    const test = this.or()
    this.expectName('else')
    return { type: 'ternary', test, then: value, else: this.expression() }
  }

  private or(): Expression {
    let left = this.and()
    while (this.takeName('or')) left = { type: 'logical', operator: 'or', left, right: this.and() }
    return left
  }

  private and(): Expression {
    let left = this.not()
    while (this.takeName('and')) left = { type: 'logical', operator: 'and', left, right: this.not() }
    return left
  }

  private not(): Expression {
    return this.takeName('not') ? { type: 'unary', operator: 'not', operand: this.not() } : this.comparison()
  }

  private comparison(): Expression {
    const first = this.level(0)
    const rest: { operator: string; value: Expression }[] = []
    for (let operator = this.comparisonOperator(); operator !== undefined; operator = this.comparisonOperator()) rest.push({ operator, value: this.level(0) })
    return rest.length === 0 ? first : { type: 'compare', first, rest }
  }

  private comparisonOperator(): string | undefined {
    for (const o of ['==', '!=', '<=', '>=', '<', '>']) if (this.take(o)) return o
    if (this.takeName('in')) return 'in'
    if (this.isName('not') && this.tokens[this.at + 1]?.text === 'in') {
      this.at += 2
      return 'not in'
    }
    if (!this.takeName('is')) return undefined
    return this.takeName('not') ? 'is not' : 'is'
  }

  private level(n: number): Expression {
    if (n === binaryLevels.length) return this.unary()
    let left = this.level(n + 1)
    for (let o = binaryLevels[n]!.find((x) => this.is(x)); o !== undefined; o = binaryLevels[n]!.find((x) => this.is(x))) {
      this.at++
      left = { type: 'binary', operator: o, left, right: this.level(n + 1) }
    }
    return left
  }

  private unary(): Expression {
    for (const operator of ['-', '+', '~']) if (this.take(operator)) return { type: 'unary', operator, operand: this.unary() }
    const base = this.postfix()
    return this.take('**') ? { type: 'binary', operator: '**', left: base, right: this.unary() } : base
  }

  private postfix(): Expression {
    let e = this.primary()
    for (;;) {
      if (this.take('(')) e = this.call(e)
      else if (this.take('.')) e = { type: 'attribute', object: e, name: this.identifier() }
      else if (this.take('[')) {
        e = { type: 'index', object: e, index: this.subscript() }
        this.expect(']')
      } else return e
    }
  }

  private call(callee: Expression): Expression {
    const args: Expression[] = []
    const named: { name: string; value: Expression }[] = []
    while (!this.is(')')) {
      const token = this.peek()
      if (token.kind === 'name' && !keywords.has(token.text) && this.tokens[this.at + 1]?.text === '=') {
        this.at += 2
        named.push({ name: token.text, value: this.expression() })
      } else {
        const value = this.expression()
        args.push(this.isName('for') ? this.comprehension('list', value, undefined) : value)
      }
      if (!this.take(',')) break
    }
    this.expect(')')
    return { type: 'call', callee, args, named }
  }

  private subscript(): Expression {
    const from = this.is(':') ? undefined : this.expressions()
    if (!this.take(':')) return from!
    const to = this.is(':') || this.is(']') ? undefined : this.expression()
    const step = this.take(':') && !this.is(']') ? this.expression() : undefined
    return { type: 'slice', from, to, step }
  }

  private primary(): Expression {
    const token = this.tokens[this.at++]!
    switch (token.kind) {
      case 'number':
        return { type: 'constant', value: Number(token.text), float: /[.eE]/.test(token.text) && !/^0[xX]/.test(token.text) }
      case 'string':
      case 'fstring':
      case 'bytes':
        return this.strings(token)
      case 'name':
        return this.name(token)
      default:
        return this.bracketed(token)
    }
  }

  private name(token: Token): Expression {
    if (token.text === 'None') return { type: 'constant', value: null }
    if (token.text === 'True' || token.text === 'False') return { type: 'constant', value: token.text === 'True' }
    if (keywords.has(token.text)) throw new PythonSyntaxError('invalid syntax', token.line)
    return { type: 'name', name: token.text }
  }

  /** Strings side by side are one. */
  private strings(first: Token): Expression {
    const parts: Extract<Expression, { type: 'formatted' }>['parts'] = []
    let token = first
    for (;;) {
      if (token.kind === 'fstring') parts.push(...formattedParts(token))
      else parts.push(token.text)
      if (!['string', 'fstring'].includes(this.peek().kind)) break
      token = this.tokens[this.at++]!
    }
    if (parts.every((p) => typeof p === 'string')) return { type: 'constant', value: parts.join(''), bytes: first.kind === 'bytes' }
    return { type: 'formatted', parts }
  }

  private bracketed(token: Token): Expression {
    if (token.text === '(') {
      if (this.take(')')) return { type: 'tuple', items: [] }
      const e = this.expressions()
      const inner = this.isName('for') ? this.comprehension('list', e, undefined) : e
      this.expect(')')
      return inner
    }
    if (token.text === '[') return this.listDisplay()
    if (token.text === '{') return this.dictDisplay()
    if (token.text === '*' || token.text === '...') return { type: 'constant', value: null }
    throw new PythonSyntaxError('invalid syntax', token.line)
  }

  private listDisplay(): Expression {
    const items: Expression[] = []
    while (!this.is(']')) {
      const item = this.expression()
      if (this.isName('for')) {
        const c = this.comprehension('list', item, undefined)
        this.expect(']')
        return c
      }
      items.push(item)
      if (!this.take(',')) break
    }
    this.expect(']')
    return { type: 'list', items }
  }

  private dictDisplay(): Expression {
    const entries: { key: Expression; value: Expression }[] = []
    const items: Expression[] = []
    while (!this.is('}')) {
      const key = this.expression()
      const value = this.take(':') ? this.expression() : undefined
      if (this.isName('for')) {
        const c = this.comprehension(value === undefined ? 'set' : 'dict', key, value)
        this.expect('}')
        return c
      }
      if (value === undefined) items.push(key)
      else entries.push({ key, value })
      if (!this.take(',')) break
    }
    this.expect('}')
    return items.length > 0 ? { type: 'set', items } : { type: 'dict', entries }
  }

  private comprehension(kind: 'list' | 'dict' | 'set', key: Expression, value: Expression | undefined): Expression {
    this.expectName('for')
    const target = this.targets()
    this.expectName('in')
    const source = this.or()
    const condition = this.takeName('if') ? this.or() : undefined
    return { type: 'comprehension', kind, key, value, target, source, condition }
  }

  // --- tokens --------------------------------------------------------------------------------------

  private peek(): Token {
    return this.tokens[this.at] ?? this.tokens.at(-1)!
  }

  private is(text: string): boolean {
    return this.peek().kind === 'operator' && this.peek().text === text
  }

  private isName(text: string): boolean {
    return this.peek().kind === 'name' && this.peek().text === text
  }

  private take(text: string): boolean {
    if (!this.is(text)) return false
    this.at++
    return true
  }

  private takeName(text: string): boolean {
    if (!this.isName(text)) return false
    this.at++
    return true
  }

  private expect(text: string): void {
    if (!this.take(text)) throw new PythonSyntaxError(text === ':' ? "expected ':'" : 'invalid syntax', this.peek().line)
  }

  private expectName(text: string): void {
    if (!this.takeName(text)) throw new PythonSyntaxError('invalid syntax', this.peek().line)
  }

  private identifier(): string {
    const token = this.tokens[this.at++]!
    if (token.kind !== 'name') throw new PythonSyntaxError('invalid syntax', token.line)
    return token.text
  }

  private endsStatement(): boolean {
    const { kind, text } = this.peek()
    return kind === 'newline' || kind === 'end' || (kind === 'operator' && (text === ';' || text === ':'))
  }
}

function listOf(e: Expression): Expression[] {
  return e.type === 'tuple' ? e.items : [e]
}

/** f'...{expression!r:format}...' */
function formattedParts(token: Token): Extract<Expression, { type: 'formatted' }>['parts'] {
  const parts: Extract<Expression, { type: 'formatted' }>['parts'] = []
  let text = ''
  for (let i = 0; i < token.text.length; i++) {
    const c = token.text[i]!
    if ((c === '{' || c === '}') && token.text[i + 1] === c) {
      text += c
      i++
    } else if (c !== '{') text += c
    else {
      const end = closingBrace(token.text, i, token.line)
      const inner = /^([\s\S]*?)(!r|!s)?(?::([^'"\])]*))?$/.exec(token.text.slice(i + 1, end))!
      parts.push(text, { value: new Parser(tokenize(inner[1]!.trim().replace(/=$/, ''))).single(), format: inner[3] ?? '', repr: inner[2] === '!r' })
      text = ''
      i = end
    }
  }
  return [...parts, text]
}

function closingBrace(text: string, open: number, line: number): number {
  let depth = 0
  for (let i = open; i < text.length; i++) {
    if (text[i] === '{') depth++
    if (text[i] === '}' && --depth === 0) return i
  }
  throw new PythonSyntaxError("f-string: expecting '}'", line)
}
