import { asText, type Data } from '../filesystem/data.ts'
import { BLOCKED, OpenFile } from './open-file.ts'

/**
 * How fast the container runtime takes log lines. A process that prints in a tight loop is held up
 * by its full pipe, as on a real node (where the figures are larger): the film must not drown.
 */
const BURST_LINES = 1000
const LINES_PER_MS = 0.2

/** The containerd shim cuts longer lines. */
const MAX_LINE_CHARS = 16384

/** Shared by stdout and stderr of a container. */
class LogBudget {
  private lines = BURST_LINES
  private at: number
  private readonly now: () => number
  /** Asks for `unblock` after so many ms. */
  private readonly wait: (ms: number) => void
  private waiting = false

  constructor(now: () => number, wait: (ms: number) => void) {
    this.now = now
    this.at = now()
    this.wait = wait
  }

  take(lines: number): boolean {
    const now = this.now()
    this.lines = Math.min(BURST_LINES, this.lines + (now - this.at) * LINES_PER_MS)
    this.at = now
    if (this.lines < 1) {
      // One alarm for all who wait.
      if (!this.waiting) this.wait(Math.max(100, Math.ceil((1 - this.lines) / LINES_PER_MS)))
      this.waiting = true
      return false
    }
    this.lines -= lines
    return true
  }

  refilled(): void {
    this.waiting = false
  }
}

/** Both outputs of process 1. */
export class ContainerLog {
  readonly stdout: LogFile
  readonly stderr: LogFile

  /** `after`: calls back after so many virtual ms. */
  constructor(now: () => number, after: (ms: number, action: () => void) => void, onLines: (stream: 'stdout' | 'stderr', lines: readonly string[], unfinished: boolean) => void) {
    const unblock = (): void => {
      budget.refilled()
      this.stdout.unblock()
      this.stderr.unblock()
    }
    const budget = new LogBudget(now, (ms) => after(ms, unblock))
    this.stdout = new LogFile('pipe:[1]', budget, (lines, unfinished) => onLines('stdout', lines, unfinished))
    this.stderr = new LogFile('pipe:[2]', budget, (lines, unfinished) => onLines('stderr', lines, unfinished))
  }

  flush(): void {
    this.stdout.flush()
    this.stderr.flush()
  }

  /** Tells of what is written from now on, as it comes. */
  attach(onText: (stream: 'stdout' | 'stderr', text: string) => void): void {
    for (const stream of ['stdout', 'stderr'] as const) {
      const before = this[stream].onText
      this[stream].onText = (text) => {
        before?.(text)
        onText(stream, text)
      }
    }
  }
}

/** Standard output or error of process 1: what `kubectl logs` shows, line by line. */
class LogFile extends OpenFile {
  private partial = ''
  private readonly budget: LogBudget
  private readonly onLines: (lines: readonly string[], unfinished: boolean) => void
  /** Told of all that is written, lines or not: whoever is attached. */
  onText: ((text: string) => void) | undefined

  constructor(name: string, budget: LogBudget, onLines: (lines: readonly string[], unfinished: boolean) => void) {
    super(name)
    this.budget = budget
    this.onLines = onLines
  }

  override read(): undefined {
    return undefined
  }

  override write(data: Data): true | typeof BLOCKED {
    const text = asText(data)
    // Most writes are one whole line.
    if (this.partial === '' && text.length <= MAX_LINE_CHARS && text.indexOf('\n') === text.length - 1 && text !== '') {
      if (!this.budget.take(1)) return BLOCKED
      this.onText?.(text)
      this.onLines([text.slice(0, -1)], false)
      return true
    }
    const lines = (this.partial + text).split('\n')
    const long = Math.floor((this.partial.length + text.length) / MAX_LINE_CHARS)
    if (!this.budget.take(Math.max(lines.length - 1, long))) return BLOCKED
    this.onText?.(text)
    const rest = cut(lines.pop()!)
    this.partial = rest.pop()!
    this.tell(lines)
    for (const piece of rest) this.onLines([piece], true)
    return true
  }

  unblock(): void {
    this.wakeWaiters()
  }

  /** A last line without a newline is a line, too. */
  flush(): void {
    if (this.partial !== '') this.onLines([this.partial], true)
    this.partial = ''
  }

  /** Whole lines; the pieces of one that is too long come one by one. */
  private tell(lines: readonly string[]): void {
    const long = lines.findIndex((line) => line.length > MAX_LINE_CHARS)
    const whole = long < 0 ? lines : lines.slice(0, long)
    if (whole.length > 0) this.onLines(whole, false)
    if (long < 0) return
    const pieces = cut(lines[long]!)
    for (const piece of pieces.slice(0, -1)) this.onLines([piece], true)
    this.tell([pieces.at(-1)!, ...lines.slice(long + 1)])
  }
}

function cut(line: string): string[] {
  if (line.length <= MAX_LINE_CHARS) return [line]
  const pieces: string[] = []
  for (let i = 0; i < line.length; i += MAX_LINE_CHARS) pieces.push(line.slice(i, i + MAX_LINE_CHARS))
  return pieces
}
