import { type Expression, ExpressionParser, type Parameter } from './expressions.ts'
import { PythonSyntaxError, tokenize } from './tokens.ts'

export type Statement = { line: number } & (
  | { type: 'expression'; value: Expression }
  | { type: 'assign'; targets: Expression[]; value: Expression }
  | { type: 'augmented'; target: Expression; operator: string; value: Expression }
  | { type: 'if'; branches: { test: Expression; body: Statement[] }[]; else: Statement[] }
  | { type: 'while'; test: Expression; body: Statement[]; else: Statement[] }
  | { type: 'for'; target: Expression; source: Expression; body: Statement[]; else: Statement[] }
  | { type: 'def'; name: string; parameters: Parameter[]; body: Statement[] }
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

const augmented = ['+=', '-=', '*=', '/=', '//=', '%=', '**=', '&=', '|=', '^=', '<<=', '>>=']

class Parser extends ExpressionParser {
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
      case 'class':
        return this.class(line)
      case 'try':
        return this.try(line)
      case 'with':
        this.at++
        return this.with(line)
      default:
        return undefined
    }
  }

  /** Several in one line stand inside each other. */
  private with(line: number): Statement {
    const value = this.expression()
    const name = this.takeName('as') ? this.primary() : undefined
    return { type: 'with', line, value, name, body: this.take(',') ? [this.with(line)] : this.block() }
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

  private def(line: number): Statement {
    this.at++
    const name = this.identifier()
    this.expect('(')
    const parameters = this.parameters(')')
    this.expect(')')
    if (this.take('->')) this.expression()
    return { type: 'def', line, name, parameters, body: this.block() }
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
}

function listOf(e: Expression): Expression[] {
  return e.type === 'tuple' ? e.items : [e]
}
