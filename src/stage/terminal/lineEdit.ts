/** The line that is being typed, and where the caret stands in it. */
export interface Line {
  readonly text: string
  readonly caret: number
}

/** What a key of readline does to a line; `cut`: what it took away, for Ctrl+Y. */
export interface Edited {
  readonly line: Line
  readonly cut?: string
}

export function at(text: string, caret = text.length): Line {
  return { text, caret }
}

/** Keys of bash's Emacs mode by their names in lineKey(); those of the browser's own field are left to it. */
export const editKeys: Readonly<Record<string, (line: Line, cut: string) => Edited>> = {
  'Ctrl+a': ({ text, caret }) => ({ line: at(text, lineStart(text, caret)) }),
  'Ctrl+e': ({ text, caret }) => ({ line: at(text, lineEnd(text, caret)) }),
  'Ctrl+b': ({ text, caret }) => ({ line: at(text, Math.max(0, caret - 1)) }),
  'Ctrl+f': ({ text, caret }) => ({ line: at(text, Math.min(text.length, caret + 1)) }),
  'Alt+b': ({ text, caret }) => ({ line: at(text, wordStart(text, caret, /\w/)) }),
  'Alt+f': ({ text, caret }) => ({ line: at(text, wordEnd(text, caret)) }),
  'Ctrl+u': (line) => without(line, lineStart(line.text, line.caret), line.caret),
  'Ctrl+k': (line) => without(line, line.caret, lineEnd(line.text, line.caret)),
  'Ctrl+w': (line) => without(line, wordStart(line.text, line.caret, /\S/), line.caret),
  'Alt+Backspace': (line) => without(line, wordStart(line.text, line.caret, /\w/), line.caret),
  'Alt+d': (line) => without(line, line.caret, wordEnd(line.text, line.caret)),
  'Ctrl+h': (line) => ({ line: without(line, Math.max(0, line.caret - 1), line.caret).line }),
  'Ctrl+d': (line) => ({ line: without(line, line.caret, Math.min(line.text.length, line.caret + 1)).line }),
  'Ctrl+y': (line, cut) => ({ line: insert(line, cut) }),
}

export function insert({ text, caret }: Line, what: string): Line {
  return at(text.slice(0, caret) + what + text.slice(caret), caret + what.length)
}

/** The name of a key for `editKeys`; undefined for a plain letter. */
export function lineKey(event: {
  key: string
  ctrlKey: boolean
  altKey: boolean
  metaKey: boolean
}): string | undefined {
  if (event.metaKey || event.ctrlKey === event.altKey) return undefined
  return `${event.ctrlKey ? 'Ctrl' : 'Alt'}+${event.key.length === 1 ? event.key.toLowerCase() : event.key}`
}

function without({ text }: Line, from: number, to: number): Edited {
  return { line: at(text.slice(0, from) + text.slice(to), from), cut: text.slice(from, to) }
}

function lineStart(text: string, caret: number): number {
  return text.lastIndexOf('\n', caret - 1) + 1
}

function lineEnd(text: string, caret: number): number {
  const end = text.indexOf('\n', caret)
  return end < 0 ? text.length : end
}

/** Back over what is not of a word, then over the word. */
function wordStart(text: string, caret: number, inWord: RegExp): number {
  let start = caret
  while (start > 0 && !inWord.test(text[start - 1]!)) start--
  while (start > 0 && inWord.test(text[start - 1]!)) start--
  return start
}

function wordEnd(text: string, caret: number): number {
  let end = caret
  while (end < text.length && !/\w/.test(text[end]!)) end++
  while (end < text.length && /\w/.test(text[end]!)) end++
  return end
}
