import { useState } from 'react'

/** The list that was there before, as long as the next one has the same in it: what hangs on its identity need not be done again. */
export function useKeptList<T>(next: readonly T[], same: (a: T, b: T) => boolean): readonly T[] {
  const [kept, keep] = useState(next)
  const unchanged = kept === next || (kept.length === next.length && kept.every((item, i) => same(item, next[i]!)))
  if (!unchanged) keep(next)
  return unchanged ? kept : next
}
