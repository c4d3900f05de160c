/**
 * How a Go program writes a string in YAML: sigs.k8s.io/yaml (go.yaml.in/yaml/v2), which is libyaml's
 * emitter with YAML 1.1 rules. A string that YAML would read as something else is double-quoted; one that
 * syntax forbids to stand plain is single-quoted; lines become a literal block.
 */

const words = new Set([
  '', '~', 'null', 'Null', 'NULL', 'y', 'Y', 'yes', 'Yes', 'YES', 'n', 'N', 'no', 'No', 'NO', 'true', 'True', 'TRUE',
  'false', 'False', 'FALSE', 'on', 'On', 'ON', 'off', 'Off', 'OFF', '.nan', '.NaN', '.NAN',
  '.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF', '-.inf', '-.Inf', '-.INF',
])
const integer = /^[-+]?(0|[1-9][0-9]*|0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO]?[0-7]+)$/
const float = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/
const sexagesimal = /^[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?$/
const timestamp = /^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt ][0-9]{1,2}:[0-9]{1,2}:[0-9]{1,2}(\.[0-9]+)?([Zz]|[-+][0-9]{2}:[0-9]{2})?)?$/

/** True when an unquoted `text` would be read as null, a boolean, a number or a date. */
function resolvesToOther(text: string): boolean {
  if (words.has(text) || sexagesimal.test(text) || timestamp.test(text)) return true
  if (!/^[-+.0-9]/.test(text)) return false
  const digits = text.startsWith('.') ? text : text.replaceAll('_', '')
  return integer.test(digits) || float.test(digits)
}

export type ScalarStyle = 'plain' | 'single' | 'double' | 'literal'

/** `key`: the string is a key of a mapping, which is never written over several lines. */
export function scalarStyle(text: string, key: boolean): ScalarStyle {
  const wanted = text.includes('\n') ? 'literal' : resolvesToOther(text) ? 'double' : 'plain'
  const allowed = analyze(text)
  if (wanted === 'literal') return allowed.block && !key ? 'literal' : 'double'
  if (wanted === 'double') return 'double'
  if (allowed.plain) return 'plain'
  return allowed.single ? 'single' : 'double'
}

const isBreak = (char: string) => char === '\n' || char === '\r' || char === '\u0085' || char === '\u2028' || char === '\u2029'

function isPrintable(char: string): boolean {
  const code = char.codePointAt(0)!
  return code === 0x0a || (code >= 0x20 && code <= 0x7e) || (code >= 0xa0 && code < 0xd800) ||
    (code >= 0xe000 && code < 0xfffe && code !== 0xfeff)
}

/** yaml_emitter_analyze_scalar: which styles can carry the text, in block context. */
function analyze(text: string): { plain: boolean; single: boolean; block: boolean } {
  const chars = [...text]
  const spaced = { breakSpace: false, spaceBreak: false }
  let special = false
  let lines = false
  chars.forEach((char, i) => {
    if (!isPrintable(char)) special = true
    if (isBreak(char)) lines = true
    if (char === ' ' && i > 0 && isBreak(chars[i - 1]!)) spaced.breakSpace = true
    if (isBreak(char) && chars[i - 1] === ' ') spaced.spaceBreak = true
  })
  const trailingSpace = chars.at(-1) === ' '
  const edges = trailingSpace || chars[0] === ' ' || lines
  return {
    plain: !edges && !special && !hasIndicator(chars),
    single: !spaced.breakSpace && !spaced.spaceBreak && !special,
    block: !trailingSpace && !spaced.spaceBreak && !special,
  }
}

function hasIndicator(chars: string[]): boolean {
  const blankAt = (i: number) => i >= chars.length || chars[i] === ' ' || chars[i] === '\t'
  const first = chars[0] ?? ''
  if ('#,[]{}&*!|>\'"%@`'.includes(first) && first !== '') return true
  if ('?:-'.includes(first) && first !== '' && blankAt(1)) return true
  const start = chars.slice(0, 3).join('')
  if (start === '---' || start === '...') return true
  return chars.some((char, i) => i > 0 && ((char === ':' && blankAt(i + 1)) || (char === '#' && blankAt(i - 1))))
}

const escapes: Record<string, string> = {
  '\0': '\\0', '\u0007': '\\a', '\b': '\\b', '\t': '\\t', '\n': '\\n', '\v': '\\v', '\f': '\\f', '\r': '\\r',
  '\u001b': '\\e', '"': '\\"', '\\': '\\\\', '\u0085': '\\N', '\u2028': '\\L', '\u2029': '\\P',
}

/** One character inside double quotes. */
export function escapeChar(char: string, all: boolean): string {
  const escape = escapes[char]
  if (escape !== undefined) return escape
  if (isPrintable(char) && !all) return char
  const code = char.codePointAt(0)!
  const hex = code.toString(16).toUpperCase()
  if (code <= 0xff) return `\\x${hex.padStart(2, '0')}`
  return code <= 0xffff ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`
}

/** The marks behind `|`: indentation when the text begins with a blank, and how its end is kept. */
export function literalMarks(text: string): string {
  const indent = text.startsWith(' ') || text.startsWith('\n') ? '2' : ''
  if (!text.endsWith('\n')) return `${indent}-`
  return text === '\n' || text.endsWith('\n\n') ? `${indent}+` : indent
}
