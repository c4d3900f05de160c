import type { Kernel, TaskId } from '../kernel/kernel.ts'
import type { Latency } from '../latency.ts'
import type { Response } from '../api/request.ts'
import { findResource, type ResourceInfo } from '../api/resources.ts'
import type { KubeObject } from '../api/types.ts'
import { apiServerName, type ApiServer } from '../apiserver/apiserver.ts'
import { componentUser, serviceAccountUser } from '../apiserver/authentication.ts'
import type { ResponseTask } from '../apiserver/exchange.ts'
import type { ApiRequest } from '../apiserver/request-info.ts'
import type { WatchClosedTask, WatchEvent, WatchTask } from '../apiserver/watch.ts'

/** What every component is made with. */
export interface ComponentOptions {
  kernel: Kernel
  latency: Latency
  apiServer: ApiServer
  /** The process that controllers live in; kube-controller-manager when left out. */
  process?: string
}

export type ResourceRef = ResourceInfo

interface TimerTask {
  readonly type: 'client-timer'
  readonly action: () => void
}

/** Looks a resource up by name; a typing mistake in our own code stops loudly. */
export function resource(plural: string, group = '', version = 'v1'): ResourceRef {
  const info = findResource(group, version, plural)
  if (info === undefined) throw new Error(`no resource ${plural} in ${group}/${version}`)
  return info
}

export interface RequestOptions {
  subresource?: string
  namespace?: string | undefined
  name?: string
  body?: unknown
  contentType?: string
  query?: Readonly<Record<string, string>>
  /** A routine write that nobody watches for its own sake. */
  background?: boolean
}

/** Told of events of one watch. */
export interface WatchSink<S extends SeenEvent = any> {
  readonly plural: string
  /** What the event means, before it is taken in. */
  look(event: WatchEvent): S
  take(seen: S): void
  closed(): void
}

export interface SeenEvent {
  /** The flowchart node that the event stands for. */
  milestone: string | undefined
  background: boolean
}

/**
 * A component's connection to the API server: the only way in which it can reach anything. Requests are
 * sent and never waited for; the answer comes as a task to the component's kernel target, which hands it
 * to `handle`.
 */
export class Client {
  readonly name: string
  readonly target: string
  readonly kernel: Kernel
  private readonly apiServer: ApiServer
  private readonly user
  private readonly answers = new Map<number, (response: Response) => void>()
  private readonly sinks = new Map<number, WatchSink>()
  private nextTag = 1

  /** `name` is the author that steps show; `target` the kernel target that gets answers; `account`: whose service account it shows, when not the component's own. */
  constructor({ kernel, apiServer }: ComponentOptions, name: string, target: string = name, account?: { namespace: string; name: string }) {
    this.kernel = kernel
    this.apiServer = apiServer
    this.name = name
    this.target = target
    this.user = account === undefined ? componentUser(name) : serviceAccountUser(account.name, account.namespace)
  }

  /** Sends a request; `done` runs in a later task, when the answer is there. */
  send(verb: ApiRequest['verb'], info: ResourceRef, options: RequestOptions, done?: (response: Response) => void): void {
    const tag = this.nextTag++
    if (done !== undefined) this.answers.set(tag, done)
    const request: ApiRequest = {
      verb,
      info,
      path: '',
      namespace: options.namespace,
      name: options.name,
      subresource: options.subresource,
      query: options.query ?? noQuery,
      body: options.body,
      contentType: options.contentType ?? 'application/json',
      accept: 'json',
      user: this.user,
      token: undefined,
      as: undefined,
    }
    this.apiServer.send(request, this.name, { target: this.target, tag }, options.background)
  }

  /** Watches from now on, as a component that was up before the film began. */
  attach(info: ResourceRef, scope: { query: Readonly<Record<string, string>>; namespace?: string }, sink: WatchSink): void {
    const request = { verb: 'watch', info, path: '', ...scope, user: this.user } as ApiRequest
    this.sinks.set(this.apiServer.attach(request, this.target), sink)
  }

  /** Watches from `resourceVersion` on by a request; `failed` when it is refused. */
  watch(info: ResourceRef, options: RequestOptions, sink: WatchSink, failed: (response: Response) => void): void {
    this.send('watch', info, options, (response) => {
      if (response.code !== 200) return failed(response)
      this.sinks.set((response.body as KubeObject)['watch'] as number, sink)
    })
  }

  unwatch(sink: WatchSink): void {
    for (const [watch, other] of this.sinks) {
      if (other !== sink) continue
      this.sinks.delete(watch)
      this.apiServer.watches.close(watch)
    }
  }

  /** Runs `action` after `delayMs` of virtual time, as a task of this component. */
  later(delayMs: number, action: () => void): TaskId {
    const task: TimerTask = { type: 'client-timer', action }
    return this.kernel.schedule(this.target, delayMs, task)
  }

  /** Takes a task that is for the client; false when it is the component's own. */
  handle(task: { type: string }): boolean {
    if (task.type === 'response') this.takeResponse(task as ResponseTask)
    else if (task.type === 'watch') this.takeEvent(task as WatchTask)
    else if (task.type === 'watch-closed') this.takeClosed(task as WatchClosedTask)
    else if (task.type === 'client-timer') (task as TimerTask).action()
    else return false
    return true
  }

  private takeResponse({ tag, response }: ResponseTask): void {
    const done = this.answers.get(tag)
    this.answers.delete(tag)
    done?.(response)
  }

  private takeEvent({ watch, event }: WatchTask): void {
    const sink = this.sinks.get(watch)
    // Whoever is told that its revision is too old is told next that the watch is over, and lists again.
    if (sink === undefined || event.type === 'ERROR' || event.type === 'BOOKMARK') return
    const { metadata } = event.object
    const seen: SeenEvent = sink.look(event)
    this.kernel.record({
      kind: 'watch',
      from: apiServerName,
      to: this.name,
      verb: event.type,
      resource: sink.plural,
      subresource: undefined,
      namespace: metadata.namespace,
      name: metadata.name,
      code: undefined,
      revision: undefined,
      milestone: seen.milestone,
      uid: metadata.uid,
      background: seen.background,
      detail: { type: 'Watch', revision: event.revision },
    })
    sink.take(seen)
  }

  private takeClosed({ watch }: WatchClosedTask): void {
    const sink = this.sinks.get(watch)
    this.sinks.delete(watch)
    sink?.closed()
  }
}

const noQuery: Readonly<Record<string, string>> = {}
