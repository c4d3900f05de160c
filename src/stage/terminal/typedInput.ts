/** `cat > file` and `kubectl apply -f -`, with nothing that they would read instead: they read what is typed, up to Ctrl+D. */
const readers = [/^\s*cat\s*>>?\s*[\w./~-]+\s*$/, /^\s*(?:kubectl|k)\s[^|<>&;]*\s(?:-f|--filename)[ =]?-\s*$/]

/** Whether the line goes on with what its command is to read. */
export function readsTyping(text: string): boolean {
  const [first] = text.split('\n', 1) as [string]
  return readers.some((reader) => reader.test(first))
}

/** The line with what was typed behind it as a here-document. */
export function withTyped(text: string): string {
  const [first, ...lines] = text.split('\n') as [string, ...string[]]
  let end = 'EOF'
  while (lines.includes(end)) end += '_'
  // Ctrl+D at the beginning of a line: that one is none.
  if (lines.at(-1) === '') lines.pop()
  return [`${first.trimEnd()} <<'${end}'`, ...lines, end].join('\n')
}
