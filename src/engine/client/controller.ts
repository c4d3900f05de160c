import type { Response } from '../api/request.ts'
import type { ApiRequest } from '../apiserver/request-info.ts'
import { Client, type ComponentOptions, type RequestOptions, type ResourceRef } from './client.ts'
import { EventRecorder } from './recorder.ts'
import { WorkQueue } from './workqueue.ts'

/** A request that a reconciler wants made. */
export interface Call extends RequestOptions {
  verb: ApiRequest['verb']
  info: ResourceRef
  /** Told the answer, before the next call is sent; what it learns is for the reconciler's memory (expectations). */
  answered?: (response: Response) => void
  /** A refusal with one of these codes is no failure: it was done by somebody else already. */
  tolerate?: readonly number[]
}

/** What a reconciler wants done, as data. */
export interface Reconciliation {
  /** Sent one after another; the first refusal ends the row and the key is tried again. */
  calls?: readonly Call[]
  /** Virtual ms after which the key is looked at again in any case. */
  requeueAfterMs?: number
}

export type Reconcile = (key: string) => Reconciliation

/**
 * One controller: a queue of keys and a function that looks at what is and says what is missing. It never asks which
 * event woke it and may be run twice (controller-runtime pkg/reconcile).
 */
export class Controller {
  readonly client: Client
  readonly recorder: EventRecorder
  readonly queue: WorkQueue
  private readonly reconcile: Reconcile

  /** `name` as upstream's audit log has it: 'replicaset-controller'. */
  constructor(options: ComponentOptions, name: string, workers: number, reconcile: Reconcile) {
    const author = `kube-controller-manager/${name}`
    this.client = new Client(options, author)
    this.recorder = new EventRecorder(this.client, { component: name })
    this.reconcile = reconcile
    this.queue = new WorkQueue(this.client, workers, (key) => this.work(key))
    options.kernel.register(author, (task: { type: string }) => void this.client.handle(task))
  }

  private work(key: string): void {
    const { calls = [], requeueAfterMs } = this.reconcile(key)
    this.sendNext(key, calls, 0, requeueAfterMs)
  }

  private sendNext(key: string, calls: readonly Call[], next: number, requeueAfterMs: number | undefined): void {
    const call = calls[next]
    if (call === undefined) return this.finished(key, requeueAfterMs)
    this.client.send(call.verb, call.info, call, (response) => {
      call.answered?.(response)
      const refused = response.code === 0 || response.code >= 400
      if (refused && call.tolerate?.includes(response.code) !== true) {
        this.queue.addRateLimited(key)
        this.queue.done(key)
      } else this.sendNext(key, calls, next + 1, requeueAfterMs)
    })
  }

  private finished(key: string, requeueAfterMs: number | undefined): void {
    this.queue.forget(key)
    if (requeueAfterMs !== undefined) this.queue.addAfter(key, requeueAfterMs)
    this.queue.done(key)
  }
}
