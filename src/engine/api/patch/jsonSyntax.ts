/** JSON's grammar, with the words that Go's encoding/json has for what is wrong. Values are JSON.parse's. */

/** `where`: a character that does not belong there, or the end of the text; neither where it is too deep. */
export class JsonSyntaxError extends Error {
  readonly where: 'character' | 'end' | undefined

  constructor(message: string, where?: 'character' | 'end') {
    super(message)
    this.where = where
  }
}

/** What json.Unmarshal says of a text; undefined when it is JSON. */
export function jsonSyntaxError(text: string): string | undefined {
  const checker = new JsonChecker(text)
  try {
    checker.value('looking for beginning of value', 0)
    checker.end()
    return undefined
  } catch (failure) {
    if (failure instanceof JsonSyntaxError) return failure.message
    throw failure
  }
}

const maxDepth = 1000

export class JsonChecker {
  at = 0
  private readonly text: string

  constructor(text: string) {
    this.text = text
  }

  done(): boolean {
    return this.at >= this.text.length
  }

  blanks(): void {
    while (' \t\r\n'.includes(this.char()) && !this.done()) this.at++
  }

  /** Nothing but blanks follows. */
  end(): void {
    this.blanks()
    if (!this.done()) this.fail('after top-level value')
  }

  value(where: string, depth: number): void {
    this.blanks()
    if (depth > maxDepth) throw new JsonSyntaxError('exceeded max depth')
    const char = this.char()
    if (char === '{') return this.object(depth)
    if (char === '[') return this.array(depth)
    if (char === '"') return this.string()
    if (char === 't') return this.word('true')
    if (char === 'f') return this.word('false')
    if (char === 'n') return this.word('null')
    if (char === '-' || isDigit(char)) return this.number()
    this.fail(where)
  }

  private object(depth: number): void {
    this.at++
    this.blanks()
    if (this.take('}')) return
    for (;;) {
      this.blanks()
      if (this.char() !== '"') this.fail('looking for beginning of object key string')
      this.string()
      this.blanks()
      if (!this.take(':')) this.fail('after object key')
      this.value('looking for beginning of value', depth + 1)
      this.blanks()
      if (this.take('}')) return
      if (!this.take(',')) this.fail('after object key:value pair')
    }
  }

  private array(depth: number): void {
    this.at++
    this.blanks()
    if (this.take(']')) return
    for (;;) {
      this.value('looking for beginning of value', depth + 1)
      this.blanks()
      if (this.take(']')) return
      if (!this.take(',')) this.fail('after array element')
    }
  }

  private string(): void {
    this.at++
    while (this.char() !== '"') {
      if (this.done() || this.char() < ' ') this.fail('in string literal')
      if (this.take('\\')) {
        if (this.take('u')) {
          for (let i = 0; i < 4; i++, this.at++) if (!/[0-9a-fA-F]/.test(this.char())) this.fail('in \\u hexadecimal character escape')
          continue
        }
        if (this.done() || !'"\\/bfnrt'.includes(this.char())) this.fail('in string escape code')
      }
      this.at++
    }
    this.at++
  }

  private word(word: string): void {
    for (const [i, expected] of [...word].entries()) {
      if (!this.take(expected)) this.fail(i === 0 ? 'looking for beginning of value' : `in literal ${word} (expecting '${expected}')`)
    }
  }

  private number(): void {
    this.take('-')
    if (!this.take('0')) this.digits('in numeric literal')
    if (this.take('.')) this.digits('after decimal point in numeric literal')
    if (this.take('e') || this.take('E')) {
      if (!this.take('+')) this.take('-')
      this.digits('in exponent of numeric literal')
    }
  }

  private digits(where: string): void {
    if (!isDigit(this.char())) this.fail(where)
    while (isDigit(this.char())) this.at++
  }

  private char(): string {
    return this.text[this.at] ?? ''
  }

  private take(char: string): boolean {
    if (this.char() !== char) return false
    this.at++
    return true
  }

  private fail(where: string): never {
    if (this.done()) throw new JsonSyntaxError('unexpected end of JSON input', 'end')
    const char = this.char() === "'" ? `'\\''` : this.char() === '"' ? `'"'` : JSON.stringify(this.char()).replace(/^"|"$/g, "'")
    throw new JsonSyntaxError(`invalid character ${char} ${where}`, 'character')
  }
}

function isDigit(char: string): boolean {
  return char >= '0' && char <= '9'
}
