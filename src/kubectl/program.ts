/** kubectl as a program on the virtual clock: a line of words in, effects out. */
import type { Program, ProgramInput } from '../engine/client/program.ts'
import type { Command } from './command.ts'
import { parseFlags, type Flags } from './commandLine/flags.ts'
import { findCommand, suggestions, type Found } from './commandLine/find.ts'
import { globalFlags } from './commandLine/globalFlags.ts'
import { splitWords } from './commandLine/words.ts'
import { commonCommands, firstCommands, theRoot } from './commands/tree.ts'
import { cachedDiscovery } from './discovery.ts'
import { CommandError, KubectlError, usageError } from './errors.ts'
import { helpText } from './help.ts'
import { resolveContext } from './kubeconfig.ts'
import { err, kustomize, out, verbosity, type Session, type Task } from './session.ts'

export function* kubectlProgram(input: ProgramInput): Program {
  try {
    // Without a prototype: a file named "constructor" is there only if somebody has written it.
    return yield* main({ ...input, files: Object.assign(Object.create(null), input.files) })
  } catch (error) {
    if (!(error instanceof KubectlError)) throw error
    if (error.printed !== '') yield* out(error.printed)
    const text = error.print()
    if (text !== '') yield* err(text.endsWith('\n') ? text : `${text}\n`)
    return error.exitCode
  }
}

function* main(input: ProgramInput): Task<number> {
  const found = find(splitWords(input.line))
  if (found.path === '' && found.stray !== undefined) throw unknownCommand(found.stray)
  // A flag of the command's own hides a global one of its name: `debug --profile`.
  const parsed = parseFlags([...globalFlags, ...found.command.flags], found.command.anyFlags ? ['--', ...found.words] : found.words)
  if (typeof parsed === 'string') {
    if (found.command.badFlags !== undefined) throw found.command.badFlags(parsed)
    throw new CommandError(`${parsed}\nSee 'kubectl ${found.path === '' ? '' : `${found.path} `}--help' for usage.`)
  }
  for (const flag of parsed.deprecated) yield* err(`Flag --${flag.name} has been deprecated, ${flag.deprecated}\n`)
  if (parsed.flags.bool('help')) return yield* help(found.command, found.path)
  if (found.command.run === undefined) return yield* withoutRun(found, parsed.args)
  requireFlags(found.command, parsed.flags)
  const session: Session = {
    input,
    flags: parsed.flags,
    args: parsed.args,
    dash: parsed.dash,
    command: found.path,
    context: resolveContext(input, parsed.flags, found.path),
    discovery: cachedDiscovery(input.files),
    warned: new Set(),
  }
  if (parsed.flags.number('v') > 0) yield* verbosity.get().logStart(session)
  const isKustomized = parsed.flags.has('kustomize') && parsed.flags.changed('kustomize')
  return (yield* found.command.run(isKustomized ? yield* built(session, found.command) : session)) ?? 0
}

function* built(session: Session, command: Command): Task<Session> {
  try {
    return yield* kustomize.get().kustomized(session)
  } catch (error) {
    const isBuilding = session.flags.list('filename').length === 0
    if (error instanceof KubectlError && isBuilding && command.unbuilt !== undefined) throw command.unbuilt(error)
    throw error
  }
}

/** `apply` with words below it, and help, are for the whole tree; the other common commands have no words below them. */
function find(words: readonly string[]): Found {
  const isHelp = words.some((word) => word === '-h' || word.startsWith('--help'))
  const first = findCommand(firstCommands, words)
  if (first.path !== '' && first.stray === undefined && !isHelp) return first
  const common = findCommand(commonCommands.get(), words)
  return common.path !== '' && !isHelp ? common : findCommand(theRoot.get(), words)
}

function unknownCommand(word: string): CommandError {
  const meant = suggestions(theRoot.get().commands ?? [], word)
  const hint = meant.length === 0 ? '' : `\n\nDid you mean this?\n${meant.map((name) => `\t${name}\n`).join('')}`
  return new CommandError(`unknown command "${word}" for "kubectl"${hint}`)
}

function requireFlags(command: Command, flags: Flags): void {
  const missing = command.flags.filter((flag) => flag.required && !flags.changed(flag.name)).map((flag) => `"${flag.name}"`)
  if (missing.length > 0) throw new CommandError(`required flag(s) ${missing.join(', ')} not set`)
}

function* help(command: Command, path: string): Task<number> {
  yield* out(helpText(command, path))
  return 0
}

/** A word that only leads to others: its help, or a complaint about what follows it. */
function* withoutRun({ command, path }: Found, args: readonly string[]): Task<number> {
  const [word] = args
  if (path === '') return yield* help(command, path)
  if (word !== undefined) throw usageError(path, `unknown command "${args.join(' ')}"`)
  // Only `rollout` says it where others print results.
  yield* path === 'rollout' ? out(helpText(command, path)) : err(helpText(command, path))
  return 1
}
