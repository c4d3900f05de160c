/**
 * Label selectors (k8s.io/apimachinery/pkg/labels): the text form of `-l` and of the query parameter,
 * and the LabelSelector objects of workloads and affinities. Field selectors are in fieldSelector.ts.
 */
import { formatFieldErrors, invalid, notSupported, type FieldError } from './field.ts'
import { isLabelValue, isQualifiedName } from './names.ts'

export type Labels = Readonly<Record<string, string>>

export type SelectorOperator = 'in' | 'notin' | '=' | '==' | '!=' | 'gt' | 'lt' | 'exists' | '!'

export interface Requirement {
  key: string
  operator: SelectorOperator
  /** As given; text prints them sorted. */
  values: readonly string[]
}

/** All requirements must hold. `nothing` selects no object whatever it is. */
export interface Selector {
  requirements: readonly Requirement[]
  nothing?: true
}

export interface SelectorError {
  error: string
}

export interface LabelSelector {
  matchLabels?: Labels
  matchExpressions?: readonly { key: string; operator: string; values?: readonly string[] }[]
}

export const everything: Selector = { requirements: [] }
export const nothing: Selector = { requirements: [], nothing: true }

export const isSelectorError = (s: Selector | SelectorError): s is SelectorError => 'error' in s

const integer = /^[+-]?\d{1,19}$/

/** labels.NewRequirement: what is wrong with it. */
function checkRequirement(key: string, operator: SelectorOperator, values: readonly string[]): FieldError[] {
  const errors: FieldError[] = []
  const keyErrors = isQualifiedName(key)
  if (keyErrors.length > 0) errors.push(invalid('key', key, keyErrors.join('; ')))
  const complain = (detail: string) => errors.push(invalid('values', values.length === 0 ? null : values, detail))
  switch (operator) {
    case 'in':
    case 'notin':
      if (values.length === 0) complain("for 'in', 'notin' operators, values set can't be empty")
      break
    case '=':
    case '==':
    case '!=':
      if (values.length !== 1) complain('exact-match compatibility requires one single value')
      break
    case 'exists':
    case '!':
      if (values.length !== 0) complain('values set must be empty for exists and does not exist')
      break
    case 'gt':
    case 'lt':
      if (values.length !== 1) complain("for 'Gt', 'Lt' operators, exactly one value is required")
      values.forEach((value, i) => {
        if (integer.test(value)) return
        errors.push(invalid(`values[${i}]`, value, "for 'Gt', 'Lt' operators, the value must be an integer"))
      })
      break
    default:
      errors.push(notSupported('operator', operator, ['in', 'notin', '=', '==', '!=', 'gt', 'lt', 'exists', '!']))
  }
  values.forEach((value, i) => {
    const complaints = isLabelValue(value)
    if (complaints.length > 0) errors.push(invalid(`values[${i}][${key}]`, value, complaints.join('; ')))
  })
  return errors
}

const byKey = (a: Requirement, b: Requirement): number => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)

const cache = new Map<string, Selector | SelectorError>()

/** labels.Parse: "app=web,tier in (a,b),!legacy,gen>3". The error is upstream's text. */
export function parseSelector(text: string): Selector | SelectorError {
  if (text === '') return everything
  const hit = cache.get(text)
  if (hit) return hit
  const parsed = new Parser(text).parse()
  if (cache.size >= 1000) cache.clear()
  cache.set(text, parsed)
  return parsed
}

interface Token {
  kind: 'end' | 'identifier' | ')' | '(' | ',' | '!' | '==' | '=' | '>' | '<' | '!=' | 'in' | 'notin' | 'error'
  text: string
}

const special = new Set(['=', '!', '(', ')', ',', '>', '<'])
const symbols = new Set([')', ',', '!', '==', '=', '>', '<', '!=', '('])

function tokenize(text: string): Token[] {
  const tokens: Token[] = []
  let at = 0
  const blank = (c: string | undefined) => c === ' ' || c === '\t' || c === '\r' || c === '\n'
  while (at < text.length) {
    const char = text[at]!
    if (blank(char)) {
      at++
    } else if (special.has(char)) {
      // "!=" and "==" are one symbol; any longer run of symbols is cut after the longest known one.
      const two = text.slice(at, at + 2)
      const symbol = symbols.has(two) ? two : char
      tokens.push({ kind: symbol as Token['kind'], text: symbol })
      at += symbol.length
    } else {
      let end = at
      while (end < text.length && !special.has(text[end]!) && !blank(text[end])) end++
      const word = text.slice(at, end)
      tokens.push({ kind: word === 'in' || word === 'notin' ? word : 'identifier', text: word })
      at = end
    }
  }
  tokens.push({ kind: 'end', text: '' })
  return tokens
}

class ParseFailure extends Error {}

class Parser {
  readonly #tokens: Token[]
  #at = 0

  constructor(text: string) {
    this.#tokens = tokenize(text)
  }

  parse(): Selector | SelectorError {
    try {
      return { requirements: this.#requirements().toSorted(byKey) }
    } catch (failure) {
      if (failure instanceof ParseFailure) return { error: failure.message }
      throw failure
    }
  }

  /** `in` and `notin` are operators only where an operator stands; elsewhere they are words like others. */
  #peek(): Token {
    const token = this.#tokens[Math.min(this.#at, this.#tokens.length - 1)]!
    return token.kind === 'in' || token.kind === 'notin' ? { kind: 'identifier', text: token.text } : token
  }

  #next(): Token {
    const token = this.#peek()
    this.#at++
    return token
  }

  #requirements(): Requirement[] {
    const found: Requirement[] = []
    for (;;) {
      const token = this.#peek()
      if (token.kind === 'end') return found
      if (token.kind !== 'identifier' && token.kind !== '!') {
        throw new ParseFailure(`found '${token.text}', expected: !, identifier, or 'end of string'`)
      }
      found.push(this.#requirement())
      const separator = this.#next()
      if (separator.kind === 'end') return found
      if (separator.kind !== ',') {
        throw new ParseFailure(`found '${separator.text}', expected: ',' or 'end of string'`)
      }
      const after = this.#peek()
      if (after.kind !== 'identifier' && after.kind !== '!') {
        throw new ParseFailure(`found '${after.text}', expected: identifier after ','`)
      }
    }
  }

  #requirement(): Requirement {
    const fail = (message: string): never => {
      throw new ParseFailure(`unable to parse requirement: ${message}`)
    }
    let operator: SelectorOperator | undefined
    let token = this.#next()
    if (token.kind === '!') {
      operator = '!'
      token = this.#next()
    }
    if (token.kind !== 'identifier') fail(`found '${token.text}', expected: identifier`)
    const key = token.text
    const keyErrors = isQualifiedName(key)
    if (keyErrors.length > 0) fail(formatFieldErrors([invalid('', key, keyErrors.join('; '))]))
    const after = this.#peek().kind
    if (operator === undefined && (after === 'end' || after === ',')) operator = 'exists'
    let values: string[] = []
    if (operator === undefined) {
      operator = this.#operator(fail)
      values = operator === 'in' || operator === 'notin' ? this.#values(fail) : [this.#exactValue(fail)]
    }
    const errors = checkRequirement(key, operator, values)
    if (errors.length > 0) fail(formatFieldErrors(errors))
    return { key, operator, values }
  }

  #operator(fail: (message: string) => never): SelectorOperator {
    const token = this.#tokens[Math.min(this.#at, this.#tokens.length - 1)]!
    this.#at++
    switch (token.kind) {
      case 'in':
      case 'notin':
      case '=':
      case '==':
      case '!=':
        return token.kind
      case '>':
        return 'gt'
      case '<':
        return 'lt'
      default:
        return fail(`found '${token.text}', expected: in, notin, =, ==, !=, gt, lt`)
    }
  }

  #values(fail: (message: string) => never): string[] {
    const open = this.#next()
    if (open.kind !== '(') fail(`found '${open.text}' expected: '('`)
    const first = this.#peek()
    if (first.kind === ')') {
      this.#at++
      return ['']
    }
    if (first.kind !== 'identifier' && first.kind !== ',') {
      fail(`found '${first.text}', expected: ',', ')' or identifier`)
    }
    const values = this.#list(fail)
    this.#at++
    return [...values].toSorted()
  }

  /** Up to the closing parenthesis, which it leaves. An empty place between commas is the empty value. */
  #list(fail: (message: string) => never): Set<string> {
    const values = new Set<string>()
    for (;;) {
      const token = this.#next()
      if (token.kind === 'identifier') {
        values.add(token.text)
        const after = this.#peek()
        if (after.kind === ')') return values
        if (after.kind !== ',') fail(`found '${after.text}', expected: ',' or ')'`)
      } else if (token.kind === ',') {
        if (values.size === 0) values.add('')
        const after = this.#peek().kind
        if (after === ')' || after === ',') values.add('')
        if (after === ')') return values
      } else {
        fail(`found '${token.text}', expected: ',', or identifier`)
      }
    }
  }

  #exactValue(fail: (message: string) => never): string {
    const token = this.#peek()
    if (token.kind === 'end' || token.kind === ',') return ''
    this.#at++
    if (token.kind !== 'identifier') fail(`found '${token.text}', expected: identifier`)
    return token.text
  }
}

const objectOperators: Record<string, SelectorOperator> = {
  In: 'in',
  NotIn: 'notin',
  Exists: 'exists',
  DoesNotExist: '!',
}

const objectCache = new WeakMap<LabelSelector, Selector | SelectorError>()

/**
 * metav1.LabelSelectorAsSelector. No object selects nothing, an empty one everything. Stored objects
 * are immutable, so the answer is remembered per object.
 */
export function selectorOf(object: LabelSelector | null | undefined): Selector | SelectorError {
  if (!object) return nothing
  const hit = objectCache.get(object)
  if (hit) return hit
  const made = makeSelector(object)
  objectCache.set(object, made)
  return made
}

function makeSelector(object: LabelSelector): Selector | SelectorError {
  const requirements: Requirement[] = []
  for (const key of Object.keys(object.matchLabels ?? {}).toSorted()) {
    requirements.push({ key, operator: '=', values: [object.matchLabels![key]!] })
  }
  for (const expression of object.matchExpressions ?? []) {
    const operator = Object.hasOwn(objectOperators, expression.operator)
      ? objectOperators[expression.operator]
      : undefined
    if (!operator) return { error: `"${expression.operator}" is not a valid label selector operator` }
    requirements.push({ key: expression.key, operator, values: expression.values ?? [] })
  }
  for (const r of requirements) {
    const errors = checkRequirement(r.key, r.operator, r.values)
    if (errors.length > 0) return { error: formatFieldErrors(errors) }
  }
  return { requirements: requirements.toSorted(byKey) }
}

/** A plain map, as Service and ReplicationController have it. No map selects everything. */
export function selectorFromSet(set: Labels | undefined): Selector {
  const keys = Object.keys(set ?? {}).toSorted()
  return { requirements: keys.map((key) => ({ key, operator: '=', values: [set![key]!] })) }
}

export function matches(selector: Selector, labels: Labels | undefined): boolean {
  if (selector.nothing) return false
  for (const requirement of selector.requirements) if (!matchesRequirement(requirement, labels)) return false
  return true
}

function matchesRequirement(r: Requirement, labels: Labels | undefined): boolean {
  const has = labels !== undefined && Object.hasOwn(labels, r.key)
  const value = has ? labels[r.key]! : ''
  switch (r.operator) {
    case 'in':
    case '=':
    case '==':
      return has && r.values.includes(value)
    case 'notin':
    case '!=':
      return !has || !r.values.includes(value)
    case 'exists':
      return has
    case '!':
      return !has
    case 'gt':
    case 'lt': {
      const wanted = r.values[0]
      if (!has || wanted === undefined || !integer.test(value) || !integer.test(wanted)) return false
      return r.operator === 'gt' ? BigInt(value) > BigInt(wanted) : BigInt(value) < BigInt(wanted)
    }
  }
}

/** Selector.String(): requirements by key, values sorted. */
export function formatSelector(selector: Selector): string {
  return selector.requirements.map(formatRequirement).join(',')
}

function formatRequirement({ key, operator, values }: Requirement): string {
  if (operator === 'exists') return key
  if (operator === '!') return `!${key}`
  const text = values.toSorted().join(',')
  if (operator === 'in' || operator === 'notin') return `${key} ${operator} (${text})`
  return `${key}${operator === 'gt' ? '>' : operator === 'lt' ? '<' : operator}${text}`
}

/** metav1.FormatLabelSelector: as kubectl shows selectors. */
export function formatLabelSelector(object: LabelSelector | null | undefined): string {
  const selector = selectorOf(object)
  if ('error' in selector) return '<error>'
  const text = formatSelector(selector)
  return text === '' ? '<none>' : text
}
