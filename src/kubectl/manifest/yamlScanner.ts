/**
 * YAML text to tokens, by the rules of libyaml (yaml.org/spec/1.1) as Go's yaml.v2 carries them on. The
 * point of having our own: kubectl must refuse what a real one refuses, with the same words and line.
 */
import type { Mark, Token, TokenType } from './yamlToken.ts'
import { isBlank, isBlankOrEnd, isBreak, YamlText } from './yamlText.ts'
import { scanBlockScalar, scanFlowScalar, scanPlainScalar } from './yamlScalars.ts'

/** A token that becomes a key when a colon follows it on the same line. */
interface SimpleKey {
  possible: boolean
  required: boolean
  tokenNumber: number
  mark: Mark
}

const maxDepth = 1000
const indicators = '-?:,[]{}#&*!|>\'"%@`'

export class YamlScanner extends YamlText {
  private readonly indents: number[] = []
  private simpleKeys: SimpleKey[] = [noKey()]
  private tokens: Token[] = []
  private parsed = 0
  private ended = false

  peek(): Token {
    this.fetchMore()
    return this.tokens[0]!
  }

  skip(): void {
    this.tokens.shift()
    this.parsed++
  }

  /** Reads on until it is sure that the first token is not the key of a mapping. */
  private fetchMore(): void {
    for (;;) {
      if (this.tokens.length > 0) {
        const key = this.simpleKeys.find((k) => k.possible && k.tokenNumber === this.parsed)
        if (key === undefined || !this.isValid(key)) return
      }
      if (this.ended) return
      this.fetchNext()
    }
  }

  private fetchNext(): void {
    this.scanToNextToken()
    this.unrollIndent(this.column)
    const char = this.at(0)
    if (char === '') return this.fetchStreamEnd()
    if (this.column === 0 && char === '%') return this.fetchDirective()
    if (this.column === 0 && this.isDocumentIndicator()) return this.fetchDocumentIndicator(char === '-')
    const next = this.at(1)
    const inFlow = this.flowLevel > 0
    switch (char) {
      case '[': return this.fetchFlowStart('flow-sequence-start')
      case '{': return this.fetchFlowStart('flow-mapping-start')
      case ']': return this.fetchFlowEnd('flow-sequence-end')
      case '}': return this.fetchFlowEnd('flow-mapping-end')
      case ',': return this.fetchFlowEntry()
      case '*': return this.fetchAnchor('alias')
      case '&': return this.fetchAnchor('anchor')
      case '!': return this.fetchTag()
      case "'": return this.fetchFlowScalar(true)
      case '"': return this.fetchFlowScalar(false)
    }
    if (char === '-' && isBlankOrEnd(next)) return this.fetchBlockEntry()
    if (char === '?' && (inFlow || isBlankOrEnd(next))) return this.fetchKey()
    if (char === ':' && (inFlow || isBlankOrEnd(next))) return this.fetchValue()
    if ((char === '|' || char === '>') && !inFlow) return this.fetchBlockScalar(char === '|')
    const startsPlain = !indicators.includes(char) && !isBlankOrEnd(char)
    if (startsPlain || (char === '-' && !isBlank(next)) || (!inFlow && (char === '?' || char === ':'))) return this.fetchPlain()
    throw this.error('found character that cannot start any token', this.mark())
  }

  private scanToNextToken(): void {
    for (;;) {
      while (this.at(0) === ' ' || (this.at(0) === '\t' && (this.flowLevel > 0 || !this.simpleKeyAllowed))) this.advance()
      if (this.at(0) === '#') while (this.at(0) !== '' && !isBreak(this.at(0))) this.advance()
      if (!isBreak(this.at(0))) return
      this.advanceLine()
      if (this.flowLevel === 0) this.simpleKeyAllowed = true
    }
  }

  private isValid(key: SimpleKey): boolean {
    if (!key.possible) return false
    if (key.mark.line === this.line && key.mark.index + 1024 >= this.index) return true
    if (key.required) throw this.error("could not find expected ':'", key.mark)
    key.possible = false
    return false
  }

  private saveSimpleKey(): void {
    const required = this.flowLevel === 0 && this.indent === this.column
    if (!this.simpleKeyAllowed) return
    this.removeSimpleKey()
    this.simpleKeys[this.simpleKeys.length - 1] =
      { possible: true, required, tokenNumber: this.parsed + this.tokens.length, mark: this.mark() }
  }

  private removeSimpleKey(): void {
    const key = this.simpleKeys.at(-1)!
    if (key.possible && key.required) throw this.error("could not find expected ':'", key.mark)
    key.possible = false
  }

  private rollIndent(column: number, tokenNumber: number, type: TokenType, mark: Mark): void {
    if (this.flowLevel > 0 || this.indent >= column) return
    this.indents.push(this.indent)
    this.indent = column
    this.guardDepth()
    const token = makeToken(type, mark)
    if (tokenNumber < 0) this.tokens.push(token)
    else this.tokens.splice(tokenNumber - this.parsed, 0, token)
  }

  private unrollIndent(column: number): void {
    if (this.flowLevel > 0) return
    while (this.indent > column) {
      this.tokens.push(makeToken('block-end', this.mark()))
      this.indent = this.indents.pop()!
    }
  }

  private guardDepth(): void {
    if (this.indents.length + this.flowLevel > maxDepth) throw this.error('exceeded max depth of 10000', this.mark())
  }

  private fetchStreamEnd(): void {
    if (this.column !== 0) {
      this.column = 0
      this.line++
    }
    this.unrollIndent(-1)
    this.removeSimpleKey()
    this.simpleKeyAllowed = false
    this.tokens.push(makeToken('stream-end', this.mark()))
    this.ended = true
  }

  private fetchDirective(): void {
    this.unrollIndent(-1)
    this.removeSimpleKey()
    this.simpleKeyAllowed = false
    const start = this.mark()
    const line = /^%([A-Za-z0-9_-]*)[ \t]*([^\n\r#]*)/.exec(this.text.slice(this.index))!
    if (line[1] !== 'YAML' && line[1] !== 'TAG') throw this.error(line[1] === '' ? 'could not find expected directive name' : 'found unknown directive name', start)
    while (this.at(0) !== '' && !isBreak(this.at(0))) this.advance()
    this.tokens.push({ ...makeToken(line[1] === 'YAML' ? 'version-directive' : 'tag-directive', start), value: line[2]!.trim() })
  }

  private fetchDocumentIndicator(start: boolean): void {
    this.unrollIndent(-1)
    this.removeSimpleKey()
    this.simpleKeyAllowed = false
    const mark = this.mark()
    for (let i = 0; i < 3; i++) this.advance()
    this.tokens.push(makeToken(start ? 'document-start' : 'document-end', mark))
  }

  private fetchFlowStart(type: TokenType): void {
    this.saveSimpleKey()
    this.simpleKeys.push(noKey())
    this.flowLevel++
    this.guardDepth()
    this.simpleKeyAllowed = true
    this.indicator(type)
  }

  private fetchFlowEnd(type: TokenType): void {
    this.removeSimpleKey()
    if (this.flowLevel > 0) {
      this.flowLevel--
      this.simpleKeys.pop()
    }
    this.simpleKeyAllowed = false
    this.indicator(type)
  }

  private fetchFlowEntry(): void {
    this.removeSimpleKey()
    this.simpleKeyAllowed = true
    this.indicator('flow-entry')
  }

  private fetchBlockEntry(): void {
    if (this.flowLevel === 0) {
      if (!this.simpleKeyAllowed) throw this.error('block sequence entries are not allowed in this context', this.mark())
      this.rollIndent(this.column, -1, 'block-sequence-start', this.mark())
    }
    this.removeSimpleKey()
    this.simpleKeyAllowed = true
    this.indicator('block-entry')
  }

  private fetchKey(): void {
    if (this.flowLevel === 0) {
      if (!this.simpleKeyAllowed) throw this.error('mapping keys are not allowed in this context', this.mark())
      this.rollIndent(this.column, -1, 'block-mapping-start', this.mark())
    }
    this.removeSimpleKey()
    this.simpleKeyAllowed = this.flowLevel === 0
    this.indicator('key')
  }

  private fetchValue(): void {
    const key = this.simpleKeys.at(-1)!
    if (this.isValid(key)) {
      this.tokens.splice(key.tokenNumber - this.parsed, 0, makeToken('key', key.mark))
      this.rollIndent(key.mark.column, key.tokenNumber, 'block-mapping-start', key.mark)
      key.possible = false
      this.simpleKeyAllowed = false
    } else {
      if (this.flowLevel === 0) {
        if (!this.simpleKeyAllowed) throw this.error('mapping values are not allowed in this context', this.mark())
        this.rollIndent(this.column, -1, 'block-mapping-start', this.mark())
      }
      this.simpleKeyAllowed = this.flowLevel === 0
    }
    this.indicator('value')
  }

  private fetchAnchor(type: 'alias' | 'anchor'): void {
    this.saveSimpleKey()
    this.simpleKeyAllowed = false
    const start = this.mark()
    this.advance()
    let name = ''
    while (/[A-Za-z0-9_-]/.test(this.at(0))) name += this.advance()
    if (name === '' || !(isBlankOrEnd(this.at(0)) || '?:,]}%@`'.includes(this.at(0)))) {
      throw this.error('did not find expected alphabetic or numeric character', start)
    }
    this.tokens.push({ ...makeToken(type, start), value: name })
  }

  private fetchTag(): void {
    this.saveSimpleKey()
    this.simpleKeyAllowed = false
    const start = this.mark()
    const match = /^(?:!<([^>\s]*)>|(![A-Za-z0-9_-]*!)?(!?[\w\-;/?:@&=+$,.!~*'()[\]%]*))/.exec(this.text.slice(this.index))!
    const [whole, verbatim, named, rest = ''] = match
    if (named && rest === '') throw this.error('did not find expected tag URI', start)
    for (let i = 0; i < whole.length; i++) this.advance()
    if (!isBlankOrEnd(this.at(0))) throw this.error('did not find expected whitespace or line break', start)
    const [handle, value] = verbatim !== undefined ? ['', verbatim] : named ? [named, rest] : ['!', rest.slice(1)]
    this.tokens.push({ ...makeToken('tag', start), handle, value })
  }

  private fetchBlockScalar(literal: boolean): void {
    this.removeSimpleKey()
    this.simpleKeyAllowed = true
    const start = this.mark()
    this.tokens.push({ ...makeToken('scalar', start), value: scanBlockScalar(this, literal) })
  }

  private fetchFlowScalar(single: boolean): void {
    this.saveSimpleKey()
    this.simpleKeyAllowed = false
    const start = this.mark()
    this.tokens.push({ ...makeToken('scalar', start), value: scanFlowScalar(this, single) })
  }

  private fetchPlain(): void {
    this.saveSimpleKey()
    this.simpleKeyAllowed = false
    const start = this.mark()
    this.tokens.push({ ...makeToken('scalar', start), value: scanPlainScalar(this), plain: true })
  }

  private indicator(type: TokenType): void {
    const mark = this.mark()
    this.advance()
    this.tokens.push(makeToken(type, mark))
  }

  // What the scanning of scalars needs, too.
}

function makeToken(type: TokenType, start: Mark): Token {
  return { type, start, value: '', handle: '', plain: false }
}

function noKey(): SimpleKey {
  return { possible: false, required: false, tokenNumber: 0, mark: { index: 0, line: 0, column: 0 } }
}
