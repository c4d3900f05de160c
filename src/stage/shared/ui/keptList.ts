import { useState } from 'react'

/** The list that was there before, as long as the next one has the same in it: what hangs on its identity need not be done again. */
export function useKeptList<T>(next: readonly T[], same: (a: T, b: T) => boolean): readonly T[] {
  const [keep] = useState(() => listKeeper(next))
  return keep(next, same)
}

/** The same where no hook can be: in what is read of the state of playing. */
export function listKeeper<T>(first: readonly T[]) {
  let kept = first
  return (next: readonly T[], same: (a: T, b: T) => boolean): readonly T[] => {
    const unchanged = kept === next || (kept.length === next.length && kept.every((item, i) => item === next[i] || same(item, next[i]!)))
    return unchanged ? kept : (kept = next)
  }
}
