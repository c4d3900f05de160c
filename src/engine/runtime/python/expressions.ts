import { PythonSyntaxError, type Token, tokenize } from './tokens.ts'

/** From where to where something stands in the text of its program; of an operator and of brackets, these. */
export interface Span {
  from: number
  to: number
  mark?: readonly [from: number, to: number]
}

export type Expression = { span?: Span } & (
  | { type: 'constant'; value: number | string | boolean | null; float?: boolean; bytes?: boolean }
  | { type: 'formatted'; parts: (string | { value: Expression; format: string; repr: boolean })[] }
  | { type: 'name'; name: string }
  | { type: 'list' | 'tuple' | 'set'; items: Expression[] }
  /** An entry without a key is a dictionary whose entries are meant. */
  | { type: 'dict'; entries: { key: Expression | undefined; value: Expression }[] }
  | {
      type: 'comprehension'
      kind: 'list' | 'dict' | 'set'
      key: Expression
      value: Expression | undefined
      clauses: Clause[]
    }
  | { type: 'unary'; operator: string; operand: Expression }
  | { type: 'binary'; operator: string; left: Expression; right: Expression }
  | { type: 'compare'; first: Expression; rest: { operator: string; value: Expression }[] }
  | { type: 'logical'; operator: 'and' | 'or'; left: Expression; right: Expression }
  | { type: 'ternary'; test: Expression; then: Expression; else: Expression }
  | { type: 'lambda'; parameters: Parameter[]; body: Expression }
  /** A named argument without a name is a dictionary of them. */
  | { type: 'call'; callee: Expression; args: Expression[]; named: { name: string; value: Expression }[] }
  /** Among the arguments of a call, the items of a list, what is assigned to: all that it holds. */
  | { type: 'starred'; value: Expression }
  | { type: 'yield'; value: Expression | undefined; isFrom: boolean }
  | { type: 'await'; value: Expression }
  | { type: 'attribute'; object: Expression; name: string }
  | { type: 'index'; object: Expression; index: Expression }
  | { type: 'slice'; from: Expression | undefined; to: Expression | undefined; step: Expression | undefined }
  | { type: 'walrus'; name: string; value: Expression }
)

/** `for TARGET in SOURCE if TEST if TEST` */
export interface Clause {
  target: Expression
  source: Expression
  tests: Expression[]
}

export interface Parameter {
  name: string
  value: Expression | undefined
  /** '*' or '**' before it. */
  stars: number
}

const keywords = new Set([
  'and',
  'or',
  'not',
  'in',
  'is',
  'if',
  'else',
  'elif',
  'for',
  'while',
  'def',
  'class',
  'return',
  'lambda',
  'None',
  'True',
  'False',
  'import',
  'from',
  'as',
  'try',
  'except',
  'finally',
  'with',
  'raise',
  'pass',
  'break',
  'continue',
  'del',
  'global',
  'nonlocal',
  'assert',
  'yield',
  'async',
  'await',
])
const binaryLevels = [['|'], ['^'], ['&'], ['<<', '>>'], ['+', '-'], ['*', '/', '//', '%', '@']]

/** Reads expressions; statements are read by what is built on it. */
export class ExpressionParser {
  protected readonly tokens: Token[]
  protected at = 0
  /** Whether the function that is read now gives something before its end. */
  protected yields = false

  constructor(tokens: Token[]) {
    this.tokens = tokens
  }

  /** The one expression of an f-string's braces. */
  single(): Expression {
    return this.expressions()
  }

  // --- expressions ---------------------------------------------------------------------------------

  /** One, or a tuple without parentheses. */
  protected expressions(): Expression {
    if (this.takeName('yield')) {
      this.yields = true
      const isFrom = this.takeName('from')
      return { type: 'yield', isFrom, value: this.endsStatement() || this.is(')') ? undefined : this.expressions() }
    }
    const first = this.item()
    if (!this.is(',')) return first
    const items = [first]
    while (this.take(',')) if (!this.endsStatement() && !this.is('=') && !this.is(')') && !this.is(']')) items.push(this.item())
    return { type: 'tuple', items }
  }

  /** One of several: *ITEMS are as many. */
  protected item(): Expression {
    return this.take('*') ? { type: 'starred', value: this.or() } : this.expression()
  }

  /** Of a `for`: no `in` may be taken for an operator. */
  protected targets(): Expression {
    const one = (): Expression => (this.take('*') ? { type: 'starred', value: this.postfix() } : this.postfix())
    const items = [one()]
    let isTuple = false
    while (this.take(',')) {
      isTuple = true
      if (!this.isName('in')) items.push(one())
    }
    return isTuple ? { type: 'tuple', items } : items[0]!
  }

  protected expression(): Expression {
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

  protected or(): Expression {
    let left = this.and()
    while (this.takeName('or')) left = { type: 'logical', operator: 'or', left, right: this.and() }
    return left
  }

  protected and(): Expression {
    let left = this.not()
    while (this.takeName('and')) left = { type: 'logical', operator: 'and', left, right: this.not() }
    return left
  }

  protected not(): Expression {
    return this.takeName('not') ? { type: 'unary', operator: 'not', operand: this.not() } : this.comparison()
  }

  protected comparison(): Expression {
    const { from } = this.peek()
    const first = this.level(0)
    const rest: { operator: string; value: Expression }[] = []
    for (let operator = this.comparisonOperator(); operator !== undefined; operator = this.comparisonOperator())
      rest.push({ operator, value: this.level(0) })
    return rest.length === 0 ? first : { type: 'compare', first, rest, span: this.since(from) }
  }

  protected comparisonOperator(): string | undefined {
    for (const o of ['==', '!=', '<=', '>=', '<', '>']) if (this.take(o)) return o
    if (this.takeName('in')) return 'in'
    if (this.isName('not') && this.tokens[this.at + 1]?.text === 'in') {
      this.at += 2
      return 'not in'
    }
    if (!this.takeName('is')) return undefined
    return this.takeName('not') ? 'is not' : 'is'
  }

  protected level(n: number): Expression {
    if (n === binaryLevels.length) return this.unary()
    const { from } = this.peek()
    let left = this.level(n + 1)
    for (
      let o = binaryLevels[n]!.find((x) => this.is(x));
      o !== undefined;
      o = binaryLevels[n]!.find((x) => this.is(x))
    ) {
      const { from: mark, to } = this.tokens[this.at++]!
      left = { type: 'binary', operator: o, left, right: this.level(n + 1), span: { ...this.since(from), mark: [mark, to] } }
    }
    return left
  }

  protected unary(): Expression {
    const { from } = this.peek()
    for (const operator of ['-', '+', '~'])
      if (this.take(operator)) return { type: 'unary', operator, operand: this.unary(), span: this.since(from) }
    if (this.takeName('await')) return { type: 'await', value: this.unary() }
    const base = this.postfix()
    const { from: mark, to } = this.peek()
    return this.take('**') ? { type: 'binary', operator: '**', left: base, right: this.unary(), span: { ...this.since(from), mark: [mark, to] } } : base
  }

  protected postfix(): Expression {
    const { from } = this.peek()
    let e = this.primary()
    for (;;) {
      const mark = this.peek().from
      if (this.take('(')) e = this.call(e)
      else if (this.take('.')) e = { type: 'attribute', object: e, name: this.identifier() }
      else if (this.take('[')) {
        e = { type: 'index', object: e, index: this.subscript() }
        this.expect(']')
      } else return e
      const span = this.since(from)
      e.span = e.type === 'attribute' ? span : { ...span, mark: [mark, span.to] }
    }
  }

  protected call(callee: Expression): Expression {
    const args: Expression[] = []
    const named: { name: string; value: Expression }[] = []
    while (!this.is(')')) {
      const token = this.peek()
      if (token.kind === 'name' && !keywords.has(token.text) && this.tokens[this.at + 1]?.text === '=') {
        this.at += 2
        named.push({ name: token.text, value: this.expression() })
      } else if (this.take('**')) named.push({ name: '', value: this.expression() })
      else if (this.take('*')) args.push({ type: 'starred', value: this.expression() })
      else {
        const value = this.expression()
        args.push(this.isName('for') || this.isName('async') ? this.comprehension('list', value, undefined) : value)
      }
      if (!this.take(',')) break
    }
    this.expect(')')
    return { type: 'call', callee, args, named }
  }

  protected subscript(): Expression {
    const from = this.is(':') ? undefined : this.expressions()
    if (!this.take(':')) return from!
    const to = this.is(':') || this.is(']') ? undefined : this.expression()
    const step = this.take(':') && !this.is(']') ? this.expression() : undefined
    return { type: 'slice', from, to, step }
  }

  protected primary(): Expression {
    const token = this.tokens[this.at++]!
    switch (token.kind) {
      case 'number':
        return {
          type: 'constant',
          value: Number(token.text),
          float: /[.eE]/.test(token.text) && !/^0[xX]/.test(token.text),
        }
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

  protected name(token: Token): Expression {
    if (token.text === 'None') return { type: 'constant', value: null }
    if (token.text === 'True' || token.text === 'False') return { type: 'constant', value: token.text === 'True' }
    if (keywords.has(token.text)) throw new PythonSyntaxError('invalid syntax', token.line)
    return { type: 'name', name: token.text, span: { from: token.from, to: token.to } }
  }

  /** Strings side by side are one. */
  protected strings(first: Token): Expression {
    const parts: Extract<Expression, { type: 'formatted' }>['parts'] = []
    let token = first
    for (;;) {
      if (token.kind === 'fstring') parts.push(...formattedParts(token))
      else parts.push(token.text)
      if (!['string', 'fstring'].includes(this.peek().kind)) break
      token = this.tokens[this.at++]!
    }
    if (parts.every((p) => typeof p === 'string'))
      return { type: 'constant', value: parts.join(''), bytes: first.kind === 'bytes' }
    return { type: 'formatted', parts }
  }

  protected bracketed(token: Token): Expression {
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

  protected listDisplay(): Expression {
    const items: Expression[] = []
    while (!this.is(']')) {
      const item = this.item()
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

  protected dictDisplay(): Expression {
    const entries: { key: Expression | undefined; value: Expression }[] = []
    const items: Expression[] = []
    while (!this.is('}')) {
      if (this.take('**')) {
        entries.push({ key: undefined, value: this.or() })
        if (!this.take(',')) break
        continue
      }
      const key = this.item()
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

  protected comprehension(kind: 'list' | 'dict' | 'set', key: Expression, value: Expression | undefined): Expression {
    const clauses: Clause[] = []
    while (this.isName('for') || this.isName('async')) {
      this.takeName('async')
      this.expectName('for')
      const target = this.targets()
      this.expectName('in')
      const clause: Clause = { target, source: this.or(), tests: [] }
      while (this.takeName('if')) clause.tests.push(this.or())
      clauses.push(clause)
    }
    return { type: 'comprehension', kind, key, value, clauses }
  }

  protected parameters(end: string): Parameter[] {
    const out: Parameter[] = []
    while (!this.is(end)) {
      const stars = this.take('**') ? 2 : this.take('*') ? 1 : 0
      // A lone * only says that what follows is given by name, a / that what was before is not.
      if ((stars === 1 || this.take('/')) && (this.take(',') || this.is(end))) continue
      const name = this.identifier()
      if (end === ')' && this.take(':')) this.expression()
      out.push({ name, stars, value: this.take('=') ? this.expression() : undefined })
      if (!this.take(',')) break
    }
    return out
  }

  /** From there to the end of what was read last. */
  protected since(from: number): Span {
    return { from, to: this.tokens[this.at - 1]!.to }
  }

  // --- tokens --------------------------------------------------------------------------------------

  protected peek(): Token {
    return this.tokens[this.at] ?? this.tokens.at(-1)!
  }

  protected is(text: string): boolean {
    return this.peek().kind === 'operator' && this.peek().text === text
  }

  protected isName(text: string): boolean {
    return this.peek().kind === 'name' && this.peek().text === text
  }

  protected take(text: string): boolean {
    if (!this.is(text)) return false
    this.at++
    return true
  }

  protected takeName(text: string): boolean {
    if (!this.isName(text)) return false
    this.at++
    return true
  }

  protected expect(text: string): void {
    if (!this.take(text))
      throw new PythonSyntaxError(text === ':' ? "expected ':'" : 'invalid syntax', this.peek().line)
  }

  protected expectName(text: string): void {
    if (!this.takeName(text)) throw new PythonSyntaxError('invalid syntax', this.peek().line)
  }

  protected identifier(): string {
    const token = this.tokens[this.at++]!
    if (token.kind !== 'name') throw new PythonSyntaxError('invalid syntax', token.line)
    return token.text
  }

  protected endsStatement(): boolean {
    const { kind, text } = this.peek()
    return kind === 'newline' || kind === 'end' || (kind === 'operator' && (text === ';' || text === ':'))
  }
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
      parts.push(text, {
        value: new ExpressionParser(shifted(tokenize(inner[1]!.trim().replace(/=$/, '')), token, i + 1 + /^\s*/.exec(inner[1]!)![0].length)).single(),
        format: inner[3] ?? '',
        repr: inner[2] === '!r',
      })
      text = ''
      i = end
    }
  }
  return [...parts, text]
}

/** Tokens of an f-string's braces, where they stand in the program; with escapes before them that cannot be said. */
function shifted(tokens: Token[], { text, from, to }: Token, within: number): Token[] {
  const around = to - from - text.length
  const by = around === 3 ? from + 2 + within : around === 7 ? from + 4 + within : NaN
  return tokens.map((token) => ({ ...token, from: token.from + by, to: token.to + by }))
}

function closingBrace(text: string, open: number, line: number): number {
  let depth = 0
  for (let i = open; i < text.length; i++) {
    if (text[i] === '{') depth++
    if (text[i] === '}' && --depth === 0) return i
  }
  throw new PythonSyntaxError("f-string: expecting '}'", line)
}
