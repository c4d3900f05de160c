import { JsonChecker, JsonSyntaxError } from '../../api/patch/jsonSyntax.ts'
import { strerror } from '../filesystem/errno.ts'
import { complain, print } from '../process/io.ts'
import type { Process, Run } from '../process/process.ts'
import { Inputs } from './input.ts'
import { JqError, JqSyntaxError } from './jq/errors.ts'
import { run } from './jq/evaluate.ts'
import { functions } from './jq/functions.ts'
import { type Node, parse } from './jq/syntax.ts'
import { isFields, isTrue } from './jq/values.ts'

/** More than this much work is no question about a cluster. */
const budget = 2_000_000

/** jq, without definitions and modules (jq/syntax.ts). */
export function* jq(p: Process): Run<number> {
  if (/^(--version|-V)$/.test(p.argv[1] ?? '')) {
    yield* print(p, 'jq-1.7.1\n')
    return 0
  }
  const { flags, variables, operands, indent, wrong } = readArguments(p.argv.slice(1))
  if (wrong !== undefined) {
    yield* print(p, `jq: ${wrong}\nUse jq --help for help with command-line options,\nor see the jq manpage, or online docs  at https://jqlang.github.io/jq\n`, 2)
    return 2
  }
  const [program = '.', ...files] = operands
  let node: Node
  try {
    node = parse(program)
    check(node)
  } catch (error) {
    if (!(error instanceof JqSyntaxError)) throw error
    yield* print(p, `jq: error: ${error.message} at <top-level>, line 1:\n${program}\njq: 1 compile error\n`, 2)
    return 3
  }
  const inputs = new Inputs(p, files, (_, path, e) => `error: Could not open file ${path}: ${strerror(e)}`)
  const text = flags.has('n') ? '' : yield* inputs.all()
  let values: unknown[]
  try {
    values = flags.has('n') ? [null] : flags.has('R') ? linesOf(text) : documents(text)
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error
    yield* print(p, 'jq: parse error: Invalid numeric literal at line 1, column 1\n', 2)
    return 2
  }
  if (flags.has('s')) values = flags.has('R') ? [text] : [values]
  let last: unknown
  for (const value of values) {
    try {
      for (const made of run(node, value, { functions, variables, budget: { left: budget } })) {
        last = made
        yield* print(p, written(made, flags, indent))
      }
    } catch (error) {
      if (!(error instanceof JqError)) throw error
      yield* complain(p, `error (at <stdin>:${text.split('\n').length - 1}): ${error.message}`)
      return 5
    }
  }
  if (inputs.failed) return 2
  if (!flags.has('e')) return 0
  return last === undefined ? 4 : isTrue(last) ? 0 : 1
}

interface Arguments {
  flags: Set<string>
  variables: Map<string, unknown>
  operands: string[]
  /** Blanks a level. */
  indent: number
  wrong?: string
}

const long: Readonly<Record<string, string>> = {
  'raw-output': 'r', 'compact-output': 'c', 'exit-status': 'e', 'null-input': 'n', slurp: 's', 'join-output': 'j', 'raw-input': 'R', 'sort-keys': 'S', 'monochrome-output': 'M', 'color-output': 'C', tab: 't',
}

function readArguments(args: readonly string[]): Arguments {
  const out: Arguments = { flags: new Set(), variables: new Map(), operands: [], indent: 2 }
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!
    if (arg === '--arg' || arg === '--argjson') {
      const [name = '', value = ''] = [args[++i], args[++i]]
      try {
        out.variables.set(name, arg === '--arg' ? value : JSON.parse(value))
      } catch {
        return { ...out, wrong: `Invalid JSON text passed to --argjson` }
      }
    } else if (arg === '--slurpfile' || arg === '--rawfile') i += 2
    else if (arg === '--indent') out.indent = Math.max(0, Math.min(7, Number(args[++i]) || 0))
    else if (arg.startsWith('--')) {
      const letter = long[arg.slice(2)]
      if (letter === undefined) return { ...out, wrong: `Unknown option: ${arg}` }
      out.flags.add(letter)
    } else if (/^-[A-Za-z]+$/.test(arg)) for (const letter of arg.slice(1)) out.flags.add(letter)
    else out.operands.push(arg)
  }
  return out
}

/** What a program calls has to be there before it runs. */
function check(node: unknown): void {
  if (Array.isArray(node)) return node.forEach(check)
  if (!isFields(node)) return
  const { op, name, args } = node as { op?: string; name?: string; args?: unknown[] }
  if (op === 'call' && !name!.startsWith('@')) {
    const key = `${name}/${args!.length}`
    if (!Object.hasOwn(functions.values, key) && !Object.hasOwn(functions.places, key)) throw new JqSyntaxError(`${key} is not defined`)
  }
  if (op !== 'literal') Object.values(node).forEach(check)
}

const linesOf = (text: string): string[] => text.replace(/\n$/, '').split('\n')

/** One JSON text after another, with or without blanks between them. @throws JsonSyntaxError */
function documents(text: string): unknown[] {
  const values: unknown[] = []
  const checker = new JsonChecker(text)
  for (checker.blanks(); !checker.done(); checker.blanks()) {
    const start = checker.at
    checker.value('', 0)
    values.push(JSON.parse(text.slice(start, checker.at)))
  }
  return values
}

function written(value: unknown, flags: ReadonlySet<string>, indent: number): string {
  const isRaw = (flags.has('r') || flags.has('j')) && typeof value === 'string'
  const made = isRaw ? (value as string) : JSON.stringify(flags.has('S') ? sorted(value) : (value ?? null), undefined, flags.has('c') ? 0 : flags.has('t') ? '\t' : indent)
  return flags.has('j') ? made : `${made}\n`
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (!isFields(value)) return value ?? null
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([key, inner]) => [key, sorted(inner)]))
}
