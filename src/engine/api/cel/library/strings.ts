import type { Environment } from '@marcbachmann/cel-js'
import { utf8 } from '../../base64.ts'
import { goQuote } from '../../field.ts'
import { formatTime } from '../../time.ts'
import { goRegExp } from '../goRegExp.ts'
import { failure, register } from './register.ts'

/** cel-go's ext.Strings (version 2) where the library lacks it, regular expressions as Go's, and apiserver/pkg/cel/library/regex.go. */
export function registerStrings(environment: Environment): void {
  register(environment, {
    'string.charAt(int): string': charAt,
    'string.replace(string, string): string': (text: string, from: string, to: string) => text.replaceAll(from, () => to),
    'string.replace(string, string, int): string': replaceSome,
    'string.format(list): string': format,
    'StringsNamespace.quote(string): string': (_: unknown, text: string) => goQuote(text),
    'string.matches_(string): bool': matches,
    'matches_(string, string): bool': matches,
    'string.find(string): string': (text: string, pattern: string) => expression(pattern).exec(text)?.[0] ?? '',
    'string.findAll(string): list<string>': (text: string, pattern: string) => findAll(text, pattern, -1),
    'string.findAll(string, int): list<string>': (text: string, pattern: string, count: bigint) => findAll(text, pattern, Number(count)),
    'string(google.protobuf.Timestamp): string': writeTime,
    'string(google.protobuf.Duration): string': String,
    'int(google.protobuf.Timestamp): int': (time: Moment) => BigInt(Math.floor(time.getTime() / 1000)),
  })
}

const matches = (text: string, pattern: string): boolean => expression(pattern).test(text)

function expression(pattern: string, flags = ''): RegExp {
  const made = goRegExp(pattern, flags)
  if ('error' in made) throw failure(made.error)
  made.lastIndex = 0
  return made
}

function findAll(text: string, pattern: string, count: number): string[] {
  const found: string[] = []
  for (const [match] of text.matchAll(expression(pattern, 'g'))) {
    if (found.length === count) break
    found.push(match)
  }
  return found
}

function charAt(text: string, index: bigint): string {
  const chars = [...text]
  if (index < 0n || index > BigInt(chars.length)) throw failure(`index out of range: ${index}`)
  return chars[Number(index)] ?? ''
}

function replaceSome(text: string, from: string, to: string, count: bigint): string {
  if (count < 0n) return text.replaceAll(from, () => to)
  let out = text
  let at = 0
  for (let left = count; left > 0n; left--) {
    const found = out.indexOf(from, at)
    if (found < 0) break
    out = out.slice(0, found) + to + out.slice(found + from.length)
    at = found + to.length + (from === '' ? 1 : 0)
    if (at > out.length) break
  }
  return out
}

/** A timestamp, as the library has it. */
interface Moment {
  getTime(): number
}

const isMoment = (value: object): value is Moment => 'getTime' in value

const writeTime = (time: Moment): string => {
  const ms = time.getTime() % 1000
  const whole = formatTime(time.getTime() - ms)
  return ms === 0 ? whole : whole.replace('Z', `.${String(ms).padStart(3, '0').replace(/0+$/, '')}Z`)
}

/** ext.Strings format: %s %d %f %e %b %x %X %o and %%. */
function format(text: string, args: readonly unknown[]): string {
  let next = 0
  const take = (): unknown => {
    if (next >= args.length) throw failure(`index ${next} out of range`)
    return args[next++]
  }
  return text.replaceAll(/%(?:%|(?:\.(\d+))?([a-zA-Z]))/g, (whole, precision: string | undefined, verb: string | undefined) => {
    if (whole === '%%') return '%'
    const value = take()
    switch (verb) {
      case 's':
        return write(value)
      case 'd':
        if (typeof value === 'bigint' || isUnsigned(value)) return String(value)
        throw failure('error during formatting: decimal clause can only be used on integers')
      case 'f':
        return number(value, 'fixed-point').toFixed(Number(precision ?? 6))
      case 'e':
        return number(value, 'scientific').toExponential(Number(precision ?? 6)).replace(/e([+-])(\d)$/, 'e$10$2')
      case 'b':
        return typeof value === 'boolean' ? (value ? '1' : '0') : integer(value, 'binary').toString(2)
      case 'o':
        return integer(value, 'octal').toString(8)
      case 'x':
        return hex(value)
      case 'X':
        return hex(value).toUpperCase()
      default:
        throw failure(`could not parse formatting clause: unrecognized formatting clause "${verb}"`)
    }
  })
}

const isUnsigned = (value: unknown): boolean => typeof value === 'object' && value !== null && typeof value.valueOf() === 'bigint'

function number(value: unknown, what: string): number {
  if (typeof value === 'number') return value
  if (typeof value === 'bigint') return Number(value)
  throw failure(`error during formatting: ${what} clause can only be used on doubles`)
}

function integer(value: unknown, what: string): bigint {
  if (typeof value === 'bigint') return value
  throw failure(`error during formatting: only integers and bools can be formatted as ${what}`)
}

function hex(value: unknown): string {
  if (typeof value === 'string') return utf8(value).map((byte) => byte.toString(16).padStart(2, '0')).join('')
  return integer(value, 'hex').toString(16)
}

/** How %s writes a value. */
function write(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return `[${value.map(writeInner).join(', ')}]`
  if (value instanceof Map) return `{${[...value].map(([key, inner]) => `${writeInner(key)}:${writeInner(inner)}`).toSorted().join(', ')}}`
  if (typeof value === 'object' && isMoment(value)) return writeTime(value)
  if (typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype) return write(new Map(Object.entries(value)))
  return String(value)
}

const writeInner = (value: unknown): string => (typeof value === 'string' ? JSON.stringify(value) : write(value))
