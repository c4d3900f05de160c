import type { Machine } from './machine.ts'
import { Process } from './process.ts'

/** Process 1 of a pod that shares its processes: it waits, and reaps orphans. */
export function pauseProcess(machine: Machine): Process {
  const pause = new Process({
    machine,
    pid: 1,
    parent: undefined,
    argv: ['/pause'],
    env: new Map(),
    cwd: '/',
    who: { uid: 65535, gid: 65535, groups: [65535] },
    descriptors: [],
    memoryBytes: 0,
  })
  pause.waiting = { wait: 'time', ms: Infinity, interruptible: false }
  return pause
}
