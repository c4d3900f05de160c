/** A mistake in the text of a program: Python's SyntaxError. */
export class PythonSyntaxError {
  readonly message: string
  readonly line: number
  /** How far into the line the fault is, where that is known. */
  readonly column: number | undefined
  constructor(message: string, line: number, column?: number) {
    this.message = message
    this.line = line
    this.column = column
  }
}

export interface Token {
  kind: 'name' | 'number' | 'string' | 'fstring' | 'bytes' | 'operator' | 'newline' | 'indent' | 'dedent' | 'end'
  text: string
  line: number
  /** Where it stands in the text of the program. */
  from: number
  to: number
}

const operators = [
  '**=',
  '//=',
  '<<=',
  '>>=',
  '...',
  ':=',
  '**',
  '//',
  '<<',
  '>>',
  '<=',
  '>=',
  '==',
  '!=',
  '->',
  '+=',
  '-=',
  '*=',
  '/=',
  '%=',
  '&=',
  '|=',
  '^=',
  '+',
  '-',
  '*',
  '/',
  '%',
  '@',
  '&',
  '|',
  '^',
  '~',
  '<',
  '>',
  '(',
  ')',
  '[',
  ']',
  '{',
  '}',
  ',',
  ':',
  '.',
  ';',
  '=',
  '!',
]

/** Splits a program into tokens; blocks become indent and dedent. */
export function tokenize(source: string): Token[] {
  const tokens: Token[] = []
  const indents = [0]
  /** Brackets that are open, with their lines and places. */
  const open: { text: string; line: number; at: number }[] = []
  let at = 0
  let line = 1
  let atLineStart = true
  const push = (kind: Token['kind'], text: string, length = text.length) => tokens.push({ kind, text, line, from: at, to: at + length })
  while (at < source.length) {
    if (atLineStart && open.length === 0) {
      const blank = /^([ \t]*)(?:#[^\n]*)?(\n|$)/.exec(source.slice(at))
      if (
        blank !== null &&
        at + blank[0].length <= source.length &&
        (blank[2] === '\n' || at + blank[0].length === source.length)
      ) {
        at += blank[0].length
        line++
        if (blank[0] === '') break
        continue
      }
      const width = /^[ \t]*/.exec(source.slice(at))![0].replaceAll('\t', '        ').length
      if (width > indents.at(-1)!) {
        indents.push(width)
        push('indent', '')
      }
      while (width < indents.at(-1)!) {
        indents.pop()
        push('dedent', '')
      }
      if (width !== indents.at(-1))
        throw new PythonSyntaxError('unindent does not match any outer indentation level', line)
    }
    atLineStart = false
    const rest = source.slice(at)
    const skipped = /^(?:[ \t\r]|\\\n|#[^\n]*)+/.exec(rest)
    if (skipped !== null) {
      line += skipped[0].split('\n').length - 1
      at += skipped[0].length
      continue
    }
    if (rest.startsWith('\n')) {
      if (open.length === 0 && tokens.length > 0 && tokens.at(-1)!.kind !== 'newline') push('newline', '')
      atLineStart = true
      line++
      at++
      continue
    }
    const string = /^([rRbBfFuU]{0,2})('''|"""|'|")/.exec(rest)
    const number =
      /^(?:0[xX][0-9a-fA-F_]+|0[bB][01_]+|0[oO][0-7_]+|\d[\d_]*(?:\.[\d_]*)?(?:[eE][-+]?\d+)?|\.\d+(?:[eE][-+]?\d+)?)/.exec(
        rest,
      )
    const name = /^[A-Za-z_]\w*/.exec(rest)
    if (string !== null) {
      const { text, length } = readString(rest, string[1]!.toLowerCase(), string[2]!, line)
      const prefix = string[1]!.toLowerCase()
      push(prefix.includes('f') ? 'fstring' : prefix.includes('b') ? 'bytes' : 'string', text, length)
      line += rest.slice(0, length).split('\n').length - 1
      at += length
    } else if (number !== null) {
      push('number', number[0].replaceAll('_', ''), number[0].length)
      at += number[0].length
    } else if (name !== null) {
      push('name', name[0])
      at += name[0].length
    } else {
      const operator = operators.find((o) => rest.startsWith(o))
      if (operator === undefined) throw new PythonSyntaxError('invalid syntax', line)
      if ('([{'.includes(operator)) open.push({ text: operator, line, at })
      if (')]}'.includes(operator)) open.pop()
      push('operator', operator)
      at += operator.length
    }
  }
  const [unclosed] = open.slice(-1)
  if (unclosed !== undefined) throw new PythonSyntaxError(`'${unclosed.text}' was never closed`, unclosed.line, unclosed.at - source.lastIndexOf('\n', unclosed.at) - 1)
  if (tokens.length > 0 && tokens.at(-1)!.kind !== 'newline') push('newline', '')
  for (let i = 1; i < indents.length; i++) push('dedent', '')
  push('end', '')
  return tokens
}

function readString(rest: string, prefix: string, quote: string, line: number): { text: string; length: number } {
  const start = prefix.length + quote.length
  let end = start
  while (end < rest.length && !rest.startsWith(quote, end)) {
    if (rest[end] === '\n' && quote.length === 1)
      throw new PythonSyntaxError(`unterminated string literal (detected at line ${line})`, line)
    end += rest[end] === '\\' ? 2 : 1
  }
  if (end >= rest.length)
    throw new PythonSyntaxError(
      quote.length === 3
        ? 'unterminated triple-quoted string literal'
        : `unterminated string literal (detected at line ${line})`,
      line,
    )
  const raw = rest.slice(start, end)
  return { text: prefix.includes('r') ? raw : unescape(raw), length: end + quote.length }
}

const single: Record<string, string> = {
  n: '\n',
  t: '\t',
  r: '\r',
  '0': '\0',
  a: '\x07',
  b: '\b',
  '\\': '\\',
  "'": "'",
  '"': '"',
  '\n': '',
}

function unescape(text: string): string {
  return text.replaceAll(/\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|[\s\S])/g, (all, c: string) =>
    c.length > 1 ? String.fromCharCode(parseInt(c.slice(1), 16)) : (single[c] ?? all),
  )
}
