import { createStore } from 'zustand/vanilla'

export interface TextFile {
  name: string
  text: string
}

/** Files that were dropped onto the page and wait for the dialog. */
export const dropped = createStore<{ files: readonly TextFile[] }>(() => ({ files: [] }))

/** Texts of files that a person has chosen or dropped. */
export function readAll(files: Iterable<File>): Promise<TextFile[]> {
  return Promise.all([...files].map(async (file) => ({ name: file.name, text: textOf(await file.arrayBuffer()) })))
}

/** `>` of Windows PowerShell writes UTF-16, with a mark in front that tells it. */
export function textOf(bytes: ArrayBuffer): string {
  const [a, b] = new Uint8Array(bytes.slice(0, 2))
  const encoding = a === 0xff && b === 0xfe ? 'utf-16le' : a === 0xfe && b === 0xff ? 'utf-16be' : 'utf-8'
  return new TextDecoder(encoding).decode(bytes)
}

/** Whatever is dropped onto the page, wherever nobody else takes it. Returns how to stop. */
export function watchDrops(take: (files: readonly TextFile[]) => void): () => void {
  const over = (event: DragEvent): void => {
    if (event.dataTransfer?.types.includes('Files') === true) event.preventDefault()
  }
  const drop = (event: DragEvent): void => {
    const files = event.dataTransfer?.files
    if (event.defaultPrevented || files === undefined || files.length === 0) return
    event.preventDefault()
    void readAll(files).then(take)
  }
  window.addEventListener('dragover', over)
  window.addEventListener('drop', drop)
  return () => {
    window.removeEventListener('dragover', over)
    window.removeEventListener('drop', drop)
  }
}
