import type { TestExpression } from 'unbash'
import type { Run } from '../process/process.ts'
import { compareFiles, compareNumbers, unaryTest } from '../tools/test.ts'
import { Arithmetic, parseArithmetic } from './arithmetic.ts'
import { ShellError } from './control.ts'
import { patternRegExp } from '../../text/pattern.ts'
import type { Shell } from './shell.ts'

/** [[ ... ]] of bash and ash: no splitting, patterns on the right of `==`. */
export function* evaluateTest(shell: Shell, e: TestExpression): Run<boolean> {
  switch (e.type) {
    case 'TestGroup':
      return yield* evaluateTest(shell, e.expression)
    case 'TestNot': {
      const value = yield* evaluateTest(shell, e.operand)
      return e.negations.length % 2 === 1 ? !value : value
    }
    case 'TestLogical': {
      for (const operand of e.operands) {
        const value = yield* evaluateTest(shell, operand)
        if (value !== (e.operator === '&&')) return value
      }
      return e.operator === '&&'
    }
    case 'TestUnary': {
      const operand = yield* shell.expander.single(e.operand)
      if (e.operator === '-v') return isSet(shell, operand)
      return unaryTest(shell.process, e.operator, operand)
    }
    case 'TestBinary':
      return yield* binary(shell, e.operator, e)
  }
}

function* binary(shell: Shell, operator: string, e: Extract<TestExpression, { type: 'TestBinary' }>): Run<boolean> {
  const { expander } = shell
  const left = yield* expander.single(e.left)
  if (operator === '=' || operator === '==' || operator === '!=') {
    const hit = patternRegExp(yield* expander.pattern(e.right)).test(left)
    return operator === '!=' ? !hit : hit
  }
  const right = yield* expander.single(e.right)
  switch (operator) {
    case '=~':
      return matchRegExp(shell, left, right)
    case '<':
      return left < right
    case '>':
      return left > right
    case '-nt':
    case '-ot':
    case '-ef':
      return compareFiles(shell.process, left, operator, right)
    default:
      return compareNumbers(yield* number(shell, left), operator, yield* number(shell, right))
  }
}

/** `-v name`, `-v name[index]`. */
function isSet({ state, expander }: Shell, operand: string): boolean {
  const [, array, index] = /^(\w+)\[(.*)\]$/.exec(operand) ?? []
  return array === undefined ? state.variables.has(operand) : expander.element(array, state.isMap(array) ? index! : Number(index)) !== undefined
}

function* number(shell: Shell, text: string): Run<number> {
  return yield* new Arithmetic(shell.expander, text).evaluate(parseArithmetic(text.trim() === '' ? '0' : text))
}

function matchRegExp(shell: Shell, text: string, pattern: string): boolean {
  let re: RegExp
  try {
    re = new RegExp(
      pattern.replaceAll(
        /\[\[:(\w+):\]\]/g,
        (_, name: string) =>
          ({ digit: '\\d', space: '\\s', alpha: '[A-Za-z]', alnum: '[A-Za-z0-9]', upper: '[A-Z]', lower: '[a-z]' })[
            name
          ] ?? '',
      ),
    )
  } catch {
    throw new ShellError(`syntax error in regular expression: ${pattern}`, 2, shell.state.pos)
  }
  const match = re.exec(text)
  if (match !== null) {
    shell.state.variables.delete('BASH_REMATCH')
    match.forEach((group, i) => shell.state.setElement('BASH_REMATCH', i, group ?? ''))
  }
  return match !== null
}
