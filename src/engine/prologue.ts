import type { Cluster } from './cluster.ts'
import type { Prologue } from './scenario.ts'

/** Virtual ms, and tasks: nobody can stop a prologue, so one that is longer than this has no end. */
const longestMs = 24 * 3_600_000
const mostTasks = 1_000_000

/** Plays what happened before the film, which begins when that is over. A command that has not ended by then is interrupted. Throws when it does not come to its end. */
export function playPrologue(cluster: Cluster, { script, until, after = 0 }: Prologue): void {
  const { startMs } = cluster
  cluster.follow([...script, { ...(until === undefined ? {} : { when: until }), after }])
  const goOn = (isOver: () => boolean): void => {
    while (!isOver()) {
      if (cluster.dueAt() > startMs + longestMs || cluster.tasksRun > mostTasks || !cluster.advance()) throw new Error(`cluster.prologue: ${script[cluster.inputs.length]?.when ?? until} never came`)
    }
  }
  goOn(() => cluster.pendingInputs === 0)
  const commands = cluster.inputs.flatMap(({ kubectl, shell }, i) => (kubectl === undefined && shell === undefined ? [] : [i]))
  const running = (): number[] => commands.filter((i) => !cluster.ended.some(({ command }) => command === i))
  for (const i of running()) cluster.perform({ interrupt: i })
  goOn(() => running().length === 0)
  cluster.begin()
}
