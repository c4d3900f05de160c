/** Base64 of UTF-8 text, without what only browsers or only Node have. */

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

export function utf8(text: string): number[] {
  const bytes: number[] = []
  for (const char of text) {
    const code = char.codePointAt(0)!
    if (code < 0x80) bytes.push(code)
    else if (code < 0x800) bytes.push(0xc0 | (code >> 6), 0x80 | (code & 63))
    else if (code < 0x10000) bytes.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63))
    else bytes.push(0xf0 | (code >> 18), 0x80 | ((code >> 12) & 63), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63))
  }
  return bytes
}

export function toBase64(text: string): string {
  // Plain text, which most is, needs no list of bytes.
  if (/^[\0-\x7f]*$/.test(text)) return encode(text.length, (i) => text.charCodeAt(i))
  const bytes = utf8(text)
  return encode(bytes.length, (i) => bytes[i]!)
}

function encode(length: number, byteAt: (i: number) => number): string {
  let out = ''
  for (let i = 0; i < length; i += 3) {
    const a = byteAt(i)
    const b = i + 1 < length ? byteAt(i + 1) : 0
    const c = i + 2 < length ? byteAt(i + 2) : 0
    out += alphabet[a >> 2]! + alphabet[((a & 3) << 4) | (b >> 4)]!
    out += i + 1 < length ? alphabet[((b & 15) << 2) | (c >> 6)]! : '='
    out += i + 2 < length ? alphabet[c & 63]! : '='
  }
  return out
}

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

/** The text of UTF-8 bytes; a broken sequence becomes U+FFFD. */
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
    out += good && code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd'
    i += good ? size : 1
  }
  return out
}

export const fromBase64 = (text: string): string => textOfUtf8(bytesOfBase64(text))
