import type { Flavor } from './flavor.ts'

/** What each shell says of a text that it cannot read. `message`: the parser's; `rest`: the text from there on. */
export function syntaxWords(flavor: Flavor, message: string, rest = ''): string {
  const unexpected = /^unexpected token '(.*)'$/.exec(message)?.[1] ?? (message.startsWith('expected command') ? /^\s*([|&;()]+|[^\s|&;()]+)/.exec(rest)?.[1] : undefined)
  if (unexpected !== undefined) return unexpectedIn[flavor](unexpected)
  const open = Object.keys(closing).find((what) => message === `unterminated ${what}`)
  if (open !== undefined && (flavor === 'bash' || open.endsWith('quote'))) return unclosed(flavor, closing[open]!)
  const expected = /expected '(.*?)'/.exec(message)?.[1]
  const end = flavor === 'dash' ? 'Syntax error: end of file unexpected' : 'syntax error: unexpected end of file'
  return flavor === 'bash' || expected === undefined ? end : `${end} (expecting "${expected}")`
}

const unexpectedIn: Readonly<Record<Flavor, (token: string) => string>> = {
  ash: (token) => `syntax error: unexpected "${token}"`,
  dash: (token) => `Syntax error: "${token}" unexpected`,
  bash: (token) => `syntax error near unexpected token \`${token}'`,
}

/** What would close it, as bash names it. */
const closing: Readonly<Record<string, string>> = { 'single quote': "'", 'double quote': '"', 'backtick': '`', 'command substitution': ')', 'parameter expansion': '}' }

function unclosed(flavor: Flavor, mark: string): string {
  if (flavor === 'bash') return `unexpected EOF while looking for matching \`${mark}'`
  return flavor === 'dash' ? 'Syntax error: Unterminated quoted string' : 'syntax error: unterminated quoted string'
}
