import { Errno } from '../filesystem/errno.ts'
import { complain, readAll, readLine } from '../process/io.ts'
import type { OpenFile } from '../process/open-file.ts'
import type { Process, Run } from '../process/process.ts'
import { DirectoryFile, openPath } from '../process/regular-file.ts'
import { cannotOpen } from './words.ts'

export interface Input {
  /** '-' for standard input. */
  name: string
  file: OpenFile
}

/**
 * Opens files to read, one after another, or standard input when there are none. What cannot be
 * opened is complained about. Use: `for (;;) { const input = yield* inputs.next() ... }`.
 */
export class Inputs {
  failed = false
  /** How many there have been, and the last one's name: '' is standard input. */
  opened = 0
  name = ''
  private readonly p: Process
  private readonly names: string[]
  private readonly words: (p: Process, path: string, e: Errno) => string
  private current: OpenFile | undefined

  constructor(
    p: Process,
    names: readonly string[],
    words: (p: Process, path: string, e: Errno) => string = cannotOpen,
  ) {
    this.p = p
    this.names = names.length === 0 ? ['-'] : [...names]
    this.words = words
  }

  *next(): Run<Input | undefined> {
    this.current?.release()
    this.current = undefined
    for (let name = this.names.shift(); name !== undefined; name = this.names.shift()) {
      const file = yield* this.open(name)
      if (file === undefined) continue
      this.current = file
      this.opened++
      this.name = name === '-' ? '' : name
      return { name, file }
    }
    return undefined
  }

  /** Lines of all inputs in a row, each with its newline (but perhaps the last). */
  *line(): Run<string | undefined> {
    for (;;) {
      const file = this.current ?? (yield* this.next())?.file
      if (file === undefined) return undefined
      const line = yield* readLine(this.p, file)
      if (typeof line === 'string') return line
      yield* this.drop()
    }
  }

  private *drop(): Run<void> {
    this.current?.release()
    this.current = undefined
  }

  /** Everything of all inputs. */
  *all(): Run<string> {
    let text = ''
    for (let input = yield* this.next(); input !== undefined; input = yield* this.next())
      text += yield* readAll(this.p, input.file)
    return text
  }

  private *open(name: string): Run<OpenFile | undefined> {
    if (name === '-') return this.p.fd(0).retain()
    try {
      const file = openPath(this.p.machine.files, name, { read: true }, this.p.access)
      this.checkReadable(file)
      return file
    } catch (e) {
      if (!(e instanceof Errno)) throw e
      this.failed = true
      yield* complain(this.p, this.words(this.p, name, e))
      return undefined
    }
  }

  /** A directory opens, but reading it fails. */
  private checkReadable(file: OpenFile): void {
    if (!(file instanceof DirectoryFile)) return
    file.release()
    throw new Errno('EISDIR')
  }
}

/** Of a file; `-` is what is read, and a pipe has a path, too: `diff <(a) <(b)`. */
export function* textAt(p: Process, path: string): Run<string | undefined> {
  if (path === '-') return yield* readAll(p, p.fd(0))
  if (!path.startsWith('/dev/fd/')) return p.machine.files.readText(path, p.access)
  const file = openPath(p.machine.files, path, {}, p.access)
  const text = yield* readAll(p, file)
  file.release()
  return text
}
