import { Kernel } from '../../kernel/kernel.ts'
import { RevisionStore } from '../../etcd/store.ts'
import type { KubeletContext } from '../kubelet-context.ts'
import { Notes } from '../notes.ts'
import { run, type Routine } from '../routine.ts'

/**
 * What one part of a kubelet needs around it in a test: a clock that begins at 0, events as lines of text, and a runtime
 * and a network that do what the test says.
 */
export class Workbench {
  readonly kernel = new Kernel({ seed: 1, startMs: 0 })
  /** 'Warning BackOff Back-off ...' */
  events: string[] = []
  readonly context: KubeletContext

  constructor(parts: { runtime?: object; network?: object } = {}) {
    const { kernel } = this
    kernel.register('timer', ({ action }: { action: () => void }) => action())
    const recorder = { event: (_: unknown, ...words: string[]) => void this.events.push(words.slice(0, 3).join(' ')) }
    const notes = new Notes(kernel, new RevisionStore<any>(kernel.revisions), 'node1')
    const about = { nodeName: 'node1', nodeIP: '192.168.0.1', configuration: {}, runtime: { name: 'containerd/node1', running: () => undefined, ...parts.runtime }, network: parts.network }
    this.context = { kernel, recorder, notes, client: { kernel, later: this.later }, ...about } as unknown as KubeletContext
  }

  readonly later = (ms: number, action: () => void) => this.kernel.schedule('timer', ms, { type: 'timer', action } as never)

  /** Lets time pass until `ms` since the beginning. */
  until(ms: number): void {
    while (this.kernel.nextAt() <= ms) this.kernel.runNext()
    this.kernel.advanceTo(ms)
  }

  /** Runs a routine to its end, however long it takes. */
  finish<R>(routine: Routine<R>): R {
    let ended: { result: R } | undefined
    run(routine, (result) => (ended = { result }))
    while (ended === undefined && this.kernel.runNext()) {}
    if (ended === undefined) throw new Error('the routine waits for ever')
    return (ended as { result: R }).result
  }
}
