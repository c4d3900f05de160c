/** What is written out in an expression and can be judged before it is evaluated (cel-go's cel/validator.go, ext/formatting.go). */
import { EvaluationError } from '@marcbachmann/cel-js'
import { parseTime } from '../time.ts'
import { goRegExp } from './goRegExp.ts'
import { typeName } from './issues.ts'
import { visit, type Node } from './syntax.ts'

/** The first of the mistakes. */
export function wrongLiteral(root: Node): Error | undefined {
  const calls: Node[] = []
  const literals: Node[] = []
  const free = new Set<Node>()
  visit(root, (node) => {
    if (node.op === 'call' || node.op === 'rcall') calls.push(node)
    if (node.op === 'rcall' && nameOf(node) === 'format') for (const given of givenTo(node)) exempt(given, free)
    if ((node.op === 'list' && Array.isArray(node.args)) || node.op === 'map') literals.push(node)
  })
  const first = (nodes: readonly Node[], check: (node: Node) => Error | undefined): Error | undefined => {
    for (const node of nodes) {
      const found = check(node)
      if (found !== undefined) return found
    }
    return undefined
  }
  return (
    first(literals.filter((node) => !free.has(node)), mixed) ??
    first(calls, (call) => (call.op === 'call' && nameOf(call) === 'duration' ? unreadable(call, 'duration', isDuration) : undefined)) ??
    first(calls, (call) => (call.op === 'call' && nameOf(call) === 'timestamp' ? unreadable(call, 'timestamp', isTimestamp) : undefined)) ??
    first(calls, (call) => (call.op === 'rcall' && nameOf(call) === 'matches_' ? unreadable(call, 'matches', (text) => goRegExp(text) instanceof RegExp) : undefined)) ??
    first(calls, (call) => (nameOf(call) === 'format' ? wrongFormat(call) : undefined))
  )
}

const nameOf = ({ args }: Node): unknown => (args as unknown[])[0]
const givenTo = ({ op, args }: Node): readonly Node[] => (args as readonly Node[][])[op === 'rcall' ? 2 : 1]!
const problem = (node: Node, message: string, code = 'invalid_literal'): Error => new EvaluationError({ code, message, node: node as never })

function unreadable(call: Node, what: string, reads: (text: string) => boolean): Error | undefined {
  const [given] = givenTo(call)
  return given?.op !== 'value' || typeof given.args !== 'string' || reads(given.args) ? undefined : problem(given, `invalid ${what} argument`)
}

/** As Go's time.ParseDuration reads it. */
const isDuration = (text: string): boolean => /^[-+]?(0|((\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h))+)$/.test(text)

/** RFC 3339 */
const isTimestamp = (text: string): boolean => parseTime(text) !== undefined

/** cel.HomogeneousAggregateLiterals: what is in a list or a map is of one type, unless it is of any. The library's own check takes no `dyn` beside others. */
function mixed({ op, args }: Node): Error | undefined {
  if (op === 'list') return mismatch(args as Node[])
  const entries = args as [Node, Node][]
  return mismatch(entries.map(([key]) => key)) ?? mismatch(entries.map(([, value]) => value))
}

/** What is formatted is of the types that its format asks for. */
function exempt(node: Node, free: Set<Node>): void {
  if (node.op !== 'list' && node.op !== 'map') return
  free.add(node)
  for (const inner of (node.args as Node[] | [Node, Node][]).flat()) exempt(inner, free)
}

function mismatch(nodes: readonly Node[]): Error | undefined {
  const known = nodes.filter(({ checkedType }) => checkedType !== undefined && checkedType.kind !== 'dyn' && !checkedType.hasDynType)
  const odd = known.find(({ checkedType }) => checkedType!.name !== known[0]!.checkedType!.name)
  if (odd === undefined) return undefined
  const message = `expected type '${typeName(known[0]!.checkedType)}' but found '${typeName(odd.checkedType)}'`
  return problem(odd, message)
}

const numbers = ['int', 'uint', 'double']
/** What may be formatted how, and what is said otherwise (ext/formatting.go). */
const clauses: Readonly<Record<string, { takes: readonly string[]; why: string }>> = {
  d: { takes: numbers, why: 'decimal clause can only be used on ints, uints, and doubles' },
  f: { takes: numbers, why: 'fixed-point clause can only be used on ints, uints, and doubles' },
  e: { takes: numbers, why: 'scientific clause can only be used on ints, uints, and doubles' },
  b: { takes: ['bool', 'int', 'uint'], why: 'only ints, uints, and bools can be formatted as binary' },
  x: { takes: ['int', 'uint', 'string', 'bytes'], why: 'only ints, uints, bytes, and strings can be formatted as hex' },
  X: { takes: ['int', 'uint', 'string', 'bytes'], why: 'only ints, uints, bytes, and strings can be formatted as hex' },
  o: { takes: ['int', 'uint'], why: 'octal clause can only be used on ints and uints' },
}

/** Where both the format and the list of what is formatted are written out. */
function wrongFormat(call: Node): Error | undefined {
  const [, format, [list]] = call.args as [string, Node, Node[]]
  if (format.op !== 'value' || typeof format.args !== 'string' || list?.op !== 'list') return undefined
  const given = list.args as Node[]
  let used = 0
  for (const [clause, precision = '', verb = ''] of format.args.matchAll(/%(?:%|(\.\d*)?(.?))/gs)) {
    if (clause === '%%') continue
    const of = given[used]
    if (clause === '%' || clause === '%.') return problem(call, 'unexpected end of string', 'invalid_call')
    if (of === undefined) return problem(call, `index ${used} out of range`, 'invalid_call')
    if (precision === '.') return problem(call, 'could not parse formatting clause: error while parsing precision: error while converting precision to integer: strconv.Atoi: parsing "": invalid syntax', 'invalid_call')
    if (verb !== 's' && clauses[verb] === undefined) return problem(call, `could not parse formatting clause: unrecognized formatting clause "${verb}"`, 'invalid_call')
    const { takes, why } = clauses[verb] ?? { takes: [], why: '' }
    const { kind = 'dyn', name = 'dyn' } = of.checkedType ?? {}
    if (verb !== 's' && kind !== 'dyn' && !takes.includes(name)) return problem(of, `error during formatting: ${why}, was given ${kind === 'list' || kind === 'map' ? kind : name}`)
    used++
  }
  return given.length > used ? problem(call, `too many arguments supplied to string.format (expected ${used}, got ${given.length})`, 'invalid_call') : undefined
}
