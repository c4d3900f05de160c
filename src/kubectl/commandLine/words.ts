/**
 * Splits a command line into words as a POSIX shell does before it starts a program: single and double
 * quotes, backslashes and `$'...'`. Variables, globs and pipes are the terminal's business, not ours.
 */
export function splitWords(line: string): string[] {
  const words: string[] = []
  let word: string | undefined
  let at = 0
  while (at < line.length) {
    const char = line[at]!
    if (char === ' ' || char === '\t' || char === '\n') {
      if (word !== undefined) words.push(word)
      word = undefined
      at++
      continue
    }
    if (char === '\\' && line[at + 1] === '\n') {
      at += 2
      continue
    }
    const [text, end] = readPiece(line, at)
    word = (word ?? '') + text
    at = end
  }
  if (word !== undefined) words.push(word)
  return words
}

/** Reads one quoted or bare piece that starts at `at`; answers its text and where it ends. */
function readPiece(line: string, at: number): [string, number] {
  const char = line[at]!
  if (char === "'") return readSingle(line, at + 1)
  if (char === '"') return readDouble(line, at + 1)
  if (char === '$' && line[at + 1] === "'") return readAnsi(line, at + 2)
  if (char === '\\') return [line[at + 1] ?? '', at + 2]
  return [char, at + 1]
}

function readSingle(line: string, at: number): [string, number] {
  const end = line.indexOf("'", at)
  return end < 0 ? [line.slice(at), line.length] : [line.slice(at, end), end + 1]
}

function readDouble(line: string, at: number): [string, number] {
  let text = ''
  while (at < line.length && line[at] !== '"') {
    const next = line[at + 1]
    if (line[at] === '\\' && next !== undefined && '"\\$`\n'.includes(next)) {
      if (next !== '\n') text += next
      at += 2
    } else {
      text += line[at++]
    }
  }
  return [text, at + 1]
}

const escapes: Record<string, string> = { n: '\n', t: '\t', r: '\r', a: '\u0007', b: '\b', f: '\f', v: '\v', e: '\u001b' }

function readAnsi(line: string, at: number): [string, number] {
  let text = ''
  while (at < line.length && line[at] !== "'") {
    if (line[at] === '\\' && at + 1 < line.length) {
      const next = line[at + 1]!
      text += escapes[next] ?? next
      at += 2
    } else {
      text += line[at++]
    }
  }
  return [text, at + 1]
}
