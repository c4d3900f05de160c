import type { Response } from '../api/request.ts'
import type { KubeObject, Status } from '../api/types.ts'
import type { ApiRequest } from '../apiserver/request-info.ts'
import { Client, type ComponentOptions, type RequestOptions, type ResourceRef } from './client.ts'
import { EventRecorder } from './recorder.ts'
import { WorkQueue } from './workqueue.ts'

/** A request that a reconciler wants made. */
export interface Call extends RequestOptions {
  verb: ApiRequest['verb']
  info: ResourceRef
  /** Told the answer, before anything else is sent; what it learns is for the reconciler's memory (expectations). */
  answered?: (response: Response) => void
  /** A refusal with one of these codes is no failure: it was done by somebody else already. */
  tolerate?: readonly number[]
}

/** How a reconciliation has ended. */
export interface Ending {
  /** Virtual ms after which the key is looked at again in any case. */
  requeueAfterMs?: number
  /** It did not work out: look again after a delay that grows. */
  failed?: boolean
}

/** What a reconciler wants done, as data. */
export interface Reconciliation extends Ending {
  /** Sent one after another; the first refusal ends the row and the key is tried again. */
  calls?: readonly Call[]
}

/**
 * A reconciliation whose later calls depend on earlier answers: it yields calls that go out together and is resumed with
 * their answers in the same order. It never waits for anything else.
 */
export type Routine<T = Ending | void> = Generator<readonly Call[], T, readonly Response[]>

export type Reconcile = (key: string) => Reconciliation | Routine

/** Ends a routine because the API server said no; the key is tried again later (upstream's `return err`). */
export class Refused extends Error {
  readonly status: Status
  readonly code: number

  constructor(response: Response) {
    const status = response.body as Status
    super(status.message)
    this.status = status
    this.code = response.code
  }

  /** The namespace ends: whatever is created there will be refused too (NamespaceTerminatingCause). */
  get namespaceEnds(): boolean {
    return namespaceEnds(this.status)
  }
}

export function namespaceEnds(status: Status): boolean {
  return status.details?.causes?.some(({ reason }) => reason === 'NamespaceTerminating') === true
}

export const isRefusal = (response: Response): boolean => response.code === 0 || response.code >= 400

/** Makes one call and returns its answer, whatever it is. */
export function* ask(call: Call): Routine<Response> {
  const [response] = yield [call]
  return response!
}

/** Makes one call that has to succeed; returns the object of the answer. */
export function* must(call: Call): Routine<KubeObject> {
  const response = yield* ask(call)
  if (isRefusal(response) && call.tolerate?.includes(response.code) !== true) throw new Refused(response)
  return response.body as KubeObject
}

/** Makes calls at once that all have to succeed. */
export function* mustAll(calls: readonly Call[]): Routine<void> {
  if (calls.length === 0) return
  const responses = yield calls
  responses.forEach((response, i) => {
    if (isRefusal(response) && calls[i]!.tolerate?.includes(response.code) !== true) throw new Refused(response)
  })
}

/**
 * From a key's arrival in the queue until a worker looks at it. A little: enough that the copies have seen what the worker itself has
 * just written, as they mostly have in a real process.
 */
const wakeMs = 2

/**
 * One controller: a queue of keys and a function that looks at what is and says what is missing. It never asks which
 * event woke it and may be run twice (controller-runtime pkg/reconcile).
 */
export class Controller {
  readonly client: Client
  readonly recorder: EventRecorder
  readonly queue: WorkQueue
  private readonly reconcile: Reconcile

  /** `name` as upstream's audit log has it: 'replicaset-controller'; `component`: how it signs its events, where that differs. */
  constructor(options: ComponentOptions, name: string, workers: number, reconcile: Reconcile, component = name) {
    const author = `${options.process ?? 'kube-controller-manager'}/${name}`
    this.client = new Client(options, author)
    this.recorder = new EventRecorder(this.client, { component })
    this.reconcile = reconcile
    this.queue = new WorkQueue(this.client, workers, (key) => this.work(key), wakeMs)
    options.kernel.register(author, (task: { type: string }) => void this.client.handle(task))
  }

  /** Virtual ms since the epoch. */
  get now(): number {
    return this.client.kernel.now
  }

  private work(key: string): void {
    const wanted = this.reconcile(key)
    this.resume(key, 'next' in wanted ? wanted : inOrder(wanted), [])
  }

  private resume(key: string, routine: Routine, answers: readonly Response[]): void {
    let step: IteratorResult<readonly Call[], Ending | void>
    try {
      step = routine.next(answers)
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      return this.finished(key, { failed: true })
    }
    if (step.done === true) this.finished(key, step.value ?? {})
    else if (step.value.length === 0) this.resume(key, routine, [])
    else this.sendAll(step.value, (responses) => this.resume(key, routine, responses))
  }

  private sendAll(calls: readonly Call[], done: (responses: readonly Response[]) => void): void {
    const responses: Response[] = []
    let open = calls.length
    calls.forEach((call, i) => {
      this.client.send(call.verb, call.info, call, (response) => {
        call.answered?.(response)
        responses[i] = response
        if (--open === 0) done(responses)
      })
    })
  }

  private finished(key: string, { requeueAfterMs, failed = false }: Ending): void {
    if (failed) this.queue.addRateLimited(key)
    else this.queue.forget(key)
    if (requeueAfterMs !== undefined) this.queue.addAfter(key, requeueAfterMs)
    this.queue.done(key)
  }
}

function* inOrder(wanted: Reconciliation): Routine {
  for (const call of wanted.calls ?? []) yield* must(call)
  return wanted
}
