import type { Pod } from '../../api/types.ts'
import type { Client } from '../../client/client.ts'
import { isSidecar } from '../../api/sidecar.ts'
import { wait, type Routine } from '../routine.ts'

/**
 * The order in which the containers of a pod with sidecars get their stop signal: the regular ones at once, then the
 * sidecars one by one, last started first (pkg/kubelet/kuberuntime/kuberuntime_termination_order.go, KEP-753).
 */
export class TerminationOrdering {
  private readonly client: Client
  /** Name -> those whose end it waits for. */
  private readonly prerequisites = new Map<string, readonly string[]>()
  private readonly ended = new Set<string>()
  private waiting: { name: string; go: () => void }[] = []

  constructor(client: Client, pod: Pod, runningNames: readonly string[]) {
    this.client = client
    const sidecars = (pod.spec.initContainers ?? []).filter(isSidecar).map(({ name }) => name)
    const regular = pod.spec.containers.map(({ name }) => name)
    for (const name of [...regular, ...sidecars]) if (!runningNames.includes(name)) this.ended.add(name)
    sidecars.forEach((name, i) => {
      this.prerequisites.set(name, sidecars[i + 1] === undefined ? regular : [...regular, sidecars[i + 1]!])
    })
  }

  /** Whole seconds that `name` has waited, at most `graceSeconds`. */
  *waitForTurn(name: string, graceSeconds: number): Routine<number> {
    if (this.isTurn(name)) return 0
    const began = this.client.kernel.now
    yield* wait<void>((resume) => {
      let open = true
      const go = (): void => {
        if (!open) return
        open = false
        this.client.kernel.cancel(timer)
        resume()
      }
      const timer = this.client.later(graceSeconds * 1000, go)
      this.waiting.push({ name, go })
    })
    return Math.floor((this.client.kernel.now - began) / 1000)
  }

  terminated(name: string): void {
    this.ended.add(name)
    const ready = this.waiting.filter((waiter) => this.isTurn(waiter.name))
    this.waiting = this.waiting.filter((waiter) => !ready.includes(waiter))
    for (const { go } of ready) go()
  }

  /** Those whose end `name` still waits for. */
  waitsFor(name: string): string[] {
    return (this.prerequisites.get(name) ?? []).filter((other) => !this.ended.has(other))
  }

  private isTurn(name: string): boolean {
    return this.waitsFor(name).length === 0
  }
}
