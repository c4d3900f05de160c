/** SHA-256 of a text in UTF-8, as 64 hex digits (FIPS 180-4). The one of the platform answers later, and nothing waits here. */
export function sha256(text: string): string {
  const bytes = new TextEncoder().encode(text)
  const padded = new Uint8Array(((bytes.length + 72) >> 6) << 6)
  padded.set(bytes)
  padded[bytes.length] = 0x80
  const view = new DataView(padded.buffer)
  view.setUint32(padded.length - 4, bytes.length * 8)
  const state = roots(2, 8)
  for (let at = 0; at < padded.length; at += 64) mix(state, view, at)
  return [...state].map((word) => word.toString(16).padStart(8, '0')).join('')
}

const firstPrimes: number[] = []
for (let n = 2; firstPrimes.length < 64; n++) if (firstPrimes.every((prime) => n % prime !== 0)) firstPrimes.push(n)

/** The first 32 bits behind the point of the square or cube roots of the first primes. */
function roots(degree: 2 | 3, count: number): Uint32Array {
  return Uint32Array.from(firstPrimes.slice(0, count), (prime) => {
    const root = degree === 2 ? Math.sqrt(prime) : Math.cbrt(prime)
    return (root - Math.floor(root)) * 2 ** 32
  })
}

const constants = roots(3, 64)

const turn = (word: number, bits: number): number => (word >>> bits) | (word << (32 - bits))

function mix(state: Uint32Array, view: DataView, at: number): void {
  const w = new Uint32Array(64)
  for (let i = 0; i < 16; i++) w[i] = view.getUint32(at + i * 4)
  for (let i = 16; i < 64; i++) {
    const [x, y] = [w[i - 15]!, w[i - 2]!]
    w[i] = w[i - 16]! + (turn(x, 7) ^ turn(x, 18) ^ (x >>> 3)) + w[i - 7]! + (turn(y, 17) ^ turn(y, 19) ^ (y >>> 10))
  }
  let [a, b, c, d, e, f, g, h] = state as unknown as [number, number, number, number, number, number, number, number]
  for (let i = 0; i < 64; i++) {
    const one = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + constants[i]! + w[i]!) >>> 0
    const two = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) >>> 0
    ;[h, g, f, e, d, c, b, a] = [g, f, e, (d + one) >>> 0, c, b, a, (one + two) >>> 0]
  }
  ;[a, b, c, d, e, f, g, h].forEach((word, i) => (state[i] = state[i]! + word))
}
