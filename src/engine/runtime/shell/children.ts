import type { ParsedScript, Pipeline, Statement } from 'unbash'
import { Errno } from '../filesystem/errno.ts'
import { COST } from '../process/cpu.ts'
import { print } from '../process/io.ts'
import { CaptureFile, NullFile } from '../process/open-file.ts'
import { pipe } from '../process/pipe.ts'
import { exitCodeOf, type Part, type Process, type Run } from '../process/process.ts'
import { describeSignal, type Signal } from '../process/signals.ts'
import { Terminal } from '../process/terminal.ts'
import { ShellError } from './control.ts'
import { wordsOf } from './flavor.ts'
import type { Descriptors } from './redirect.ts'
import type { Shell } from './shell.ts'
import type { Job } from './state.ts'
import { type Parsed, parseScript } from './syntax.ts'

const FIRST_SUBSTITUTED_FD = 63

/** The processes that a shell starts to run parts of its script: pipelines, jobs, substitutions. */
export class Children {
  private readonly shell: Shell
  /** Descriptors behind <( ), to be closed after the command. */
  readonly substituted: number[] = []
  /** Status of the last command substitution: that of a command which is only assignments. */
  lastSubstitution: number | undefined

  constructor(shell: Shell) {
    this.shell = shell
  }

  /** A child that runs part of this script with a copy of all that the shell knows. */
  fork(
    run: (shell: Shell) => Run<void>,
    descriptors: Descriptors,
    { substituted = false, ...o }: { ignore?: readonly Signal[]; group?: number | 'own'; part?: Part | undefined; substituted?: boolean } = {},
  ): Process {
    this.shell.state.effects++
    const state = this.shell.state.copy()
    if (substituted) state.substitutions++
    try {
      return this.shell.process.machine.spawn({
        parent: this.shell.process,
        argv: this.shell.process.argv,
        program: (p) => this.shell.inChild(p, state, run),
        env: this.shell.process.env,
        descriptors,
        costUs: COST.fork,
        group: this.group,
        ...o,
      })
    } catch (e) {
      for (const d of descriptors) d?.release()
      if (e instanceof Errno) throw new ShellError(wordsOf(this.shell.state.flavor).cannotFork, 2, this.shell.state.pos)
      throw e
    }
  }

  /** Waits for a child that runs in the foreground; signals wait, too. */
  *waitFor(child: Process): Run<number> {
    this.giveTerminal(child.group)
    if (child.exit === undefined) yield { wait: 'child', pid: child.pid, interruptible: false }
    this.giveTerminal(this.shell.process.group)
    const status = child.exit!
    this.shell.process.machine.reap(child)
    this.collect()
    if (status.signal !== undefined) yield* this.reportKilled(child, status.signal)
    return exitCodeOf(status)
  }

  /** With job control each job is a process group, so that ^C reaches it and not the shell. */
  get group(): 'own' | undefined {
    return this.shell.state.interactive ? 'own' : undefined
  }

  private giveTerminal(group: number): void {
    if (!this.shell.state.interactive) return
    const input = this.shell.process.fd(0)
    if (input instanceof Terminal) input.foreground = group
  }

  private *reportKilled(child: Process, signal: Signal): Run<void> {
    const words = describeSignal(signal)
    if (words === '' || signal === 'INT') return
    if (this.shell.state.flavor !== 'bash') return yield* print(this.shell.process, `${words}\n`, 2)
    yield* this.shell.report(
      `${String(child.pid).padStart(5)} ${words.padEnd(22)} ${child.argv.join(' ')}`,
      this.shell.state.pos,
    )
  }

  /** Children in the background that have ended are taken note of and forgotten by the system. */
  collect(): void {
    const { children, machine } = this.shell.process
    for (const child of [...children]) {
      if (child.exit === undefined) continue
      const job = this.shell.state.jobs.find((j) => j.pids.includes(child.pid))
      if (job?.pid === child.pid) job.status = child.exit
      machine.reap(child)
    }
    // `wait` may still ask for the last of them.
    if (this.shell.state.jobs.length > 100)
      this.shell.state.jobs = this.shell.state.jobs.filter(
        (j) => j.status === undefined || j.pid === this.shell.state.lastBackground,
      )
  }

  background(s: Statement): void {
    const descriptors = this.shell.process.copyDescriptors()
    if (!this.shell.state.interactive) {
      descriptors[0]?.release()
      descriptors[0] = new NullFile()
    }
    const ignore: Signal[] = this.shell.state.interactive ? [] : ['INT', 'QUIT']
    const child = this.fork((shell) => shell.andOrNode(s.command, true), descriptors, { ignore, part: this.shell.process.part })
    const number = Math.max(0, ...this.shell.state.jobs.map((j) => j.number)) + 1
    const job: Job = {
      number,
      pid: child.pid,
      pids: [child.pid],
      text: this.shell.state.source.slice(s.pos, s.end).replace(/\s*&$/, ''),
      status: undefined,
    }
    this.shell.state.jobs.push(job)
    this.shell.state.lastBackground = child.pid
    this.shell.state.status = 0
  }

  /** `last`: nothing of the script comes after it. */
  *pipeline(node: Pipeline, last: boolean): Run<void> {
    const children: Process[] = []
    let input = this.shell.process.fd(0).retain()
    const { commands } = node
    for (let i = 0; i < commands.length; i++) {
      const descriptors = this.shell.process.copyDescriptors()
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
      children.push(
        this.fork((shell) => shell.command(command, true), descriptors, { group: children[0]?.group ?? this.group, part: last ? this.shell.process.part : undefined }),
      )
    }
    let status = 0
    for (const [i, child] of children.entries()) {
      const code = yield* this.waitFor(child)
      if (this.shell.state.flavor === 'bash') this.shell.state.setElement('PIPESTATUS', i, String(code))
      if (child === children.at(-1) || (this.shell.state.options.has('pipefail') && code !== 0))
        status = this.shell.state.options.has('pipefail') && code === 0 ? status : code
    }
    yield* this.shell.finish(status)
  }

  *substitute(script: ParsedScript): Run<string> {
    const capture = new CaptureFile('pipe:[2]')
    const descriptors = this.shell.process.copyDescriptors()
    descriptors[1]?.release()
    descriptors[1] = capture
    const text = script.source ?? this.shell.state.source
    const parsed = this.readsFile(script, text) ?? { source: text, statements: script.commands, errors: script.errors ?? [] }
    const child = this.fork((shell) => shell.runText(parsed, true), descriptors, { substituted: true })
    this.lastSubstitution = yield* this.waitFor(child)
    return capture.text.replace(/\n+$/, '').replaceAll('\0', '')
  }

  /** `$(< file)` is short for `cat < file`, in bash. */
  private readsFile(script: ParsedScript, text: string): Parsed | undefined {
    const [only, ...more] = script.commands
    if (this.shell.state.flavor !== 'bash' || only === undefined || more.length > 0) return undefined
    const source = text.slice(only.pos, only.end).trim()
    return /^<[^<&(]/.test(source) && !/[|;&]/.test(source) ? parseScript(`cat ${source}`) : undefined
  }

  substituteProcess(script: ParsedScript, operator: '<' | '>'): string {
    const { reader, writer } = pipe()
    const inner = operator === '<' ? 1 : 0
    const descriptors = this.shell.process.copyDescriptors()
    descriptors[inner]?.release()
    descriptors[inner] = operator === '<' ? writer : reader
    const text = script.source ?? this.shell.state.source
    this.fork(
      (shell) => shell.runText({ source: text, statements: script.commands, errors: script.errors ?? [] }, true),
      descriptors,
    )
    const fd = FIRST_SUBSTITUTED_FD + this.substituted.length
    this.shell.process.setFd(fd, operator === '<' ? reader : writer)
    this.substituted.push(fd)
    return `/dev/fd/${fd}`
  }

  closeSubstituted(count: number): void {
    while (this.substituted.length > count) this.shell.process.setFd(this.substituted.pop()!, undefined)
  }
}
