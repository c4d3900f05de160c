import { YamlError, type Mark } from './yamlToken.ts'

/** YAML text under a reading head that counts lines and columns. */
export class YamlText {
  readonly text: string
  index = 0
  line = 0
  column = 0
  flowLevel = 0
  /** Column of the block collection that is open; -1 outside of any. */
  indent = -1
  simpleKeyAllowed = true

  constructor(text: string) {
    this.text = text.startsWith('\ufeff') ? text.slice(1) : text
    if (/[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ud800-\udfff\ue000-\ufefe\uff00-\ufffd]/.test(this.text)) {
      throw new YamlError('control characters are not allowed')
    }
  }

  at(ahead: number): string {
    return this.text[this.index + ahead] ?? ''
  }

  mark(): Mark {
    return { index: this.index, line: this.line, column: this.column }
  }

  advance(): string {
    const char = this.text[this.index++] ?? ''
    this.column++
    return char
  }

  /** Takes a line break; "\r\n" is one, and all but the Unicode ones read as "\n". */
  advanceLine(): string {
    const char = this.at(0)
    this.index += char === '\r' && this.at(1) === '\n' ? 2 : 1
    this.line++
    this.column = 0
    return char === '\u2028' || char === '\u2029' ? char : '\n'
  }

  isDocumentIndicator(): boolean {
    const three = this.text.slice(this.index, this.index + 3)
    return (three === '---' || three === '...') && isBlankOrEnd(this.at(3))
  }

  error(problem: string, context: Mark): YamlError {
    return new YamlError(problem, { by: 'scanner', at: this.mark(), context })
  }
}

export function isBlank(char: string): boolean {
  return char === ' ' || char === '\t'
}

export function isBreak(char: string): boolean {
  return char === '\n' || char === '\r' || char === '\u0085' || char === '\u2028' || char === '\u2029'
}

export function isBlankOrEnd(char: string): boolean {
  return char === '' || isBlank(char) || isBreak(char)
}
