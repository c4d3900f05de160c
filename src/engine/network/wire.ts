import type { Kernel, TaskId } from '../kernel/kernel.ts'
import type { Latency } from '../latency.ts'
import type { NetworkError } from '../runtime/container-os.ts'
import { longestRetryMs, unreachableAfterMs } from './patience.ts'

interface Packet {
  readonly type: 'packet'
  readonly arrive: () => void
}

/** How long packets are on their way, and which of them are lost. */
export class Wire {
  private readonly kernel: Kernel
  private readonly latency: Latency
  /** Which share of their packets machines lose, from 0 to 1. */
  private readonly losses = new Map<string, number>()

  constructor(kernel: Kernel, latency: Latency) {
    this.kernel = kernel
    this.latency = latency
    kernel.register('network', (packet: Packet) => packet.arrive())
  }

  setLoss(node: string, chance: number): void {
    if (chance === 0) this.losses.delete(node)
    else this.losses.set(node, chance)
  }

  /** A packet passes two machines, each of which may lose it. */
  chanceOfLoss(from: string, to: string | undefined): number {
    if (this.losses.size === 0 || from === to) return 0
    const of = (node: string | undefined): number => (node === undefined ? 0 : (this.losses.get(node) ?? 0))
    return 1 - (1 - of(from)) * (1 - of(to))
  }

  isLost(chance: number): boolean {
    return chance > 0 && this.kernel.random('packet-loss').int(1_000_000) < chance * 1_000_000
  }

  /** `lost`: of what can be lost on this way, and the time after which it is sent again (virtual ms). */
  travel(arrive: () => void, lost?: { chance: number; againMs: number }): void {
    let delay = this.latency.of('podNetwork')
    if (lost !== undefined) for (let again = lost.againMs; this.isLost(lost.chance) && delay < longestRetryMs; again *= 2) delay += again
    this.after(delay, arrive)
  }

  after(delayMs: number, arrive: () => void): TaskId {
    const packet: Packet = { type: 'packet', arrive }
    return this.kernel.schedule('network', delayMs, packet)
  }

  /** The way back of a failure; a timeout is noticed by who waits. */
  fail(error: NetworkError['error'], once: (r: NetworkError) => void): void {
    if (error === 'timeout') return
    if (error === 'unreachable') this.after(unreachableAfterMs, () => once({ error }))
    else this.travel(() => once({ error }))
  }

  withTimeout<T>(timeoutMs: number, reply: (r: T | NetworkError) => void): (r: T | NetworkError) => void {
    let open = true
    const once = (r: T | NetworkError): void => {
      if (!open) return
      open = false
      this.kernel.cancel(timer)
      reply(r)
    }
    const timer = this.after(timeoutMs, () => once({ error: 'timeout' }))
    return once
  }
}
