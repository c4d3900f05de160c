import { BLOCKED, type CaptureFile, NullFile, OpenFile, TextFile } from './open-file.ts'
import { pipe } from './pipe.ts'
import type { Terminal } from './terminal.ts'

export interface ExecOptions {
  stdin?: string
  tty?: boolean
  /** Its output is shown on a terminal, though nobody types into it. */
  isShown?: boolean
  /** A probe or a hook: the pod's own words. */
  ofPod?: boolean
  /** More input follows by execInput, until execInput(id, undefined). */
  interactive?: boolean
  /** What follows are the keys of a terminal that somebody else looks after: they are neither echoed nor edited here. */
  isTyped?: boolean
  onOutput?: (stream: 'stdout' | 'stderr', text: string) => void
}

export interface Streams {
  descriptors: OpenFile[]
  terminal?: Terminal
  /** Takes what is typed; undefined closes the input. */
  input?: (text: string | undefined) => void
}

/** Standard input, output and error of a command that is run beside process 1. */
export function execStreams(
  options: ExecOptions,
  stdout: CaptureFile,
  stderr: CaptureFile,
  openTerminal: (onText: (text: string) => void) => Terminal,
): Streams {
  if (options.tty === true) {
    const terminal = openTerminal((text) => void stdout.write(text))
    if (options.stdin !== undefined) terminal.type(options.stdin)
    return {
      descriptors: [terminal, terminal.retain(), terminal.retain()],
      terminal,
      input: (text) => terminal.type(text),
    }
  }
  if (options.interactive === true) {
    const { reader, write } = options.isTyped === true ? typedKeys() : inputPipe()
    if (options.stdin !== undefined) write(options.stdin)
    return { descriptors: [reader, stdout, stderr], input: write }
  }
  const input = options.stdin === undefined ? new NullFile() : new TextFile('pipe:[12]', options.stdin)
  return { descriptors: [input, stdout, stderr] }
}

/** A pipe whose writing end is held outside of the container. */
export function inputPipe(): { reader: OpenFile; write: (text: string | undefined) => void } {
  const { reader, writer } = pipe()
  let isOpen = true
  const write = (text: string | undefined): void => {
    if (!isOpen) return
    if (text !== undefined) return void writer.write(text)
    isOpen = false
    writer.release()
  }
  return { reader, write }
}

/** A terminal as whoever has switched it to raw sees it: keys, one after another. */
class Keys extends OpenFile {
  override readonly isTerminal = true
  private typed = ''
  private ended = false

  constructor() {
    super('/dev/pts/0')
  }

  type(text: string | undefined): void {
    if (text === undefined) this.ended = true
    else this.typed += text
    this.wakeWaiters()
  }

  override read(max: number): string | undefined | typeof BLOCKED {
    if (this.typed === '') return this.ended ? undefined : BLOCKED
    const text = this.typed.slice(0, max)
    this.typed = this.typed.slice(max)
    return text
  }

  override readLine(): string | undefined | typeof BLOCKED {
    const end = this.typed.search(/[\r\n]/)
    if (end < 0 && !this.ended) return BLOCKED
    const line = this.read(end < 0 ? Infinity : end + 1)
    return typeof line === 'string' ? line.replace('\r', '\n') : line
  }

  override write(): true {
    return true
  }
}

function typedKeys(): { reader: OpenFile; write: (text: string | undefined) => void } {
  const reader = new Keys()
  return { reader, write: (text) => reader.type(text) }
}
