/** Of `-name=value` or `--name=value`, whatever the case; a flag alone is true. `name`: as a pattern. */
export function flagIn(words: readonly string[], name: string): string | undefined {
  const found = words.find((word) => new RegExp(`^--?${name}(=|$)`, 'i').test(word))
  return found === undefined ? undefined : found.includes('=') ? found.slice(found.indexOf('=') + 1) : 'true'
}
