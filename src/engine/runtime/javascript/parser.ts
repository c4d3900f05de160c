import { ExpressionParser, named } from './expressions.ts'
import type { Bound, Statement } from './syntax.ts'
import { tokenize } from './tokens.ts'

export function parseJavaScript(source: string): Statement[] {
  return new Parser(tokenize(source)).program()
}

type Kind = 'var' | 'let' | 'const'

class Parser extends ExpressionParser {
  program(): Statement[] {
    const body: Statement[] = []
    while (this.next.kind !== 'end') body.push(this.statement())
    return body
  }

  block(): Statement[] {
    this.expect('{')
    const body: Statement[] = []
    while (!this.take('}')) {
      if (this.next.kind === 'end') this.unexpected()
      body.push(this.statement())
    }
    return body
  }

  private statement(label?: string): Statement {
    const { kind, text } = this.next
    if (this.take(';')) return { type: 'empty' }
    if (kind === 'op' && text === '{') return { type: 'block', body: this.block() }
    if (kind === 'name') {
      if (this.peek().text === ':' && this.peek().kind === 'op') {
        this.at += 2
        return this.statement(text)
      }
      const found = this.keyword(text, label)
      if (found !== undefined) return found
    }
    const of = this.expression()
    this.semicolon()
    return { type: 'expression', of }
  }

  private semicolon(): void {
    if (this.take(';') || this.is('}') || this.next.kind === 'end' || this.next.newlineBefore) return
    this.unexpected()
  }

  private keyword(text: string, label: string | undefined): Statement | undefined {
    switch (text) {
      case 'var':
      case 'const':
      case 'let': {
        if (text === 'let' && this.peek().kind !== 'name' && !['[', '{'].includes(this.peek().text)) return undefined
        this.at++
        const declared = this.declared(text)
        this.semicolon()
        return declared
      }
      case 'function':
        this.at++
        return { type: 'functionDeclaration', of: this.functionRest(false) }
      case 'async':
        if (this.peek().text !== 'function') return undefined
        this.at += 2
        return { type: 'functionDeclaration', of: this.functionRest(true) }
      case 'class':
        this.at++
        return { type: 'classDeclaration', of: this.classRest() }
      case 'if':
        return this.ifRest()
      case 'for':
        this.at++
        return this.forRest(label)
      case 'while':
      case 'do':
        this.at++
        return this.whileRest(text === 'do', label)
      case 'switch':
        return this.switchRest()
      case 'return': {
        this.at++
        const of = this.is(';') || this.is('}') || this.next.kind === 'end' || this.next.newlineBefore ? undefined : this.expression()
        this.semicolon()
        return { type: 'return', of }
      }
      case 'break':
      case 'continue': {
        this.at++
        const to = this.next.kind === 'name' && !this.next.newlineBefore ? this.name() : undefined
        this.semicolon()
        return { type: text, label: to }
      }
      case 'throw': {
        const { line } = this.next
        this.at++
        const of = this.expression()
        this.semicolon()
        return { type: 'throw', of, line }
      }
      case 'try':
        return this.tryRest()
      case 'import':
        return this.peek().text === '(' || this.peek().text === '.' ? undefined : this.importRest()
      case 'export':
        this.at++
        this.take('default')
        return this.statement()
      default:
        return undefined
    }
  }

  private whileRest(isDo: boolean, label: string | undefined): Statement {
    if (!isDo) {
      const test = this.inParentheses()
      return { type: 'while', test, body: this.statement(), isDo, label }
    }
    const body = this.statement()
    this.expect('while')
    const test = this.inParentheses()
    this.take(';')
    return { type: 'while', test, body, isDo, label }
  }

  private inParentheses() {
    this.expect('(')
    const of = this.expression()
    this.expect(')')
    return of
  }

  private declared(kind: Kind): Extract<Statement, { type: 'declare' }> {
    const bounds: Bound[] = []
    do {
      const bound = this.bound()
      const { pattern, otherwise } = bound
      bounds.push(otherwise !== undefined && pattern.type === 'name' ? { pattern, otherwise: named(otherwise, { type: 'value', value: pattern.name }) } : bound)
    } while (this.take(','))
    return { type: 'declare', kind, bounds }
  }

  private ifRest(): Statement {
    this.at++
    const test = this.inParentheses()
    const then = this.statement()
    return { type: 'if', test, then, otherwise: this.take('else') ? this.statement() : undefined }
  }

  private forRest(label: string | undefined): Statement {
    this.take('await')
    this.expect('(')
    const kind = this.is('var') || this.is('let') || this.is('const') ? (this.name() as Kind) : undefined
    if (kind !== undefined || !this.is(';')) {
      const start = this.at
      const pattern = kind === undefined ? undefined : this.pattern()
      const left = pattern ?? (this.next.kind === 'name' && ['of', 'in'].includes(this.peek().text) ? this.pattern() : undefined)
      if (left !== undefined && (this.is('of') || this.is('in'))) {
        const keys = this.name() === 'in'
        const of = this.expression()
        this.expect(')')
        return { type: 'forOf', kind, pattern: left, of, keys, body: this.statement(), label }
      }
      this.at = start
    }
    const init = this.is(';') ? undefined : this.withoutIn((): Statement => (kind === undefined ? { type: 'expression', of: this.expression() } : this.declared(kind)))
    this.expect(';')
    const test = this.is(';') ? undefined : this.expression()
    this.expect(';')
    const update = this.is(')') ? undefined : this.expression()
    this.expect(')')
    return { type: 'for', init, test, update, body: this.statement(), label }
  }

  private switchRest(): Statement {
    this.at++
    const of = this.inParentheses()
    const cases: Extract<Statement, { type: 'switch' }>['cases'] = []
    this.expect('{')
    while (!this.take('}')) {
      const test = this.take('default') ? undefined : (this.expect('case'), this.expression())
      this.expect(':')
      const body: Statement[] = []
      while (!this.is('case') && !this.is('default') && !this.is('}')) body.push(this.statement())
      cases.push({ test, body })
    }
    return { type: 'switch', of, cases }
  }

  private tryRest(): Statement {
    this.at++
    const body = this.block()
    let parameter
    let handler
    if (this.take('catch')) {
      if (this.take('(')) {
        parameter = this.pattern()
        this.expect(')')
      }
      handler = this.block()
    }
    const finalizer = this.take('finally') ? this.block() : undefined
    if (handler === undefined && finalizer === undefined) this.unexpected()
    return { type: 'try', body, parameter, handler, finalizer }
  }

  /** import http from 'http'; import { a as b } from 'm'; import * as m from 'm'; import 'm' */
  private importRest(): Statement {
    this.at++
    const bounds: { from: string | undefined; to: string }[] = []
    if (this.next.kind !== 'string') {
      do {
        if (this.take('*')) {
          this.expect('as')
          bounds.push({ from: undefined, to: this.name() })
        } else if (this.take('{')) {
          while (!this.is('}')) {
            const from = this.name()
            bounds.push({ from, to: this.take('as') ? this.name() : from })
            if (!this.take(',')) break
          }
          this.expect('}')
        } else bounds.push({ from: 'default', to: this.name() })
      } while (this.take(','))
      this.expect('from')
    }
    const token = this.next
    if (token.kind !== 'string') return this.unexpected()
    this.at++
    this.semicolon()
    return { type: 'import', module: token.value, bounds }
  }
}
