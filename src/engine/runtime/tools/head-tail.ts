import { byteLength, type Content } from '../filesystem/data.ts'
import { attempt, Errno, strerror } from '../filesystem/errno.ts'
import { print, readAll, readFrom, sleep } from '../process/io.ts'
import type { OpenFile } from '../process/open-file.ts'
import type { Process, Run } from '../process/process.ts'
import { Inputs } from './input.ts'
import { linesOf } from '../../text/lines.ts'
import { type Options, parseOptions } from '../../text/options.ts'
import { usesBusybox } from './words.ts'

/** `-5` is `-n 5`. */
function withCount(args: readonly string[]): string[] {
  return args.flatMap((a, i) => (/^-\d+[a-zA-Z]?$/.test(a) && !/^(-[nc]|--lines|--bytes)$/.test(args[i - 1] ?? '') ? ['-n', a.slice(1)] : [a]))
}

export function* head(p: Process): Run<number> {
  const o = parseOptions(withCount(p.argv.slice(1)), { short: 'n:c:qv', long: ['lines', 'bytes'] })
  const bytes = o.value('c', 'bytes')
  const wanted = Number(o.value('n', 'lines') ?? 10)
  const inputs = new Inputs(p, o.operands, (_, path, e) =>
    usesBusybox(p) ? `${path}: ${strerror(e)}` : `cannot open '${path}' for reading: ${strerror(e)}`,
  )
  let first = true
  for (let input = yield* inputs.next(); input !== undefined; input = yield* inputs.next()) {
    if ((o.operands.length > 1 && !o.has('q')) || o.has('v'))
      yield* print(p, `${first ? '' : '\n'}==> ${input.name} <==\n`)
    first = false
    if (bytes !== undefined) yield* firstBytes(p, input.file, Number(bytes))
    else if (wanted >= 0) yield* firstLines(p, new Lines(p, input.file), wanted)
    else {
      const lines = linesOf(yield* readAll(p, input.file))
      yield* print(
        p,
        lines
          .slice(0, wanted)
          .map((l) => `${l}\n`)
          .join(''),
      )
    }
  }
  return inputs.failed ? 1 : 0
}

function* firstBytes(p: Process, file: OpenFile, count: number): Run<void> {
  for (let left = count; left > 0;) {
    const data = yield* readFrom(p, file, Math.min(left, 65536))
    if (data === undefined) return
    yield* print(p, typeof data === 'number' ? '\0'.repeat(data) : data)
    left -= byteLength(data)
  }
}

class Lines {
  private readonly p: Process
  private readonly file: OpenFile
  /** What the process occupied before it held a line. */
  private readonly own: number
  private rest = ''
  constructor(p: Process, file: OpenFile) {
    this.p = p
    this.file = file
    this.own = p.memoryBytes
  }
  *next(): Run<string | undefined> {
    for (;;) {
      const newline = this.rest.indexOf('\n')
      if (newline >= 0) {
        const line = this.rest.slice(0, newline + 1)
        this.rest = this.rest.slice(newline + 1)
        return line
      }
      const data = yield* readFrom(this.p, this.file)
      if (data === undefined) {
        const last = this.rest
        this.rest = ''
        return last === '' ? undefined : last
      }
      // An endless line (of zeros) has no end to wait for: it is held in memory until that is full.
      if (typeof data === 'number') this.p.machine.setMemory(this.p, this.p.memoryBytes + data)
      else holdLine(this.p, this.own, (this.rest += data).length)
    }
  }
}

/** A line that has not ended yet is held in memory; what is less than a MiB is not counted, so that reading costs nothing more. */
function holdLine(p: Process, own: number, bytes: number): void {
  if (bytes > 1024 * 1024) p.machine.setMemory(p, own + bytes)
}

function* firstLines(p: Process, lines: Lines, wanted: number): Run<void> {
  for (let n = 0; n < wanted; n++) {
    const line = yield* lines.next()
    if (line === undefined) return
    yield* print(p, line)
  }
}

export function* tail(p: Process): Run<number> {
  const args = p.argv
    .slice(1)
    .flatMap((a, i) =>
      /^-\d+f?$/.test(a)
        ? ['-n', a.replace(/\D/g, ''), ...(a.endsWith('f') ? ['-f'] : [])]
        : /^\+\d+$/.test(a) && !/^-[nc]$/.test(p.argv[i]!)
          ? ['-n', a]
          : [a],
    )
  const o = parseOptions(args, { short: 'n:c:qvfFs:', long: ['lines', 'bytes', 'pid', 'sleep-interval'] })
  const words = (_: Process, path: string, e: Errno) =>
    usesBusybox(p) ? `can't open '${path}': ${strerror(e)}` : `cannot open '${path}' for reading: ${strerror(e)}`
  const follow = o.has('f', 'F', 'follow')
  const inputs = new Inputs(p, o.operands, words)
  const followed: Follower[] = o.has('F') ? o.operands.map((name) => new Follower(p, name)) : []
  let first = true
  for (let input = yield* inputs.next(); input !== undefined; input = yield* inputs.next()) {
    if ((o.operands.length > 1 && !o.has('q')) || o.has('v'))
      yield* print(p, `${first ? '' : '\n'}==> ${input.name} <==\n`)
    first = false
    yield* print(p, ending(yield* readTail(p, input.file), o))
    if (follow && !o.has('F') && input.name !== '-') followed.push(new Follower(p, input.name))
    followed.find((f) => f.name === input!.name)?.atEnd()
  }
  if (follow && followed.length > 0) yield* followAll(p, followed, o.number(1, 's', 'sleep-interval') * 1000)
  return inputs.failed ? 1 : 0
}

/** Reads to the end; what has no newline is held in memory, and /dev/zero has none. */
function* readTail(p: Process, file: OpenFile): Run<string> {
  const own = p.memoryBytes
  let text = ''
  for (let begun = 0; ; ) {
    const data = yield* readFrom(p, file, 32 * 1024 * 1024)
    if (data === undefined) return text
    if (typeof data === 'string') {
      text += data
      const last = data.lastIndexOf('\n')
      begun = last < 0 ? begun + data.length : data.length - 1 - last
      holdLine(p, own, begun)
    } else {
      p.machine.setMemory(p, p.memoryBytes + data)
      yield* sleep(p, 40)
    }
  }
}

function ending(text: string, o: Options): string {
  const bytes = o.value('c', 'bytes')
  if (bytes !== undefined) return bytes.startsWith('+') ? text.slice(Number(bytes) - 1) : text.slice(-Number(bytes))
  const wanted = o.value('n', 'lines') ?? '10'
  const lines = linesOf(text)
  const kept = wanted.startsWith('+')
    ? lines.slice(Math.max(0, Number(wanted) - 1))
    : Number(wanted) === 0
      ? []
      : lines.slice(-Math.abs(Number(wanted)))
  return kept.length === 0 ? '' : kept.join('\n') + (text.endsWith('\n') ? '\n' : '')
}

/** A file that grows, by name: it may be replaced, or not be there yet. */
class Follower {
  readonly name: string
  private readonly p: Process
  private offset = 0

  constructor(p: Process, name: string) {
    this.p = p
    this.name = name
  }

  atEnd(): void {
    this.offset = this.content()?.length ?? 0
  }

  /** What has been added since. */
  added(): string {
    const content = this.content()
    if (content === undefined) return ''
    if (content.length < this.offset) this.offset = 0
    const data = content.readFrom(this.offset, Infinity)
    this.offset = content.length
    return typeof data === 'string' ? data : ''
  }

  private content(): Content | undefined {
    const node = attempt(() => this.p.machine.files.find(this.name, this.p.access))
    return node instanceof Errno || node.kind !== 'file' ? undefined : node.content
  }
}

function* followAll(p: Process, followers: readonly Follower[], intervalMs: number): Run<never> {
  for (;;) {
    for (const f of followers) {
      const text = f.added()
      if (text !== '') yield* print(p, text)
    }
    yield* sleep(p, intervalMs)
  }
}
