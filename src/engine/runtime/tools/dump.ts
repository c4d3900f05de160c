import { utf8 } from '../../api/base64.ts'
import { print } from '../process/io.ts'
import type { Process, Run } from '../process/process.ts'
import { parseOptions } from '../../text/options.ts'
import { Inputs } from './input.ts'

const rowBytes = 16

/** More than this nobody reads. */
const bytesMax = 65_536

interface Rows {
  /** One row, without what stands before and behind all of them. */
  row: (bytes: readonly number[]) => string
  address: (at: number) => string
  /** Where the bytes end. */
  last: boolean
}

const number = (value: number, base: 8 | 10 | 16, width: number): string => value.toString(base).padStart(width, '0')
const printable = (byte: number): string => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '.')

/** Rows that are like the one before are one star. */
function* printRows(p: Process, bytes: readonly number[], { row, address, last }: Rows): Run<void> {
  let before: string | undefined
  let starred = false
  for (let at = 0; at < bytes.length; at += rowBytes) {
    const text = row(bytes.slice(at, at + rowBytes))
    if (text !== before || at + rowBytes > bytes.length) yield* print(p, `${address(at)}${text}\n`)
    else if (!starred) yield* print(p, '*\n')
    starred = text === before
    before = text
  }
  if (last) yield* print(p, `${address(bytes.length).trimEnd()}\n`)
}

function* bytesOf(p: Process, operands: readonly string[], limit: number): Run<{ bytes: number[]; code: number }> {
  const inputs = new Inputs(p, operands)
  const bytes = utf8(yield* inputs.all()).slice(0, Math.min(limit, bytesMax))
  return { bytes, code: inputs.failed ? 1 : 0 }
}

/** hexdump [-C] [-n LENGTH] */
export function* hexdump(p: Process): Run<number> {
  const o = parseOptions(p.argv.slice(1), { short: 'Cvbcdoxn:s:' })
  const { bytes, code } = yield* bytesOf(p, o.operands, o.number(bytesMax, 'n'))
  if (o.has('C')) yield* printRows(p, bytes, { row: canonical, address: (at) => `${number(at, 16, 8)}  `, last: bytes.length > 0 })
  else yield* printRows(p, bytes, { row: (row) => words(2, (word) => number(word, 16, 4))(row).padEnd(40), address: (at) => number(at, 16, 7), last: bytes.length > 0 })
  return code
}

function canonical(bytes: readonly number[]): string {
  const half = (from: number): string => bytes.slice(from, from + 8).map((byte) => number(byte, 16, 2)).join(' ').padEnd(23)
  return `${half(0)}  ${half(8)}  |${bytes.map(printable).join('')}|`
}

/** xxd [-p] [-l LENGTH] */
export function* xxd(p: Process): Run<number> {
  const o = parseOptions(p.argv.slice(1), { short: 'pul:s:c:g:' })
  const { bytes, code } = yield* bytesOf(p, o.operands, o.number(bytesMax, 'l'))
  const digits = bytes.map((byte) => number(byte, 16, 2))
  if (o.has('p')) for (let at = 0; at < digits.length; at += 30) yield* print(p, `${digits.slice(at, at + 30).join('')}\n`)
  else {
    for (let at = 0; at < bytes.length; at += rowBytes) {
      const row = digits.slice(at, at + rowBytes).join('').replaceAll(/.{1,4}/g, '$& ').padEnd(40)
      yield* print(p, `${number(at, 16, 8)}: ${row} ${bytes.slice(at, at + rowBytes).map(printable).join('')}\n`)
    }
  }
  return code
}

/** od [-A RADIX] [-t TYPE] [-N LENGTH] [-bcx] */
export function* od(p: Process): Run<number> {
  const o = parseOptions(p.argv.slice(1), { short: 'A:t:N:j:w:bcdoxv' })
  const { bytes, code } = yield* bytesOf(p, o.operands, o.number(bytesMax, 'N'))
  const type = o.value('t') ?? (o.has('c') ? 'c' : o.has('b') ? 'o1' : o.has('x') ? 'x2' : o.has('d') ? 'u2' : 'o2')
  const radix = o.value('A') ?? 'o'
  const address = (at: number): string => (radix === 'n' ? '' : number(at, radix === 'x' ? 16 : radix === 'd' ? 10 : 8, radix === 'x' ? 6 : 7))
  yield* printRows(p, bytes, { row: rowOf(type), address, last: radix !== 'n' })
  return code
}

const names: Readonly<Record<number, string>> = { 0: '\\0', 7: '\\a', 8: '\\b', 9: '\\t', 10: '\\n', 11: '\\v', 12: '\\f', 13: '\\r' }

function rowOf(type: string): Rows['row'] {
  const [, letter = 'o', given] = /^([acdoux])(\d*)/.exec(type) ?? []
  if (letter === 'a' || letter === 'c') return (bytes) => bytes.map((byte) => ` ${(names[byte] ?? (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : number(byte, 8, 3))).padStart(3)}`).join('')
  const size = Number(given || 4)
  const bits = size * 8
  if (letter === 'x') return words(size, (word) => number(word, 16, size * 2))
  if (letter === 'o') return words(size, (word) => number(word, 8, Math.ceil(bits / 3)))
  const width = String(2 ** bits - 1).length
  if (letter === 'u') return words(size, (word) => String(word).padStart(width))
  return words(size, (word) => String(word >= 2 ** (bits - 1) ? word - 2 ** bits : word).padStart(width + 1))
}

/** In the order of the machine: the last byte counts most. */
function words(size: number, show: (word: number) => string): Rows['row'] {
  return (bytes) => {
    let out = ''
    for (let i = 0; i < bytes.length; i += size) {
      let word = 0
      for (let k = size - 1; k >= 0; k--) word = word * 256 + (bytes[i + k] ?? 0)
      out += ` ${show(word)}`
    }
    return out
  }
}
