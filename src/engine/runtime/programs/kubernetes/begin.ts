import { formatTime } from '../../tools/calendar.ts'
import { print, sleep } from '../../process/io.ts'
import type { Process, Run } from '../../process/process.ts'

/** A line of klog: what kind of line, when (virtual ms), where in the source, and what is said. */
export const klog = (kind: 'I' | 'E' | 'W' | 'F', at: number, place: string, text: string): string =>
  `${kind}${formatTime('%m%d %T', at)}.${String(at % 1000).padStart(3, '0')}${String((at * 7919) % 1000).padStart(3, '0')}       1 ${place}] ${text}`

/** What is said so many ms after the start. */
export type Opening = readonly [afterMs: number, line: (at: number) => string][]

/** A program says what it says as it starts; one that was there before the film has said it then. */
export function* begin(p: Process, lines: Opening): Run<void> {
  const { runningSince } = p.machine.config
  let waited = 0
  for (const [afterMs, line] of lines) {
    if (runningSince !== undefined) p.machine.recall(runningSince + afterMs, line(runningSince + afterMs))
    else {
      if (afterMs > waited) yield* sleep(p, afterMs - waited, true)
      waited = afterMs
      yield* print(p, `${line(p.machine.now())}\n`, 2)
    }
  }
}
