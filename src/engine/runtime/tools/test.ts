import { attempt, Errno } from '../filesystem/errno.ts'
import { isDirectory, type Node, permits } from '../filesystem/node.ts'
import { print } from '../process/io.ts'
import type { Process, Run } from '../process/process.ts'

/** What is wrong with a `test`; each shell has its own words for it. */
export type TestProblem = { problem: 'number' | 'operand' | 'bracket' | 'argument'; text: string }

/** Evaluates `test` and `[`: POSIX' rules by the number of arguments, with -a, -o, ! and parentheses. */
export function evaluateTestArguments(p: Process, args: readonly string[]): boolean | TestProblem {
  try {
    return new TestParser(p, args).run()
  } catch (e) {
    if (e instanceof Problem) return e.what
    throw e
  }
}

class Problem {
  readonly what: TestProblem
  constructor(problem: TestProblem['problem'], text: string) {
    this.what = { problem, text }
  }
}

const unaryOperators = new Set([
  '-b',
  '-c',
  '-d',
  '-e',
  '-f',
  '-g',
  '-h',
  '-k',
  '-L',
  '-n',
  '-p',
  '-r',
  '-s',
  '-S',
  '-t',
  '-u',
  '-w',
  '-x',
  '-z',
  '-O',
  '-G',
  '-N',
  '-v',
])
const binaryOperators = new Set([
  '=',
  '==',
  '!=',
  '<',
  '>',
  '-eq',
  '-ne',
  '-gt',
  '-ge',
  '-lt',
  '-le',
  '-nt',
  '-ot',
  '-ef',
  '=~',
])

class TestParser {
  private readonly p: Process
  private readonly args: readonly string[]
  private at = 0

  constructor(p: Process, args: readonly string[]) {
    this.p = p
    this.args = args
  }

  run(): boolean {
    const { args } = this
    // With few arguments the positions say what each is: `[ -n = ]`, `[ ! x ]`.
    if (args.length === 0) return false
    if (args.length === 1) return args[0] !== ''
    if (args.length === 3 && binaryOperators.has(args[1]!)) return binary(this.p, args[0]!, args[1]!, args[2]!)
    const value = this.or()
    if (this.at < args.length) throw new Problem('operand', args[this.at]!)
    return value
  }

  private or(): boolean {
    let value = this.and()
    while (this.args[this.at] === '-o') {
      this.at++
      const right = this.and()
      value ||= right
    }
    return value
  }

  private and(): boolean {
    let value = this.not()
    while (this.args[this.at] === '-a') {
      this.at++
      const right = this.not()
      value &&= right
    }
    return value
  }

  private not(): boolean {
    if (this.args[this.at] === '!' && this.at + 1 < this.args.length) {
      this.at++
      return !this.not()
    }
    return this.primary()
  }

  private primary(): boolean {
    const { args } = this
    const first = args[this.at]
    if (first === undefined) throw new Problem('argument', args.at(-1) ?? '')
    const operator = args[this.at + 1]
    if (operator !== undefined && binaryOperators.has(operator) && this.at + 2 < args.length) {
      this.at += 3
      return binary(this.p, first, operator, args[this.at - 1]!)
    }
    if (first === '(') return this.group()
    if (unaryOperators.has(first) && this.at + 1 < args.length) {
      this.at += 2
      return unaryTest(this.p, first, args[this.at - 1]!)
    }
    this.at++
    return first !== ''
  }

  private group(): boolean {
    this.at++
    const value = this.or()
    if (this.args[this.at] !== ')') throw new Problem('argument', ')')
    this.at++
    return value
  }
}

/** `-f path` and its like; also for [[ ]]. */
export function unaryTest(p: Process, operator: string, operand: string): boolean {
  switch (operator) {
    case '-n':
      return operand !== ''
    case '-z':
      return operand === ''
    case '-t':
      return attempt(() => p.fd(Number(operand)).isTerminal) === true
    case '-v':
      return p.env.has(operand)
    default: {
      const link = operator === '-h' || operator === '-L'
      const node = attempt(() => p.machine.files.find(operand, p.access, !link))
      return !(node instanceof Errno) && ofNode(p, operator, node)
    }
  }
}

function ofNode(p: Process, operator: string, node: Node): boolean {
  switch (operator) {
    case '-e':
    case '-a':
      return true
    case '-f':
      return node.kind === 'file'
    case '-d':
      return isDirectory(node)
    case '-h':
    case '-L':
      return node.kind === 'symlink'
    case '-c':
      return node.kind === 'device'
    case '-s':
      return isDirectory(node) || (node.kind === 'file' && (node.content.size > 0 || node.program !== undefined))
    case '-r':
      return permits(node, p.who, 'read')
    case '-w':
      return permits(node, p.who, 'write')
    case '-x':
      return permits(node, p.who, 'execute')
    case '-O':
      return node.uid === p.who.uid
    case '-G':
      return node.gid === p.who.gid
    case '-u':
      return (node.mode & 0o4000) !== 0
    case '-g':
      return (node.mode & 0o2000) !== 0
    case '-k':
      return (node.mode & 0o1000) !== 0
    default:
      return false
  }
}

function binary(p: Process, left: string, operator: string, right: string): boolean {
  switch (operator) {
    case '=':
    case '==':
      return left === right
    case '!=':
      return left !== right
    case '<':
      return left < right
    case '>':
      return left > right
    case '-nt':
    case '-ot':
    case '-ef':
      return compareFiles(p, left, operator, right)
    default:
      return compareNumbers(toNumber(left), operator, toNumber(right))
  }
}

export function compareNumbers(a: number, operator: string, b: number): boolean {
  switch (operator) {
    case '-eq':
      return a === b
    case '-ne':
      return a !== b
    case '-gt':
      return a > b
    case '-ge':
      return a >= b
    case '-lt':
      return a < b
    default:
      return a <= b
  }
}

export function compareFiles(p: Process, left: string, operator: string, right: string): boolean {
  const a = p.machine.files.stat(left, { access: p.access })
  const b = p.machine.files.stat(right, { access: p.access })
  if (operator === '-nt') return a !== undefined && (b === undefined || a.modifiedAt > b.modifiedAt)
  if (operator === '-ot') return b !== undefined && (a === undefined || a.modifiedAt < b.modifiedAt)
  return (
    a !== undefined &&
    b !== undefined &&
    p.machine.files.realPath(left, p.access) === p.machine.files.realPath(right, p.access)
  )
}

function toNumber(text: string): number {
  if (!/^\s*[-+]?\d+\s*$/.test(text)) throw new Problem('number', text)
  return Number(text)
}

/** `[` wants its `]`; the arguments between, or undefined when it is missing. */
export function bracketArguments(argv: readonly string[]): readonly string[] | undefined {
  const name = argv[0]!.slice(argv[0]!.lastIndexOf('/') + 1)
  if (name === 'test') return argv.slice(1)
  return argv.at(-1) === (name === '[[' ? ']]' : ']') ? argv.slice(1, -1) : undefined
}

/** The program /usr/bin/test, which a probe may run without a shell. */
export function* test(p: Process): Run<number> {
  const args = bracketArguments(p.argv)
  const result = args === undefined ? ({ problem: 'bracket', text: '' } as const) : evaluateTestArguments(p, args)
  if (typeof result === 'boolean') return result ? 0 : 1
  yield* print(p, `${p.argv[0]}: ${problemWords(result)}\n`, 2)
  return 2
}

function problemWords({ problem, text }: TestProblem): string {
  if (problem === 'bracket') return "missing ']'"
  if (problem === 'number') return `${text}: bad number`
  if (problem === 'operand') return `${text}: unknown operand`
  return 'argument expected'
}
