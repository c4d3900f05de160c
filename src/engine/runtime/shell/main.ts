import { Errno } from '../filesystem/errno.ts'
import { print } from '../process/io.ts'
import { BLOCKED } from '../process/open-file.ts'
import { INTERRUPTED, type Process, type Program, type Run } from '../process/process.ts'
import { Terminal } from '../process/terminal.ts'
import { basename } from '../filesystem/path.ts'
import { imagined, imagines } from '../programs/imagined.ts'
import { userName } from '../programs/users.ts'
import { Exit, LoopControl, Return, ShellError } from './control.ts'
import { type Flavor, wordsOf } from './flavor.ts'
import { Shell } from './shell.ts'
import { type Option, optionNames, ShellState } from './state.ts'
import { isIncomplete, parseScript } from './syntax.ts'

/**
 * sh, ash, dash, bash: a script with -c, in a file, or from standard input; interactive on a terminal. `watched` gets the state of a
 * shell that runs a script, before it does; what the script ends with does not take such a shell's place.
 */
export function shellProgram(flavor: Flavor, watched?: (state: ShellState) => void): Program {
  return function* (p: Process): Run<number> {
    const asked = parseArguments(p.argv)
    const state = new ShellState({
      flavor,
      name: asked.name,
      positional: asked.positional,
      pid: p.pid,
      startedAt: p.machine.now(),
      source: '',
    })
    importEnvironment(state, p)
    for (const option of asked.options) state.options.add(option)
    const shell = new Shell(p, state)
    if (asked.problem !== undefined) {
      yield* shell.report(asked.problem, 0)
      return 2
    }
    if (asked.script !== undefined) {
      watched?.(state)
      state.atPrompt = watched !== undefined
      return yield* shell.asProgram((s) => s.runText(parseScript(asked.script!), watched === undefined))
    }
    if (asked.file !== undefined) return yield* runFile(shell, asked.file)
    state.interactive = asked.interactive || p.fd(0).isTerminal
    const code = yield* shell.asProgram(fromStandardInput)
    if (state.interactive && isLogin(p)) yield* print(p, 'logout\n', 2)
    return code
  }
}

interface Arguments {
  name: string
  script: string | undefined
  file: string | undefined
  positional: string[]
  options: Option[]
  interactive: boolean
  problem: string | undefined
}

function parseArguments(argv: readonly string[]): Arguments {
  const out: Arguments = {
    name: argv[0] ?? 'sh',
    script: undefined,
    file: undefined,
    positional: [],
    options: [],
    interactive: false,
    problem: undefined,
  }
  let i = 1
  let wantsScript = false
  let fromInput = false
  for (; i < argv.length && /^[-+]./.test(argv[i]!); i++) {
    const arg = argv[i]!
    if (arg === '--') {
      i++
      break
    }
    if (arg.startsWith('--')) continue
    for (const letter of arg.slice(1)) {
      if (letter === 'c') wantsScript = true
      else if (letter === 's') fromInput = true
      else if (letter === 'i') out.interactive = true
      else if (letter === 'o') out.options.push(optionNames[argv[++i] ?? ''] ?? 'm')
      else if (letter !== 'l') out.options.push(letter as Option)
    }
  }
  const rest = argv.slice(i)
  if (wantsScript) {
    if (rest.length === 0) out.problem = '-c requires an argument'
    out.script = rest[0] ?? ''
    if (rest[1] !== undefined) out.name = rest[1]
    out.positional = rest.slice(2)
  } else if (!fromInput && rest[0] !== undefined) {
    out.file = rest[0]
    out.name = rest[0]
    out.positional = rest.slice(1)
  } else out.positional = rest
  return out
}

function importEnvironment(state: ShellState, p: Process): void {
  for (const [name, value] of p.env) {
    // A name that is none (`my.key`) goes on to children, but the shell itself cannot see it.
    state.variables.set(name, { value, exported: true, readonly: false })
  }
  state.set('PWD', p.cwd)
  state.export('PWD')
  if (state.get('IFS') === undefined) state.variables.set('IFS', { value: ' \t\n', exported: false, readonly: false })
  state.variables.get('IFS')!.value = ' \t\n'
  if (state.get('PATH') === undefined) state.set('PATH', '/sbin:/usr/sbin:/bin:/usr/bin')
  state.set('SHLVL', String(Number(state.get('SHLVL') ?? 0) + 1))
  state.export('SHLVL')
}

function* runFile(shell: Shell, path: string): Run<number> {
  const { process, state } = shell
  const text = process.machine.files.readText(path, process.access)
  if (text === undefined && imagines(process, path)) return yield* imagined([path], process.part!).run(process)
  if (text === undefined) {
    const message =
      state.flavor === 'bash'
        ? `${path}: No such file or directory`
        : state.flavor === 'dash'
          ? `0: cannot open ${path}: No such file`
          : wordsOf(state.flavor).cannotOpen(`'${path}'`, ' No such file or directory').replace(':  ', ': ')
    yield* print(process, `${basename(process.argv[0] ?? 'sh')}: ${message}\n`, 2)
    return state.flavor === 'bash' ? 127 : 2
  }
  state.isScript = true
  return yield* shell.asProgram((s) => s.runText(parseScript(text), true))
}

/** Reads and runs command by command, so that a command may read what follows it. */
function* fromStandardInput(shell: Shell): Run<void> {
  const { process, state } = shell
  const input = process.fd(0)
  if (state.interactive) enterInteractive(shell)
  let text = ''
  for (;;) {
    if (state.interactive) yield* print(process, text === '' ? prompt(shell) : (state.get('PS2') ?? '> '), 2)
    const line = input.readLine()
    const got = line === BLOCKED ? yield* waitForLine(shell) : line
    if (got === INTERRUPTED) {
      text = ''
      yield* print(process, '\n', 2)
      continue
    }
    if (got === undefined) break
    text += got
    const parsed = parseScript(text)
    if (isIncomplete(parsed)) continue
    text = ''
    yield* runInput(shell, parsed)
  }
  // What is still unfinished at the end is an error.
  if (text.trim() !== '') yield* runInput(shell, parseScript(text))
  if (state.interactive && input.isTerminal) yield* print(process, state.flavor !== 'bash' ? '\n' : isLogin(process) ? '' : 'exit\n', 2)
}

const isLogin = ({ argv }: Process): boolean => argv[1] === '-l'

function* waitForLine(shell: Shell): Run<string | undefined | typeof INTERRUPTED> {
  const input = shell.process.fd(0)
  for (;;) {
    const line = input.readLine()
    if (line !== BLOCKED) return line
    const answer = yield { wait: 'io', on: input, interruptible: true }
    if (answer !== INTERRUPTED) continue
    if (shell.state.interactive && shell.state.pendingSignals.length === 0) return INTERRUPTED
    yield* shell.runTraps()
  }
}

function enterInteractive(shell: Shell): void {
  const { process } = shell
  // Not ignored but caught, so that children do not inherit it. ^C at the prompt gives a new prompt.
  for (const signal of ['INT', 'TERM', 'QUIT', 'TSTP', 'TTIN', 'TTOU'] as const) process.onSignal(signal, () => {})
  const input = process.fd(0)
  if (input instanceof Terminal) input.foreground = process.group
}

/** An error ends the line, not an interactive shell. */
function* runInput(shell: Shell, parsed: ReturnType<typeof parseScript>): Run<void> {
  try {
    yield* shell.runText(parsed)
  } catch (e) {
    if (!shell.state.interactive || e instanceof Exit) throw e
    if (e instanceof ShellError) {
      yield* shell.report(e.message, e.pos)
      shell.state.status = e.status
    } else if (!(e instanceof LoopControl) && !(e instanceof Return) && !(e instanceof Errno)) throw e
  }
  if (shell.state.pendingSignals.length > 0) yield* shell.runTraps()
}

function prompt(shell: Shell): string {
  const { state, process } = shell
  const mark = process.who.uid === 0 ? '#' : '$'
  const ps1 = state.get('PS1')
  if (ps1 === undefined) {
    if (state.flavor === 'dash') return `${mark} `
    if (state.flavor === 'bash')
      return `${userName(process.machine.files, process.who.uid) ?? 'I have no name!'}@${process.machine.config.hostname}:${tilde(shell)}${mark} `
    return `${tilde(shell)} ${mark} `
  }
  return ps1.replaceAll(/\\([whu$W])/g, (_, c: string) =>
    c === 'w'
      ? tilde(shell)
      : c === 'W'
        ? basename(process.cwd)
        : c === 'h'
          ? process.machine.config.hostname
          : c === '$'
            ? mark
            : (userName(process.machine.files, process.who.uid) ?? ''),
  )
}

function tilde(shell: Shell): string {
  const home = shell.state.get('HOME')
  const { cwd } = shell.process
  return home !== undefined && home !== '/' && (cwd === home || cwd.startsWith(`${home}/`))
    ? `~${cwd.slice(home.length)}`
    : cwd
}
