import { attempt, Errno, strerror } from '../filesystem/errno.ts'
import { isDirectory } from '../filesystem/node.ts'
import { basename, join } from '../filesystem/path.ts'
import { startChild, waitFor } from '../process/child.ts'
import { complain, print } from '../process/io.ts'
import type { Process, Run } from '../process/process.ts'
import { matches } from '../../text/pattern.ts'
import { parseSize } from './files.ts'
import { usesBusybox } from './words.ts'

interface Found {
  path: string
  depth: number
}

/** One test or action of an expression; false ends the `and`. */
type Term = (f: Found) => Run<boolean>

/** `find [PATH...] [EXPRESSION]`: -name -iname -path -type -maxdepth -mindepth -newer -mmin -mtime -size -empty -delete -exec -print -print0 -o -not. */
export function* find(p: Process): Run<number> {
  const args = p.argv.slice(1)
  const first = args.findIndex((a) => /^[-!(]/.test(a))
  const paths = first < 0 ? args : args.slice(0, first)
  const e = new Expression(p, first < 0 ? [] : args.slice(first))
  const problem = e.parse()
  if (problem !== undefined) {
    yield* complain(p, problem)
    return 1
  }
  let code = 0
  for (const path of paths.length === 0 ? ['.'] : paths) {
    const node = attempt(() => p.machine.files.find(path, p.access, false))
    if (!(node instanceof Errno)) yield* visit(p, { path, depth: 0 }, e)
    else {
      code = 1
      yield* complain(p, usesBusybox(p) ? `${path}: ${strerror(node)}` : `'${path}': ${strerror(node)}`)
    }
  }
  yield* e.finish()
  return code
}

function* visit(p: Process, f: Found, e: Expression): Run<void> {
  if (!e.depthFirst && f.depth >= e.minDepth) yield* e.apply(f)
  const node = attempt(() => p.machine.files.find(f.path, p.access, false))
  if (!(node instanceof Errno) && isDirectory(node) && f.depth < e.maxDepth && !e.pruned) {
    for (const name of p.machine.files.list(f.path, p.access) ?? [])
      yield* visit(p, { path: join(f.path, name), depth: f.depth + 1 }, e)
  }
  e.pruned = false
  if (e.depthFirst && f.depth >= e.minDepth) yield* e.apply(f)
}

class Expression {
  maxDepth = Infinity
  minDepth = 0
  depthFirst = false
  pruned = false
  private readonly p: Process
  private readonly args: string[]
  /** Alternatives (-o), each a row of terms. */
  private readonly alternatives: Term[][] = [[]]
  private hasAction = false
  private readonly collected: { command: string[]; paths: string[] }[] = []

  constructor(p: Process, args: string[]) {
    this.p = p
    this.args = args
  }

  /** What is wrong with it, if anything. */
  parse(): string | undefined {
    let negated = false
    for (let arg = this.args.shift(); arg !== undefined; arg = this.args.shift()) {
      if (arg === '!' || arg === '-not') negated = !negated
      else if (arg === '-o' || arg === '-or') this.alternatives.push([])
      else if (arg !== '-a' && arg !== '-and' && arg !== '(' && arg !== ')') {
        const term = this.term(arg)
        if (term === undefined) return usesBusybox(this.p) ? `unrecognized: ${arg}` : `unknown predicate \`${arg}'`
        this.alternatives.at(-1)!.push(negated ? this.not(term) : term)
        negated = false
      }
    }
    return undefined
  }

  *apply(f: Found): Run<void> {
    for (const terms of this.alternatives) {
      let ok = true
      for (const term of terms) ok = ok && (yield* term(f))
      if (!ok) continue
      if (!this.hasAction) yield* print(this.p, `${f.path}\n`)
      return
    }
  }

  *finish(): Run<void> {
    for (const { command, paths } of this.collected) if (paths.length > 0) yield* this.run([...command, ...paths])
  }

  private not(term: Term): Term {
    return function* (f) {
      return !(yield* term(f))
    }
  }

  private test(check: (f: Found) => boolean): Term {
    return function* (f) {
      return check(f)
    }
  }

  private term(name: string): Term | undefined {
    const files = this.p.machine.files
    const stat = (f: Found) => files.stat(f.path, { access: this.p.access, link: true })
    const next = () => this.args.shift() ?? ''
    const now = this.p.machine.now()
    switch (name) {
      case '-name':
      case '-iname': {
        const pattern = name === '-iname' ? next().toLowerCase() : next()
        return this.test((f) => matches(pattern, name === '-iname' ? basename(f.path).toLowerCase() : basename(f.path)))
      }
      case '-path':
      case '-wholename': {
        const pattern = next()
        return this.test((f) => matches(pattern, f.path))
      }
      case '-type': {
        const letters: Record<string, string> = { f: 'file', d: 'directory', l: 'symlink', c: 'device' }
        const type = letters[next()]
        return this.test((f) => stat(f)?.type === type)
      }
      case '-maxdepth':
        this.maxDepth = Number(next())
        return this.test(() => true)
      case '-mindepth':
        this.minDepth = Number(next())
        return this.test(() => true)
      case '-newer': {
        const than = files.stat(next(), { access: this.p.access })?.modifiedAt ?? 0
        return this.test((f) => (stat(f)?.modifiedAt ?? 0) > than)
      }
      case '-mmin':
      case '-mtime': {
        const unit = name === '-mmin' ? 60_000 : 86_400_000
        const wanted = next()
        return this.test((f) => inRange(Math.floor((now - (stat(f)?.modifiedAt ?? 0)) / unit), wanted))
      }
      case '-size': {
        const wanted = next()
        const unit = parseSize(`1${wanted.replace(/^[-+]?\d+/, '').replace('c', '')}`)
        const per = /\d$/.test(wanted) ? 512 : unit
        return this.test((f) => inRange(Math.ceil((stat(f)?.sizeBytes ?? 0) / per), wanted.replace(/[a-zA-Z]+$/, '')))
      }
      case '-empty':
        return this.test((f) =>
          stat(f)?.type === 'directory' ? files.list(f.path)?.length === 0 : stat(f)?.sizeBytes === 0,
        )
      case '-user':
      case '-perm':
      case '-group':
        next()
        return this.test(() => true)
      default:
        return this.action(name)
    }
  }

  private action(name: string): Term | undefined {
    const p = this.p
    switch (name) {
      case '-print':
      case '-print0':
        this.hasAction = true
        return function* (f) {
          yield* print(p, `${f.path}${name === '-print0' ? '\0' : '\n'}`)
          return true
        }
      case '-delete':
        this.hasAction = true
        this.depthFirst = true
        return this.test((f) => !(attempt(() => p.machine.files.remove(f.path)) instanceof Errno))
      case '-depth':
        this.depthFirst = true
        return this.test(() => true)
      case '-prune':
        return this.test(() => (this.pruned = true))
      case '-xdev':
      case '-mount':
      case '-follow':
      case '-L':
        return this.test(() => true)
      case '-quit':
        return this.test(() => true)
      case '-exec':
        return this.exec()
      default:
        return undefined
    }
  }

  private exec(): Term {
    this.hasAction = true
    const end = this.args.findIndex((a) => a === ';' || a === '+')
    const command = this.args.splice(0, end < 0 ? this.args.length : end)
    if (this.args.shift() !== '+') {
      const run = (words: string[]) => this.run(words)
      return function* (f) {
        return (yield* run(command.map((w) => w.replaceAll('{}', f.path)))) === 0
      }
    }
    const batch = { command: command.filter((w) => w !== '{}'), paths: [] as string[] }
    this.collected.push(batch)
    return this.test((f) => batch.paths.push(f.path) > 0)
  }

  private *run(argv: string[]): Run<number> {
    const started = startChild(this.p, argv)
    if ('failed' in started) {
      yield* complain(this.p, `${argv[0]}: No such file or directory`)
      return 127
    }
    return yield* waitFor(this.p, started.child)
  }
}

/** '+5' is more than five, '-5' less, '5' exactly. */
function inRange(n: number, wanted: string): boolean {
  const limit = Number(wanted.replace(/^[-+]/, ''))
  return wanted.startsWith('+') ? n > limit : wanted.startsWith('-') ? n < limit : n === limit
}
