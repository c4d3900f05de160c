import { complain } from '../process/io.ts'
import type { Process, Run } from '../process/process.ts'

/** A tool whose work lies outside of what is simulated: it says so instead of pretending. */
export function* unsupported(p: Process): Run<number> {
  yield* complain(p, 'not simulated')
  return 1
}
