import { utf8 } from '../../../api/base64.ts'

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

/** An answer as it goes over the wire (RESP), from redis-cli's words for it. */
export function wireWord(answer: string): string {
  if (answer.startsWith('1) ')) {
    const items = answer.split('\n').map((line) => line.replace(/^\d+\) /, ''))
    return `*${items.length}\r\n${items.map(wireWord).join('')}`
  }
  if (answer === '(nil)') return '$-1\r\n'
  if (answer === '(empty array)') return '*0\r\n'
  const [, kind, rest = ''] = /^\((integer|error)\) ([\s\S]*)$/.exec(answer) ?? []
  if (kind !== undefined) return `${kind === 'integer' ? ':' : '-'}${rest}\r\n`
  if (answer === 'OK' || answer === 'PONG') return `+${answer}\r\n`
  const text = answer.startsWith('"') ? (JSON.parse(answer) as string) : answer
  return `$${utf8(text).length}\r\n${text}\r\n`
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
