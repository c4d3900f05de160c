import { escapePattern } from '../../text/pattern.ts'

/**
 * Collects the fields that a word becomes: text with what was quoted marked, because only what was
 * not is split and matched against file names.
 */
export class FieldBuilder {
  readonly fields: Field[] = []
  private text = ''
  private pattern = ''
  private special = false
  private started = false
  private readonly ifs: string
  private readonly splits: boolean

  constructor(ifs: string, splits: boolean) {
    this.ifs = ifs
    this.splits = splits
  }

  /** Quoted or literal text: taken as it is. Even an empty one makes a field. */
  quoted(text: string): void {
    this.text += text
    this.pattern += escapePattern(text)
    this.started = true
  }

  /** A pattern character of the word itself. */
  glob(text: string): void {
    this.text += text
    this.pattern += text
    this.special = true
    this.started = true
  }

  /** The value of an unquoted expansion: split at IFS, its pattern characters alive. */
  unquoted(text: string): void {
    if (!this.splits || this.ifs === '') return this.raw(text)
    let at = 0
    while (at < text.length) {
      let end = at
      while (end < text.length && !this.ifs.includes(text[end]!)) end++
      if (end > at) this.raw(text.slice(at, end))
      if (end >= text.length) return
      at = this.separate(text, end)
    }
  }

  /** Ends the field here, as between the parameters of "$@". */
  end(): void {
    if (this.started) this.fields.push({ text: this.text, pattern: this.special ? this.pattern : undefined })
    this.text = ''
    this.pattern = ''
    this.special = false
    this.started = false
  }

  private raw(text: string): void {
    if (text === '') return
    this.text += text
    this.pattern += text
    if (/[*?[\\]/.test(text)) this.special = true
    this.started = true
  }

  /** Blanks around and one other separator are one; another one makes an empty field. */
  private separate(text: string, from: number): number {
    let at = from
    let hard = 0
    while (at < text.length && this.ifs.includes(text[at]!)) {
      const isBlank = /[ \t\n]/.test(text[at]!)
      if (!isBlank && ++hard > 1) break
      at++
    }
    if (hard > 0 && !this.started) this.started = true
    this.end()
    return at
  }
}

export interface Field {
  text: string
  /** Set when it is to be matched against file names. */
  pattern: string | undefined
}
