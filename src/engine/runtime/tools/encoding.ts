import { print, readAll } from '../process/io.ts'
import type { Process, Run } from '../process/process.ts'
import { Inputs } from './input.ts'
import { parseOptions } from '../../text/options.ts'

/** `sha256sum [FILE...]` and its like. */
export function digestTool(digest: (text: string) => string): (p: Process) => Run<number> {
  return function* (p) {
    const inputs = new Inputs(p, parseOptions(p.argv.slice(1), { short: 'cbt' }).operands)
    for (let input = yield* inputs.next(); input !== undefined; input = yield* inputs.next()) {
      const text = yield* readAll(p, input.file)
      yield* print(p, `${digest(text)}  ${input.name}\n`)
    }
    return inputs.failed ? 1 : 0
  }
}

const base64Alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

export function* base64(p: Process): Run<number> {
  const o = parseOptions(p.argv.slice(1), { short: 'dDiw:', long: ['wrap'] })
  const inputs = new Inputs(p, o.operands)
  const text = yield* inputs.all()
  if (o.has('d', 'D', 'decode')) yield* print(p, decodeUtf8(decode64(text)))
  else {
    const width = o.number(76, 'w', 'wrap')
    const encoded = encode64(encodeUtf8(text))
    yield* print(p, width === 0 ? encoded : `${encoded.match(new RegExp(`.{1,${width}}`, 'g'))?.join('\n') ?? ''}\n`)
  }
  return inputs.failed ? 1 : 0
}

export function encodeUtf8(text: string): number[] {
  const bytes: number[] = []
  for (const c of text) {
    const code = c.codePointAt(0)!
    if (code < 0x80) bytes.push(code)
    else if (code < 0x800) bytes.push(0xc0 | (code >> 6), 0x80 | (code & 63))
    else if (code < 0x10000) bytes.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63))
    else bytes.push(0xf0 | (code >> 18), 0x80 | ((code >> 12) & 63), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63))
  }
  return bytes
}

function decodeUtf8(bytes: readonly number[]): string {
  let out = ''
  for (let i = 0; i < bytes.length; i++) {
    const b = bytes[i]!
    const extra = b >= 0xf0 ? 3 : b >= 0xe0 ? 2 : b >= 0xc0 ? 1 : 0
    let code = extra === 0 ? b : b & (0x3f >> extra)
    for (let k = 0; k < extra; k++) code = (code << 6) | ((bytes[++i] ?? 0) & 63)
    out += String.fromCodePoint(Math.min(code, 0x10ffff))
  }
  return out
}

function encode64(bytes: readonly number[]): string {
  let out = ''
  for (let i = 0; i < bytes.length; i += 3) {
    const n = (bytes[i]! << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0)
    const chars = [18, 12, 6, 0].map((shift) => base64Alphabet[(n >> shift) & 63]!)
    out += chars
      .slice(0, Math.min(4, bytes.length - i + 1))
      .join('')
      .padEnd(4, '=')
  }
  return out
}

function decode64(text: string): number[] {
  const bytes: number[] = []
  const values = [...text].map((c) => base64Alphabet.indexOf(c)).filter((v) => v >= 0)
  for (let i = 0; i + 1 < values.length; i += 4) {
    const n = (values[i]! << 18) | (values[i + 1]! << 12) | ((values[i + 2] ?? 0) << 6) | (values[i + 3] ?? 0)
    bytes.push((n >> 16) & 255)
    if (values[i + 2] !== undefined) bytes.push((n >> 8) & 255)
    if (values[i + 3] !== undefined) bytes.push(n & 255)
  }
  return bytes
}

/** od, hexdump and xxd: sixteen bytes a line. */
export function* dump(p: Process): Run<number> {
  const o = parseOptions(p.argv.slice(1), { short: 'A:t:N:n:cxCbvpl:', long: [] })
  const inputs = new Inputs(p, o.operands)
  const limit = o.number(4096, 'N', 'n', 'l')
  const bytes = encodeUtf8(yield* inputs.all()).slice(0, limit)
  const plain = o.has('p') || o.value('A') === 'n'
  const hex = (b: number) => b.toString(16).padStart(2, '0')
  if (o.has('p')) yield* print(p, `${bytes.map(hex).join('')}\n`)
  else {
    for (let i = 0; i < bytes.length; i += 16) {
      const row = bytes.slice(i, i + 16)
      yield* print(
        p,
        `${plain ? '' : i.toString(o.has('C', 'n') ? 16 : 8).padStart(7, '0')} ${row.map((b) => (o.has('c') ? (b === 10 ? ' \\n' : `  ${String.fromCharCode(b)}`) : hex(b))).join(' ')}\n`,
      )
    }
    if (!plain) yield* print(p, `${bytes.length.toString(8).padStart(7, '0')}\n`)
  }
  return inputs.failed ? 1 : 0
}
