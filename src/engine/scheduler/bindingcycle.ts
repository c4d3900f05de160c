import type { Status as ApiStatus } from '../api/types.ts'
import { resource, type Client, type ResourceRef } from '../client/client.ts'
import type { PodInfo } from './cache/podinfo.ts'
import type { NodeInfo } from './cache/nodeinfo.ts'
import type { CycleState, Framework } from './framework/framework.ts'
import type { Call, PreBindWork } from './framework/plugin.ts'
import { failed, type Status } from './framework/status.ts'

const resources: Readonly<Record<string, ResourceRef>> = {
  pods: resource('pods'),
  persistentvolumes: resource('persistentvolumes'),
  persistentvolumeclaims: resource('persistentvolumeclaims'),
  resourceclaims: resource('resourceclaims', 'resource.k8s.io'),
}

export interface Binding {
  readonly framework: Framework
  readonly cycle: CycleState
  readonly pod: PodInfo
  readonly node: NodeInfo
  /** undefined: bound. */
  done(status: Status | undefined): void
}

interface Waiting {
  readonly check: () => void
}

/**
 * Writes what was decided to the API server, while other pods are being tried already: first what must be
 * there before (claims and volumes), then the binding. Every answer comes in a later task.
 */
export class BindingCycle {
  private readonly client: Client
  private readonly waiting = new Set<Waiting>()

  constructor(client: Client) {
    this.client = client
  }

  start(binding: Binding): void {
    const { framework, cycle, pod, node } = binding
    const works = framework.profile.enabled.preBind.flatMap((plugin) => {
      const work = plugin.preBind!(cycle.states.get(plugin.name), pod, node)
      return work === undefined ? [] : [{ plugin: plugin.name, work }]
    })
    this.preBind(binding, works)
  }

  /** Something has changed: who waits looks again. */
  recheck(): void {
    // Who is done leaves the set meanwhile.
    const waiting = [...this.waiting]
    for (const { check } of waiting) check()
  }

  private preBind(binding: Binding, [first, ...rest]: readonly { plugin: string; work: PreBindWork }[]): void {
    if (first === undefined) return this.bind(binding)
    const finish = (status: Status | undefined) => {
      if (status === undefined) this.preBind(binding, rest)
      else binding.done(failed(first.plugin, `running PreBind plugin "${first.plugin}": ${status.reasons.join(', ')}`))
    }
    this.sendAll(first.work.calls, first.plugin, (status) => (status === undefined ? this.wait(first.plugin, first.work, finish) : finish(status)))
  }

  private sendAll([call, ...rest]: readonly Call[], plugin: string, done: (status: Status | undefined) => void): void {
    if (call === undefined) return done(undefined)
    this.send(call, ({ code, body }) => {
      if (code >= 200 && code < 300) this.sendAll(rest, plugin, done)
      else done(failed(plugin, (body as ApiStatus).message ?? ''))
    })
  }

  private send({ verb, resource: plural, ...options }: Call, done: Parameters<Client['send']>[3]): void {
    this.client.send(verb, resources[plural]!, options, done)
  }

  private wait(plugin: string, work: PreBindWork, done: (status: Status | undefined) => void): void {
    const stop = (status: Status | undefined) => {
      this.waiting.delete(waiting)
      this.client.kernel.cancel(timer)
      done(status)
    }
    const waiting: Waiting = {
      check: () => {
        const status = work.done()
        if (status !== 'wait') stop(status)
      },
    }
    const timer = this.client.later(work.timeoutMs, () => stop(failed(plugin, work.tooLate)))
    this.waiting.add(waiting)
    waiting.check()
  }

  private bind({ framework, pod, node, done }: Binding): void {
    const plugin = framework.profile.enabled.bind[0]
    if (plugin === undefined) return done(failed('', 'plugin "" does not exist'))
    this.send(plugin.bind!(pod, node.name), (response) => done(plugin.bound!(response)))
  }
}
