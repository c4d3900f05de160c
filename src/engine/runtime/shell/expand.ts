import type { DoubleQuotedChild, HereDocBody, ParameterExpansionPart, ParsedScript, Word, WordPart } from 'unbash'
import type { Process, Run } from '../process/process.ts'
import { users } from '../programs/users.ts'
import { Arithmetic } from './arithmetic.ts'
import { expandBraces } from './braces.ts'
import { ShellError } from './control.ts'
import { FieldBuilder } from './fields.ts'
import { type Flavor, wordsOf } from './flavor.ts'
import { glob } from './glob.ts'
import { ParameterExpansion } from './parameter.ts'
import { escapePattern } from '../../text/pattern.ts'
import type { Index, ShellState } from './state.ts'

/** What expansion needs of the shell: it runs scripts. */
export interface Substitutes {
  /** Runs the script of a $( ) and gives what it printed, without the last newlines. */
  command(script: ParsedScript): Run<string>
  /** Starts the script of a <( ) or >( ) and gives the path under which its other end can be opened. */
  process(script: ParsedScript, operator: '<' | '>'): string
}

/** A value longer than this would only eat the page's memory; a shell that makes one is taken to go on until it has eaten the container's. */
const MAX_VALUE_CHARS = 8 * 1024 * 1024
const ALL_MEMORY_BYTES = 2 ** 50

/** Turns words into what a command gets: parameters, commands and arithmetic expanded, split, globbed. */
export class Expander {
  readonly process: Process
  readonly state: ShellState
  private readonly substitutes: Substitutes

  constructor(process: Process, state: ShellState, substitutes: Substitutes) {
    this.process = process
    this.state = state
    this.substitutes = substitutes
  }

  get flavor(): Flavor {
    return this.state.flavor
  }

  // --- words ---------------------------------------------------------------------------------------

  /** The arguments that words give; a word may give none or many. */
  *fields(words: readonly Word[]): Run<string[]> {
    const out: string[] = []
    for (const word of words) {
      if (word.parts === undefined) out.push(this.tilde(word, word.value))
      else if (this.flavor === 'bash' && word.parts.some((p) => p.type === 'BraceExpansion'))
        for (const w of expandBraces(word)) yield* this.wordFields(w, out)
      else yield* this.wordFields(word, out)
    }
    return out
  }

  private *wordFields(word: Word, out: string[]): Run<void> {
    const builder = new FieldBuilder(this.ifs(), true)
    yield* this.parts(
      word.parts ?? [{ type: 'Literal', pos: 0, end: 0, value: word.value, text: word.text }],
      builder,
      word,
    )
    builder.end()
    for (const { text, pattern } of builder.fields) {
      if (pattern === undefined || this.state.options.has('f')) out.push(text)
      else {
        const paths = glob(this.process.machine.files, pattern, this.process.access)
        if (paths.length > 0) out.push(...paths)
        else out.push(text)
      }
    }
  }

  /** One text, neither split nor globbed: the value of an assignment, the target of a redirection. */
  *single(word: Word): Run<string> {
    if (word.parts === undefined) return this.tilde(word, word.value)
    const builder = new FieldBuilder('', false)
    yield* this.parts(word.parts, builder, word)
    builder.end()
    return this.checked(builder.fields.map((f) => f.text).join(' '))
  }

  /** A pattern in which quoted characters are escaped: for `case`, `[[ = ]]`, `${x%...}`. */
  *pattern(word: Word): Run<string> {
    if (word.parts === undefined) return escapePattern(this.tilde(word, word.value))
    const builder = new FieldBuilder('', false)
    yield* this.parts(word.parts, builder, word)
    builder.end()
    return builder.fields.map((f) => f.pattern ?? escapePattern(f.text)).join(' ')
  }

  *hereDocument(body: HereDocBody, quoted: boolean): Run<string> {
    if (quoted) return body.text
    // Without anything to expand there are no parts; what is escaped is still there.
    if (body.parts === undefined) return body.text.replace(/\\([$`\\\n])/g, (_, char: string) => (char === '\n' ? '' : char))
    const builder = new FieldBuilder('', false)
    for (const part of body.parts) yield* this.quotedPart(part as DoubleQuotedChild, builder)
    builder.end()
    return builder.fields.map((f) => f.text).join(' ')
  }

  *arithmeticWord(parts: readonly WordPart[]): Run<string> {
    const builder = new FieldBuilder('', false)
    yield* this.parts(parts, builder, undefined)
    builder.end()
    return builder.fields.map((f) => f.text).join(' ')
  }

  substitution(script: ParsedScript | undefined): Run<string> {
    if (script === undefined) throw new ShellError(wordsOf(this.flavor).badSubstitution, 2, 0)
    return this.substitutes.command(script)
  }

  // --- parts ---------------------------------------------------------------------------------------

  private *parts(parts: readonly WordPart[], b: FieldBuilder, word: Word | undefined): Run<void> {
    for (let i = 0; i < parts.length; i++) {
      const part = parts[i]!
      switch (part.type) {
        case 'Literal':
          b.quoted(i === 0 && word !== undefined ? this.tilde(word, part.value) : part.value)
          break
        case 'Glob':
          if (part.kind === 'bracket' && part.parts.some((inner) => inner.type !== 'Literal'))
            yield* this.bracket(part.parts, b)
          else b.glob(part.text)
          break
        case 'SingleQuoted':
        case 'AnsiCQuoted':
          b.quoted(part.value)
          break
        case 'DoubleQuoted':
        case 'LocaleString':
          yield* this.doubleQuoted(part.parts, b)
          break
        case 'SimpleExpansion':
          this.simpleExpansion(part.text.slice(1), b, false)
          break
        case 'ParameterExpansion':
          yield* this.parameterExpansion(part, b, false)
          break
        case 'CommandExpansion':
          b.unquoted(yield* this.substitution(part.script))
          break
        case 'ArithmeticExpansion':
          b.unquoted(yield* this.arithmetic(part.expression, part.text))
          break
        case 'BraceExpansion':
        case 'ExtendedGlob':
          b.quoted(part.text)
          break
        case 'ProcessSubstitution':
          b.quoted(part.script === undefined ? part.text : this.substitutes.process(part.script, part.operator))
          break
      }
    }
  }

  /** `[$x]` is a pattern whose characters come from a variable. */
  private *bracket(parts: readonly WordPart[], b: FieldBuilder): Run<void> {
    b.glob('[')
    for (const part of parts) {
      if (part.type === 'Literal') b.glob(part.text)
      else yield* this.parts([part], b, undefined)
    }
    b.glob(']')
  }

  private *doubleQuoted(parts: readonly DoubleQuotedChild[], b: FieldBuilder): Run<void> {
    // "$@" without parameters is no field at all, not even an empty one.
    if (parts.length === 1 && this.isAllParameters(parts[0]!) && this.state.positional.length === 0) return
    b.quoted('')
    for (const part of parts) yield* this.quotedPart(part, b)
  }

  private isAllParameters(part: DoubleQuotedChild): boolean {
    return part.text === '$@' || part.text === '${@}'
  }

  private *quotedPart(part: DoubleQuotedChild, b: FieldBuilder): Run<void> {
    switch (part.type) {
      case 'Literal':
        return b.quoted(part.value)
      case 'SimpleExpansion':
        return this.simpleExpansion(part.text.slice(1), b, true)
      case 'ParameterExpansion':
        return yield* this.parameterExpansion(part, b, true)
      case 'CommandExpansion':
        return b.quoted(yield* this.substitution(part.script))
      case 'ArithmeticExpansion':
        return b.quoted(yield* this.arithmetic(part.expression, part.text))
    }
  }

  private *arithmetic(expression: Parameters<Arithmetic['evaluate']>[0], text: string): Run<string> {
    return String(yield* new Arithmetic(this, text.slice(3, -2).trim()).evaluate(expression))
  }

  private simpleExpansion(name: string, b: FieldBuilder, quoted: boolean): void {
    if (name === '@' || name === '*') return this.all(this.state.positional, name, b, quoted)
    this.put(this.valueOrComplain(name), b, quoted)
  }

  private *parameterExpansion(part: ParameterExpansionPart, b: FieldBuilder, quoted: boolean): Run<void> {
    const result = yield* new ParameterExpansion(this, part, quoted).expand()
    if (result.kind === 'list') this.all(result.values, result.joined ? '*' : '@', b, quoted)
    else if (result.kind === 'word') yield* this.operand(result.word, b, quoted)
    else this.put(result.value, b, quoted)
  }

  /** The word behind `:-`: its own quotes count when the expansion itself is not quoted. */
  private *operand(word: Word, b: FieldBuilder, quoted: boolean): Run<void> {
    if (quoted) return b.quoted(yield* this.single(word))
    if (word.parts === undefined) return word.text === '' ? undefined : b.unquoted(this.tilde(word, word.value))
    yield* this.parts(word.parts, b, word)
  }

  private put(value: string, b: FieldBuilder, quoted: boolean): void {
    if (quoted) b.quoted(this.checked(value))
    else b.unquoted(this.checked(value))
  }

  private all(values: readonly string[], kind: string, b: FieldBuilder, quoted: boolean): void {
    if (kind === '*' && quoted) return b.quoted(values.join(this.ifs()[0] ?? ''))
    values.forEach((value, i) => {
      if (i > 0) b.end()
      this.put(value, b, quoted)
    })
  }

  // --- parameters ----------------------------------------------------------------------------------

  /** The value of a variable or a special parameter; undefined when it is not set. */
  parameter(name: string): string | undefined {
    const { state } = this
    if (/^\d+$/.test(name)) return name === '0' ? state.name : state.positional[Number(name) - 1]
    switch (name) {
      case '?':
        return String(state.status)
      case '#':
        return String(state.positional.length)
      case '$':
        return String(state.pid)
      case '!':
        return state.lastBackground === undefined ? '' : String(state.lastBackground)
      case '-':
        return [...state.options].filter((o) => o.length === 1).join('') + (state.interactive ? 'i' : '')
      case '@':
      case '*':
        return state.positional.length === 0 ? undefined : state.positional.join(' ')
      default:
        return state.variables.get(name)?.value ?? this.dynamic(name)
    }
  }

  /** Variables that the shell makes up when they are read. */
  private dynamic(name: string): string | undefined {
    const { state, process } = this
    switch (name) {
      case 'PPID':
        return String(process.parent?.pid ?? 0)
      case 'RANDOM':
        if (state.flavor === 'dash') return undefined
        state.effects++
        return String(process.machine.random(32768))
      case 'SECONDS':
        return state.flavor === 'bash'
          ? String(Math.floor((process.machine.now() - state.startedAt) / 1000))
          : undefined
      case 'EPOCHSECONDS':
        return state.flavor === 'dash' ? undefined : String(Math.floor(process.machine.now() / 1000))
      case 'HOSTNAME':
        return state.flavor === 'dash' ? undefined : process.machine.config.hostname
      case 'UID':
      case 'EUID':
        return state.flavor === 'bash' ? String(process.who.uid) : undefined
      case 'BASHPID':
        return state.flavor === 'bash' ? String(process.pid) : undefined
      case 'BASH_VERSION':
        return state.flavor === 'bash' ? '5.2.37(1)-release' : undefined
      case 'OPTIND':
        return '1'
      default:
        return undefined
    }
  }

  valueOrComplain(name: string): string {
    const value = this.parameter(name)
    if (value !== undefined) return value
    if (this.state.options.has('u') && name !== '@' && name !== '*')
      throw new ShellError(wordsOf(this.flavor).unset(name), this.flavor === 'bash' ? 127 : 2, 0)
    return ''
  }

  variableForArithmetic(name: string): string {
    return this.parameter(name) ?? (this.state.options.has('u') ? this.valueOrComplain(name) : '')
  }

  /** undefined: there is none of this index. */
  element(name: string, index: Index): string | undefined {
    const variable = this.state.variables.get(name)
    if (variable?.elements === undefined) return index === 0 ? variable?.value : undefined
    const at = typeof index === 'number' && index < 0 ? Math.max(-1, ...numbers(variable.elements)) + 1 + index : index
    return variable.elements.get(at)
  }

  elements(name: string): string[] {
    const variable = this.state.variables.get(name)
    if (variable === undefined) return []
    if (variable.elements === undefined) return [variable.value]
    return this.indices(name).map((index) => variable.elements!.get(index)!)
  }

  /** In order; words of an associative array as they came. */
  indices(name: string): Index[] {
    const elements = this.state.variables.get(name)?.elements ?? new Map<Index, string>()
    return this.state.isMap(name) ? [...elements.keys()] : numbers(elements).toSorted((a, b) => a - b)
  }

  assign(name: string, value: string): void {
    if (!this.state.set(name, value)) throw new ShellError(wordsOf(this.flavor).readOnly(name), 2, 0)
  }

  ifs(): string {
    return this.state.get('IFS') ?? ' \t\n'
  }

  private checked(value: string): string {
    if (value.length <= MAX_VALUE_CHARS) return value
    this.process.machine.setMemory(this.process, ALL_MEMORY_BYTES)
    throw new ShellError('out of memory', 2, 0)
  }

  private tilde(word: Word, value: string): string {
    if (!word.text.startsWith('~')) return value
    const name = /^~([^/:]*)/.exec(value)![1]!
    const home =
      name === '' ? this.state.get('HOME') : users(this.process.machine.files).find((u) => u.name === name)?.home
    return home === undefined ? value : home + value.slice(name.length + 1)
  }
}

const numbers = (elements: ReadonlyMap<Index, string>): number[] => [...elements.keys()].filter((index) => typeof index === 'number')
