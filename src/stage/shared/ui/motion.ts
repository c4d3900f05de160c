import { useMemo, useSyncExternalStore } from 'react'

/** True when the person asked the system for less motion: the same information, without travel. */
export function useReducedMotion(): boolean {
  return useMediaQuery('(prefers-reduced-motion: reduce)')
}

export function useMediaQuery(query: string): boolean {
  // One list for all renders: it is asked at each, and each new one is parsed and listened to anew.
  const [subscribe, matches] = useMemo(() => {
    const list = window.matchMedia(query)
    const listen = (changed: () => void): (() => void) => {
      list.addEventListener('change', changed)
      return () => list.removeEventListener('change', changed)
    }
    return [listen, () => list.matches] as const
  }, [query])
  return useSyncExternalStore(subscribe, matches, () => false)
}
