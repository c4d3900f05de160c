import type { Labels } from '../../api/selector.ts'
import type { PodInfo } from './podinfo.ts'

/** Pods that are alike in some respect, and where they are. */
export interface PodClass {
  /** Any of them. */
  readonly sample: PodInfo
  /** Row of the node -> how many; rows without any are not in it. */
  readonly perRow: ReadonlyMap<number, number>
}

interface Counted extends PodClass {
  readonly perRow: Map<number, number>
  /** Topology key -> value -> how many, for the keys that somebody has asked for. */
  readonly domains: Map<string, Map<string, number>>
}

/**
 * Groups the pods on nodes, so that "how many pods that match this selector are in each zone?" asks every
 * class once instead of every pod. Kept up to date as pods come and go.
 *
 * With selector classes, a thousand replicas of one ReplicaSet are one class: a query costs one match and
 * one look at the counts of the domains.
 */
export class ClassIndex {
  private readonly classes = new Map<string, Counted>()
  private readonly labelsOf: (row: number) => Labels | undefined

  /** `labelsOf`: the labels of the node in a row; undefined when the node is not known. */
  constructor(labelsOf: (row: number) => Labels | undefined) {
    this.labelsOf = labelsOf
  }

  all(): IterableIterator<PodClass> {
    return this.classes.values()
  }

  add(key: string, pod: PodInfo, row: number): void {
    let found = this.classes.get(key)
    if (found === undefined) this.classes.set(key, (found = { sample: pod, perRow: new Map(), domains: new Map() }))
    this.count(found, row, 1)
  }

  remove(key: string, row: number): void {
    const found = this.classes.get(key)
    if (found?.perRow.get(row) === undefined) throw new Error(`scheduler cache: class ${key} has no pod on row ${row}`)
    this.count(found, row, -1)
    if (found.perRow.size === 0) this.classes.delete(key)
  }

  /** How many pods of the class are in each domain of a topology. */
  perDomain(podClass: PodClass, topologyKey: string): ReadonlyMap<string, number> {
    const { domains, perRow } = podClass as Counted
    let counts = domains.get(topologyKey)
    if (counts === undefined) {
      domains.set(topologyKey, (counts = new Map()))
      for (const [row, count] of perRow) bump(counts, this.labelsOf(row)?.[topologyKey], count)
    }
    return counts
  }

  /** Labels of nodes have changed: what was counted by them is counted anew when it is asked for. */
  forgetDomains(): void {
    for (const { domains } of this.classes.values()) domains.clear()
  }

  private count({ perRow, domains }: Counted, row: number, by: 1 | -1): void {
    bump(perRow, row, by)
    for (const [topologyKey, counts] of domains) bump(counts, this.labelsOf(row)?.[topologyKey], by)
  }
}

function bump<K>(counts: Map<K, number>, key: K | undefined, by: number): void {
  if (key === undefined) return
  const next = (counts.get(key) ?? 0) + by
  if (next === 0) counts.delete(key)
  else counts.set(key, next)
}
