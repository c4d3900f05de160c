import { useEffect } from 'react'
import { serveFocus, useView } from '../view.ts'

/** Runs when the keyboard is asked for here (askFocus), even if that was just before the panel opened; once, however often it is opened after that. */
export function useFocusWish(where: 'editor' | 'terminal', focus: (text?: string) => void): void {
  const wish = useView((s) => (s.focus?.where === where ? s.focus : undefined))
  useEffect(() => {
    if (wish !== undefined && serveFocus(wish.wish)) focus(wish.text)
  })
}
