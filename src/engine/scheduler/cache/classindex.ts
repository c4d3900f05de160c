import type { PodInfo } from './podinfo.ts'

/** Pods that are alike in some respect, and how many of them each node (by its row) has. */
export interface PodClass {
  /** Any of them. */
  readonly sample: PodInfo
  /** Row of the node -> how many; rows without any are not in it. */
  readonly perRow: Map<number, number>
}

/**
 * Groups the pods on nodes, so that "how many pods on each node match this selector?" asks every class
 * once instead of every pod. Kept up to date as pods come and go.
 *
 * With selector classes, a thousand replicas of one ReplicaSet are one class: a query costs one match and
 * one addition for each node that has some.
 */
export class ClassIndex {
  private readonly classes = new Map<string, PodClass>()

  get size(): number {
    return this.classes.size
  }

  all(): IterableIterator<PodClass> {
    return this.classes.values()
  }

  add(key: string, pod: PodInfo, row: number): void {
    let found = this.classes.get(key)
    if (found === undefined) this.classes.set(key, (found = { sample: pod, perRow: new Map() }))
    found.perRow.set(row, (found.perRow.get(row) ?? 0) + 1)
  }

  remove(key: string, row: number): void {
    const found = this.classes.get(key)
    const count = found?.perRow.get(row)
    if (found === undefined || count === undefined) throw new Error(`scheduler cache: class ${key} has no pod on row ${row}`)
    if (count > 1) found.perRow.set(row, count - 1)
    else found.perRow.delete(row)
    if (found.perRow.size === 0) this.classes.delete(key)
  }
}
