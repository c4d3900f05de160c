/** Evaluation of JSONPath templates, and how results print. */
import { goFormat } from '../../engine/api/patch/jsonMap.ts'
import { toIndentedJson, toJson } from './goJson.ts'
import { goTypeOf } from './goSyntax.ts'
import { JsonPathError, parseJsonPath, type PathNode } from './jsonpath.ts'

type ListNode = PathNode & { type: 'list' }

export class JsonPath {
  private readonly root: ListNode
  private readonly allowMissing: boolean

  /** Throws JsonPathError when the template is wrong. */
  constructor(template: string, allowMissing: boolean) {
    this.root = parseJsonPath(template)
    this.allowMissing = allowMissing
  }

  /** The text that the template makes of `data`. Throws JsonPathError. */
  print(data: unknown): string {
    return this.find(data).map((values) => values.map(printValue).join(' ')).join('')
  }

  /** jsonpath-as-json: an array for each part of the template. */
  printAsJson(data: unknown): string {
    return this.find(data)
      .map((values) => `${toIndentedJson(values)}\n`)
      .join('')
  }

  /** One list of values for each part of the template, loops unrolled. */
  find(data: unknown): unknown[][] {
    const evaluation = new Evaluation(this.allowMissing)
    return evaluation.run(this.root.nodes, data)
  }
}

class Evaluation {
  private readonly allowMissing: boolean
  /** Loops that are open. */
  private depth = 0

  constructor(allowMissing: boolean) {
    this.allowMissing = allowMissing
  }

  run(nodes: readonly PathNode[], data: unknown): unknown[][] {
    const results: unknown[][] = []
    for (let i = 0; i < nodes.length; i++) {
      const node = nodes[i]!
      const word = rangeWord(node)
      if (word === 'end') {
        if (this.depth === 0) throw new JsonPathError('not in range, nothing to end')
        return results
      }
      if (word === 'range') {
        const body = nodes.slice(i + 1)
        results.push(...this.range(node as ListNode, body, data))
        // Without an `end` what follows is done once more, for the whole: so the library does it.
        const end = endOf(body)
        if (end >= 0) i += end + 1
      } else {
        results.push(this.walk([data], node))
      }
    }
    return results
  }

  private range(head: ListNode, body: readonly PathNode[], data: unknown): unknown[][] {
    const items = this.walk([data], { type: 'list', nodes: head.nodes.slice(1) })
    this.depth++
    const results = items.flatMap((item) => this.run(body, item))
    this.depth--
    return results
  }

  private walk(values: readonly unknown[], node: PathNode): unknown[] {
    switch (node.type) {
      case 'list':
        return node.nodes.reduce<readonly unknown[]>((current, inner) => this.walk(current, inner), values) as unknown[]
      case 'text':
        return [node.text]
      case 'number':
        return [node.isFloat ? new Float(node.value) : node.value]
      case 'bool':
        return [node.value]
      case 'field':
        return values.flatMap((value) => this.field(value, node.name))
      case 'array':
        return values.flatMap((value) => this.array(value, node))
      case 'filter':
        return values.flatMap((value) => this.filter(value, node))
      case 'wildcard':
        return values.flatMap((value) => (typeof value === 'string' ? [...new TextEncoder().encode(value)] : childrenOf(value)))
      case 'recursive':
        return values.flatMap((value) => descendants(value))
      case 'union':
        return node.nodes.flatMap((inner) => this.walk(values, inner))
      case 'identifier':
        throw new JsonPathError(`unrecognized identifier ${node.name}`)
    }
  }

  private field(value: unknown, name: string): unknown[] {
    if (isMap(value) && Object.hasOwn(value, name)) return [value[name]]
    if (value === null || value === undefined || this.allowMissing) return []
    throw new JsonPathError(`${name} is not found`)
  }

  private array(value: unknown, node: PathNode & { type: 'array' }): unknown[] {
    if (value === null || value === undefined) return []
    if (!Array.isArray(value)) throw new JsonPathError(`${goTypeOf(value)} is not array or slice`)
    const length = value.length
    let [start, end] = [node.range[0] ?? 0, node.range[1] ?? length]
    const step = node.range[2] ?? 1
    if (start < 0) start += length
    if (node.range[1] !== undefined && (end < 0 || (node.single && end === 0))) end += length
    // None are asked for, wherever that is.
    if (start === end) return []
    const outside = (index: number) => new JsonPathError(`array index out of bounds: index ${index}, length ${length}`)
    if (start >= length || start < 0) throw outside(start)
    if (end > length || end < 0) throw outside(end - 1)
    if (start > end) throw new JsonPathError(`starting index ${start} is greater than ending index ${end}`)
    if (step <= 0) throw new JsonPathError('step must be > 0')
    return value.slice(start, end).filter((_, i) => i % step === 0)
  }

  private filter(value: unknown, node: PathNode & { type: 'filter' }): unknown[] {
    if (!Array.isArray(value)) {
      if (value === null || value === undefined) return []
      throw new JsonPathError(`${goFormat(value)} is not array or slice and cannot be filtered`)
    }
    return value.filter((item) => this.passes(item, node))
  }

  private passes(item: unknown, { left, right, operator }: PathNode & { type: 'filter' }): boolean {
    if (operator === 'exists') return this.exists(item, left)
    const found = this.walk([item], left)
    if (found.length === 0) return false
    if (found.length > 1) throw new JsonPathError('can only compare one element at a time')
    const other = this.walk([item], right)
    if (other.length === 0) return false
    if (other.length > 1) throw new JsonPathError('can only compare one element at a time')
    return compare(found[0], other[0], operator)
  }

  private exists(item: unknown, path: PathNode): boolean {
    try {
      return this.walk([item], path).length > 0
    } catch (error) {
      if (error instanceof JsonPathError) return false
      throw error
    }
  }
}

function rangeWord(node: PathNode): 'range' | 'end' | undefined {
  const first = node.type === 'list' ? node.nodes[0] : undefined
  return first?.type === 'identifier' && (first.name === 'range' || first.name === 'end') ? first.name : undefined
}

/** Index of the `end` that belongs to the range before `nodes`; -1 without one. */
function endOf(nodes: readonly PathNode[]): number {
  let depth = 0
  for (const [i, node] of nodes.entries()) {
    const word = rangeWord(node)
    if (word === 'range') depth++
    if (word === 'end' && depth-- === 0) return i
  }
  return -1
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Maps in the order of their keys: Go's order is random, ours must not be. */
function childrenOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value
  return isMap(value) ? Object.keys(value).toSorted().map((key) => value[key]) : []
}

/** What has something in it: a string has bytes, a number has nothing. */
function descendants(value: unknown): unknown[] {
  if (typeof value === 'string') return value === '' ? [] : [value]
  const children = childrenOf(value)
  return children.length === 0 ? [] : [value, ...children.flatMap((child) => descendants(child))]
}

/** A number that is written with a point: 80.0 is another type than 80. */
class Float {
  readonly value: number

  constructor(value: number) {
    this.value = value
  }

  toString(): string {
    return String(this.value)
  }
}

/** As Go's templates compare: only what is of one kind, and truth has no order. */
function compare(left: unknown, right: unknown, operator: string): boolean {
  if (!/^(==|!=|<=?|>=?)$/.test(operator)) throw new JsonPathError(`unrecognized filter operator ${operator}`)
  const [kind, other] = [kindOf(left), kindOf(right)]
  if (kind !== other) throw new JsonPathError('incompatible types for comparison')
  const [a, b] = [left, right].map((value) => (value instanceof Float ? value.value : value)) as [string, string]
  if (operator === '==') return a === b
  if (operator === '!=') return a !== b
  if (kind === 'bool') throw new JsonPathError('invalid type for comparison')
  return operator === '<' ? a < b : operator === '>' ? a > b : operator === '<=' ? a <= b : a >= b
}

function kindOf(value: unknown): 'string' | 'bool' | 'int' | 'float' {
  if (typeof value === 'string') return 'string'
  if (typeof value === 'boolean') return 'bool'
  if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'float'
  if (value instanceof Float) return 'float'
  throw new JsonPathError('invalid type for comparison')
}

/** Maps and lists as JSON, everything else as it is. */
function printValue(value: unknown): string {
  if (typeof value === 'object' && !(value instanceof Float)) return toJson(value)
  return value === undefined ? '' : String(value)
}
