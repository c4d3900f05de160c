/** Untyped JSON objects as patches see them, and the small things every kind of patch needs. */

export type Json = Record<string, unknown>

/** A patch that cannot be applied; the message is upstream's. Never leaves the patch folder. */
export class PatchFailure extends Error {
  readonly kind: 'bad request' | 'too large' | 'unprocessable' | 'internal'

  constructor(message: string, kind: PatchFailure['kind'] = 'internal') {
    super(message)
    this.kind = kind
  }
}

export const isMap = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The only key that could change more than the object it is set in. */
export function refuseProto(key: string): void {
  if (key === '__proto__') throw new PatchFailure('the key "__proto__" is not supported', 'bad request')
}

export function deepEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((item, i) => deepEqual(item, b[i]))
  if (!isMap(a) || !isMap(b)) return false
  const keys = Object.keys(a)
  return (
    keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && deepEqual(a[key], b[key]))
  )
}

/** fmt's %v of JSON values: map[a:1 b:[x y]]. */
export function goFormat(value: unknown): string {
  if (value === null || value === undefined) return '<nil>'
  if (Array.isArray(value)) return `[${value.map(goFormat).join(' ')}]`
  if (isMap(value))
    return `map[${Object.keys(value)
      .toSorted()
      .map((key) => `${key}:${goFormat(value[key])}`)
      .join(' ')}]`
  return String(value)
}
