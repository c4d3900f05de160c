import { isDirectory } from '../filesystem/node.ts'
import { attempt, Errno, strerror } from '../filesystem/errno.ts'
import { join } from '../filesystem/path.ts'
import { complain, print } from '../process/io.ts'
import type { Process, Run } from '../process/process.ts'
import { Inputs } from './input.ts'
import { linesOf } from '../../text/lines.ts'
import { type Options, parseOptions } from '../../text/options.ts'
import { grepExpression } from '../../text/regexp.ts'

export function* grep(p: Process): Run<number> {
  const o = parseOptions(p.argv.slice(1), {
    short: 'viocnqlLwxsHhrREFPazUe:f:A:B:C:m:',
    long: ['regexp', 'file', 'include', 'exclude', 'color', 'max-count', 'after-context', 'before-context'],
  })
  const name = p.argv[0] ?? ''
  const patterns = [...(o.repeated.get('e') ?? o.repeated.get('regexp') ?? [])]
  for (const file of o.repeated.get('f') ?? [])
    patterns.push(...linesOf(p.machine.files.readText(file, p.access) ?? ''))
  if (patterns.length === 0 && !o.has('f')) {
    const first = o.operands.shift()
    if (first === undefined) {
      yield* print(p, 'Usage: grep [OPTION]... PATTERNS [FILE]...\n', 2)
      return 2
    }
    patterns.push(...first.split('\n'))
  }
  const isMusl = p.machine.config.image.userland === 'alpine' && !o.has('F', 'P')
  const matchers = patterns.map((text) => matcher(isMusl ? withDigits(text) : text, o, name))
  if (matchers.some((m) => m === undefined)) {
    yield* complain(p, `bad regex '${patterns.join('\n')}': Unmatched [ or [^`)
    return 2
  }
  return yield* new Search(p, o, matchers as RegExp[]).run()
}

/** musl's expressions know \d, which POSIX's do not (TRE's macros). */
const withDigits = (text: string): string => text.replaceAll(/\\(.)/g, (whole: string, c: string) => (c === 'd' ? '[0-9]' : c === 'D' ? '[^0-9]' : whole))

function matcher(text: string, o: Options, name: string): RegExp | undefined {
  return grepExpression(text, {
    fixed: o.has('F') || name.endsWith('fgrep'),
    extended: o.has('E') || name.endsWith('egrep'),
    perl: o.has('P'),
    ignoreCase: o.has('i', 'ignore-case'),
    whole: o.has('x') ? 'line' : o.has('w') ? 'word' : undefined,
  })
}

class Search {
  private readonly p: Process
  private readonly o: Options
  private readonly matchers: readonly RegExp[]
  private found = false
  private failed = false

  constructor(p: Process, o: Options, matchers: readonly RegExp[]) {
    this.p = p
    this.o = o
    this.matchers = matchers
  }

  *run(): Run<number> {
    const { o } = this
    const recursive = o.has('r', 'R', 'recursive')
    const names = o.operands.length > 0 ? o.operands : recursive ? ['.'] : ['-']
    const files = recursive ? names.flatMap((n) => this.below(n)) : names
    const named = (o.has('H') || files.length > 1 || recursive) && !o.has('h')
    for (const file of files) {
      yield* this.file(file, named)
      if (this.found && o.has('q')) return 0
    }
    return this.failed && !(o.has('q') && this.found) ? 2 : this.found ? 0 : 1
  }

  private below(path: string): string[] {
    const { files } = this.p.machine
    const node = attempt(() => files.find(path, this.p.access, false))
    if (node instanceof Errno) return [path]
    // Devices are skipped on the way down: some have no end.
    if (!isDirectory(node)) return node.kind === 'device' ? [] : [path]
    return (files.list(path, this.p.access) ?? []).flatMap((name) => this.below(join(path, name)))
  }

  private *file(name: string, named: boolean): Run<void> {
    const { o, p } = this
    const problem = name === '-' ? undefined : attempt(() => p.machine.files.find(name, p.access))
    if (problem instanceof Errno || (problem !== undefined && isDirectory(problem))) {
      this.failed = true
      const why = problem instanceof Errno ? strerror(problem) : 'Is a directory'
      if (!o.has('s', 'no-messages')) yield* complain(p, `${name}: ${why}`)
      return
    }
    const inputs = new Inputs(p, [name])
    yield* this.lines(inputs, name, named)
  }

  private *lines(inputs: Inputs, name: string, named: boolean): Run<void> {
    const { o, p } = this
    const prefix = (separator: string, line: number) =>
      (named ? `${name === '-' ? '(standard input)' : name}${separator}` : '') +
      (o.has('n') ? `${line}${separator}` : '')
    const before = o.number(o.number(0, 'C'), 'B', 'before-context')
    const after = o.number(o.number(0, 'C'), 'A', 'after-context')
    const limit = o.number(Infinity, 'm', 'max-count')
    const kept: { line: string; n: number }[] = []
    let count = 0
    let trailing = 0
    let lastPrinted = 0
    for (let n = 1, raw = yield* inputs.line(); raw !== undefined && count < limit; n++, raw = yield* inputs.line()) {
      const line = raw.replace(/\n$/, '')
      const hit = this.matchers.some((m) => ((m.lastIndex = 0), m.test(line))) !== o.has('v')
      if (hit) {
        count++
        this.found = true
        trailing = after
        if (o.has('q')) return
        if (o.has('c', 'l', 'L')) continue
        if (before + after > 0 && lastPrinted > 0 && n - kept.length > lastPrinted + 1) yield* print(p, '--\n')
        for (const k of kept.splice(0)) yield* print(p, `${prefix('-', k.n)}${k.line}\n`)
        yield* print(
          p,
          o.has('o')
            ? this.parts(line)
                .map((part) => `${prefix(':', n)}${part}\n`)
                .join('')
            : `${prefix(':', n)}${line}\n`,
        )
        lastPrinted = n
      } else if (trailing > 0 && !o.has('c', 'l', 'L')) {
        trailing--
        yield* print(p, `${prefix('-', n)}${line}\n`)
        lastPrinted = n
      } else if (before > 0) {
        kept.push({ line, n })
        if (kept.length > before) kept.shift()
      }
      p.cpu.charge(2)
    }
    if (o.has('c')) yield* print(p, `${named ? `${name}:` : ''}${count}\n`)
    if ((o.has('l') && count > 0) || (o.has('L') && count === 0))
      yield* print(p, `${name === '-' ? '(standard input)' : name}\n`)
  }

  /** What of a line matched, which has just been found to do so: matchAll goes on from where that ended. */
  private parts(line: string): string[] {
    for (const matcher of this.matchers) matcher.lastIndex = 0
    return this.matchers.flatMap((m) => [...line.matchAll(m)].map((match) => match[0])).filter((part) => part !== '')
  }
}
