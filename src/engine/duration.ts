import { parseDuration } from './api/time.ts'

/** Virtual ms from ms or from a Go duration such as '30s' or '1h5m'. */
export function durationMs(duration: string | number): number {
  const ms = typeof duration === 'number' ? duration : parseDuration(duration)
  if (ms === undefined || !(ms >= 0)) throw new Error(`"${duration}" is no duration`)
  return ms
}
