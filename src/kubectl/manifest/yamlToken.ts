/** What scanner and parser of the YAML reader share. */

/** A place in the text; line and column count from 0, as libyaml's marks do. */
export interface Mark {
  index: number
  line: number
  column: number
}

export type TokenType =
  | 'stream-end' | 'version-directive' | 'tag-directive' | 'document-start' | 'document-end'
  | 'block-sequence-start' | 'block-mapping-start' | 'block-end'
  | 'flow-sequence-start' | 'flow-sequence-end' | 'flow-mapping-start' | 'flow-mapping-end'
  | 'block-entry' | 'flow-entry' | 'key' | 'value' | 'alias' | 'anchor' | 'tag' | 'scalar'

export interface Token {
  type: TokenType
  start: Mark
  /** Text of a scalar, name of an anchor, suffix of a tag, version of a directive. */
  value: string
  /** Of a tag: "!", "!!" or "!name!"; '' for a verbatim one. */
  handle: string
  plain: boolean
}

/**
 * A mistake in the YAML, in the words of go.yaml.in/yaml/v2. Its line is told as that package tells it:
 * counted from 1 when the scanner finds the mistake, from 0 when the parser does, and not at all when
 * that would be line 0.
 */
export class YamlError extends Error {
  constructor(problem: string, where?: { by: 'scanner' | 'parser'; at: Mark; context?: Mark }) {
    const line = where === undefined ? 0 : where.at.line !== 0 ? where.at.line + (where.by === 'scanner' ? 1 : 0) : (where.context?.line ?? 0)
    super(line === 0 ? `yaml: ${problem}` : `yaml: line ${line}: ${problem}`)
  }
}

/** YAML that is well-formed and cannot be JSON. */
export class YamlValueError extends YamlError {
  constructor(message: string) {
    super('')
    this.message = message
  }
}
