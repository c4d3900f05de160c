import type { Process } from '../process/process.ts'
import { formatTime } from '../tools/calendar.ts'

/** What a page in PHP prints, as far as examples on one page go: texts, variables, where it runs. What is not known here prints nothing. */
export function phpPage(p: Process, source: string, server: Readonly<Record<string, string>>): string {
  const variables = new Map<string, string>()
  let out = ''
  for (const [, text = '', opening, code = ''] of source.matchAll(/([\s\S]*?)(?:(<\?php\b|<\?=)([\s\S]*?)(?:\?>\n?|$)|$)/g)) {
    out += text
    if (opening === '<?=') out += valueOf(p, code, variables, server)
    else if (opening !== undefined) for (const statement of statementsOf(code)) out += run(p, statement, variables, server)
  }
  return out
}

/** Between semicolons that stand in no quotes; comments are no part of them. */
function statementsOf(code: string): string[] {
  const bare = code.replaceAll(/("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|\/\*[\s\S]*?\*\/|(?:\/\/|#)[^\n]*/g, '$1')
  return (bare.match(/(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^;"'])+/g) ?? []).map((one) => one.trim()).filter((one) => one !== '')
}

function run(p: Process, statement: string, variables: Map<string, string>, server: Readonly<Record<string, string>>): string {
  if (/^phpinfo\s*\(/.test(statement)) return `<!DOCTYPE html>\n<html>\n<head>\n<title>PHP ${phpVersion(p)} - phpinfo()</title></head>\n<body><h1 class="p">PHP Version ${phpVersion(p)}</h1>\n<table>\n<tr><td class="e">System </td><td class="v">Linux ${p.machine.config.hostname} </td></tr>\n</table>\n</body></html>`
  const assigned = /^\$(\w+)\s*=(?!=)\s*([\s\S]+)$/.exec(statement)
  if (assigned !== null) {
    variables.set(assigned[1]!, valueOf(p, assigned[2]!, variables, server))
    return ''
  }
  const printed = /^(?:echo|print)\b\s*\(?([\s\S]+?)\)?$/.exec(statement)?.[1]
  return printed === undefined ? '' : valueOf(p, /\([^()]*$/.test(printed) ? `${printed})` : printed, variables, server)
}

/** Terms with dots or commas between them. */
function valueOf(p: Process, expression: string, variables: ReadonlyMap<string, string>, server: Readonly<Record<string, string>>): string {
  const terms = expression.match(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\$\w+(?:\[[^\]]*\])?|\w+\s*\([^()]*\)|\d+(?:\.\d+)?|\w+/g) ?? []
  return terms.map((term) => termOf(p, term, variables, server)).join('')
}

function termOf(p: Process, term: string, variables: ReadonlyMap<string, string>, server: Readonly<Record<string, string>>): string {
  if (term.startsWith("'")) return term.slice(1, -1).replaceAll(/\\(['\\])/g, '$1')
  if (term.startsWith('"')) return term.slice(1, -1).replaceAll('\\n', '\n').replaceAll('\\t', '\t').replaceAll('\\"', '"').replaceAll(/\{?\$(\w+)\}?/g, (_, name: string) => variables.get(name) ?? '')
  const [, array, key] = /^\$(_SERVER|_ENV|_GET)\[\s*['"]?(\w+)['"]?\s*\]$/.exec(term) ?? []
  if (array !== undefined) return array === '_ENV' ? (p.env.get(key!) ?? '') : (server[array === '_GET' ? `GET ${key!}` : key!] ?? '')
  if (term.startsWith('$')) return variables.get(term.slice(1)) ?? ''
  const [, name, given = ''] = /^(\w+)\s*\(([^()]*)\)$/.exec(term) ?? []
  const word = given.trim().replace(/^(["'])(.*)\1$/, '$2')
  switch (name) {
    case 'gethostname':
      return p.machine.config.hostname
    case 'php_uname':
      return word === 'n' ? p.machine.config.hostname : `Linux ${p.machine.config.hostname}`
    case 'getenv':
      return p.env.get(word) ?? ''
    case 'phpversion':
      return phpVersion(p)
    case 'date':
      return word.replaceAll(/[A-Za-z]/g, (letter) => (dates[letter] === undefined ? letter : formatTime(dates[letter], p.machine.now())))
    case 'time':
      return String(Math.floor(p.machine.now() / 1000))
    default:
  }
  return term === 'PHP_EOL' ? '\n' : term === 'PHP_VERSION' ? phpVersion(p) : /^\d/.test(term) ? term : ''
}

const dates: Readonly<Record<string, string>> = { Y: '%Y', m: '%m', d: '%d', H: '%H', i: '%M', s: '%S', D: '%a', M: '%b', F: '%B', l: '%A', y: '%y' }

function phpVersion(p: Process): string {
  const tag = /:(\d+\.\d+(?:\.\d+)?)/.exec(p.machine.config.image.reference)?.[1] ?? '8.4'
  return tag.split('.').length === 2 ? `${tag}.14` : tag
}
