import type { ParameterExpansionPart, ParameterOperation, Word } from 'unbash'
import type { Run } from '../process/process.ts'
import { Arithmetic, parseArithmetic } from './arithmetic.ts'
import { ShellError } from './control.ts'
import type { Expander } from './expand.ts'
import { wordsOf } from './flavor.ts'
import { patternRegExp } from '../../text/pattern.ts'

export type Expanded =
  | { kind: 'text'; value: string }
  /** "$@", arrays: each a field of its own; `joined` as "$*". */
  | { kind: 'list'; values: string[]; joined: boolean }
  /** The operand is to be expanded in place. */
  | { kind: 'word'; word: Word }

type Named = Extract<ParameterOperation, { type: 'Default' }>

/** ${...} in all its forms. */
export class ParameterExpansion {
  private readonly x: Expander
  private readonly part: ParameterExpansionPart
  private readonly name: string
  private readonly quoted: boolean

  constructor(x: Expander, part: ParameterExpansionPart, quoted: boolean) {
    this.x = x
    this.part = part
    this.name = part.parameter
    this.quoted = quoted
  }

  *expand(): Run<Expanded> {
    const { part, x } = this
    const list = this.list()
    if (part.prefix === '#') return text(String(list !== undefined ? list.values.length : (yield* this.value()).length))
    if (part.prefix === '!') return this.indirect()
    const { operation } = part
    if (operation?.type === 'Default') return yield* this.withDefault(operation, list)
    if (list !== undefined) return yield* this.eachOf(list, operation)
    const value = yield* this.value()
    if (operation === undefined) return text(value)
    if (operation.type === 'Unknown') throw new ShellError(wordsOf(x.flavor).badSubstitution, 2, part.pos)
    return text(yield* this.operate(value, operation))
  }

  /** ${@}, ${a[@]}. */
  private list(): { values: string[]; joined: boolean } | undefined {
    const { index } = this.part
    if (this.name === '@' || this.name === '*') return { values: this.x.state.positional, joined: this.name === '*' }
    if (index?.value === '@' || index?.value === '*')
      return { values: this.x.elements(this.name), joined: index.value === '*' }
    return undefined
  }

  private *eachOf(
    list: { values: string[]; joined: boolean },
    operation: ParameterOperation | undefined,
  ): Run<Expanded> {
    if (operation === undefined) return { kind: 'list', ...list }
    if (operation.type === 'Slice')
      return { kind: 'list', joined: list.joined, values: yield* this.sliceList(list.values, operation) }
    const values: string[] = []
    for (const value of list.values) values.push(yield* this.operate(value, operation))
    return { kind: 'list', joined: list.joined, values }
  }

  private *sliceList(values: string[], operation: Extract<ParameterOperation, { type: 'Slice' }>): Run<string[]> {
    // ${@:1} begins with $1: the parameters count from one.
    const base = this.part.index === undefined ? [this.x.state.name, ...values] : values
    const from = yield* this.number(operation.offset)
    const length = operation.length === undefined ? undefined : yield* this.number(operation.length)
    const start = from < 0 ? base.length + from : from
    return base.slice(start, length === undefined ? undefined : start + length)
  }

  private indirect(): Expanded {
    if (this.part.index !== undefined)
      return {
        kind: 'list',
        joined: false,
        values: this.x.indices(this.name).map(String),
      }
    if (this.part.operation?.type === 'Names')
      return {
        kind: 'list',
        joined: false,
        values: [...this.x.state.variables.keys()].filter((n) => n.startsWith(this.name)).sort(),
      }
    return text(this.x.parameter(this.x.parameter(this.name) ?? '') ?? '')
  }

  private *value(): Run<string> {
    const set = yield* this.current()
    return set ?? this.x.valueOrComplain(this.name)
  }

  private *current(): Run<string | undefined> {
    const { index } = this.part
    if (index === undefined) return this.x.parameter(this.name)
    if (this.x.state.variables.get(this.name) === undefined) return undefined
    return this.x.element(this.name, this.x.state.isMap(this.name) ? yield* this.x.single(index) : yield* this.number(index))
  }

  private *withDefault(operation: Named, list: { values: string[]; joined: boolean } | undefined): Run<Expanded> {
    const value =
      list === undefined ? yield* this.current() : list.values.length > 0 ? list.values.join(' ') : undefined
    const isSet = value !== undefined && !(operation.operator.startsWith(':') && value === '')
    const present: Expanded = list === undefined ? text(value ?? '') : { kind: 'list', ...list }
    switch (operation.operator.replace(':', '')) {
      case '-':
        return isSet ? present : { kind: 'word', word: operation.operand }
      case '+':
        return isSet ? { kind: 'word', word: operation.operand } : text('')
      case '=': {
        if (isSet) return present
        const assigned = yield* this.x.single(operation.operand)
        this.x.assign(this.name, assigned)
        return text(assigned)
      }
      default: {
        if (isSet) return present
        const message = yield* this.x.single(operation.operand)
        const fallback = operation.operator === '?' ? 'parameter not set' : 'parameter null or not set'
        throw new ShellError(
          `${this.name}: ${message === '' ? (this.x.flavor === 'ash' ? 'parameter not set' : fallback) : message}`,
          this.x.flavor === 'bash' ? 127 : 2,
          this.part.pos,
        )
      }
    }
  }

  private *operate(value: string, o: ParameterOperation): Run<string> {
    switch (o.type) {
      case 'Remove':
        return remove(value, yield* this.x.pattern(o.operand), o.operator)
      case 'Replace':
        return replace(value, yield* this.x.pattern(o.pattern), yield* this.x.single(o.replacement), o.operator)
      case 'Slice': {
        const from = yield* this.number(o.offset)
        const length = o.length === undefined ? undefined : yield* this.number(o.length)
        return slice(value, from, length)
      }
      case 'CaseModification':
        return changeCase(value, o.operator)
      case 'Transform':
        return transform(value, yield* this.x.single(o.operand))
      default:
        throw new ShellError(wordsOf(this.x.flavor).badSubstitution, 2, this.part.pos)
    }
  }

  private *number(word: Word): Run<number> {
    const source = yield* this.x.single(word)
    return yield* new Arithmetic(this.x, source).evaluate(parseArithmetic(source.trim() === '' ? '0' : source))
  }
}

function text(value: string): Expanded {
  return { kind: 'text', value }
}

function remove(value: string, pattern: string, operator: '#' | '##' | '%' | '%%'): string {
  const re = patternRegExp(pattern)
  const cuts = Array.from({ length: value.length + 1 }, (_, i) => i)
  if (operator === '#' || operator === '%%') {
    // The shortest beginning, or the longest end: the first cut from the left that fits.
    const cut =
      operator === '#' ? cuts.find((i) => re.test(value.slice(0, i))) : cuts.find((i) => re.test(value.slice(i)))
    return cut === undefined ? value : operator === '#' ? value.slice(cut) : value.slice(0, cut)
  }
  const cut =
    operator === '##' ? cuts.findLast((i) => re.test(value.slice(0, i))) : cuts.findLast((i) => re.test(value.slice(i)))
  return cut === undefined ? value : operator === '##' ? value.slice(cut) : value.slice(0, cut)
}

function replace(value: string, pattern: string, by: string, operator: '/' | '//' | '/#' | '/%'): string {
  if (pattern === '') return value
  const source = patternRegExp(pattern, { anchored: false }).source
  const anchored = operator === '/#' ? `^(?:${source})` : operator === '/%' ? `(?:${source})$` : source
  return value.replace(new RegExp(anchored, operator === '//' ? 'gs' : 's'), () => by)
}

function slice(value: string, from: number, length: number | undefined): string {
  const start = from < 0 ? Math.max(0, value.length + from) : from
  const end = length === undefined ? value.length : length < 0 ? value.length + length : start + length
  return value.slice(start, Math.max(start, end))
}

function changeCase(value: string, operator: '^' | '^^' | ',' | ',,'): string {
  const change = (t: string) => (operator.startsWith('^') ? t.toUpperCase() : t.toLowerCase())
  return operator.length === 2 ? change(value) : change(value.slice(0, 1)) + value.slice(1)
}

function transform(value: string, kind: string): string {
  if (kind === 'U') return value.toUpperCase()
  if (kind === 'L') return value.toLowerCase()
  if (kind === 'Q') return `'${value.replaceAll("'", "'\\''")}'`
  return value
}
