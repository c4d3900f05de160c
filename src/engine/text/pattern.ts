/**
 * Shell patterns. What was quoted is escaped with backslashes, so that one string says both what to
 * match and what of it is special.
 */
export function escapePattern(text: string): string {
  return text.replace(/[\\*?[\]!^(){}|+@]/g, '\\$&')
}

const compiled = new Map<string, RegExp>()

/** `*` and `?` match slashes too, unless `path`, where they also leave a leading dot alone. */
export function patternRegExp(pattern: string, o: { path?: boolean; anchored?: boolean } = {}): RegExp {
  const key = `${o.path === true ? 'p' : ''}${o.anchored === false ? 'u' : ''}:${pattern}`
  let re = compiled.get(key)
  if (re === undefined) {
    if (compiled.size > 500) compiled.clear()
    compiled.set(key, (re = compile(pattern, o)))
  }
  return re
}

function compile(pattern: string, o: { path?: boolean; anchored?: boolean }): RegExp {
  const body = translate(pattern, o.path === true)
  try {
    return new RegExp(o.anchored === false ? body : `^(?:${body})$`, 's')
  } catch {
    // [z-a] is no range: it matches nothing.
    return /(?!)/
  }
}

export function matches(pattern: string, text: string): boolean {
  return patternRegExp(pattern).test(text)
}

function translate(pattern: string, path: boolean): string {
  const any = path ? '[^/]' : '.'
  let out = ''
  for (let i = 0; i < pattern.length; i++) {
    const c = pattern[i]!
    if (c === '\\' && i + 1 < pattern.length) out += literal(pattern[++i]!)
    else if (c === '*') {
      // Runs of stars are one: otherwise a hostile pattern could match for ever.
      while (pattern[i + 1] === '*') i++
      out += `${any}*`
    } else if (c === '?') out += any
    else if (c === '[') {
      const end = closingBracket(pattern, i)
      out += end < 0 ? '\\[' : bracket(pattern.slice(i + 1, end))
      if (end >= 0) i = end
    } else out += literal(c)
  }
  return out
}

function closingBracket(pattern: string, open: number): number {
  let i = open + 1
  if (pattern[i] === '!' || pattern[i] === '^') i++
  if (pattern[i] === ']') i++
  for (; i < pattern.length; i++) {
    if (pattern[i] === '\\') i++
    else if (pattern.startsWith('[:', i)) i = Math.max(i, pattern.indexOf(':]', i) + 1)
    else if (pattern[i] === ']') return i
  }
  return -1
}

const classes: Record<string, string> = {
  alpha: 'a-zA-Z',
  digit: '0-9',
  alnum: 'a-zA-Z0-9',
  upper: 'A-Z',
  lower: 'a-z',
  space: '\\s',
  blank: ' \\t',
  punct: '!-/:-@[-`{-~',
  print: ' -~',
  graph: '!-~',
  cntrl: '\\x00-\\x1f\\x7f',
  xdigit: '0-9a-fA-F',
}

/** The inside of [...] for a RegExp; shared with grep and sed. */
export function bracket(inside: string): string {
  let rest = inside
  let negated = ''
  if (rest.startsWith('!') || rest.startsWith('^')) {
    negated = '^'
    rest = rest.slice(1)
  }
  const body = rest.replace(/\[:(\w+):\]|\\?(.)/gs, (_, name: string | undefined, c: string) => {
    if (name !== undefined) return classes[name] ?? ''
    return c === ']' || c === '[' || c === '\\' || c === '^' ? `\\${c}` : c
  })
  return body === '' ? (negated === '' ? '(?!)' : '.') : `[${negated}${body}]`
}

function literal(c: string): string {
  return /[\\^$.*+?()[\]{}|/]/.test(c) ? `\\${c}` : c
}
