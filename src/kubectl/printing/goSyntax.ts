/** %#v and %T of what JSON decodes to: what Go programs print when they explain themselves. */
export function goSyntax(value: unknown): string {
  if (value === null || value === undefined) return 'interface {}(nil)'
  if (Array.isArray(value)) return `[]interface {}{${value.map(goSyntax).join(', ')}}`
  if (typeof value === 'object') {
    const map = value as Record<string, unknown>
    const entries = Object.keys(map).toSorted().map((key) => `${JSON.stringify(key)}:${goSyntax(map[key])}`)
    return `map[string]interface {}{${entries.join(', ')}}`
  }
  return JSON.stringify(value)
}

export function goTypeOf(value: unknown): string {
  if (Array.isArray(value)) return '[]interface {}'
  switch (typeof value) {
    case 'object':
      return value === null ? '<nil>' : 'map[string]interface {}'
    case 'boolean':
      return 'bool'
    case 'number':
      return Number.isInteger(value) ? 'int64' : 'float64'
    default:
      return 'string'
  }
}
