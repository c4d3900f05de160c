/** As much of awk as people type behind kubectl: patterns, and print with fields, texts, NR and NF. */
import type { Ran } from './filters.ts'

type Value = string | number

interface Line {
  text: string
  fields: readonly string[]
  number: number
}

interface Rule {
  when: 'BEGIN' | 'END' | ((line: Line) => boolean)
  /** What each print of the rule prints; without an action the line itself. */
  prints: ((line: Line) => string)[]
}

class NotKnown extends Error {}

/** `awk [-F separator] 'program'` */
export function awk(words: readonly string[], stdin: string): Ran {
  let separator = ' '
  let at = 0
  if (words[0]?.startsWith('-F')) {
    separator = words[0].length > 2 ? words[0].slice(2) : (words[1] ?? ' ')
    at = words[0].length > 2 ? 1 : 2
  }
  try {
    return { stdout: run(rulesOf(words[at] ?? ''), stdin, separator), stderr: '', exitCode: 0 }
  } catch (error) {
    if (!(error instanceof NotKnown)) throw error
    return { stdout: '', stderr: `awk: ${error.message} is not known here: only patterns, print, $1, NR, NF and texts are\n`, exitCode: 2 }
  }
}

function run(rules: readonly Rule[], stdin: string, separator: string): string {
  const lines = stdin.split('\n')
  if (lines.at(-1) === '') lines.pop()
  let line: Line = { text: '', fields: [], number: 0 }
  let out = ''
  const apply = (fits: (rule: Rule) => boolean): void => {
    for (const rule of rules) if (fits(rule)) out += rule.prints.map((print) => `${print(line)}\n`).join('')
  }
  apply(({ when }) => when === 'BEGIN')
  for (const [i, text] of lines.entries()) {
    line = { text, fields: fieldsOf(text, separator), number: i + 1 }
    apply(({ when }) => typeof when === 'function' && when(line))
  }
  apply(({ when }) => when === 'END')
  return out
}

function fieldsOf(text: string, separator: string): string[] {
  if (separator === ' ') return text.split(/\s+/).filter(Boolean)
  return text.split(separator.length === 1 ? separator.replace('\\t', '\t') : regexOf(separator))
}

function regexOf(source: string): RegExp {
  try {
    return new RegExp(source.replaceAll('[[:space:]]', '\\s'))
  } catch {
    throw new NotKnown(`/${source}/`)
  }
}

// --- programs

const tokenPattern = /\s*(?:(\/(?:\\.|[^/])*\/)|("(?:\\.|[^"])*")|(\$?[A-Za-z_]\w*|\$?\d+(?:\.\d+)?)|(&&|\|\||[=!<>]=|!~|[{}();,!~<>]))/y

function tokensOf(program: string): string[] {
  const tokens: string[] = []
  tokenPattern.lastIndex = 0
  let at = 0
  while (program.slice(at).trim() !== '') {
    tokenPattern.lastIndex = at
    const match = tokenPattern.exec(program)
    if (!match) throw new NotKnown(program.slice(at).trim())
    tokens.push(match[0].trim())
    at = tokenPattern.lastIndex
  }
  return tokens
}

function rulesOf(program: string): Rule[] {
  const tokens = tokensOf(program)
  const rules: Rule[] = []
  let at = 0
  while (at < tokens.length) {
    const open = tokens.indexOf('{', at)
    const pattern = tokens.slice(at, open < 0 ? tokens.length : open)
    const close = open < 0 ? tokens.length : tokens.indexOf('}', open)
    if (close < 0) throw new NotKnown('a { without }')
    const action = open < 0 ? ['print'] : tokens.slice(open + 1, close)
    rules.push({ when: patternOf(pattern), prints: printsOf(action) })
    at = close + 1
  }
  return rules
}

function patternOf(tokens: readonly string[]): Rule['when'] {
  if (tokens.length === 0) return () => true
  if (tokens.length === 1 && (tokens[0] === 'BEGIN' || tokens[0] === 'END')) return tokens[0]
  const either = split(tokens, '||').map((part) => split(part, '&&').map(conditionOf))
  return (line) => either.some((all) => all.every((holds) => holds(line)))
}

function split(tokens: readonly string[], by: string): string[][] {
  const parts: string[][] = [[]]
  for (const token of tokens) {
    if (token === by) parts.push([])
    else parts.at(-1)!.push(token)
  }
  return parts
}

function conditionOf(tokens: readonly string[]): (line: Line) => boolean {
  const [first = '', operator, second = ''] = tokens
  if (first === '!') {
    const holds = conditionOf(tokens.slice(1))
    return (line) => !holds(line)
  }
  if (first.startsWith('/') && tokens.length === 1) {
    const regex = regexOf(first.slice(1, -1))
    return ({ text }) => regex.test(text)
  }
  const left = valueOf(first)
  if (tokens.length === 1) return (line) => Boolean(numeric(left(line)))
  if (tokens.length !== 3) throw new NotKnown(tokens.join(' '))
  if (operator === '~' || operator === '!~') {
    const regex = regexOf(second.slice(1, -1))
    return (line) => regex.test(String(left(line))) === (operator === '~')
  }
  const right = valueOf(second)
  return (line) => compared(numeric(left(line)), operator!, numeric(right(line)))
}

/** A text that looks like a number is compared as one. */
function numeric(value: Value): Value {
  return typeof value === 'string' && value.trim() !== '' && !Number.isNaN(Number(value)) ? Number(value) : value
}

function compared(a: Value, operator: string, b: Value): boolean {
  const [x, y] = typeof a === 'number' && typeof b === 'number' ? [a, b] : [String(a), String(b)]
  switch (operator) {
    case '==':
      return x === y
    case '!=':
      return x !== y
    case '<':
      return x < y
    case '>':
      return x > y
    case '<=':
      return x <= y
    case '>=':
      return x >= y
    default:
      throw new NotKnown(operator)
  }
}

function printsOf(tokens: readonly string[]): Rule['prints'] {
  return split(tokens, ';')
    .filter((statement) => statement.length > 0)
    .map(([name, ...rest]) => {
      if (name !== 'print') throw new NotKnown(name!)
      if (rest.length === 0) return ({ text }: Line) => text
      const parts = split(rest, ',').map((part) => part.map(valueOf))
      return (line: Line) => parts.map((part) => part.map((value) => value(line)).join('')).join(' ')
    })
}

function valueOf(token: string): (line: Line) => Value {
  if (token.startsWith('"')) return always(token.slice(1, -1).replaceAll('\\t', '\t').replaceAll('\\n', '\n').replaceAll('\\"', '"'))
  if (/^\d/.test(token)) return always(Number(token))
  switch (token) {
    case 'NR':
      return ({ number }) => number
    case 'NF':
      return ({ fields }) => fields.length
    case '$0':
      return ({ text }) => text
    case '$NF':
      return ({ fields }) => fields.at(-1) ?? ''
  }
  const field = /^\$(\d+)$/.exec(token)
  if (!field) throw new NotKnown(token)
  return ({ fields }) => fields[Number(field[1]) - 1] ?? ''
}

const always = (value: Value) => (): Value => value
