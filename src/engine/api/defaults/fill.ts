import { extended } from '../extended.ts'

/**
 * Copy on write for defaulting: an object that lacks nothing is returned as it is, so that defaulting
 * an object that has its defaults costs no copies and later comparisons are by identity.
 */

/** The object with `defaults` for the keys that it does not have. */
export function fill<T extends object>(object: T, defaults: Partial<T>): T {
  let out: T | undefined
  for (const key in defaults) {
    if (object[key] !== undefined || defaults[key] === undefined) continue
    out ??= extended(object, {})
    out[key] = defaults[key]!
  }
  return out ?? object
}

/** Every item through `change`; the same list when none changes. */
export function each<T>(list: T[], change: (item: T) => T): T[] {
  let out: T[] | undefined
  for (let i = 0; i < list.length; i++) {
    const item = change(list[i]!)
    if (item === list[i] && !out) continue
    out ??= list.slice()
    out[i] = item
  }
  return out ?? list
}

/** `object[key]` through `change`, when it is there. */
export function inside<T extends object, K extends keyof T>(
  object: T,
  key: K,
  change: (value: NonNullable<T[K]>) => NonNullable<T[K]>,
): T {
  const value = object[key]
  if (value === undefined || value === null) return object
  const changed = change(value)
  return changed === value ? object : { ...object, [key]: changed }
}

/** Every item of the list `object[key]` through `change`, when it is there. */
export function insideEach<T extends object, K extends keyof T>(object: T, key: K, change: (item: any) => any): T {
  const list = object[key]
  if (!Array.isArray(list)) return object
  const changed = each(list, change)
  return changed === list ? object : { ...object, [key]: changed }
}
