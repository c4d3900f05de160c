import type { Cluster } from '../cluster.ts'

/** What a film has cost, counted instead of timed: the same on every machine. */
export interface FilmWork {
  tasks: number
  steps: number
  /** API writes. */
  writes: number
  /** Writes of all stores. */
  revisions: number
  /** Events of watches that were delivered. */
  deliveries: number
  /** Keys that lists in etcd looked at. */
  keysVisited: number
  nodesFiltered: number
  nodesScored: number
  /** Pods that the scheduler looked at one by one. */
  podsVisited: number
}

export function workOf(cluster: Cluster): FilmWork {
  const { nodesFiltered, nodesScored, podsVisited } = cluster.scheduler.work
  return {
    tasks: cluster.tasksRun,
    steps: cluster.trace.length,
    writes: cluster.etcd.log.length,
    revisions: cluster.revision,
    deliveries: cluster.trace.reduce((n, { kind }) => (kind === 'watch' ? n + 1 : n), 0),
    keysVisited: cluster.etcd.keysVisited,
    nodesFiltered,
    nodesScored,
    podsVisited,
  }
}
