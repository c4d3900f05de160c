import { type Function as FunctionNode, parse, type ParsedScript, type ParseError, type Statement } from 'unbash'

/** A script, read once: a probe runs the same text every few seconds. */
export interface Parsed {
  source: string
  statements: readonly Statement[]
  errors: readonly ParseError[]
}

/** A function and the script in which it was written. */
export interface ShellFunction {
  body: FunctionNode['body']
  source: string
}

const cache = new Map<string, Parsed>()
const MAX_CACHED = 500
/** No command line is longer; a script this long is a data file by mistake. */
const MAX_SOURCE_CHARS = 1024 * 1024

export function parseScript(source: string): Parsed {
  let parsed = cache.get(source)
  if (parsed !== undefined) return parsed
  if (source.length > MAX_SOURCE_CHARS)
    return { source, statements: [], errors: [{ message: 'out of memory', pos: 0 }] }
  const script: ParsedScript = parse(source)
  parsed = { source, statements: script.commands, errors: script.errors ?? [] }
  if (cache.size >= MAX_CACHED) cache.clear()
  cache.set(source, parsed)
  return parsed
}

export function lineOf(source: string, pos: number): number {
  let line = 1
  for (let i = source.indexOf('\n'); i >= 0 && i < pos; i = source.indexOf('\n', i + 1)) line++
  return line
}

/** Is the text only unfinished, so that the next line may complete it? */
export function isIncomplete(parsed: Parsed): boolean {
  if (parsed.source.endsWith('\\\n')) return true
  const { errors } = parsed
  const first = errors[0]
  if (first === undefined) return unclosedHereDocument(parsed)
  const atEnd = errors.some((e) => parsed.source.slice(e.pos).trim() === '')
  return (
    /unterminated|expected '.*' to close|unclosed/.test(errors.map((e) => e.message).join('\n')) ||
    (atEnd && first.message.startsWith('expected'))
  )
}

function unclosedHereDocument({ source }: Parsed): boolean {
  const start = /<<-?\s*(['"]?)(\w+)\1/.exec(source)
  return start !== null && !new RegExp(`^\\t*${start[2]}$`, 'm').test(source)
}
