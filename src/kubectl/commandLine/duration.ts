/** Go's time.ParseDuration and Duration.String, in milliseconds. */

const unitMs: Record<string, number> = { ns: 1e-6, us: 1e-3, µs: 1e-3, μs: 1e-3, ms: 1, s: 1000, m: 60_000, h: 3_600_000 }

/** "1h30m", "-1.5s", "0". Undefined when it is none. */
export function parseGoDuration(text: string): number | undefined {
  if (/^[+-]?0$/.test(text)) return 0
  const match = /^([+-]?)((?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+)$/.exec(text)
  if (!match) return undefined
  let ms = 0
  for (const [, number, unit] of match[2]!.matchAll(/(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)/g)) {
    ms += Number(number) * unitMs[unit!]!
  }
  return match[1] === '-' ? -ms : ms
}

/** "1h30m0s", "1.5s", "100ms", "0s": as %v prints a time.Duration. */
export function formatGoDuration(ms: number): string {
  if (ms === 0) return '0s'
  const sign = ms < 0 ? '-' : ''
  const total = Math.abs(ms)
  if (total < 1) return `${sign}${total * 1000}µs`
  if (total < 1000) return `${sign}${total}ms`
  const hours = Math.floor(total / 3_600_000)
  const minutes = Math.floor((total % 3_600_000) / 60_000)
  const seconds = Number(((total % 60_000) / 1000).toFixed(6))
  const head = hours > 0 ? `${hours}h${minutes}m` : minutes > 0 ? `${minutes}m` : ''
  return `${sign}${head}${seconds}s`
}
