import { useMediaQuery } from '../shared/ui/motion.ts'
import { recall, remember } from '../shared/ui/storage.ts'
import { view } from '../shared/view.ts'
import type { ViewState } from '../shared/view.ts'

/**
 * How much of the page a window has room for: on a phone the stage alone, upright on a tablet both panels below it, else
 * one panel beside it or both. Stage.module.css knows the phone, too.
 */
export type Room = 'phone' | 'upright' | 'one' | 'both'

export type Side = 'left' | 'right'

const phone = '(max-width: 640px), (max-width: 900px) and (max-height: 899px)'
const upright = '(orientation: portrait) and (min-width: 641px) and (min-height: 900px)'
const both = '(min-width: 1180px)'

function roomOf(isPhone: boolean, isUpright: boolean, isWide: boolean): Room {
  return isPhone ? 'phone' : isUpright ? 'upright' : isWide ? 'both' : 'one'
}

export function useRoom(): Room {
  return roomOf(useMediaQuery(phone), useMediaQuery(upright), useMediaQuery(both))
}

function roomNow(): Room {
  const [isPhone, isUpright, isWide] = [phone, upright, both].map((query) => window.matchMedia(query).matches)
  return roomOf(isPhone!, isUpright!, isWide!)
}

/** Of two panels that are wanted where there is room for one, the one that was asked for last is open. */
export function isOpen(side: Side, { left, right, front }: Pick<ViewState, 'left' | 'right' | 'front'>, room: Room): boolean {
  if (room === 'one' && left && right) return side === front
  return side === 'left' ? left : right
}

/** Opens a panel, or puts it away; where it stood in for the other one, the stage has the room then. */
export function toggleSide(side: Side, room = roomNow()): void {
  const state = view.getState()
  if (!isOpen(side, state, room)) view.setState({ [side]: true, front: side })
  else view.setState(room === 'one' ? { left: false, right: false } : { [side]: false })
  const { left, right } = view.getState()
  remember(key, [left ? 'left' : '', right ? 'right' : ''].join(' ').trim())
}

const key = 'podreel.sides'

/** The panels that were left open here the last time; where nobody has chosen, both. */
export function rememberedSides(): { left: boolean; right: boolean } {
  const sides = recall(key) ?? 'left right'
  return { left: sides.includes('left'), right: sides.includes('right') }
}
