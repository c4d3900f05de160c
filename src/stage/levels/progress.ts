import { createStore } from 'zustand/vanilla'
import { recall, remember } from '../shared/ui/storage.ts'

/** What has been reached, by the name of the level: with how many commands at best. Kept in the browser; a file takes it elsewhere. */
export type Progress = Readonly<Record<string, { readonly commands: number }>>

const storageKey = 'podreel.levels'
const levelsMost = 500

export const progress = createStore<{ levels: Progress }>(() => ({ levels: parseProgress(recall(storageKey) ?? '{}') ?? {} }))

/** Of a file or of the browser's storage, either of which may hold anything; undefined: it is no progress. */
export function parseProgress(text: string): Progress | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  const entries = Object.entries(value as Record<string, unknown>)
  if (entries.length > levelsMost || !entries.every(([name, level]) => /^[a-z][a-z0-9-]{0,62}$/.test(name) && isReached(level))) return undefined
  return Object.fromEntries(entries.map(([name, level]) => [name, { commands: (level as { commands: number }).commands }]))
}

function isReached(level: unknown): boolean {
  const commands = (level as { commands?: unknown } | null)?.commands
  return Number.isInteger(commands) && (commands as number) >= 0
}

/** The better result counts. */
export function better(a: Progress, b: Progress): Progress {
  const names = new Set([...Object.keys(a), ...Object.keys(b)])
  return Object.fromEntries(
    [...names].map((name) => [name, { commands: Math.min(a[name]?.commands ?? Infinity, b[name]?.commands ?? Infinity) }]),
  )
}

export function keep(more: Progress): void {
  const levels = better(progress.getState().levels, more)
  progress.setState({ levels })
  remember(storageKey, JSON.stringify(levels))
}
