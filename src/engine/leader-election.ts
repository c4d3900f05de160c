import { formatMicroTime } from './api/time.ts'
import type { KubeObject } from './api/types.ts'
import { holderOf } from './bootstrap.ts'
import { Client, resource, type ComponentOptions } from './client/client.ts'
import { EventRecorder } from './client/recorder.ts'
import type { Task } from './kernel/kernel.ts'

const leases = resource('leases', 'coordination.k8s.io')

/** Virtual ms: how long a lease lasts, how long its holder tries to renew it, and how often (LeaderElectionConfiguration's defaults). */
const leaseMs = 15_000
const renewDeadlineMs = 10_000
const retryMs = 2000

interface ElectionTask extends Task {
  type: 'lost' | 'acquired'
  turn: number
}

/**
 * A process of the control plane that works only while it holds its lease (client-go tools/leaderelection). One that it cannot renew it gives up and
 * exits; started again, it takes the lease of its predecessor when it has seen it unchanged for as long as it lasts. The renewals themselves are
 * not played: nothing comes of them while the API server answers (api/leaderLease.ts says when the last one was).
 */
export class LeaderElection {
  private readonly client: Client
  private readonly recorder: EventRecorder
  private readonly process: string
  private readonly setHeld: (held: boolean) => void
  private leads = true
  /** What was planned before the last change is void. */
  private turn = 0

  /** `setHeld`: the process does nothing any more, or works again. */
  constructor(options: ComponentOptions, process: string, setHeld: (held: boolean) => void) {
    this.client = new Client(options, process, `leader-election/${process}`)
    this.recorder = new EventRecorder(this.client, { component: process === 'kube-scheduler' ? 'default-scheduler' : process })
    this.process = process
    this.setHeld = setHeld
    options.kernel.register(this.client.target, (task: ElectionTask) => {
      if (!this.client.handle(task)) this.handle(task)
    })
  }

  /** The API server answers from now on, or no longer. */
  serverAnswers(answers: boolean): void {
    this.turn++
    if (!answers && this.leads) this.plan('lost', this.untilNextTry() + renewDeadlineMs)
    if (answers && !this.leads) this.plan('acquired', this.untilNextTry() + leaseMs + this.untilNextTry())
  }

  /** The process is stopped, and has renewed its lease for the last time; or it is there again. */
  setStopped(stopped: boolean): void {
    if (!this.leads) return
    const at = formatMicroTime(this.client.kernel.now)
    this.rewrite(({ renewTime: _, ...spec }) => ({ ...spec, ...(stopped ? { renewTime: at } : {}) }))
  }

  private untilNextTry(): number {
    return this.client.kernel.random(this.client.target).int(retryMs)
  }

  private plan(type: ElectionTask['type'], delayMs: number): void {
    const task: ElectionTask = { type, turn: this.turn }
    this.client.kernel.schedule(this.client.target, delayMs, task)
  }

  private handle({ type, turn }: ElectionTask): void {
    if (turn !== this.turn) return
    this.leads = type === 'acquired'
    this.client.kernel.record({ kind: 'runtime', from: this.process, to: this.process, detail: { type: this.leads ? 'LeaseAcquired' : 'LeaseLost' } })
    if (this.leads) this.acquire()
    this.setHeld(!this.leads)
  }

  /** As another process than before. */
  private acquire(): void {
    const { kernel, target } = this.client
    const holderIdentity = holderOf(this.process, kernel.random(target).uuid())
    const acquireTime = formatMicroTime(kernel.now)
    this.rewrite(
      ({ renewTime: _, ...spec }) => ({ ...spec, holderIdentity, acquireTime, leaseTransitions: (spec['leaseTransitions'] ?? 0) + 1 }),
      (lease) => this.recorder.event(lease, 'Normal', 'LeaderElection', `${holderIdentity} became leader`),
    )
  }

  private rewrite(change: (spec: Record<string, any>) => Record<string, any>, done?: (lease: KubeObject) => void): void {
    const place = { namespace: 'kube-system', name: this.process, background: true }
    this.client.send('get', leases, place, ({ code, body }) => {
      const lease = body as KubeObject
      if (code !== 200) return
      this.client.send('update', leases, { ...place, body: { ...lease, spec: change(lease['spec'] ?? {}) } }, (answer) => {
        if (answer.code === 200) done?.(answer.body as KubeObject)
      })
    })
  }
}
