import { useEffect } from 'react'
import { usePlayback } from '../../playback/hooks.ts'
import { lock } from '../presenter/lock.ts'
import { isComposing } from '../shared/ui/composing.ts'
import { isStageView, view } from '../shared/view.ts'
import { actions } from './actions.ts'
import type { Action } from './actions.ts'
import { hasDialog, openDialog } from './dialogs.ts'

export interface Stroke {
  key: string
  ctrlKey: boolean
  metaKey: boolean
  altKey: boolean
  shiftKey: boolean
}

/** 'Mod+k', 'Shift+ArrowRight', '?' of what was pressed. Shift is not named where it only makes the character. */
export function nameOf({ key, ctrlKey, metaKey, altKey, shiftKey }: Stroke): string {
  const character = key.length === 1
  const held = isMadeWithAlt(key, altKey) ? [] : [...(ctrlKey || metaKey ? ['Mod'] : []), ...(altKey ? ['Alt'] : [])]
  const parts = [
    ...held,
    ...(shiftKey && (!character || key === ' ') ? ['Shift'] : []),
    character ? key.toLowerCase() : key,
  ]
  return parts.join('+')
}

/** On many keyboards '[' and its like are made with AltGr, which Windows tells as Ctrl and Alt, or with Option. */
function isMadeWithAlt(key: string, altKey: boolean): boolean {
  return altKey && /^[^\p{L}\p{N}\s]$/u.test(key)
}

/** A clicker sends PageUp and PageDown; on stage Space goes on and Shift+Space back, as in slides. */
const clicker: Record<string, string> = {
  PageDown: 'ArrowRight',
  ' ': 'ArrowRight',
  PageUp: 'ArrowLeft',
  'Shift+ ': 'ArrowLeft',
}

/** In a frame the page around it has the editor's place: keys play, move and choose the view. */
function actsInFrame({ group, id }: Action): boolean {
  return group === 'play' || group === 'move' ? id !== 'goTo' : isStageView(id)
}

/** On a locked stage keys still step, choose what is seen, and do what the speaker's keys do; nothing else. */
export function actsWhenLocked({ group, id, presenting }: Action): boolean {
  return group === 'play' || group === 'move' || presenting === true || isStageView(id)
}

/** A key that is held steps on and on; what it switches, applies or opens, it does once. */
export function actsWhileHeld({ group, id }: Action): boolean {
  return group === 'move' ? !['goTo', 'marker', 'size'].includes(id) : id === 'slower' || id === 'faster'
}

export function actionOf(stroke: Stroke, presenting: boolean, embedded = false): Action | undefined {
  const name = nameOf(stroke)
  const wanted = presenting ? (clicker[name] ?? name) : name
  const found = actions.filter((action) => action.keys.includes(wanted) && (!embedded || actsInFrame(action)))
  // On stage some keys mean what they mean in slides.
  return found.find((action) => (action.presenting === true) === presenting) ?? found.find((action) => !action.presenting)
}

/** Keys act on the page, except where somebody types or where a control or an open dialog wants them itself. */
function isTaken(event: KeyboardEvent): boolean {
  const target = event.target as HTMLElement | null
  if ((event.ctrlKey || event.metaKey) && !isMadeWithAlt(event.key, event.altKey)) return event.key === 'Enter' && hasDialog()
  if (hasDialog() || document.querySelector('[role="dialog"][data-state="open"], [role="menu"][data-state="open"]')) return true
  if (target === null) return false
  if (target.isContentEditable || target.matches('input, textarea, select')) return true
  return event.key === ' ' && target.matches('button, a, summary, [role="button"]')
}

/** Listens for the keys of the table of actions. */
export function useKeys(): void {
  const playback = usePlayback()
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || isComposing(event)) return
      // One that has been asked for and has not come yet has no Escape of its own.
      if (event.key === 'Escape' && hasDialog() && document.querySelector('[role="dialog"]') === null) {
        event.preventDefault()
        return openDialog(undefined)
      }
      if (isTaken(event)) return
      const { presenting, embedded } = view.getState()
      const action = actionOf(event, presenting, embedded !== undefined)
      if (action === undefined || action.when?.() === false) return
      event.preventDefault()
      if (event.repeat && !actsWhileHeld(action)) return
      if (presenting && lock.getState().locked && !actsWhenLocked(action)) return
      void action.perform({ playback })
    }
    // A button that was clicked with a mouse keeps no focus, so that Space goes on playing and pausing.
    const onClick = (event: MouseEvent): void => {
      const button = (event.target as Element | null)?.closest('button')
      if (event.detail > 0 && button instanceof HTMLElement && !button.ariaHasPopup) button.blur()
    }
    document.addEventListener('keydown', onKeyDown)
    document.addEventListener('click', onClick)
    return () => {
      document.removeEventListener('keydown', onKeyDown)
      document.removeEventListener('click', onClick)
    }
  }, [playback])
}
