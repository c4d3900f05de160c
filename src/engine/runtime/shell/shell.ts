import type { AndOr, Assignment, Case, Command, CommandNode, CompoundCommand, CompoundList, For, If, ParsedScript, Pipeline, PipelineNode, Redirected, Redirection, Statement, Subshell, While, Word, ArithmeticFor } from 'unbash'
import { Errno, strerror } from '../filesystem/errno.ts'
import { COST } from '../process/cpu.ts'
import { pay, print } from '../process/io.ts'
import type { Resolved } from '../process/machine.ts'
import { CaptureFile, NullFile } from '../process/open-file.ts'
import { pipe } from '../process/pipe.ts'
import { exitCodeOf, type Process, type Run, Terminated } from '../process/process.ts'
import { describeSignal, type Signal } from '../process/signals.ts'
import { Terminal } from '../process/terminal.ts'
import { Arithmetic } from './arithmetic.ts'
import { type Builtin, builtinNames, findBuiltin, isSpecialBuiltin } from './builtins.ts'
import { evaluateTest } from './conditional.ts'
import { Exit, LoopControl, Return, ShellError } from './control.ts'
import { Expander } from './expand.ts'
import { prefixOf, wordsOf } from './flavor.ts'
import { matches } from './pattern.ts'
import { type Descriptors, redirect, type RedirectError } from './redirect.ts'
import type { Job, ShellState } from './state.ts'
import { lineOf, type Parsed, parseScript, type ShellFunction } from './syntax.ts'

/** Deeper recursion ends in a segmentation fault, as it does when a real shell has used up its stack. */
const MAX_DEPTH = 250
const FIRST_SUBSTITUTED_FD = 63

/** Runs scripts: the walk over the syntax tree. One for each shell process; a subshell is a process of its own. */
export class Shell {
  readonly process: Process
  readonly state: ShellState
  readonly expander: Expander
  /** Descriptors behind <( ), to be closed after the command. */
  private readonly substituted: number[] = []
  /** Of the last command substitution: the status of a command that is only assignments. */
  private substitutionStatus: number | undefined

  constructor(process: Process, state: ShellState) {
    this.process = process
    this.state = state
    this.expander = new Expander(process, state, {
      command: (script) => this.substitute(script),
      process: (script, operator) => this.substituteProcess(script, operator),
    })
  }

  // --- scripts and lists ---------------------------------------------------------------------------

  /** Runs a text in this shell: a script, `eval`, a trap. `last` allows its last command to replace the shell. */
  *runText(parsed: Parsed, last = false): Run<void> {
    const { source } = this.state
    this.state.source = parsed.source
    const error = parsed.errors[0]
    if (error === undefined) yield* this.statements(parsed.statements, last)
    else {
      // A shell reads line by line: what stands before the line with the error is done.
      const line = lineOf(parsed.source, error.pos)
      yield* this.statements(parsed.statements.filter((s) => lineOf(parsed.source, s.end) < line), false)
      throw new ShellError(wordsOf(this.state.flavor).syntaxError(this.describeSyntaxError(error.message)), 2, error.pos)
    }
    this.state.source = source
  }

  private describeSyntaxError(message: string): string {
    const unexpected = /^unexpected token '(.*)'$/.exec(message)?.[1]
    const { flavor } = this.state
    if (unexpected !== undefined) return flavor === 'ash' ? `unexpected "${unexpected}"` : flavor === 'dash' ? `"${unexpected}" unexpected` : `near unexpected token \`${unexpected}'`
    if (/quote/.test(message)) return flavor === 'dash' ? 'Unterminated quoted string' : flavor === 'ash' ? 'unterminated quoted string' : `: ${message}`
    const expected = /expected '(.*?)'/.exec(message)?.[1]
    if (expected === undefined) return flavor === 'dash' ? 'end of file unexpected' : flavor === 'ash' ? 'unexpected end of file' : ': unexpected end of file'
    return flavor === 'dash' ? `end of file unexpected (expecting "${expected}")` : flavor === 'ash' ? `unexpected end of file (expecting "${expected}")` : ': unexpected end of file'
  }

  *list(list: CompoundList, last = false): Run<void> {
    yield* this.statements(list.commands, last)
  }

  *statements(statements: readonly Statement[], last: boolean): Run<void> {
    for (let i = 0; i < statements.length; i++) {
      const s = statements[i]!
      if (s.background === true) this.background(s)
      else yield* this.andOrNode(s.command, last && i === statements.length - 1)
      if (this.state.pendingSignals.length > 0) yield* this.runTraps()
    }
  }

  private *andOrNode(node: PipelineNode | AndOr, last: boolean): Run<void> {
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
    else yield* this.pipeline(node)
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

  // --- processes -----------------------------------------------------------------------------------

  /** A child that runs part of this script with a copy of all that the shell knows. */
  private fork(run: (shell: Shell) => Run<void>, descriptors: Descriptors, o: { ignore?: readonly Signal[]; group?: number | 'own' } = {}): Process {
    this.state.effects++
    const state = this.state.copy()
    try {
      return this.process.machine.spawn({
        parent: this.process,
        argv: this.process.argv,
        program: (p) => new Shell(p, state).asProgram(run),
        env: this.process.env,
        descriptors,
        costUs: COST.fork,
        group: this.jobGroup,
        ...o,
      })
    } catch (e) {
      for (const d of descriptors) d?.release()
      if (e instanceof Errno) throw new ShellError(wordsOf(this.state.flavor).cannotFork, 2, this.state.pos)
      throw e
    }
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
        yield* this.report(e.message, e.pos)
        return e.status
      }
      throw e
    }
  }

  /** Waits for a child that runs in the foreground; signals wait, too. */
  *waitFor(child: Process): Run<number> {
    this.giveTerminal(child.group)
    if (child.exit === undefined) yield { wait: 'child', pid: child.pid, interruptible: false }
    this.giveTerminal(this.process.group)
    const status = child.exit!
    this.process.machine.reap(child)
    this.collectJobs()
    if (status.signal !== undefined) yield* this.reportKilled(child, status.signal)
    return exitCodeOf(status)
  }

  /** With job control each job is a process group, so that ^C reaches it and not the shell. */
  private get jobGroup(): 'own' | undefined {
    return this.state.interactive ? 'own' : undefined
  }

  private giveTerminal(group: number): void {
    if (!this.state.interactive) return
    const input = this.process.fd(0)
    if (input instanceof Terminal) input.foreground = group
  }

  private *reportKilled(child: Process, signal: Signal): Run<void> {
    const words = describeSignal(signal)
    if (words === '' || signal === 'INT') return
    if (this.state.flavor !== 'bash') return yield* print(this.process, `${words}\n`, 2)
    yield* this.report(`${String(child.pid).padStart(5)} ${words.padEnd(22)} ${child.argv.join(' ')}`, this.state.pos)
  }

  /** Children in the background that have ended are taken note of and forgotten by the system. */
  collectJobs(): void {
    const { children, machine } = this.process
    for (const child of [...children]) {
      if (child.exit === undefined) continue
      const job = this.state.jobs.find((j) => j.pids.includes(child.pid))
      if (job?.pid === child.pid) job.status = child.exit
      machine.reap(child)
    }
    // `wait` may still ask for the last of them.
    if (this.state.jobs.length > 100) this.state.jobs = this.state.jobs.filter((j) => j.status === undefined || j.pid === this.state.lastBackground)
  }

  private background(s: Statement): void {
    const descriptors = this.process.copyDescriptors()
    if (!this.state.interactive) {
      descriptors[0]?.release()
      descriptors[0] = new NullFile()
    }
    const ignore: Signal[] = this.state.interactive ? [] : ['INT', 'QUIT']
    const child = this.fork((shell) => shell.andOrNode(s.command, true), descriptors, { ignore })
    const number = Math.max(0, ...this.state.jobs.map((j) => j.number)) + 1
    const job: Job = { number, pid: child.pid, pids: [child.pid], text: this.state.source.slice(s.pos, s.end).replace(/\s*&$/, ''), status: undefined }
    this.state.jobs.push(job)
    this.state.lastBackground = child.pid
    this.state.status = 0
  }

  private *pipeline(node: Pipeline): Run<void> {
    const children: Process[] = []
    let input = this.process.fd(0).retain()
    const { commands } = node
    for (let i = 0; i < commands.length; i++) {
      const descriptors = this.process.copyDescriptors()
      descriptors[0]?.release()
      descriptors[0] = input
      if (i < commands.length - 1) {
        const { reader, writer } = pipe()
        input = reader
        descriptors[1]?.release()
        descriptors[1] = writer
        if (node.operators[i] === '|&') {
          descriptors[2]?.release()
          descriptors[2] = writer.retain()
        }
      }
      const command = commands[i]!
      children.push(this.fork((shell) => shell.command(command, true), descriptors, { group: children[0]?.group ?? this.jobGroup }))
    }
    let status = 0
    for (const child of children) {
      const code = yield* this.waitFor(child)
      if (child === children.at(-1) || (this.state.options.has('pipefail') && code !== 0)) status = this.state.options.has('pipefail') && code === 0 ? status : code
    }
    yield* this.finish(status)
  }

  private *substitute(script: ParsedScript): Run<string> {
    const capture = new CaptureFile('pipe:[2]')
    const descriptors = this.process.copyDescriptors()
    descriptors[1]?.release()
    descriptors[1] = capture
    const text = script.source ?? this.state.source
    const child = this.fork((shell) => shell.runText({ source: text, statements: script.commands, errors: script.errors ?? [] }, true), descriptors)
    this.substitutionStatus = yield* this.waitFor(child)
    return capture.text.replace(/\n+$/, '').replaceAll('\0', '')
  }

  private substituteProcess(script: ParsedScript, operator: '<' | '>'): string {
    const { reader, writer } = pipe()
    const inner = operator === '<' ? 1 : 0
    const descriptors = this.process.copyDescriptors()
    descriptors[inner]?.release()
    descriptors[inner] = operator === '<' ? writer : reader
    const text = script.source ?? this.state.source
    this.fork((shell) => shell.runText({ source: text, statements: script.commands, errors: script.errors ?? [] }, true), descriptors)
    const fd = FIRST_SUBSTITUTED_FD + this.substituted.length
    this.process.setFd(fd, operator === '<' ? reader : writer)
    this.substituted.push(fd)
    return `/dev/fd/${fd}`
  }

  private closeSubstituted(count: number): void {
    while (this.substituted.length > count) this.process.setFd(this.substituted.pop()!, undefined)
  }

  // --- commands ------------------------------------------------------------------------------------

  *command(node: CommandNode, last: boolean): Run<void> {
    switch (node.type) {
      case 'Command':
        return yield* this.simple(node, last)
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
        return yield* this.compound(node, last)
    }
  }

  private *compound(node: CompoundCommand, last: boolean): Run<void> {
    switch (node.type) {
      case 'BraceGroup':
        return yield* this.list(node.body, last)
      case 'Subshell':
        return yield* this.subshell(node)
      case 'If':
        return yield* this.if(node, last)
      case 'While':
        return yield* this.while(node)
      case 'For':
      case 'Select':
        return yield* this.for(node.name.value, node.wordlist, node.body)
      case 'ArithmeticFor':
        return yield* this.arithmeticFor(node)
      case 'Case':
        return yield* this.case(node)
      case 'TestCommand':
        if (this.state.flavor === 'dash') return yield* this.commandNotFound('[[', node.pos)
        this.process.cpu.charge(COST.command)
        return yield* this.finish((yield* evaluateTest(this, node.expression)) ? 0 : 1)
      case 'ArithmeticCommand': {
        if (this.state.flavor !== 'bash') return yield* this.commandNotFound(node.body.trim().split(/\s/)[0] ?? '', node.pos)
        const value = yield* new Arithmetic(this.expander, node.body).evaluate(node.expression)
        return yield* this.finish(value === 0 ? 1 : 0)
      }
    }
  }

  private *commandNotFound(name: string, pos: number): Run<void> {
    yield* this.report(wordsOf(this.state.flavor).notFound(name), pos)
    yield* this.finish(127)
  }

  private *subshell(node: Subshell): Run<void> {
    const child = this.fork((shell) => shell.list(node.body, true), this.process.copyDescriptors())
    yield* this.finish(yield* this.waitFor(child))
  }

  private *redirected(node: Redirected): Run<void> {
    const count = this.substituted.length
    yield* this.withRedirections(node.redirects, () => this.compound(node.command, false))
    this.closeSubstituted(count)
  }

  /** Runs a part of the script with other descriptors, then puts the old ones back. */
  private *withRedirections(redirections: readonly Redirection[], run: () => Run<void>): Run<void> {
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

  private *redirectionFailed(error: RedirectError): Run<void> {
    yield* this.report(error.message, this.state.pos)
    yield* this.finish(this.state.flavor === 'dash' ? 2 : 1)
  }

  private *if(node: If, last: boolean): Run<void> {
    if (yield* this.condition(node.clause)) return yield* this.list(node.then, last)
    for (const elif of node.elif) if (yield* this.condition(elif.clause)) return yield* this.list(elif.then, last)
    this.state.status = 0
    if (node.else !== undefined) yield* this.list(node.else, last)
  }

  private *condition(list: CompoundList): Run<boolean> {
    this.state.tolerant++
    yield* this.list(list)
    this.state.tolerant--
    return this.state.status === 0
  }

  private *while(node: While): Run<void> {
    const wanted = node.kind === 'while'
    let status = 0
    const { state, process } = this
    yield* this.loop(function* (this: Shell) {
      const before = state.effects
      if ((yield* this.condition(node.clause)) !== wanted) return false
      yield* this.list(node.body)
      status = state.status
      // A turn that has changed nothing would only be repeated until time has passed.
      if (state.effects === before) process.cpu.burn()
      yield* pay(process)
      return true
    }.bind(this))
    this.state.status = status
  }

  /** Repeats `turn` until it is false; `break` and `continue` end here. */
  private *loop(turn: () => Run<boolean>): Run<void> {
    this.state.loops++
    const { tolerant } = this.state
    for (;;) {
      try {
        if (!(yield* turn())) break
      } catch (e) {
        if (!(e instanceof LoopControl)) throw e
        this.state.tolerant = tolerant
        if (e.levels > 1 && this.state.loops > 1) {
          e.levels--
          this.state.loops--
          throw e
        }
        if (e.kind === 'break') break
      }
      yield* pay(this.process)
    }
    this.state.loops--
  }

  private *for(name: string, wordlist: readonly Word[] | undefined, body: CompoundList): Run<void> {
    const values = wordlist === undefined ? [...this.state.positional] : yield* this.expander.fields(wordlist)
    let i = 0
    this.state.status = 0
    yield* this.loop(function* (this: Shell) {
      if (i >= values.length) return false
      this.expander.assign(name, values[i++]!)
      yield* this.list(body)
      return true
    }.bind(this))
  }

  private *arithmeticFor(node: ArithmeticFor): Run<void> {
    const evaluate = (e: ArithmeticFor['test']) => new Arithmetic(this.expander, this.state.source.slice(e?.pos ?? 0, e?.end ?? 0)).evaluate(e)
    yield* evaluate(node.initialize)
    let first = true
    yield* this.loop(function* (this: Shell) {
      if (!first) yield* evaluate(node.update)
      first = false
      if (node.test !== undefined && (yield* evaluate(node.test)) === 0) return false
      yield* this.list(node.body)
      return true
    }.bind(this))
  }

  private *case(node: Case): Run<void> {
    const value = yield* this.expander.single(node.word)
    this.state.status = 0
    let falls = false
    for (const item of node.items) {
      let hit = falls
      for (const pattern of item.pattern) hit ||= matches(yield* this.expander.pattern(pattern), value)
      if (!hit) continue
      yield* this.list(item.body)
      if (item.terminator === ';;' || item.terminator === undefined) return
      falls = item.terminator === ';&'
    }
  }

  // --- simple commands -----------------------------------------------------------------------------

  private *simple(node: Command, last: boolean): Run<void> {
    const { state, process } = this
    state.pos = node.pos
    process.cpu.charge(COST.command)
    this.substitutionStatus = undefined
    const count = this.substituted.length
    const words = yield* this.commandWords(node)
    const assignments = yield* this.assignments(node.prefix)
    if (state.options.has('x')) yield* this.trace(assignments, words)
    if (words.length === 0) yield* this.onlyAssignments(node, assignments)
    else yield* this.invoke(words, assignments, node.redirects, last)
    if (this.substituted.length > count) this.closeSubstituted(count)
    yield* pay(process)
  }

  private *commandWords(node: Command): Run<string[]> {
    if (node.name === undefined) return []
    const name = yield* this.expander.fields([node.name])
    const alias = this.state.aliases.get(node.name.text)
    const args = yield* this.argumentWords(node)
    return alias === undefined ? [...name, ...args] : [...alias.split(/\s+/), ...args]
  }

  private *argumentWords(node: Command): Run<string[]> {
    const { args } = node
    if (args.every((a) => a.type === 'Word')) return yield* this.expander.fields(args as Word[])
    const out: string[] = []
    for (const arg of args) {
      if (arg.type === 'Word') out.push(...(yield* this.expander.fields([arg])))
      else if (arg.value.type === 'ArrayValue') yield* this.assignArray(arg)
      else out.push(`${arg.name}${arg.append === true ? '+' : ''}=${yield* this.expander.single(arg.value)}`)
    }
    return out
  }

  private *assignments(prefix: Command['prefix']): Run<[name: string, value: string][]> {
    const out: [string, string][] = []
    for (const a of prefix) {
      if (a.type !== 'Assignment') continue
      if (a.value.type === 'ArrayValue') yield* this.assignArray(a)
      else if (a.index !== undefined) yield* this.assignElement(a, a.index, a.value)
      else {
        const value = yield* this.expander.single(a.value)
        out.push([a.name, a.append === true ? (this.state.get(a.name) ?? '') + value : value])
      }
    }
    return out
  }

  private *assignArray(a: Assignment): Run<void> {
    if (a.value.type !== 'ArrayValue') return
    if (this.state.flavor !== 'bash') throw new ShellError(wordsOf(this.state.flavor).syntaxError(this.describeSyntaxError("unexpected token '('")), 2, a.pos)
    const values = yield* this.expander.fields(a.value.elements)
    const start = a.append === true ? this.expander.elements(a.name).length : 0
    if (a.append !== true) this.state.variables.set(a.name, { value: values[0] ?? '', exported: false, readonly: false, elements: new Map() })
    values.forEach((value, i) => this.state.setElement(a.name, start + i, value))
  }

  private *assignElement(a: Assignment, index: Word, value: Word): Run<void> {
    const at = Number(yield* this.expander.single(index))
    this.state.setElement(a.name, Number.isNaN(at) ? Number(this.state.get(yield* this.expander.single(index)) ?? 0) : at, yield* this.expander.single(value))
  }

  private *trace(assignments: readonly (readonly [string, string])[], words: readonly string[]): Run<void> {
    const quote = (w: string) => (/^[\w@%+=:,./-]+$/.test(w) ? w : `'${w.replaceAll("'", `'"'"'`)}'`)
    const text = [...assignments.map(([n, v]) => `${n}=${v === '' ? '' : quote(v)}`), ...words.map(quote)].join(' ')
    yield* print(this.process, `${this.state.get('PS4') ?? '+ '}${text}\n`, 2)
  }

  private *onlyAssignments(node: Command, assignments: readonly (readonly [string, string])[]): Run<void> {
    if (node.redirects.length > 0) {
      const table = this.process.copyDescriptors()
      const error = yield* redirect(this.process, this.expander, table, node.redirects)
      if (error !== undefined) return yield* this.redirectionFailed(error)
      for (const d of table) d?.release()
    }
    for (const [name, value] of assignments) this.expander.assign(name, value)
    yield* this.finish(this.substitutionStatus ?? 0)
  }

  /** Looks for a function, a builtin, a program, in this order. */
  private *invoke(words: string[], assignments: [string, string][], redirections: readonly Redirection[], last: boolean): Run<void> {
    const name = words[0]!
    const f = isSpecialBuiltin(name) && this.state.flavor !== 'bash' ? undefined : this.state.functions.get(name)
    const builtin = f === undefined ? this.builtinNamed(name) : undefined
    if (f === undefined && builtin === undefined) return yield* this.external(words, assignments, redirections, last)
    const run = f === undefined ? () => this.builtin(builtin!, words) : () => this.call(f, words)
    // `exec >file` is meant to stay.
    if (name === 'exec' && words.length === 1) return yield* this.redirectForGood(redirections)
    const assigned = () => this.withAssignments(assignments, name, run)
    if (redirections.length === 0) yield* assigned()
    else yield* this.withRedirections(redirections, assigned)
  }

  private *withAssignments(assignments: readonly (readonly [string, string])[], name: string, run: () => Run<void>): Run<void> {
    const before = assignments.map(([n]) => [n, this.state.variables.get(n)] as const)
    for (const [n, v] of assignments) {
      this.state.variables.set(n, { value: v, exported: true, readonly: false })
    }
    yield* run()
    if (isSpecialBuiltin(name)) return
    for (const [n, old] of before) {
      if (old === undefined) this.state.variables.delete(n)
      else this.state.variables.set(n, old)
    }
  }

  private *redirectForGood(redirections: readonly Redirection[]): Run<void> {
    const table = this.process.copyDescriptors()
    const error = yield* redirect(this.process, this.expander, table, redirections)
    if (error !== undefined) throw new ShellError(error.message, 1, this.state.pos)
    table.forEach((open, fd) => this.process.setFd(fd, open))
    this.state.effects++
    this.state.status = 0
  }

  builtinNamed(name: string): Builtin | undefined {
    return findBuiltin(name, this.state.flavor)
  }

  builtinNames(): string[] {
    return builtinNames(this.state.flavor)
  }

  private *builtin(builtin: Builtin, words: readonly string[]): Run<void> {
    if (!builtin.pure) this.state.effects++
    try {
      const result = builtin.run(this, words)
      yield* this.finish(typeof result === 'number' ? result : yield* result)
    } catch (e) {
      if (!(e instanceof Errno)) throw e
      yield* this.report(`${words[0]}: write error: ${strerror(e)}`, this.state.pos)
      yield* this.finish(1)
    }
  }

  private *call(f: ShellFunction, words: readonly string[]): Run<void> {
    const { state } = this
    if (++state.depth > MAX_DEPTH) throw new Terminated({ code: 0, signal: 'SEGV' })
    const { positional, source, loops } = state
    state.positional = words.slice(1)
    state.source = f.source
    state.loops = 0
    state.locals.push(new Map())
    try {
      if (f.body.type === 'CompoundList') yield* this.list(f.body)
      else yield* this.command(f.body, false)
    } catch (e) {
      if (!(e instanceof Return)) throw e
      state.status = e.status
    } finally {
      state.positional = positional
      state.source = source
      state.loops = loops
      state.depth--
      this.restoreLocals()
    }
  }

  private restoreLocals(): void {
    for (const [name, old] of this.state.locals.pop() ?? []) {
      if (old === undefined) this.state.variables.delete(name)
      else this.state.variables.set(name, old)
    }
  }

  private *external(words: string[], assignments: readonly (readonly [string, string])[], redirections: readonly Redirection[], last: boolean): Run<void> {
    const { process, state } = this
    const table = process.copyDescriptors()
    const error = yield* redirect(process, this.expander, table, redirections)
    if (error !== undefined) return yield* this.redirectionFailed(error)
    const env = state.environment()
    for (const [name, value] of assignments) env.set(name, value)
    const found = process.machine.resolve(words, { access: process.access, path: env.get('PATH') ?? state.get('PATH') ?? '' })
    if ('failed' in found) {
      // The message goes where the command's own would have gone.
      process.coverDescriptors(table)
      yield* this.finishNotFound(words[0]!, found.failed)
      process.uncoverDescriptors()
      return
    }
    if (last && state.traps.size === 0 && !state.interactive) return yield* this.replace(found, env, table)
    state.effects++
    const child = this.spawn(found, env, table)
    yield* this.finish(yield* this.waitFor(child))
  }

  private spawn(found: Extract<Resolved, { run: unknown }>, env: ReadonlyMap<string, string>, descriptors: Descriptors): Process {
    try {
      return this.process.machine.spawn({ parent: this.process, argv: found.argv, program: found.run, env, descriptors, memoryBytes: found.memoryBytes, costUs: COST.exec, group: this.jobGroup })
    } catch (e) {
      for (const d of descriptors) d?.release()
      if (e instanceof Errno) throw new ShellError(wordsOf(this.state.flavor).cannotFork, 2, this.state.pos)
      throw e
    }
  }

  /** The shell becomes the program: `exec`, and the last command of a script. */
  *replace(found: Extract<Resolved, { run: unknown }>, env: ReadonlyMap<string, string>, descriptors: Descriptors | undefined): Run<never> {
    const { process } = this
    if (descriptors !== undefined) process.coverDescriptors(descriptors)
    process.env = env
    process.machine.become(process, found.argv, found.memoryBytes)
    process.cpu.charge(COST.exec)
    throw new Terminated({ code: yield* found.run(process), signal: undefined })
  }

  *finishNotFound(name: string, failed: 'not found' | 'permission denied' | 'is a directory' | 'bad interpreter'): Run<void> {
    const words = wordsOf(this.state.flavor)
    const message = failed === 'not found' || failed === 'bad interpreter' ? words.notFound(name) : failed === 'is a directory' ? words.isDirectory(name) : words.permissionDenied(name)
    yield* this.report(message, this.state.pos)
    yield* this.finish(failed === 'not found' || failed === 'bad interpreter' ? 127 : 126)
  }

  // --- status, messages, traps ---------------------------------------------------------------------

  /** Sets `$?`, and ends the shell when a failure must (`set -e`). */
  private *finish(status: number): Run<void> {
    this.state.status = status
    if (status === 0 || this.state.tolerant > 0) return
    const onError = this.state.traps.get('ERR')
    if (onError !== undefined && onError !== '') yield* this.runText(parseScript(onError))
    if (this.state.options.has('e')) throw new Exit(status)
  }

  *report(message: string, pos: number): Run<void> {
    const { state } = this
    const prefix = prefixOf(state.flavor, state.name, lineOf(state.source, pos), { interactive: state.interactive, isScript: state.isScript })
    try {
      yield* print(this.process, `${prefix}${message}\n`, 2)
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

