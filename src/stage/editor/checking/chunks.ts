/** One document of a file: its text, and the offset at which it begins. */
export interface Chunk {
  readonly text: string
  readonly start: number
}

/**
 * The documents of a file that hold something, cut as kubectl cuts them (apimachinery/pkg/util/yaml): at
 * lines that begin with `---`, before any YAML is read. JSON is one chunk.
 */
export function chunksOf(text: string): Chunk[] {
  if (text.trimStart().startsWith('{')) return [{ text, start: 0 }]
  const chunks: Chunk[] = []
  let start = 0
  const close = (end: number): void => {
    const chunk = text.slice(start, end)
    if (!isBlank(chunk)) chunks.push({ text: chunk, start })
  }
  for (const separator of text.matchAll(/^---[^\n]*(\n|$)/gm)) {
    close(separator.index)
    start = separator.index + separator[0].length
  }
  close(text.length)
  return chunks
}

/** Nothing but empty lines and comments. */
function isBlank(text: string): boolean {
  return !/^[ \t\r]*[^\s#]/m.test(text)
}
