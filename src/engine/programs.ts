import type { Response } from './api/request.ts'
import type { ApiServer } from './apiserver/apiserver.ts'
import { asAdmin } from './apiserver/authentication.ts'
import type { ResponseTask } from './apiserver/exchange.ts'
import { requestInfo } from './apiserver/request-info.ts'
import type { WatchClosedTask, WatchTask } from './apiserver/watch.ts'
import { findProgram, type Effect, type Program, type ProgramInput, type StreamEvent } from './client/program.ts'
import type { Kernel, TaskId } from './kernel/kernel.ts'
import type { Latency } from './latency.ts'
import type { LocalEvents, LocalStart, StartLocal } from './local-program.ts'
import type { LocalPorts } from './local-ports.ts'
import type { Left } from './runtime/shell/left.ts'
import type { RunningLine, Workstation } from './workstation.ts'

interface ProgramStart {
  program: string
  line: string
  stdin: string
  files: Readonly<Record<string, string>>
  /** Somebody sits at a terminal. */
  terminal?: boolean
}

export interface PrintedText {
  command: number
  /** Number of steps in the trace when it was printed. */
  step: number
  at: number
  to: 'stdout' | 'stderr'
  text: string
}

/** All that programs have written up to a step. */
export interface FilesWritten {
  step: number
  files: Readonly<Record<string, string>>
}

export interface ProgramEnd {
  command: number
  step: number
  at: number
  exitCode: number
  /** Of a line in a shell: what it has left there. */
  left?: Left
}

export interface ProgramsOptions {
  kernel: Kernel
  latency: Latency
  apiServer: ApiServer
  ports: LocalPorts
  /** Told of each file that a program writes. */
  wrote: (path: string, text: string) => void
  /** Made when it is first used. */
  workstation: (kubectl: StartLocal) => Pick<Workstation, 'run'>
}

interface Running {
  /** Of its input; below 0 for one that a shell has started. */
  id: number
  name: string
  /** Who hears of it, when a shell has started it: then it is no command of the film. */
  events: LocalEvents | undefined
  target: string
  program: Program
  streams: Map<number, StreamEvent[]>
  /** The stream whose next event is waited for. */
  waitingFor: number | undefined
  timeout: TaskId | undefined
  nextTag: number
  /** Tag of the answer that resumes the program. */
  expected: number
  /** What was typed and goes nowhere yet. */
  typed: string[]
  /** The stream that gets what is typed: the last one that was opened with an input. */
  typesInto: number | undefined
  takesInput: boolean
  /** It runs on another machine than the one that one sits at. */
  elsewhere: boolean
  left?: Left
}

type ProgramTask = ResponseTask | WatchTask | WatchClosedTask | { type: 'resume'; tag: number } | { type: 'timeout'; tag: number }

const interruptedExitCode = 130

/**
 * Runs programs outside the cluster (kubectl) in virtual time. Each is a client of the API server like any other;
 * several can run at once.
 */
export class Programs {
  readonly output: PrintedText[] = []
  readonly ended: ProgramEnd[] = []
  /** Files that programs have written. */
  written: Readonly<Record<string, string>> = {}
  /** The same after each write, with the number of steps before it. */
  readonly writes: FilesWritten[] = []
  private readonly kernel: Kernel
  private readonly latency: Latency
  private readonly apiServer: ApiServer
  private readonly ports: LocalPorts
  private readonly workstation: (kubectl: StartLocal) => Pick<Workstation, 'run'>
  private readonly wrote: (path: string, text: string) => void
  private readonly running = new Map<number, Running>()
  /** Lines that run in the shell of the machine that one sits at: their streams, numbered below 0. */
  private readonly lines = new Map<number, RunningLine>()
  private nextLine = -1
  private nextLocal = -1

  constructor(options: ProgramsOptions) {
    this.kernel = options.kernel
    this.latency = options.latency
    this.apiServer = options.apiServer
    this.ports = options.ports
    this.workstation = options.workstation
    this.wrote = options.wrote
  }

  /** Begins a program; `id` names it from now on. */
  start(id: number, { program, line, stdin, files, terminal = false }: ProgramStart): void {
    this.begins(id, program, { line, stdin, files, terminal }, undefined)
  }

  /** A program that a shell of this machine has started. */
  private readonly startLocal: StartLocal = (start, events) => {
    const id = this.nextLocal--
    this.begins(id, 'kubectl', start.elsewhere === true ? start : { ...start, files: { ...this.written, ...start.files } }, events)
    return { end: () => this.interrupt(id), type: (keys) => this.type(id, keys) }
  }

  private begins(id: number, name: string, given: LocalStart & { terminal?: boolean }, events: LocalEvents | undefined): void {
    const program = (name === 'shell' ? shellAt(given.terminal === true) : findProgram(name))({ ...given, now: () => this.kernel.now })
    const target = `program/${id}`
    const running: Running = {
      id, name, events, target, program, streams: new Map(), waitingFor: undefined, timeout: undefined, nextTag: 1, expected: 0, typed: [], typesInto: undefined, takesInput: false, elsewhere: given.elsewhere === true,
    }
    this.running.set(id, running)
    this.kernel.register(target, (task: ProgramTask) => this.handle(running, task))
    this.resumeLater(running, this.latency.of('command'))
  }

  isRunning(id: number): boolean {
    return this.running.has(id)
  }

  /** Ctrl+C. */
  interrupt(id: number): void {
    const running = this.running.get(id)
    if (running !== undefined) this.end(running, interruptedExitCode)
  }

  /** Keys, as a terminal sends them, for a program that has somebody's terminal: they go to its container. */
  type(id: number, text: string): void {
    const running = this.running.get(id)
    if (running === undefined) return
    running.typed.push(text)
    this.passOn(running)
  }

  private passOn(running: Running): void {
    const into = running.typesInto
    if (into === undefined) return
    for (const text of running.typed.splice(0)) {
      // What runs in the shell of this machine is numbered below 0.
      if (into < 0) this.lines.get(into)?.type(text)
      else this.apiServer.streams.send(into, running.name, { type: 'TEXT', text })
    }
  }

  private handle(running: Running, task: ProgramTask): void {
    if (task.type === 'watch') return this.streamEvent(running, task.watch, task.event)
    if (task.type === 'watch-closed') return this.streamEvent(running, task.watch, { type: 'CLOSED' })
    if (task.tag !== running.expected) return
    if (task.type === 'timeout') {
      running.waitingFor = undefined
      return this.advance(running, { type: 'TIMEOUT' } satisfies StreamEvent)
    }
    const answer = task.type === 'response' ? openedStream(running, task.response) : undefined
    this.passOn(running)
    this.advance(running, answer)
  }

  private streamEvent(running: Running, stream: number, event: StreamEvent): void {
    if (running.waitingFor !== stream) {
      running.streams.get(stream)?.push(event)
      return
    }
    running.waitingFor = undefined
    this.kernel.cancel(running.timeout)
    this.advance(running, event)
  }

  /** Runs the program until it waits for something or ends. */
  private advance(running: Running, answer: unknown): void {
    let next = running.program.next(answer)
    while (next.done !== true) {
      const effect = next.value
      if (effect.do === 'print') this.print(running, effect.to, effect.text)
      else if (effect.do === 'write') this.write(running, effect.path, effect.text)
      else if (effect.do === 'close') this.close(running, effect.stream)
      else if (effect.do === 'reply') this.ports.reply(effect.connection, effect.answer)
      else if (effect.do === 'send') this.apiServer.streams.send(effect.stream, running.name, effect.input)
      else {
        const ready = this.begin(running, effect)
        if (ready === undefined) return
        next = running.program.next(ready)
        continue
      }
      next = running.program.next()
    }
    this.end(running, next.value)
  }

  /** Starts what an effect asks for; its answer when it is there already. */
  private begin(running: Running, effect: Exclude<Effect, { do: 'print' | 'write' | 'close' | 'send' | 'reply' }>): StreamEvent | { stream: number } | number[] | undefined {
    if (effect.do === 'sleep') {
      this.resumeLater(running, effect.ms)
      return undefined
    }
    if (effect.do === 'next') return this.nextEvent(running, effect)
    if (effect.do === 'run') return { stream: this.runLine(running, effect) }
    if (effect.do === 'listen') return this.listen(running, effect)
    const { request } = effect
    const parsed = requestInfo(asAdmin(request))
    running.expected = running.nextTag++
    running.takesInput = effect.do === 'open' && request.query?.['stdin'] === 'true'
    this.apiServer.send(parsed, running.name, { target: running.target, tag: running.expected })
    return undefined
  }

  private nextEvent(running: Running, { stream, timeoutMs }: Extract<Effect, { do: 'next' }>): StreamEvent | undefined {
    const queue = running.streams.get(stream)
    if (queue === undefined) return { type: 'CLOSED' }
    const ready = queue.shift()
    if (ready !== undefined) return ready
    running.waitingFor = stream
    running.expected = running.nextTag++
    if (timeoutMs !== undefined) {
      running.timeout = this.kernel.schedule(running.target, timeoutMs, { type: 'timeout', tag: running.expected } as ProgramTask)
    }
    return undefined
  }

  private runLine(running: Running, { line, stdin, files, terminal }: Extract<Effect, { do: 'run' }>): number {
    const stream = this.nextLine--
    running.streams.set(stream, [])
    const tell = (event: StreamEvent): void => this.tell(running, stream, event)
    const begun = this.workstation(this.startLocal).run(line, { stdin, files, terminal }, (to, text) => tell({ type: 'TEXT', to, text }), (exitCode, written) => {
      this.release(running, stream)
      for (const [path, text] of Object.entries(written)) this.write(running, path, text)
      tell({ type: 'CLOSED', exitCode })
    })
    this.lines.set(stream, begun)
    if (terminal) running.typesInto = stream
    this.passOn(running)
    return stream
  }

  private listen(running: Running, { stream, ports }: Extract<Effect, { do: 'listen' }>): number[] {
    if (!running.streams.has(stream)) running.streams.set(stream, [])
    return this.ports.listen(running.id, ports, (accepted) => this.tell(running, stream, { type: 'ACCEPTED', ...accepted }))
  }

  /** In a task of the program's own: what happens on this machine takes no time. */
  private tell(running: Running, stream: number, event: StreamEvent): void {
    if (this.running.has(running.id)) this.kernel.schedule(running.target, 0, { type: 'watch', watch: stream, event } as ProgramTask)
  }

  private resumeLater(running: Running, delayMs: number): void {
    running.expected = running.nextTag++
    this.kernel.schedule(running.target, delayMs, { type: 'resume', tag: running.expected } as ProgramTask)
  }

  private close(running: Running, stream: number): void {
    running.streams.delete(stream)
    if (stream >= 0) return this.apiServer.close(stream)
    this.lines.get(stream)?.end()
    this.release(running, stream)
  }

  /** What was printed and written before the film belongs to nobody in it. */
  forget(): void {
    for (const list of [this.output, this.ended, this.writes]) list.length = 0
    this.written = {}
  }

  private release(running: Running, stream: number): void {
    const line = this.lines.get(stream)
    if (line !== undefined) running.left = line.left()
    this.lines.delete(stream)
  }

  private write({ events, elsewhere }: Running, path: string, text: string): void {
    events?.wrote(path, text)
    if (elsewhere) return
    this.wrote(path, text)
    this.written = { ...this.written, [path]: text }
    this.writes.push({ step: this.kernel.steps, files: this.written })
  }

  private print(running: Running, to: PrintedText['to'], text: string): void {
    if (running.events !== undefined) return running.events.output(to, text)
    this.output.push({ command: running.id, step: this.kernel.steps, at: this.kernel.now, to, text })
  }

  private end(running: Running, exitCode: number): void {
    for (const stream of [...running.streams.keys()]) this.close(running, stream)
    this.ports.release(running.id)
    this.kernel.unregister(running.target)
    this.running.delete(running.id)
    if (running.events !== undefined) return running.events.ended(exitCode)
    this.ended.push({ command: running.id, step: this.kernel.steps, at: this.kernel.now, exitCode, ...(running.left === undefined ? {} : { left: running.left }) })
  }
}

/** Whatever is typed for the shell of the machine that one sits at. */
const shellAt = (terminal: boolean) => function* ({ line, stdin, files }: ProgramInput): Program {
  const { stream } = yield { do: 'run', line, stdin, files, terminal }
  for (;;) {
    const event: StreamEvent = yield { do: 'next', stream }
    if (event.type === 'TEXT') yield { do: 'print', to: event.to ?? 'stdout', text: event.text }
    if (event.type === 'CLOSED') return event.exitCode ?? 1
  }
}

/** The answer to an `open` that succeeded names its stream; anything else is the response itself. */
function openedStream(running: Running, response: Response): Response | { stream: number } {
  const watch = typeof response.body === 'object' && response.body.kind === 'Watch' ? (response.body as { watch?: number }).watch : undefined
  if (watch === undefined) return response
  running.streams.set(watch, [])
  if (running.takesInput) running.typesInto = watch
  return { stream: watch }
}
