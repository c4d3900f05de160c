import { formatTime } from '../api/time.ts'
import type { KubeObject, Node } from '../api/types.ts'
import { Client, resource, type ComponentOptions } from '../client/client.ts'
import type { RevisionStore } from '../etcd/store.ts'
import { Informer, keyOf, type InitialObjects } from '../client/informer.ts'

import type { HttpRequest, HttpResponse } from '../runtime/container-os.ts'
import { isWithin } from './cidr.ts'
import { changeOf, healthCheckOf, rulesOf, serviceOfSlice, type Backend, type HealthCheck, type Rule } from './service-rules.ts'

/** Between two rounds of writing rules lies at least this much (iptables minSyncPeriod). */
const minSyncPeriodMs = 1000

/** Where a packet to a Service goes. */
export interface Routed {
  backend: Backend
  service: string
  /** The node's address takes the place of the sender's, so that the answer comes back this way. */
  masqueraded: boolean
}

interface SyncTask {
  readonly type: 'sync'
}

/**
 * kube-proxy of one node: watches Services and EndpointSlices and writes the node's rules. What it has not written yet
 * does not hold: traffic still goes where the old rules say.
 *
 * The rules lie in the machine's store as `rules/<ip:port>`.
 */
export class KubeProxy {
  private readonly name: string
  private readonly node: { name: string; zone: string | undefined }
  private readonly client: Client
  private readonly services: Informer<KubeObject>
  private readonly slices: Informer<KubeObject>
  private readonly options: ComponentOptions
  private readonly store: RevisionStore<Rule>
  /** Keys of what each Service has in `rules`. */
  private readonly written = new Map<string, readonly string[]>()
  private readonly rules = new Map<string, Rule>()
  private readonly dirty = new Set<string>()
  /** By Service; those of its node that have been ready since when. */
  private readonly health = new Map<string, HealthCheck & { changedAt: number; before: number }>()
  private readonly affinity = new Map<string, { backend: string; until: number }>()
  private scheduled = false
  private nextSyncAt = 0

  constructor(options: ComponentOptions, node: Node, store: RevisionStore<Rule>) {
    this.name = `kube-proxy/${node.metadata.name}`
    this.node = { name: node.metadata.name, zone: node.metadata.labels?.['topology.kubernetes.io/zone'] }
    this.options = options
    this.store = store
    this.client = new Client(options, this.name)
    // One of them on every node hears the same: what it makes of it is the step to be seen.
    const quiet = { background: () => true }
    this.services = new Informer(this.client, resource('services'), quiet)
    this.slices = new Informer(this.client, resource('endpointslices', 'discovery.k8s.io'), quiet, {
      service: serviceOfSlice,
    })
    options.kernel.register(this.name, (task: { type: string }) => {
      if (task.type === 'sync') this.sync()
      else this.client.handle(task)
    })
    this.services.onChange(({ object }) => this.touch(keyOf(object)))
    this.slices.onChange(({ object, old }) => {
      for (const slice of [object, old])
        if (slice !== undefined) for (const service of serviceOfSlice(slice)) this.touch(service)
    })
  }

  /** Begins as a process that has been up for a while: its rules are written. */
  start(etcd: InitialObjects): void {
    this.scheduled = true
    this.services.startWith(etcd.range('services/'))
    this.slices.startWith(etcd.range('endpointslices/'))
    for (const service of this.dirty) this.writeService(service, false)
    this.dirty.clear()
    this.scheduled = false
  }

  /**
   * Where a packet to ip:port goes. undefined: this is no Service's, it goes where it says. `draw` gives a number in
   * [0, bound): iptables chooses by chance, each backend alike. `fromOutside`: the sender is neither a process nor a pod of the node.
   */
  route(
    address: string,
    client: string,
    fromOutside: boolean,
    draw: (bound: number) => number,
  ): Routed | 'refuse' | 'drop' | undefined {
    const rule = this.rules.get(address)
    if (rule === undefined) return undefined
    const { external, service } = rule
    if (external?.sourceRanges?.some((range) => isWithin(client, range)) === false) return 'drop'
    const backends = external === undefined || fromOutside ? rule.backends : external.own
    if (backends.length === 0) return rule.otherwise
    const { affinitySeconds } = rule
    const backend = affinitySeconds === undefined ? backends[draw(backends.length)]! : this.stick({ backends, affinitySeconds }, `${client} ${service}:${rule.portName}`, draw)
    return { backend, service, masqueraded: external !== undefined && !(fromOutside && external.local) }
  }

  /** Whether a load balancer that has asked for a while would send a packet for this address here. */
  isHealthyFor(address: string, noticeMs: number): boolean {
    const rule = this.rules.get(address)
    if (rule?.external?.local !== true) return true
    const health = this.health.get(rule.service)
    if (health === undefined) return rule.backends.length > 0
    const { changedAt, before, localEndpoints } = health
    return (changedAt + noticeMs > this.options.kernel.now ? before : localEndpoints) > 0
  }

  /** What it says itself on a port of the node: how it is, to a load balancer whether a Service has backends here, and to its own machine alone how it works. */
  answerOn(port: number, asksItself: boolean): ((request: HttpRequest) => HttpResponse) | undefined {
    if (port === healthzPort) {
      const now = formatTime(this.options.kernel.now)
      const well = json(200, { lastUpdated: now, currentTime: now, nodeEligible: true })
      return page({ '/healthz': well, '/livez': well })
    }
    if (port === metricsPort && asksItself) return page({ '/healthz': text(200, 'ok'), '/proxyMode': text(200, 'iptables') })
    for (const { namespace, name, port: own, localEndpoints } of this.health.values()) {
      if (own !== port) continue
      const body = { service: { namespace, name }, localEndpoints, serviceProxyHealthy: true }
      return () => json(localEndpoints > 0 ? 200 : 503, body)
    }
    return undefined
  }

  /** All that it has written, by address. */
  all(): [address: string, rule: Rule][] {
    return [...this.rules]
  }

  /** The Service that an address belongs to. */
  serviceAt(address: string): string | undefined {
    return this.rules.get(address)?.service
  }

  /** A client stays with its backend as long as that is one and it comes again in time. */
  private stick({ backends, affinitySeconds }: { backends: readonly Backend[]; affinitySeconds: number }, client: string, draw: (bound: number) => number): Backend {
    const { now } = this.options.kernel
    const known = this.affinity.get(client)
    const stuck = known === undefined || known.until < now ? undefined : backends.find(({ ip }) => ip === known.backend)
    const backend = stuck ?? backends[draw(backends.length)]!
    this.affinity.set(client, { backend: backend.ip, until: now + affinitySeconds * 1000 })
    return backend
  }

  private touch(service: string): void {
    this.dirty.add(service)
    if (this.scheduled) return
    this.scheduled = true
    const { kernel, latency } = this.options
    kernel.scheduleAt(this.name, Math.max(kernel.now + latency.of('proxySync'), this.nextSyncAt), {
      type: 'sync',
    } as SyncTask)
  }

  private sync(): void {
    this.scheduled = false
    this.nextSyncAt = this.options.kernel.now + minSyncPeriodMs
    for (const service of this.dirty) this.writeService(service, true)
    this.dirty.clear()
  }

  private noteHealth(key: string, service: KubeObject | undefined): void {
    const check = service === undefined ? undefined : healthCheckOf(service, this.slices.byIndex('service', key), this.node.name)
    if (check === undefined) return void this.health.delete(key)
    const old = this.health.get(key)
    if (old !== undefined && old.port === check.port && old.localEndpoints === check.localEndpoints) return
    this.health.set(key, { ...check, changedAt: this.options.kernel.now, before: old?.localEndpoints ?? 0 })
  }

  private writeService(key: string, isSeen: boolean): void {
    const found = this.services.byKey(key)
    const service = found === undefined || isSomebodyElses(found) ? undefined : found
    const rules = service === undefined ? [] : rulesOf(service, this.slices.byIndex('service', key), this.node)
    this.noteHealth(key, service)
    const before = this.written.get(key) ?? []
    const old = new Map(before.map((address) => [address, this.rules.get(address)!]))
    for (const address of before) this.rules.delete(address)
    for (const [address, rule] of rules) this.rules.set(address, rule)
    if (rules.length === 0) this.written.delete(key)
    else
      this.written.set(
        key,
        rules.map(([address]) => address),
      )
    const backends = (of: Iterable<Rule>): Backend[] => [...of].flatMap((rule) => rule.backends)
    const change = changeOf(backends(old.values()), backends(rules.map(([, rule]) => rule)))
    // What was written before the film begins lies there.
    if (!isSeen) return
    const isTold = change.added.length + change.removed.length > 0 || old.size !== rules.length
    const isMoved = rules.some(([address]) => !old.has(address))
    if (!isTold && !isMoved) return
    for (const address of before) if (!this.rules.has(address)) this.store.delete(`rules/${address}`)
    for (const [address, rule] of rules) this.store.put(`rules/${address}`, rule)
    if (!isTold) return
    const [namespace, name] = key.split('/') as [string, string]
    this.options.kernel.record({
      kind: 'network',
      from: this.name,
      to: this.name,
      resource: 'services',
      namespace,
      name,
      uid: service?.metadata.uid,
      detail: {
        type: 'RulesWritten',
        ...change,
        backends: rules[0]?.[1].backends.length ?? 0,
        gone: service === undefined,
      },
    })
  }
}

/** A Service that another proxy has to do with, or that is to have no rules (pkg/proxy/apis/well_known_labels.go; the informers leave these out). */
function isSomebodyElses({ metadata: { labels = {} } }: KubeObject): boolean {
  return labels['service.kubernetes.io/service-proxy-name'] !== undefined || labels['service.kubernetes.io/headless'] !== undefined
}

const text = (status: number, body: string): HttpResponse => ({ status, headers: { 'content-type': 'text/plain; charset=utf-8' }, body })
const json = (status: number, body: object): HttpResponse => ({ status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body, undefined, '\t') })

/** kube-proxy's own health (--healthz-bind-address), and what it says to its own machine (--metrics-bind-address). */
const healthzPort = 10_256
const metricsPort = 10_249

const page = (pages: Readonly<Record<string, HttpResponse>>) => ({ path }: HttpRequest): HttpResponse => {
  const at = path.replace(/\?.*$/, '')
  return Object.hasOwn(pages, at) ? pages[at]! : text(404, '404 page not found\n')
}
