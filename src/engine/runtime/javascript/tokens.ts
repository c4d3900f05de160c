export class JsSyntaxError extends Error {
  readonly line: number
  constructor(message: string, line: number) {
    super(message)
    this.line = line
  }
}

interface Place {
  text: string
  line: number
  newlineBefore: boolean
}

export type Token =
  | (Place & { kind: 'name' | 'op' | 'end' })
  | (Place & { kind: 'number'; value: number })
  | (Place & { kind: 'string'; value: string })
  | (Place & { kind: 'template'; strings: string[]; sources: { text: string; line: number }[] })
  | (Place & { kind: 'regex'; pattern: string; flags: string })

const operators = ['>>>=', '...', '===', '!==', '**=', '<<=', '>>=', '>>>', '&&=', '||=', '??=', '=>', '==', '!=', '<=', '>=', '&&', '||', '??', '?.', '++', '--', '+=', '-=', '*=', '/=', '%=', '&=', '|=', '^=', '**', '<<', '>>', '{', '}', '(', ')', '[', ']', ';', ',', '<', '>', '+', '-', '*', '/', '%', '&', '|', '^', '!', '~', '?', ':', '=', '.']

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f', v: '\v', 0: '\0' }

/** Behind one of these a slash begins a regular expression. */
const beforeRegex = /^(?:return|typeof|case|in|of|delete|void|throw|new|else|await|yield)$/

const numeral = /^(?:0[xX][0-9a-fA-F_]+|0[bB][01_]+|0[oO][0-7_]+|(?:\d[\d_]*)?\.?\d[\d_]*(?:\.(?!\.))?\d*(?:[eE][+-]?\d+)?)n?/

export function tokenize(source: string, firstLine = 1): Token[] {
  return new Tokenizer(source, firstLine).all()
}

class Tokenizer {
  private readonly source: string
  private readonly tokens: Token[] = []
  private at = 0
  private line: number
  private newlineBefore = false

  constructor(source: string, firstLine: number) {
    this.source = source
    this.line = firstLine
  }

  all(): Token[] {
    const { source } = this
    if (source.startsWith('#!')) this.at = source.includes('\n') ? source.indexOf('\n') : source.length
    while (this.at < source.length) if (!this.blank()) this.token(source[this.at]!)
    this.add({ kind: 'end', text: '' })
    return this.tokens
  }

  private add(token: object): void {
    this.tokens.push({ line: this.line, newlineBefore: this.newlineBefore, ...token } as Token)
    this.newlineBefore = false
  }

  private wrong(message = 'Invalid or unexpected token', line = this.line): never {
    throw new JsSyntaxError(message, line)
  }

  /** What stands between tokens. */
  private blank(): boolean {
    const { source, at } = this
    const c = source[at]!
    if (source.startsWith('//', at)) this.at = source.indexOf('\n', at) < 0 ? source.length : source.indexOf('\n', at)
    else if (source.startsWith('/*', at)) {
      const end = source.indexOf('*/', at + 2)
      const text = source.slice(at, end < 0 ? source.length : end + 2)
      if (text.includes('\n')) this.newlineBefore = true
      this.line += text.split('\n').length - 1
      this.at += text.length
    } else if (/\s|\uFEFF/.test(c)) {
      this.at++
      if (c === '\n') {
        this.line++
        this.newlineBefore = true
      }
    } else return false
    return true
  }

  private token(c: string): void {
    const { source, at } = this
    if (/[\p{L}$_#]/u.test(c)) {
      const text = /^#?[\p{L}\p{N}$_]*/u.exec(source.slice(at))![0] || c
      this.add({ kind: 'name', text })
      this.at += text.length
    } else if (/\d/.test(c) || (c === '.' && /\d/.test(source[at + 1] ?? ''))) {
      const text = numeral.exec(source.slice(at))![0]
      this.add({ kind: 'number', text, value: Number(text.replaceAll('_', '').replace(/n$/, '')) })
      this.at += text.length
    } else if (c === '"' || c === "'") this.string(c)
    else if (c === '`') this.template()
    else if (c === '/' && this.mayBeRegex()) {
      const match = /^\/((?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+)\/([a-z]*)/.exec(source.slice(at)) ?? this.wrong('Invalid regular expression: missing /')
      this.add({ kind: 'regex', text: match[0], pattern: match[1]!, flags: match[2]! })
      this.at += match[0].length
    } else {
      const text = operators.find((op) => source.startsWith(op, at) && !(op === '?.' && /\d/.test(source[at + 2] ?? ''))) ?? this.wrong()
      this.add({ kind: 'op', text })
      this.at += text.length
    }
  }

  private mayBeRegex(): boolean {
    const last = this.tokens.at(-1)
    if (last === undefined) return true
    if (last.kind === 'name') return beforeRegex.test(last.text)
    return last.kind === 'op' && ![')', ']', '}'].includes(last.text)
  }

  private escaped(): string {
    const { source } = this
    const c = source[this.at++] ?? ''
    if (c === 'x') return String.fromCodePoint(Number.parseInt(source.slice(this.at, (this.at += 2)), 16) || 0)
    if (c === 'u') {
      const braced = /^\{([0-9a-fA-F]+)\}/.exec(source.slice(this.at))
      this.at += braced === null ? 4 : braced[0].length
      const code = Number.parseInt(braced?.[1] ?? source.slice(this.at - 4, this.at), 16)
      return code > 0x10_ff_ff || Number.isNaN(code) ? '' : String.fromCodePoint(code)
    }
    if (c !== '\n') return escapes[c] ?? c
    this.line++
    return ''
  }

  private string(quote: string): void {
    const { source } = this
    const start = this.at++
    let value = ''
    while (this.at < source.length && source[this.at] !== quote) {
      const c = source[this.at++]!
      if (c === '\n') this.wrong()
      value += c === '\\' ? this.escaped() : c
    }
    if (this.at++ >= source.length) this.wrong()
    this.add({ kind: 'string', text: source.slice(start, this.at), value })
  }

  private template(): void {
    const { source } = this
    const strings: string[] = []
    const sources: { text: string; line: number }[] = []
    const begun = this.line
    let text = ''
    this.at++
    while (this.at < source.length && source[this.at] !== '`') {
      const c = source[this.at++]!
      if (c === '\n') this.line++
      if (c === '\\') text += this.escaped()
      else if (c === '$' && source[this.at] === '{') {
        this.at++
        sources.push({ line: this.line, text: this.inner() })
        strings.push(text)
        text = ''
      } else text += c
    }
    if (this.at++ >= source.length) this.wrong('Unterminated template literal', begun)
    this.add({ kind: 'template', text: '`', strings: [...strings, text], sources })
  }

  /** What stands in ${...}, with its own braces and strings. */
  private inner(): string {
    const { source } = this
    const from = this.at
    for (let depth = 1; this.at < source.length; this.at++) {
      const c = source[this.at]
      if (c === '\n') this.line++
      if (c === '{') depth++
      if (c === '}' && --depth === 0) break
      if (c === '"' || c === "'" || c === '`') for (this.at++; this.at < source.length && source[this.at] !== c; this.at++) if (source[this.at] === '\\') this.at++
    }
    return source.slice(from, this.at++)
  }
}
