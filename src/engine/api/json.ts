/** The value of a JSON text; undefined where it is none: what somebody types or sends may be anything. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
