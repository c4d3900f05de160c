import type { Node, NodeCondition } from '../../api/types.ts'

/** How much of a zone is down, and how fast its nodes may be emptied then (pkg/controller/nodelifecycle, RateLimitedTimedQueue). */
export type ZoneState = 'Normal' | 'PartialDisruption' | 'FullDisruption'

/** Nodes a second (node-eviction-rate, secondary-node-eviction-rate). */
const evictionRate = 0.1
const secondaryRate = 0.01
/** From this part of unready nodes on a zone is in trouble (unhealthy-zone-threshold). */
const unhealthyThreshold = 0.55
/** A smaller zone in trouble is not emptied at all (large-cluster-size-threshold). */
const largeZone = 50

const labels = ['topology.kubernetes.io/region', 'topology.kubernetes.io/zone'] as const

export function zoneOf(node: Node): string {
  return labels.map((label) => node.metadata.labels?.[label] ?? '').join('/')
}

/** ComputeZoneState: one that is down alone is no disruption. */
export function zoneState(ready: readonly NodeCondition['status'][]): ZoneState {
  const down = ready.filter((status) => status !== 'True').length
  if (down > 0 && down === ready.length) return 'FullDisruption'
  return down > 2 && down / ready.length >= unhealthyThreshold ? 'PartialDisruption' : 'Normal'
}

export function rateOf(state: ZoneState, nodes: number): number {
  if (state !== 'PartialDisruption') return evictionRate
  return nodes > largeZone ? secondaryRate : 0
}

/** The nodes of one zone that are to be tainted, let through one token at a time; a new bucket is full unless the one before was empty. */
export class ZoneQueue {
  private readonly waiting = new Set<string>()
  private readonly handled = new Set<string>()
  private rate = evictionRate
  private tokens = 1
  private countedAt = 0

  add(node: string): void {
    if (!this.handled.has(node)) this.waiting.add(node)
  }

  remove(node: string): void {
    this.waiting.delete(node)
    this.handled.delete(node)
  }

  setRate(rate: number, now: number): void {
    if (rate === this.rate) return
    this.refill(now)
    this.tokens = this.tokens >= 1 ? 1 : 0
    this.rate = rate
  }

  /** Nodes that may be tainted now. */
  take(now: number): string[] {
    const taken: string[] = []
    this.refill(now)
    for (const node of this.waiting) {
      if (this.rate === 0 || this.tokens < 1) break
      this.tokens--
      this.waiting.delete(node)
      this.handled.add(node)
      taken.push(node)
    }
    return taken
  }

  /** Virtual ms until the next may follow; undefined when none waits or none may. */
  nextMs(now: number): number | undefined {
    if (this.waiting.size === 0 || this.rate === 0) return undefined
    this.refill(now)
    return Math.max(0, Math.ceil((1 - this.tokens) / this.rate * 1000))
  }

  private refill(now: number): void {
    this.tokens = Math.min(1, this.tokens + (now - this.countedAt) / 1000 * this.rate)
    this.countedAt = now
  }
}
