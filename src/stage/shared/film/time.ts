/** Virtual time as people read it. All take ms since the start of the film or a length in ms. */

const pad = (n: number, width = 2): string => String(n).padStart(width, '0')

/** 3214 -> '00:00:03.214' */
export function formatClock(ms: number): string {
  const whole = Math.max(0, Math.round(ms))
  const seconds = Math.floor(whole / 1000)
  const clock = `${pad(Math.floor(seconds / 3600))}:${pad(Math.floor(seconds / 60) % 60)}:${pad(seconds % 60)}`
  return `${clock}.${pad(whole % 1000, 3)}`
}

/** A length, short: '16 ms', '3.2 s', '28 s', '3 min 20 s', '2 h 5 min'. */
export function formatSpan(ms: number): string {
  const whole = Math.round(ms)
  if (whole < 1000) return `${whole} ms`
  if (whole < 9950) return `${(whole / 1000).toFixed(1).replace(/\.0$/, '')} s`
  const seconds = Math.round(whole / 1000)
  if (seconds < 60) return `${seconds} s`
  const [big, small, unit, lower] =
    seconds < 3600
      ? [Math.floor(seconds / 60), seconds % 60, 'min', 's']
      : [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, 'h', 'min']
  return small === 0 ? `${big} ${unit}` : `${big} ${unit} ${small} ${lower}`
}

/** Shorter still, where there is little room: '16 ms', '3.2 s', '3m 20s', '2h 05m'. */
export function formatShort(ms: number): string {
  const seconds = Math.round(ms / 1000)
  if (seconds < 60) return formatSpan(ms)
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m ${pad(seconds % 60)}s`
  return `${Math.floor(seconds / 3600)}h ${pad(Math.floor(seconds / 60) % 60)}m`
}

/** As `formatShort`, for what may be days old: '3m 20s', '2h', '5d'. */
export function formatAge(ms: number): string {
  const days = Math.floor(ms / 86_400_000)
  return days >= 2 ? `${days}d` : formatShort(ms).replace(/ 00[sm]$/, '')
}
