import { asText, type Data } from '../filesystem/data.ts'
import { BLOCKED, OpenFile } from './open-file.ts'
import type { Signal } from './signals.ts'

/**
 * A terminal in canonical mode, as `kubectl exec -it` gives one: it echoes what is typed, edits the
 * line, hands it over on Enter, and turns ^C into SIGINT for the foreground job.
 */
export class Terminal extends OpenFile {
  override readonly isTerminal = true
  /** Process group that gets ^C; the shell sets it. */
  foreground = 0
  /** Whoever reads gets every key as it is: neither echoed nor edited here. */
  raw = false
  private readonly onText: (text: string) => void
  private readonly sendSignal: (group: number, signal: Signal) => void
  private line = ''
  private ready = ''
  private echoed = ''
  private ended = false

  constructor(onText: (text: string) => void, sendSignal: (group: number, signal: Signal) => void) {
    super('/dev/pts/0')
    this.onText = onText
    this.sendSignal = sendSignal
  }

  /** Keys as a terminal emulator sends them; undefined when it has been closed. */
  type(keys: string | undefined): void {
    if (keys === undefined) this.ended = true
    else if (this.raw) this.ready += keys
    else for (const key of keys) this.key(key)
    this.flush()
    this.wakeWaiters()
  }

  /** What was typed at once is echoed at once. */
  private flush(): void {
    const text = this.echoed
    this.echoed = ''
    if (text !== '') this.onText(text)
  }

  override read(max: number): Data | undefined | typeof BLOCKED {
    if (this.ready === '') return this.atEnd()
    const data = this.ready.slice(0, max)
    this.ready = this.ready.slice(data.length)
    return data
  }

  override readLine(): string | undefined | typeof BLOCKED {
    if (this.ready === '') return this.atEnd()
    const newline = this.ready.indexOf('\n')
    return this.read(newline < 0 ? Infinity : newline + 1) as string
  }

  override write(data: Data): true {
    this.onText(this.raw ? asText(data) : asText(data).replaceAll('\n', '\r\n'))
    return true
  }

  private atEnd(): undefined | typeof BLOCKED {
    if (!this.ended) return BLOCKED
    // ^D ends one read; a closed terminal ends all of them, but then its processes get HUP anyway.
    this.ended = false
    return undefined
  }

  private key(key: string): void {
    switch (key) {
      case '\r':
      case '\n':
        this.echoed += '\r\n'
        this.ready += `${this.line}\n`
        this.line = ''
        return
      case '\x7f':
      case '\b':
        if (this.line !== '') this.echoed += '\b \b'
        this.line = this.line.slice(0, -1)
        return
      case '\x15':
        this.echoed += '\b \b'.repeat(this.line.length)
        this.line = ''
        return
      case '\x03':
        // The newline is the shell's, which begins its prompt on a line of its own.
        this.echoed += '^C\r\n'
        this.line = ''
        this.flush()
        this.sendSignal(this.foreground, 'INT')
        return
      case '\x1c':
        this.sendSignal(this.foreground, 'QUIT')
        return
      case '\x04':
        if (this.line === '') this.ended = true
        this.ready += this.line
        this.line = ''
        return
      default:
        if (key < ' ' && key !== '\t') return
        this.line += key
        this.echoed += key
    }
  }
}
