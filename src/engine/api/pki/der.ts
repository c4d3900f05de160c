/** DER (X.690), as much of it as certificates have: values with a tag, a length and bytes or other values. */

export const tags = {
  integer: 0x02, bitString: 0x03, octetString: 0x04, null: 0x05, oid: 0x06, utf8String: 0x0c, printableString: 0x13, ia5String: 0x16, utcTime: 0x17, generalizedTime: 0x18,
  sequence: 0x30, set: 0x31, context0: 0xa0, context3: 0xa3,
} as const

export interface Value {
  tag: number
  /** Without tag and length. */
  bytes: readonly number[]
  /** With them. */
  whole: readonly number[]
}

/** Longer values are nothing that a person pastes. */
const mostBytes = 65_536

export function der(tag: number, ...parts: readonly (readonly number[])[]): number[] {
  const content = parts.flat()
  return [tag, ...lengthOf(content.length), ...content]
}

function lengthOf(n: number): number[] {
  if (n < 0x80) return [n]
  return n < 0x100 ? [0x81, n] : [0x82, n >> 8, n & 0xff]
}

/** The values that stand one after another; undefined: this is no DER. */
export function valuesOf(bytes: readonly number[]): Value[] | undefined {
  if (bytes.length > mostBytes) return undefined
  const values: Value[] = []
  for (let at = 0; at < bytes.length; ) {
    const value = valueAt(bytes, at)
    if (value === undefined) return undefined
    values.push(value)
    at += value.whole.length
  }
  return values
}

function valueAt(bytes: readonly number[], at: number): Value | undefined {
  const first = bytes[at + 1]
  if (first === undefined) return undefined
  const more = first < 0x80 ? 0 : first & 0x7f
  if (more > 2) return undefined
  const length = more === 0 ? first : bytes.slice(at + 2, at + 2 + more).reduce((sum, byte) => sum * 256 + byte, 0)
  const start = at + 2 + more
  if (start + length > bytes.length) return undefined
  return { tag: bytes[at]!, bytes: bytes.slice(start, start + length), whole: bytes.slice(at, start + length) }
}

/** An object identifier, given as "2.5.4.3". */
export function oid(text: string): number[] {
  const [a = 0, b = 0, ...rest] = text.split('.').map(Number)
  return der(tags.oid, [a * 40 + b, ...rest.flatMap(base128)])
}

function base128(n: number): number[] {
  const digits = [n & 0x7f]
  for (let left = Math.floor(n / 128); left > 0; left = Math.floor(left / 128)) digits.unshift((left & 0x7f) | 0x80)
  return digits
}

/** "2.5.4.3" of its bytes. */
export function oidText([first = 0, ...rest]: readonly number[]): string {
  const numbers = [Math.min(2, Math.floor(first / 40))]
  numbers.push(first - numbers[0]! * 40)
  let n = 0
  for (const byte of rest) {
    n = n * 128 + (byte & 0x7f)
    if (byte < 0x80) {
      numbers.push(n)
      n = 0
    }
  }
  return numbers.join('.')
}
