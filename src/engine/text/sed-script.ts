/** sed's scripts: what one says, and what becomes of lines by it. */
import { linesOf } from './lines.ts'
import { posixRegExp } from './regexp.ts'

type Address = { again: true } | { line: number } | { plus: number } | { last: true } | { re: RegExp } | { step: number; from: number }

export interface SedCommand {
  from: Address | undefined
  to: Address | undefined
  negated: boolean
  name: string
  /** Of s: what to look for, the last that was looked for if left out, and by what to replace it. */
  re?: RegExp
  replacement?: string
  nth?: number
  prints?: boolean
  /** Of a, i, c, y, r, w, b, t, :, q. */
  text?: string
  block?: SedCommand[]
  /** Of a block: the command behind it, in the script without blocks. */
  end?: number
  /** Is it within its range now? */
  active?: boolean
  /** The line with which a range of so many lines ends. */
  until?: number
}

/** What is wrong with a script. */
export class SedError {
  readonly message: string
  constructor(message: string) {
    this.message = message
  }
}

export function parseSed(scripts: readonly string[], extended: boolean): SedCommand[] {
  return new SedParser(scripts.join('\n'), extended).parse()
}

/** What a whole text becomes, and the exit code that a `q` gives. */
export function editText(commands: SedCommand[], text: string, quiet: boolean): { text: string; exitCode: number } {
  const editor = new SedRun(commands, quiet)
  const lines = linesOf(text)
  let out = ''
  for (const [i, line] of lines.entries()) {
    if (editor.quits) break
    const isLast = i === lines.length - 1
    out += editor.edit(line, isLast, isLast && !text.endsWith('\n') ? '' : '\n')
  }
  return { text: out, exitCode: editor.exitCode }
}

class SedParser {
  private readonly text: string
  private readonly extended: boolean
  private at = 0

  constructor(text: string, extended: boolean) {
    this.text = text
    this.extended = extended
  }

  parse(): SedCommand[] {
    const commands: SedCommand[] = []
    for (;;) {
      while (/[\s;]/.test(this.text[this.at] ?? '')) this.at++
      if (this.at >= this.text.length || this.text[this.at] === '}') return commands
      if (this.text[this.at] === '#') this.takeLine()
      else commands.push(this.command())
    }
  }

  private command(): SedCommand {
    const from = this.address()
    let to: Address | undefined
    if (from !== undefined && this.text[this.at] === ',') {
      this.at++
      to = this.count() ?? this.address()
    }
    this.spaces()
    const negated = this.text[this.at] === '!'
    if (negated) this.at++
    this.spaces()
    const name = this.text[this.at++] ?? ''
    // A range from line 0 has begun before the first line.
    const command: SedCommand = { from, to, negated, name, active: from !== undefined && 'line' in from && from.line === 0 }
    if (name === 's') this.substitute(command)
    else if (name === 'y') Object.assign(command, { text: this.delimited(), replacement: this.delimited(false) })
    else if (name === '{') {
      command.block = this.parse()
      this.at++
    } else if ('aic'.includes(name))
      command.text = this.takeLine()
        .replace(/^\s*\\?\n?\s*/, '')
        .replace(/\\(.)/gs, '$1')
    else if ('qQ'.includes(name)) command.text = this.takeWord()
    else if (':btT'.includes(name)) command.text = this.takeLabel()
    else if (!'pdPgGhHxnND='.includes(name) || name === '') throw new SedError(usesUnknown(name))
    return command
  }

  /** `,+3`: so many lines more. */
  private count(): Address | undefined {
    const number = /^\+(\d+)/.exec(this.text.slice(this.at))
    if (number === null) return undefined
    this.at += number[0].length
    return { plus: Number(number[1]) }
  }

  private address(): Address | undefined {
    const number = /^\d+(?:~(\d+))?/.exec(this.text.slice(this.at))
    if (number !== null) {
      this.at += number[0].length
      return number[1] === undefined
        ? { line: Number(number[0]) }
        : { step: Number(number[1]), from: parseInt(number[0], 10) }
    }
    if (this.text[this.at] === '$') {
      this.at++
      return { last: true }
    }
    if (this.text[this.at] !== '/' && this.text[this.at] !== '\\') return undefined
    if (this.text[this.at] === '\\') this.at++
    const source = this.delimited()
    const ignoreCase = this.text[this.at] === 'I'
    if (ignoreCase) this.at++
    return source === '' ? { again: true } : { re: this.regexp(source, ignoreCase, false) }
  }

  private substitute(command: SedCommand): void {
    const source = this.delimited()
    command.replacement = this.delimited(false)
    const flags = /^[gpIiMme0-9]*/.exec(this.text.slice(this.at))![0]
    this.at += flags.length
    if (source !== '') command.re = this.regexp(source, /i/i.test(flags), true)
    command.nth = Number(/\d+/.exec(flags)?.[0] ?? (flags.includes('g') ? 0 : 1))
    command.prints = flags.includes('p')
  }

  private regexp(source: string, ignoreCase: boolean, global: boolean): RegExp {
    const re = posixRegExp(source, { extended: this.extended, ignoreCase, global })
    if (re === undefined) throw new SedError(`bad regex '${source}'`)
    return re
  }

  /** Text up to the delimiter, which the first call meets first. */
  private delimited(opening = true): string {
    const delimiter = opening ? this.text[this.at++]! : this.delimiter
    this.delimiter = delimiter
    let out = ''
    for (; this.at < this.text.length; this.at++) {
      const c = this.text[this.at]!
      if (c === delimiter) {
        this.at++
        return out
      }
      if (c === '\\' && this.text[this.at + 1] === delimiter) {
        out += delimiter
        this.at++
      } else if (c === '\\') out += c + (this.text[++this.at] ?? '')
      else out += c
    }
    throw new SedError(`unterminated \`s' command`)
  }

  private delimiter = '/'

  private spaces(): void {
    while (/[ \t]/.test(this.text[this.at] ?? '')) this.at++
  }

  private takeLine(): string {
    let end = this.at
    while (end < this.text.length && (this.text[end] !== '\n' || this.text[end - 1] === '\\')) end++
    const line = this.text.slice(this.at, end)
    this.at = end
    return line
  }

  private takeLabel(): string {
    const label = /^[ \t]*([^;}\n]*)/.exec(this.text.slice(this.at))!
    this.at += label[0].length
    return label[1]!.trimEnd()
  }

  private takeWord(): string {
    const word = /^\s*\d*/.exec(this.text.slice(this.at))![0]
    this.at += word.length
    return word.trim()
  }
}

function usesUnknown(name: string): string {
  return name === '' ? 'missing command' : `unsupported command ${name}`
}

interface Line {
  text: string
  isLast: boolean
  /** What ends it: '' where the text ends without. */
  newline: string
}

interface Cycle {
  space: string
  /** Printed when the cycle, or its line, ends. */
  after: string
  deleted: boolean
}

export class SedRun {
  quits = false
  exitCode = 0
  private readonly script: SedCommand[] = []
  private readonly labels = new Map<string, number>()
  private readonly quiet: boolean
  private readonly cycles: Generator<void, void, Line>
  private out = ''
  private line = 0
  private current: Line = { text: '', isLast: false, newline: '' }
  private hold = ''
  /** Whether an `s` has done something since the last line or `t`. */
  private hasReplaced = false
  private lastRe: RegExp | undefined

  constructor(commands: readonly SedCommand[], quiet: boolean) {
    this.quiet = quiet
    this.flatten(commands)
    this.cycles = this.run()
    this.cycles.next()
  }

  /** What is printed because of one line; a script that waits for the next one in its midst prints later. */
  edit(text: string, isLast: boolean, newline: string): string {
    this.out = ''
    this.cycles.next({ text, isLast, newline })
    return this.out
  }

  private flatten(commands: readonly SedCommand[]): void {
    for (const command of commands) {
      const own = { ...command }
      this.script.push(own)
      if (own.name === ':') this.labels.set(own.text!, this.script.length)
      if (own.block !== undefined) {
        this.flatten(own.block)
        own.end = this.script.length
      }
    }
  }

  private *run(): Generator<void, void, Line> {
    for (;;) {
      this.take(yield)
      let space: string | undefined = this.current.text
      // D begins anew with what is left, without a new line.
      while (space !== undefined && !this.quits) space = yield* this.cycle({ space, after: '', deleted: false })
    }
  }

  private take(line: Line): void {
    this.line++
    this.current = line
    this.hasReplaced = false
  }

  /** Answers what `D` leaves to begin with. */
  private *cycle(c: Cycle): Generator<void, string | undefined, Line> {
    let rest: string | undefined
    for (let i = 0; i < this.script.length && !c.deleted && !this.quits; ) {
      const command = this.script[i++]!
      const isSelected = this.selects(command, c.space) !== command.negated
      if (command.block !== undefined && !isSelected) i = command.end!
      if (!isSelected || command.block !== undefined) continue
      if ('btT'.includes(command.name)) {
        const jumps = command.name === 'b' || this.hasReplaced === (command.name === 't')
        if (command.name !== 'b') this.hasReplaced = false
        if (jumps) i = this.labels.get(command.text!) ?? this.script.length
      } else if (command.name === 'n' || command.name === 'N') {
        // Without a next line, sed ends with what it has.
        if (this.current.isLast) this.quits = true
        else {
          if (command.name === 'n' && !this.quiet) this.out += `${c.space}\n`
          this.out += c.after
          c.after = ''
          this.take(yield)
          c.space = command.name === 'n' ? this.current.text : `${c.space}\n${this.current.text}`
        }
      } else if (command.name === 'D' && c.space.includes('\n')) {
        c.deleted = true
        rest = c.space.slice(c.space.indexOf('\n') + 1)
      } else this.one(command, c)
    }
    if (!this.quiet && !c.deleted) this.out += c.space + (c.after === '' ? this.current.newline : '\n')
    this.out += c.after
    return rest
  }

  private one(command: SedCommand, c: Cycle): void {
    switch (command.name) {
      case 's': {
        this.lastRe = command.re ?? this.lastRe
        const changed = this.lastRe === undefined ? undefined : substitute(command, this.lastRe, c.space)
        if (changed === undefined) return
        this.hasReplaced = true
        c.space = changed
        if (command.prints === true) this.out += `${c.space}\n`
        return
      }
      case 'y':
        c.space = [...c.space]
          .map((ch) => (command.text!.includes(ch) ? (command.replacement![command.text!.indexOf(ch)] ?? ch) : ch))
          .join('')
        return
      case 'p':
        this.out += `${c.space}\n`
        return
      case 'P':
        this.out += `${c.space.split('\n')[0]}\n`
        return
      case '=':
        this.out += `${this.line}\n`
        return
      case 'd':
      case 'D':
        c.deleted = true
        return
      case 'a':
        c.after += `${command.text}\n`
        return
      case 'i':
        this.out += `${command.text}\n`
        return
      case 'c':
        this.out += `${command.text}\n`
        c.deleted = true
        return
      case 'q':
      case 'Q':
        this.quits = true
        this.exitCode = Number(command.text === '' ? 0 : command.text)
        if (command.name === 'Q') c.deleted = true
        return
      case 'h':
        this.hold = c.space
        return
      case 'H':
        this.hold += `\n${c.space}`
        return
      case 'g':
        c.space = this.hold
        return
      case 'G':
        c.space += `\n${this.hold}`
        return
      case 'x':
        ;[c.space, this.hold] = [this.hold, c.space]
        return
    }
  }

  private selects(command: SedCommand, space: string): boolean {
    const { from, to } = command
    if (from === undefined) return true
    if (to === undefined) return this.matches(from, space)
    if (command.active === true) {
      const end = 'line' in to ? to.line : command.until
      if (end === undefined ? this.matches(to, space) : this.line >= end) command.active = false
      return end === undefined || this.line <= end
    }
    if (!this.matches(from, space)) return false
    command.until = 'plus' in to ? this.line + to.plus : undefined
    const end = 'line' in to ? to.line : command.until
    command.active = end === undefined || end > this.line
    return true
  }

  private matches(a: Address, space: string): boolean {
    if ('line' in a) return this.line === a.line
    if ('plus' in a) return false
    // An empty expression is the last one that was looked for.
    if ('again' in a) return this.lastRe !== undefined && space.search(this.lastRe) >= 0
    if ('last' in a) return this.current.isLast
    if ('step' in a) return this.line >= a.from && (this.line - a.from) % Math.max(1, a.step) === 0
    this.lastRe = new RegExp(a.re.source, a.re.flags.includes('g') ? a.re.flags : `${a.re.flags}g`)
    return a.re.test(space)
  }
}

function substitute(command: SedCommand, re: RegExp, text: string): string | undefined {
  let n = 0
  let changed = false
  re.lastIndex = 0
  const out = text.replace(re, (...match: unknown[]) => {
    n++
    if (command.nth !== 0 && n !== command.nth) return match[0] as string
    changed = true
    return expandReplacement(command.replacement!, match)
  })
  return changed ? out : undefined
}

/** & is the match, \1 a group, \n a newline, \U and \L change case, \u and \l that of one letter. */
function expandReplacement(replacement: string, match: readonly unknown[]): string {
  let out = ''
  let change = (t: string) => t
  let once: ((t: string) => string) | undefined
  const changed = (t: string): string => {
    if (t === '') return ''
    const all = change(t)
    const whole = once === undefined ? all : once(all[0]!) + all.slice(1)
    once = undefined
    return whole
  }
  for (let i = 0; i < replacement.length; i++) {
    const c = replacement[i]!
    if (c === '&') out += changed(match[0] as string)
    else if (c !== '\\') out += changed(c)
    else {
      const next = replacement[++i] ?? '\\'
      if (/\d/.test(next)) out += changed((match[Number(next)] as string | undefined) ?? '')
      else if (next === 'U') change = (t) => t.toUpperCase()
      else if (next === 'L') change = (t) => t.toLowerCase()
      else if (next === 'u') once = (t) => t.toUpperCase()
      else if (next === 'l') once = (t) => t.toLowerCase()
      else if (next === 'E') change = (t) => t
      else out += next === 'n' ? '\n' : next === 't' ? '\t' : next
    }
  }
  return out
}
