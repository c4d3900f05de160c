import type { Cluster } from '../engine/index.ts'
import { patchOf } from './patch.ts'
import type { Batch, Change, Opening } from './protocol.ts'

/** Remembers what of a cluster the page has got, and packs what is new. */
export class Delivery {
  private readonly cluster: Cluster
  private steps = 0
  private inputs = 0
  private output = 0
  private ended = 0
  /** Revision up to which the changes of all stores were sent. */
  private revision = 0

  constructor(cluster: Cluster) {
    this.cluster = cluster
  }

  /** Everything up to now counts as sent: the page has it from the film that this one was forked from. */
  skip(): void {
    const { cluster } = this
    this.steps = cluster.trace.length
    this.inputs = cluster.inputs.length
    this.output = cluster.output.length
    this.ended = cluster.ended.length
    this.revision = cluster.revision
  }

  opening(): Opening {
    const { cluster } = this
    const opening = {
      startMs: cluster.startMs,
      revision: cluster.revision,
      nodes: [...cluster.machines.keys()],
      changes: this.changes(),
    }
    this.skip()
    return opening
  }

  batch(): Batch {
    const { cluster } = this
    const batch = {
      steps: cluster.trace.slice(this.steps),
      changes: this.changes(),
      inputs: cluster.inputs
        .slice(this.inputs)
        .map((input, i) => ({ index: this.inputs + i, step: input.step, input })),
      output: cluster.output.slice(this.output),
      ended: cluster.ended.slice(this.ended),
      now: cluster.now,
      nextAt: cluster.dueAt(),
      pendingInputs: cluster.pendingInputs,
    }
    this.skip()
    return batch
  }

  /** New writes of all stores in the order of their revisions, which they share. */
  private changes(): Change[] {
    const changes: Change[] = []
    const take = (store: string, entries: readonly Written[]): void => {
      for (const entry of entries) changes.push(changeOf(store, entry))
    }
    take('etcd', this.cluster.etcd.since(this.revision))
    for (const [node, machine] of this.cluster.machines) take(node, machine.since(this.revision))
    return changes.sort((a, b) => a.revision - b.revision)
  }
}

interface Written {
  revision: number
  key: string
  value: unknown
  previous: unknown
}

/** The page has what the key held before; an update that changes nothing is sent as it is. */
function changeOf(store: string, { revision, key, value, previous }: Written): Change {
  if (previous === undefined || value === undefined) return { revision, store, key, value }
  return { revision, store, key, patch: patchOf(previous, value) ?? { keys: {} } }
}
