import { deflateSync, Inflate } from 'fflate'
import { reservedKeys } from '../scenarios/shape.ts'
import { dictionaryP1 } from './dictionary-p1.ts'
import { ShareLinkError } from './error.ts'

/**
 * Codec p1: JSON, deflate-raw with a preset dictionary, base64url. It never changes; a better codec gets
 * another prefix.
 */

/** Bytes after inflating; before, the length of the link bounds them. */
const largest = 1024 * 1024
/** How much is inflated before the bound is looked at again: a byte can become a thousand. */
const portion = 512

export function packP1(value: unknown): string {
  const bytes = new TextEncoder().encode(JSON.stringify(value))
  return toBase64Url(deflateSync(bytes, { level: 9, mem: 12, dictionary: dictionaryP1 }))
}

export function unpackP1(payload: string): unknown {
  const json = textOf(inflate(fromBase64Url(payload)))
  try {
    return JSON.parse(json, dropReserved)
  } catch {
    throw new ShareLinkError('corrupt')
  }
}

/** Keys that reach a prototype are left out wherever they stand. */
function dropReserved(key: string, value: unknown): unknown {
  return reservedKeys.has(key) ? undefined : value
}

function inflate(bytes: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = []
  let length = 0
  const inflater = new Inflate({ dictionary: dictionaryP1 }, (part) => {
    parts.push(part)
    length += part.length
  })
  try {
    for (let i = 0; i < bytes.length; i += portion) {
      inflater.push(bytes.subarray(i, i + portion), i + portion >= bytes.length)
      if (length > largest) throw new ShareLinkError('too-large')
    }
  } catch (error) {
    if (error instanceof ShareLinkError) throw error
    throw new ShareLinkError('corrupt')
  }
  return join(parts, length)
}

function join(parts: readonly Uint8Array[], length: number): Uint8Array {
  const all = new Uint8Array(length)
  let offset = 0
  for (const part of parts) {
    all.set(part, offset)
    offset += part.length
  }
  return all
}

function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new ShareLinkError('corrupt')
  }
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const digitOf = new Map([...alphabet].map((c, i) => [c, i]))

export function toBase64Url(bytes: Uint8Array): string {
  let out = ''
  for (let i = 0; i < bytes.length; i += 3) {
    const [a, b = 0, c = 0] = bytes.subarray(i, i + 3)
    const word = (a! << 16) | (b << 8) | c
    const digits = Math.min(4, bytes.length - i + 1)
    for (let d = 0; d < digits; d++) out += alphabet[(word >> (18 - 6 * d)) & 63]
  }
  return out
}

export function fromBase64Url(text: string): Uint8Array {
  if (text.length % 4 === 1) throw new ShareLinkError('corrupt')
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4))
  let word = 0
  let bits = 0
  let length = 0
  for (const c of text) {
    const digit = digitOf.get(c)
    if (digit === undefined) throw new ShareLinkError('corrupt')
    word = ((word << 6) | digit) & 0xffff
    bits += 6
    if (bits >= 8) bytes[length++] = (word >> (bits -= 8)) & 0xff
  }
  return bytes
}
