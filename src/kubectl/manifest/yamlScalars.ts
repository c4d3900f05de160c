/** The three ways to write a scalar: block (`|`, `>`), quoted and plain. */
import { isBlank, isBlankOrEnd, isBreak, type YamlText } from './yamlText.ts'

export function scanBlockScalar(s: YamlText, literal: boolean): string {
  const start = s.mark()
  s.advance()
  let chomping = 0
  let increment = 0
  for (let i = 0; i < 2; i++) {
    if (chomping === 0 && (s.at(0) === '+' || s.at(0) === '-')) chomping = s.advance() === '+' ? 1 : -1
    else if (increment === 0 && /[0-9]/.test(s.at(0))) {
      if (s.at(0) === '0') throw s.error('found an indentation indicator equal to 0', start)
      increment = Number(s.advance())
    }
  }
  while (isBlank(s.at(0))) s.advance()
  if (s.at(0) === '#') while (s.at(0) !== '' && !isBreak(s.at(0))) s.advance()
  if (s.at(0) !== '' && !isBreak(s.at(0))) throw s.error('did not find expected comment or line break', start)
  if (isBreak(s.at(0))) s.advanceLine()
  const given = increment === 0 ? 0 : Math.max(s.indent, 0) + increment
  return readBlockLines(s, literal, chomping, given)

  function readBlockLines(scanner: YamlText, keepLines: boolean, chomp: number, wanted: number): string {
    let text = ''
    let leadingBreak = ''
    let leadingBlank = false
    let { indent, breaks } = blockBreaks(scanner, wanted, start)
    while (scanner.column === indent && scanner.at(0) !== '') {
      const blank = isBlank(scanner.at(0))
      if (!keepLines && leadingBreak === '\n' && !leadingBlank && !blank) text += breaks === '' ? ' ' : ''
      else text += leadingBreak
      text += breaks
      leadingBlank = blank
      while (scanner.at(0) !== '' && !isBreak(scanner.at(0))) text += scanner.advance()
      leadingBreak = scanner.at(0) === '' ? '' : scanner.advanceLine()
      ;({ indent, breaks } = blockBreaks(scanner, indent, start))
    }
    return text + (chomp === -1 ? '' : leadingBreak) + (chomp === 1 ? breaks : '')
  }
}

/** Empty lines and indentation before a line of a block scalar; finds out the indentation when it is 0. */
function blockBreaks(s: YamlText, wanted: number, start: ReturnType<YamlText['mark']>): { indent: number; breaks: string } {
  let breaks = ''
  let widest = 0
  for (;;) {
    while ((wanted === 0 || s.column < wanted) && s.at(0) === ' ') s.advance()
    widest = Math.max(widest, s.column)
    if ((wanted === 0 || s.column < wanted) && s.at(0) === '\t') {
      throw s.error('found a tab character where an indentation space is expected', start)
    }
    if (!isBreak(s.at(0))) break
    breaks += s.advanceLine()
  }
  return { indent: wanted === 0 ? Math.max(widest, s.indent + 1, 1) : wanted, breaks }
}

const escapes: Record<string, string> = {
  '0': '\0', a: '\u0007', b: '\b', t: '\t', '\t': '\t', n: '\n', v: '\v', f: '\f', r: '\r', e: '\u001b', ' ': ' ', '"': '"',
  "'": "'", '/': '/', '\\': '\\', N: '\u0085', _: '\u00a0', L: '\u2028', P: '\u2029',
}
const hexLengths: Record<string, number> = { x: 2, u: 4, U: 8 }

export function scanFlowScalar(s: YamlText, single: boolean): string {
  const start = s.mark()
  const quote = s.advance()
  let text = ''
  for (;;) {
    if (s.column === 0 && s.isDocumentIndicator()) throw s.error('found unexpected document indicator', start)
    if (s.at(0) === '') throw s.error('found unexpected end of stream', start)
    let escapedBreak = false
    while (!isBlankOrEnd(s.at(0))) {
      if (single && s.at(0) === "'" && s.at(1) === "'") {
        text += s.advance()
        s.advance()
      } else if (s.at(0) === quote) break
      else if (!single && s.at(0) === '\\' && isBreak(s.at(1))) {
        s.advance()
        s.advanceLine()
        escapedBreak = true
        break
      } else if (!single && s.at(0) === '\\') text += scanEscape(s, start)
      else text += s.advance()
    }
    if (s.at(0) === quote) break
    text += foldBlanks(s, escapedBreak)
  }
  s.advance()
  return text
}

/** Blanks between words: kept within a line; a line break becomes a space, further ones stay. */
function foldBlanks(s: YamlText, afterBreak: boolean): string {
  let blanks = ''
  let broken = afterBreak
  let breaks = ''
  let first = ''
  while (isBlank(s.at(0)) || isBreak(s.at(0))) {
    if (isBlank(s.at(0))) {
      const char = s.advance()
      if (!broken) blanks += char
    } else if (!broken) {
      blanks = ''
      first = s.advanceLine()
      broken = true
    } else {
      breaks += s.advanceLine()
    }
  }
  if (!broken) return blanks
  if (first === '') return breaks
  return first === '\n' ? (breaks === '' ? ' ' : breaks) : first + breaks
}

function scanEscape(s: YamlText, start: ReturnType<YamlText['mark']>): string {
  const char = s.at(1)
  const plain = escapes[char]
  if (plain !== undefined) {
    s.advance()
    s.advance()
    return plain
  }
  const length = hexLengths[char]
  if (length === undefined) throw s.error('found unknown escape character', start)
  s.advance()
  s.advance()
  let hex = ''
  for (let i = 0; i < length; i++) {
    if (!/[0-9A-Fa-f]/.test(s.at(i))) throw s.error('did not find expected hexdecimal number', start)
    hex += s.at(i)
  }
  const code = parseInt(hex, 16)
  if ((code >= 0xd800 && code <= 0xdfff) || code > 0x10ffff) throw s.error('found invalid Unicode character escape code', start)
  for (let i = 0; i < length; i++) s.advance()
  return String.fromCodePoint(code)
}

export function scanPlainScalar(s: YamlText): string {
  const start = s.mark()
  const indent = s.indent + 1
  let text = ''
  let blanks = ''
  for (;;) {
    if (s.column === 0 && s.isDocumentIndicator()) break
    if (s.at(0) === '#') break
    let word = ''
    while (!isBlankOrEnd(s.at(0)) && !endsPlain(s)) word += s.advance()
    if (word !== '') {
      text += blanks + word
      s.simpleKeyAllowed = false
    }
    if (!isBlank(s.at(0)) && !isBreak(s.at(0))) break
    const line = s.line
    blanks = plainBlanks(s, indent, start)
    if (s.line !== line) s.simpleKeyAllowed = true
    if (s.flowLevel === 0 && s.column < indent) break
  }
  return text
}

function endsPlain(s: YamlText): boolean {
  const char = s.at(0)
  return (char === ':' && isBlankOrEnd(s.at(1))) || (s.flowLevel > 0 && ',?[]{}'.includes(char))
}

function plainBlanks(s: YamlText, indent: number, start: ReturnType<YamlText['mark']>): string {
  let blanks = ''
  let first = ''
  let breaks = ''
  while (isBlank(s.at(0)) || isBreak(s.at(0))) {
    if (isBreak(s.at(0))) {
      if (first === '') first = s.advanceLine()
      else breaks += s.advanceLine()
    } else {
      if (first !== '' && s.column < indent && s.at(0) === '\t') throw s.error('found a tab character that violates indentation', start)
      blanks += s.advance()
    }
  }
  if (first === '') return blanks
  return first === '\n' ? (breaks === '' ? ' ' : breaks) : first + breaks
}
