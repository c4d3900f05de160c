import { strerror } from '../filesystem/errno.ts'
import { print } from '../process/io.ts'
import type { Process, Run } from '../process/process.ts'
import { Inputs, linesOf } from './input.ts'
import { type Options, parseOptions } from './options.ts'
import { usesBusybox } from './words.ts'

export function* sort(p: Process): Run<number> {
  const o = parseOptions(p.argv.slice(1), { short: 'nruhVfbk:t:o:cgMsz', long: ['key', 'field-separator', 'output'] })
  const inputs = new Inputs(p, o.operands, (_, path, e) =>
    usesBusybox(p) ? `${path}: ${strerror(e)}` : `cannot read: ${path}: ${strerror(e)}`,
  )
  const lines = linesOf(yield* inputs.all())
  const compare = lineOrder(o)
  lines.sort((a, b) => compare(a, b) || (o.has('s') ? 0 : a < b ? -1 : a > b ? 1 : 0) * (o.has('r') ? -1 : 1))
  const kept = o.has('u') ? lines.filter((l, i) => i === 0 || compare(lines[i - 1]!, l) !== 0) : lines
  const text = kept.map((l) => `${l}\n`).join('')
  const output = o.value('o', 'output')
  if (output === undefined) yield* print(p, text)
  else p.machine.files.writeText(p.machine.files.realPath(output, p.access), text)
  return inputs.failed ? 2 : 0
}

function lineOrder(o: Options): (a: string, b: string) => number {
  const key = /^(\d+)(?:\.\d+)?([a-zA-Z]*)(?:,(\d+)([a-zA-Z]*))?/.exec(o.value('k', 'key') ?? '')
  const flags = [...o.flags].join('') + (key?.[2] ?? '') + (key?.[4] ?? '')
  const separator = o.value('t', 'field-separator')
  const part = (line: string) => {
    if (key === null) return line
    const fields = separator === undefined ? line.trim().split(/\s+/) : line.split(separator)
    return fields.slice(Number(key[1]) - 1, key[3] === undefined ? undefined : Number(key[3])).join(separator ?? ' ')
  }
  const sign = flags.includes('r') ? -1 : 1
  return (a, b) => sign * compareKeys(part(a), part(b), flags)
}

function compareKeys(a: string, b: string, flags: string): number {
  if (/[ng]/.test(flags)) return (parseFloat(a) || 0) - (parseFloat(b) || 0)
  if (flags.includes('h')) return humanValue(a) - humanValue(b)
  if (flags.includes('V')) return compareVersions(a, b)
  const x = flags.includes('f') ? a.toLowerCase() : a
  const y = flags.includes('f') ? b.toLowerCase() : b
  return x < y ? -1 : x > y ? 1 : 0
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
