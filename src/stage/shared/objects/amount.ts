/** Amounts of a node's resources, short enough for a bar: '750m', '4', '1.5Gi'. */
export function amountOf(resource: 'cpu' | 'memory' | 'pods', value: number): string {
  if (resource === 'pods') return String(value)
  return resource === 'cpu' ? cores(value) : bytes(value)
}

/** From millicores. */
function cores(milli: number): string {
  if (milli % 1000 === 0) return String(milli / 1000)
  return milli < 1000 ? `${milli}m` : String(Math.round(milli / 100) / 10)
}

const units = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi']

/** Bytes with a binary unit and at most one decimal. */
export function bytes(value: number): string {
  let unit = 0
  let rest = value
  while (rest >= 1024 && unit < units.length - 1) {
    rest /= 1024
    unit++
  }
  return `${rest >= 100 ? Math.round(rest) : Math.round(rest * 10) / 10}${units[unit]}`
}
