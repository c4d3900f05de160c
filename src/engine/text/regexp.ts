import { bracket } from './pattern.ts'

/**
 * POSIX regular expressions as JavaScript's. In a basic one \( \) \{ \} \| \+ \? are the operators
 * and the plain characters are not; in an extended one it is the other way round.
 */
export function posixRegExp(
  source: string,
  o: { extended: boolean; ignoreCase?: boolean; global?: boolean },
): RegExp | undefined {
  const flags = `${o.ignoreCase === true ? 'i' : ''}${o.global === true ? 'g' : ''}`
  try {
    return new RegExp(o.extended ? extended(source) : basic(source), flags)
  } catch {
    return undefined
  }
}

/** A text as it stands, within an expression. */
export function escapeRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
}

/** What grep looks for in a line; undefined when it is no expression. */
export function grepExpression(
  text: string,
  o: { fixed: boolean; extended: boolean; perl?: boolean; ignoreCase: boolean; whole: 'line' | 'word' | undefined },
): RegExp | undefined {
  const source = o.fixed ? escapeRegExp(text) : o.perl === true ? perlSource(text) : posixRegExp(text, o)?.source
  if (source === undefined) return undefined
  const body = text === '' ? '(?:)' : source
  const bounded = o.whole === 'line' ? `^(?:${body})$` : o.whole === 'word' ? `(?<!\\w)(?:${body})(?!\\w)` : body
  return new RegExp(bounded, o.ignoreCase ? 'gi' : 'g')
}

/** Perl's expressions are nearly JavaScript's; undefined: it is none. */
function perlSource(text: string): string | undefined {
  try {
    return new RegExp(text).source
  } catch {
    return undefined
  }
}

function basic(source: string): string {
  let out = ''
  for (let i = 0; i < source.length; i++) {
    const c = source[i]!
    if (c === '\\') {
      const next = source[++i] ?? '\\'
      out += '(){}|+?'.includes(next) ? next : escaped(next)
    } else if (c === '[') i = takeBracket(source, i, (text) => (out += text))
    else if ('+?(){}|'.includes(c)) out += `\\${c}`
    else if (c === '*' && (out === '' || out.endsWith('(') || out === '^')) out += '\\*'
    else if (c === '^' && out !== '' && !out.endsWith('(') && !out.endsWith('|')) out += '\\^'
    else if (c === '$' && i < source.length - 1 && source.slice(i + 1, i + 3) !== '\\)') out += '\\$'
    else out += c === '/' ? '\\/' : c
  }
  return out
}

function extended(source: string): string {
  let out = ''
  for (let i = 0; i < source.length; i++) {
    const c = source[i]!
    if (c === '\\') out += escaped(source[++i] ?? '\\')
    else if (c === '[') i = takeBracket(source, i, (text) => (out += text))
    else if (c === '{' && !/^\{\d*,?\d*\}/.test(source.slice(i))) out += '\\{'
    else out += c === '/' ? '\\/' : c
  }
  return out
}

function escaped(c: string): string {
  if (/[1-9]/.test(c)) return `\\${c}`
  if (c === '<' || c === '>') return '\\b'
  if (c === '`') return '^'
  return /[wWsSbBnt]/.test(c) ? `\\${c}` : `\\${c}`.replace(/\\([A-Za-z"'`,:;=@#%&~<> -])/, '$1')
}

/** Copies a bracket expression; gives the position of its end. */
function takeBracket(source: string, open: number, add: (text: string) => void): number {
  let end = open + 1
  if (source[end] === '^') end++
  if (source[end] === ']') end++
  while (end < source.length && source[end] !== ']') {
    if (source.startsWith('[:', end)) end = source.indexOf(':]', end) + 1
    end++
  }
  if (end >= source.length) throw new SyntaxError('unmatched [')
  // A backslash is itself inside brackets.
  add(bracket(source.slice(open + 1, end).replaceAll('\\', '\\\\')))
  return end
}
