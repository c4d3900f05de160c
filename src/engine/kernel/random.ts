/**
 * Seeded random numbers (sfc32). Each purpose ("watch latency", "scheduler ties", ...) has a
 * generator of its own, so that asking once more for one purpose does not shift all the others.
 * Only 32-bit integer arithmetic is used: every JavaScript engine gives the same numbers.
 */
export class Random {
  private a: number
  private b: number
  private c: number
  private counter = 1

  constructor(seed: number, purpose: string) {
    const h = hash32(purpose, seed)
    this.a = h
    this.b = Math.imul(h, 0x9e3779b1) | 0
    this.c = seed | 0
    for (let i = 0; i < 12; i++) this.uint32()
  }

  uint32(): number {
    const t = (((this.a + this.b) | 0) + this.counter) | 0
    this.counter = (this.counter + 1) | 0
    this.a = this.b ^ (this.b >>> 9)
    this.b = (this.c + (this.c << 3)) | 0
    this.c = (((this.c << 21) | (this.c >>> 11)) + t) | 0
    return t >>> 0
  }

  /** In [0, 1). */
  float(): number {
    return this.uint32() / 4294967296
  }

  /** A whole number in [0, bound). */
  int(bound: number): number {
    return Math.floor((this.uint32() / 4294967296) * bound)
  }

  /** `length` characters of `alphabet`. */
  text(length: number, alphabet: string): string {
    const codes: number[] = []
    for (let i = 0; i < length; i++) codes.push(alphabet.charCodeAt(this.int(alphabet.length)))
    // In one go: a text that is added up letter by letter is a tree of its parts for as long as it lives.
    return String.fromCharCode(...codes)
  }

  /** A version 4 UUID. */
  uuid(): string {
    const codes = uuidCodes
    for (let i = 0; i < codes.length; i++) if (uuidPattern[i] === 'x') codes[i] = hexDigits.charCodeAt(this.int(16))
    codes[uuidVariant] = '89ab'.charCodeAt(this.int(4))
    return String.fromCharCode(...codes)
  }
}

const hexDigits = '0123456789abcdef'
const uuidPattern = 'xxxxxxxx-xxxx-4xxx-vxxx-xxxxxxxxxxxx'
/** Written over by each UUID: the places of digits change, dashes and version stay. */
const uuidCodes = [...uuidPattern].map((place) => place.charCodeAt(0))
const uuidVariant = uuidPattern.indexOf('v')

/** FNV-1a over UTF-16 units, mixed with a seed; used for seeding and for trace hashes. */
export function hash32(text: string, seed = 0): number {
  let h = (0x811c9dc5 ^ seed) | 0
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193)
  h ^= h >>> 15
  h = Math.imul(h, 0x2c1b3c6d)
  h ^= h >>> 12
  return h | 0
}
