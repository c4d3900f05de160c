import { COST } from './cpu.ts'
import type { Resolved } from './machine.ts'
import { exitCodeOf, type Process, type Run } from './process.ts'

/** A child that runs what a process finds in its own $PATH, or why there is none. */
export function startChild(p: Process, argv: readonly string[]): { child: Process } | Extract<Resolved, { failed: string }> {
  const found = p.machine.resolve(argv, { access: p.access, path: p.env.get('PATH') ?? '' })
  if ('failed' in found) return found
  return { child: p.machine.spawn({ parent: p, argv: found.argv, program: found.run, memoryBytes: found.memoryBytes, setuid: found.setuid, costUs: COST.exec }) }
}

/** The child's exit code, when it has ended. */
export function* waitFor(p: Process, child: Process): Run<number> {
  if (child.exit === undefined) yield { wait: 'child', pid: child.pid, interruptible: false }
  const code = exitCodeOf(child.exit!)
  p.machine.reap(child)
  return code
}

export function* runShell(p: Process, script: string): Run<number> {
  const started = startChild(p, ['sh', '-c', script])
  return 'failed' in started ? 127 : yield* waitFor(p, started.child)
}
