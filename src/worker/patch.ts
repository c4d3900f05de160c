import type { Patch } from './protocol.ts'

/**
 * What changed from one version of an object to the next, so that a status update does not carry the spec again.
 * Versions share what they have alike: where both hold the very same part, nothing below it is looked at.
 * Undefined when nothing differs.
 */
export function patchOf(before: unknown, after: unknown): Patch | undefined {
  if (Object.is(before, after)) return undefined
  if (!isBranch(before) || !isBranch(after) || !alike(before, after)) return { set: after }
  const keys: Record<string, Patch> = {}
  for (const key of Object.keys(after)) {
    if (!Object.hasOwn(before, key)) keys[key] = { set: after[key] }
    else {
      const patch = patchOf(before[key], after[key])
      if (patch !== undefined) keys[key] = patch
    }
  }
  const gone = Object.keys(before).filter((key) => !Object.hasOwn(after, key))
  if (Object.keys(keys).length === 0 && gone.length === 0) return undefined
  return gone.length === 0 ? { keys } : { keys, gone }
}

type Branch = Record<string, unknown>

function isBranch(value: unknown): value is Branch {
  return typeof value === 'object' && value !== null
}

/** Two objects, or two lists of one length: what is worth comparing part by part. */
function alike(before: Branch, after: Branch): boolean {
  // A key of this name, which a ConfigMap may have, cannot be assigned like others.
  if (Object.hasOwn(before, '__proto__') || Object.hasOwn(after, '__proto__')) return false
  if (!Array.isArray(before) && !Array.isArray(after)) return true
  return Array.isArray(before) && Array.isArray(after) && before.length === after.length
}
