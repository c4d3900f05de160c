import type { KubeObject } from '../../api/types.ts'
import { Client, resource, type ComponentOptions } from '../../client/client.ts'
import { Informer, type InitialObjects } from '../../client/informer.ts'
import { EventRecorder } from '../../client/recorder.ts'
import type { Network } from '../network.ts'
import type { Peer } from '../policy/rules.ts'
import { changeOf, serviceOfSlice, type Backend } from '../service-rules.ts'
import { Proxy, proxyName } from './proxy.ts'
import { serversOf, type Server } from './routes.ts'

const ingresses = resource('ingresses', 'networking.k8s.io')

/** What the controller answers for, in an IngressClass. */
const controllerName = 'k8s.io/ingress-nginx'
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

/**
 * ingress-nginx: a controller that watches Ingresses, Services and EndpointSlices, and a proxy that does what it has made of them.
 * The proxy sends to pods, not to Services: between an end of a pod and the next look of the controller it still sends there.
 * It stands beside the nodes, on a machine that no fault reaches.
 */
export class IngressController {
  private readonly options: ComponentOptions
  private readonly client: Client
  private readonly recorder: EventRecorder
  private readonly proxy: Proxy
  private readonly classes: Informer<KubeObject>
  private readonly ingresses: Informer<KubeObject>
  private readonly services: Informer<KubeObject>
  private readonly slices: Informer<KubeObject>
  private scheduled = false
  private nextSyncAt = 0

  constructor(options: ComponentOptions, network: Network) {
    this.options = options
    const { kernel } = options
    this.client = new Client(options, proxyName)
    this.recorder = new EventRecorder(this.client, { component: 'nginx-ingress-controller' })
    this.proxy = new Proxy(network, { node: proxyName, ip: ingressAddress.inside })
    const quiet = { background: () => true }
    this.classes = new Informer(this.client, resource('ingressclasses', 'networking.k8s.io'), quiet)
    this.ingresses = new Informer(this.client, ingresses)
    this.services = new Informer(this.client, resource('services'), quiet)
    this.slices = new Informer(this.client, resource('endpointslices', 'discovery.k8s.io'), quiet, {
      service: serviceOfSlice,
    })
    kernel.register(proxyName, (task: Task | { type: 'other' }) => {
      if (task.type === 'sync') this.sync()
      else if (task.type === 'status') this.writeStatus()
      else this.client.handle(task)
    })
    this.ingresses.onChange(({ object, old, type }) => {
      if (!this.isOurs(object) && !(old !== undefined && this.isOurs(old))) return
      if (type !== 'delete') this.recorder.event(object, 'Normal', 'Sync', 'Scheduled for sync')
      this.touch()
    })
    for (const informer of [this.classes, this.services, this.slices]) informer.onChange(() => this.touch())
    for (const [ip, port] of [[ingressAddress.outside, 80], [ingressAddress.outside, 443]] as const) {
      network.serve(ip, port, (request, reply, told) => this.proxy.handle(request, port === 443, reply, told))
    }
  }

  start(etcd: InitialObjects): void {
    this.scheduled = true
    this.classes.startWith(etcd.range('ingressclasses/'))
    this.ingresses.startWith(etcd.range('ingresses/'))
    this.services.startWith(etcd.range('services/'))
    this.slices.startWith(etcd.range('endpointslices/'))
    this.scheduled = false
    this.options.kernel.schedule(proxyName, statusPeriodMs, { type: 'status' })
  }

  /** The address of a host that somebody outside asks for: whoever has an Ingress has seen to its name. */
  addressOf(host: string): string | undefined {
    const { servers } = this.proxy
    return host !== '' && (servers.has(host) || servers.has(host.replace(/^[^.]+/, '*'))) ? ingressAddress.outside : undefined
  }

  private isOurs({ metadata, spec }: KubeObject): boolean {
    const name: string | undefined = spec?.ingressClassName ?? metadata.annotations?.[classAnnotation]
    if (name === undefined) return false
    if (spec?.ingressClassName === undefined) return name === 'nginx'
    return this.classes.get(undefined, name)?.['spec']?.controller === controllerName
  }

  private touch(): void {
    if (this.scheduled || (this.ingresses.size === 0 && this.proxy.servers.size === 0)) return
    this.scheduled = true
    const { kernel, latency } = this.options
    kernel.scheduleAt(proxyName, Math.max(kernel.now + latency.of('proxySync'), this.nextSyncAt), { type: 'sync' } as Task)
  }

  private sync(): void {
    const { kernel } = this.options
    this.scheduled = false
    this.nextSyncAt = kernel.now + syncPeriodMs
    const before = this.proxy.servers
    const after = serversOf([...this.ingresses.all()].filter((ingress) => this.isOurs(ingress)), {
      service: (namespace, name) => this.services.get(namespace, name),
      slices: (namespace, name) => this.slices.byIndex('service', `${namespace}/${name}`),
    })
    this.proxy.servers = after
    const now = backendsOf(after)
    const change = changeOf(backendsOf(before).values(), now.values())
    const detail = { type: 'UpstreamsWritten', ...change, backends: now.size, hosts: [...after.keys()] }
    if (change.added.length + change.removed.length > 0 || before.size !== after.size) kernel.record({ kind: 'network', from: proxyName, to: proxyName, detail })
  }

  private writeStatus(): void {
    this.options.kernel.schedule(proxyName, statusPeriodMs, { type: 'status' })
    for (const ingress of this.ingresses.all()) {
      const { namespace, name } = ingress.metadata
      if (!this.isOurs(ingress) || ingress['status']?.loadBalancer?.ingress?.[0]?.ip === ingressAddress.outside) continue
      const body = { status: { loadBalancer: { ingress: [{ ip: ingressAddress.outside }] } } }
      // Whatever the answer: a minute later it is looked at again.
      this.client.send('patch', ingresses, { subresource: 'status', namespace, name, body, contentType: 'application/merge-patch+json' }, () => {})
    }
  }
}

/** The pods (or addresses) that requests may go to, by name, each once. */
function backendsOf(servers: ReadonlyMap<string, Server>): ReadonlyMap<string, Backend> {
  const all = [...servers.values()].flatMap(({ locations }) => locations.flatMap(({ upstream }) => upstream.backends))
  return new Map(all.map((backend) => [backend.pod?.name ?? backend.ip, backend]))
}
