/**
 * How an editor on a machine (vi, nano) talks with a terminal that has a better one: the file goes out in a sequence that other terminals pass over
 * (xterm's OSC, with a number of our own), and what becomes of it comes back as what a person might have done: pasted and saved.
 */
export interface EditedFile {
  /** As it was named, from the root. */
  path: string
  text: string
}

const begin = '\u001b]5379;'
const end = '\u0007'

export const opened = (file: EditedFile): string => `${begin}${JSON.stringify(file)}${end}`
export const closed = `${begin}${end}`

/** What the last editor in this output has open: 'none' when it has been closed; undefined: there was none. */
export function openedIn(output: string): EditedFile | 'none' | undefined {
  const at = output.lastIndexOf(begin)
  if (at < 0) return undefined
  const stop = output.indexOf(end, at)
  return stop < 0 || stop === at + begin.length ? 'none' : (JSON.parse(output.slice(at + begin.length, stop)) as EditedFile)
}

const pasteBegins = '\u001b[200~'
const pasteEnds = '\u001b[201~'

/** The keys that put this text into the file, save it and leave. */
export const saving = (text: string): string => `${pasteBegins}${text}${pasteEnds}:wq\r`

/** The keys that leave it as it is. */
export const leaving = '\u001b:q!\r'

/** What the keys so far come to: a text that was pasted, and how the file is left; undefined: they go on. */
export function left(keys: string): { text: string | undefined; saves: boolean } | undefined {
  const from = keys.lastIndexOf(pasteBegins)
  const to = keys.lastIndexOf(pasteEnds)
  if (from > to) return undefined
  const text = from < 0 ? undefined : keys.slice(from + pasteBegins.length, to)
  const command = /(?::(wq?a?!?|xa?!?|qa?!?)[\r\n]|(ZZ)|(ZQ)|(\u0018))$/.exec(keys.slice(to < 0 ? 0 : to + pasteEnds.length))
  if (command === null || /^w!?$/.test(command[1] ?? '')) return undefined
  return { text, saves: /^[wx]/.test(command[1] ?? '') || command[2] !== undefined }
}
