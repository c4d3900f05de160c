/**
 * Base64 of UTF-8 text, without what only browsers or only Node have. A byte that belongs to no character of UTF-8 is half of a
 * surrogate in a text, U+DC80 to U+DCFF (as in Python's surrogateescape): so a text has every byte of a file that is none.
 */

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
const alphabet = `${letters}+/`
const urlAlphabet = `${letters}-_`

const isByte = (code: number): boolean => code >= 0xdc80 && code <= 0xdcff

export function utf8(text: string): number[] {
  const bytes: number[] = []
  for (const char of text) {
    const code = char.codePointAt(0)!
    if (code < 0x80) bytes.push(code)
    else if (isByte(code)) bytes.push(code & 0xff)
    else if (code < 0x800) bytes.push(0xc0 | (code >> 6), 0x80 | (code & 63))
    else if (code < 0x10000) bytes.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63))
    else bytes.push(0xf0 | (code >> 18), 0x80 | ((code >> 12) & 63), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63))
  }
  return bytes
}

export function toBase64(text: string): string {
  const plain = encode(text, alphabet)
  return plain + '=='.slice(0, (4 - (plain.length % 4)) % 4)
}

/** As a URL may have it and tokens do: without padding (RFC 4648, 5). */
export function toBase64Url(text: string): string {
  return encode(text, urlAlphabet)
}

function encode(text: string, digits: string): string {
  // Plain text, which most is, needs no list of bytes. Past the end both give what counts as 0.
  const bytes = isPlain(text) ? undefined : utf8(text)
  const byteAt = bytes === undefined ? (i: number): number => text.charCodeAt(i) : (i: number): number => bytes[i]!
  const length = bytes?.length ?? text.length
  let out = ''
  for (let start = 0; start < length; start += bytesAtOnce) {
    const end = Math.min(length, start + bytesAtOnce)
    let n = 0
    for (let i = start; i < end; i += 3) {
      const three = (byteAt(i) << 16) | (byteAt(i + 1) << 8) | byteAt(i + 2)
      written[n++] = digits.charCodeAt(three >> 18)
      written[n++] = digits.charCodeAt((three >> 12) & 63)
      if (i + 1 < end) written[n++] = digits.charCodeAt((three >> 6) & 63)
      if (i + 2 < end) written[n++] = digits.charCodeAt(three & 63)
    }
    // In one go: a text that is added up letter by letter is a tree of its parts.
    out += String.fromCharCode.apply(undefined, written.subarray(0, n) as unknown as number[])
  }
  return out
}

/** A multiple of three: one call does not take any number of arguments. */
const bytesAtOnce = 3000
const written = new Uint8Array((bytesAtOnce / 3) * 4)

const isPlain = (text: string): boolean => /^[\0-\x7f]*$/.test(text)

/** The bytes of a base64 text that decoding has accepted. */
export function bytesOfBase64(text: string): number[] {
  const bytes: number[] = []
  let bits = 0
  let held = 0
  for (const char of text) {
    const value = alphabet.indexOf(char)
    if (value < 0) continue
    bits = (bits << 6) | value
    held += 6
    if (held < 8) continue
    held -= 8
    bytes.push((bits >> held) & 0xff)
    bits &= (1 << held) - 1
  }
  return bytes
}

/** What a sequence of so many bytes at least has to stand for. */
const least = [0, 0, 0x80, 0x800, 0x10000]

/** The text of UTF-8 bytes. */
export function textOfUtf8(bytes: readonly number[]): string {
  let out = ''
  for (let i = 0; i < bytes.length;) {
    const first = bytes[i]!
    const size = first < 0x80 ? 1 : first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc2 ? 2 : 0
    let code = size === 1 ? first : size === 2 ? first & 31 : size === 3 ? first & 15 : first & 7
    let good = size > 0 && i + size <= bytes.length
    for (let k = 1; good && k < size; k++) {
      const next = bytes[i + k]!
      good = (next & 0xc0) === 0x80
      code = (code << 6) | (next & 63)
    }
    good &&= code >= least[size]! && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff)
    out += good ? String.fromCodePoint(code) : String.fromCharCode(0xdc00 | first)
    i += good ? size : 1
  }
  return out
}

export const fromBase64 = (text: string): string => textOfUtf8(bytesOfBase64(text))

export const fromBase64Url = (text: string): string => fromBase64(text.replaceAll('-', '+').replaceAll('_', '/'))
