import { Errno, strerror } from '../filesystem/errno.ts'
import { isDirectory, permits } from '../filesystem/node.ts'
import { normalize } from '../filesystem/path.ts'
import { print } from '../process/io.ts'
import type { Run } from '../process/process.ts'
import { findOrImagine, foundOrImagined, imagines } from '../programs/imagined.ts'
import { bracketArguments, evaluateTestArguments, type TestProblem } from '../tools/test.ts'
import { echoText, formatPrintf } from '../../text/printf.ts'
import { textAt } from '../tools/input.ts'
import type { Builtin } from './builtins.ts'
import { Exit, LoopControl, Return, ShellError } from './control.ts'
import { wordsOf } from './flavor.ts'
import type { Shell } from './shell.ts'
import { parseScript } from './syntax.ts'

export const commandBuiltins: Record<string, Builtin> = {
  ':': { run: () => 0, pure: true },
  true: { run: () => 0, pure: true },
  false: { run: () => 1, pure: true },
  echo: { run: echo },
  printf: { run: printf },
  test: { run: test, pure: true },
  '[': { run: test, pure: true },
  cd: { run: cd },
  pwd: { run: pwd },
  exit: { run: exit },
  return: { run: returnFrom },
  break: { run: (shell, argv) => leaveLoop(shell, 'break', argv) },
  continue: { run: (shell, argv) => leaveLoop(shell, 'continue', argv) },
  eval: { run: evaluate },
  exec: { run: exec },
  '.': { run: source },
  source: { run: source, only: ['ash', 'bash'] },
  command: { run: command },
  builtin: { run: command, only: ['bash'] },
  type: { run: type },
  alias: { run: alias },
  unalias: { run: unalias },
  umask: { run: umask },
  times: { run: (shell) => say(shell, '0m0.000s 0m0.000s\n0m0.000s 0m0.000s\n') },
  ulimit: {
    run: (shell, argv) =>
      argv.some((a) => a.includes('a'))
        ? say(shell, 'core file size (blocks)         (-c) unlimited\nopen files                      (-n) 1048576\n')
        : argv.length <= 2
          ? say(shell, argv[1] === '-n' ? '1048576\n' : 'unlimited\n')
          : 0,
  },
  hash: { run: () => 0 },
  help: {
    run: (shell) => say(shell, `Built-in commands:\n------------------\n\t${shell.builtinNames().join(' ')}\n`),
    only: ['ash', 'bash'],
  },
  history: { run: () => 0, only: ['ash', 'bash'] },
  shopt: { run: () => 0, only: ['bash'] },
  // For the keys of whoever types, which a script does not see.
  complete: { run: () => 0, only: ['bash'] },
  compopt: { run: () => 0, only: ['bash'] },
  enable: { run: () => 0, only: ['bash'] },
  logout: { run: exit, only: ['bash'] },
}

function* say(shell: Shell, text: string, status = 0): Run<number> {
  yield* print(shell.process, text)
  return status
}

function* complain(shell: Shell, message: string, status: number): Run<number> {
  yield* shell.report(message, shell.state.pos)
  return status
}

function* echo(shell: Shell, argv: readonly string[]): Run<number> {
  yield* print(shell.process, echoText(argv.slice(1), shell.state.flavor))
  return 0
}

function* printf(shell: Shell, argv: readonly string[]): Run<number> {
  const [, ...rest] = argv
  const toVariable = rest[0] === '-v' && shell.state.flavor === 'bash' ? rest[1] : undefined
  const args = toVariable !== undefined ? rest.slice(2) : rest[0] === '--' ? rest.slice(1) : rest
  if (args.length === 0) return yield* complain(shell, 'printf: usage: printf format [arguments]', 2)
  const { text, invalid } = formatPrintf(args[0]!, args.slice(1))
  if (toVariable !== undefined) shell.expander.assign(toVariable, text)
  else yield* print(shell.process, text)
  if (invalid === undefined) return 0
  return yield* complain(
    shell,
    shell.state.flavor === 'ash' ? `printf: invalid number '${invalid}'` : `printf: ${invalid}: invalid number`,
    1,
  )
}

function test(shell: Shell, argv: readonly string[]): number | Run<number> {
  const args = bracketArguments(argv)
  const result =
    args === undefined ? ({ problem: 'bracket', text: '' } as const) : evaluateTestArguments(shell.process, args)
  if (typeof result === 'boolean') return result ? 0 : 1
  return complain(shell, testWords(shell, argv[0]!, result), 2)
}

function testWords(shell: Shell, name: string, { problem, text }: TestProblem): string {
  const words = wordsOf(shell.state.flavor)
  const isAsh = shell.state.flavor === 'ash'
  if (problem === 'bracket') return isAsh ? 'missing ]' : `[: missing ]`
  if (problem === 'number') return words.badNumber(name, text)
  if (problem === 'operand') return words.unexpectedOperator(name, text)
  return isAsh ? 'argument expected' : `${name}: argument expected`
}

function cd(shell: Shell, argv: readonly string[]): number | Run<number> {
  const { state, process } = shell
  const args = argv.slice(1).filter((a) => a !== '-L' && a !== '-P' && a !== '--')
  const target = args[0] === '-' ? (state.get('OLDPWD') ?? '') : (args[0] ?? state.get('HOME') ?? '/')
  const path = normalize(target, process.cwd)
  const node = findOrImagine(process, path, { recursive: true })
  const problem =
    node instanceof Errno
      ? strerror(node)
      : !isDirectory(node)
        ? strerror('ENOTDIR')
        : permits(node, process.who, 'execute')
          ? undefined
          : strerror('EACCES')
  if (problem !== undefined)
    return complain(
      shell,
      wordsOf(state.flavor).cannotChange(target, problem),
      state.flavor === 'bash' ? 1 : 2,
    )
  state.set('OLDPWD', process.cwd)
  process.cwd = path
  state.set('PWD', path)
  return args[0] === '-' ? say(shell, `${path}\n`) : 0
}

function pwd(shell: Shell): Run<number> {
  return say(shell, `${shell.process.cwd}\n`)
}

function exit(shell: Shell, argv: readonly string[]): number {
  const [, text] = argv
  if (text !== undefined && !/^-?\d+$/.test(text))
    throw new ShellError(wordsOf(shell.state.flavor).illegalNumber('exit', text), 2, shell.state.pos)
  throw new Exit(text === undefined ? shell.state.status : Number(text) & 0xff)
}

function returnFrom(shell: Shell, argv: readonly string[]): number {
  throw new Return(argv[1] === undefined ? shell.state.status : Number(argv[1]) & 0xff)
}

function leaveLoop(shell: Shell, kind: 'break' | 'continue', argv: readonly string[]): number {
  if (shell.state.loops === 0) return 0
  throw new LoopControl(kind, Math.max(1, Number(argv[1] ?? 1)))
}

function* evaluate(shell: Shell, argv: readonly string[]): Run<number> {
  const text = argv.slice(1).join(' ')
  shell.state.status = 0
  if (text.trim() !== '') yield* shell.deeper(shell.runText(parseScript(text)))
  return shell.state.status
}

function* exec(shell: Shell, argv: readonly string[]): Run<number> {
  const { process, state } = shell
  const args = argv[1] === '-a' ? argv.slice(3) : argv.slice(1)
  const found = foundOrImagined(
    process,
    process.machine.resolve(args, { access: process.access, path: state.get('PATH') ?? '' }),
    args,
    true,
  )
  if (!('failed' in found)) return yield* shell.simple.replace(found, state.environment(), undefined)
  yield* shell.simple.finishNotFound(state.flavor === 'bash' ? `exec: ${args[0]}` : args[0]!, found.failed)
  throw new Exit(found.failed === 'not found' ? 127 : 126)
}

function* source(shell: Shell, argv: readonly string[]): Run<number> {
  const [name, path, ...args] = argv
  const { process, state } = shell
  if (path === undefined) return yield* complain(shell, `${name}: filename argument required`, 2)
  const text = (yield* textAt(process, path)) ?? (path.includes('/') && imagines(process, path) ? '' : undefined)
  if (text === undefined) {
    const message = wordsOf(state.flavor).cannotOpen(path, 'No such file or directory')
    // A special builtin that fails ends the shell; bash in its usual mode goes on.
    if (state.flavor !== 'bash') throw new ShellError(`${state.flavor === 'ash' ? '' : '.: '}${message}`, 2, state.pos)
    return yield* complain(shell, message, 1)
  }
  const { positional } = state
  if (args.length > 0) state.positional = args
  try {
    state.status = 0
    yield* shell.deeper(shell.runText(parseScript(text)))
  } catch (e) {
    if (!(e instanceof Return)) throw e
    state.status = e.status
  } finally {
    state.positional = positional
  }
  return state.status
}

function* command(shell: Shell, argv: readonly string[]): Run<number> {
  const { state, process } = shell
  if (argv[1] === '-v' || argv[1] === '-V') return yield* describe(shell, argv.slice(2), argv[1] === '-V' ? 'sentence' : 'call')
  const args = argv.slice(1).filter((a, i) => !(i === 0 && (a === '-p' || a === '--')))
  if (args.length === 0) return 0
  const builtin = shell.builtinNamed(args[0]!)
  if (builtin !== undefined) {
    const result = builtin.run(shell, args)
    return typeof result === 'number' ? result : yield* result
  }
  const found = process.machine.resolve(args, { access: process.access, path: state.get('PATH') ?? '' })
  if ('failed' in found) {
    yield* shell.report(wordsOf(state.flavor).notFound(args[0]!), state.pos)
    return 127
  }
  const child = process.machine.spawn({
    parent: process,
    argv: found.argv,
    program: found.run,
    env: state.environment(),
    memoryBytes: found.memoryBytes,
    setuid: found.setuid,
    costUs: 950,
  })
  return yield* shell.children.waitFor(child)
}

function type(shell: Shell, argv: readonly string[]): Run<number> {
  const names = argv.slice(1).filter((a) => !a.startsWith('-'))
  return describe(shell, names, shell.state.flavor === 'bash' && argv[1] === '-t' ? 'kind' : 'sentence')
}

const keywords = new Set(['if', 'then', 'else', 'elif', 'fi', 'for', 'while', 'until', 'do', 'done', 'case', 'esac', '{', '}', '!', '[['])

/** What a name means, when it is no file. */
function kindOf(shell: Shell, name: string): 'function' | 'keyword' | 'builtin' | undefined {
  if (shell.state.functions.has(name)) return 'function'
  if (keywords.has(name)) return 'keyword'
  return shell.builtinNamed(name) === undefined ? undefined : 'builtin'
}

/** `type` says it in a sentence, or with -t in a word; `command -v` says how it is called. */
function* describe(shell: Shell, names: readonly string[], how: 'sentence' | 'kind' | 'call'): Run<number> {
  const { state, process } = shell
  let status = 0
  for (const name of names) {
    const kind = kindOf(shell, name)
    const found = kind === undefined ? process.machine.resolve([name], { access: process.access, path: state.get('PATH') ?? '' }) : undefined
    if (found !== undefined && 'failed' in found) {
      status = state.flavor === 'bash' ? 1 : 127
      if (how === 'sentence') yield* state.flavor === 'bash' ? shell.report(`type: ${name}: not found`, state.pos) : print(process, `${name}: not found\n`)
      continue
    }
    const sentence = found === undefined ? `${name} is a ${kind === 'function' ? '' : 'shell '}${kind}` : `${name} is ${found.path}`
    const said = { sentence, kind: kind ?? 'file', call: found?.path ?? name }
    yield* print(process, `${said[how]}\n`)
  }
  return status
}

function* alias(shell: Shell, argv: readonly string[]): Run<number> {
  for (const arg of argv.slice(1)) {
    const equals = arg.indexOf('=')
    if (equals > 0) shell.state.aliases.set(arg.slice(0, equals), arg.slice(equals + 1))
  }
  if (argv.length === 1)
    for (const [name, text] of shell.state.aliases) yield* print(shell.process, `${name}='${text}'\n`)
  return 0
}

function unalias(shell: Shell, argv: readonly string[]): number {
  for (const name of argv.slice(1)) shell.state.aliases.delete(name)
  return 0
}

function umask(shell: Shell, argv: readonly string[]): number | Run<number> {
  if (argv[1] === undefined) return say(shell, `0${shell.process.umask.toString(8).padStart(3, '0')}\n`)
  if (/^[0-7]+$/.test(argv[1])) shell.process.umask = parseInt(argv[1], 8)
  return 0
}
