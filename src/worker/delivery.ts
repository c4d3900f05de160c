import type { Cluster } from '../engine/core.ts'
import { patchOf } from './patch.ts'
import { kindOfKey, outsideStore, type Batch, type Change, type Opening } from './protocol.ts'

/** How much of a cluster the page has got. */
export interface Sent {
  readonly steps: number
  readonly inputs: number
  readonly output: number
  readonly ended: number
  readonly writes: number
  /** Revision up to which the changes of all stores were sent. */
  readonly revision: number
}

const nothing: Sent = { steps: 0, inputs: 0, output: 0, ended: 0, writes: 0, revision: 0 }

/** Remembers what of a cluster the page has got, and packs what is new. */
export class Delivery {
  private readonly cluster: Cluster
  sent: Sent
  /** By store and prefix of the key ('etcd pods'): pods of one Deployment have nearly all in common. */
  private readonly madeLast = new Map<string, unknown>()

  constructor(cluster: Cluster, sent: Sent = nothing) {
    this.cluster = cluster
    this.sent = sent
  }

  /** Everything up to now counts as sent: the page has it from the film that this one was forked from. */
  skip(): void {
    const { trace, inputs, output, ended, writes, revision } = this.cluster
    this.sent = { steps: trace.length, inputs: inputs.length, output: output.length, ended: ended.length, writes: writes.length, revision }
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
    const { cluster, sent } = this
    const batch = {
      steps: cluster.trace.slice(sent.steps),
      changes: this.changes(),
      inputs: cluster.inputs
        .slice(sent.inputs)
        .map((input, i) => ({ index: sent.inputs + i, step: input.step, input })),
      output: cluster.output.slice(sent.output),
      ended: cluster.ended.slice(sent.ended),
      writes: cluster.writes.slice(sent.writes),
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
    const { revision } = this.sent
    const take = (name: string, store: Store): void => {
      const last = store.log.at(-1)
      // Of many machines, few have written since.
      if (last === undefined || last.revision <= revision) return
      for (const entry of store.since(revision)) changes.push(this.changeOf(name, entry))
    }
    take('etcd', this.cluster.etcd)
    for (const [node, machine] of this.cluster.machines) take(node, machine)
    take(outsideStore, this.cluster.outside)
    return changes.sort((a, b) => a.revision - b.revision)
  }

  /** The page has what the key held before, and the object that was made last of its kind; an update that changes nothing is sent as it is. */
  private changeOf(store: string, { revision, key, value, previous }: Written): Change {
    if (value === undefined) return { revision, store, key, value }
    let base = previous
    if (previous === undefined) {
      const kind = `${store} ${kindOfKey(key)}`
      base = this.madeLast.get(kind)
      this.madeLast.set(kind, value)
    }
    return base === undefined
      ? { revision, store, key, value }
      : { revision, store, key, patch: patchOf(base, value) ?? { keys: {} } }
  }
}

interface Store {
  readonly log: readonly Written[]
  since(revision: number): readonly Written[]
}

interface Written {
  revision: number
  key: string
  value: unknown
  previous: unknown
}
