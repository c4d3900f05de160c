import type { Data } from '../filesystem/data.ts'
import { Errno } from '../filesystem/errno.ts'

/** The answer of a read or write that has to wait. */
export const BLOCKED = Symbol('blocked')

/** Who waits for a file is told when it may try again. */
export interface Waiter {
  wake(): void
}

/**
 * An open file description, as Linux calls it: what several descriptors of several processes may
 * refer to. Counted, because a pipe ends when its last writer has gone.
 */
export abstract class OpenFile {
  /** What /proc/<pid>/fd shows. */
  readonly name: string
  readonly isTerminal: boolean = false
  private references = 1
  private waiters: Waiter[] = []

  constructor(name: string) {
    this.name = name
  }

  /** undefined at the end. `max` counts characters (or zero bytes). */
  read(_max: number): Data | undefined | typeof BLOCKED {
    throw new Errno('EBADF')
  }

  /** One line with its newline, or what is left without one; undefined at the end. */
  readLine(): string | undefined | typeof BLOCKED {
    throw new Errno('EBADF')
  }

  /** True when all was taken; BLOCKED when the caller must wait and try again. */
  write(_data: Data): true | typeof BLOCKED {
    throw new Errno('EBADF')
  }

  retain(): this {
    this.references++
    return this
  }

  release(): void {
    if (--this.references === 0) this.closed()
  }

  waitFor(waiter: Waiter): void {
    this.waiters.push(waiter)
  }

  stopWaiting(waiter: Waiter): void {
    this.waiters = this.waiters.filter((w) => w !== waiter)
  }

  protected wakeWaiters(): void {
    if (this.waiters.length === 0) return
    const woken = this.waiters
    this.waiters = []
    for (const waiter of woken) waiter.wake()
  }

  protected closed(): void {}
}

/** /dev/null and the standard input of a container without one. */
export class NullFile extends OpenFile {
  constructor() {
    super('/dev/null')
  }
  override read(): undefined {
    return undefined
  }
  override readLine(): undefined {
    return undefined
  }
  override write(): true {
    return true
  }
}

export class ZeroFile extends OpenFile {
  constructor() {
    super('/dev/zero')
  }
  override read(max: number): Data {
    return max
  }
  /** A line of zeros has no end that could be waited for. */
  override readLine(): typeof BLOCKED {
    return BLOCKED
  }
  override write(): true {
    return true
  }
}

export class FullFile extends ZeroFile {
  override write(): true {
    throw new Errno('ENOSPC')
  }
}

/** Of bytes with the highest bit clear: so many characters are so many bytes. */
export class RandomFile extends OpenFile {
  private readonly byte: () => number
  constructor(byte: () => number) {
    super('/dev/urandom')
    this.byte = byte
  }
  override read(max: number): Data {
    let text = ''
    for (let i = 0; i < Math.min(max, 4096); i++) text += String.fromCharCode(this.byte() & 127)
    return text
  }
  override readLine(): string {
    return `${this.read(64)}\n`
  }
  override write(): true {
    return true
  }
}

/** Text given beforehand: a here-document, the standard input of an exec. */
export class TextFile extends OpenFile {
  private readonly text: string
  private offset = 0

  constructor(name: string, text: string) {
    super(name)
    this.text = text
  }
  override read(max: number): Data | undefined {
    if (this.offset >= this.text.length) return undefined
    const data = this.text.slice(this.offset, this.offset + max)
    this.offset += data.length
    return data
  }
  override readLine(): string | undefined {
    if (this.offset >= this.text.length) return undefined
    const newline = this.text.indexOf('\n', this.offset)
    return this.read(newline < 0 ? Infinity : newline + 1 - this.offset) as string
  }
}

/** Collects what is written: $(...), and what an exec prints. */
export class CaptureFile extends OpenFile {
  override readonly isTerminal: boolean
  text = ''
  private readonly onText: ((text: string) => void) | undefined

  constructor(name: string, onText?: (text: string) => void, isTerminal = false) {
    super(name)
    this.onText = onText
    this.isTerminal = isTerminal
  }
  /** Opened through /dev/stdout it is the pipe's other end, in which nothing ever comes. */
  override read(): typeof BLOCKED {
    return BLOCKED
  }
  override readLine(): typeof BLOCKED {
    return BLOCKED
  }
  override write(data: Data): true {
    const text = typeof data === 'number' ? '\0'.repeat(Math.min(data, 65536)) : data
    if (this.text.length < MAX_CAPTURED) this.text += text
    this.onText?.(text)
    return true
  }
}

/** More than this of one command's output is cut off, as kubelet cuts off what a probe prints. */
const MAX_CAPTURED = 16 * 1024 * 1024
