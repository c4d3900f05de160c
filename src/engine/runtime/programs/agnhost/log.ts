import { print } from '../../process/io.ts'
import type { Process, Run } from '../../process/process.ts'
import { formatTime } from '../../tools/calendar.ts'

/** As Go's package log writes it. */
export const logLine = (p: Process, text: string): string => `${formatTime('%Y/%m/%d %T', p.machine.now())} ${text}\n`

export const log = (p: Process, text: string): Run<void> => print(p, logLine(p, text), 2)
