import { createStore } from 'zustand/vanilla'
import type { StoreApi } from 'zustand/vanilla'
import type { Playback } from '../../playback/playback.ts'
import type { QueryResult } from '../../worker/protocol.ts'
import { natureOf } from '../shared/film/nature.ts'
import { filesNow, openFile, writeFile } from '../shared/files/desk.ts'
import { editedFile, openEdit } from '../shared/files/edits.ts'
import { nameProblem } from '../shared/files/files.ts'
import { askFocus } from '../shared/view.ts'
import { expand, globbed, withKubeconfig, withoutAlias } from './expand.ts'
import type * as Own from './builtins.ts'
import type { Say } from './builtins.ts'
import { FilmCommands } from './filmCommands.ts'
import { loadHistory, remembered, saveHistory } from './history.ts'
import type { History } from './history.ts'
import { isEdit, isKubectl, lineOf, readsUrl, wantsTerminal } from './kubectlLine.ts'
import type { Job } from './jobs.ts'
import { isAway, machineScript } from './machineScript.ts'
import { logsIn } from './machineTools.ts'
import { Notes } from './notes.ts'
import { applyFilters, fetchFilters } from './pipe.ts'
import type { Ran } from './pipe.ts'
import { parseLine } from './shell.ts'
import type { Command, Pipeline, Redirect } from './shell.ts'
import { deskName, displayOf, isElsewhere, isNowhere, redirected, redirectText, unseen } from './redirects.ts'

/** `watch kubectl get pods`: the same question again and again, on the virtual clock. */
export interface Watch {
  readonly typed: string
  /** What kubectl is asked. */
  readonly line: string
  readonly filters: readonly Command[]
  readonly everyMs: number
}

export interface TerminalState {
  /** Something runs that the next line must wait for. */
  busy: boolean
  /** Lines that were typed meanwhile: they run when it is done. */
  ahead: readonly string[]
  watch: Watch | undefined
  history: History
}

/** Runs what is typed: kubectl in the film, the rest here. */
export class Session {
  readonly store: StoreApi<TerminalState>
  readonly playback: Playback
  readonly notes: Notes
  readonly commands: FilmCommands
  private cancelled = false
  private jobs: readonly Job[] = []
  /** What the shell does itself, once the first line has come. */
  private own: typeof Own | undefined
  /** What `NAME=value` and `export` have set; as much of a login shell's own as lines in tutorials use. */
  readonly variables = new Map([['HOME', '/root'], ['HOSTNAME', 'podreel'], ['PWD', '/root'], ['USER', 'root']])
  readonly aliases = new Map<string, readonly string[]>()
  /** Texts that define functions and arrays, by name: only a whole shell can read them. */
  readonly definitions = new Map<string, string>()
  /** The last line in the shell of the machine of which it is not known yet what it has left there. */
  private left: number | undefined

  constructor(playback: Playback) {
    this.playback = playback
    this.notes = new Notes(playback)
    this.commands = new FilmCommands(playback, this.notes)
    this.store = createStore<TerminalState>(() => ({ busy: false, ahead: [], watch: undefined, history: loadHistory() }))
    playback.store.subscribe((now, before) => {
      // The lines that still wait were meant for the film that gives way to another.
      if (before.film !== undefined && now.status === 'loading' && before.status !== 'loading') this.giveUp()
      if (before.film !== undefined && now.film !== before.film) this.leave()
    })
  }

  private giveUp(): void {
    this.cancelled = true
    this.store.setState({ ahead: [] })
  }

  /** What was watched and what ran belong to the film before. */
  private leave(): void {
    this.left = undefined
    this.jobs = []
    this.store.setState({ watch: undefined })
  }

  /** Runs a line when those before it are done. */
  async type(text: string, say: Say): Promise<void> {
    const { busy, ahead } = this.store.getState()
    if (busy) return this.store.setState({ ahead: [...ahead, text] })
    await this.run(text, say)
    const [next, ...rest] = this.store.getState().ahead
    if (next === undefined) return
    this.store.setState({ ahead: rest })
    await this.type(next, say)
  }

  /** Runs a whole line, or several. `say` finds words for what no program says. */
  async run(text: string, say: Say): Promise<void> {
    this.notes.note('typed', text)
    this.cancelled = false
    this.store.setState({ busy: true })
    try {
      const own = this.own ?? (await this.fetchOwn())
      await this.takeOver(true)
      const line = this.withPast(text, own.recalled(text, this.store.getState().history))
      if (line !== undefined) await this.runLine(line, say)
    } catch (error) {
      this.notes.note('err', `${error instanceof Error ? error.message : String(error)}\n`)
    } finally {
      this.store.setState({ busy: false })
    }
  }

  /** With the first line; that is done where the film stood when it was typed, whoever has gone on meanwhile. */
  private async fetchOwn(): Promise<typeof Own> {
    const { playback } = this
    const { film, playing, awaited } = playback.state
    const { position } = playback.clock.getState()
    const [own] = await Promise.all([import('./builtins.ts'), fetchFilters()])
    this.own = own
    const moved = playback.clock.getState().position !== position
    if (moved && film === playback.state.film && !playing && awaited === undefined) playback.seekPosition(position)
    return own
  }

  /** With earlier lines in the places of `!!` and its like, said as bash does. */
  private withPast(text: string, past: ReturnType<typeof Own.recalled>): string | undefined {
    if (past === undefined) return text
    if ('missing' in past) this.notes.note('err', `bash: ${past.missing}: event not found\n`)
    else this.notes.note('out', `${past.line}\n`)
    return 'missing' in past ? undefined : past.line
  }

  private async runLine(text: string, say: Say): Promise<void> {
    const history = remembered(this.store.getState().history, text)
    this.store.setState({ history })
    saveHistory(history)
    const parsed = parseLine(text)
    if (parsed.type === 'error') this.notes.note('err', `bash: syntax error near unexpected token \`${parsed.near}'\n`)
    else if (parsed.type === 'open') this.notes.note('err', 'bash: syntax error: unexpected end of file\n')
    else if (parsed.type === 'unknown') await this.runScript(text)
    else await this.runAll(parsed.pipelines, say)
  }

  /** What the last line in the machine's shell has left there is known here from now on. `waits`: it may need a moment to its end. */
  private async takeOver(waits: boolean): Promise<void> {
    if (this.left === undefined) return
    if (waits && !this.commands.isOver(this.left)) await this.commands.answerTime()()
    const left = this.commands.leftBy(this.left)
    if (left === undefined) return
    this.left = undefined
    for (const [name, value] of Object.entries(left.variables)) this.variables.set(name, value)
    for (const [name, text] of Object.entries(left.definitions)) this.definitions.set(name, text)
  }

  /** What only a whole shell can read. */
  private async runScript(text: string): Promise<number> {
    return this.runInShell(machineScript(text, this), true)
  }

  private async runAll(pipelines: readonly Pipeline[], say: Say): Promise<void> {
    let exitCode = 0
    for (const [i, pipeline] of pipelines.entries()) {
      if (this.cancelled) return
      if (pipeline.when === 'success' && exitCode !== 0) continue
      if (pipeline.when === 'failure' && exitCode === 0) continue
      const isLast = i === pipelines.length - 1 || pipeline.background
      exitCode = await this.runPipeline(pipeline.commands, isLast, say)
      if (pipeline.background) this.inBackground(pipeline.commands)
      this.variables.set('?', String(exitCode))
    }
  }

  private inBackground(commands: readonly Command[]): void {
    const command = this.playback.state.film?.inputs.at(-1)?.index
    const text = commands.map(({ typed }) => typed.join(' ')).join(' | ')
    if (command !== undefined && !this.commands.isOver(command)) this.jobs = this.own!.withJob(this.jobs, command, text, (id) => !this.commands.isOver(id))
  }

  runningJobs(): readonly Job[] {
    return this.jobs.filter(({ command }) => !this.commands.isOver(command))
  }

  isCancelled(): boolean {
    return this.cancelled
  }

  /** `isLast`: nothing waits for its end, so that one may watch what comes of it. */
  private async runPipeline(given: readonly Command[], isLast: boolean, say: Say): Promise<number> {
    const commands = await this.expandAll(given, say)
    const [only] = commands
    if (commands.length === 1 && only!.words.length === 0 && only!.redirects.length === 0) return this.assign(only!)
    const xargs = commands.findIndex(({ words }) => words[0] === 'xargs')
    if (xargs >= 0) return this.runXargs(commands.slice(0, xargs), commands[xargs]!, commands.slice(xargs + 1), say)
    const lastKubectl = commands.findLastIndex(({ words }) => isKubectl(words[0]))
    const own = commands.length === 1 ? this.own!.builtin(this, commands[0]!, say) : undefined
    if (own !== undefined) return own
    if (commands.some(({ redirects }) => redirects.some(isElsewhere)) || (isAway(this) && !this.isForPage(commands))) return this.runInShell(this.shellText(commands, true), isLast, this.stdinOf(commands[0]!, ''))
    if (commands.some((command) => this.isForMachine(command))) return this.onMachine(commands, isLast, say)
    const piped = await this.collect(lastKubectl < 0 ? commands.slice(0, -1) : commands.slice(0, lastKubectl), say)
    if (lastKubectl < 0) {
      const last = commands.at(-1)!
      const ran = await this.ranOf(last, this.stdinOf(last, piped.stdout))
      this.saveAll(ran, say)
      return this.printOut(ran, last, say)
    }
    return this.kubectl(commands[lastKubectl]!, commands.slice(lastKubectl + 1), piped.stdout, isLast, say)
  }

  private isForMachine({ words }: Command): boolean {
    if (this.own!.said(this, words) !== undefined) return false
    return this.own!.isMachineTool(words[0]) || this.definitions.has(words[0] ?? '') || this.own!.needsMachine(words)
  }

  /** What the machine's shell has no terminal for. */
  private isForPage(commands: readonly Command[]): boolean {
    const [{ words }] = commands as [Command]
    return commands.length === 1 && isKubectl(words[0]) && (isEdit(words.slice(1)) || wantsTerminal(words.slice(1)))
  }

  private async expandAll(commands: readonly Command[], say: Say): Promise<Command[]> {
    const names = isAway(this) ? [] : Object.keys(filesNow(this.playback).all)
    const expanded = await Promise.all(commands.map((command) => expand(globbed(command, names), (text) => this.printed(text, say), this.variables)))
    return expanded.map((command) => withKubeconfig(withoutAlias(command, this.aliases), this.variables))
  }

  private assign({ assignments }: Command): number {
    for (const [name, value] of assignments) this.variables.set(name, value)
    return 0
  }

  /** What a line prints: the inside of $(...). */
  private async printed(text: string, say: Say): Promise<string> {
    const parsed = parseLine(text)
    if (parsed.type === 'unknown' || isAway(this)) return (await this.commands.collect(await this.commands.shell(machineScript(text, this), unseen))).stdout
    let stdout = ''
    let exitCode = 0
    for (const { when, commands } of parsed.type === 'pipelines' ? parsed.pipelines : []) {
      if ((when === 'success' && exitCode !== 0) || (when === 'failure' && exitCode === 0)) continue
      const ran = await this.collect(await this.expandAll(commands, say), say)
      exitCode = ran.exitCode
      stdout += ran.stdout
    }
    return stdout
  }

  /** Each line that xargs makes of what it reads, one after another. */
  private async runXargs(
    before: readonly Command[],
    command: Command,
    behind: readonly Command[],
    say: Say,
  ): Promise<number> {
    const piped = await this.collect(before, say)
    const made = this.own!.xargsCommands(command, piped.stdout)
    if (typeof made === 'string') {
      this.notes.note('err', made)
      return 1
    }
    let exitCode = 0
    for (const [i, one] of made.entries()) {
      if (this.cancelled) return exitCode
      if ((await this.runPipeline([one, ...behind], i === made.length - 1, say)) !== 0) exitCode = 123
    }
    return exitCode
  }

  /** Commands of a pipe, run to their end: what comes out of the last one. Complaints and files go where they belong. */
  private async collect(commands: readonly Command[], say: Say): Promise<Ran> {
    let piped: Ran = { stdout: '', stderr: '', exitCode: 0 }
    for (const command of commands) {
      const ran = await this.ranOf(command, this.stdinOf(command, piped.stdout))
      this.saveAll(ran, say)
      piped = this.redirected(ran, command, say)
      this.notes.note('err', piped.stderr)
    }
    return piped
  }

  private async ranOf(command: Command, stdin: string): Promise<Ran> {
    const said = this.own!.said(this, command.words)
    // `printenv NAME` fails where there is none.
    if (said !== undefined) return { stdout: said, stderr: '', exitCode: said === '' && command.words.length > 1 ? 1 : 0 }
    if (isKubectl(command.words[0])) return this.collectKubectl(command, stdin)
    if (!this.isForMachine(command)) return applyFilters([command], stdin, filesNow(this.playback).all)
    return this.commands.collect(await this.commands.shell(this.shellText([command]), unseen, stdin))
  }

  private stdinOf({ stdin, stdinFile }: Command, piped: string): string {
    if (stdin !== undefined) return stdin
    return stdinFile === undefined ? piped : (filesNow(this.playback).all[deskName(stdinFile)] ?? '')
  }

  /** With the files of that moment: the kubeconfig says where to look. */
  private query(line: string): Promise<QueryResult> {
    return this.playback.ask.query(line, filesNow(this.playback).all)
  }

  private async collectKubectl(command: Command, stdin: string): Promise<Ran> {
    const nature = natureOf(command.words.slice(1))
    if ((nature === 'local' || nature === 'look') && stdin === '') return this.query(lineOf(command))
    return this.commands.collect(await this.commands.kubectl(command, stdin, unseen))
  }

  // --- the shell of the machine that one sits at

  /** A pipe with a tool in it that only the machine has. */
  private async onMachine(commands: readonly Command[], isLast: boolean, say: Say): Promise<number> {
    const redirects = commands.flatMap((c) => c.redirects)
    const [only] = commands
    if (commands.length === 1 && logsIn(only!.words) && redirects.length === 0 && only!.stdin === undefined && only!.stdinFile === undefined) return this.logIn(this.shellText(commands), isLast)
    if (redirects.length === 0) return this.runInShell(this.shellText(commands), isLast, this.stdinOf(commands[0]!, ''))
    const id = await this.commands.shell(this.shellText(commands), displayOf([], redirects, false))
    await this.commands.finish(id)
    for (const redirect of redirects) this.save(redirect, this.commands.filtered(id, redirect.what, []).stdout, say)
    return this.commands.exitCodeOf(id)
  }

  /** On another machine, until one leaves it. */
  private async logIn(text: string, isLast: boolean): Promise<number> {
    const answer = this.commands.answerTime()
    const id = await this.commands.shell(text, displayOf([], [], false), '', true)
    await answer()
    return isLast ? 0 : this.commands.ended(id, () => this.cancelled)
  }

  private async runInShell(text: string, isLast: boolean, stdin = ''): Promise<number> {
    const id = await this.commands.shell(text, displayOf([], [], false), stdin)
    this.left = id
    if (isLast) {
      this.playback.play()
      return 0
    }
    await this.commands.finish(id)
    await this.takeOver(false)
    return this.commands.exitCodeOf(id)
  }

  /** Commands as bash is to run them, with or without what goes into files. */
  private shellText(commands: readonly Command[], redirecting = false): string {
    const texts = commands.map(({ typed, redirects, mergeErrors }) =>
      [...typed, ...(redirecting ? redirects.map(redirectText) : []), ...(mergeErrors ? ['2>&1'] : [])].join(' '))
    const { variables, definitions } = this
    const away = new Map([...variables].filter(([name]) => name === 'PWD' || name === 'OLDPWD'))
    return machineScript(texts.join(' | '), { variables: away, definitions })
  }

  // --- kubectl

  private async kubectl(
    command: Command,
    behind: readonly Command[],
    piped: string,
    isLast: boolean,
    say: Say,
  ): Promise<number> {
    const nature = natureOf(command.words.slice(1))
    const stdin = this.stdinOf(command, piped)
    if (isEdit(command.words.slice(1)) && stdin === '') return this.edit(command, say)
    if (readsUrl(command.words)) this.notes.note('quiet', `${say('noInternet')}\n`)
    const redirects = [command, ...behind].flatMap((c) => c.redirects)
    if (nature === 'local' || (nature === 'look' && stdin === '' && !this.commands.isAtEnd() && this.commands.isServed())) {
      const ran = await this.query(lineOf(command))
      if (behind.length === 0) return this.printOut(ran, command, say)
      const { stdout, stderr } = this.redirected(ran, command, say)
      this.notes.note('err', stderr)
      const passed = applyFilters(behind, stdout)
      this.saveAll(passed, say)
      return this.printOut(passed, behind.at(-1)!, say)
    }
    const { mergeErrors } = command
    const display = displayOf(behind, redirects, mergeErrors)
    if (wantsTerminal(command.words.slice(1)) && stdin === '' && behind.length === 0 && redirects.length === 0) {
      const answer = this.commands.answerTime()
      const id = await this.commands.kubectl(command, stdin, display, true)
      await answer()
      return isLast ? 0 : this.commands.ended(id, () => this.cancelled)
    }
    const id = await this.commands.kubectl(command, stdin, display)
    // What is written on the way has to be there when the next command comes.
    const writes = behind.some(({ words }) => words[0] === 'tee')
    const goesOn = isLast && redirects.every(isNowhere) && !writes && nature !== 'look'
    if (goesOn) {
      this.playback.play()
      return 0
    }
    await this.commands.finish(id)
    if (writes) this.saveAll(this.commands.filtered(id, mergeErrors ? 'both' : 'stdout', behind), say)
    for (const redirect of redirects) {
      const what = redirect.what === 'stdout' && mergeErrors ? 'both' : redirect.what
      this.save(redirect, this.commands.filtered(id, what, what === 'stderr' ? [] : behind).stdout, say)
    }
    return this.commands.exitCodeOf(id)
  }

  /** `kubectl edit`: the object comes into the editor of the page, and Apply there saves it. */
  private async edit(command: Command, say: Say): Promise<number> {
    const line = lineOf(command)
    const ran = await this.query(line)
    const shown = editedFile(ran.files)
    if (shown === undefined) return this.printOut(ran, command, say)
    const { name, text } = openEdit(line, shown)
    writeFile(this.playback, name, text)
    openFile(this.playback, name)
    this.notes.note('quiet', `${say('editing', { what: name })}\n`)
    askFocus('editor')
    return 0
  }

  /** Ctrl+C: ends what runs, or what is being watched. False when nothing does. */
  async interrupt(): Promise<boolean> {
    this.giveUp()
    if (this.store.getState().busy) {
      this.playback.stop()
      await this.commands.finished
    }
    if (this.store.getState().watch !== undefined) {
      this.store.setState({ watch: undefined })
      return true
    }
    const last = this.commands.lastRunning()
    if (last === undefined) return false
    await this.playback.act({ interrupt: last.index })
    return true
  }

  // --- printing

  private printOut(given: Ran, last: Command, say: Say): number {
    const { stdout, stderr, exitCode } = this.redirected(given, last, say)
    this.notes.note('out', stdout)
    this.notes.note('err', stderr)
    return exitCode
  }

  /** What of it does not go into files. */
  private redirected(ran: Ran, command: Command, say: Say): Ran {
    const { left, files } = redirected(ran, command)
    for (const [redirect, text] of files) this.save(redirect, text, say)
    return left
  }

  private saveAll({ writes = [] }: Ran, say: Say): void {
    for (const { file, append, text } of writes) this.save({ what: 'stdout', file, append }, text, say)
  }

  /** Into a file of the desk. */
  private save({ file, append }: Redirect, text: string, say: Say): void {
    const name = deskName(file)
    if (name === '/dev/null') return
    const { all } = filesNow(this.playback)
    const isThere = Object.hasOwn(all, name)
    if (!isThere && nameProblem(name, all) !== undefined) return this.notes.note('err', `${say('badName', { what: name })}\n`)
    writeFile(this.playback, name, append && isThere ? all[name]! + text : text)
    openFile(this.playback, name)
  }
}

const sessions = new WeakMap<Playback, Session>()

/** One terminal for a page, however often its view opens and closes. */
export function sessionOf(playback: Playback): Session {
  let session = sessions.get(playback)
  if (session === undefined) sessions.set(playback, (session = new Session(playback)))
  return session
}
