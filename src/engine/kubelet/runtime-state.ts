import type { TaskId } from '../kernel/kernel.ts'
import type { KubeletContext } from './kubelet-context.ts'

/** Virtual ms between two questions to the runtime (updateRuntimeUp), and for how long it may leave them unanswered (baseRuntimeSyncThreshold). */
const checkMs = 5000
const patienceMs = 30_000
/** As the runtime's conditions are printed (pkg/kubelet/runtime.go networkErrors, runtimeErrors). */
const noNetwork = 'container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized'
const noRuntime = 'container runtime is down'

/** What the kubelet knows of its runtime's health. */
export class RuntimeState {
  network: string | undefined
  /** Why there is no network plugin. */
  private readonly lacks = new Set<'plugin' | 'configuration'>()
  private runtime: string | undefined
  private readonly context: Pick<KubeletContext, 'kernel' | 'client'>
  private readonly changed: () => void
  private timer: TaskId | undefined

  constructor(context: Pick<KubeletContext, 'kernel' | 'client'>, changed: () => void) {
    this.context = context
    this.changed = changed
  }

  /** Why the node takes no pods, if it takes none. */
  get problem(): string | undefined {
    return this.runtime ?? this.network
  }

  /** The runtime has no network plugin, or no configuration of one, or has it again. */
  setNetwork(ready: boolean, what: 'plugin' | 'configuration' = 'plugin'): void {
    if (what === 'configuration' && ready !== this.lacks.has(what)) return
    if (ready) this.lacks.delete(what)
    else this.lacks.add(what)
    const lacks = this.lacks.size > 0
    this.later(checkMs, () => (this.network = lacks ? noNetwork : undefined))
  }

  /** The runtime does not answer, or does again. */
  setRuntime(up: boolean): void {
    if (up && this.runtime === undefined && this.timer === undefined) return
    this.context.kernel.cancel(this.timer)
    this.timer = this.later(up ? checkMs : patienceMs, () => {
      this.timer = undefined
      this.runtime = up ? undefined : noRuntime
    })
  }

  /** At the look after so long. */
  private later(ms: number, note: () => void): TaskId {
    const { client, kernel } = this.context
    return client.later(ms - (kernel.now % checkMs), () => {
      note()
      this.changed()
    })
  }
}
