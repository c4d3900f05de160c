import type { PatchOperation } from '../../api/scheduling.ts'
import type { KubeObject } from '../../api/types.ts'

/** A pointer from its parts. */
export function pointer(...parts: (string | number)[]): string {
  return parts.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}

/** The object with the operations done to it; the object itself stays as it is. */
export function applyPatch<T extends KubeObject>(object: T, patch: readonly PatchOperation[]): T {
  return patch.reduce<unknown>((value, operation) => applyOne(value, partsOf(operation.path), operation), object) as T
}

function partsOf(path: string): string[] {
  return path.split('/').slice(1).map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
}

function applyOne(value: unknown, [part, ...rest]: string[], operation: PatchOperation): unknown {
  if (part === undefined) return operation.value
  if (Array.isArray(value)) return applyToArray(value, part, rest, operation)
  const object = (value ?? {}) as Record<string, unknown>
  if (rest.length === 0 && operation.op === 'remove') {
    const { [part]: _, ...others } = object
    return others
  }
  return { ...object, [part]: applyOne(object[part], rest, operation) }
}

function applyToArray(array: readonly unknown[], part: string, rest: string[], operation: PatchOperation): unknown[] {
  const index = part === '-' ? array.length : Number(part)
  if (rest.length > 0) return array.with(index, applyOne(array[index], rest, operation))
  if (operation.op === 'remove') return array.toSpliced(index, 1)
  return operation.op === 'add' ? array.toSpliced(index, 0, operation.value) : array.with(index, operation.value)
}
