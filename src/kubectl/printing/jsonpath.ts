/**
 * JSONPath templates as kubectl knows them (client-go/util/jsonpath): text, `{...}` with fields, array
 * slices, wildcards, recursive descent, filters, unions, string literals, `range` and `end`.
 */

export type PathNode =
  | { type: 'text'; text: string }
  | { type: 'list'; nodes: PathNode[] }
  | { type: 'field'; name: string }
  | { type: 'identifier'; name: string }
  | { type: 'array'; range: [start: number | undefined, end: number | undefined, step: number | undefined]; single: boolean }
  | { type: 'filter'; left: PathNode; right: PathNode; operator: string }
  | { type: 'number'; value: number; isFloat: boolean }
  | { type: 'bool'; value: boolean }
  | { type: 'wildcard' }
  | { type: 'recursive' }
  | { type: 'union'; nodes: PathNode[] }

/** Wrong template, or one that does not fit the data. The message is the library's. */
export class JsonPathError extends Error {}

type ListNode = PathNode & { type: 'list' }

export function parseJsonPath(template: string): ListNode {
  return new PathParser(template).parse()
}

class PathParser {
  private readonly input: string
  private at = 0
  private start = 0

  constructor(input: string) {
    this.input = input
  }

  parse(): ListNode {
    const root: ListNode = { type: 'list', nodes: [] }
    while (this.at < this.input.length) {
      if (this.input[this.at] === '{') {
        this.text(root)
        this.at++
        this.start = this.at
        this.action(root)
      } else {
        this.at++
      }
    }
    this.text(root)
    return root
  }

  private text(into: ListNode): void {
    if (this.at > this.start) into.nodes.push({ type: 'text', text: this.input.slice(this.start, this.at) })
    this.start = this.at
  }

  /** What stands between braces: a list of its own. */
  private action(root: ListNode): void {
    const list: ListNode = { type: 'list', nodes: [] }
    root.nodes.push(list)
    for (;;) {
      const char = this.input[this.at]
      if (char === undefined || char === '\n') throw new JsonPathError('unclosed action')
      if (char === '}') break
      this.step(list, char)
    }
    this.at++
    this.start = this.at
  }

  private step(list: ListNode, char: string): void {
    if (char === ' ') this.at++
    else if (char === '$' || char === '@') this.at++
    else if (char === '[') this.bracket(list)
    else if (char === '"' || char === "'") list.nodes.push({ type: 'text', text: this.quoted(char) })
    else if (char === '.') this.dot(list)
    else if (/[0-9+-]/.test(char)) this.number(list)
    else if (isWordChar(char)) this.identifier(list)
    else throw new JsonPathError(`unrecognized character in action: ${codePoint(char)}`)
  }

  private dot(list: ListNode): void {
    this.at++
    if (this.input[this.at] !== '.') return this.field(list)
    if (list.nodes.at(-1)?.type === 'recursive') throw new JsonPathError('invalid multiple recursive descent')
    this.at++
    list.nodes.push({ type: 'recursive' })
    if (isWordChar(this.input[this.at] ?? '')) this.field(list)
  }

  private field(list: ListNode): void {
    let name = ''
    while (!this.atTerminator()) {
      if (this.input[this.at] === '\\') this.at++
      name += this.input[this.at++] ?? ''
    }
    list.nodes.push(name === '*' ? { type: 'wildcard' } : { type: 'field', name })
  }

  private identifier(list: ListNode): void {
    const begin = this.at
    while (!this.atTerminator()) this.at++
    const name = this.input.slice(begin, this.at)
    if (name === 'true' || name === 'false') list.nodes.push({ type: 'bool', value: name === 'true' })
    else list.nodes.push({ type: 'identifier', name })
  }

  private atTerminator(): boolean {
    const char = this.input[this.at]
    return char === undefined || ' \t\r\n.,[]$@{}'.includes(char)
  }

  private number(list: ListNode): void {
    const text = /^[+-]?[0-9.]*/.exec(this.input.slice(this.at))![0]
    this.at += text.length
    if (!/^[+-]?(\d+\.?\d*|\.\d+)$/.test(text)) throw new JsonPathError(`cannot parse number ${text}`)
    list.nodes.push({ type: 'number', value: Number(text), isFloat: text.includes('.') })
  }

  private quoted(quote: string): string {
    const begin = this.at
    do {
      this.at = this.input.indexOf(quote, this.at + 1)
      if (this.at < 0 || this.input.slice(begin, this.at).includes('\n')) throw new JsonPathError('unterminated quoted string')
    } while (this.input[this.at - 1] === '\\')
    this.at++
    return unquote(this.input.slice(begin, this.at))
  }

  private bracket(list: ListNode): void {
    if (this.input.startsWith('[?(', this.at)) return this.filter(list)
    const text = /^\[([^\]\n]*)\]/.exec(this.input.slice(this.at))?.[1]
    if (text === undefined) throw new JsonPathError('unterminated array')
    this.at += text.length + 2
    list.nodes.push(bracketNode(text))
  }

  private filter(list: ListNode): void {
    const begin = this.at + 3
    // Only the first string in quotes hides a ")".
    const quote = /^[^\n"')]*(["'])/.exec(this.input.slice(begin))?.[1]
    this.at = begin
    if (quote !== undefined) {
      this.at = this.input.indexOf(quote, begin)
      do this.at = this.input.indexOf(quote, this.at + 1)
      while (this.at >= 0 && this.input[this.at - 1] === '\\')
    }
    const end = this.at < 0 ? -1 : this.input.indexOf(')', this.at)
    if (end < 0 || this.input.slice(begin, end).includes('\n')) throw new JsonPathError('unterminated filter')
    if (this.input[end + 1] !== ']') throw new JsonPathError('unclosed array expect ]')
    this.at = end + 2
    list.nodes.push(filterNode(this.input.slice(begin, end)))
  }
}

function bracketNode(text: string): PathNode {
  const parts = text.split(',')
  if (parts.length > 1) return { type: 'union', nodes: parts.map((part) => parseJsonPath(`{[${part.trim()}]}`)) }
  // A key in brackets is a path of its own: dots in it lead further down, unless escaped.
  const key = /^'([^']*)'$/.exec(text)
  if (key) return parseJsonPath(`{.${key[1]!}}`)
  const slice = /^(-?\d*)(:-?\d*)?(:-?\d*)?$/.exec(text === '*' ? ':' : text)
  if (!slice) throw new JsonPathError(`invalid array index ${text}`)
  const single = slice[2] === undefined
  const start = indexIn(slice[1])
  const step = indexIn(slice[3])
  // Without any index it is the first one that is meant.
  const end = single ? (start ?? 0) + 1 : indexIn(slice[2])
  return { type: 'array', range: [start, end, step], single }
}

function indexIn(part = ''): number | undefined {
  const digits = part.replace(':', '')
  if (digits === '') return undefined
  if (digits === '-' || !Number.isSafeInteger(Number(digits))) throw new JsonPathError(`array index ${digits} is not a number`)
  return Number(digits)
}

function filterNode(text: string): PathNode {
  const match = /^([^!<>=]+)([!<>=]+)(.+?)$/.exec(text)
  if (!match) return { type: 'filter', left: parseJsonPath(`{${text.trim()}}`), right: { type: 'list', nodes: [] }, operator: 'exists' }
  const [, left, operator, right] = match as unknown as [string, string, string, string]
  return { type: 'filter', left: parseJsonPath(`{${left.trim()}}`), right: parseJsonPath(`{${right.trim()}}`), operator }
}

function isWordChar(char: string): boolean {
  return /^[\p{L}\p{N}_]$/u.test(char)
}

function codePoint(char: string): string {
  return `U+${char.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')} '${char}'`
}

const simpleEscapes: Record<string, string> = { n: '\n', t: '\t', r: '\r', a: '\u0007', b: '\b', f: '\f', v: '\v', '\\': '\\' }
const escape = /\\(u[\da-fA-F]{4}|U[\da-fA-F]{8}|x[\da-fA-F]{2}|[0-7]{3}|.|$)/gs

/** A string in either kind of quotes; only the quote itself may be escaped, not the other one. */
function unquote(text: string): string {
  return text.slice(1, -1).replace(escape, (_, code: string) => {
    const char = code === text[0] ? code : escaped(code)
    if (char === undefined) throw new JsonPathError(`unquote string ${text} error invalid syntax`)
    return char
  })
}

function escaped(code: string): string | undefined {
  if (/^[0-7]/.test(code)) return String.fromCharCode(Number.parseInt(code, 8))
  if (code.length === 1) return simpleEscapes[code]
  const point = Number.parseInt(code.slice(1), 16)
  return point > 0x10_ffff ? undefined : String.fromCodePoint(point)
}
