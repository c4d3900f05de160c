import type { Node, TypeOf } from './syntax.ts'

/** What the library throws. */
export interface CelError extends Error {
  code: string
  summary: string
  node?: Node
  range?: { start: number; end: number }
}

export const isCelError = (error: unknown): error is CelError => error instanceof Error && 'code' in error && 'summary' in error

/**
 * A mistake in an expression as cel-go's compiler tells it (common/error.go ToDisplayString): `ERROR: <input>:1:5: undefined field 'x'`, the line
 * and a mark below the place. cel-go may tell several; here it is the first.
 */
export function compilerIssue(error: CelError, source: string, knows: (functionName: string) => boolean): string {
  const { offset, text } = issueOf(error, source, knows)
  const before = source.slice(0, offset)
  const line = before.split('\n').length
  const column = offset - (before.lastIndexOf('\n') + 1)
  const shown = source.split('\n')[line - 1]!.replaceAll('\t', ' ')
  return `ERROR: <input>:${line}:${column + 1}: ${text}\n | ${shown}\n | ${'.'.repeat(column)}^`
}

interface Issue {
  /** Where the mark stands: of an operator, not of its left side. */
  offset: number
  text: string
}

const primary = "{'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}"

function issueOf(error: CelError, source: string, knows: (functionName: string) => boolean): Issue {
  const { code, node, range } = error
  const start = range?.start ?? node?.start ?? 0
  if (node === undefined || error.name === 'ParseError') return { offset: start, text: syntaxError(error, source, start) }
  const noOverload = (name: string, ...types: (TypeOf | undefined)[]): string => `found no matching overload for '${name}' applied to '(${types.map(typeName).join(', ')})'`
  const [left, right, other] = Array.isArray(node.args) ? (node.args as Node[]) : [node.args as Node]
  switch (code) {
    case 'unknown_variable':
      return { offset: node.start, text: `undeclared reference to '${String(node.args)}' (in container '')` }
    case 'no_such_key':
      return { offset: operatorAt(node, source), text: `undefined field '${String(node.args instanceof Array ? node.args[1] : '')}'` }
    case 'cannot_index_type':
      if (node.op.startsWith('.')) return { offset: operatorAt(node, source), text: `type '${typeName(left!.checkedType)}' does not support field selection` }
      return { offset: operatorAt(node, source), text: noOverload('_[_]', left!.checkedType, right!.checkedType) }
    case 'invalid_index_type':
      return { offset: operatorAt(node, source), text: noOverload('_[_]', left!.checkedType, right!.checkedType) }
    case 'no_such_overload':
      if (node.op.endsWith('_')) return { offset: node.start, text: noOverload(node.op, left!.checkedType) }
      return { offset: operatorAt(node, source), text: noOverload(node.op === 'in' ? '@in' : `_${node.op}_`, left!.checkedType, right!.checkedType) }
    case 'invalid_logical_operand':
      return { offset: operatorAt(node, source), text: noOverload(`_${node.op}_`, left!.checkedType, right!.checkedType) }
    case 'invalid_condition_type':
      return { offset: node.start, text: `expected type 'bool' but found '${typeName(node.checkedType)}'` }
    case 'incompatible_ternary_branches':
      return { offset: operatorAt(node, source), text: noOverload('_?_:_', left!.checkedType, right!.checkedType, other!.checkedType) }
    case 'invalid_comprehension_range':
      return { offset: node.start, text: `expression of type '${typeName(node.checkedType)}' cannot be range of a comprehension (must be list, map, or dynamic)` }
    case 'invalid_call':
      return { offset: callAt(node, source), text: error.summary }
    case 'no_matching_overload':
      return callIssue(node, source, knows)
    case 'invalid_macro_argument':
      return { offset: node.start, text: error.summary.startsWith('has()') ? 'invalid argument to has() macro' : 'argument must be a simple name' }
    default:
      return { offset: node.start, text: error.summary }
  }
}

function callIssue(node: Node, source: string, knows: (functionName: string) => boolean): Issue {
  const [called, ...rest] = node.args as [string, ...unknown[]]
  const name = called === 'matches_' ? 'matches' : called
  const receiver = node.op === 'rcall' ? (rest[0] as Node) : undefined
  const args = (receiver === undefined ? rest[0] : rest[1]) as Node[]
  const offset = callAt(node, source)
  if (!knows(name)) return { offset, text: `undeclared reference to '${name}' (in container '')` }
  const types = `(${args.map(({ checkedType }) => typeName(checkedType)).join(', ')})`
  return { offset, text: `found no matching overload for '${name}' applied to '${receiver === undefined ? '' : `${typeName(receiver.checkedType)}.`}${types}'` }
}

/** The parenthesis of a call. */
function callAt({ op, args, start }: Node, source: string): number {
  const [called, receiver] = args as [string, Node]
  const name = called === 'matches_' ? 'matches' : called
  const from = op === 'rcall' ? source.indexOf(name, receiver.end) : start
  return Math.max(source.indexOf('(', from + name.length), 0)
}

/** Of `a.b` the dot, of `a + b` the sign, of `a ? b : c` the question mark. */
function operatorAt(node: Node, source: string): number {
  const [left] = node.args as Node[]
  const sign = { '?:': '?', '.?': '.', '[?]': '[', '[]': '[' }[node.op] ?? node.op
  const found = source.indexOf(sign, left!.end)
  return found < 0 ? node.start : found
}

/** What ANTLR's parser says, as near as another parser can come. */
function syntaxError({ code, summary }: CelError, source: string, start: number): string {
  const rest = source.slice(start)
  const token = /^(?:[\w.]+|&&|\|\||[=!<>]=|.)/s.exec(rest)?.[0] ?? '<EOF>'
  if (code === 'unterminated_string' || code === 'unterminated_triple_quoted_string') return `Syntax error: token recognition error at: '${rest}'`
  if (code === 'reserved_identifier') return `reserved identifier: ${token}`
  if (code === 'unexpected_token') return `Syntax error: ${token === '<EOF>' ? 'mismatched' : 'extraneous'} input '${token}' expecting ${primary}`
  if (code === 'expected_token') return `Syntax error: ${token === '<EOF>' ? `mismatched input '<EOF>'` : `extraneous input '${token}'`} expecting ${expected(summary)}`
  if (code === 'unexpected_character' && summary.startsWith("Unexpected character: '")) return `Syntax error: ${rest.length === token.length ? 'extraneous' : 'mismatched'} input '${token}' expecting <EOF>`
  if (code === 'unexpected_character') return `Syntax error: token recognition error at: '${token}'`
  return `Syntax error: ${summary}`
}

const signs: Readonly<Record<string, string>> = { RPAREN: "')'", RBRACKET: "']'", RBRACE: "'}'", COLON: "':'", IDENTIFIER: 'IDENTIFIER' }

const expected = (summary: string): string => signs[/^Expected (\w+)/.exec(summary)?.[1] ?? ''] ?? 'IDENTIFIER'

/** checker.FormatCELType */
export function typeName(type: TypeOf | undefined): string {
  if (type === undefined) return 'dyn'
  const { kind, name, keyType, valueType } = type
  if (kind === 'dyn' || kind === 'param') return 'dyn'
  if (kind === 'list') return `list(${typeName(valueType)})`
  if (kind === 'map') return `map(${typeName(keyType)}, ${typeName(valueType)})`
  if (kind === 'optional') return `optional_type(${typeName(valueType)})`
  return wellKnown[name] ?? name
}

const wellKnown: Readonly<Record<string, string>> = { 'google.protobuf.Timestamp': 'timestamp', 'google.protobuf.Duration': 'duration' }

/** What an evaluation that failed is said to have failed of (common/types/err.go). */
export function evaluationIssue(error: unknown): string {
  if (!isCelError(error)) throw error
  const { code, summary } = error
  switch (code) {
    case 'no_such_key':
      return summary.replace('No such key', 'no such key')
    case 'index_out_of_bounds':
      return `index out of bounds: ${/index (-?\d+)/.exec(summary)?.[1] ?? '0'}`
    case 'no_such_overload':
    case 'no_matching_overload':
    case 'invalid_logical_operand':
    case 'invalid_condition_type':
    case 'invalid_comprehension_range':
    case 'unsupported_type':
    case 'optional_expected':
      return 'no such overload'
    case 'modulo_by_zero':
      return 'modulus by zero'
    case 'numeric_overflow':
      return 'integer overflow'
    case 'optional_value_missing':
      return 'optional.none() dereference'
    case 'unknown_variable':
      return summary.replace('Unknown variable: ', 'no such attribute(s): ')
    default:
      return summary
  }
}
