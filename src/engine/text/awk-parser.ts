export class AwkError {
  readonly message: string
  constructor(message: string) {
    this.message = message
  }
}

export type AwkExpr =
  | { type: 'number'; value: number }
  | { type: 'string'; value: string }
  | { type: 'regexp'; source: string }
  | { type: 'variable'; name: string }
  | { type: 'element'; name: string; index: AwkExpr[] }
  | { type: 'field'; index: AwkExpr }
  | { type: 'unary'; operator: string; operand: AwkExpr }
  | { type: 'binary'; operator: string; left: AwkExpr; right: AwkExpr }
  | { type: 'assign'; operator: string; target: AwkExpr; value: AwkExpr }
  | { type: 'increment'; by: number; prefix: boolean; target: AwkExpr }
  | { type: 'ternary'; test: AwkExpr; then: AwkExpr; else: AwkExpr }
  | { type: 'in'; name: string; index: AwkExpr }
  | { type: 'call'; name: string; args: AwkExpr[] }

export type AwkStatement =
  | { type: 'block'; body: AwkStatement[] }
  | { type: 'expression'; expression: AwkExpr }
  | { type: 'print'; args: AwkExpr[]; format: boolean }
  | { type: 'if'; test: AwkExpr; then: AwkStatement; else: AwkStatement | undefined }
  | { type: 'while'; test: AwkExpr; body: AwkStatement }
  | {
      type: 'for'
      first: AwkStatement | undefined
      test: AwkExpr | undefined
      step: AwkStatement | undefined
      body: AwkStatement
    }
  | { type: 'forIn'; name: string; array: string; body: AwkStatement }
  | { type: 'delete'; name: string; index: AwkExpr[] | undefined }
  | { type: 'exit'; code: AwkExpr | undefined }
  | { type: 'next' | 'break' | 'continue' }

export interface AwkRule {
  kind: 'BEGIN' | 'END' | 'pattern'
  pattern: AwkExpr | undefined
  /** Of a range `first, last`. */
  until: AwkExpr | undefined
  body: AwkStatement | undefined
}

interface Token {
  kind: 'number' | 'string' | 'regexp' | 'name' | 'call' | 'operator' | 'newline'
  text: string
  /** A blank stands before it. */
  spaced: boolean
}

const keywords = new Set([
  'BEGIN',
  'END',
  'if',
  'else',
  'while',
  'for',
  'in',
  'print',
  'printf',
  'next',
  'exit',
  'break',
  'continue',
  'delete',
  'getline',
  'do',
  'function',
  'return',
])
const operators = [
  '&&',
  '||',
  '==',
  '!=',
  '<=',
  '>=',
  '+=',
  '-=',
  '*=',
  '/=',
  '%=',
  '^=',
  '++',
  '--',
  '!~',
  '{',
  '}',
  '(',
  ')',
  '[',
  ']',
  ';',
  ',',
  '+',
  '-',
  '*',
  '/',
  '%',
  '^',
  '!',
  '>',
  '<',
  '~',
  '?',
  ':',
  '$',
  '=',
  '|',
]

export function parseAwk(source: string): AwkRule[] {
  return new Parser(tokenize(source)).rules()
}

function tokenize(source: string): Token[] {
  const tokens: Token[] = []
  let at = 0
  const push = (kind: Token['kind'], text: string, length: number, spaced: boolean) => {
    tokens.push({ kind, text, spaced })
    at += length
  }
  while (at < source.length) {
    const blank = /^(?:[ \t\r]|\\\n|#[^\n]*)*/.exec(source.slice(at))![0]
    at += blank.length
    const rest = source.slice(at)
    if (rest === '') break
    const spaced = blank !== ''
    const number = /^(?:\d+\.?\d*(?:[eE][-+]?\d+)?|\.\d+)/.exec(rest)
    const string = /^"((?:[^"\\]|\\.)*)"/s.exec(rest)
    const name = /^[A-Za-z_]\w*/.exec(rest)
    const regexp = startsRegexp(tokens.at(-1)) ? /^\/((?:[^/\\\n[]|\\.|\[(?:[^\]\\]|\\.)*\])*)\//.exec(rest) : null
    if (rest.startsWith('\n')) push('newline', '\n', 1, spaced)
    else if (number !== null) push('number', number[0], number[0].length, spaced)
    else if (string !== null) push('string', unescape(string[1]!), string[0].length, spaced)
    else if (regexp !== null) push('regexp', regexp[1]!, regexp[0].length, spaced)
    else if (name !== null)
      push(rest[name[0].length] === '(' && !keywords.has(name[0]) ? 'call' : 'name', name[0], name[0].length, spaced)
    else {
      const operator = operators.find((o) => rest.startsWith(o))
      if (operator === undefined) throw new AwkError('Unexpected token')
      push('operator', operator, operator.length, spaced)
    }
  }
  return tokens
}

/** After a value a slash divides. */
function startsRegexp(last: Token | undefined): boolean {
  if (last === undefined || last.kind === 'newline') return true
  if (last.kind === 'operator') return ![')', ']', '$', '++', '--'].includes(last.text)
  return last.kind === 'name' && keywords.has(last.text)
}

function unescape(text: string): string {
  const single: Record<string, string> = { n: '\n', t: '\t', r: '\r', '"': '"', '\\': '\\', '/': '/' }
  return text.replaceAll(/\\(.)/gs, (all, c: string) => single[c] ?? all)
}

/** Binary operators by how tightly they bind; those of one row associate to the left. */
const levels = [
  ['||'],
  ['&&'],
  ['in'],
  ['~', '!~'],
  ['<', '<=', '!=', '==', '>', '>='],
  ['concatenate'],
  ['+', '-'],
  ['*', '/', '%'],
]

class Parser {
  private readonly tokens: Token[]
  private at = 0
  /** In `print a > b` the sign redirects. */
  private noGreater = false

  constructor(tokens: Token[]) {
    this.tokens = tokens
  }

  rules(): AwkRule[] {
    const rules: AwkRule[] = []
    this.skipSeparators()
    while (this.at < this.tokens.length) {
      rules.push(this.rule())
      this.skipSeparators()
    }
    return rules
  }

  private rule(): AwkRule {
    for (const kind of ['BEGIN', 'END'] as const)
      if (this.takeName(kind)) return { kind, pattern: undefined, until: undefined, body: this.block() }
    if (this.peek()?.text === 'function') throw new AwkError('functions are not simulated')
    if (this.is('{')) return { kind: 'pattern', pattern: undefined, until: undefined, body: this.block() }
    const pattern = this.expression()
    const until = this.take(',') ? this.expression() : undefined
    return { kind: 'pattern', pattern, until, body: this.is('{') ? this.block() : undefined }
  }

  private block(): AwkStatement {
    this.expect('{')
    const body: AwkStatement[] = []
    this.skipSeparators()
    while (!this.take('}')) {
      if (this.at >= this.tokens.length) throw new AwkError('Unexpected end of string')
      body.push(this.statement())
      this.skipSeparators()
    }
    return { type: 'block', body }
  }

  private statement(): AwkStatement {
    if (this.is('{')) return this.block()
    if (this.takeName('if')) return this.if()
    if (this.takeName('while')) {
      const test = this.parenthesized()
      return { type: 'while', test, body: this.body() }
    }
    if (this.takeName('for')) return this.for()
    return this.simple()
  }

  private body(): AwkStatement {
    this.skipNewlines()
    return this.statement()
  }

  private if(): AwkStatement {
    const test = this.parenthesized()
    const then = this.body()
    const from = this.at
    this.skipSeparators()
    if (this.takeName('else')) return { type: 'if', test, then, else: this.body() }
    this.at = from
    return { type: 'if', test, then, else: undefined }
  }

  private for(): AwkStatement {
    this.expect('(')
    const [name, word, array, close] = this.tokens.slice(this.at, this.at + 4)
    if (name?.kind === 'name' && word?.text === 'in' && array?.kind === 'name' && close?.text === ')') {
      this.at += 4
      return { type: 'forIn', name: name.text, array: array.text, body: this.body() }
    }
    const first = this.is(';') ? undefined : this.simple()
    this.expect(';')
    const test = this.is(';') ? undefined : this.expression()
    this.expect(';')
    const step = this.is(')') ? undefined : this.simple()
    this.expect(')')
    return { type: 'for', first, test, step, body: this.body() }
  }

  private simple(): AwkStatement {
    for (const type of ['next', 'break', 'continue'] as const) if (this.takeName(type)) return { type }
    if (this.takeName('exit')) return { type: 'exit', code: this.endsStatement() ? undefined : this.expression() }
    if (this.takeName('print')) return { type: 'print', args: this.printArguments(), format: false }
    if (this.takeName('printf')) return { type: 'print', args: this.printArguments(), format: true }
    if (this.takeName('delete')) {
      const name = this.tokens[this.at++]?.text ?? ''
      if (!this.take('[')) return { type: 'delete', name, index: undefined }
      const index = this.list()
      this.expect(']')
      return { type: 'delete', name, index }
    }
    return { type: 'expression', expression: this.expression() }
  }

  private printArguments(): AwkExpr[] {
    if (this.endsStatement()) return []
    this.noGreater = true
    const from = this.at
    let args: AwkExpr[]
    if (this.take('(')) {
      this.noGreater = false
      args = this.list()
      this.expect(')')
      this.noGreater = true
      // `print (a)(b)` is one expression after all.
      if (!this.endsStatement() && !this.is('>') && !this.is('|')) {
        this.at = from
        args = this.list()
      }
    } else args = this.list()
    this.noGreater = false
    if (this.is('>') || this.is('|')) throw new AwkError('redirections inside awk are not simulated')
    return args
  }

  private list(): AwkExpr[] {
    const items = [this.expression()]
    while (this.take(',')) {
      this.skipNewlines()
      items.push(this.expression())
    }
    return items
  }

  private parenthesized(): AwkExpr {
    this.expect('(')
    const e = this.expression()
    this.expect(')')
    return e
  }

  private expression(): AwkExpr {
    const left = this.ternary()
    const operator = ['=', '+=', '-=', '*=', '/=', '%=', '^='].find((o) => this.is(o))
    if (operator === undefined) return left
    this.at++
    return { type: 'assign', operator, target: left, value: this.expression() }
  }

  private ternary(): AwkExpr {
    const test = this.level(0)
    if (!this.take('?')) return test
    const then = this.ternary()
    this.expect(':')
    return { type: 'ternary', test, then, else: this.ternary() }
  }

  private level(n: number): AwkExpr {
    if (n === levels.length) return this.unary()
    let left = this.level(n + 1)
    for (let operator = this.operatorOf(n); operator !== undefined; operator = this.operatorOf(n)) {
      if (operator === 'in') {
        this.at++
        left = { type: 'in', name: this.tokens[this.at++]?.text ?? '', index: left }
        continue
      }
      if (operator !== 'concatenate') this.at++
      if (operator === '&&' || operator === '||') this.skipNewlines()
      left = { type: 'binary', operator, left, right: this.level(n + 1) }
    }
    return left
  }

  private operatorOf(n: number): string | undefined {
    const token = this.peek()
    if (token === undefined) return undefined
    const row = levels[n]!
    if (row[0] === 'concatenate') return this.startsOperand(token) ? 'concatenate' : undefined
    if (row[0] === 'in') return token.kind === 'name' && token.text === 'in' ? 'in' : undefined
    if (token.kind !== 'operator' || !row.includes(token.text)) return undefined
    return token.text === '>' && this.noGreater ? undefined : token.text
  }

  /** Two values side by side are joined; a sign after a blank and before a value would be ambiguous, and subtracts. */
  private startsOperand(token: Token): boolean {
    if (token.kind === 'number' || token.kind === 'string' || token.kind === 'call') return true
    if (token.kind === 'name') return !keywords.has(token.text)
    return (
      token.kind === 'operator' &&
      ['$', '(', '!'].includes(token.text) &&
      !(token.text === '!' && this.tokens[this.at + 1]?.text === '~')
    )
  }

  private unary(): AwkExpr {
    for (const operator of ['!', '-', '+'])
      if (this.take(operator)) return { type: 'unary', operator, operand: this.unary() }
    const base = this.postfix()
    return this.take('^') ? { type: 'binary', operator: '^', left: base, right: this.unary() } : base
  }

  private postfix(): AwkExpr {
    for (const operator of ['++', '--'])
      if (this.take(operator))
        return { type: 'increment', by: operator === '++' ? 1 : -1, prefix: true, target: this.primary() }
    const e = this.primary()
    if (e.type !== 'variable' && e.type !== 'field' && e.type !== 'element') return e
    for (const operator of ['++', '--'])
      if (this.take(operator)) return { type: 'increment', by: operator === '++' ? 1 : -1, prefix: false, target: e }
    return e
  }

  private primary(): AwkExpr {
    const token = this.tokens[this.at++]
    if (token === undefined) throw new AwkError('Unexpected end of string')
    if (token.kind === 'number') return { type: 'number', value: Number(token.text) }
    if (token.kind === 'string') return { type: 'string', value: token.text }
    if (token.kind === 'regexp') return { type: 'regexp', source: token.text }
    if (token.kind === 'call') return this.call(token.text)
    if (token.text === '$') return { type: 'field', index: this.postfixOfField() }
    if (token.text === '(') {
      const greater = this.noGreater
      this.noGreater = false
      const e = this.expression()
      this.noGreater = greater
      this.expect(')')
      return e
    }
    if (token.kind !== 'name' || keywords.has(token.text)) throw new AwkError('Unexpected token')
    if (token.text === 'length') return { type: 'call', name: 'length', args: [] }
    if (!this.take('[')) return { type: 'variable', name: token.text }
    const index = this.list()
    this.expect(']')
    return { type: 'element', name: token.text, index }
  }

  /** `$i++` increments the field, `$NF-1` subtracts from it. */
  private postfixOfField(): AwkExpr {
    if (this.is('++') || this.is('--') || this.is('-')) return this.unary()
    return this.primary()
  }

  private call(name: string): AwkExpr {
    this.expect('(')
    const args = this.is(')') ? [] : this.list()
    this.expect(')')
    return { type: 'call', name, args }
  }

  private peek(): Token | undefined {
    return this.tokens[this.at]
  }

  private is(text: string): boolean {
    const token = this.peek()
    return token?.kind === 'operator' && token.text === text
  }

  private take(text: string): boolean {
    if (!this.is(text)) return false
    this.at++
    return true
  }

  private takeName(text: string): boolean {
    const token = this.peek()
    if (token?.kind !== 'name' || token.text !== text) return false
    this.at++
    return true
  }

  private expect(text: string): void {
    if (!this.take(text)) throw new AwkError('Unexpected token')
  }

  private endsStatement(): boolean {
    const token = this.peek()
    return (
      token === undefined || token.kind === 'newline' || (token.kind === 'operator' && [';', '}'].includes(token.text))
    )
  }

  private skipNewlines(): void {
    while (this.peek()?.kind === 'newline') this.at++
  }

  private skipSeparators(): void {
    while (this.peek()?.kind === 'newline' || this.is(';')) this.at++
  }
}
