import type { AndOr, CommandNode, CompoundList, PipelineNode, Redirected, Redirection, Statement } from 'unbash'
import { Errno } from '../filesystem/errno.ts'
import { called } from '../process/calls.ts'
import { print } from '../process/io.ts'
import { type Process, type Run, Terminated } from '../process/process.ts'
import type { Signal } from '../process/signals.ts'
import { type Builtin, builtinNames, findBuiltin } from './builtins.ts'
import { Children } from './children.ts'
import { Compound } from './compound.ts'
import { Exit, LoopControl, Return, ShellError, Unreadable } from './control.ts'
import { Expander } from './expand.ts'
import { prefixOf, wordsOf } from './flavor.ts'
import { redirect, type RedirectError } from './redirect.ts'
import { SimpleCommand } from './simple-command.ts'
import type { ShellState } from './state.ts'
import { syntaxWords } from './syntax-words.ts'
import { lineOf, type Parsed, parseScript } from './syntax.ts'

/** Deeper recursion ends in a segmentation fault, as it does when a real shell has used up its stack. */
const MAX_DEPTH = 250

/** Runs scripts: the walk over the syntax tree. One for each shell process; a subshell is a process of its own. */
export class Shell {
  readonly process: Process
  readonly state: ShellState
  readonly expander: Expander
  readonly children: Children
  readonly simple: SimpleCommand
  private readonly compound: Compound

  constructor(process: Process, state: ShellState) {
    this.process = process
    this.state = state
    this.expander = new Expander(process, state, {
      command: (script) => this.children.substitute(script),
      process: (script, operator) => this.children.substituteProcess(script, operator),
    })
    this.children = new Children(this)
    this.simple = new SimpleCommand(this)
    this.compound = new Compound(this)
  }

  // --- scripts and lists ---------------------------------------------------------------------------

  /** Runs what a command has called for: a function, `eval`, a file that is sourced. These can call one another without end. */
  *deeper(run: Run<void>): Run<void> {
    if (++this.state.depth > MAX_DEPTH) throw new Terminated({ code: 0, signal: 'SEGV' })
    try {
      yield* called(run)
    } finally {
      this.state.depth--
    }
  }

  /** Runs a text in this shell: a script, `eval`, a trap. `last` allows its last command to replace the shell. */
  *runText(parsed: Parsed, last = false): Run<void> {
    const { source } = this.state
    this.state.source = parsed.source
    const error = parsed.errors[0]
    if (error === undefined) yield* this.statements(parsed.statements, last)
    else {
      // A shell reads line by line: what stands before the line with the error is done.
      const line = lineOf(parsed.source, error.pos)
      // The one that lacks its end is not begun.
      const read = error.message.startsWith('unexpected') ? parsed.statements : parsed.statements.slice(0, -1)
      yield* this.statements(read.filter((s) => lineOf(parsed.source, s.end) < line), false)
      throw new Unreadable(syntaxWords(this.state.flavor, error.message, parsed.source.slice(error.pos)), error.pos)
    }
    this.state.source = source
  }

  *list(list: CompoundList, last = false): Run<void> {
    yield* this.statements(list.commands, last)
  }

  *statements(statements: readonly Statement[], last: boolean): Run<void> {
    for (let i = 0; i < statements.length; i++) {
      const s = statements[i]!
      if (s.background === true) this.children.background(s)
      else yield* this.andOrNode(s.command, last && i === statements.length - 1)
      if (this.state.pendingSignals.length > 0) yield* this.runTraps()
    }
  }

  *andOrNode(node: PipelineNode | AndOr, last: boolean): Run<void> {
    if (node.type === 'AndOr') return yield* this.andOr(node, last)
    yield* this.pipelineNode(node, last)
  }

  private *andOr(node: AndOr, last: boolean): Run<void> {
    for (let i = 0; i < node.commands.length; i++) {
      if (i > 0 && (node.operators[i - 1] === '&&') !== (this.state.status === 0)) continue
      const isLast = i === node.commands.length - 1
      if (!isLast) this.state.tolerant++
      yield* this.pipelineNode(node.commands[i]!, last && isLast)
      if (!isLast) this.state.tolerant--
    }
  }

  private *pipelineNode(node: PipelineNode, last: boolean): Run<void> {
    if (node.type !== 'Pipeline') return yield* this.command(node, last)
    const negations = node.prefixes.filter((p) => p.type === 'Negation').length
    const timed = node.prefixes.some((p) => p.type === 'Time')
    const from = this.process.machine.now()
    if (negations > 0) this.state.tolerant++
    if (node.commands.length === 1) yield* this.command(node.commands[0]!, last && negations === 0 && !timed)
    else yield* this.children.pipeline(node, last)
    if (negations > 0) {
      this.state.tolerant--
      if (negations % 2 === 1) this.state.status = this.state.status === 0 ? 1 : 0
    }
    if (timed) yield* this.reportTime(this.process.machine.now() - from)
  }

  private *reportTime(ms: number): Run<void> {
    const clock = `${Math.floor(ms / 60_000)}m${((ms % 60_000) / 1000).toFixed(3)}s`
    yield* print(this.process, `real\t${clock}\nuser\t0m0.000s\nsys\t0m0.000s\n`, 2)
  }

  /** What a child runs that has a copy of this shell's state. */
  inChild(p: Process, state: ShellState, run: (shell: Shell) => Run<void>): Run<number> {
    return new Shell(p, state).asProgram(run)
  }

  /** Runs until the end or `exit`, then the EXIT trap. */
  *asProgram(run: (shell: Shell) => Run<void>): Run<number> {
    let status = yield* this.untilExit(run)
    const action = this.state.traps.get('EXIT')
    if (action !== undefined && action !== '') {
      this.state.traps.delete('EXIT')
      this.state.status = status
      const after = yield* this.untilExit((shell) => shell.runText(parseScript(action)), true)
      if (after !== undefined) status = after
    }
    return status
  }

  private untilExit(run: (shell: Shell) => Run<void>): Run<number>
  private untilExit(run: (shell: Shell) => Run<void>, onlyExit: true): Run<number | undefined>
  private *untilExit(run: (shell: Shell) => Run<void>, onlyExit = false): Run<number | undefined> {
    try {
      yield* run(this)
      return onlyExit ? undefined : this.state.status
    } catch (e) {
      if (e instanceof Exit || e instanceof Return) return e.status
      if (e instanceof LoopControl) return this.state.status
      if (e instanceof ShellError) {
        yield* this.report(e.message, e.pos, e instanceof Unreadable)
        return e.status
      }
      throw e
    }
  }

  // --- commands ------------------------------------------------------------------------------------

  *command(node: CommandNode, last: boolean): Run<void> {
    switch (node.type) {
      case 'Command':
        return yield* this.simple.run(node, last)
      case 'Redirected':
        return yield* this.redirected(node)
      case 'Function':
        this.state.effects++
        this.state.functions.set(node.name.value, { body: node.body, source: this.state.source })
        this.state.status = 0
        return
      case 'Coproc':
        throw new ShellError(wordsOf(this.state.flavor).notFound('coproc'), 127, node.pos)
      default:
        return yield* this.compound.run(node, last)
    }
  }

  private *redirected(node: Redirected): Run<void> {
    const count = this.children.substituted.length
    yield* this.withRedirections(node.redirects, () => this.compound.run(node.command, false))
    this.children.closeSubstituted(count)
  }

  /** Runs a part of the script with other descriptors, then puts the old ones back. */
  *withRedirections(redirections: readonly Redirection[], run: () => Run<void>): Run<void> {
    const table = this.process.copyDescriptors()
    const error = yield* redirect(this.process, this.expander, table, redirections)
    if (error !== undefined) return yield* this.redirectionFailed(error)
    this.process.coverDescriptors(table)
    try {
      yield* run()
    } finally {
      this.process.uncoverDescriptors()
    }
  }

  *redirectionFailed(error: RedirectError): Run<void> {
    yield* this.report(error.message, this.state.pos)
    yield* this.finish(this.state.flavor === 'dash' ? 2 : 1)
  }

  builtinNamed(name: string): Builtin | undefined {
    return findBuiltin(name, this.state.flavor)
  }

  builtinNames(): string[] {
    return builtinNames(this.state.flavor)
  }

  // --- status, messages, traps ---------------------------------------------------------------------

  /** Sets `$?`, and ends the shell when a failure must (`set -e`). */
  *finish(status: number): Run<void> {
    this.state.status = status
    if (status === 0 || this.state.tolerant > 0) return
    const onError = this.state.traps.get('ERR')
    if (onError !== undefined && onError !== '') yield* this.runText(parseScript(onError))
    if (this.state.options.has('e')) throw new Exit(status)
  }

  *report(message: string, pos: number, isSyntax = false): Run<void> {
    const { state } = this
    const { isScript } = state
    const line = lineOf(state.source, pos)
    const prefix = prefixOf(state.flavor, state.name, line, { interactive: state.interactive || state.atPrompt, isScript, isSyntax })
    // bash shows the line that it could not read.
    const shown = isSyntax && state.flavor === 'bash' && message.includes(' near ') ? `${prefix}\`${state.source.split('\n')[line - 1]}'\n` : ''
    try {
      yield* print(this.process, `${prefix}${message}\n${shown}`, 2)
    } catch (e) {
      if (!(e instanceof Errno)) throw e
    }
  }

  /** Has a signal do nothing, its default, or a script. */
  setTrap(signal: Signal | 'EXIT' | 'ERR', action: string | undefined): void {
    const { state, process } = this
    if (action === undefined) state.traps.delete(signal)
    else state.traps.set(signal, action)
    if (signal === 'EXIT' || signal === 'ERR') return
    if (action === undefined) process.onSignal(signal, state.interactive && signal === 'INT' ? 'ignore' : 'default')
    else process.onSignal(signal, action === '' ? 'ignore' : (s) => state.pendingSignals.push(s))
  }

  *runTraps(): Run<void> {
    const { state } = this
    for (let signal = state.pendingSignals.shift(); signal !== undefined; signal = state.pendingSignals.shift()) {
      const action = state.traps.get(signal)
      if (action === undefined || action === '') continue
      state.effects++
      const { status } = state
      yield* this.runText(parseScript(action))
      state.status = status
    }
  }
}
