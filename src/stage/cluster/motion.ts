import { usePlaybackState } from '../../playback/hooks.ts'
import { isLeap } from '../../playback/state.ts'
import { useReducedMotion } from '../shared/ui/motion.ts'

const travelMsMost = 600

/**
 * Whether what changes with the present step may travel: only forwards, only step by step, and never for
 * those who asked for less motion.
 */
export function useMotion(): { moving: boolean; travelMs: number } {
  // After a leap things are simply where they are.
  const forward = usePlaybackState(({ cursor, cameFrom }) => cursor > cameFrom && !isLeap(cameFrom, cursor))
  const speed = usePlaybackState((s) => s.speed)
  const reduced = useReducedMotion()
  const travelMs = speed === 'fastest' ? 0 : Math.min(travelMsMost, Math.round(520 / speed))
  return { moving: forward && !reduced && travelMs >= 40, travelMs }
}
