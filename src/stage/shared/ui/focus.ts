import { useEffect, useRef } from 'react'
import { useView } from '../view.ts'

/** Runs when the keyboard is asked for here (askFocus), even if that was just before the panel opened. */
export function useFocusWish(where: 'editor' | 'terminal', focus: (text?: string) => void): void {
  const wish = useView((s) => (s.focus?.where === where ? s.focus : undefined))
  const served = useRef<number>(undefined)
  useEffect(() => {
    if (wish === undefined || wish.wish === served.current) return
    served.current = wish.wish
    focus(wish.text)
  })
}
