import { BLOCKED } from '../process/open-file.ts'
import { print, readLine } from '../process/io.ts'
import { INTERRUPTED, type Run, TIMED_OUT } from '../process/process.ts'
import { Arithmetic, parseArithmetic } from './arithmetic.ts'
import type { Builtin } from './builtins.ts'
import { ShellError } from './control.ts'
import { wordsOf } from './flavor.ts'
import { quote } from './quote.ts'
import type { Shell } from './shell.ts'
import { type Option, optionNames } from './state.ts'

export const variableBuiltins: Record<string, Builtin> = {
  export: { run: (shell, argv) => declare(shell, argv, 'export') },
  readonly: { run: (shell, argv) => declare(shell, argv, 'readonly') },
  local: { run: local },
  declare: { run: declareBash, only: ['bash'] },
  typeset: { run: declareBash, only: ['bash'] },
  unset: { run: unset },
  set: { run: set },
  shift: { run: shift },
  read: { run: read },
  mapfile: { run: mapfile, only: ['bash'] },
  readarray: { run: mapfile, only: ['bash'] },
  let: { run: evaluateLet, only: ['ash', 'bash'] },
  getopts: { run: getopts },
}

function* declare(shell: Shell, argv: readonly string[], kind: 'export' | 'readonly'): Run<number> {
  const { state } = shell
  const remove = argv[1] === '-n'
  const args = argv.slice(1).filter((a) => !/^-[npf]$/.test(a))
  if (args.length === 0) {
    for (const [name, v] of [...state.variables].sort(([a], [b]) => (a < b ? -1 : 1))) {
      if (kind === 'export' ? v.exported : v.readonly)
        yield* print(
          shell.process,
          `${state.flavor === 'bash' ? `declare -${kind === 'export' ? 'x' : 'r'}` : kind} ${name}=${state.flavor === 'bash' ? JSON.stringify(v.value) : quote(v.value)}\n`,
        )
    }
    return 0
  }
  for (const arg of args) {
    const name = assignArgument(shell, arg)
    if (kind === 'export' && !remove) state.export(name)
    const variable = state.variables.get(name)
    if (variable !== undefined && kind === 'export' && remove) variable.exported = false
    if (variable !== undefined && kind === 'readonly') variable.readonly = true
  }
  return 0
}

/** `name` or `name=value`; gives the name. */
function assignArgument(shell: Shell, arg: string): string {
  const match = /^([A-Za-z_]\w*)(\+?=)?(.*)$/s.exec(arg)
  if (match === null || (match[2] === undefined && match[3] !== ''))
    throw new ShellError(`export: ${arg}: bad variable name`, 2, shell.state.pos)
  const [, name, operator, value] = match
  if (operator !== undefined)
    shell.expander.assign(name!, operator === '+=' ? (shell.state.get(name!) ?? '') + value! : value!)
  return name!
}

function local(shell: Shell, argv: readonly string[]): number {
  const { state } = shell
  const scope = state.locals.at(-1)
  if (scope === undefined)
    throw new ShellError(
      state.flavor === 'bash' ? 'local: can only be used in a function' : 'not in a function',
      2,
      state.pos,
    )
  for (const arg of argv.slice(1)) {
    if (arg.startsWith('-')) continue
    const name = /^[A-Za-z_]\w*/.exec(arg)?.[0] ?? arg
    if (!scope.has(name)) scope.set(name, state.variables.get(name))
    const old = state.variables.get(name)
    state.variables.set(name, { value: '', exported: old?.exported ?? false, readonly: false })
    assignArgument(shell, arg)
    // Without a value ash and dash let the outer one shine through; bash leaves it unset.
    if (!arg.includes('=')) {
      if (state.flavor === 'bash' || old === undefined) state.variables.delete(name)
      else state.variables.set(name, { ...old })
    }
  }
  return 0
}

function* declareBash(shell: Shell, argv: readonly string[]): Run<number> {
  const { state } = shell
  const flags = argv
    .slice(1)
    .filter((a) => a.startsWith('-'))
    .join('')
  const args = argv.slice(1).filter((a) => !a.startsWith('-'))
  if (flags.includes('p') || (args.length === 0 && flags === '')) {
    for (const name of args.length > 0 ? args : [...state.variables.keys()].sort())
      yield* print(shell.process, `declare -- ${name}=${JSON.stringify(state.get(name) ?? '')}\n`)
    return 0
  }
  if (state.locals.length > 0 && !flags.includes('g')) local(shell, ['local', ...args])
  for (const arg of args) {
    const name = assignArgument(shell, arg)
    if (flags.includes('x')) state.export(name)
    const variable = state.variables.get(name)
    if (variable !== undefined && flags.includes('r')) variable.readonly = true
    if (flags.includes('a') || flags.includes('A'))
      state.variables.set(name, { value: '', exported: false, readonly: false, elements: new Map(), ...variable, isMap: flags.includes('A') })
  }
  return 0
}

function unset(shell: Shell, argv: readonly string[]): number {
  const { state } = shell
  for (const name of argv.slice(1)) {
    if (name === '-f' || name === '-v') continue
    const element = /^([A-Za-z_]\w*)\[(.+)\]$/.exec(name)
    if (element !== null) {
      state.effects++
      state.variables.get(element[1]!)?.elements?.delete(state.isMap(element[1]!) ? element[2]!.replaceAll(/["']/g, '') : Number(element[2]))
    } else if (argv[1] === '-f') state.functions.delete(name)
    else if (!state.unset(name)) throw new ShellError(wordsOf(state.flavor).readOnly(name), 2, state.pos)
    else if (argv[1] !== '-v') state.functions.delete(name)
  }
  return 0
}

function* set(shell: Shell, argv: readonly string[]): Run<number> {
  const { state } = shell
  if (argv.length === 1) {
    for (const [name, v] of [...state.variables].sort(([a], [b]) => (a < b ? -1 : 1)))
      yield* print(shell.process, `${name}=${quote(v.value)}\n`)
    return 0
  }
  let i = 1
  for (; i < argv.length; i++) {
    const arg = argv[i]!
    if (arg === '--' || arg === '-') {
      state.positional = argv.slice(i + 1)
      return 0
    }
    if (!/^[-+]./.test(arg)) break
    if (/^[-+]\w*o$/.test(arg)) {
      const name = argv[++i]
      if (name === undefined) return 0
      if (optionNames[name] === undefined)
        throw new ShellError(
          state.flavor === 'bash' ? `set: ${name}: invalid option name` : `set: illegal option -o ${name}`,
          2,
          state.pos,
        )
      switchOptions(shell, arg, [optionNames[name]!])
    }
    switchOptions(shell, arg, [...arg.slice(1)].filter((o) => o !== 'o') as Option[])
  }
  if (i < argv.length) state.positional = argv.slice(i)
  return 0
}

function switchOptions(shell: Shell, sign: string, options: readonly Option[]): void {
  for (const o of options) {
    if (!Object.values(optionNames).includes(o) && !'bhkptBEHPT'.includes(o))
      throw new ShellError(
        `set: ${shell.state.flavor === 'bash' ? `${sign[0]}${o}: invalid option` : `illegal option ${sign[0]}${o}`}`,
        2,
        shell.state.pos,
      )
    if (sign.startsWith('-')) shell.state.options.add(o)
    else shell.state.options.delete(o)
  }
}

function shift(shell: Shell, argv: readonly string[]): number {
  const n = Number(argv[1] ?? 1)
  if (n <= shell.state.positional.length) {
    shell.state.positional = shell.state.positional.slice(n)
    return 0
  }
  if (shell.state.flavor === 'dash') throw new ShellError("shift: can't shift that many", 2, shell.state.pos)
  return 1
}

interface ReadOptions {
  raw: boolean
  names: string[]
  timeoutMs: number | undefined
  prompt: string
  count: number | undefined
  array: string | undefined
}

function readOptions(argv: readonly string[]): ReadOptions {
  const o: ReadOptions = { raw: false, names: [], timeoutMs: undefined, prompt: '', count: undefined, array: undefined }
  for (let i = 1; i < argv.length; i++) {
    const arg = argv[i]!
    if (!/^-[a-z]/.test(arg)) o.names.push(arg)
    else {
      if (arg.includes('r')) o.raw = true
      if (arg.endsWith('t')) o.timeoutMs = Number(argv[++i]) * 1000
      else if (arg.endsWith('p')) o.prompt = argv[++i] ?? ''
      else if (/[nN]$/.test(arg)) o.count = Number(argv[++i])
      else if (arg.endsWith('a')) o.array = argv[++i]
      else if (/[du]$/.test(arg)) i++
    }
  }
  return o
}

function* read(shell: Shell, argv: readonly string[]): Run<number> {
  const { process, state } = shell
  const o = readOptions(argv)
  const input = process.fd(0)
  if (o.prompt !== '' && input.isTerminal) yield* print(process, o.prompt, 2)
  let line = yield* inputLine(shell, o.timeoutMs)
  while (!o.raw && line !== undefined && /(?:^|[^\\])(?:\\\\)*\\\n$/.test(line))
    line = line.slice(0, -2) + ((yield* inputLine(shell, undefined)) ?? '')
  const complete = line?.endsWith('\n') === true
  let text = (line ?? '').replace(/\n$/, '')
  if (o.count !== undefined) text = text.slice(0, o.count)
  if (!o.raw) text = text.replace(/\\(.)/gs, '$1')
  if (o.array !== undefined)
    splitAt(shell.expander.ifs(), text).forEach((w, i) => state.setElement(o.array!, i, w))
  else distribute(shell, text, o.names)
  return complete || (o.count !== undefined && text !== '') ? 0 : 1
}

/** Words between the characters of IFS: blanks in a row are one separator, any other character with the blanks around it is one, too. */
function splitAt(ifs: string, text: string): string[] {
  if (ifs === '') return text === '' ? [] : [text]
  const escaped = (chars: string[]) => chars.map((c) => c.replace(/[\\\]^-]/, '\\$&')).join('')
  const blank = escaped([...ifs].filter((c) => ' \t\n'.includes(c)))
  const hard = escaped([...ifs].filter((c) => !' \t\n'.includes(c)))
  const blanks = blank === '' ? '' : `[${blank}]*`
  const separator = [...(hard === '' ? [] : [`${blanks}[${hard}]${blanks}`]), ...(blank === '' ? [] : [`[${blank}]+`])].join('|')
  const trimmed = text.replace(new RegExp(`^${blanks}`), '').replace(new RegExp(`${blanks}$`), '')
  const words = trimmed.split(new RegExp(separator))
  return words.at(-1) === '' ? words.slice(0, -1) : words
}

/** A line from standard input; a signal that arrives meanwhile is handled first. */
function* inputLine(shell: Shell, timeoutMs: number | undefined): Run<string | undefined> {
  const { process } = shell
  const input = process.fd(0)
  for (;;) {
    const line = input.readLine()
    if (line !== BLOCKED) return line
    const answer = yield { wait: 'io', on: input, interruptible: true, timeoutMs }
    if (answer === TIMED_OUT) return undefined
    if (answer === INTERRUPTED) yield* shell.runTraps()
  }
}

/** The last name gets all that is left. */
function distribute(shell: Shell, text: string, names: readonly string[]): void {
  const ifs = shell.expander.ifs()
  if (names.length === 0) return shell.expander.assign('REPLY', text)
  const blank = [...ifs].filter((c) => ' \t\n'.includes(c)).join('')
  const isIn = (c: string | undefined, set: string) => c !== undefined && set.includes(c)
  let rest = text
  const trimStart = () => {
    while (isIn(rest[0], blank)) rest = rest.slice(1)
  }
  trimStart()
  names.forEach((name, i) => {
    if (i === names.length - 1) {
      while (isIn(rest.at(-1), blank)) rest = rest.slice(0, -1)
      return shell.expander.assign(name, rest)
    }
    let end = 0
    while (end < rest.length && !isIn(rest[end], ifs)) end++
    shell.expander.assign(name, rest.slice(0, end))
    const hard = isIn(rest[end], ifs) && !isIn(rest[end], blank)
    rest = rest.slice(end + (hard ? 1 : 0))
    trimStart()
    if (!hard && isIn(rest[0], ifs) && end > 0) rest = rest.slice(1)
    trimStart()
  })
}

function* mapfile(shell: Shell, argv: readonly string[]): Run<number> {
  const name = argv.slice(1).find((a) => !a.startsWith('-')) ?? 'MAPFILE'
  const strip = argv.some((a) => /^-\w*t/.test(a))
  shell.state.variables.set(name, { value: '', exported: false, readonly: false, elements: new Map() })
  for (let i = 0; ; i++) {
    const line = yield* readLine(shell.process, shell.process.fd(0))
    if (line === undefined || line === INTERRUPTED) return 0
    shell.state.setElement(name, i, strip ? line.replace(/\n$/, '') : line)
  }
}

function* evaluateLet(shell: Shell, argv: readonly string[]): Run<number> {
  let value = 0
  for (const text of argv.slice(1)) value = yield* new Arithmetic(shell.expander, text).evaluate(parseArithmetic(text))
  return value === 0 ? 1 : 0
}

function* getopts(shell: Shell, argv: readonly string[]): Run<number> {
  const [, spec = '', name = 'opt', ...given] = argv
  const { state } = shell
  const args = given.length > 0 ? given : state.positional
  let index = Number(state.get('OPTIND') ?? 1)
  const word = args[index - 1]
  const finish = (value: string, status: number): number => {
    shell.expander.assign(name, value)
    shell.expander.assign('OPTIND', String(index))
    return status
  }
  if (word === undefined || !/^-./.test(word) || word === '--') {
    if (word === '--') index++
    return finish('?', 1)
  }
  const letter = word[state.getoptsOffset]!
  const at = letter === ':' ? -1 : spec.indexOf(letter)
  const next = (): void => {
    if (++state.getoptsOffset < word.length) return
    state.getoptsOffset = 1
    index++
  }
  if (at < 0) {
    next()
    if (spec.startsWith(':')) shell.expander.assign('OPTARG', letter)
    else
      yield* shell.report(
        state.flavor === 'bash' ? `illegal option -- ${letter}` : `Illegal option -${letter}`,
        state.pos,
      )
    return finish('?', 0)
  }
  if (spec[at + 1] !== ':') {
    next()
    return finish(letter, 0)
  }
  const attached = word.slice(state.getoptsOffset + 1)
  state.getoptsOffset = 1
  const value = attached !== '' ? attached : args[index]
  index += attached !== '' ? 1 : 2
  if (value === undefined) {
    if (!spec.startsWith(':')) yield* shell.report(`No arg for -${letter} option`, state.pos)
    return finish(spec.startsWith(':') ? ':' : '?', 0)
  }
  shell.expander.assign('OPTARG', value)
  return finish(letter, 0)
}
