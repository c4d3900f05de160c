/** The fields of what came from outside and may be anything; none when it is no object. */
export function fieldsOf(value: unknown): Readonly<Record<string, any>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, any>) : {}
}
