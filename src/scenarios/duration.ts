import { parseDuration } from '../engine/api/time.ts'
import { nameOf, ShapeError, type Shape } from './shape.ts'

/** Virtual ms: thirty days. */
export const longestDurationMs = 30 * 24 * 3_600_000

/** '1m30s', or a number of ms; gives ms. */
export const duration: Shape<number> = (value, path) => {
  const ms = typeof value === 'string' ? parseDuration(value) : value
  if (typeof ms !== 'number' || Number.isNaN(ms)) {
    throw new ShapeError(path, `must be a duration such as 500ms, 10s or 1m30s, not ${nameOf(value)}`)
  }
  if (ms < 0 || ms > longestDurationMs)
    throw new ShapeError(path, `must be between 0s and ${longestDurationMs / 3_600_000}h`)
  return Math.round(ms)
}
