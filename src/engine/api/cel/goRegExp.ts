/**
 * A regular expression of Go's package regexp (RE2) as JavaScript's, or what regexp.Compile says against it. What RE2 does not have - looking
 * around, references back - is refused.
 */
export function goRegExp(pattern: string, flags = ''): RegExp | { error: string } {
  const known = compiled.get(flags + pattern)
  if (known !== undefined) return known
  const made = translate(pattern, flags)
  if (compiled.size > 500) compiled.clear()
  compiled.set(flags + pattern, made)
  return made
}

const compiled = new Map<string, RegExp | { error: string }>()

const classes: Readonly<Record<string, string>> = {
  alnum: '0-9A-Za-z', alpha: 'A-Za-z', ascii: '\\x00-\\x7F', blank: '\\t ', cntrl: '\\x00-\\x1F\\x7F', digit: '0-9', graph: '!-~', lower: 'a-z', print: ' -~',
  punct: '!-\\/:-@\\[-`\\{-~', space: '\\t\\n\\v\\f\\r ', upper: 'A-Z', word: '0-9A-Za-z_', xdigit: '0-9A-Fa-f',
}

const refused = (what: string, why = 'invalid or unsupported Perl syntax'): { error: string } => ({ error: `error parsing regexp: ${why}: \`${what}\`` })

function translate(pattern: string, given: string): RegExp | { error: string } {
  let flags = `u${given}`
  let rest = pattern
  const leading = /^\(\?([imsU]+)\)/.exec(rest)
  if (leading !== null) {
    rest = rest.slice(leading[0].length)
    for (const flag of leading[1]!.replace('U', '')) if (!flags.includes(flag)) flags += flag
  }
  let out = ''
  let inClass = false
  for (let i = 0; i < rest.length; i++) {
    const at = rest.slice(i)
    const char = rest[i]!
    if (char === '\\') {
      const next = rest[i + 1]
      if (next === undefined) return refused('', 'trailing backslash at end of expression')
      if (/[1-9]/.test(next)) return refused(`\\${next}`, 'invalid escape sequence')
      const quoted = /^\\Q([\s\S]*?)(?:\\E|$)/.exec(at)
      if (quoted !== null) {
        out += quoted[1]!.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`)
        i += quoted[0].length - 1
        continue
      }
      if (next === 'z') out += '(?![\\s\\S])'
      else if (next === 'A') out += '(?<![\\s\\S])'
      else if (next === 'a') out += '\\x07'
      else if (/[\^$\\.*+?()[\]{}|/dDwWsSbBtnrfvxpP]/.test(next) || (next === '-' && inClass)) out += char + next
      else if (/[^0-9A-Za-z]/.test(next)) out += next
      else return refused(`\\${next}`, 'invalid escape sequence')
      i++
    } else if (inClass) {
      const named = /^\[:(\^?)(\w+):\]/.exec(at)
      if (named !== null && named[1] === '' && classes[named[2]!] !== undefined) {
        out += classes[named[2]!]!
        i += named[0].length - 1
      } else {
        if (char === ']') inClass = false
        out += char === '[' ? '\\[' : char
      }
    } else if (char === '[') {
      inClass = true
      const start = /^\[\^?\]?/.exec(at)![0]
      out += start.replace(']', '\\]')
      i += start.length - 1
    } else if (at.startsWith('(?P<')) {
      out += '(?<'
      i += 3
    } else if (/^\(\?(?:[=!]|<[=!])/.test(at)) return refused(/^\(\?<?./.exec(at)![0])
    else out += char
  }
  try {
    return new RegExp(out, flags)
  } catch (error) {
    return refused(pattern, error instanceof SyntaxError && error.message.includes('Unterminated group') ? 'missing closing )' : undefined)
  }
}
