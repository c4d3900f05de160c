import { complain, print } from '../process/io.ts'
import type { Process, Run } from '../process/process.ts'
import { posixRegExp } from '../../text/regexp.ts'

export function* expr(p: Process): Run<number> {
  const value = new ExprParser(p.argv.slice(1)).run()
  if (value === undefined) {
    yield* complain(p, 'syntax error')
    return 2
  }
  yield* print(p, `${value}\n`)
  return value === '' || value === '0' ? 1 : 0
}

/** The operators of expr(1), lowest first. */
const exprLevels = [['|'], ['&'], ['=', '==', '!=', '<', '<=', '>', '>='], ['+', '-'], ['*', '/', '%'], [':']]

class ExprParser {
  private readonly args: readonly string[]
  private at = 0

  constructor(args: readonly string[]) {
    this.args = args
  }

  run(): string | undefined {
    const value = this.level(0)
    return this.at === this.args.length ? value : undefined
  }

  private level(n: number): string | undefined {
    if (n === exprLevels.length) return this.primary()
    let left = this.level(n + 1)
    while (left !== undefined && exprLevels[n]!.includes(this.args[this.at] ?? '')) {
      const operator = this.args[this.at++]!
      const right = this.level(n + 1)
      if (right === undefined) return undefined
      left = applyExpr(operator, left, right)
    }
    return left
  }

  private primary(): string | undefined {
    const word = this.args[this.at++]
    if (word === '(') {
      const value = this.level(0)
      return this.args[this.at++] === ')' ? value : undefined
    }
    if (word === 'length') return String((this.args[this.at++] ?? '').length)
    if (word === 'substr')
      return (this.args[this.at++] ?? '').substr(Number(this.args[this.at++]) - 1, Number(this.args[this.at++]))
    if (word === 'index') {
      const text = this.args[this.at++] ?? ''
      const set = this.args[this.at++] ?? ''
      return String([...text].findIndex((c) => set.includes(c)) + 1)
    }
    return word
  }
}

function applyExpr(operator: string, a: string, b: string): string | undefined {
  const numeric = /^-?\d+$/.test(a) && /^-?\d+$/.test(b)
  const [x, y] = [Number(a), Number(b)]
  const truth = (v: boolean) => (v ? '1' : '0')
  switch (operator) {
    case '|':
      return a !== '' && a !== '0' ? a : b
    case '&':
      return a !== '' && a !== '0' && b !== '' && b !== '0' ? a : '0'
    case '=':
    case '==':
      return truth(numeric ? x === y : a === b)
    case '!=':
      return truth(numeric ? x !== y : a !== b)
    case '<':
      return truth(numeric ? x < y : a < b)
    case '<=':
      return truth(numeric ? x <= y : a <= b)
    case '>':
      return truth(numeric ? x > y : a > b)
    case '>=':
      return truth(numeric ? x >= y : a >= b)
    case ':': {
      const match = posixRegExp(`^${b}`, { extended: false })?.exec(a) ?? null
      return match === null ? (b.includes('\\(') ? '' : '0') : (match[1] ?? String(match[0].length))
    }
    default:
      if (!numeric || ((operator === '/' || operator === '%') && y === 0)) return undefined
      return String(
        operator === '+'
          ? x + y
          : operator === '-'
            ? x - y
            : operator === '*'
              ? x * y
              : operator === '/'
                ? Math.trunc(x / y)
                : x % y,
      )
  }
}
