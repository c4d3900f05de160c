/**
 * Flags as github.com/spf13/pflag reads them: `--name value`, `--name=value`, `-n value`, `-nvalue`,
 * `-n=value`, shorthands in a row (`-it`), flags between arguments, and `--` that ends them.
 */
import { goQuote } from '../../engine/api/field.ts'
import { parseDuration } from '../../engine/api/time.ts'

export type FlagType = 'string' | 'bool' | 'int' | 'int32' | 'int64' | 'duration' | 'strings' | 'stringArray' | 'stringToString'

export interface FlagSpec {
  name: string
  short?: string
  type: FlagType
  /** As pflag prints it after "default". Left out: the type's zero. */
  default?: string
  /** The value of the flag when it stands alone, as `--dry-run`. A bool always has "true". */
  alone?: string
  /** Text after `Flag --x has been deprecated, `. */
  deprecated?: string
  hidden?: boolean
  required?: boolean
  usage: string
  /** Of those with a fixed set of values, for completion. */
  values?: readonly string[]
}

/** What the command line said. Typed access; a flag that the command does not have is a bug and throws. */
export class Flags {
  private readonly specs: Map<string, FlagSpec>
  private readonly given = new Map<string, string[]>()
  /** Name and value of each flag, as they were given one after the other. */
  readonly inOrder: [name: string, value: string][] = []

  constructor(specs: Map<string, FlagSpec>) {
    this.specs = specs
  }

  set(name: string, value: string): void {
    this.inOrder.push([name, value])
    const values = this.given.get(name)
    if (values) values.push(value)
    else this.given.set(name, [value])
  }

  has(name: string): boolean {
    return this.specs.has(name)
  }

  changed(name: string): boolean {
    return this.given.has(name)
  }

  string(name: string): string {
    return this.given.get(name)?.at(-1) ?? this.spec(name).default ?? ''
  }

  /** The value of a flag that is one of these; '' when the command has one of its own by that name. */
  stringOf(specs: readonly FlagSpec[], name: string): string {
    return specs.includes(this.spec(name)) ? this.string(name) : ''
  }

  bool(name: string): boolean {
    return isTrue(this.given.get(name)?.at(-1) ?? this.spec(name).default ?? 'false')
  }

  number(name: string): number {
    return Number(this.given.get(name)?.at(-1) ?? this.spec(name).default ?? '0')
  }

  /** Milliseconds. */
  duration(name: string): number {
    return parseDuration(this.given.get(name)?.at(-1) ?? this.spec(name).default ?? '0s') ?? 0
  }

  /** All values; those of a `strings` flag are also split at commas. */
  list(name: string): string[] {
    const spec = this.spec(name)
    const values = this.given.get(name) ?? (spec.default ? [spec.default] : [])
    return spec.type === 'strings' ? values.flatMap(splitCsv) : values
  }

  /** Of a `stringToString` flag: names and values; the last value of a name counts. */
  map(name: string): Map<string, string> {
    return new Map((this.given.get(name) ?? []).flatMap(splitPairs).map((pair) => [pair.replace(/=[^]*/, ''), pair.replace(/^[^=]*=/, '')]))
  }

  private spec(name: string): FlagSpec {
    const spec = this.specs.get(name)
    if (!spec) throw new Error(`no flag --${name} on this command`)
    return spec
  }
}

const truths = new Set(['1', 't', 'T', 'true', 'TRUE', 'True'])
const lies = new Set(['0', 'f', 'F', 'false', 'FALSE', 'False'])

/** strconv.ParseBool */
export function parseBool(text: string): boolean | undefined {
  return truths.has(text) || (lies.has(text) ? false : undefined)
}

function isTrue(text: string): boolean {
  return truths.has(text)
}

/** pflag's StringSlice reads a CSV line: commas split, double quotes keep them. */
function splitCsv(value: string): string[] {
  if (!value.includes('"')) return value === '' ? [] : value.split(',')
  const fields: string[] = []
  let field = ''
  let quoted = false
  for (let i = 0; i < value.length; i++) {
    const char = value[i]!
    if (char === '"' && quoted && value[i + 1] === '"') field += value[++i]
    else if (char === '"') quoted = !quoted
    else if (char === ',' && !quoted) {
      fields.push(field)
      field = ''
    } else field += char
  }
  return [...fields, field]
}

/** pflag's StringToString: `a=b,c=d`; the commas of a single pair are its value's. */
function splitPairs(value: string): string[] {
  return value.split('=').length === 2 ? [value.replaceAll(/^"+|"+$/g, '')] : splitCsv(value)
}

export interface ParsedFlags {
  flags: Flags
  args: string[]
  /** How many of `args` came before `--`; -1 when there was none. */
  dash: number
  /** Deprecated flags that were used, in order. */
  deprecated: FlagSpec[]
}

/** The text of the first mistake, or what was parsed. */
export function parseFlags(specs: readonly FlagSpec[], words: readonly string[]): ParsedFlags | string {
  const byName = new Map(specs.map((spec) => [spec.name, spec]))
  const byShort = new Map(specs.filter((spec) => spec.short).map((spec) => [spec.short!, spec]))
  const parsed: ParsedFlags = { flags: new Flags(byName), args: [], dash: -1, deprecated: [] }
  const rest = [...words]
  while (rest.length > 0) {
    const word = rest.shift()!
    if (word === '--') {
      parsed.dash = parsed.args.length
      parsed.args.push(...rest)
      break
    }
    const error =
      word.startsWith('--') ? parseLong(word, rest, byName, parsed)
      : word.startsWith('-') && word !== '-' ? parseShort(word, rest, byShort, parsed)
      : parsed.args.push(word) && undefined
    if (typeof error === 'string') return error
  }
  return parsed
}

function parseLong(word: string, rest: string[], byName: Map<string, FlagSpec>, parsed: ParsedFlags): string | undefined {
  const equals = word.indexOf('=')
  const name = word.slice(2, equals < 0 ? undefined : equals).replaceAll('_', '-')
  if (name === '' || name.startsWith('-')) return `bad flag syntax: ${word}`
  const spec = byName.get(name)
  if (!spec) return `unknown flag: --${name}`
  const alone = valueAlone(spec)
  if (equals >= 0) return accept(spec, word.slice(equals + 1), parsed)
  if (alone !== undefined) return accept(spec, alone, parsed)
  const value = rest.shift()
  if (value === undefined) return `flag needs an argument: --${name}`
  return accept(spec, value, parsed)
}

function parseShort(word: string, rest: string[], byShort: Map<string, FlagSpec>, parsed: ParsedFlags): string | undefined {
  let letters = word.slice(1)
  while (letters !== '') {
    const letter = letters[0]!
    const tail = letters.slice(1)
    const spec = byShort.get(letter)
    if (!spec) return `unknown shorthand flag: ${goQuoteChar(letter)} in -${letters}`
    const alone = valueAlone(spec)
    if (tail.startsWith('=')) return accept(spec, tail.slice(1), parsed)
    if (alone !== undefined) {
      const error = accept(spec, alone, parsed)
      if (error) return error
      letters = tail
      continue
    }
    const value = tail === '' ? rest.shift() : tail
    if (value === undefined) return `flag needs an argument: ${goQuoteChar(letter)} in -${letters}`
    return accept(spec, value, parsed)
  }
  return undefined
}

function goQuoteChar(char: string): string {
  return char === "'" ? `'\\''` : `'${char}'`
}

function valueAlone(spec: FlagSpec): string | undefined {
  return spec.alone ?? (spec.type === 'bool' ? 'true' : undefined)
}

function accept(spec: FlagSpec, value: string, parsed: ParsedFlags): string | undefined {
  const wrong = checkValue(spec, value)
  if (wrong) {
    const label = spec.short ? `-${spec.short}, --${spec.name}` : `--${spec.name}`
    return `invalid argument ${goQuote(value)} for ${goQuote(label)} flag: ${wrong}`
  }
  if (spec.deprecated && !parsed.flags.changed(spec.name)) parsed.deprecated.push(spec)
  parsed.flags.set(spec.name, value)
  return undefined
}

const widths: Partial<Record<FlagType, bigint>> = { int: 63n, int64: 63n, int32: 31n }

function checkValue(spec: FlagSpec, value: string): string | undefined {
  switch (spec.type) {
    case 'bool':
      return parseBool(value) !== undefined ? undefined : `strconv.ParseBool: parsing ${goQuote(value)}: invalid syntax`
    case 'int':
    case 'int32':
    case 'int64':
      return checkInteger(value, widths[spec.type]!)
    case 'duration':
      return parseDuration(value) === undefined ? durationError(value) : undefined
    case 'stringToString': {
      const wrong = value.includes('=') ? splitPairs(value).find((pair) => !pair.includes('=')) : value
      return wrong === undefined ? undefined : `${wrong} must be formatted as key=value`
    }
    default:
      return undefined
  }
}

function checkInteger(value: string, bits: bigint): string | undefined {
  if (!/^[+-]?(\d+|0[xX][0-9a-fA-F]+|0[oO]?[0-7]+|0[bB][01]+)$/.test(value)) {
    return `strconv.ParseInt: parsing ${goQuote(value)}: invalid syntax`
  }
  const number = BigInt(value.replace(/^[+-]/, ''))
  return number >= 1n << bits ? `strconv.ParseInt: parsing ${goQuote(value)}: value out of range` : undefined
}

function durationError(value: string): string {
  if (/^[+-]?[\d.]+$/.test(value)) return `time: missing unit in duration ${goQuote(value)}`
  const unit = /^[+-]?[\d.]+([^\d.]+)/.exec(value)
  return unit && !/^(ns|us|µs|μs|ms|s|m|h)$/.test(unit[1]!)
    ? `time: unknown unit ${goQuote(unit[1]!)} in duration ${goQuote(value)}`
    : `time: invalid duration ${goQuote(value)}`
}
