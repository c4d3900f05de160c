/** "25%" of a number, or the number itself (util/intstr GetScaledValueFromIntOrPercent). */
export function scaled(value: string | number | undefined, total: number, up: boolean): number {
  if (typeof value === 'number') return value
  const number = Number((value ?? '0').replace('%', ''))
  if (!String(value).endsWith('%')) return number
  const exact = (number * total) / 100
  return up ? Math.ceil(exact) : Math.floor(exact)
}
