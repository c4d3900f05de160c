/** What a key holds. */
export type Value =
  | { kind: 'string'; text: string }
  | { kind: 'list'; items: string[] }
  | { kind: 'set'; members: string[] }
  | { kind: 'hash'; fields: [name: string, value: string][] }
  | { kind: 'zset'; scores: [member: string, score: number][] }

export const integer = (n: number): string => `(integer) ${n}`
export const quoted = (text: string): string => JSON.stringify(text)
export const optional = (text: string | undefined): string => (text === undefined ? '(nil)' : quoted(text))
export const list = (items: readonly (string | undefined)[]): string => (items.length === 0 ? '(empty array)' : items.map((item, i) => `${i + 1}) ${optional(item)}`).join('\n'))

export const wrongType = '(error) WRONGTYPE Operation against a key holding the wrong kind of value'
export const notInteger = '(error) ERR value is not an integer or out of range'
export const wrongCount = (name: string): string => `(error) ERR wrong number of arguments for '${name.toLowerCase()}' command`

/** Positions as LRANGE counts them: from the end when they are below 0, the last one included. */
export function between<T>(items: readonly T[], from: string, to: string): T[] {
  const at = (text: string): number => (Number(text) < 0 ? items.length + Number(text) : Number(text))
  return items.slice(Math.max(0, at(from)), at(to) + 1)
}

/** h?llo, h*llo, h[ae]llo */
export function globOf(pattern: string): RegExp {
  const text = pattern.replaceAll(/[.+^${}()|\\]/g, String.raw`\$&`).replaceAll('*', '.*').replaceAll('?', '.')
  try {
    return new RegExp(`^${text}$`, 's')
  } catch {
    return /^$/
  }
}

export const byScore = (scores: readonly [string, number][]): [string, number][] => scores.toSorted(([a, x], [b, y]) => x - y || (a < b ? -1 : 1))

export const scoreText = (score: number): string => String(score)
