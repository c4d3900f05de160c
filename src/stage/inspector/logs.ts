import { logLines, type ContainerRecord, type LogLine, type LogWrite } from '../../engine/api/machine.ts'
import type { Film } from '../../playback/film.ts'

/** One run of a container, with what it has written up to the moment. */
export interface LogRun {
  id: string
  container: string
  attempt: number
  /** Virtual ms. */
  startedAt: number | undefined
  ended: boolean
  lines: readonly LogLine[]
}

/** Runs of a pod's containers on its machine, newest last, each with its log as of `revision`. */
export function logRuns(film: Film, node: string, podUID: string, revision: number): LogRun[] {
  const machine = film.machine(node)
  if (machine === undefined) return []
  const records = (machine.range('containers/', revision) as ContainerRecord[]).filter((r) => r.podUID === podUID)
  return records
    .toSorted((a, b) => a.createdAt - b.createdAt)
    .map(({ id, name, attempt, startedAt, state }) => ({
      id,
      container: name,
      attempt,
      startedAt,
      ended: state === 'exited',
      lines: logLines(machine.range(`logs/${id}/`, revision) as readonly LogWrite[]),
    }))
}
