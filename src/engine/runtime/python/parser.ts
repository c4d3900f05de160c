import type { Expression, Parameter } from './expressions.ts'
import { type Pattern, PatternParser } from './patterns.ts'
import { PythonSyntaxError, tokenize } from './tokens.ts'

/** What calling it gives: what it returns, what it yields one by one, or something to await. */
export type FuncKind = 'plain' | 'generator' | 'async'

export type Statement = { line: number } & (
  | { type: 'expression'; value: Expression }
  | { type: 'assign'; targets: Expression[]; value: Expression }
  | { type: 'augmented'; target: Expression; operator: string; value: Expression }
  | { type: 'if'; branches: { test: Expression; body: Statement[] }[]; else: Statement[] }
  | { type: 'while'; test: Expression; body: Statement[]; else: Statement[] }
  | { type: 'for'; target: Expression; source: Expression; body: Statement[]; else: Statement[] }
  | { type: 'annotated'; target: Expression; value: Expression | undefined }
  | { type: 'def'; kind: FuncKind; name: string; parameters: Parameter[]; body: Statement[] }
  | { type: 'class'; name: string; bases: Expression[]; body: Statement[] }
  | { type: 'decorated'; decorators: Expression[]; name: string; target: Statement }
  | {
      type: 'try'
      body: Statement[]
      handlers: { types: Expression | undefined; name: string | undefined; body: Statement[] }[]
      else: Statement[]
      finally: Statement[]
    }
  | { type: 'with'; value: Expression; name: Expression | undefined; body: Statement[] }
  | { type: 'import'; module: string; name: string; members: { name: string; as: string }[] | undefined }
  | { type: 'match'; subject: Expression; cases: { pattern: Pattern; guard: Expression | undefined; body: Statement[] }[] }
  | { type: 'return' | 'assert'; value: Expression | undefined }
  | { type: 'raise'; value: Expression | undefined; from: Expression | undefined }
  | { type: 'del'; targets: Expression[] }
  | { type: 'global' | 'nonlocal'; names: string[] }
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

const augmented = ['+=', '-=', '*=', '/=', '//=', '%=', '**=', '&=', '|=', '^=', '<<=', '>>=']

class Parser extends PatternParser {
  program(): Statement[] {
    const body: Statement[] = []
    while (this.peek().kind !== 'end') {
      if (this.peek().kind === 'indent') throw new PythonSyntaxError('unexpected indent', this.peek().line)
      body.push(...this.statement())
    }
    return body
  }

  // --- statements ----------------------------------------------------------------------------------

  private statement(): Statement[] {
    const { line, text, kind } = this.peek()
    if (kind === 'name') {
      const compound = this.compound(text, line)
      if (compound !== undefined) return [compound]
    }
    if (kind === 'operator' && text === '@') return [this.decorated(line)]
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
      case 'async':
        return this.async(line)
      case 'class':
        return this.class(line)
      case 'try':
        return this.try(line)
      case 'with':
        this.at++
        return this.with(line)
      case 'match':
        return this.isMatch() ? this.match(line) : undefined
      default:
        return undefined
    }
  }

  /** `match` is a name like others, unless a block of cases follows. */
  private isMatch(): boolean {
    const end = this.tokens.findIndex(({ kind }, i) => i > this.at && kind === 'newline')
    return this.tokens[end - 1]?.text === ':' && this.tokens[end + 1]?.kind === 'indent' && this.tokens[end + 2]?.text === 'case'
  }

  private match(line: number): Statement {
    this.at++
    const subject = this.expressions()
    this.expect(':')
    this.at += 2
    const cases: Extract<Statement, { type: 'match' }>['cases'] = []
    while (this.takeName('case')) cases.push({ pattern: this.patterns(), guard: this.takeName('if') ? this.expression() : undefined, body: this.block() })
    if (this.peek().kind === 'dedent') this.at++
    return { type: 'match', line, subject, cases }
  }

  /** Several in one line stand inside each other. */
  private with(line: number): Statement {
    const opened = this.is('(') && this.isParenthesised()
    if (opened) this.at++
    return this.withItem(line, opened)
  }

  /** `with (A as a, B as b):`, and not a tuple or a call in brackets. */
  private isParenthesised(): boolean {
    let depth = 0
    for (let i = this.at; i < this.tokens.length; i++) {
      const { text, kind } = this.tokens[i]!
      if (text === '(') depth++
      if (text === ')' && --depth === 0) return this.tokens[i + 1]?.text === ':' && this.tokens.slice(this.at, i).some((token) => token.kind === 'name' && token.text === 'as')
      if (kind === 'newline') return false
    }
    return false
  }

  private withItem(line: number, opened: boolean): Statement {
    const value = this.expression()
    const name = this.takeName('as') ? this.primary() : undefined
    if (this.take(',') && !this.is(')')) return { type: 'with', line, value, name, body: [this.withItem(line, opened)] }
    if (opened) this.expect(')')
    return { type: 'with', line, value, name, body: this.block() }
  }

  private decorated(line: number): Statement {
    const decorators: Expression[] = []
    while (this.take('@')) {
      decorators.push(this.expression())
      if (this.peek().kind !== 'newline') throw new PythonSyntaxError('invalid syntax', this.peek().line)
      this.at++
    }
    const [target] = this.statement()
    if (target?.type !== 'def' && target?.type !== 'class') throw new PythonSyntaxError('invalid syntax', line)
    return { type: 'decorated', line, decorators, name: target.name, target }
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

  /** `async with` and `async for` wait as the others do. */
  private async(line: number): Statement {
    this.at++
    const made = this.compound(this.peek().text, line)
    if (made === undefined) throw new PythonSyntaxError('invalid syntax', line)
    return made.type === 'def' && made.kind === 'plain' ? { ...made, kind: 'async' } : made
  }

  private def(line: number): Statement {
    this.at++
    const name = this.identifier()
    this.expect('(')
    const parameters = this.parameters(')')
    this.expect(')')
    if (this.take('->')) this.expression()
    const outer = this.yields
    this.yields = false
    const body = this.block()
    const kind = this.yields ? 'generator' : 'plain'
    this.yields = outer
    return { type: 'def', kind, line, name, parameters, body }
  }

  private class(line: number): Statement {
    this.at++
    const name = this.identifier()
    const bases: Expression[] = []
    if (this.take('(')) {
      while (!this.is(')')) {
        // metaclass=ABCMeta and its like
        if (this.tokens[this.at + 1]?.text === '=') {
          this.at += 2
          this.expression()
        } else bases.push(this.expression())
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
      const types = this.is(':') ? undefined : this.expressions()
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
    if (this.peek().kind !== 'newline' && this.peek().kind !== 'end')
      throw new PythonSyntaxError('invalid syntax', this.peek().line)
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
    if (this.take(':')) {
      this.expression()
      return { type: 'annotated', line, target: first, value: this.take('=') ? this.expressions() : undefined }
    }
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
        if (text !== 'raise') return { type: text, line, value }
        return { type: text, line, value, from: this.takeName('from') ? this.expression() : undefined }
      }
      case 'del':
        this.at++
        return { type: 'del', line, targets: listOf(this.expressions()) }
      case 'global':
      case 'nonlocal': {
        this.at++
        const names = [this.identifier()]
        while (this.take(',')) names.push(this.identifier())
        return { type: text, line, names }
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
      const { from, to } = this.peek()
      this.tokens.splice(this.at, 1, { kind: 'operator', text: ';', line, from, to }, { kind: 'name', text: 'import', line, from, to })
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
      if (this.take('*')) {
        members.push({ name: '*', as: '*' })
        break
      }
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
}

function listOf(e: Expression): Expression[] {
  return e.type === 'tuple' ? e.items : [e]
}
