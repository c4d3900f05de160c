import type { Response } from '../api/request.ts'
import type { Pod } from '../api/types.ts'
import { resource, type Client } from '../client/client.ts'
import type { PodInfo } from './cache/podinfo.ts'
import type { Preemption } from './framework/plugin.ts'
import { statusPatch } from './podstatus.ts'
import type { SeriesRecorder } from './recorder.ts'

const pods = resource('pods')
const strategicMerge = 'application/strategic-merge-patch+json'

export interface PreemptorOptions {
  readonly client: Client
  recorder(pod: Pod): SeriesRecorder
  /** The present version of a pod, if it is still there. */
  latest(pod: Pod): Pod | undefined
  nominatedOn(nodeName: string): readonly PodInfo[]
  /** Something went wrong: the pod is to be tried again at once. */
  activate(pod: Pod): void
}

interface Running {
  /** Set when only this victim is left to be asked. */
  last: Pod | undefined
}

/**
 * Carries preemption out, beside the scheduling cycles (KEP-4832): every victim gets the condition
 * DisruptionTarget, then it is deleted with its own grace period. The pod for which room is made does not
 * enter the queue meanwhile.
 */
export class Preemptor {
  private readonly options: PreemptorOptions
  /** By uid of the pod for which room is made. */
  private readonly running = new Map<string, Running>()

  constructor(options: PreemptorOptions) {
    this.options = options
  }

  isPreempting(uid: string): boolean {
    const running = this.running.get(uid)
    if (running === undefined) return false
    if (running.last === undefined) return true
    const victim = this.options.latest(running.last)
    return victim !== undefined && victim.metadata.deletionTimestamp === undefined
  }

  start(preemptor: Pod, { nodeName, victims }: Preemption): void {
    const asked = victims.map(({ pod }) => pod).filter((victim) => victim.metadata.deletionTimestamp === undefined)
    if (asked.length === 0) return
    this.running.set(preemptor.metadata.uid, { last: undefined })
    this.withdrawNominations(preemptor, nodeName)
    this.askAllButLast(preemptor, nodeName, asked)
  }

  /** Pods of lower priority that waited for this node will not get it now. */
  private withdrawNominations(preemptor: Pod, nodeName: string): void {
    const priority = preemptor.spec.priority ?? 0
    for (const { pod, priority: lower } of this.options.nominatedOn(nodeName)) {
      const body = lower < priority ? statusPatch(pod, { nominatedNodeName: '' }, this.options.client.kernel.now) : undefined
      if (body === undefined) continue
      const { namespace, name } = pod.metadata
      this.options.client.send('patch', pods, { subresource: 'status', namespace, name, body, contentType: strategicMerge })
    }
  }

  private askAllButLast(preemptor: Pod, nodeName: string, victims: readonly Pod[]): void {
    const last = victims.at(-1)!
    let open = victims.length - 1
    let failed = false
    if (open === 0) return this.askLast(preemptor, nodeName, last)
    for (const victim of victims.slice(0, -1)) {
      this.ask(preemptor, nodeName, victim, (ok) => {
        failed ||= !ok
        if (--open > 0) return
        if (failed) this.finish(preemptor, false)
        else this.askLast(preemptor, nodeName, last)
      })
    }
  }

  private askLast(preemptor: Pod, nodeName: string, victim: Pod): void {
    this.running.get(preemptor.metadata.uid)!.last = victim
    this.ask(preemptor, nodeName, victim, (ok) => this.finish(preemptor, ok))
  }

  private finish(preemptor: Pod, ok: boolean): void {
    this.running.delete(preemptor.metadata.uid)
    if (!ok) this.options.activate(preemptor)
  }

  private ask(preemptor: Pod, nodeName: string, victim: Pod, done: (ok: boolean) => void): void {
    const { client } = this.options
    const { namespace, name } = victim.metadata
    const condition = {
      type: 'DisruptionTarget', status: 'True', reason: 'PreemptionByScheduler',
      message: `${preemptor.spec.schedulerName}: preempting to accommodate a higher priority pod`,
    } as const
    const body = statusPatch(victim, { condition }, client.kernel.now)
    const remove = () => client.send('delete', pods, { namespace, name, body: {} }, (response) => this.removed(preemptor, nodeName, victim, response, done))
    if (body === undefined) return remove()
    client.send('patch', pods, { subresource: 'status', namespace, name, body, contentType: strategicMerge }, ({ code }) => {
      if (code === 200) remove()
      else done(code === 404)
    })
  }

  private removed(preemptor: Pod, nodeName: string, victim: Pod, { code }: Response, done: (ok: boolean) => void): void {
    if (code === 200 || code === 202) {
      const note = `Preempted by pod ${preemptor.metadata.uid} on node ${nodeName}`
      this.options.recorder(preemptor).event(victim, { type: 'Normal', reason: 'Preempted', action: 'Preempting', note }, preemptor)
    }
    done(code === 200 || code === 202 || code === 404)
  }
}
