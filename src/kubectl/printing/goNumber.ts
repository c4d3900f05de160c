/**
 * strconv.FormatFloat(value, 'g', -1, 64), as YAML prints numbers. Whole numbers come out as integers:
 * kubectl decodes them as int64.
 */
export function goFloat(value: number): string {
  if (Number.isNaN(value)) return '.nan'
  if (!Number.isFinite(value)) return value > 0 ? '+.inf' : '-.inf'
  if (Object.is(value, -0)) return '0'
  if (Number.isInteger(value) && Math.abs(value) < 2 ** 63) return BigInt(value).toString()
  const [mantissa, exponent] = value.toExponential().split('e') as [string, string]
  const power = Number(exponent)
  if (power >= -4 && power < 6) return String(value)
  return `${mantissa}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`
}
