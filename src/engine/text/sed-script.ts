/** sed's scripts: what one says, and what becomes of lines by it. */
import { linesOf } from './lines.ts'
import { posixRegExp } from './regexp.ts'

type Address = { line: number } | { last: true } | { re: RegExp } | { step: number; from: number }

export interface SedCommand {
  from: Address | undefined
  to: Address | undefined
  negated: boolean
  name: string
  /** Of s: what to look for and by what to replace it. */
  re?: RegExp
  replacement?: string
  nth?: number
  prints?: boolean
  /** Of a, i, c, y, r, w, b, t, :, q. */
  text?: string
  block?: SedCommand[]
  /** Is it within its range now? */
  active?: boolean
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
      to = this.address()
    }
    this.spaces()
    const negated = this.text[this.at] === '!'
    if (negated) this.at++
    this.spaces()
    const name = this.text[this.at++] ?? ''
    const command: SedCommand = { from, to, negated, name }
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
    else if (!'pdPgGhHx='.includes(name) || name === '') throw new SedError(usesUnknown(name))
    return command
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
    return { re: this.regexp(source, ignoreCase, false) }
  }

  private substitute(command: SedCommand): void {
    const source = this.delimited()
    command.replacement = this.delimited(false)
    const flags = /^[gpIiMme0-9]*/.exec(this.text.slice(this.at))![0]
    this.at += flags.length
    command.re = this.regexp(source, /i/i.test(flags), true)
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

  private takeWord(): string {
    const word = /^\s*\d*/.exec(this.text.slice(this.at))![0]
    this.at += word.length
    return word.trim()
  }
}

function usesUnknown(name: string): string {
  return name === '' ? 'missing command' : `unsupported command ${name}`
}

export class SedRun {
  quits = false
  exitCode = 0
  private readonly commands: SedCommand[]
  private readonly quiet: boolean
  private line = 0
  private hold = ''

  constructor(commands: SedCommand[], quiet: boolean) {
    this.commands = commands
    this.quiet = quiet
  }

  /** What one line becomes, with all that is printed beside it. */
  edit(text: string, isLast: boolean, newline: string): string {
    this.line++
    const cycle = { space: text, out: '', after: '', deleted: false }
    this.execute(this.commands, cycle, isLast)
    const own = this.quiet || cycle.deleted ? '' : cycle.space + (cycle.after === '' ? newline : '\n')
    return cycle.out + own + cycle.after
  }

  private execute(
    commands: readonly SedCommand[],
    c: { space: string; out: string; after: string; deleted: boolean },
    isLast: boolean,
  ): void {
    for (const command of commands) {
      if (c.deleted || this.quits) return
      if (this.selects(command, c.space, isLast) === command.negated) continue
      if (command.block !== undefined) this.execute(command.block, c, isLast)
      else this.one(command, c)
    }
  }

  private one(command: SedCommand, c: { space: string; out: string; after: string; deleted: boolean }): void {
    switch (command.name) {
      case 's': {
        const changed = substitute(command, c.space)
        if (changed === undefined) return
        c.space = changed
        if (command.prints === true) c.out += `${c.space}\n`
        return
      }
      case 'y':
        c.space = [...c.space]
          .map((ch) => (command.text!.includes(ch) ? (command.replacement![command.text!.indexOf(ch)] ?? ch) : ch))
          .join('')
        return
      case 'p':
        c.out += `${c.space}\n`
        return
      case 'P':
        c.out += `${c.space.split('\n')[0]}\n`
        return
      case '=':
        c.out += `${this.line}\n`
        return
      case 'd':
        c.deleted = true
        return
      case 'a':
        c.after += `${command.text}\n`
        return
      case 'i':
        c.out += `${command.text}\n`
        return
      case 'c':
        c.out += `${command.text}\n`
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

  private selects(command: SedCommand, space: string, isLast: boolean): boolean {
    const { from, to } = command
    if (from === undefined) return true
    if (to === undefined) return this.matches(from, space, isLast)
    if (command.active === true) {
      if (this.matches(to, space, isLast) || ('line' in to && this.line >= to.line)) command.active = false
      return !('line' in to && this.line > to.line)
    }
    if (!this.matches(from, space, isLast)) return false
    command.active = !('line' in to && to.line <= this.line)
    return true
  }

  private matches(a: Address, space: string, isLast: boolean): boolean {
    if ('line' in a) return this.line === a.line
    if ('last' in a) return isLast
    if ('step' in a) return this.line >= a.from && (this.line - a.from) % Math.max(1, a.step) === 0
    return a.re.test(space)
  }
}

function substitute(command: SedCommand, text: string): string | undefined {
  let n = 0
  let changed = false
  const re = command.re!
  re.lastIndex = 0
  const out = text.replace(re, (...match: unknown[]) => {
    n++
    if (command.nth !== 0 && n !== command.nth) return match[0] as string
    changed = true
    return expandReplacement(command.replacement!, match)
  })
  return changed ? out : undefined
}

/** & is the match, \1 a group, \n a newline, \U and \L change case. */
function expandReplacement(replacement: string, match: readonly unknown[]): string {
  let out = ''
  let change = (t: string) => t
  for (let i = 0; i < replacement.length; i++) {
    const c = replacement[i]!
    if (c === '&') out += change(match[0] as string)
    else if (c !== '\\') out += change(c)
    else {
      const next = replacement[++i] ?? '\\'
      if (/\d/.test(next)) out += change((match[Number(next)] as string | undefined) ?? '')
      else if (next === 'U') change = (t) => t.toUpperCase()
      else if (next === 'L') change = (t) => t.toLowerCase()
      else if (next === 'E') change = (t) => t
      else out += next === 'n' ? '\n' : next === 't' ? '\t' : next
    }
  }
  return out
}
