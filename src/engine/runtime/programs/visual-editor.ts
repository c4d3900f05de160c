import { closed, left, opened } from '../../api/fileEditing.ts'
import { asText } from '../filesystem/data.ts'
import { attempt, Errno } from '../filesystem/errno.ts'
import { normalize } from '../filesystem/path.ts'
import { print, readFrom, toolName, writeTo } from '../process/io.ts'
import type { Process, Run } from '../process/process.ts'
import { openPath } from '../process/regular-file.ts'
import { Terminal } from '../process/terminal.ts'

/**
 * vi, vim and nano. The screen that they would draw is left to the terminal (api/fileEditing.ts); here a file is read, and written when it is left so. Keys
 * that are typed without one mean what they mean to vi: `:wq`, `:q!`, ZZ; nano's ^X.
 */
export function* visualEditor(p: Process): Run<number> {
  const terminal = p.fd(0)
  if (!(terminal instanceof Terminal)) {
    yield* print(p, toolName(p) === 'nano' ? 'Error opening terminal: unknown.\n' : 'Vim: Warning: Output is not to a terminal\nVim: Warning: Input is not from a terminal\nVim: Error reading input, exiting...\n', 2)
    return 1
  }
  const name = p.argv.slice(1).find((arg) => !/^[-+]/.test(arg))
  const path = name === undefined ? '' : normalize(name, p.cwd)
  terminal.raw = true
  yield* print(p, opened({ path, text: p.machine.files.readText(path, p.access) ?? '' }))
  let keys = ''
  for (;;) {
    const typed = yield* readFrom(p, terminal)
    if (typed === undefined) break
    keys += asText(typed)
    const end = left(keys)
    if (end === undefined) continue
    const problem = end.saves && end.text !== undefined ? yield* written(p, path, end.text) : undefined
    if (problem === undefined) {
      if (end.saves && end.text !== undefined) yield* print(p, `"${name}" ${end.text.split('\n').length - 1}L, ${new TextEncoder().encode(end.text).length}B written\r\n`)
      break
    }
    keys = ''
    yield* print(p, `${problem}\r\n`)
  }
  terminal.raw = false
  yield* print(p, closed)
  return 0
}

/** What vim says when it cannot. */
function* written(p: Process, path: string, text: string): Run<string | undefined> {
  if (path === '') return 'E32: No file name'
  const file = attempt(() => openPath(p.machine.files, path, { write: true, truncate: true }, p.access, 0o666 & ~p.umask))
  if (file instanceof Errno) return `"${path}" E212: Can't open file for writing`
  yield* writeTo(p, file, text)
  file.release()
  return undefined
}
