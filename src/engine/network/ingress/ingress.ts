import { semanticEqual } from '../../api/equality.ts'
import type { KubeObject } from '../../api/types.ts'
import { Client, resource, type ComponentOptions } from '../../client/client.ts'
import { type Change, Informer, type InitialObjects } from '../../client/informer.ts'
import { EventRecorder } from '../../client/recorder.ts'
import type { Network } from '../network.ts'
import type { Peer } from '../policy/rules.ts'
import { changeOf, serviceOfSlice, type Backend } from '../service-rules.ts'
import { Proxy, proxyName } from './proxy.ts'
import { serversOf, type Server } from './routes.ts'

const ingresses = resource('ingresses', 'networking.k8s.io')

const classAnnotation = 'kubernetes.io/ingress.class'

/** Between two looks at the cluster lies at least this much (--sync-rate-limit 0.3 a second): the proxy is often behind. */
const syncPeriodMs = 3_334
/** How often addresses are written into the status of Ingresses. */
const statusPeriodMs = 60_000

/** Where the proxy can be reached from everywhere, and the address with which it speaks to pods. */
export const ingressAddress = { outside: '203.0.113.250', inside: '10.99.254.1' }

/** As NetworkPolicies see it: a pod of its own namespace. */
export const ingressPeer: Peer = {
  ip: ingressAddress.inside,
  pod: { namespace: 'ingress-nginx', labels: { 'app.kubernetes.io/name': 'ingress-nginx', 'app.kubernetes.io/component': 'controller' }, ports: new Map() },
}

interface Task {
  readonly type: 'sync' | 'status'
}

/** Where a controller stands, and what it answers for (cmd/nginx/flags.go). */
export interface IngressPlace {
  /** The kernel's name of it. */
  target: string
  /** Who it is to the API server; left out, the account of the one that a cluster came with. */
  account?: { namespace: string; name: string }
  /** What an IngressClass says of it. */
  controller: string
  /** The value of the annotation by which Ingresses of old chose it. */
  className: string
  /** Ingresses without a class are its own, too. */
  takesUnclassed: boolean
  /** Where people reach it, as it is written into the status of Ingresses. */
  addresses: (services: { get(namespace: string, name: string): KubeObject | undefined }) => readonly { ip?: string; hostname?: string }[]
  /** How the status is written: the account of one that somebody has installed may only do the one. */
  writes: 'patch' | 'update'
  /** How it answers who asks for a host without the TLS that it has; undefined: not at all. */
  redirect: 301 | 308 | undefined
  /** Whether it knows the annotations of ingress-nginx. */
  understands: boolean
  /** The event that it records about a change. */
  tells: (change: Change<KubeObject>) => { reason: string; message: string } | undefined
}

/** The one that a cluster came with: it stands beside the nodes, on a machine that no fault reaches. */
const beside: IngressPlace = {
  target: proxyName,
  controller: 'k8s.io/ingress-nginx',
  className: 'nginx',
  takesUnclassed: false,
  addresses: () => [{ ip: ingressAddress.outside }],
  writes: 'patch',
  redirect: 308,
  understands: true,
  tells: ({ type }) => (type === 'delete' ? undefined : { reason: 'Sync', message: 'Scheduled for sync' }),
}

/** The proxy of that one. */
export function serveBeside(controller: IngressController, network: Network): void {
  const proxy = new Proxy(network, { node: proxyName, ip: ingressAddress.inside }, controller)
  for (const port of [80, 443]) network.serve(ingressAddress.outside, port, (request, reply, told) => proxy.handle(request, port === 443, reply, told))
}

/**
 * ingress-nginx: a controller that watches Ingresses, Services and EndpointSlices, and tells a proxy what to do with requests.
 * The proxy sends to pods, not to Services: between an end of a pod and the next look of the controller it still sends there.
 */
export class IngressController {
  /** By host; what the proxy goes by. */
  servers: ReadonlyMap<string, Server> = new Map()
  private readonly options: ComponentOptions
  private readonly place: IngressPlace
  private readonly client: Client
  private readonly recorder: EventRecorder
  private readonly classes: Informer<KubeObject>
  private readonly ingresses: Informer<KubeObject>
  private readonly services: Informer<KubeObject>
  private readonly slices: Informer<KubeObject>
  private scheduled = false
  private nextSyncAt = 0
  private isStopped = false

  constructor(options: ComponentOptions, place = beside) {
    this.options = options
    this.place = place
    const { kernel } = options
    this.client = new Client(options, proxyName, place.target, place.account)
    this.recorder = new EventRecorder(this.client, { component: 'nginx-ingress-controller' })
    const quiet = { background: () => true }
    this.classes = new Informer(this.client, resource('ingressclasses', 'networking.k8s.io'), quiet)
    this.ingresses = new Informer(this.client, ingresses)
    this.services = new Informer(this.client, resource('services'), quiet)
    this.slices = new Informer(this.client, resource('endpointslices', 'discovery.k8s.io'), quiet, {
      service: serviceOfSlice,
    })
    kernel.register(place.target, (task: Task | { type: 'other' }) => {
      if (task.type === 'sync') this.sync()
      else if (task.type === 'status') this.writeStatus()
      else this.client.handle(task)
    })
    this.ingresses.onChange((change) => {
      const { object, old } = change
      if (!this.isOurs(object) && !(old !== undefined && this.isOurs(old))) return
      const told = place.tells(change)
      if (told !== undefined) this.recorder.event(object, 'Normal', told.reason, told.message)
      this.touch()
    })
    for (const informer of [this.classes, this.services, this.slices]) informer.onChange(() => this.touch())
  }

  /** As one that has been there for a while. */
  startWith(etcd: InitialObjects): void {
    this.scheduled = true
    this.classes.startWith(etcd.range('ingressclasses/'))
    this.ingresses.startWith(etcd.range('ingresses/'))
    this.services.startWith(etcd.range('services/'))
    this.slices.startWith(etcd.range('endpointslices/'))
    this.scheduled = false
    this.options.kernel.schedule(this.place.target, statusPeriodMs, { type: 'status' })
  }

  start(): void {
    for (const informer of [this.classes, this.services, this.slices]) informer.start()
    // Whose an Ingress is, its class says.
    this.classes.whenSynced(() => this.ingresses.start())
    this.services.whenSynced(() => this.writeStatus())
  }

  stop(): void {
    this.isStopped = true
    for (const informer of [this.classes, this.ingresses, this.services, this.slices]) informer.stop()
  }

  /** The address of a host that somebody outside asks for: whoever has an Ingress has seen to its name. */
  addressOf(host: string): string | undefined {
    const { servers, place } = this
    return host !== '' && (servers.has(host) || servers.has(host.replace(/^[^.]+/, '*'))) ? place.addresses(this.services)[0]?.ip : undefined
  }

  private isOurs({ metadata, spec }: KubeObject): boolean {
    const name: string | undefined = spec?.ingressClassName ?? metadata.annotations?.[classAnnotation]
    if (name === undefined) return this.place.takesUnclassed
    if (spec?.ingressClassName === undefined) return name === this.place.className
    return this.classes.get(undefined, name)?.['spec']?.controller === this.place.controller
  }

  private touch(): void {
    if (this.scheduled || this.isStopped || (this.ingresses.size === 0 && this.servers.size === 0)) return
    this.scheduled = true
    const { kernel, latency } = this.options
    kernel.scheduleAt(this.place.target, Math.max(kernel.now + latency.of('proxySync'), this.nextSyncAt), { type: 'sync' } as Task)
  }

  private sync(): void {
    const { kernel } = this.options
    this.scheduled = false
    if (this.isStopped) return
    this.nextSyncAt = kernel.now + syncPeriodMs
    const before = this.servers
    const own = [...this.ingresses.all()].filter((ingress) => this.isOurs(ingress))
    const after = serversOf(this.place.understands ? own : own.map(withoutAnnotations), {
      service: (namespace, name) => this.services.get(namespace, name),
      slices: (namespace, name) => this.slices.byIndex('service', `${namespace}/${name}`),
    })
    this.servers = after
    const now = backendsOf(after)
    const change = changeOf(backendsOf(before).values(), now.values())
    const detail = { type: 'UpstreamsWritten', ...change, backends: now.size, hosts: [...after.keys()] }
    if (change.added.length + change.removed.length > 0 || before.size !== after.size) kernel.record({ kind: 'network', from: proxyName, to: proxyName, detail })
  }

  private writeStatus(): void {
    if (this.isStopped) return
    this.options.kernel.schedule(this.place.target, statusPeriodMs, { type: 'status' })
    const addresses = this.place.addresses(this.services)
    for (const ingress of this.ingresses.all()) {
      const { namespace, name } = ingress.metadata
      if (!this.isOurs(ingress) || semanticEqual(addresses, ingress['status']?.loadBalancer?.ingress ?? [])) continue
      const status = { loadBalancer: { ingress: addresses } }
      const how = this.place.writes === 'patch' ? { body: { status }, contentType: 'application/merge-patch+json' } : { body: { ...ingress, status } }
      // Whatever the answer: a minute later it is looked at again.
      this.client.send(this.place.writes, ingresses, { subresource: 'status', namespace, name, ...how }, () => {})
    }
  }
}

const withoutAnnotations = (ingress: KubeObject): KubeObject => ({ ...ingress, metadata: { ...ingress.metadata, annotations: {} } }) as KubeObject

/** The pods (or addresses) that requests may go to, by name, each once. */
function backendsOf(servers: ReadonlyMap<string, Server>): ReadonlyMap<string, Backend> {
  const all = [...servers.values()].flatMap(({ locations }) => locations.flatMap(({ upstream }) => upstream.backends))
  return new Map(all.map((backend) => [backend.pod?.name ?? backend.ip, backend]))
}
