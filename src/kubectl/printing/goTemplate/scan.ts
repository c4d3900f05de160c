/** The words of a Go template: text between actions, and the tokens of each action. */

export class TemplateError extends Error {
  /** What the template had printed by then. */
  written = ''
}

export interface Token {
  kind: 'literal' | 'field' | 'variable' | 'word' | 'sign'
  text: string
  /** Of literals: integers as bigint, other numbers as number. */
  value?: string | number | bigint | boolean
  /** Offsets in the template. */
  at: number
  end: number
}

/** A text (no tokens) or what stands between "{{" and "}}". */
export interface Piece {
  action: boolean
  text: string
  tokens: Token[]
  at: number
  source: string
}

const tokenPattern = new RegExp(
  [
    String.raw`(?<blank>\s+)`,
    String.raw`(?<string>"(?:\\.|[^"\\\n])*"|` + '`[^`]*`)',
    String.raw`(?<char>'(?:\\.|[^'\\])+')`,
    String.raw`(?<number>[+-]?(?:0x[0-9a-fA-F]+|\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.]))`,
    String.raw`(?<field>\.[\p{L}_][\p{L}\d_]*)`,
    String.raw`(?<variable>\$[\p{L}\d_]*)`,
    String.raw`(?<word>[\p{L}_][\p{L}\d_]*)`,
    String.raw`(?<sign>:=|[.()|=,])`,
  ].join('|'),
  'uy',
)

export function tokensOf(source: string): Piece[] {
  const pieces: Piece[] = []
  let at = 0
  while (at < source.length) {
    const open = source.indexOf('{{', at)
    const textEnd = open < 0 ? source.length : open
    const trims = open >= 0 && /^\{\{-\s/.test(source.slice(open, open + 4))
    pushText(pieces, source, at, textEnd, trims)
    if (open < 0) break
    at = action(pieces, source, open, trims)
  }
  return pieces.filter((piece) => piece.action || piece.text !== '')
}

function pushText(pieces: Piece[], source: string, from: number, to: number, trimEnd: boolean): void {
  const text = source.slice(from, to)
  pieces.push({ action: false, text: trimEnd ? text.trimEnd() : text, tokens: [], at: from, source })
}

/** Answers where the text after the action begins. */
function action(pieces: Piece[], source: string, open: number, trims: boolean): number {
  const start = open + (trims ? 3 : 2)
  const comment = /^\s*\/\*[^]*?\*\/(\s-)?\}\}/.exec(source.slice(start))
  if (comment) return afterClose(source, start + comment[0].length, comment[1] !== undefined)
  const tokens: Token[] = []
  let at = start
  for (;;) {
    const close = /^(\s-)?\}\}/.exec(source.slice(at, at + 4))
    if (close) {
      pieces.push({ action: true, text: '', tokens, at: open, source })
      return afterClose(source, at + close[0].length, close[1] !== undefined)
    }
    const token = nextToken(source, at)
    if (token.kind !== 'blank') tokens.push(token as Token)
    at = token.end
  }
}

function afterClose(source: string, at: number, trims: boolean): number {
  return trims ? at + /^\s*/.exec(source.slice(at))![0].length : at
}

function nextToken(source: string, at: number): Token | { kind: 'blank'; end: number } {
  tokenPattern.lastIndex = at
  const match = tokenPattern.exec(source)
  const fail = (message: string) => new TemplateError(`template: output:${source.slice(0, at).split('\n').length}: ${message}`)
  if (!match?.groups) {
    const character = source[at]
    if (character === undefined) throw fail('unclosed action')
    if (character === '"') throw fail('unterminated quoted string')
    if (character === '`') throw fail('unterminated raw quoted string')
    // Right behind a name, it is what the name cannot have; anywhere else it is what no action has.
    if (/[\p{L}\d_]/u.test(source[at - 1] ?? '')) throw fail(`bad character ${codePoint(character)}`)
    throw fail(`unexpected ${JSON.stringify(character)} in operand`)
  }
  const text = match[0]
  const place = { text, at, end: at + text.length }
  const { blank, string, char, number, field, variable, word } = match.groups
  if (blank !== undefined) return { kind: 'blank', end: place.end }
  if (string !== undefined) return { kind: 'literal', value: unquoted(string), ...place }
  if (char !== undefined) return { kind: 'literal', value: BigInt(unquoted(char).codePointAt(0) ?? 0), ...place }
  if (number !== undefined) return { kind: 'literal', value: /^[+-]?(0x[\da-f]+|\d+)$/i.test(number) ? BigInt(number.replace(/^\+/, '').replace(/^-/, '')) * (number.startsWith('-') ? -1n : 1n) : Number(number), ...place }
  if (field !== undefined) return { kind: 'field', ...place }
  if (variable !== undefined) return { kind: 'variable', ...place }
  if (word === 'true' || word === 'false') return { kind: 'literal', value: word === 'true', ...place }
  return { kind: word === undefined ? 'sign' : 'word', ...place }
}

/** %#U of fmt: U+002D '-' */
const codePoint = (character: string): string =>
  `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')} '${character}'`

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', a: '\u0007', b: '\b', f: '\f', v: '\v' }

function unquoted(text: string): string {
  if (text.startsWith('`')) return text.slice(1, -1)
  return text.slice(1, -1).replace(/\\(u[\da-fA-F]{4}|x[\da-fA-F]{2}|.)/g, (_, code: string) =>
    code.length > 1 ? String.fromCodePoint(Number.parseInt(code.slice(1), 16)) : (escapes[code] ?? code))
}
