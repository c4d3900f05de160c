import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/**
 * One quantity of the benchmark table. `measure` runs in a process of its own, so that no row warms up or
 * pollutes another, and returns one value in `unit`; smaller is better.
 */
export interface Row {
  name: string
  unit: string
  /** Must not be worse than this. */
  limit?: number
  goal?: number
  /** Bytes or characters: the same on every machine. */
  isAmount?: true
  measure: () => number
}

/** What the process of a row prints. */
interface Sample {
  value: number
  calibrationMs: number
}

export interface Result {
  row: Row
  /** Median over the processes. */
  value: number
  /** Half the distance from the smallest to the largest value, in per cent of the median. */
  spreadPercent: number
  /** Median of value / calibration: what two machines, or two days, can be compared by. */
  ratio: number
  /** The median as it would be on the machine for which the limits were set. */
  scaled: number
}

/**
 * Time of one call in ms: that of the wall, or that of the program's own thread where others have held it up. (The
 * collector's and the compiler's threads work beside it and are not counted, as they are not on a quiet machine.)
 */
export function timeMs(work: () => void): number {
  const cpuBefore = threadMs()
  const startMs = performance.now()
  work()
  const wallMs = performance.now() - startMs
  // To read the thread's clock takes some us itself: what is short is told by the wall.
  return wallMs < 5 || cpuBefore === undefined ? wallMs : Math.min(wallMs, threadMs()! - cpuBefore)
}

/** Linux: ns on a CPU, ns of waiting for one, slices; of the main thread. */
const schedstat = '/proc/self/schedstat'
const tellsThreads = existsSync(schedstat)

/** CPU time of the main thread; undefined where the system does not tell. */
function threadMs(): number | undefined {
  return tellsThreads ? Number(readFileSync(schedstat, 'utf8').split(' ')[0]) / 1e6 : undefined
}

/** Bytes of live heap that `build` leaves behind; what it returns is held until they are counted. */
export function heapBytes(build: () => unknown): number {
  const collect = (globalThis as { gc?: () => void }).gc
  if (collect === undefined) throw new Error('the process of a row runs with --expose-gc')
  collect()
  const before = process.memoryUsage().heapUsed
  const kept = [build()]
  collect()
  const bytes = process.memoryUsage().heapUsed - before
  if (kept.length === 0) throw new Error('unreachable: `kept` must live until here')
  return bytes
}

/** What the calibration loop takes on the machine for which the limits were set. */
export const referenceCalibrationMs = 40

/**
 * A fixed amount of what an engine does (integers, small objects, a map, strings), timed. A row of 120 ms shows as 3.0 where
 * it takes 40 ms, on a slow or busy machine too.
 */
export function calibrationMs(): number {
  const rounds = 5
  const times = Array.from({ length: rounds }, () => timeMs(calibrationLoop))
  return Math.min(...times)
}

let sink = 0

function calibrationLoop(): void {
  const byKey = new Map<string, { id: number; next: number }>()
  let random = 1
  for (let i = 0; i < 150_000; i++) {
    random = (Math.imul(random, 1_103_515_245) + 12_345) >>> 0
    const key = `pods/default/web-${random % 4096}`
    const old = byKey.get(key)
    byKey.set(key, old === undefined ? { id: i, next: random } : { ...old, next: old.next ^ random })
  }
  for (const { next } of byKey.values()) sink = (sink + next) >>> 0
}

/** Runs a built file (bench/start.ts) with other arguments and returns what it prints last, as JSON. */
export function inOwnProcess<T>(file: string, args: readonly string[], heapMB = 8192): T {
  const all = ['--expose-gc', `--max-old-space-size=${heapMB}`, fileURLToPath(file), ...args]
  const { stdout, stderr, status } = spawnSync(process.execPath, all, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${args.join(' ')} failed:\n${stderr}`)
  return JSON.parse(stdout.trim().split('\n').at(-1)!) as T
}

/** Inside the process of a row: measures and prints the sample for `sample` below. */
export function printSample(row: Row): void {
  const before = calibrationMs()
  const value = row.measure()
  const sample: Sample = { value, calibrationMs: (before + calibrationMs()) / 2 }
  console.log(JSON.stringify(sample))
}

/** Rows in turn (A B A B), so that a machine that slows down does so for all of them; `runner` measures one that is named with --row. */
export function measureAll(runner: string, rows: readonly Row[], times: number): Result[] {
  const samples = rows.map((): Sample[] => [])
  for (let round = 0; round < times; round++) rows.forEach((row, i) => samples[i]!.push(inOwnProcess<Sample>(runner, ['--row', row.name])))
  return rows.map((row, i) => summarize(row, samples[i]!))
}

export function summarize(row: Row, samples: readonly Sample[]): Result {
  const values = samples.map(({ value }) => value)
  const value = median(values)
  const ratio = median(samples.map((one) => one.value / one.calibrationMs))
  return {
    row,
    value,
    spreadPercent: value === 0 ? 0 : ((Math.max(...values) - Math.min(...values)) / 2 / value) * 100,
    ratio,
    scaled: row.isAmount === true ? value : ratio * referenceCalibrationMs,
  }
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

export function isWithin({ row, scaled }: Result): boolean {
  return row.limit === undefined || scaled <= row.limit
}

/** The table, a line a row, as wide as its cells. */
export function table(results: readonly Result[]): string {
  const number = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toPrecision(3))
  const wish = (value: number | undefined): string => (value === undefined ? '-' : String(value))
  const lines = [
    ['quantity', 'unit', 'median', 'spread', 'x calibration', 'scaled', 'not worse than', 'goal', ''],
    ...results.map((result) => [
      result.row.name,
      result.row.unit,
      number(result.value),
      `+-${result.spreadPercent.toFixed(0)}%`,
      result.row.isAmount === true ? '-' : result.ratio.toFixed(3),
      number(result.scaled),
      wish(result.row.limit),
      wish(result.row.goal),
      verdict(result),
    ]),
  ]
  return layOut(lines, (column) => column < 2 || column === 8)
}

/** Lines of cells in columns; numbers to the right. */
export function layOut(lines: readonly (readonly string[])[], isText: (column: number) => boolean): string {
  const widths = lines[0]!.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)))
  return lines
    .map((line) =>
      line
        .map((cell, i) => (isText(i) ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

function verdict(result: Result): string {
  if (!isWithin(result)) return 'TOO SLOW'
  return result.row.goal !== undefined && result.scaled <= result.row.goal ? 'goal reached' : ''
}
