import { type ArithmeticExpression, parse } from 'unbash'
import type { Run } from '../process/process.ts'
import { ShellError } from './control.ts'
import type { Expander } from './expand.ts'
import { wordsOf } from './flavor.ts'

/** Evaluates $(( )): 64-bit integers with C's operators. Results beyond 2^53 lose their last digits. */
export class Arithmetic {
  private readonly expander: Expander
  private readonly text: string

  /** `text` is what an error message quotes. */
  constructor(expander: Expander, text: string) {
    this.expander = expander
    this.text = text
  }

  *evaluate(e: ArithmeticExpression | undefined): Run<number> {
    if (e === undefined) return 0
    switch (e.type) {
      case 'ArithmeticGroup':
        return yield* this.evaluate(e.expression)
      case 'ArithmeticTernary':
        return (yield* this.evaluate(e.test)) !== 0
          ? yield* this.evaluate(e.consequent)
          : yield* this.evaluate(e.alternate)
      case 'ArithmeticUnary':
        return yield* this.unary(e.operator, e.operand, e.prefix)
      case 'ArithmeticBinary':
        return yield* this.binary(e.operator, e.left, e.right)
      case 'ArithmeticCommandExpansion':
        return this.number(yield* this.expander.substitution(e.script), 0)
      case 'ArithmeticWord':
        return e.parts === undefined
          ? this.number(e.value, 0)
          : this.number(yield* this.expander.arithmeticWord(e.parts), 0)
    }
  }

  /** A literal, a variable, or a variable's value, which may be an expression again. */
  private number(word: string, depth: number): number {
    const text = word.trim()
    if (/^\d+$/.test(text)) return text.startsWith('0') && text !== '0' ? this.octal(text) : clamp(Number(text))
    if (/^0[xX][0-9a-fA-F]+$/.test(text)) return clamp(Number(text))
    if (text === '' && depth > 0) return 0
    const value = this.valueOf(text)
    if (value === undefined) return this.expression(text, depth)
    return value === '' ? 0 : this.number(value, depth + 1)
  }

  private octal(text: string): number {
    if (/[89]/.test(text)) throw this.syntaxError()
    return parseInt(text, 8)
  }

  private valueOf(text: string): string | undefined {
    if (/^[A-Za-z_]\w*$/.test(text)) return this.expander.variableForArithmetic(text)
    if (/^\$(\w+|[?#$!@*-])$/.test(text)) return this.expander.parameter(text.slice(1)) ?? ''
    const element = /^([A-Za-z_]\w*)\[(.+)\]$/.exec(text)
    return element === null ? undefined : this.expander.element(element[1]!, this.number(element[2]!, 1))
  }

  /** A text that turned out to be more than a number: parsed again, as its variable's value. */
  private expression(text: string, depth: number): number {
    const based = /^(\d+)#([0-9a-zA-Z]+)$/.exec(text)
    if (based !== null) return parseInt(based[2]!, Number(based[1]))
    if (depth > MAX_DEPTH || text === '' || !/[-+*/%()<>=!&|^~?:,]/.test(text)) throw this.syntaxError()
    const e = parseArithmetic(text)
    if (e === undefined || e.type === 'ArithmeticWord') throw this.syntaxError()
    const step = new Arithmetic(this.expander, text).evaluate(e).next()
    if (step.done !== true) throw this.syntaxError()
    return step.value
  }

  private *unary(operator: string, operand: ArithmeticExpression, prefix: boolean): Run<number> {
    if (operator === '++' || operator === '--') {
      const before = yield* this.evaluate(operand)
      const after = clamp(before + (operator === '++' ? 1 : -1))
      this.assign(operand, after)
      return prefix ? after : before
    }
    const value = yield* this.evaluate(operand)
    switch (operator) {
      case '-':
        return -value
      case '+':
        return value
      case '!':
        return value === 0 ? 1 : 0
      case '~':
        return -value - 1
      default:
        throw this.syntaxError()
    }
  }

  private *binary(operator: string, left: ArithmeticExpression, right: ArithmeticExpression): Run<number> {
    if (operator === '&&') return (yield* this.evaluate(left)) !== 0 && (yield* this.evaluate(right)) !== 0 ? 1 : 0
    if (operator === '||') return (yield* this.evaluate(left)) !== 0 || (yield* this.evaluate(right)) !== 0 ? 1 : 0
    if (operator === ',') {
      yield* this.evaluate(left)
      return yield* this.evaluate(right)
    }
    if (operator === '=') return this.assign(left, yield* this.evaluate(right))
    if (/^(?:[-+*/%&|^]|<<|>>)=$/.test(operator)) {
      const value = this.operate(operator.slice(0, -1), yield* this.evaluate(left), yield* this.evaluate(right))
      return this.assign(left, value)
    }
    return this.operate(operator, yield* this.evaluate(left), yield* this.evaluate(right))
  }

  private operate(operator: string, a: number, b: number): number {
    switch (operator) {
      case '+':
        return clamp(a + b)
      case '-':
        return clamp(a - b)
      case '*':
        return Number.isSafeInteger(a * b) ? a * b : wide(BigInt(a) * BigInt(b))
      case '/':
      case '%':
        if (b === 0) throw new ShellError(wordsOf(this.expander.flavor).divisionByZero(this.text), 2, 0)
        return operator === '/' ? Math.trunc(a / b) + 0 : (a % b) + 0
      case '**':
        return Number.isSafeInteger(a ** b) ? a ** b : wide(b > 1000 ? 0n : BigInt(a) ** BigInt(Math.max(0, b)))
      case '<<':
        return wide(BigInt(a) << BigInt(b & 63))
      case '>>':
        return wide(BigInt(a) >> BigInt(b & 63))
      case '&':
        return wide(BigInt(a) & BigInt(b))
      case '|':
        return wide(BigInt(a) | BigInt(b))
      case '^':
        return wide(BigInt(a) ^ BigInt(b))
      default:
        return this.compare(operator, a, b) ? 1 : 0
    }
  }

  private compare(operator: string, a: number, b: number): boolean {
    switch (operator) {
      case '==':
        return a === b
      case '!=':
        return a !== b
      case '<':
        return a < b
      case '>':
        return a > b
      case '<=':
        return a <= b
      case '>=':
        return a >= b
      default:
        throw this.syntaxError()
    }
  }

  private assign(target: ArithmeticExpression, value: number): number {
    const name = target.type === 'ArithmeticWord' ? target.value.trim() : ''
    if (!/^[A-Za-z_]\w*$/.test(name)) throw this.syntaxError()
    this.expander.assign(name, String(value))
    return value
  }

  private syntaxError(): ShellError {
    return new ShellError(wordsOf(this.expander.flavor).arithmeticSyntax(this.text), 2, 0)
  }
}

const MAX_DEPTH = 20

function wide(n: bigint): number {
  return Number(BigInt.asIntN(64, n))
}

function clamp(n: number): number {
  return Number.isSafeInteger(n) ? n : wide(BigInt(Math.trunc(n)))
}

/** For `let`, `expr`-like builtins and values of variables. */
export function parseArithmetic(text: string): ArithmeticExpression | undefined {
  const command = parse(`: $((${text}))`).commands[0]?.command
  const word = command?.type === 'Command' ? command.args[0] : undefined
  const part = word?.type === 'Word' ? word.parts?.[0] : undefined
  return part?.type === 'ArithmeticExpansion' ? part.expression : undefined
}
