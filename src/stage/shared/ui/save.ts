/** Some browsers only begin to read it after the click. */
const readMs = 60_000

/** Gives the reader a file to keep. */
export function save(name: string, content: Blob): void {
  const url = URL.createObjectURL(content)
  Object.assign(document.createElement('a'), { href: url, download: name }).click()
  setTimeout(() => URL.revokeObjectURL(url), readMs)
}
