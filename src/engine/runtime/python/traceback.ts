import { versionOf } from '../images/versions.ts'
import type { Process } from '../process/process.ts'
import { exceptionLine, type Frame, type Program, type Raised, type Scope } from './values.ts'

/** Tracebacks as Python prints them (Lib/traceback.py): since 3.11 they point at what went wrong in a line, since 3.13 at the brackets of a call. */

const minorOf = (p: Process): number => Number(versionOf('python', p.machine.config.image).split('.')[1] ?? 13)

/** The whole of it, with what was being handled, and without a newline at its end. */
export function tracebackText(p: Process, e: Raised): string {
  const { cause, context } = e
  const before = cause === null ? undefined : (cause ?? context)
  const why = before === cause ? 'The above exception was the direct cause of the following exception:' : 'During handling of the above exception, another exception occurred:'
  const head = before === undefined ? '' : `${tracebackText(p, before)}\n\n${why}\n\n`
  const frames = e.frames.length === 0 ? '' : `Traceback (most recent call last):\n${framesText(p, e.frames)}`
  return `${head}${frames}${exceptionLine(e.error)}`
}

/** What goes wrong again and again in the same place is told three times. */
function framesText(p: Process, frames: readonly Frame[]): string {
  let text = ''
  let last = ''
  let times = 0
  const repeated = (): string => (times <= 3 ? '' : `  [Previous line repeated ${times - 3} more time${times === 4 ? '' : 's'}]\n`)
  for (const frame of frames) {
    const own = frameText(p, frame)
    if (own !== last) {
      text += repeated()
      times = 0
    }
    last = own
    if (++times <= 3) text += own
  }
  return text + repeated()
}

function programOf(scope: Scope): Program | undefined {
  for (let s: Scope | undefined = scope; s !== undefined; s = s.outer) if (s.program !== undefined) return s.program
  return undefined
}

function frameText(p: Process, { of: { name, scope }, line, spot }: Frame): string {
  const { file, source } = programOf(scope) ?? { file: '<string>', source: '' }
  const place = spot === undefined || Number.isNaN(spot.from) ? undefined : spot
  const number = place === undefined ? line : source.slice(0, place.from).split('\n').length
  const head = `  File "${file}", line ${number}, in ${name}\n`
  const whole = source.split('\n')[number - 1] ?? ''
  const text = whole.trim()
  // What is no file cannot be looked up; since 3.13 it is kept.
  if (text === '' || (file.startsWith('<') && minorOf(p) < 13)) return head
  const start = place === undefined ? 0 : place.from - (source.lastIndexOf('\n', place.from - 1) + 1)
  const pointer = place === undefined || minorOf(p) < 11 ? undefined : pointerOf(place, whole, start, minorOf(p))
  return `${head}    ${text}\n${pointer === undefined ? '' : `    ${' '.repeat(start - (whole.length - whole.trimStart().length))}${pointer}\n`}`
}

/** The line below the program's: ^ where it went wrong, or ~ around it. */
function pointerOf({ from, to, mark }: NonNullable<Frame['spot']>, whole: string, start: number, minor: number): string | undefined {
  const rest = whole.trimEnd().length - start
  const length = Math.min(to - from, rest)
  const isOnOneLine = to - from <= rest
  const [a, b] = mark ?? [from, from]
  const isCall = whole[start + a - from] === '('
  if (isOnOneLine && b > a && !(isCall && minor < 13)) return `${'~'.repeat(a - from)}${'^'.repeat(b - a)}${'~'.repeat(to - b)}`
  return length < whole.trim().length ? '^'.repeat(length) : undefined
}
