import type { Run } from '../process/process.ts'
import type { Evaluator } from './evaluator.ts'
import { type Expression, ExpressionParser } from './expressions.ts'
import { PythonSyntaxError } from './tokens.ts'
import { Blob, Class, Dict, equal, Float, Instance, List, type Scope, Tuple, type Value } from './values.ts'

/** What a `case` asks for. */
export type Pattern =
  | { type: 'anything'; name: string | undefined }
  | { type: 'value'; value: Expression; isSame: boolean }
  | { type: 'sequence'; items: readonly Pattern[]; star: number }
  | { type: 'mapping'; entries: readonly { key: Expression; pattern: Pattern }[]; rest: string | undefined }
  | { type: 'class'; of: Expression; items: readonly Pattern[]; named: readonly { name: string; pattern: Pattern }[] }
  | { type: 'either'; options: readonly Pattern[] }
  | { type: 'as'; pattern: Pattern; name: string }

/** Reads what stands behind `case`. */
export class PatternParser extends ExpressionParser {
  /** One, or several without brackets. */
  protected patterns(): Pattern {
    const first = this.starPattern()
    return this.is(',') || first.isStar ? this.sequence([first], () => this.is(':') || this.isName('if')) : first.pattern
  }

  private starPattern(): { pattern: Pattern; isStar: boolean } {
    if (!this.take('*')) return { pattern: this.pattern(), isStar: false }
    const name = this.identifier()
    return { pattern: { type: 'anything', name: name === '_' ? undefined : name }, isStar: true }
  }

  private sequence(items: { pattern: Pattern; isStar: boolean }[], isOver: () => boolean): Pattern {
    while (this.take(',') && !isOver()) items.push(this.starPattern())
    return { type: 'sequence', items: items.map(({ pattern }) => pattern), star: items.findIndex(({ isStar }) => isStar) }
  }

  private pattern(): Pattern {
    const options = [this.closed()]
    while (this.take('|')) options.push(this.closed())
    const pattern: Pattern = options.length === 1 ? options[0]! : { type: 'either', options }
    return this.takeName('as') ? { type: 'as', pattern, name: this.identifier() } : pattern
  }

  private closed(): Pattern {
    const token = this.peek()
    if (this.take('(') || this.take('[')) {
      const end = token.text === '(' ? ')' : ']'
      if (this.take(end)) return { type: 'sequence', items: [], star: -1 }
      const first = this.starPattern()
      const isGroup = end === ')' && this.is(')') && !first.isStar
      const made = isGroup ? first.pattern : this.sequence([first], () => this.is(end))
      this.expect(end)
      return made
    }
    if (this.take('{')) return this.mapping()
    if (token.kind !== 'name' || ['None', 'True', 'False'].includes(token.text)) return { type: 'value', value: this.level(4), isSame: token.kind === 'name' }
    const next = this.tokens[this.at + 1]
    if (next?.text !== '.' && next?.text !== '(') return { type: 'anything', name: this.identifier() === '_' ? undefined : token.text }
    let of: Expression = this.primary()
    while (this.take('.')) of = { type: 'attribute', object: of, name: this.identifier() }
    return this.take('(') ? this.ofClass(of) : { type: 'value', value: of, isSame: false }
  }

  private mapping(): Pattern {
    const entries: { key: Expression; pattern: Pattern }[] = []
    let rest: string | undefined
    while (!this.take('}')) {
      if (this.take('**')) rest = this.identifier()
      else {
        const key = this.level(4)
        this.expect(':')
        entries.push({ key, pattern: this.pattern() })
      }
      if (!this.is('}')) this.expect(',')
    }
    return { type: 'mapping', entries, rest }
  }

  private ofClass(of: Expression): Pattern {
    const items: Pattern[] = []
    const named: { name: string; pattern: Pattern }[] = []
    while (!this.take(')')) {
      if (this.peek().kind === 'name' && this.tokens[this.at + 1]?.text === '=') {
        const name = this.identifier()
        this.expect('=')
        named.push({ name, pattern: this.pattern() })
      } else if (named.length > 0) throw new PythonSyntaxError('positional patterns follow keyword patterns', this.peek().line)
      else items.push(this.pattern())
      if (!this.is(')')) this.expect(',')
    }
    return { type: 'class', of, items, named }
  }
}

/** Whether a value is as a pattern asks; names in it have what they stand for then. */
export function* fits(x: Evaluator, pattern: Pattern, value: Value, scope: Scope): Run<boolean> {
  switch (pattern.type) {
    case 'anything':
      if (pattern.name !== undefined) x.set(pattern.name, value, scope)
      return true
    case 'value': {
      const wanted = yield* x.evaluate(pattern.value, scope)
      return pattern.isSame ? wanted === value : equal(wanted, value)
    }
    case 'as': {
      const isFit = yield* fits(x, pattern.pattern, value, scope)
      if (isFit) x.set(pattern.name, value, scope)
      return isFit
    }
    case 'either':
      for (const option of pattern.options) if (yield* fits(x, option, value, scope)) return true
      return false
    case 'sequence':
      return value instanceof List || value instanceof Tuple ? yield* fitsInOrder(x, pattern, value.items, scope) : false
    case 'mapping':
      return value instanceof Dict && !value.isSet ? yield* fitsByKey(x, pattern, value, scope) : false
    case 'class':
      return yield* fitsClass(x, pattern, value, scope)
  }
}

function* fitsInOrder(x: Evaluator, { items, star }: Extract<Pattern, { type: 'sequence' }>, values: readonly Value[], scope: Scope): Run<boolean> {
  if (star < 0 ? values.length !== items.length : values.length < items.length - 1) return false
  const spare = values.length - items.length + 1
  const taken = star < 0 ? values : [...values.slice(0, star), new List(values.slice(star, star + spare)), ...values.slice(star + spare)]
  for (const [i, item] of items.entries()) if (!(yield* fits(x, item, taken[i]!, scope))) return false
  return true
}

function* fitsByKey(x: Evaluator, { entries, rest }: Extract<Pattern, { type: 'mapping' }>, value: Dict, scope: Scope): Run<boolean> {
  const left = new Dict()
  for (const key of value.keys()) left.set(key, value.get(key) ?? null)
  for (const { key, pattern } of entries) {
    const name = yield* x.evaluate(key, scope)
    const found = value.get(name)
    if (found === undefined || !(yield* fits(x, pattern, found, scope))) return false
    left.delete(name)
  }
  if (rest !== undefined) x.set(rest, left, scope)
  return true
}

function* fitsClass(x: Evaluator, { of, items, named }: Extract<Pattern, { type: 'class' }>, value: Value, scope: Scope): Run<boolean> {
  const type = yield* x.evaluate(of, scope)
  const name = type instanceof Class ? type.name : x.attribute(type, '__name__')
  if (!(value instanceof Instance && type instanceof Class ? value.type?.isA(type) === true : isBuiltIn(String(name), value))) return false
  // str(), int() and their like have the value itself in their first place.
  if (!(value instanceof Instance)) return items.length === 0 || (yield* fits(x, items[0]!, value, scope))
  const places = items.length === 0 ? [] : yield* x.collect(x.attribute(value, '__match_args__'))
  for (const [i, item] of items.entries()) if (!(yield* fits(x, item, x.attribute(value, String(places[i])), scope))) return false
  for (const one of named) {
    if (!value.names.has(one.name) && value.type?.find(one.name) === undefined) return false
    if (!(yield* fits(x, one.pattern, x.attribute(value, one.name), scope))) return false
  }
  return true
}

function isBuiltIn(name: string, value: Value): boolean {
  switch (name) {
    case 'str':
      return typeof value === 'string'
    case 'int':
      return typeof value === 'number' || typeof value === 'boolean'
    case 'bool':
      return typeof value === 'boolean'
    case 'float':
      return value instanceof Float
    case 'list':
      return value instanceof List
    case 'tuple':
      return value instanceof Tuple
    case 'dict':
      return value instanceof Dict && !value.isSet
    case 'set':
      return value instanceof Dict && value.isSet
    case 'bytes':
      return value instanceof Blob
    default:
      return false
  }
}
