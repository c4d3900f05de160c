/**
 * resource.Quantity: exact decimal numbers with SI suffixes. A quantity is immutable; parsing caches,
 * so that `parseQuantity('100m')` in a hot loop is a map look-up.
 *
 * The amount is `mantissa * 10^scale` (never below nano: smaller parts are rounded up on parsing, as
 * upstream does). `format` is how it was written and how it prints again.
 */

export type QuantityFormat = 'DecimalSI' | 'BinarySI' | 'DecimalExponent'

export interface Quantity {
  readonly mantissa: bigint
  /** Power of ten, -9 or more. */
  readonly scale: number
  readonly format: QuantityFormat
  /** Canonical text: what String() prints and what is stored. */
  readonly text: string
  /** Value() as a number: rounded up (away from zero). Inexact beyond 2^53. */
  readonly value: number
  /** MilliValue() as a number: rounded up. Inexact beyond 2^53. */
  readonly milliValue: number
}

const formatWrong = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
const suffixWrong = "unable to parse quantity's suffix"

/** Why a text is no quantity, in upstream's words. */
export interface QuantityError {
  error: string
}

const decimalSuffix: Record<string, number> = { n: -9, u: -6, m: -3, '': 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 }
const binarySuffix: Record<string, number> = { Ki: 10, Mi: 20, Gi: 30, Ti: 40, Pi: 50, Ei: 60 }
const decimalBySize: Record<number, string> = {
  [-9]: 'n',
  [-6]: 'u',
  [-3]: 'm',
  0: '',
  3: 'k',
  6: 'M',
  9: 'G',
  12: 'T',
  15: 'P',
  18: 'E',
}
const binaryNames = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei']

const maxAllowed = (1n << 63n) - 1n
/** Powers of ten and digits beyond these cannot occur in honest input; they bound the work of hostile input. */
const maxExponent = 399
const maxLength = 300

const shape = /^([+-]?)([0-9]*)(?:\.([0-9]*))?([eEinumkKMGTP]*[-+]?[0-9]*)$/

const cache = new Map<string, Quantity | QuantityError>()
const maxCached = 10_000

/** Parses as resource.ParseQuantity; the error is upstream's text. */
export function parseQuantity(text: string): Quantity | QuantityError {
  const hit = cache.get(text)
  if (hit) return hit
  const parsed = parse(text)
  if (cache.size >= maxCached) cache.clear()
  cache.set(text, parsed)
  return parsed
}

export const isQuantityError = (q: Quantity | QuantityError): q is QuantityError => 'error' in q

/** For text that was validated before; what does not parse counts as zero. */
export function quantity(text: string | number | undefined): Quantity {
  if (text === undefined) return zero
  const parsed = parseQuantity(typeof text === 'number' ? String(text) : text)
  return 'error' in parsed ? zero : parsed
}

function parse(text: string): Quantity | QuantityError {
  if (text === '') return { error: formatWrong }
  if (text === '0') return zero
  const match = text.length > maxLength ? null : shape.exec(text)
  if (!match) return { error: formatWrong }
  const negative = match[1] === '-'
  const whole = match[2]!.replace(/^0+/, '')
  const fraction = match[3] ?? ''
  const suffix = interpretSuffix(match[4]!)
  if (!suffix) return { error: suffixWrong }
  const digits = (whole === '' ? '0' : whole) + fraction
  const sign = negative ? -1n : 1n
  const { format, exponent } = suffix

  // Small numbers that are canonical already keep their text; the rest is rounded, capped, canonicalised.
  if (format === 'BinarySI') {
    const precision = fraction === '' ? 15 - digits.length - Math.trunc((exponent * 3) / 10) - 1 : -1
    const amount = sign * BigInt(digits) * (1n << BigInt(exponent))
    if (precision >= 0) {
      const written = Number(BigInt.asUintN(3, BigInt(digits))) !== 0
      return make(amount, 0, format, written ? text : undefined)
    }
    return roundAndCap(amount, -fraction.length, format)
  }
  const scale = exponent - fraction.length
  if (digits.length <= 18 && scale >= -9) {
    const canonical = scale % 3 === 0 && !digits.endsWith('000') && digits[0] !== '0'
    return make(sign * BigInt(digits), scale, format, canonical ? text : undefined)
  }
  return roundAndCap(sign * BigInt(digits), scale, format)
}

function interpretSuffix(suffix: string): { format: QuantityFormat; exponent: number } | undefined {
  const decimal = own(decimalSuffix, suffix)
  if (decimal !== undefined) return { format: 'DecimalSI', exponent: decimal }
  const binary = own(binarySuffix, suffix)
  if (binary !== undefined) return { format: 'BinarySI', exponent: binary }
  if (/^[eE][+-]?[0-9]+$/.test(suffix)) {
    const exponent = Number(suffix.slice(1))
    return { format: 'DecimalExponent', exponent: Math.max(-maxExponent, Math.min(maxExponent, exponent)) }
  }
  return undefined
}

function own(table: Record<string, number>, key: string): number | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined
}

const pow10 = (n: number): bigint => 10n ** BigInt(n)

/** What is finer than nano is rounded up (away from zero); a binary quantity is capped at 2^63-1. */
function roundAndCap(amount: bigint, scale: number, wanted: QuantityFormat): Quantity {
  let mantissa = amount < 0n ? -amount : amount
  if (scale < -9) {
    const unit = pow10(-9 - scale)
    mantissa = (mantissa + unit - 1n) / unit
    scale = -9
  }
  let format = wanted
  if (format === 'BinarySI') {
    const one = pow10(-scale)
    if (mantissa > maxAllowed * one) mantissa = maxAllowed * one
    if (mantissa < one && mantissa > 0n) format = 'DecimalSI'
  }
  return make(amount < 0n ? -mantissa : mantissa, scale, format)
}

function make(mantissa: bigint, scale: number, format: QuantityFormat, text?: string): Quantity {
  return {
    mantissa,
    scale,
    format,
    text: text ?? canonical(mantissa, scale, format),
    value: Number(atScale(mantissa, scale, 0)),
    milliValue: Number(atScale(mantissa, scale, -3)),
  }
}

/** The amount in units of 10^wanted, rounded away from zero. */
function atScale(mantissa: bigint, scale: number, wanted: number): bigint {
  if (scale >= wanted) return mantissa * pow10(scale - wanted)
  const unit = pow10(wanted - scale)
  const quotient = mantissa / unit
  if (quotient * unit === mantissa) return quotient
  return mantissa < 0n ? quotient - 1n : quotient + 1n
}

/** Quantity.CanonicalizeBytes. */
function canonical(mantissa: bigint, scale: number, format: QuantityFormat): string {
  if (mantissa === 0n) return '0'
  if (format === 'BinarySI') {
    const rounded = atScale(mantissa, scale, 0)
    const exact = scale >= 0 || rounded * pow10(-scale) === mantissa
    if (exact && (rounded <= -1024n || rounded >= 1024n)) return binary(rounded)
    return decimal(mantissa, scale, 'DecimalSI')
  }
  return decimal(mantissa, scale, format)
}

function binary(amount: bigint): string {
  let exponent = 0
  while (amount !== 0n && amount % 1024n === 0n) {
    amount /= 1024n
    exponent++
  }
  return `${amount}${binaryNames[exponent] ?? ''}`
}

function decimal(mantissa: bigint, scale: number, format: QuantityFormat): string {
  while (mantissa % 10n === 0n) {
    mantissa /= 10n
    scale++
  }
  const over = ((scale % 3) + 3) % 3
  mantissa *= pow10(over)
  scale -= over
  if (format === 'DecimalSI') return `${mantissa}${decimalBySize[scale] ?? ''}`
  return scale === 0 ? `${mantissa}` : `${mantissa}e${scale}`
}

export const zero: Quantity = { mantissa: 0n, scale: 0, format: 'DecimalSI', text: '0', value: 0, milliValue: 0 }

export const isZero = (q: Quantity): boolean => q.mantissa === 0n

export const sign = (q: Quantity): -1 | 0 | 1 => (q.mantissa === 0n ? 0 : q.mantissa < 0n ? -1 : 1)

/** Cmp: -1, 0 or 1. */
export function compare(a: Quantity, b: Quantity): -1 | 0 | 1 {
  if (a.scale === b.scale) return a.mantissa < b.mantissa ? -1 : a.mantissa > b.mantissa ? 1 : 0
  const low = Math.min(a.scale, b.scale)
  const x = a.mantissa * pow10(a.scale - low)
  const y = b.mantissa * pow10(b.scale - low)
  return x < y ? -1 : x > y ? 1 : 0
}

/** Add: the sum has a's format, unless a is zero: then b's. */
export function add(a: Quantity, b: Quantity): Quantity {
  return combine(a, b, 1n)
}

/** Sub: as Add. */
export function sub(a: Quantity, b: Quantity): Quantity {
  return combine(a, b, -1n)
}

function combine(a: Quantity, b: Quantity, factor: bigint): Quantity {
  const format = a.mantissa === 0n ? b.format : a.format
  const low = Math.min(a.scale, b.scale)
  const mantissa = a.mantissa * pow10(a.scale - low) + factor * b.mantissa * pow10(b.scale - low)
  return make(mantissa, low, format)
}

/** resource.NewQuantity(value, format); value is a whole number. */
export const newQuantity = (value: number, format: QuantityFormat): Quantity => make(BigInt(value), 0, format)

/** resource.NewMilliQuantity(value, format). */
export const newMilliQuantity = (value: number, format: QuantityFormat): Quantity => make(BigInt(value), -3, format)

/** `value` times ten to the `scale`. */
export const newScaledQuantity = (value: number, scale: number, format: QuantityFormat): Quantity => make(BigInt(value), scale, format)

/** Value divided by divisor and rounded up, as the downward API prints resources. */
export function ceilDivide(value: Quantity, divisor: Quantity, scale: 0 | -3): bigint {
  const x = atScale(value.mantissa, value.scale, scale)
  const y = atScale(divisor.mantissa, divisor.scale, scale)
  const quotient = x / y
  return quotient * y === x || x < 0n ? quotient : quotient + 1n
}

/** RoundUp(Milli): parts finer than a thousandth count as one thousandth. */
export const roundUpToMilli = (q: Quantity): Quantity =>
  q.scale >= -3 ? q : make(atScale(q.mantissa, q.scale, -3), -3, q.format)

type List = Readonly<Record<string, string>>

/** The sum of two resource lists, name by name. */
export function addLists(a: List, b: List): Record<string, string> {
  return mergeLists(a, b, (x, y) => add(quantity(x), quantity(y)).text)
}

/** The larger of two resource lists, name by name. */
export function maxLists(a: List, b: List): Record<string, string> {
  return mergeLists(a, b, (x, y) => (compare(quantity(x), quantity(y)) >= 0 ? x : y))
}

function mergeLists(a: List, b: List, join: (x: string, y: string) => string): Record<string, string> {
  const out = { ...a }
  for (const name in b) out[name] = out[name] === undefined ? b[name]! : join(out[name], b[name]!)
  return out
}
