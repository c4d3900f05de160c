import { expect, test } from 'vitest'
import { animatedWebp } from './webp.ts'

const bytes = (text: string): Uint8Array => Uint8Array.from(text, (c) => c.charCodeAt(0))
/** A picture of which only the drawing is made up, of an odd length. */
const picture = (drawn: string, name = 'VP8 '): Uint8Array => bytes(`RIFF\0\0\0\0WEBP${'ICCP'}\x02\0\0\0ab${name}${String.fromCharCode(drawn.length)}\0\0\0${drawn}${drawn.length % 2 === 1 ? '\0' : ''}`)
const text = (webp: Uint8Array): string => String.fromCharCode(...webp)

test('pictures become one that moves: its size, then each with how long it is shown', () => {
  const webp = animatedWebp([{ picture: picture('one'), ms: 1200 }, { picture: picture('last'), ms: 3000 }], 640, 400)
  const frame = (ms: string, drawn: string, length: string): string => `ANMF${length}\0\0\0\0\0\0\0\0\0\x7f\x02\0\x8f\x01\0${ms}\x02VP8 ${drawn}`
  const body = `WEBPVP8X\x0a\0\0\0\x02\0\0\0\x7f\x02\0\x8f\x01\0ANIM\x06\0\0\0\0\0\0\0\0\0${frame('\xb0\x04\0', '\x03\0\0\0one\0', '\x1c')}${frame('\xb8\x0b\0', '\x04\0\0\0last', '\x1c')}`
  expect(text(webp)).toBe(`RIFF${String.fromCharCode(body.length)}\0\0\0${body}`)
})

test('what may be seen through says so', () => {
  const flags = (name: string): number => animatedWebp([{ picture: picture('xx', name), ms: 1 }], 1, 1)[20]!
  expect([flags('VP8 '), flags('VP8L')]).toEqual([0x02, 0x12])
})

test('what is no WebP is refused', () => {
  expect(() => animatedWebp([{ picture: bytes('\x89PNG and so on'), ms: 1 }], 1, 1)).toThrow('no WebP')
})
