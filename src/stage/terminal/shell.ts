/**
 * The shell around kubectl: what a terminal needs to read of a line before it can be run. Words and quotes, `;`, `&&`,
 * `||`, `&`, pipes, redirections to files, here-documents, `$(...)`, variables and comments; no loops.
 */

export interface Redirect {
  readonly what: 'stdout' | 'stderr' | 'both'
  readonly file: string
  readonly append: boolean
}

export interface Command {
  /** Words as the program gets them. */
  readonly words: readonly string[]
  /** The same words as they were typed, quotes and all. */
  readonly typed: readonly string[]
  /** NAME=value before the first word. */
  readonly assignments: readonly (readonly [name: string, value: string])[]
  /** A here-document or here-string. */
  readonly stdin: string | undefined
  /** A here-document in which variables have their values: its end was announced without quotes. */
  readonly expandsStdin: boolean
  readonly stdinFile: string | undefined
  readonly redirects: readonly Redirect[]
  /** 2>&1: complaints go where the output goes. */
  readonly mergeErrors: boolean
}

export interface Pipeline {
  /** Whether it runs depends on how the one before it ended. */
  readonly when: 'always' | 'success' | 'failure'
  /** `&`: what follows does not wait for it. */
  readonly background: boolean
  readonly commands: readonly Command[]
}

export type Parsed =
  | { readonly type: 'pipelines'; readonly pipelines: readonly Pipeline[] }
  /** A quote, a here-document or a pipe is still open: the line goes on. */
  | { readonly type: 'open' }
  | { readonly type: 'error'; readonly near: string }
  /** Something that a shell knows and this one does not. */
  | { readonly type: 'unknown'; readonly what: string }

type Token =
  | { type: 'word'; value: string; typed: string; start: number }
  | { type: 'operator'; value: string; start: number }
  | { type: 'here'; body: string; quoted: boolean }

class Open extends Error {}

class NotKnown extends Error {}

const operators = [
  '&&',
  '||',
  ';;',
  '2>&1',
  '&>>',
  '&>',
  '2>>',
  '1>>',
  '2>',
  '1>&2',
  '1>',
  '>&2',
  '<<<',
  '<<-',
  '<<',
  '>>',
  '>',
  '<',
  '|&',
  '|',
  ';',
  '&',
  '(',
  ')',
]

const reserved = new Set(['for', 'while', 'until', 'if', 'case', 'function', 'select', '{', '!', '[[', 'then', 'do'])

export function parseLine(typed: string): Parsed {
  const text = typed.replaceAll(unquotedMark, '').replaceAll(quotedMark, '')
  try {
    const tokens = tokenize(text)
    return group(tokens)
  } catch (error) {
    if (error instanceof Open) return { type: 'open' }
    if (error instanceof NotKnown) return { type: 'unknown', what: error.message }
    throw error
  }
}

// --- words

function tokenize(text: string): Token[] {
  const tokens: Token[] = []
  const waiting: { token: Extract<Token, { type: 'here' }>; end: string; strip: boolean }[] = []
  let at = 0
  while (at < text.length) {
    const char = text[at]!
    if (char === ' ' || char === '\t' || char === '\r') at++
    else if (text.startsWith('\\\n', at)) at += 2
    else if (char === '#') at = endOfLine(text, at)
    else if (char === '\n') {
      at = readBodies(text, at + 1, waiting.splice(0))
      tokens.push({ type: 'operator', value: '\n', start: at })
    } else {
      const operator = operators.find((o) => text.startsWith(o, at))
      if (operator === undefined || (/^\d/.test(operator) && isInWord(text, at))) {
        const word = readWord(text, at)
        tokens.push(word.token)
        at = word.end
      } else if (operator === '<<' || operator === '<<-') {
        const word = readWord(text, skipBlanks(text, at + operator.length))
        const token: Token = { type: 'here', body: '', quoted: /['"\\]/.test(word.token.typed) }
        tokens.push(token)
        waiting.push({ token, end: word.token.value, strip: operator === '<<-' })
        at = word.end
      } else {
        tokens.push({ type: 'operator', value: operator, start: at })
        at += operator.length
      }
    }
  }
  if (waiting.length > 0) throw new Open()
  return tokens
}

function isInWord(text: string, at: number): boolean {
  return at > 0 && !/[\s;&|<>()]/.test(text[at - 1]!)
}

function skipBlanks(text: string, at: number): number {
  while (text[at] === ' ' || text[at] === '\t') at++
  return at
}

function endOfLine(text: string, at: number): number {
  const end = text.indexOf('\n', at)
  return end < 0 ? text.length : end
}

/** The here-documents that were announced on the line before `at`; answers where they end. */
function readBodies(
  text: string,
  at: number,
  waiting: { token: { body: string }; end: string; strip: boolean }[],
): number {
  for (const { token, end, strip } of waiting) {
    const lines: string[] = []
    for (;;) {
      if (at > text.length) throw new Open()
      const stop = endOfLine(text, at)
      const line = strip ? text.slice(at, stop).replace(/^\t+/, '') : text.slice(at, stop)
      const isLast = stop === text.length
      at = stop + 1
      if (line === end) break
      if (isLast) throw new Open()
      lines.push(`${line}\n`)
    }
    token.body = lines.join('')
  }
  return Math.min(at, text.length)
}

function readWord(text: string, start: number): { token: Extract<Token, { type: 'word' }>; end: number } {
  let value = ''
  let at = start
  // ~ or ~/x
  if (text[at] === '~' && /^[\s;&|<>()/]?$/.test(text[at + 1] ?? '')) {
    value = unquotedMark + variableSign + 'HOME' + unquotedMark
    at++
  }
  while (at < text.length && !/[\s;&|<>()]/.test(text[at]!)) {
    const char = text[at]!
    if (char === "'" || char === '"') {
      const [inner, end] = readQuoted(text, at + 1, char)
      value += inner
      at = end
    } else if (char === '\\') {
      if (at + 1 >= text.length) throw new Open()
      if (text[at + 1] !== '\n') value += text[at + 1]
      at += 2
    } else if (text.startsWith('$((', at)) throw new NotKnown('$((...))')
    else if (char === '`' || text.startsWith('$(', at)) {
      const [inner, end] = readSubstitution(text, at)
      value += unquotedMark + inner + unquotedMark
      at = end
    } else {
      const variable = readVariable(text, at)
      value += variable === undefined ? char : unquotedMark + variableSign + variable.name + unquotedMark
      at = variable?.end ?? at + 1
    }
  }
  if (at === start) throw new NotKnown(text[at] ?? 'newline')
  return { token: { type: 'word', value, typed: text.slice(start, at), start }, end: at }
}

/** Around a line of which only the output counts, inside a word: in quotes it stays one word. */
export const unquotedMark = '\u0000'
export const quotedMark = '\u0001'

/** Marks what is inside as the name of a variable; no command line begins so. */
export const variableSign = '='

/** `$NAME`, `${NAME}` or `$?` from `at` on; undefined where the dollar is only one. */
function readVariable(text: string, at: number): { name: string; end: number } | undefined {
  if (text[at] !== '$') return undefined
  const found = /^\$(?:([A-Za-z_]\w*|\?)|\{([A-Za-z_]\w*)\})/.exec(text.slice(at, at + longestName))
  if (found) return { name: (found[1] ?? found[2])!, end: at + found[0].length }
  if (text[at + 1] === '{') throw new NotKnown('${...}')
  return undefined
}

const longestName = 100

/** `$(...)` or backticks from `at` on: what is inside, and where it ends. */
function readSubstitution(text: string, at: number): [string, number] {
  if (text[at] === '`') {
    const end = text.indexOf('`', at + 1)
    if (end < 0) throw new Open()
    return [text.slice(at + 1, end), end + 1]
  }
  let depth = 0
  let quote = ''
  for (let i = at + 1; i < text.length; i++) {
    const char = text[i]!
    if (quote !== '') {
      if (char === quote) quote = ''
    } else if (char === "'" || char === '"') quote = char
    else if (char === '(') depth++
    else if (char === ')' && --depth === 0) return [text.slice(at + 2, i), i + 1]
  }
  throw new Open()
}

function readQuoted(text: string, from: number, quote: string): [string, number] {
  let value = ''
  for (let at = from; at < text.length; at++) {
    const char = text[at]!
    if (char === quote) return [value, at + 1]
    if (quote === '"' && char === '\\' && /["\\$`\n]/.test(text[at + 1] ?? '')) {
      at++
      if (text[at] !== '\n') value += text[at]
    } else if (quote === '"' && (char === '`' || (text.startsWith('$(', at) && text[at + 2] !== '('))) {
      const [inner, end] = readSubstitution(text, at)
      value += quotedMark + inner + quotedMark
      at = end - 1
    } else {
      const variable = quote === '"' ? readVariable(text, at) : undefined
      value += variable === undefined ? char : quotedMark + variableSign + variable.name + quotedMark
      at = (variable?.end ?? at + 1) - 1
    }
  }
  throw new Open()
}

// --- commands

interface Draft {
  words: string[]
  typed: string[]
  assignments: [name: string, value: string][]
  stdin: string | undefined
  expandsStdin: boolean
  stdinFile: string | undefined
  redirects: Redirect[]
  mergeErrors: boolean
}

function group(tokens: readonly Token[]): Parsed {
  const pipelines: Pipeline[] = []
  let commands: Command[] = []
  let when: Pipeline['when'] = 'always'
  let draft = blank()
  /** Something must follow: a pipe, && or ||. */
  let owed = false

  const isEmpty = (): boolean => draft.words.length === 0 && draft.redirects.length === 0 && draft.assignments.length === 0
  const closeCommand = (): void => {
    if (!isEmpty()) commands.push(draft)
    draft = blank()
  }
  const closePipeline = (next: Pipeline['when'], background = false): void => {
    closeCommand()
    if (commands.length > 0) pipelines.push({ when, background, commands })
    commands = []
    when = next
  }

  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i]!
    if (token.type === 'word') {
      if (draft.words.length === 0 && reserved.has(token.value)) return { type: 'unknown', what: token.value }
      const assigned = draft.words.length === 0 && /^[A-Za-z_]\w*(?==)/.exec(token.typed)
      if (assigned) {
        draft.assignments.push([assigned[0], token.value.slice(assigned[0].length + 1)])
        owed = false
        continue
      }
      draft.words.push(token.value)
      draft.typed.push(token.typed)
      owed = false
      continue
    }
    if (token.type === 'here') {
      draft.stdin = token.body
      draft.expandsStdin = !token.quoted
      continue
    }
    const { value } = token
    if (value === ';;') return near(token)
    if (value === '(' || value === ')') return { type: 'unknown', what: value }
    if (value === '2>&1') draft.mergeErrors = true
    else if (value === '>&2' || value === '1>&2') continue
    else if (/[<>]/.test(value)) {
      const target = tokens[++i]
      // `<(...)`: what a command prints, as a file.
      if (target?.type === 'operator' && target.value === '(' && target.start === token.start + 1) return { type: 'unknown', what: `${value}(` }
      if (target?.type !== 'word') return target === undefined ? { type: 'error', near: 'newline' } : near(target)
      redirect(draft, value, target.value)
    } else if (value === '\n') {
      if (!owed) closePipeline('always')
    } else {
      if (isEmpty() && (value !== ';' || commands.length > 0 || pipelines.length === 0 || owed)) return near(token)
      if (value === '|' || value === '|&') {
        if (value === '|&') draft.mergeErrors = true
        closeCommand()
        owed = true
      } else if (value === '&&' || value === '||') {
        closePipeline(value === '&&' ? 'success' : 'failure')
        owed = true
      } else closePipeline('always', value === '&')
    }
  }
  if (owed) return { type: 'open' }
  closePipeline('always')
  return { type: 'pipelines', pipelines }
}

function blank(): Draft {
  return { words: [], typed: [], assignments: [], stdin: undefined, expandsStdin: false, stdinFile: undefined, redirects: [], mergeErrors: false }
}

function near(token: Token): Parsed {
  return { type: 'error', near: 'value' in token ? token.value.replace('\n', 'newline') : 'newline' }
}

function redirect(draft: Draft, operator: string, target: string): void {
  if (operator === '<<<') draft.stdin = `${target}\n`
  else if (operator === '<') draft.stdinFile = target
  else {
    const what = operator.startsWith('2') ? 'stderr' : operator.startsWith('&') ? 'both' : 'stdout'
    draft.redirects.push({ what, file: target, append: operator.endsWith('>>') })
  }
}

/** Where in a line, up to the caret, the command begins that is being typed; for completion. */
export function commandStart(text: string): number {
  let start = 0
  let quote = ''
  for (let i = 0; i < text.length; i++) {
    const char = text[i]!
    if (quote !== '') {
      if (char === '\\' && quote === '"') i++
      else if (char === quote) quote = ''
    } else if (char === "'" || char === '"') quote = char
    else if (char === '\\') i++
    else if (/[;&|\n]/.test(char)) start = i + 1
  }
  return skipBlanks(text, start)
}
