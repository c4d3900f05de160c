import { complain, print } from '../process/io.ts'
import type { Process, Run } from '../process/process.ts'
import { Inputs } from './input.ts'
import { parseOptions } from './options.ts'

/** jq for paths: `.a.b[0].c`, `.items[].name`, `.`, `keys`, `length`, with pipes between them; -r and -c. */
export function* jq(p: Process): Run<number> {
  const o = parseOptions(p.argv.slice(1), { short: 'rceMSn' })
  const [filter = '.', ...files] = o.operands
  const text = yield* new Inputs(p, files).all()
  let values: unknown[]
  try {
    values = text.trim() === '' ? [] : [JSON.parse(text)]
  } catch {
    yield* print(p, 'jq: parse error: Invalid numeric literal at line 1, column 1\n', 2)
    return 2
  }
  for (const stage of filter.split('|').map((s) => s.trim())) {
    const next = values.map((v) => apply(stage, v))
    if (next.some((v) => v === undefined)) {
      yield* complain(p, `error: ${stage} is not simulated`)
      return 3
    }
    values = next.flatMap((v) => v!)
  }
  for (const v of values)
    yield* print(
      p,
      `${o.has('r', 'raw-output') && typeof v === 'string' ? v : JSON.stringify(v, undefined, o.has('c', 'compact-output') ? 0 : 2)}\n`,
    )
  return 0
}

/** What a stage makes of a value: none, one or many; undefined when it is not understood. */
function apply(stage: string, value: unknown): unknown[] | undefined {
  if (stage === '.' || stage === '') return [value]
  if (stage === 'length')
    return [Array.isArray(value) || typeof value === 'string' ? value.length : Object.keys(value ?? {}).length]
  if (stage === 'keys') return [Object.keys(value ?? {}).sort()]
  if (!/^(?:\.(?:[A-Za-z_][\w-]*|"[^"]+")?|\[(?:-?\d+|"[^"]+")?\])+\??$/.test(stage)) return undefined
  let values: unknown[] = [value]
  for (const [, name, quoted, bracketed] of stage.matchAll(
    /\.([A-Za-z_][\w-]*)|\.?"([^"]+)"|\[((?:-?\d+|"[^"]+")?)\]/g,
  )) {
    values = values.flatMap((v) => {
      if (bracketed === '') return Object.values((v as object | null) ?? {})
      const key = name ?? quoted ?? bracketed!.replaceAll('"', '')
      if (Array.isArray(v)) return [v.at(Number(key)) ?? null]
      return [v !== null && typeof v === 'object' && Object.hasOwn(v, key) ? (v as Record<string, unknown>)[key] : null]
    })
  }
  return values
}
