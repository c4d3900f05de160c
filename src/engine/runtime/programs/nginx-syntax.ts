/** nginx's configuration language: directives that end with ; or hold a { block }. */
export interface Directive {
  name: string
  args: string[]
  block: Directive[] | undefined
  line: number
  /** Where its ; or { stands: that is where nginx looks at it. */
  endLine?: number
  /** Where that line is; the main file when left out. */
  file?: string | undefined
}

export class ConfigError {
  readonly message: string
  readonly line: number
  readonly file: string | undefined
  constructor(message: string, line: number, file?: string) {
    this.message = message
    this.line = line
    this.file = file
  }
}

interface Token {
  text: string
  quoted: boolean
  line: number
}

export function parseNginxConfig(text: string, file?: string): Directive[] {
  try {
    return inFile(parseBlock(tokenize(text), true), file)
  } catch (e) {
    throw e instanceof ConfigError ? new ConfigError(e.message, e.line, e.file ?? file) : e
  }
}

const inFile = (directives: readonly Directive[], file: string | undefined): Directive[] =>
  directives.map((d) => ({ ...d, file, block: d.block === undefined ? undefined : inFile(d.block, file) }))

function tokenize(text: string): Token[] {
  const tokens: Token[] = []
  let line = 1
  for (const match of text.matchAll(
    /\n|#[^\n]*|"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|[{};]|(?:\$\{\w+\}|[^\s{};"'#]|(?<=\S)["'#])+/gs,
  )) {
    const [all, double, single] = match
    if (all === '\n') line++
    else if (!all.startsWith('#'))
      tokens.push({ text: double ?? single ?? all, quoted: double !== undefined || single !== undefined, line })
    if (all.length > 1) line += all.split('\n').length - 1
  }
  return tokens
}

function parseBlock(tokens: Token[], isTop: boolean): Directive[] {
  const out: Directive[] = []
  for (;;) {
    const token = tokens.shift()
    if (token === undefined) {
      if (isTop) return out
      throw new ConfigError('unexpected end of file, expecting "}"', out.at(-1)?.line ?? 1)
    }
    if (!token.quoted && token.text === '}') {
      if (!isTop) return out
      throw new ConfigError('unexpected "}"', token.line)
    }
    if (!token.quoted && (token.text === ';' || token.text === '{'))
      throw new ConfigError(`unexpected "${token.text}"`, token.line)
    out.push(parseDirective(token, tokens))
  }
}

function parseDirective(first: Token, tokens: Token[]): Directive {
  const args: string[] = []
  for (;;) {
    const token = tokens.shift()
    if (token === undefined) throw new ConfigError('unexpected end of file, expecting ";" or "}"', first.line)
    if (token.quoted) args.push(token.text)
    else if (token.text === ';') return { name: first.text, args, block: undefined, line: first.line, endLine: token.line }
    else if (token.text === '{') return { name: first.text, args, block: parseBlock(tokens, false), line: first.line, endLine: token.line }
    else if (token.text === '}') throw new ConfigError('unexpected "}"', token.line)
    else args.push(token.text)
  }
}
