/** The language of jq, as far as its manual's basics, conditionals, variables and assignments go; no definitions, no modules. */
import { JqSyntaxError } from './errors.ts'

export type Node =
  | { op: 'identity' | 'recurse' }
  | { op: 'literal'; value: unknown }
  | { op: 'text'; format: string | undefined; parts: readonly (string | Node)[] }
  | { op: 'index'; of: Node; key: Node }
  | { op: 'slice'; of: Node; from: Node | undefined; to: Node | undefined }
  | { op: 'each' | 'negate'; of: Node }
  | { op: 'try'; of: Node; failed?: Node }
  | { op: 'pipe' | 'comma' | 'and' | 'or' | 'alternative'; left: Node; right: Node }
  | { op: 'binary'; sign: string; left: Node; right: Node }
  | { op: 'update'; sign: string; path: Node; value: Node }
  | { op: 'array'; of: Node | undefined }
  | { op: 'object'; entries: readonly (readonly [key: Node, value: Node])[] }
  | { op: 'if'; condition: Node; then: Node; otherwise: Node | undefined }
  | { op: 'as'; source: Node; name: string; body: Node }
  | { op: 'reduce'; source: Node; name: string; initial: Node; update: Node }
  | { op: 'variable'; name: string }
  | { op: 'call'; name: string; args: readonly Node[] }

type Token =
  | { type: 'word' | 'sign' | 'variable' | 'format' | 'field'; text: string }
  | { type: 'number'; text: string }
  | { type: 'string'; parts: readonly (string | Node)[] }

const signs = ['|=', '+=', '-=', '*=', '/=', '//=', '//', '==', '!=', '<=', '>=', '..', '?//', '|', ',', '.', '[', ']', '(', ')', '{', '}', ':', ';', '=', '<', '>', '+', '-', '*', '/', '%', '?']
  .toSorted((a, b) => b.length - a.length)

export function parse(text: string): Node {
  const parser = new Parser(tokenize(text))
  const node = parser.end() ? ({ op: 'identity' } as const) : parser.pipe()
  if (!parser.end()) throw new JqSyntaxError(`syntax error, unexpected '${parser.peek()}'`)
  return node
}

function tokenize(text: string): Token[] {
  const tokens: Token[] = []
  let at = 0
  while (at < text.length) {
    const rest = text.slice(at)
    const blank = /^(\s+|#[^\n]*)/.exec(rest)
    const found = /^(?:(\.[A-Za-z_]\w*)|(\$[A-Za-z_]\w*)|(@[a-z0-9]+)|(\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|\.\d+)|([A-Za-z_]\w*))/.exec(rest)
    if (blank) at += blank[0].length
    else if (rest[0] === '"') {
      const [parts, length] = readString(rest)
      tokens.push({ type: 'string', parts })
      at += length
    } else if (found) {
      const type = found[1] !== undefined ? 'field' : found[2] !== undefined ? 'variable' : found[3] !== undefined ? 'format' : found[4] !== undefined ? 'number' : 'word'
      tokens.push({ type, text: type === 'field' || type === 'variable' ? found[0].slice(1) : found[0] })
      at += found[0].length
    } else {
      const sign = signs.find((one) => rest.startsWith(one))
      if (sign === undefined) throw new JqSyntaxError('syntax error, unexpected INVALID_CHARACTER')
      tokens.push({ type: 'sign', text: sign })
      at += sign.length
    }
  }
  return tokens
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f', '/': '/', '\\': '\\', '"': '"' }

/** A string with `\(...)` in it, and how long it was. */
function readString(text: string): [parts: (string | Node)[], length: number] {
  const parts: (string | Node)[] = []
  let literal = ''
  for (let at = 1; at < text.length; at++) {
    const char = text[at]!
    if (char === '"') return [literal === '' && parts.length > 0 ? parts : [...parts, literal], at + 1]
    if (char !== '\\') {
      literal += char
      continue
    }
    const next = text[++at] ?? ''
    if (next === '(') {
      const end = closing(text, at)
      if (literal !== '') parts.push(literal)
      literal = ''
      parts.push(parse(text.slice(at + 1, end)))
      at = end
    } else if (next === 'u') {
      literal += String.fromCharCode(Number.parseInt(text.slice(at + 1, at + 5), 16))
      at += 4
    } else if (escapes[next] !== undefined) literal += escapes[next]
    else throw new JqSyntaxError('Invalid escape')
  }
  throw new JqSyntaxError('syntax error, unexpected end of file, expecting QQSTRING_TEXT')
}

function closing(text: string, from: number): number {
  let depth = 0
  let inString = false
  for (let at = from; at < text.length; at++) {
    const char = text[at]!
    if (char === '\\' && inString && text[at + 1] !== '(') at++
    else if (char === '"') inString = !inString
    else if (inString) continue
    else if (char === '(') depth++
    else if (char === ')' && --depth === 0) return at
  }
  throw new JqSyntaxError('syntax error, unexpected end of file')
}

const comparing = new Set(['==', '!=', '<', '<=', '>', '>='])
const updating = new Set(['=', '|=', '+=', '-=', '*=', '/=', '//='])

class Parser {
  private readonly tokens: readonly Token[]
  private at = 0

  constructor(tokens: readonly Token[]) {
    this.tokens = tokens
  }

  end(): boolean {
    return this.at >= this.tokens.length
  }

  peek(): string | undefined {
    const token = this.tokens[this.at]
    return token === undefined ? 'end of file' : 'text' in token ? token.text : '"'
  }

  pipe(): Node {
    const left = this.comma()
    if (this.takeWord('as')) {
      const name = this.variable()
      this.expect('|')
      return { op: 'as', source: left, name, body: this.pipe() }
    }
    return this.take('|') ? { op: 'pipe', left, right: this.pipe() } : left
  }

  private comma(): Node {
    let left = this.update()
    while (this.take(',')) left = { op: 'comma', left, right: this.update() }
    return left
  }

  private update(): Node {
    const left = this.alternative()
    const sign = this.takeOf(updating)
    return sign === undefined ? left : { op: 'update', sign, path: left, value: this.alternative() }
  }

  private alternative(): Node {
    const left = this.or()
    return this.take('//') ? { op: 'alternative', left, right: this.alternative() } : left
  }

  private or(): Node {
    let left = this.and()
    while (this.takeWord('or')) left = { op: 'or', left, right: this.and() }
    return left
  }

  private and(): Node {
    let left = this.comparison()
    while (this.takeWord('and')) left = { op: 'and', left, right: this.comparison() }
    return left
  }

  private comparison(): Node {
    const left = this.sum()
    const sign = this.takeOf(comparing)
    return sign === undefined ? left : { op: 'binary', sign, left, right: this.sum() }
  }

  private sum(): Node {
    let left = this.product()
    for (let sign = this.takeOf(sums); sign !== undefined; sign = this.takeOf(sums)) left = { op: 'binary', sign, left, right: this.product() }
    return left
  }

  private product(): Node {
    let left = this.postfix()
    for (let sign = this.takeOf(products); sign !== undefined; sign = this.takeOf(products)) left = { op: 'binary', sign, left, right: this.postfix() }
    return left
  }

  private postfix(): Node {
    let node = this.term()
    for (;;) {
      const token = this.tokens[this.at]
      if (token?.type === 'field') {
        this.at++
        node = { op: 'index', of: node, key: literal(token.text) }
      } else if (this.take('?')) node = { op: 'try', of: node }
      else if (this.take('[')) node = this.bracket(node)
      else if (token?.type === 'sign' && token.text === '.') {
        this.at++
        node = this.take('[') ? this.bracket(node) : { op: 'index', of: node, key: this.string(undefined) }
      } else return node
    }
  }

  /** Behind `[`: `]`, an index, or a slice. */
  private bracket(of: Node): Node {
    if (this.take(']')) return { op: 'each', of }
    const from = this.take(':') ? undefined : this.pipe()
    const isSlice = from === undefined || this.take(':')
    if (!isSlice) {
      this.expect(']')
      return { op: 'index', of, key: from }
    }
    const to = this.take(']') ? undefined : this.pipe()
    if (to !== undefined) this.expect(']')
    return { op: 'slice', of, from, to }
  }

  private term(): Node {
    const token = this.tokens[this.at++]
    if (token === undefined) throw new JqSyntaxError('syntax error, unexpected end of file')
    switch (token.type) {
      case 'number':
        return literal(Number(token.text))
      case 'string':
        return { op: 'text', format: undefined, parts: token.parts }
      case 'field':
        return { op: 'index', of: { op: 'identity' }, key: literal(token.text) }
      case 'variable':
        return { op: 'variable', name: token.text }
      case 'format':
        return this.tokens[this.at]?.type === 'string' ? this.string(token.text) : { op: 'call', name: token.text, args: [] }
      case 'word':
        return this.word(token.text)
      default:
        return this.sign(token.text)
    }
  }

  private sign(sign: string): Node {
    switch (sign) {
      case '..':
        return { op: 'recurse' }
      case '.':
        if (this.take('[')) return this.bracket({ op: 'identity' })
        return this.tokens[this.at]?.type === 'string' ? { op: 'index', of: { op: 'identity' }, key: this.string(undefined) } : { op: 'identity' }
      case '-':
        return { op: 'negate', of: this.postfix() }
      case '(': {
        const inner = this.pipe()
        this.expect(')')
        return inner
      }
      case '[': {
        if (this.take(']')) return { op: 'array', of: undefined }
        const of = this.pipe()
        this.expect(']')
        return { op: 'array', of }
      }
      case '{':
        return this.object()
      default:
        throw new JqSyntaxError(`syntax error, unexpected '${sign}'`)
    }
  }

  private word(name: string): Node {
    if (name === 'if') return this.conditional()
    if (name === 'reduce') {
      const source = this.postfix()
      if (!this.takeWord('as')) throw new JqSyntaxError(`syntax error, unexpected '${this.peek()}', expecting "as"`)
      const variable = this.variable()
      this.expect('(')
      const initial = this.pipe()
      this.expect(';')
      const update = this.pipe()
      this.expect(')')
      return { op: 'reduce', source, name: variable, initial, update }
    }
    if (name === 'try') {
      const of = this.postfix()
      return this.takeWord('catch') ? { op: 'try', of, failed: this.postfix() } : { op: 'try', of }
    }
    if (name === 'null' || name === 'true' || name === 'false') return literal(JSON.parse(name))
    const args: Node[] = []
    if (this.take('(')) {
      do args.push(this.pipe())
      while (this.take(';'))
      this.expect(')')
    }
    return { op: 'call', name, args }
  }

  private conditional(): Node {
    const condition = this.pipe()
    if (!this.takeWord('then')) throw new JqSyntaxError(`syntax error, unexpected '${this.peek()}', expecting "then"`)
    const then = this.pipe()
    if (this.takeWord('elif')) return { op: 'if', condition, then, otherwise: this.conditional() }
    const otherwise = this.takeWord('else') ? this.pipe() : undefined
    if (!this.takeWord('end')) throw new JqSyntaxError(`syntax error, unexpected '${this.peek()}', expecting "end"`)
    return { op: 'if', condition, then, otherwise }
  }

  private object(): Node {
    const entries: [Node, Node][] = []
    while (!this.take('}')) {
      if (entries.length > 0) this.expect(',')
      const token = this.tokens[this.at++]
      let key: Node
      let short: Node | undefined
      if (token?.type === 'word') {
        key = literal(token.text)
        short = { op: 'index', of: { op: 'identity' }, key }
      } else if (token?.type === 'variable') {
        key = literal(token.text)
        short = { op: 'variable', name: token.text }
      } else if (token?.type === 'string') {
        key = { op: 'text', format: undefined, parts: token.parts }
        short = { op: 'index', of: { op: 'identity' }, key }
      } else if (token?.type === 'sign' && token.text === '(') {
        key = this.pipe()
        this.expect(')')
      } else throw new JqSyntaxError('syntax error: May need parentheses around object key expression')
      if (this.take(':')) entries.push([key, this.objectValue()])
      else if (short !== undefined) entries.push([key, short])
      else this.expect(':')
    }
    return { op: 'object', entries }
  }

  /** No comma, which parts the entries; pipes are allowed. */
  private objectValue(): Node {
    const left = this.alternative()
    return this.take('|') ? { op: 'pipe', left, right: this.objectValue() } : left
  }

  private string(format: string | undefined): Node {
    const token = this.tokens[this.at++]
    if (token?.type !== 'string') throw new JqSyntaxError(`syntax error, unexpected '${token === undefined ? 'end of file' : token.text}'`)
    return { op: 'text', format, parts: token.parts }
  }

  private variable(): string {
    const token = this.tokens[this.at++]
    if (token?.type !== 'variable') throw new JqSyntaxError('syntax error, expecting a variable')
    return token.text
  }

  private take(sign: string): boolean {
    const token = this.tokens[this.at]
    if (token?.type !== 'sign' || token.text !== sign) return false
    this.at++
    return true
  }

  private takeWord(word: string): boolean {
    const token = this.tokens[this.at]
    if (token?.type !== 'word' || token.text !== word) return false
    this.at++
    return true
  }

  private takeOf(among: ReadonlySet<string>): string | undefined {
    const token = this.tokens[this.at]
    if (token?.type !== 'sign' || !among.has(token.text)) return undefined
    this.at++
    return token.text
  }

  private expect(sign: string): void {
    if (!this.take(sign)) throw new JqSyntaxError(`syntax error, unexpected '${this.peek()}', expecting '${sign}'`)
  }
}

const sums = new Set(['+', '-'])
const products = new Set(['*', '/', '%'])
const literal = (value: unknown): Node => ({ op: 'literal', value })
