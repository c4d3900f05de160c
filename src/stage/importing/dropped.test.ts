import { expect, test } from 'vitest'
import { textOf } from './dropped.ts'

test('a file is read in the encoding that its mark tells', () => {
  const utf16 = (mark: number[], words: number[]): ArrayBuffer => new Uint8Array([...mark, ...words]).buffer
  expect(textOf(utf16([0xff, 0xfe], [0x61, 0, 0x2d, 0x4e]))).toBe('a中')
  expect(textOf(utf16([0xfe, 0xff], [0, 0x61, 0x4e, 0x2d]))).toBe('a中')
  expect(textOf(new TextEncoder().encode('\uFEFFa中').buffer as ArrayBuffer)).toBe('a中')
  expect(textOf(new ArrayBuffer(0))).toBe('')
})
