/** MD5 of a text in UTF-8, as 32 hex digits (RFC 1321): by it upstream puts ports in an order that is always the same. */
export function md5(text: string): string {
  const bytes = new TextEncoder().encode(text)
  const padded = new Uint8Array(((bytes.length + 72) >> 6) << 6)
  padded.set(bytes)
  padded[bytes.length] = 0x80
  const view = new DataView(padded.buffer)
  view.setUint32(padded.length - 8, bytes.length * 8, true)
  const state = Uint32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476)
  for (let at = 0; at < padded.length; at += 64) mix(state, view, at)
  const out = new DataView(new ArrayBuffer(16))
  state.forEach((word, i) => out.setUint32(i * 4, word))
  return Array.from({ length: 16 }, (_, i) => out.getUint8((i & ~3) + 3 - (i & 3)).toString(16).padStart(2, '0')).join('')
}

const shifts = [[7, 12, 17, 22], [5, 9, 14, 20], [4, 11, 16, 23], [6, 10, 15, 21]] as const
const constants = Uint32Array.from({ length: 64 }, (_, i) => Math.floor(Math.abs(Math.sin(i + 1)) * 2 ** 32))

function mix(state: Uint32Array, view: DataView, at: number): void {
  let [a, b, c, d] = state as unknown as [number, number, number, number]
  for (let i = 0; i < 64; i++) {
    const round = i >> 4
    const f = [(b & c) | (~b & d), (d & b) | (~d & c), b ^ c ^ d, c ^ (b | ~d)][round]!
    const word = [i, 5 * i + 1, 3 * i + 5, 7 * i][round]! & 15
    const sum = (a + f + constants[i]! + view.getUint32(at + word * 4, true)) >>> 0
    const bits = shifts[round]![i & 3]!
    ;[a, d, c, b] = [d, c, b, (b + ((sum << bits) | (sum >>> (32 - bits)))) >>> 0]
  }
  ;[a, b, c, d].forEach((word, i) => (state[i] = state[i]! + word))
}
