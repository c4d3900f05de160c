import type { Patch } from '../worker/protocol.ts'

/**
 * The next version of an object, which shares with the one before all that the patch leaves alone: a view that
 * compares by identity sees at once what has changed.
 */
export function patched(before: unknown, patch: Patch): unknown {
  if ('set' in patch) return patch.set
  const base = before as Record<string, unknown>
  const after: Record<string, unknown> = Array.isArray(base)
    ? ([...base] as unknown as Record<string, unknown>)
    : { ...base }
  for (const [key, below] of Object.entries(patch.keys)) after[key] = patched(base[key], below)
  for (const key of patch.gone ?? []) delete after[key]
  return after
}
