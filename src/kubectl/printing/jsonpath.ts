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
  | { type: 'number'; value: number }
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
    if (this.input[this.at] === '.') {
      this.at++
      list.nodes.push({ type: 'recursive' })
      if (isWordChar(this.input[this.at] ?? '') || this.input[this.at] === '*') this.field(list)
      return
    }
    this.field(list)
  }

  private field(list: ListNode): void {
    let name = ''
    for (;;) {
      const char = this.input[this.at]
      if (char === '\\' && this.at + 1 < this.input.length) {
        name += this.input[this.at + 1]
        this.at += 2
      } else if (char === undefined || ' .[]$@{},()|&?'.includes(char) || char === '\n') {
        break
      } else {
        name += char
        this.at++
      }
    }
    list.nodes.push(name === '*' ? { type: 'wildcard' } : { type: 'field', name })
  }

  private identifier(list: ListNode): void {
    const name = /^[A-Za-z0-9_-]*/.exec(this.input.slice(this.at))![0]
    this.at += name.length
    if (name === 'true' || name === 'false') list.nodes.push({ type: 'bool', value: name === 'true' })
    else list.nodes.push({ type: 'identifier', name })
  }

  private number(list: ListNode): void {
    const text = /^[+-]?[0-9.]*/.exec(this.input.slice(this.at))![0]
    this.at += text.length
    if (!/^[+-]?(\d+\.?\d*|\.\d+)$/.test(text)) throw new JsonPathError(`cannot parse number ${text}`)
    list.nodes.push({ type: 'number', value: Number(text) })
  }

  private quoted(quote: string): string {
    const begin = this.at
    this.at++
    for (;;) {
      const char = this.input[this.at]
      if (char === undefined || char === '\n') throw new JsonPathError('unterminated quoted string')
      if (char === '\\') this.at++
      else if (char === quote) break
      this.at++
    }
    this.at++
    return unquote(this.input.slice(begin + 1, this.at - 1))
  }

  private bracket(list: ListNode): void {
    const begin = this.at
    let quote = ''
    let depth = 0
    if (this.input.startsWith('[?(', begin)) return this.filter(list)
    for (this.at++; ; this.at++) {
      const char = this.input[this.at]
      if (char === undefined || char === '\n') throw new JsonPathError('unterminated array')
      if (quote === '') {
        if (char === '"' || char === "'") quote = char
        else if (char === '[') depth++
        else if (char === ']' && depth-- === 0) break
      } else if (char === '\\') this.at++
      else if (char === quote) quote = ''
    }
    const text = this.input.slice(begin + 1, this.at)
    this.at++
    list.nodes.push(bracketNode(text))
  }

  private filter(list: ListNode): void {
    const begin = this.at + 3
    let quote = ''
    let open = 1
    this.at = begin
    for (; open > 0; this.at++) {
      const char = this.input[this.at]
      if (char === undefined || char === '\n') throw new JsonPathError('unterminated filter')
      if (quote !== '') {
        if (char === '\\') this.at++
        else if (char === quote) quote = ''
      } else if (char === '"' || char === "'") quote = char
      else if (char === '(') open++
      else if (char === ')') open--
    }
    if (this.input[this.at] !== ']') throw new JsonPathError('unclosed array expect ]')
    const text = this.input.slice(begin, this.at - 1)
    this.at++
    list.nodes.push(filterNode(text))
  }
}

function bracketNode(text: string): PathNode {
  // A key in brackets is a path of its own: dots in it lead further down, unless escaped.
  const key = /^'([^']*)'$/.exec(text)
  if (key) return parseJsonPath(`{.${key[1]!}}`)
  if (text === '*') return { type: 'wildcard' }
  const parts = splitUnion(text)
  if (parts.length > 1) {
    return { type: 'union', nodes: parts.map((part) => parseJsonPath(`{[${part.trim()}]}`)) }
  }
  const slice = /^(-?\d*)(:-?\d*)?(:-?\d*)?$/.exec(text)
  if (!slice) throw new JsonPathError(`invalid array index ${text}`)
  const numberIn = (part: string | undefined) => {
    const digits = (part ?? '').replace(':', '')
    return digits === '' ? undefined : Number(digits)
  }
  const single = slice[2] === undefined
  const start = numberIn(slice[1])
  const step = numberIn(slice[3])
  // Without any index it is the first one that is meant.
  const end = single ? (start ?? 0) + 1 : numberIn(slice[2])
  return { type: 'array', range: [start, end, step], single }
}

function splitUnion(text: string): string[] {
  const parts: string[] = []
  let part = ''
  let quote = ''
  for (const char of text) {
    if (quote === '' && (char === '"' || char === "'")) quote = char
    else if (char === quote) quote = ''
    if (char === ',' && quote === '') {
      parts.push(part)
      part = ''
    } else {
      part += char
    }
  }
  return [...parts, part]
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

const simpleEscapes: Record<string, string> = { n: '\n', t: '\t', r: '\r', a: '\u0007', b: '\b', f: '\f', v: '\v', '\\': '\\', '"': '"', "'": "'" }

function unquote(text: string): string {
  return text.replace(/\\(u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|.)/g, (_, code: string) =>
    code.length > 1 ? String.fromCharCode(parseInt(code.slice(1), 16)) : (simpleEscapes[code] ?? code))
}

