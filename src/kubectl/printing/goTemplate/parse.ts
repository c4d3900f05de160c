/** Go's text/template as a tree: what may stand in `-o go-template=`. */
import { tokensOf, TemplateError, type Piece, type Token } from './scan.ts'

export type Node =
  | { do: 'text'; text: string }
  | { do: 'print'; pipe: Pipe }
  | { do: 'if' | 'with' | 'range'; pipe: Pipe; body: Node[]; otherwise: Node[] }
  | { do: 'break' | 'continue' }
  | { do: 'template'; name: string; pipe: Pipe | undefined; at: number }

/** Commands joined by "|", perhaps assigned to variables. */
export interface Pipe {
  /** "$i, $p := " */
  variables: string[]
  assigns: boolean
  commands: Command[]
  at: number
  text: string
}

export interface Command {
  operands: Operand[]
  at: number
  text: string
}

export type Operand = { fields: string[]; at: number; text: string } & (
  | { is: 'dot' | 'nil' }
  | { is: 'literal'; value: string | number | bigint | boolean }
  | { is: 'variable'; name: string }
  | { is: 'function'; name: string }
  | { is: 'pipe'; pipe: Pipe }
)

export interface Template {
  nodes: Node[]
  /** Those of {{define}} and {{block}}. */
  named: Map<string, Node[]>
}

/** @throws TemplateError with text/template's words, position included */
export function parseTemplate(text: string, functions: ReadonlySet<string>): Template {
  return new Parser(text, functions).all()
}

class Parser {
  private readonly pieces: Piece[]
  private readonly source: string
  private readonly functions: ReadonlySet<string>
  private readonly named = new Map<string, Node[]>()
  private variables: string[] = ['$']
  private loops = 0
  private at = 0

  constructor(text: string, functions: ReadonlySet<string>) {
    this.source = text
    this.functions = functions
    this.pieces = tokensOf(text)
  }

  all(): Template {
    const { nodes, end } = this.list([])
    if (end) throw this.fail(end, `unexpected {{${end.tokens[0]!.text}}}`)
    return { nodes, named: this.named }
  }

  /** Nodes up to one of `ends` ("end", "else"), which is taken. */
  private list(ends: readonly string[]): { nodes: Node[]; end: Piece | undefined } {
    const nodes: Node[] = []
    const variables = this.variables.length
    while (this.at < this.pieces.length) {
      const piece = this.pieces[this.at++]!
      if (piece.tokens.length === 0) {
        if (piece.action) throw this.fail(piece, 'missing value for command')
        nodes.push({ do: 'text', text: piece.text })
        continue
      }
      const word = piece.tokens[0]!.kind === 'word' ? piece.tokens[0]!.text : ''
      if (ends.includes(word) || word === 'end' || word === 'else') {
        this.variables.length = variables
        if (!ends.includes(word))
          throw this.fail(piece, `${ends.length > 0 ? `expected ${ends[0]}; found ` : 'unexpected '}{{${word}}}`)
        return { nodes, end: piece }
      }
      this.action(piece, word, nodes)
    }
    if (ends.length > 0) throw this.fail(undefined, 'unexpected EOF')
    return { nodes, end: undefined }
  }

  private action(piece: Piece, word: string, nodes: Node[]): void {
    const rest = new Reader(piece, 1)
    switch (word) {
      case 'if':
      case 'with':
      case 'range':
        nodes.push(this.control(word, piece, rest))
        return
      case 'break':
      case 'continue':
        if (this.loops === 0) throw this.fail(piece, `{{${word}}} outside {{range}}`)
        nodes.push({ do: word })
        return
      case 'define':
      case 'block':
      case 'template': {
        const name = rest.take()
        if (name?.kind !== 'literal' || typeof name.value !== 'string') throw this.fail(piece, `unexpected ${shown(name)} in ${word} clause`)
        const pipe = word === 'define' || rest.done ? undefined : this.pipe(rest, piece, word)
        if (word !== 'template') this.named.set(name.value, this.list(['end']).nodes)
        if (word !== 'define') nodes.push({ do: 'template', name: name.value, pipe, at: name.at })
        return
      }
      default:
        nodes.push({ do: 'print', pipe: this.pipe(new Reader(piece, 0), piece, 'command') })
    }
  }

  private control(word: 'if' | 'with' | 'range', piece: Piece, rest: Reader): Node {
    const variables = this.variables.length
    const pipe = this.pipe(rest, piece, word)
    if (word === 'range') this.loops++
    const { nodes: body, end } = this.list(['end', 'else'])
    if (word === 'range') this.loops--
    let otherwise: Node[] = []
    if (end!.tokens[0]!.text === 'else') {
      const next = end!.tokens[1]
      // "{{else if x}}" is an if inside the else with one end for both.
      if (next?.kind === 'word' && (next.text === 'if' || next.text === 'with')) otherwise = [this.control(next.text, end!, new Reader(end!, 2))]
      else otherwise = this.list(['end']).nodes
    }
    this.variables.length = variables
    return { do: word, pipe, body, otherwise }
  }

  private pipe(reader: Reader, piece: Piece, context: string): Pipe {
    const start = reader.peek()
    const { variables, assigns } = this.declaration(reader, piece)
    const commands: Command[] = []
    do {
      const operands: Operand[] = []
      const first = reader.peek()
      while (!reader.done && reader.peek()!.text !== '|' && reader.peek()!.text !== ')') operands.push(this.operand(reader, piece))
      if (operands.length === 0) throw this.fail(piece, `missing value for ${context}`)
      if (commands.length > 0 && operands[0]!.is === 'literal') throw this.fail(piece, `non executable command in pipeline stage ${commands.length + 1}`)
      commands.push({ operands, at: first!.at, text: reader.text(first!) })
    } while (reader.takeIf('|'))
    if (!assigns) this.variables.push(...variables)
    return { variables, assigns, commands, at: start!.at, text: reader.text(start!) }
  }

  /** "$x := ", "$x = " or, for range, "$i, $x := ". */
  private declaration(reader: Reader, piece: Piece): { variables: string[]; assigns: boolean } {
    const [a, b, c, d] = reader.ahead(4)
    if (a?.kind !== 'variable') return { variables: [], assigns: false }
    if (b?.text === ':=' || b?.text === '=') {
      reader.skip(2)
      return { variables: [a.text], assigns: b.text === '=' }
    }
    if (b?.text === ',' && c?.kind === 'variable' && (d?.text === ':=' || d?.text === '=')) {
      reader.skip(4)
      return { variables: [a.text, c.text], assigns: d.text === '=' }
    }
    if (b?.text === ',' && c?.kind === 'variable' && d?.text === ',')
      throw this.fail(piece, 'too many declarations in range')
    return { variables: [], assigns: false }
  }

  private operand(reader: Reader, piece: Piece): Operand {
    const token = reader.take()!
    const base = this.base(token, reader, piece)
    // What stands right behind, without a blank, belongs to it: $x.name, (f).name
    const behind: Token[] = []
    while (reader.peek()?.kind === 'field' && reader.peek()!.at === reader.endOfLast) behind.push(reader.take()!)
    const fields = [...(token.kind === 'field' ? [token] : []), ...behind].map((field) => field.text.slice(1))
    // Go's parser places a chain at its first link.
    return { ...base, fields, at: (behind[0] ?? token).at, text: this.source.slice(token.at, reader.endOfLast) } as Operand
  }

  private base(token: Token, reader: Reader, piece: Piece): object {
    switch (token.kind) {
      case 'literal':
        return { is: 'literal', value: token.value }
      case 'field':
        return { is: 'dot' }
      case 'variable':
        if (!this.variables.includes(token.text)) throw this.fail(piece, `undefined variable "${token.text}"`)
        return { is: 'variable', name: token.text }
      case 'word':
        if (token.text === 'nil') return { is: 'nil' }
        if (!this.functions.has(token.text)) throw this.fail(piece, `function "${token.text}" not defined`)
        return { is: 'function', name: token.text }
      case 'sign':
        if (token.text === '.') return { is: 'dot' }
        if (token.text === '(') {
          const pipe = this.pipe(reader, piece, 'parenthesized pipeline')
          if (!reader.takeIf(')')) throw this.fail(piece, 'unclosed left paren')
          return { is: 'pipe', pipe }
        }
    }
    throw this.fail(piece, `unexpected ${shown(token)} in operand`)
  }

  private fail(piece: Piece | undefined, message: string): TemplateError {
    const end = piece?.at ?? this.source.length
    return new TemplateError(`template: output:${this.source.slice(0, end).split('\n').length}: ${message}`)
  }
}

/** Walks along the tokens of one action. */
class Reader {
  endOfLast = 0
  private readonly piece: Piece
  private index: number

  constructor(piece: Piece, index: number) {
    this.piece = piece
    this.index = index
  }

  get done(): boolean {
    return this.index >= this.piece.tokens.length
  }

  peek(): Token | undefined {
    return this.piece.tokens[this.index]
  }

  ahead(count: number): (Token | undefined)[] {
    return Array.from({ length: count }, (_, i) => this.piece.tokens[this.index + i])
  }

  take(): Token | undefined {
    const token = this.piece.tokens[this.index++]
    if (token) this.endOfLast = token.end
    return token
  }

  takeIf(text: string): boolean {
    if (this.peek()?.text !== text || this.peek()!.kind !== 'sign') return false
    this.take()
    return true
  }

  skip(count: number): void {
    for (let i = 0; i < count; i++) this.take()
  }

  /** From this token to the last one taken. */
  text(from: Token): string {
    return this.piece.source.slice(from.at, this.endOfLast)
  }
}

function shown(token: Token | undefined): string {
  return token ? `<${token.text}>` : '"}}"'
}
