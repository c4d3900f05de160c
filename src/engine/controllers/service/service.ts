import type { KubeObject, Node } from '../../api/types.ts'
import { resource, type ComponentOptions } from '../../client/client.ts'
import { Controller, must, type Ending, type Routine } from '../../client/controller.ts'
import { keyOf, type Informer } from '../../client/informer.ts'
import type { Latency } from '../../latency.ts'
import type { SharedInformers } from '../shared-informers.ts'
import { differenceForBalancer, needsCleanup, takesTraffic, wantsLoadBalancer, withFinalizer } from './decide.ts'

const services = resource('services')
const nodes = resource('nodes')

/** The cloud that the cluster runs in: it gives each load balancer an address of its own (RFC 5737, TEST-NET-3). */
const firstAddress = '203.0.113.'
const addresses = 254

/**
 * k8s.io/cloud-provider/controllers/service, in a cloud-controller-manager: a load balancer of the cloud for each Service that
 * wants one, and its address in the Service's status.
 */
export function startServices(options: ComponentOptions, informers: SharedInformers): void {
  new ServiceController(options, informers)
}

interface Balancer {
  address: string
  /** Virtual ms at which the cloud has made it. */
  readyAt: number
}

class ServiceController {
  private readonly all: Informer<KubeObject>
  private readonly nodes: Informer<Node>
  private readonly controller: Controller
  private readonly latency: Latency
  /** What there is in the cloud, by the uid of the Service. */
  private readonly balancers = new Map<string, Balancer>()
  /** Services whose balancer is to be looked at again: their keys. */
  private readonly changed = new Set<string>()

  constructor(options: ComponentOptions, informers: SharedInformers) {
    this.latency = options.latency
    this.all = informers.of(services)
    this.controller = new Controller(options, 'service-controller', 1, (key) => this.sync(key))
    this.all.onChange(({ type, object, old }) => {
      if (type === 'delete') return
      const difference = old === undefined ? undefined : differenceForBalancer(old, object)
      if (difference?.event !== undefined) this.controller.recorder.event(object, 'Normal', difference.event.reason, difference.event.message)
      const isNew = old === undefined && wantsLoadBalancer(object)
      if (!isNew && difference === undefined && !needsCleanup(object)) return
      this.changed.add(keyOf(object))
      this.controller.queue.add(keyOf(object))
    })
    this.nodes = informers.of<Node>(nodes)
    this.nodes.onChange(({ type, object, old }) => {
      const [before, after] = [old !== undefined && takesTraffic(old), type !== 'delete' && takesTraffic(object)]
      if (before !== after) this.tellOfNodes()
    })
  }

  /** Those that are there learn of the nodes that they may send to now (nodeSyncService). */
  private tellOfNodes(): void {
    const { recorder, now } = this.controller
    for (const service of this.all.all()) {
      const balancer = this.balancers.get(service.metadata.uid)
      if (balancer === undefined || balancer.readyAt > now || this.hasNoNodes(service)) continue
      recorder.event(service, 'Normal', 'UpdatedLoadBalancer', 'Updated load balancer with new hosts')
    }
  }

  /** Says so when nobody would answer. */
  private hasNoNodes(service: KubeObject): boolean {
    for (const node of this.nodes.all()) if (takesTraffic(node)) return false
    this.controller.recorder.event(service, 'Warning', 'UnAvailableLoadBalancer', 'There are no available nodes for LoadBalancer')
    return true
  }

  private *sync(key: string): Routine {
    const service = this.all.byKey(key)
    if (service === undefined) return
    if (!wantsLoadBalancer(service) || needsCleanup(service)) return yield* this.remove(service)
    return yield* this.ensure(key, service)
  }

  private *ensure(key: string, service: KubeObject): Routine<Ending | void> {
    const { recorder, now } = this.controller
    const { uid } = service.metadata
    if (this.changed.delete(key)) {
      recorder.event(service, 'Normal', 'EnsuringLoadBalancer', 'Ensuring load balancer')
      this.hasNoNodes(service)
      const finalizers = withFinalizer(service, true)
      if (finalizers !== undefined) yield* this.patch(service, { metadata: { finalizers } })
      if (!this.balancers.has(uid)) this.balancers.set(uid, { address: this.freeAddress(service), readyAt: now + this.latency.of('makeLoadBalancer') })
      else if (this.balancers.get(uid)!.readyAt <= now) recorder.event(service, 'Normal', 'EnsuredLoadBalancer', 'Ensured load balancer')
    }
    const balancer = this.balancers.get(uid)
    if (balancer === undefined) return
    if (balancer.readyAt > now) return { requeueAfterMs: balancer.readyAt - now }
    const ingress = [{ ip: balancer.address, ipMode: 'VIP' }]
    if (service['status']?.loadBalancer?.ingress?.[0]?.ip === balancer.address) return
    recorder.event(service, 'Normal', 'EnsuredLoadBalancer', 'Ensured load balancer')
    yield* this.patch(service, { status: { loadBalancer: { ingress } } })
  }

  private *remove(service: KubeObject): Routine<Ending | void> {
    const { recorder } = this.controller
    this.changed.delete(keyOf(service))
    if (this.balancers.delete(service.metadata.uid)) recorder.event(service, 'Normal', 'DeletingLoadBalancer', 'Deleting load balancer')
    const finalizers = withFinalizer(service, false)
    if (finalizers !== undefined) yield* this.patch(service, { metadata: { finalizers } })
    recorder.event(service, 'Normal', 'DeletedLoadBalancer', 'Deleted load balancer')
    if (service['status']?.loadBalancer?.ingress !== undefined) yield* this.patch(service, { status: { loadBalancer: { ingress: null } } })
  }

  private *patch({ metadata: { namespace, name } }: KubeObject, body: object): Routine<void> {
    yield* must({ verb: 'patch', info: services, subresource: 'status', namespace, name, body, contentType: 'application/merge-patch+json', tolerate: [404] })
  }

  /** The one that was asked for, when it is free, as clouds with addresses of one's own do. */
  private freeAddress(service: KubeObject): string {
    const taken = new Set([...this.balancers.values()].map(({ address }) => address))
    const wanted: string | undefined = service['spec'].loadBalancerIP
    if (wanted && !taken.has(wanted)) return wanted
    for (let host = 1; host <= addresses; host++) if (!taken.has(firstAddress + host)) return firstAddress + host
    throw new Error('the cloud has no address left for a load balancer')
  }
}
