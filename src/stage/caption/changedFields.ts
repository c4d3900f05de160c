import type { KubeObject } from '../../engine/api/types.ts'

/** What every write changes anyway. */
const routine: ReadonlySet<string> = new Set([
  'metadata.resourceVersion',
  'metadata.generation',
  'metadata.managedFields',
])
const lastApplied = 'metadata.annotations.kubectl.kubernetes.io/last-applied-configuration'
const most = 3

/** The fields in which two versions differ, a few of them, as 'spec.containers[0].image'. */
export function changedFields(before: KubeObject, after: KubeObject): string[] {
  const found: string[] = []
  compare(before, after, '', found)
  const named = found.filter((path) => !routine.has(path) && path !== lastApplied)
  return named.length > most ? [...named.slice(0, most), '...'] : named
}

function compare(a: unknown, b: unknown, path: string, found: string[]): void {
  if (a === b || routine.has(path)) return
  if (!isBranch(a) || !isBranch(b) || Array.isArray(a) !== Array.isArray(b)) {
    if (JSON.stringify(a) !== JSON.stringify(b)) found.push(path)
    return
  }
  const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>]
  for (const key of new Set([...Object.keys(left), ...Object.keys(right)])) {
    compare(left[key], right[key], Array.isArray(a) ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`, found)
  }
}

function isBranch(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
