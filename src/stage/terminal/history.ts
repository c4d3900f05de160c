/** Lines that were typed, the oldest first. */
export type History = readonly string[]

const linesMax = 500
const storageKey = 'podreel.history'

/** The same line twice in a row is kept once; one that begins with a blank not at all, as bash does. */
export function remembered(history: History, text: string): History {
  const line = text.trimEnd()
  if (line === '' || line.startsWith(' ') || history.at(-1) === line) return history
  return [...history, line].slice(-linesMax)
}

/** The latest line before `before` in which a text occurs: Ctrl+R. */
export function search(history: History, text: string, before: number): number | undefined {
  for (let i = Math.min(before, history.length) - 1; i >= 0; i--)
    if (text !== '' && history[i]!.includes(text)) return i
  return undefined
}

export function loadHistory(): History {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(storageKey) ?? '[]')
    return Array.isArray(stored) ? stored.filter((line) => typeof line === 'string').slice(-linesMax) : []
  } catch {
    return []
  }
}

export function saveHistory(history: History): void {
  try {
    localStorage.setItem(storageKey, JSON.stringify(history))
  } catch {
    // Forbidden or full: it then holds for this visit.
  }
}
