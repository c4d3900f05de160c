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
    return Math.floor(this.float() * bound)
  }

  /** `length` characters of `alphabet`. */
  text(length: number, alphabet: string): string {
    let out = ''
    for (let i = 0; i < length; i++) out += alphabet[this.int(alphabet.length)]
    return out
  }

  /** A version 4 UUID. */
  uuid(): string {
    const hex = this.text(30, '0123456789abcdef')
    const variant = '89ab'[this.int(4)]
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(12, 15)}-${variant}${hex.slice(15, 18)}-${hex.slice(18, 30)}`
  }
}

/** FNV-1a over UTF-16 units, mixed with a seed; used for seeding and for trace hashes. */
export function hash32(text: string, seed = 0): number {
  let h = (0x811c9dc5 ^ seed) | 0
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193)
  h ^= h >>> 15
  h = Math.imul(h, 0x2c1b3c6d)
  h ^= h >>> 12
  return h | 0
}
