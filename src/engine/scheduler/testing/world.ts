/** A control plane of API server and scheduler, without kubelets: what the scheduler does can be seen alone. */
import '../../kinds.ts'
import { ApiServer } from '../../apiserver/apiserver.ts'
import { admin } from '../../apiserver/authentication.ts'
import { defaultRoles } from '../../apiserver/authorization/default-roles.ts'
import type { ResponseTask } from '../../apiserver/exchange.ts'
import { objectKey } from '../../apiserver/keys.ts'
import { requestInfo } from '../../apiserver/request-info.ts'
import type { Request, Response } from '../../api/request.ts'
import { findKind } from '../../api/resources.ts'
import type { Event, KubeObject, Node, ObjectMeta, Pod } from '../../api/types.ts'
import { RevisionStore } from '../../etcd/store.ts'
import { Kernel } from '../../kernel/kernel.ts'
import type { Step } from '../../kernel/step.ts'
import { Latency, type LatencyTable } from '../../latency.ts'
import type { KubeSchedulerConfiguration } from '../../api/schedulerConfiguration.ts'
import { Scheduler } from '../scheduler.ts'
import { node, type NodeSpec } from './builders.ts'

export interface WorldOptions {
  nodes?: NodeSpec[]
  objects?: object[]
  seed?: number
  latency?: 'realistic' | 'zero' | Partial<LatencyTable>
  configuration?: KubeSchedulerConfiguration
}

/** 2026-01-05T09:00:00Z */
const startMs = 1_767_603_600_000

export class World {
  readonly kernel: Kernel
  readonly etcd: RevisionStore<KubeObject>
  readonly apiServer: ApiServer
  readonly scheduler: Scheduler
  private answer: Response | undefined

  constructor({ nodes = [{ name: 'n1' }], objects = [], seed = 1, latency = 'realistic', configuration }: WorldOptions = {}) {
    this.kernel = new Kernel({ seed, startMs })
    const { kernel } = this
    const delays = new Latency(kernel, latency)
    this.etcd = new RevisionStore<KubeObject>(kernel.revisions)
    this.apiServer = new ApiServer(kernel, delays, this.etcd)
    kernel.register('outside', ({ response }: ResponseTask) => void (this.answer = response))
    this.put({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default' }, status: { phase: 'Active' } })
    this.put({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace: 'default' } })
    for (const object of defaultRoles) this.put(object)
    for (const spec of nodes) this.put(node(spec))
    for (const object of objects) this.put(object)
    this.scheduler = new Scheduler({
      kernel, latency: delays, apiServer: this.apiServer, ...(configuration === undefined ? {} : { configuration }),
    })
    this.scheduler.start(this.etcd)
  }

  /** Stores an object as it is, past the API server: what other components have done. */
  put(object: object): KubeObject {
    const given = object as KubeObject
    const info = findKind(given.apiVersion, given.kind)!
    const { namespace, name } = given.metadata
    const revision = String(this.kernel.revisions.current + 1)
    const metadata: Partial<ObjectMeta> = given.metadata
    const { uid = `uid-${given.kind}-${name}`, creationTimestamp = '2026-01-01T00:00:00Z' } = metadata
    const stored = { ...given, metadata: { ...given.metadata, uid, creationTimestamp, resourceVersion: revision } }
    this.etcd.put(objectKey(info, info.namespaced ? (namespace ?? 'default') : undefined, name), stored)
    return stored
  }

  /** Changes a stored object, past the API server. */
  change(key: string, change: (object: KubeObject) => object): void {
    this.put(change(this.etcd.get(key)!))
  }

  remove(key: string): void {
    this.etcd.delete(key)
  }

  request(r: Request): Response {
    this.answer = undefined
    const info = requestInfo({ ...r, user: admin })
    this.apiServer.send(info, 'kubectl', { target: 'outside', tag: 1 })
    while (this.answer === undefined && this.kernel.runNext()) {}
    return this.answer!
  }

  create(object: object): Response {
    const { apiVersion, kind, metadata } = object as KubeObject
    const info = findKind(apiVersion, kind)!
    const prefix = info.group === '' ? '/api/v1' : `/apis/${info.group}/${info.version}`
    const scope = info.namespaced ? `/namespaces/${metadata.namespace ?? 'default'}` : ''
    return this.request({ verb: 'create', path: `${prefix}${scope}/${info.plural}`, body: object })
  }

  /** Runs for this many virtual ms. */
  run(ms: number): void {
    const end = this.kernel.now + ms
    while (this.kernel.nextAt() <= end) this.kernel.runNext()
    this.kernel.advanceTo(end)
  }

  pod(name: string): Pod {
    return this.etcd.get(`pods/default/${name}`) as Pod
  }

  node(name: string): Node {
    return this.etcd.get(`nodes/${name}`) as Node
  }

  events(reason?: string): Event[] {
    return (this.etcd.range('events/') as Event[]).filter((event) => reason === undefined || event.reason === reason)
  }

  /** Writes of the scheduler, events apart: 'create pods/binding web'. */
  writes(): string[] {
    return this.kernel.trace
      .filter(({ kind, from, resource }) => kind === 'write' && from === 'kube-scheduler' && resource !== 'events')
      .map((s) => `${s.verb} ${s.resource}${s.subresource === undefined ? '' : `/${s.subresource}`} ${s.name} ${s.code}`)
  }

  decisions(type?: string): Step[] {
    return this.kernel.trace.filter(({ kind, from, detail }) => kind === 'decision' && from === 'kube-scheduler' && (type === undefined || detail?.type === type))
  }
}
