/** Kinds that kubectl has no words for: their fields, titled by their names. */
import { withEvents } from './describer.ts'
import { writeHead, type Description } from './writer.ts'

const shownAbove = new Set(['.metadata.managedFields', '.metadata.name', '.metadata.namespace', '.metadata.labels', '.metadata.annotations'])

export const describeAnything = withEvents((w, object) => {
  writeHead(w, object.metadata)
  writeFields(w, 0, object, '')
})

function writeFields(w: Description, level: number, fields: Readonly<Record<string, unknown>>, path: string): void {
  for (const name of Object.keys(fields).toSorted()) {
    const value = fields[name]
    const here = `${path}.${name}`
    if (shownAbove.has(here)) continue
    if (typeof value !== 'object' || value === null) {
      w.line(level, `${titleOf(name)}:\t${value === null ? '<nil>' : String(value)}`)
      continue
    }
    w.line(level, `${titleOf(name)}:`)
    if (!Array.isArray(value)) writeFields(w, level + 1, value as Record<string, unknown>, here)
    else for (const item of value) {
      if (typeof item === 'object' && item !== null) writeFields(w, level + 1, item, here)
      else w.line(level + 1, String(item))
    }
  }
}

const acronyms = new Set(['API', 'URL', 'UID', 'OSB', 'GUID'])

/** "creationTimestamp" → "Creation Timestamp"; names with other characters stay as they are. */
export function titleOf(field: string): string {
  if (!/^[\p{L}-]*$/u.test(field)) return field
  const words = field.match(/\p{Lu}+(?!\p{Ll})|\p{Lu}?\p{Ll}+|-+/gu) ?? []
  return words.map((word) => (acronyms.has(word.toUpperCase()) ? word.toUpperCase() : word.slice(0, 1).toUpperCase() + word.slice(1))).join(' ')
}
