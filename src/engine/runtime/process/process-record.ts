import type { ProcessRecord } from '../../api/machine.ts'
import { stateLetter } from './proc-files.ts'
import type { Process } from './process.ts'

const states = { R: 'running', S: 'sleeping', T: 'sleeping', Z: 'zombie' } as const

/** A process as it is seen from outside of its container. */
export function processRecord(p: Process): ProcessRecord {
  return {
    pid: p.pid,
    ppid: p.parent?.pid ?? 0,
    argv: p.argv,
    startedAt: p.startedAt,
    state: states[stateLetter(p)],
    ports: p.listeners.map((l) => l.port),
    memoryBytes: p.memoryBytes,
  }
}

/** Differs when somebody who looks from outside would see other commands, ports or states; of a crowd the first are enough. */
export function shapeOf(processes: readonly Process[]): string {
  let shape = String(processes.length)
  for (const p of processes.slice(0, 32))
    shape += `\n${p.parent === undefined} ${p.exit !== undefined} ${p.listeners.length} ${p.argv.join(' ')}`
  return shape
}
