/**
 * Pictures in WebP, one after another, as one that moves (RIFF with VP8X, ANIM and an ANMF for each;
 * developers.google.com/speed/webp/docs/riff_container). Browsers make the pictures; none puts them together.
 */
export interface WebpFrame {
  /** A WebP of its own, without movement. */
  readonly picture: Uint8Array
  readonly ms: number
}

/** All frames are as large as the canvas. Throws for what is no WebP. */
export function animatedWebp(frames: readonly WebpFrame[], width: number, height: number): Uint8Array<ArrayBuffer> {
  const pictures = frames.map(({ picture }) => chunksOf(picture).filter(({ name }) => drawing.has(name)))
  const hasAlpha = pictures.flat().some(({ name }) => name !== 'VP8 ')
  const size = [...u24(width - 1), ...u24(height - 1)]
  const moving = frames.map(({ ms }, i) =>
    chunk('ANMF', [...u24(0), ...u24(0), ...size, ...u24(ms), coversAll], ...pictures[i]!.map(({ whole }) => whole)))
  const body = [chunk('VP8X', [(hasAlpha ? alphaFlag : 0) | animationFlag, 0, 0, 0, ...size]), chunk('ANIM', [0, 0, 0, 0, 0, 0]), ...moving]
  return chunk('RIFF', ascii('WEBP'), ...body)
}

/** What a picture is drawn from; the rest (its size, colour profiles) is said once for all or not at all. */
const drawing = new Set(['ALPH', 'VP8 ', 'VP8L'])
const alphaFlag = 0x10
const animationFlag = 0x02
/** A frame takes the place of the one before instead of being laid over it. */
const coversAll = 0x02

const ascii = (text: string): number[] => Array.from(text, (c) => c.charCodeAt(0))
const u24 = (n: number): number[] => [n & 255, (n >> 8) & 255, (n >> 16) & 255]

/** Padded to an even length, which its size does not count. */
function chunk(name: string, head: readonly number[], ...rest: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const length = rest.reduce((sum, part) => sum + part.length, head.length)
  const bytes = new Uint8Array(8 + length + (length % 2))
  bytes.set(ascii(name))
  new DataView(bytes.buffer).setUint32(4, length, true)
  bytes.set(head, 8)
  let at = 8 + head.length
  for (const part of rest) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}

function chunksOf(webp: Uint8Array): { name: string; whole: Uint8Array }[] {
  const nameAt = (at: number): string => String.fromCharCode(...webp.subarray(at, at + 4))
  if (nameAt(0) !== 'RIFF' || nameAt(8) !== 'WEBP') throw new Error('no WebP')
  const view = new DataView(webp.buffer, webp.byteOffset, webp.byteLength)
  const chunks: { name: string; whole: Uint8Array }[] = []
  for (let at = 12; at + 8 <= webp.length;) {
    const length = view.getUint32(at + 4, true)
    const end = at + 8 + length + (length % 2)
    chunks.push({ name: nameAt(at), whole: webp.subarray(at, end) })
    at = end
  }
  return chunks
}
