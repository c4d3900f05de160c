import { Heap } from './heap.ts'
import { activeBefore, type QueuedPod } from './queuedpod.ts'

/** Ends of back-offs are cut to whole seconds; the pods of one second leave together, by priority (KEP-5142). */
export const windowMs = 1000

export interface BackoffOptions {
  readonly initialMs: number
  readonly maxMs: number
  now(): number
}

/** 1, 2, 4, 8, 10, 10 ... seconds after the first, second, third ... failure. */
export function backoffMs(failures: number, { initialMs, maxMs }: Pick<BackoffOptions, 'initialMs' | 'maxMs'>): number {
  return failures === 0 ? 0 : Math.min(initialMs * 2 ** Math.min(failures - 1, 40), maxMs)
}

const align = (ms: number): number => ms - (((ms % windowMs) + windowMs) % windowMs)

/** Pods that have to wait before they are tried again (pkg/scheduler/backend/queue/backoff_queue.go). */
export class BackoffQueue {
  private readonly options: BackoffOptions
  /** Refused by plugins: may be tried early when there is nothing else to do. */
  private readonly refused: Heap<QueuedPod>
  /** Met an error: waits to the end. */
  private readonly errors: Heap<QueuedPod>

  constructor(options: BackoffOptions) {
    this.options = options
    const until = (pod: QueuedPod) => this.untilOf(pod)
    const earlier = (a: QueuedPod, b: QueuedPod) => (until(a) === until(b) ? activeBefore(a, b) : until(a) < until(b))
    this.refused = new Heap(keyOf, earlier)
    this.errors = new Heap(keyOf, earlier)
  }

  get size(): number {
    return this.refused.size + this.errors.size
  }

  isBackingOff(pod: QueuedPod): boolean {
    return this.untilOf(pod) >= align(this.options.now())
  }

  add(pod: QueuedPod): void {
    ;(pod.unschedulablePlugins.size === 0 ? this.errors : this.refused).put(pod)
  }

  get(key: string): QueuedPod | undefined {
    return this.refused.get(key) ?? this.errors.get(key)
  }

  delete(key: string): QueuedPod | undefined {
    return this.refused.delete(key) ?? this.errors.delete(key)
  }

  /** The next one before its time is over; not one that met an error. */
  popEarly(): QueuedPod | undefined {
    return this.refused.pop()
  }

  popCompleted(): QueuedPod[] {
    const completed: QueuedPod[] = []
    for (const heap of [this.refused, this.errors]) {
      for (let top = heap.peek(); top !== undefined && !this.isBackingOff(top); top = heap.peek()) completed.push(heap.pop()!)
    }
    return completed
  }

  /** When popCompleted will have something (virtual ms), or undefined when nothing waits. */
  nextCompletion(): number | undefined {
    const ends = [this.refused.peek(), this.errors.peek()].flatMap((pod) => (pod === undefined ? [] : [this.untilOf(pod) + windowMs]))
    return ends.length === 0 ? undefined : Math.min(...ends)
  }

  list(): readonly QueuedPod[] {
    return [...this.refused.list(), ...this.errors.list()]
  }

  private untilOf(pod: QueuedPod): number {
    const failures = pod.consecutiveErrors > 0 ? pod.consecutiveErrors : pod.unschedulableCount
    if (failures === 0) return -Infinity
    return (pod.backoffUntil ??= align(pod.timestamp + backoffMs(failures, this.options)))
  }
}

const keyOf = (pod: QueuedPod): string => pod.key
