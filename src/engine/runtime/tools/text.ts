import { type Edit, edits, unifiedDiff } from '../../api/validation/unifiedDiff.ts'
import { attempt, Errno, strerror } from '../filesystem/errno.ts'
import { byteLength } from '../filesystem/data.ts'
import { COST } from '../process/cpu.ts'
import { complain, print, readFrom } from '../process/io.ts'
import type { OpenFile } from '../process/open-file.ts'
import type { Process, Run } from '../process/process.ts'
import { openPath } from '../process/regular-file.ts'
import { Inputs, textAt } from './input.ts'
import { translator, trMistake, trOptions } from '../../text/characters.ts'
import { columnOptions, inColumns } from '../../text/columns.ts'
import { cutOptions, joined, lineCutter, linesOf, uniqOptions, uniqueLines } from '../../text/lines.ts'
import { type Options, parseOptions } from '../../text/options.ts'
import { cannot, usesBusybox } from './words.ts'

export function* wc(p: Process): Run<number> {
  const o = parseOptions(p.argv.slice(1), { short: 'lwcmL' })
  const which = ['l', 'w', 'c', 'm']
    .filter((c) => o.has(c) || !o.has('l', 'w', 'c', 'm'))
    .filter((c) => c !== 'm' || o.has('m'))
  const inputs = new Inputs(p, o.operands, (_, path, e) => `${path}: ${strerror(e)}`)
  const total: Record<string, number> = { l: 0, w: 0, c: 0, m: 0 }
  const pad = which.length === 1 && o.operands.length <= 1 ? 0 : usesBusybox(p) ? 9 : 7
  let files = 0
  for (let input = yield* inputs.next(); input !== undefined; input = yield* inputs.next()) {
    const counts = yield* count(p, input.file)
    files++
    for (const c of which) total[c]! += counts[c]!
    yield* print(
      p,
      `${which.map((c) => String(counts[c]).padStart(pad)).join(' ')}${input.name === '-' ? '' : ` ${input.name}`}\n`,
    )
  }
  if (files > 1) yield* print(p, `${which.map((c) => String(total[c]).padStart(pad)).join(' ')} total\n`)
  return inputs.failed ? 1 : 0
}

function* count(p: Process, file: OpenFile): Run<Record<string, number>> {
  const counts = { l: 0, w: 0, c: 0, m: 0 }
  let inWord = false
  for (let data = yield* readFrom(p, file); data !== undefined; data = yield* readFrom(p, file)) {
    counts.c += byteLength(data)
    if (typeof data === 'number') continue
    counts.m += data.length
    for (const c of data) {
      if (c === '\n') counts.l++
      const isSpace = /\s/.test(c)
      if (!isSpace && !inWord) counts.w++
      inWord = !isSpace
    }
  }
  return counts
}

export function* uniq(p: Process): Run<number> {
  const o = parseOptions(p.argv.slice(1), uniqOptions)
  const inputs = new Inputs(p, o.operands.slice(0, 1))
  yield* print(p, joined(uniqueLines(linesOf(yield* inputs.all()), o)))
  return inputs.failed ? 1 : 0
}

export function* cut(p: Process): Run<number> {
  const o = parseOptions(p.argv.slice(1), cutOptions)
  const leave = lineCutter(o)
  if (leave === undefined) {
    yield* complain(
      p,
      usesBusybox(p)
        ? 'expected a list of bytes, characters, or fields'
        : 'you must specify a list of bytes, characters, or fields',
    )
    return 1
  }
  const inputs = new Inputs(p, o.operands)
  for (let line = yield* inputs.line(); line !== undefined; line = yield* inputs.line()) {
    const left = leave(line.replace(/\n$/, ''))
    if (left !== undefined) yield* print(p, `${left}\n`)
  }
  return inputs.failed ? 1 : 0
}

export function* tr(p: Process): Run<number> {
  const o = parseOptions(p.argv.slice(1), trOptions)
  const mistake = usesBusybox(p) ? undefined : trMistake(o)
  if (mistake !== undefined) {
    yield* complain(p, mistake)
    return 1
  }
  const translate = translator(o)
  for (let data = yield* readFrom(p, p.fd(0)); data !== undefined; data = yield* readFrom(p, p.fd(0)))
    yield* print(p, translate(typeof data === 'number' ? '\0'.repeat(Math.min(data, 65536)) : data))
  return 0
}

/** Tools that change each line, or all lines at once. */
function lineTool(f: (lines: string[], o: Options) => string[], short = ''): (p: Process) => Run<number> {
  return function* (p) {
    const o = parseOptions(p.argv.slice(1), { short })
    const inputs = new Inputs(p, o.operands)
    yield* print(
      p,
      joined(f(linesOf(yield* inputs.all()), o)),
    )
    return inputs.failed ? 1 : 0
  }
}

export function* column(p: Process): Run<number> {
  const o = parseOptions(p.argv.slice(1), columnOptions)
  const inputs = new Inputs(p, o.operands)
  yield* print(p, joined(inColumns(linesOf(yield* inputs.all()), o)))
  return inputs.failed ? 1 : 0
}

export const rev = lineTool((lines) => lines.map((l) => [...l].reverse().join('')))
export const tac = lineTool((lines) => lines.reverse())
export const nl = lineTool((lines, o) => {
  let n = 0
  return lines.map((l) => (l === '' && o.value('b') !== 'a' ? '' : `${String(++n).padStart(6)}\t${l}`))
}, 'b:w:s:')
export const fold = lineTool(
  (lines, o) => lines.flatMap((l) => l.match(new RegExp(`.{1,${Math.max(1, o.number(80, 'w'))}}`, 'g')) ?? ['']),
  'w:sb',
)
export const strings = lineTool((lines) => lines.flatMap((l) => l.match(/[ -~]{4,}/g) ?? []), 'n:a')

export function* paste(p: Process): Run<number> {
  const o = parseOptions(p.argv.slice(1), { short: 'd:s' })
  const delimiter = (o.value('d') ?? '\t').replaceAll('\\n', '\n')
  const columns: string[][] = []
  for (const name of o.operands.length === 0 ? ['-'] : o.operands)
    columns.push(linesOf(yield* new Inputs(p, [name]).all()))
  if (o.has('s')) yield* print(p, columns.map((c) => `${c.join(delimiter)}\n`).join(''))
  else
    for (let i = 0; i < Math.max(0, ...columns.map((c) => c.length)); i++)
      yield* print(p, `${columns.map((c) => c[i] ?? '').join(delimiter)}\n`)
  return 0
}

export function* comm(p: Process): Run<number> {
  const o = parseOptions(p.argv.slice(1), { short: '123' })
  const [a, b] = [
    linesOf(yield* new Inputs(p, [o.operands[0] ?? '-']).all()),
    linesOf(yield* new Inputs(p, [o.operands[1] ?? '-']).all()),
  ]
  let [i, j] = [0, 0]
  while (i < a.length || j < b.length) {
    const [x, y] = [a[i], b[j]]
    const column =
      x !== undefined && (y === undefined || x < y) ? 1 : y !== undefined && (x === undefined || y < x) ? 2 : 3
    const line = column === 2 ? y! : x!
    if (column !== 2) i++
    if (column !== 1) j++
    const indent = ['1', '2', '3'].slice(0, column - 1).filter((c) => !o.has(c)).length
    if (!o.has(String(column))) yield* print(p, `${'\t'.repeat(indent)}${line}\n`)
  }
  return 0
}

export function* compareFiles(p: Process): Run<number> {
  const isDiff = (p.argv[0] ?? '').endsWith('diff')
  const o = parseOptions(p.argv.slice(1), { short: 'sqruwbBNa' })
  const [a = '', b = ''] = o.operands
  const texts: string[] = []
  for (const path of [a, b]) {
    const text = yield* textAt(p, path)
    if (text === undefined) {
      yield* complain(
        p,
        usesBusybox(p) ? `can't stat '${path}': No such file or directory` : `${path}: No such file or directory`,
      )
      return 2
    }
    texts.push(text)
  }
  if (texts[0] === texts[1]) return 0
  if (o.has('s', 'q') && !isDiff) return 1
  if (!isDiff) yield* tellDifference(p, [a, b], [texts[0]!, texts[1]!])
  else if (o.has('q')) yield* print(p, `Files ${a} and ${b} differ\n`)
  else yield* print(p, wholeDiff(a, b, linesOf(texts[0]!), linesOf(texts[1]!), o.has('u') || usesBusybox(p)))
  return 1
}

/** Where two texts part, or which of them ends first. */
function* tellDifference(p: Process, [a, b]: [string, string], [x, y]: [string, string]): Run<void> {
  let at = 0
  while (at < x.length && at < y.length && x[at] === y[at]) at++
  if (at === Math.min(x.length, y.length)) {
    yield* complain(p, `EOF on ${x.length < y.length ? a : b}${usesBusybox(p) ? '' : ` after byte ${at}`}`)
    return
  }
  const line = x.slice(0, at).split('\n').length
  yield* print(p, `${a} ${b} differ: ${usesBusybox(p) ? 'char' : 'byte'} ${at + 1}, line ${line}\n`)
}

function wholeDiff(a: string, b: string, x: string[], y: string[], unified: boolean): string {
  return unified ? `--- ${a}\n+++ ${b}\n${unifiedDiff(x, y)}` : plainDiff(edits(x, y))
}

/** As diff prints it without -u: `2c2`, `3d2`, `2a3,4`. */
function plainDiff(all: readonly Edit[]): string {
  let out = ''
  let [left, right] = [0, 0]
  for (let i = 0; i < all.length; ) {
    if (all[i]!.kind === ' ') {
      left++
      right++
      i++
      continue
    }
    const change: Edit[] = []
    while (i < all.length && all[i]!.kind !== ' ') change.push(all[i++]!)
    const [removed, added] = [change.filter(({ kind }) => kind === '-'), change.filter(({ kind }) => kind === '+')]
    out += plainChange(left, right, removed, added)
    left += removed.length
    right += added.length
  }
  return out
}

function plainChange(left: number, right: number, removed: readonly Edit[], added: readonly Edit[]): string {
  const range = (start: number, count: number): string => (count === 0 ? `${start}` : count === 1 ? `${start + 1}` : `${start + 1},${start + count}`)
  const command = removed.length === 0 ? 'a' : added.length === 0 ? 'd' : 'c'
  const marked = (mark: string, lines: readonly Edit[]): string => lines.map(({ line }) => `${mark} ${line}\n`).join('')
  return `${range(left, removed.length)}${command}${range(right, added.length)}\n${marked('<', removed)}${command === 'c' ? '---\n' : ''}${marked('>', added)}`
}

export function* seq(p: Process): Run<number> {
  const o = parseOptions(
    p.argv.slice(1).map((a) => (/^-[\d.]/.test(a) ? `\0${a}` : a)),
    { short: 's:wf:', long: ['separator'] },
  )
  const numbers = o.operands.map((a) => Number(a.replace('\0', '')))
  if (numbers.length === 0 || numbers.some(Number.isNaN)) {
    yield* complain(
      p,
      numbers.length === 0
        ? 'missing operand'
        : `invalid floating point argument: '${o.operands[numbers.findIndex(Number.isNaN)]}'`,
    )
    return 1
  }
  const first = numbers.length > 1 ? numbers[0]! : 1
  const step = numbers.length > 2 ? numbers[1]! : 1
  const last = numbers.at(-1)!
  if (step === 0) return 1
  const decimals = Math.max(...o.operands.map((a) => (a.split('.')[1] ?? '').length))
  const width = o.has('w') ? Math.max(first.toFixed(decimals).length, last.toFixed(decimals).length) : 0
  const separator = o.value('s', 'separator') ?? '\n'
  const total = Math.floor((last - first) / step + 1e-9) + 1
  let chunk = ''
  for (let i = 0; i < total; i++) {
    chunk += (i > 0 ? separator : '') + (first + i * step).toFixed(decimals).padStart(width, '0')
    if (chunk.length < 8192) continue
    yield* print(p, chunk)
    chunk = ''
  }
  yield* print(p, total > 0 ? `${chunk}\n` : '')
  return 0
}

export function* yes(p: Process): Run<number> {
  const line = `${p.argv.length > 1 ? p.argv.slice(1).join(' ') : 'y'}\n`
  for (;;) {
    p.cpu.charge(COST.command)
    yield* print(p, line.repeat(64))
  }
}

export function* shuf(p: Process): Run<number> {
  const o = parseOptions(p.argv.slice(1), { short: 'n:ei:', long: ['input-range', 'head-count'] })
  const range = /^(\d+)-(\d+)$/.exec(o.value('i', 'input-range') ?? '')
  const lines =
    range !== null
      ? Array.from({ length: Math.min(100_000, Number(range[2]) - Number(range[1]) + 1) }, (_, i) =>
          String(Number(range[1]) + i),
        )
      : o.has('e')
        ? [...o.operands]
        : linesOf(yield* new Inputs(p, o.operands).all())
  for (let i = lines.length - 1; i > 0; i--) {
    const j = p.machine.random(i + 1)
    ;[lines[i], lines[j]] = [lines[j]!, lines[i]!]
  }
  yield* print(
    p,
    lines
      .slice(0, o.number(lines.length, 'n', 'head-count'))
      .map((l) => `${l}\n`)
      .join(''),
  )
  return 0
}

export function* split(p: Process): Run<number> {
  const o = parseOptions(p.argv.slice(1), { short: 'l:b:a:d' })
  const [name = '-', prefix = 'x'] = o.operands
  const lines = linesOf(yield* new Inputs(p, [name]).all())
  const size = Math.max(1, o.number(1000, 'l'))
  for (let i = 0, n = 0; i < lines.length; i += size, n++) {
    const path = `${prefix}${String.fromCharCode(97 + Math.floor(n / 26))}${String.fromCharCode(97 + (n % 26))}`
    const file = attempt(() => openPath(p.machine.files, path, { write: true, truncate: true }, p.access))
    if (file instanceof Errno) {
      yield* complain(p, cannot(p, 'create', path, file))
      return 1
    }
    file.write(
      lines
        .slice(i, i + size)
        .map((l) => `${l}\n`)
        .join(''),
    )
    file.release()
  }
  return 0
}
