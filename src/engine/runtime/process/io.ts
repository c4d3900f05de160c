import type { Data } from '../filesystem/data.ts'
import { asText } from '../filesystem/data.ts'
import { Errno, strerror } from '../filesystem/errno.ts'
import { COST } from './cpu.ts'
import { BLOCKED, type OpenFile } from './open-file.ts'
import { INTERRUPTED, type Process, type Run, Terminated } from './process.ts'

/** The system calls that may wait, as programs use them: `yield* print(p, 'hello\n')`. */

/** Lets the CPU time pass that was used, when it has become a quantum. */
export function* pay(p: Process): Run<void> {
  if (p.cpu.exhausted) yield { wait: 'cpu' }
}

export function* print(p: Process, text: string, fd = 1): Run<void> {
  if (text !== '') yield* writeTo(p, p.fd(fd), text)
}

export function* writeTo(p: Process, file: OpenFile, data: Data): Run<void> {
  p.cpu.charge(COST.systemCall + (sizeOf(data) / 1024) * COST.kilobyte)
  for (;;) {
    const r = writeOrDie(p, file, data)
    if (r === true) break
    yield { wait: 'io', on: file, interruptible: false }
  }
  yield* pay(p)
}

/** Near enough for what it costs. */
function sizeOf(data: Data): number {
  return typeof data === 'number' ? data : data.length
}

function writeOrDie(p: Process, file: OpenFile, data: Data): true | typeof BLOCKED {
  try {
    return file.write(data)
  } catch (e) {
    if (e instanceof Errno && e.code === 'EPIPE') raisePipe(p)
    throw e
  }
}

/** Writing to a pipe that nobody reads ends a process silently, unless it ignores the signal. */
function raisePipe(p: Process): void {
  if (p.disposition('PIPE') === 'default') throw new Terminated({ code: 0, signal: 'PIPE' })
}

/** `tool: message` on standard error. */
export function* complain(p: Process, message: string): Run<void> {
  try {
    yield* print(p, `${toolName(p)}: ${message}\n`, 2)
  } catch (e) {
    // Nobody listens: there is nothing more to say.
    if (!(e instanceof Errno)) throw e
  }
}

/** As a program calls itself in its messages. */
export function toolName(p: Process): string {
  const name = p.argv[0] ?? ''
  return name.slice(name.lastIndexOf('/') + 1)
}

export function* readFrom(p: Process, file: OpenFile, max = 65536): Run<Data | undefined> {
  for (;;) {
    const data = file.read(max)
    if (data !== BLOCKED) {
      p.cpu.charge(COST.systemCall + ((data === undefined ? 0 : sizeOf(data)) / 1024) * COST.kilobyte)
      yield* pay(p)
      return data
    }
    yield { wait: 'io', on: file, interruptible: false }
  }
}

/** A line with its newline; undefined at the end; INTERRUPTED when a caught signal came first. */
export function* readLine(
  p: Process,
  file: OpenFile,
  interruptible = false,
): Run<string | undefined | typeof INTERRUPTED> {
  for (;;) {
    const line = file.readLine()
    p.cpu.charge(COST.systemCall)
    const isTired = p.cpu.exhausted
    yield* pay(p)
    if (line !== BLOCKED) return line
    // What has come in the meantime has woken nobody.
    if (isTired) continue
    const answer = yield { wait: 'io', on: file, interruptible }
    if (answer === INTERRUPTED) return INTERRUPTED
  }
}

/** All that is left, as text: for tools that need the whole (sort, wc, tail). Zero bytes beyond a limit are dropped. */
export function* readAll(p: Process, file: OpenFile): Run<string> {
  let text = ''
  for (;;) {
    const data = yield* readFrom(p, file)
    if (data === undefined) return text
    if (text.length < MAX_TEXT) text += asText(data)
  }
}

const MAX_TEXT = 8 * 1024 * 1024

/** True when the time is over, false when a caught signal came first. */
export function* sleep(p: Process, ms: number, interruptible = false): Run<boolean> {
  const answer = yield { wait: 'time', ms, interruptible }
  return answer !== INTERRUPTED
}

/** Runs `f` and turns a failed system call into a message and exit code 1. */
export function* orComplain(p: Process, what: string, f: () => void): Run<boolean> {
  try {
    f()
    return true
  } catch (e) {
    if (!(e instanceof Errno)) throw e
    yield* complain(p, `${what}: ${strerror(e)}`)
    return false
  }
}
