import type { Status } from './status.ts'

/**
 * Why nodes were refused (framework.NodeToStatus). Nodes that were never looked at share one status.
 */
export class NodeStatuses {
  private readonly statuses = new Map<string, Status>()
  /** Of nodes that are not listed; undefined: nothing is known of them. */
  absent: Status | undefined

  constructor(absent?: Status) {
    this.absent = absent
  }

  get size(): number {
    return this.statuses.size
  }

  set(node: string, status: Status): void {
    this.statuses.set(node, status)
  }

  get(node: string): Status | undefined {
    return this.statuses.get(node) ?? this.absent
  }

  /** Nodes that were looked at, in that order. */
  entries(): IterableIterator<[string, Status]> {
    return this.statuses.entries()
  }
}
