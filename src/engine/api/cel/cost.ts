/** What an expression may cost at most, before it is ever evaluated (cel-go's checker/cost.go, apiserver/pkg/cel/library/cost.go). */
import type { Declared } from './structural.ts'
import { isNode, type Node, type TypeOf } from './syntax.ts'

/** How long a text, how many items: at least, at most. */
interface Size {
  min: number
  max: number
}

/** Where in the schema a value is found; `nowhere` when it is not in it. */
type Place = Declared | 'nowhere' | undefined

interface Estimate {
  cost: number
  place?: Place
  size?: Size | undefined
  /** Of the values in it. */
  entry?: Size | undefined
}

type Variables = ReadonlyMap<string, Estimate>

/** Upstream counts in 64 bits and stays at the largest number. */
const most = 2 ** 64
const traversal = 0.1
const ofPattern = 0.25
const newList = 10
const newMap = 30
const newMessage = 40

const times = (a: number, b: number): number => Math.min(most, a * b)
const scaled = (size: number, factor: number): number => Math.min(most, Math.ceil(size * factor))
const fixed = (size: number): Size => ({ min: size, max: size })
const unknown: Size = { min: 0, max: most }
const sum = (sizes: readonly Size[]): Size => sizes.reduce((a, b) => ({ min: Math.min(most, a.min + b.min), max: Math.min(most, a.max + b.max) }), fixed(0))
const union = (a: Size, b: Size): Size => ({ min: Math.min(a.min, b.min), max: Math.max(a.max, b.max) })
const total = (estimates: readonly Estimate[]): number => estimates.reduce((all, { cost }) => Math.min(most, all + cost), 0)

const scalars = new Set(['bool', 'double', 'int', 'uint', 'google.protobuf.Timestamp', 'google.protobuf.Duration'])
const isScalar = (type: TypeOf | undefined): boolean => type !== undefined && (scalars.has(type.name) || (type.kind === 'optional' && isScalar(type.valueType)))
/** Only of the schema's values is it known that they may be of any type; the library types some results of functions too loosely. */
const isDyn = ({ place }: Estimate | undefined = { cost: 0 }): boolean => place !== undefined && place !== 'nowhere' && place.type === 'dyn'
const isText = ({ checkedType }: Node): boolean => checkedType?.name === 'string' || checkedType?.name === 'bytes'

/** `self` is what the rule is about. */
export function maxCost(root: Node, self: Declared): number {
  return new Coster(self).of(root, new Map()).cost
}

class Coster {
  private readonly self: Declared

  constructor(self: Declared) {
    this.self = self
  }

  of(node: Node, variables: Variables): Estimate {
    const { op, args } = node
    const each = (nodes: readonly Node[]): Estimate[] => nodes.map((inner) => this.of(inner, variables))
    switch (op) {
      case 'value':
        return { cost: 0, size: fixed(typeof args === 'string' ? [...args].length : args instanceof Uint8Array ? args.length : 1) }
      // A number below zero is written with its sign.
      case '-_':
        return isNode(args) && args.op === 'value' ? { cost: 0, size: fixed(1) } : { cost: this.of(args as Node, variables).cost + 1 }
      case 'id':
        return { ...(variables.get(String(args)) ?? { place: this.self }), cost: 1 }
      case 'list': {
        const items = each(args as Node[])
        const entry = items.map((item, i) => this.sizeOf((args as Node[])[i]!, item)).reduce<Size | undefined>((a, b) => (a === undefined ? b : union(a, b)), undefined)
        return { cost: total(items) + newList, size: fixed(items.length), entry: entry ?? fixed(0) }
      }
      case 'map': {
        const entries = args as [Node, Node][]
        const name = node.checkedType?.kind === 'message' ? newMessage : newMap
        return { cost: total(each(entries.flat())) + name, size: fixed(entries.length) }
      }
      case '.':
        return this.selected(this.of((args as Node[])[0]!, variables), args as [Node, string])
      case '.?':
        return { cost: this.of((args as Node[])[0]!, variables).cost + 1 }
      case '[]':
      case '[?]': {
        const [of, at] = each(args as Node[]) as [Estimate, Estimate]
        const found: Estimate = { cost: of.cost + at.cost + 1, place: this.inside(of.place) }
        return op === '[?]' ? { cost: found.cost } : of.entry === undefined ? found : { ...found, size: of.entry }
      }
      case '&&':
      case '||':
        return { cost: total(each(args as Node[])) }
      case '?:': {
        const [condition, yes, no] = each(args as Node[]) as [Estimate, Estimate, Estimate]
        const [, first, second] = args as [Node, Node, Node]
        const entry = yes.entry === undefined || no.entry === undefined ? undefined : union(yes.entry, no.entry)
        return { cost: condition.cost + Math.max(yes.cost, no.cost), size: union(this.sizeOf(first, yes), this.sizeOf(second, no)), entry }
      }
      case 'call':
        return this.call(node, variables)
      case 'rcall':
        return this.method(node, variables)
      default:
        return this.operator(node, each(Array.isArray(args) ? args.filter(isNode) : isNode(args) ? [args] : []))
    }
  }

  private sizeOf(node: Node, { size, place }: Estimate): Size {
    if (size !== undefined) return size
    if (place !== undefined && place !== 'nowhere') return { min: 0, max: place.max }
    return isScalar(node.checkedType) ? fixed(1) : unknown
  }

  /** As upstream has it, a path that begins nowhere leads to what the rule is about. */
  private inside(place: Place): Place {
    return place === undefined ? this.self : place === 'nowhere' ? place : (place.items ?? 'nowhere')
  }

  private selected(operand: Estimate, [of, name]: [Node, string]): Estimate {
    const kind = of.checkedType?.kind
    const isField = kind === 'map' || kind === 'message' || kind === undefined
    const { place } = operand
    const field = place === undefined ? this.self : place === 'nowhere' ? place : (place.fields?.[name] ?? 'nowhere')
    return { cost: operand.cost + (isField ? 1 : 0), place: field }
  }

  private operator({ op, args }: Node, operands: readonly Estimate[]): Estimate {
    const cost = total(operands)
    const [left, right] = Array.isArray(args) ? (args as Node[]) : []
    if (left === undefined || right === undefined || operands.length < 2) return { cost: cost + 1 }
    const a = this.sizeOf(left, operands[0]!)
    const b = this.sizeOf(right, operands[1]!)
    const compared = scaled(Math.min(a.max, b.max), traversal)
    const ofTexts = isText(left) || isText(right) ? true : isDyn(operands[0]) && isDyn(operands[1]) ? undefined : false
    if (op === '==' || op === '!=') return { cost: Math.min(most, cost + compared) }
    if (op === '<' || op === '>' || op === '<=' || op === '>=') return { cost: Math.min(most, cost + (ofTexts === undefined ? Math.max(1, compared) : ofTexts ? compared : 1)) }
    if (op === 'in') return { cost: Math.min(most, cost + (right.checkedType?.kind === 'map' ? 1 : b.max)) }
    if (op !== '+') return { cost: cost + 1 }
    const size = sum([a, b])
    if (ofTexts === true) return { cost: Math.min(most, cost + scaled(size.max, traversal)), size }
    if (left.checkedType?.kind !== 'list') return { cost: cost + 1 }
    const entries = [operands[0]!.entry, operands[1]!.entry]
    return { cost: cost + 1, size, entry: entries[0] === undefined || entries[1] === undefined ? undefined : union(entries[0], entries[1]) }
  }

  private call({ args }: Node, variables: Variables): Estimate {
    const [name, given] = args as [string, Node[]]
    if (name === 'has') {
      const operand = (given[0]?.args as Node[] | undefined)?.[0]
      return { cost: isNode(operand) ? this.of(operand, variables).cost : 0 }
    }
    const found = given.map((inner) => this.of(inner, variables))
    const cost = total(found)
    const first = given[0] === undefined ? unknown : this.sizeOf(given[0], found[0]!)
    if (name === 'dyn') return { ...found[0]!, cost: cost + 1 }
    if (name === 'matches_' && given.length === 2) return { cost: cost + this.library(name, given[0]!, found[0]!, given.slice(1), found.slice(1)).cost }
    if (name === 'url') return { cost: cost + scaled(first.max, traversal) }
    if (name === 'bytes' && given[0]?.checkedType?.name === 'string') return { cost: cost + scaled(first.max, traversal), size: { min: first.min, max: times(first.max, 4) } }
    if (name === 'string' && given[0]?.checkedType?.name === 'bytes') return { cost: cost + scaled(first.max, traversal), size: { min: Math.floor(first.min / 4), max: first.max } }
    return { cost: Math.min(most, cost + 1) }
  }

  private method(node: Node, variables: Variables): Estimate {
    const [name, target, given] = node.args as [string, Node, Node[]]
    const looped = this.loop(name, target, given, variables)
    if (looped !== undefined) return looped
    // What belongs to a namespace is a function: sets.contains(a, b).
    const isFunction = target.op === 'id' && target.checkedType?.name.endsWith('Namespace') === true
    const of = isFunction ? { cost: 0 } : this.of(target, variables)
    const found = given.map((inner) => this.of(inner, variables))
    const cost = Math.min(most, of.cost + total(found))
    if (isFunction) return { cost: cost + 1 }
    const made = this.library(name, target, of, given, found)
    return { ...made, cost: Math.min(most, cost + made.cost) }
  }

  private library(name: string, target: Node, of: Estimate, given: readonly Node[], found: readonly Estimate[]): Estimate {
    const size = this.sizeOf(target, of)
    const sizes = given.map((node, i) => this.sizeOf(node, found[i]!))
    const [first = unknown, second = unknown] = sizes
    switch (name) {
      case 'startsWith':
      case 'endsWith':
        return { cost: scaled(first.max, traversal) }
      case 'contains':
        return { cost: times(scaled(size.max, traversal), scaled(first.max, traversal)) }
      case 'matches':
      case 'matches_':
        return { cost: times(scaled(size.max + 1, traversal), scaled(first.max, ofPattern)) }
      case 'find':
      case 'findAll':
        return { cost: times(scaled(size.max + 1, traversal), scaled(first.max, ofPattern)), size: { min: 0, max: size.max } }
      case 'format':
        return { cost: scaled(size.max, traversal) }
      case 'lowerAscii':
      case 'upperAscii':
      case 'substring':
      case 'trim':
        return { cost: scaled(size.max, traversal), size }
      case 'replace':
        return { cost: scaled(size.max, 2 * traversal), size: replaced(size, first, second) }
      case 'split':
        return { cost: scaled(size.max, 2 * traversal), size: { min: 0, max: size.max } }
      case 'join': {
        const text = sum([{ min: 0, max: times(size.max, this.ofItems(of)) }, given.length === 0 ? fixed(0) : { min: 0, max: times(first.max, Math.max(0, size.max - 1)) }])
        return { cost: scaled(text.max, traversal), size: text }
      }
      case 'isSorted':
      case 'sum':
      case 'max':
      case 'min':
      case 'indexOf':
      case 'lastIndexOf': {
        if (target.checkedType?.kind !== 'list') return { cost: scaled(size.max, traversal) }
        const item = target.checkedType.valueType?.name
        return { cost: times(size.max, item === 'string' || item === 'bytes' ? 1 + scaled(this.ofItems(of), traversal) : 1) }
      }
      default:
        return { cost: 1 }
    }
  }

  private ofItems({ entry, place }: Estimate): number {
    if (entry !== undefined) return entry.max
    const item = place === undefined ? undefined : this.inside(place)
    return item === undefined || item === 'nowhere' ? most : item.max
  }

  private loop(name: string, target: Node, given: readonly Node[], variables: Variables): Estimate | undefined {
    if (name === 'bind' && target.op === 'id' && target.args === 'cel') {
      const [variable, initial, body] = given as [Node, Node, Node]
      const made = this.of(initial, variables)
      const result = this.of(body, new Map(variables).set(String(variable.args), { ...made, size: this.sizeOf(initial, made) }))
      return { ...result, cost: newList + made.cost + result.cost }
    }
    if (name === 'optMap' || name === 'optFlatMap') {
      const of = this.of(target, variables)
      return { cost: times(of.cost, 2) + newList + this.of(given[1]!, new Map(variables).set(String(given[0]!.args), { cost: 1, place: 'nowhere', size: isScalar(target.checkedType) ? fixed(1) : unknown })).cost + 3 }
    }
    const loop = loops[name]
    if (loop === undefined || given.length < 2 || given[0]!.op !== 'id') return undefined
    const range = this.of(target, variables)
    const isList = target.checkedType?.kind !== 'map'
    const values: Estimate = { cost: 1, place: this.inside(range.place), ...(range.entry === undefined ? {} : { size: range.entry }) }
    const keys: Estimate = { cost: 1, place: range.place === undefined ? this.self : range.place === 'nowhere' ? 'nowhere' : (range.place.keys ?? 'nowhere') }
    const indices: Estimate = { cost: 1, place: 'nowhere' }
    const isPair = given[1]!.op === 'id' && given.length > 2 && loop.pair === true
    const inner = new Map(variables)
    if (isPair) inner.set(String(given[0]!.args), isList ? indices : keys).set(String(given[1]!.args), values)
    else inner.set(String(given[0]!.args), isList ? values : keys)
    const parts = given.slice(isPair ? 2 : 1).map((part) => ({ part, ...this.of(part, inner) }))
    const count = this.sizeOf(target, range).max
    const cost = Math.min(most, range.cost + loop.begin + loop.end + times(count, Math.min(most, loop.turn + total(parts))))
    if (loop.begin === 0) return { cost, size: fixed(1) }
    const last = parts.at(-1)!
    return { cost, size: { min: 0, max: count }, entry: name === 'filter' ? this.sizeOf(given[0]!, values) : this.sizeOf(last.part, last) }
  }
}

/** What a loop costs beside what is said in it: at its beginning, at each turn, at its end (cel-go's parser/macro.go). */
const loops: Readonly<Record<string, { begin: number; turn: number; end: number; pair?: boolean }>> = {
  all: { begin: 0, turn: 3, end: 1, pair: true },
  exists: { begin: 0, turn: 4, end: 1, pair: true },
  exists_one: { begin: 0, turn: 2, end: 2, pair: true },
  existsOne: { begin: 0, turn: 2, end: 2, pair: true },
  filter: { begin: newList, turn: 3 + newList, end: 1 },
  map: { begin: newList, turn: 2 + newList, end: 1 },
  transformList: { begin: newList, turn: 2 + newList, end: 1, pair: true },
  transformMap: { begin: newMap, turn: 3, end: 1, pair: true },
}

function replaced(text: Size, old: Size, by: Size): Size {
  const longest = old.min === 0 ? times(text.max + 1, by.max) + text.max : by.max <= old.min ? text.max : times(Math.ceil(text.max / old.min), by.max)
  return { min: 0, max: Math.min(most, longest) }
}

/** One expression, in all places where a value of its kind may be. */
const perExpression = 10_000_000
const perSchema = 100_000_000
const mostNamed = 4

const why = (what: string, cost: number, limit: number): string => {
  const factor = cost / limit
  const told = factor > 100 ? 'more than 100x' : `${factor.toFixed(factor < 1.5 ? 6 : 1)}x`
  return `${what} exceeds budget by factor of ${told} (try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings are declared)`
}

/** What the rules of one schema cost together (apiextensions validation/cel_validation.go). */
export class Budget {
  private total = 0
  private readonly expensive: { at: string; cost: number }[] = []

  /** Says what is wrong with the expression alone. */
  observe(at: string, what: string, cost: number): string | undefined {
    this.total = Math.min(most, this.total + cost)
    if (cost >= perSchema / 100) this.expensive.push({ at, cost })
    return cost > perExpression ? why(`estimated ${what} cost`, cost, perExpression) : undefined
  }

  /** What is wrong with all of them. */
  excess(at: string): { at: string; why: string }[] {
    if (this.total <= perSchema) return []
    const named = this.expensive.sort((a, b) => b.cost - a.cost).slice(0, mostNamed)
    const contributed = 'contributed to estimated rule cost total exceeding cost limit for entire OpenAPIv3 schema'
    return [...named.map((one) => ({ at: one.at, why: contributed })), { at, why: why('x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema', this.total, perSchema) }]
  }
}
