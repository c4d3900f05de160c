import { usePlaybackState } from '../../playback/hooks.ts'
import { useReducedMotion } from '../shared/ui/motion.ts'

/** A jump over more hops than this is no step but a leap: things are then simply where they are. */
const leap = 60
const travelMsMost = 600

/**
 * Whether what changes with the present step may travel: only forwards, only step by step, and never for
 * those who asked for less motion.
 */
export function useMotion(): { moving: boolean; travelMs: number } {
  const forward = usePlaybackState(({ cursor, cameFrom }) => cursor > cameFrom && cursor - cameFrom <= leap)
  const speed = usePlaybackState((s) => s.speed)
  const reduced = useReducedMotion()
  const travelMs = speed === 'fastest' ? 0 : Math.min(travelMsMost, Math.round(520 / speed))
  return { moving: forward && !reduced && travelMs >= 40, travelMs }
}
