/**
 * YAML as kubectl prints it (sigs.k8s.io/yaml): keys sorted, lists not indented below their key, long
 * strings folded after column 80.
 */
import { escapeChar, literalMarks, scalarStyle } from './yamlScalar.ts'
import { goFloat } from './goNumber.ts'

const bestWidth = 80

export function toYaml(value: unknown): string {
  const emitter = new Emitter()
  emitter.node(value, 0, false)
  return emitter.finish()
}

class Emitter {
  private out = ''
  private column = 0

  finish(): string {
    return this.out + '\n'
  }

  /** `indent`: where a block that begins here has its lines. `inline`: the cursor already stands there. */
  node(value: unknown, indent: number, inline: boolean): void {
    if (Array.isArray(value)) this.sequence(value, indent, inline)
    else if (value instanceof Map) this.mapping(Object.fromEntries(value), indent, inline)
    else if (typeof value === 'object' && value !== null) this.mapping(value as Record<string, unknown>, indent, inline)
    else this.scalar(value, indent, false)
  }

  private sequence(items: unknown[], indent: number, inline: boolean): void {
    if (items.length === 0) return this.put('[]')
    items.forEach((item, i) => {
      if (i > 0 || !inline) this.newLine(indent)
      this.put('- ')
      if (isBlock(item)) this.node(item, indent + 2, true)
      else this.scalar(item, indent + 2, false)
    })
  }

  private mapping(map: Record<string, unknown>, indent: number, inline: boolean): void {
    const keys = Object.keys(map).filter((key) => map[key] !== undefined).sort(compareKeys)
    if (keys.length === 0) return this.put('{}')
    keys.forEach((key, i) => {
      if (i > 0 || !inline) this.newLine(indent)
      this.entry(key, map[key], indent)
    })
  }

  private entry(key: string, value: unknown, indent: number): void {
    const complex = isComplex(key)
    if (complex) {
      this.put('? ')
      this.scalar(key, indent + 2, false)
      this.newLine(indent)
    } else {
      this.scalar(key, indent, true)
    }
    this.put(':')
    if (isBlock(value) && !complex) return this.node(value, Array.isArray(value) ? indent : indent + 2, false)
    this.put(' ')
    if (isBlock(value)) this.node(value, indent + 2, true)
    else this.scalar(value, indent + 2, false)
  }

  private scalar(value: unknown, indent: number, key: boolean): void {
    if (typeof value === 'string') this.string(value, indent, key)
    else if (typeof value === 'number') this.put(goFloat(value))
    else if (Array.isArray(value)) this.put('[]')
    else if (typeof value === 'object' && value !== null) this.put('{}')
    else this.put(String(value ?? null))
  }

  private string(text: string, indent: number, key: boolean): void {
    switch (scalarStyle(text, key)) {
      case 'plain':
        return this.fold([...text], indent, key, (char) => char)
      case 'single':
        this.put("'")
        this.fold([...text], indent, key, (char) => (char === "'" ? "''" : char))
        return this.put("'")
      case 'double':
        return this.double(text, indent, key)
      case 'literal':
        return this.literal(text, indent)
    }
  }

  /** Plain and single-quoted text: a single space after column 80 becomes a line break. */
  private fold(chars: string[], indent: number, key: boolean, write: (char: string) => string): void {
    chars.forEach((char, i) => {
      const single = char === ' ' && chars[i - 1] !== ' ' && chars[i + 1] !== ' '
      if (single && !key && this.column > bestWidth && i > 0 && i < chars.length - 1) this.newLine(indent)
      else if (char === '\u2028' || char === '\u2029') this.foldBreak(char, chars[i - 1], indent)
      else this.put(write(char))
    })
  }

  private foldBreak(char: string, before: string | undefined, indent: number): void {
    if (before !== '\u2028' && before !== '\u2029') this.put(char)
    this.out += ' '.repeat(indent)
    this.column = indent
  }

  private double(text: string, indent: number, key: boolean): void {
    const all = text.startsWith('\ufeff')
    const chars = [...text]
    let spaces = false
    this.put('"')
    chars.forEach((char, i) => {
      if (char === ' ' && !key && !spaces && this.column > bestWidth && i > 0 && i < chars.length - 1) {
        this.newLine(indent)
        if (chars[i + 1] === ' ') this.put('\\')
        spaces = true
      } else {
        this.put(escapeChar(char, all))
        spaces = char === ' '
      }
    })
    this.put('"')
  }

  private literal(text: string, indent: number): void {
    this.put(`|${literalMarks(text)}`)
    const body = text.endsWith('\n') ? text.slice(0, -1) : text
    for (const line of body.split('\n')) {
      this.out += '\n'
      this.column = 0
      if (line !== '') this.put(' '.repeat(indent) + line)
    }
  }

  private newLine(indent: number): void {
    if (this.out !== '') this.out += '\n'
    this.out += ' '.repeat(indent)
    this.column = indent
  }

  private put(text: string): void {
    this.out += text
    this.column += [...text].length
  }
}

/** Keys that are too long or have several lines stand behind a question mark. */
function isComplex(key: string): boolean {
  return /[\n\r\u0085\u2028\u2029]/.test(key) || utf8Length(key) > 128
}

function utf8Length(text: string): number {
  let bytes = 0
  for (const char of text) {
    const code = char.codePointAt(0)!
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4
  }
  return bytes
}

/** Containers with something in them take lines of their own. */
function isBlock(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (Array.isArray(value)) return value.length > 0
  return value instanceof Map ? value.size > 0 : Object.values(value).some((v) => v !== undefined)
}

const isLetter = (char: string) => /\p{L}/u.test(char)
const isDigit = (char: string | undefined) => char !== undefined && /\p{Nd}/u.test(char)

/** yaml.v2's order of keys: digits count as numbers, letters come after everything else. */
export function compareKeys(a: string, b: string): number {
  const left = [...a]
  const right = [...b]
  for (let i = 0; i < left.length && i < right.length; i++) {
    const l = left[i]!
    const r = right[i]!
    if (l === r) continue
    if (isLetter(l) && isLetter(r)) return l < r ? -1 : 1
    if (isLetter(l) || isLetter(r)) return isLetter(r) ? -1 : 1
    return compareDigits(left, right, i)
  }
  return left.length - right.length
}

function compareDigits(left: string[], right: string[], at: number): number {
  let ahead = 0
  if (left[at] === '0' || right[at] === '0') {
    for (let j = at - 1; j >= 0 && isDigit(left[j]); j--) if (left[j] !== '0') ahead = 1
  }
  const run = (chars: string[]): [value: number, end: number] => {
    let value = ahead
    let end = at
    for (; isDigit(chars[end]); end++) value = value * 10 + Number(chars[end])
    return [value, end]
  }
  const [leftValue, leftEnd] = run(left)
  const [rightValue, rightEnd] = run(right)
  if (leftValue !== rightValue) return leftValue < rightValue ? -1 : 1
  if (leftEnd !== rightEnd) return leftEnd - rightEnd
  return left[at]! < right[at]! ? -1 : 1
}
