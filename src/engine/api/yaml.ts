import { Composer, Lexer, LineCounter, Parser, type CST, type Document } from 'yaml'

/**
 * YAML from strangers. The `yaml` package composes recursively, so that deep nesting ('- - - - ...')
 * overflows the stack or, worse, ends the process while a regular expression is compiled with no stack
 * left; and its search for duplicate keys compares every key with every other. Here the text is
 * cut into lexemes first, which needs no recursion, and depth and size are bounded before composing.
 */
export interface YamlLimits {
  /** Levels of nesting, each map and sequence counted with its entry: about twice what a person would count. */
  depth: number
  /** Lexemes: words, indicators, stretches of white space. */
  lexemes: number
}

export const defaultYamlLimits: YamlLimits = { depth: 200, lexemes: 2_000_000 }

/** The text is beyond the limits at this offset. */
export class YamlLimitError extends Error {
  readonly offset: number

  constructor(message: string, offset: number) {
    super(message)
    this.name = 'YamlLimitError'
    this.offset = offset
  }
}

/**
 * All documents of a text, with the errors that the parser found in each (`document.errors`, positions
 * as offsets). Duplicate keys are not among them. Offsets become lines with `lines.linePos`.
 */
export function composeYaml(
  text: string,
  lines: LineCounter,
  limits: YamlLimits = defaultYamlLimits,
): Document.Parsed[] {
  lines.addNewLine(0)
  const parser = new Parser(lines.addNewLine)
  const tokens: CST.Token[] = []
  let lexemes = 0
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) tokens.push(token)
    if (parser.stack.length > limits.depth) throw new YamlLimitError('nested too deeply', parser.offset)
    if (++lexemes > limits.lexemes) throw new YamlLimitError('too many parts', parser.offset)
  }
  for (const token of parser.end()) tokens.push(token)
  const composer = new Composer({ uniqueKeys: false, prettyErrors: false, logLevel: 'silent' })
  return [...composer.compose(tokens, true, text.length)]
}

/** The object that the first document of a text is, or what is wrong with it. */
export function firstObject(text: string): object | string {
  try {
    const [document] = composeYaml(text, new LineCounter())
    const wrong = document?.errors[0]
    if (wrong !== undefined) return wrong.message
    const value: unknown = document?.toJS()
    return typeof value === 'object' && value !== null ? value : 'no object'
  } catch (e) {
    if (e instanceof YamlLimitError) return e.message
    throw e
  }
}
