/** What sort, uniq and cut make of lines. */
import type { Options } from './options.ts'

/** The lines of a text, without newlines; a last newline makes no empty line. */
export function linesOf(text: string): string[] {
  if (text === '') return []
  return (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n')
}

/** Each with its end. */
export function joined(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('')
}

/** As `sort -n -r -u -f -k2,2 -k1nr -t:` would have them. */
export function sortedLines(lines: readonly string[], o: Options): string[] {
  const compare = lineOrder(o)
  const backwards = o.has('r', 'reverse') ? -1 : 1
  const sorted = lines.toSorted((a, b) => compare(a, b) || (o.has('s', 'stable') ? 0 : backwards * order(a, b)))
  return o.has('u', 'unique') ? sorted.filter((line, i) => i === 0 || compare(sorted[i - 1]!, line) !== 0) : sorted
}

const longFlags: readonly [string, string][] = [
  ['numeric-sort', 'n'], ['general-numeric-sort', 'g'], ['human-numeric-sort', 'h'], ['version-sort', 'V'], ['ignore-case', 'f'], ['reverse', 'r'],
]

export const sortOptions = {
  short: 'nruhVfbk:t:o:cgMsz', long: ['key', 'field-separator', 'output'], longFlags: ['unique', 'stable', ...longFlags.map(([name]) => name)],
}

interface SortKey {
  from: number
  /** The last field of it; undefined: the rest of the line. */
  to: number | undefined
  flags: string
}

function lineOrder(o: Options): (a: string, b: string) => number {
  const own = [...o.flags].filter((flag) => flag.length === 1).join('') + longFlags.filter(([long]) => o.has(long)).map(([, flag]) => flag).join('')
  const given = [...(o.repeated.get('k') ?? []), ...(o.repeated.get('key') ?? [])].map((text) => sortKey(text, own))
  const keys: readonly SortKey[] = given.length > 0 ? given : [{ from: 0, to: undefined, flags: own }]
  const separator = o.value('t', 'field-separator')
  const part = (line: string, { from, to }: SortKey): string => {
    if (from === 0) return line
    const fields = separator === undefined ? line.trim().split(/\s+/) : line.split(separator)
    return fields.slice(from - 1, to).join(separator ?? ' ')
  }
  return (a, b) => {
    for (const key of keys) {
      const found = compareKeys(part(a, key), part(b, key), key.flags)
      if (found !== 0) return key.flags.includes('r') ? -found : found
    }
    return 0
  }
}

/** A key without flags of its own has those of the command line. */
function sortKey(text: string, own: string): SortKey {
  const found = /^(\d+)(?:\.\d+)?([a-zA-Z]*)(?:,(\d+)(?:\.\d+)?([a-zA-Z]*))?/.exec(text)
  const flags = (found?.[2] ?? '') + (found?.[4] ?? '')
  return { from: Number(found?.[1] ?? 0), to: found?.[3] === undefined ? undefined : Number(found[3]), flags: flags === '' ? own : flags }
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function compareKeys(a: string, b: string, flags: string): number {
  if (/[ng]/.test(flags)) return (parseFloat(a) || 0) - (parseFloat(b) || 0)
  if (flags.includes('h')) return humanValue(a) - humanValue(b)
  if (flags.includes('V')) return compareVersions(a, b)
  return flags.includes('f') ? order(a.toLowerCase(), b.toLowerCase()) : order(a, b)
}

function humanValue(text: string): number {
  const match = /^\s*(-?[\d.]+)([KMGT]?)/.exec(text)
  return match === null ? 0 : Number(match[1]) * 1024 ** ['', 'K', 'M', 'G', 'T'].indexOf(match[2]!)
}

function compareVersions(a: string, b: string): number {
  const x = a.split(/(\d+)/)
  const y = b.split(/(\d+)/)
  for (let i = 0; i < Math.max(x.length, y.length); i++) {
    const [u = '', v = ''] = [x[i], y[i]]
    if (u === v) continue
    return i % 2 === 1 ? Number(u) - Number(v) : u < v ? -1 : 1
  }
  return 0
}

export const uniqOptions = { short: 'cduif:', longFlags: ['count', 'repeated', 'unique', 'ignore-case'] }

/** One of each run of equal lines: `uniq -c -d -u -i`. */
export function uniqueLines(lines: readonly string[], o: Options): string[] {
  const key = (line: string): string => (o.has('i', 'ignore-case') ? line.toLowerCase() : line)
  const runs: { line: string; count: number }[] = []
  for (const line of lines) {
    const last = runs.at(-1)
    if (last !== undefined && key(last.line) === key(line)) last.count++
    else runs.push({ line, count: 1 })
  }
  return runs
    .filter(({ count }) => (!o.has('d', 'repeated') || count > 1) && (!o.has('u', 'unique') || count === 1))
    .map(({ line, count }) => (o.has('c', 'count') ? `${String(count).padStart(7)} ${line}` : line))
}

export const cutOptions = { short: 'd:f:c:b:s', long: ['delimiter', 'fields', 'characters', 'output-delimiter'], longFlags: [] }

/** What `cut` leaves of a line, undefined: nothing, not even its end. Undefined itself when it is not said what to leave. */
export function lineCutter(o: Options): ((line: string) => string | undefined) | undefined {
  const fields = o.value('f', 'fields')
  const list = fields ?? o.value('c', 'b', 'characters')
  const wanted = list === undefined ? undefined : positions(list)
  if (wanted === undefined) return undefined
  const delimiter = o.value('d', 'delimiter') ?? '\t'
  const joiner = o.value('output-delimiter') ?? delimiter
  return (line) => {
    if (fields === undefined) return [...line].filter((_, i) => wanted(i + 1)).join('')
    if (!line.includes(delimiter)) return o.has('s') ? undefined : line
    return line.split(delimiter).filter((_, i) => wanted(i + 1)).join(joiner)
  }
}

/** '1,3-5,7-': positions from one; undefined when it is no such list. */
function positions(list: string): ((n: number) => boolean) | undefined {
  const parts = list.split(',').map((part) => /^(\d*)(-?)(\d*)$/.exec(part))
  if (parts.some((part) => part === null || part[0] === '' || part[0] === '-')) return undefined
  return (n) =>
    parts.some(
      (part) => n >= Number(part![1] || 1) && n <= (part![2] === '' ? Number(part![1]) : Number(part![3] || Infinity)),
    )
}
