import type { ContainerRecord, SandboxRecord } from '../../api/machine.ts'
import type { KubeObject, Node, Pod } from '../../api/types.ts'
import type { ComponentOptions } from '../../client/client.ts'
import type { RevisionStore } from '../../etcd/store.ts'
import type { Network } from '../network.ts'
import { IngressController, type IngressPlace } from './ingress.ts'
import { flagIn } from './flags.ts'
import { routeOf, routePort } from './route-of.ts'

type Flag = (name: string) => string | undefined

/** A controller that can be installed: how it is known, what it answers for and what it tells. */
interface Product extends Pick<IngressPlace, 'redirect' | 'understands' | 'tells'> {
  image: RegExp
  isOn: (flag: Flag) => boolean
  answersFor: (flag: Flag) => Pick<IngressPlace, 'controller' | 'className' | 'takesUnclassed'>
  /** Whose address is written into the status of Ingresses. */
  published: (flag: Flag) => { service?: string | undefined; fixed?: string | undefined; nodes?: true }
}

const products: readonly Product[] = [
  {
    image: /(^|\/)(ingress-nginx\/controller|nginx-ingress-controller)(:|@|$)/,
    isOn: () => true,
    answersFor: (flag) => ({ controller: flag('controller-class') ?? 'k8s.io/ingress-nginx', className: flag('ingress-class') ?? 'nginx', takesUnclassed: flag('watch-ingress-without-class') === 'true' }),
    published: (flag) => ({ fixed: flag('publish-status-address'), service: flag('publish-service'), nodes: true }),
    redirect: 308,
    understands: true,
    tells: ({ type }) => (type === 'delete' ? undefined : { reason: 'Sync', message: 'Scheduled for sync' }),
  },
  {
    // F5's; its class is one object of this name (nginxinc/kubernetes-ingress cmd/nginx-ingress/flags.go).
    image: /(^|\/)nginx\/nginx-(plus-)?ingress(:|@|$)/,
    isOn: () => true,
    answersFor: (flag) => ({ controller: 'nginx.org/ingress-controller', className: flag('ingress-class') ?? 'nginx', takesUnclassed: false }),
    published: (flag) => (flag('report-ingress-status') === 'true' ? { service: flag('external-service') } : {}),
    redirect: 301,
    understands: false,
    tells: ({ type, object }) => (type === 'delete' ? undefined : { reason: 'AddedOrUpdated', message: `Configuration for ${object.metadata.namespace}/${object.metadata.name} was added or updated ` }),
  },
  {
    image: /(^|\/)traefik(:|@|$)/,
    isOn: (flag) => flag('providers.kubernetesingress') !== undefined || flag('providers.kubernetesingress.\\S+') !== undefined,
    answersFor: (flag) => ({ controller: 'traefik.io/ingress-controller', className: flag('providers.kubernetesingress.ingressclass') ?? 'traefik', takesUnclassed: flag('providers.kubernetesingress.ingressclass') === undefined }),
    published: (flag) => ({ service: flag('providers.kubernetesingress.ingressendpoint.publishedservice'), fixed: flag('providers.kubernetesingress.ingressendpoint.(ip|hostname)') }),
    redirect: undefined,
    understands: false,
    tells: () => undefined,
  },
]

const productOf = (reference: string): Product | undefined => products.find(({ image }) => image.test(reference))

interface IngressPodsOptions {
  options: ComponentOptions
  network: Network
  machines: ReadonlyMap<string, RevisionStore<any>>
  get: (key: string) => KubeObject | undefined
  list: (prefix: string) => readonly KubeObject[]
}

/**
 * Controllers that somebody has installed, as pods. The process listens and passes on (runtime/programs/ingress-*.ts); what it goes by
 * is done here, as long as it runs.
 */
export class IngressPods {
  private readonly o: IngressPodsOptions
  private readonly running = new Map<string, { controller: IngressController; ip: string }>()

  constructor(o: IngressPodsOptions) {
    this.o = o
    for (const machine of o.machines.values()) {
      for (const record of machine.range('containers/') as ContainerRecord[]) this.look(machine, record)
      machine.onWrite(({ key, value, previous }) => {
        if (key.startsWith('containers/')) this.look(machine, (value ?? { ...(previous as ContainerRecord), state: 'exited' }) as ContainerRecord)
      })
    }
  }

  /** Where a host is found that somebody outside asks for. */
  addressOf(host: string): string | undefined {
    for (const { controller } of this.running.values()) {
      const address = controller.addressOf(host)
      if (address !== undefined) return address
    }
    return undefined
  }

  private look(machine: RevisionStore<any>, { id, image: reference, type, state, sandboxID }: ContainerRecord): void {
    const product = type === 'container' ? productOf(reference) : undefined
    if (product === undefined) return
    const known = this.running.get(id)
    if (state === 'running' && known === undefined) {
      const { podNamespace, podName, ip } = machine.get(`sandboxes/${sandboxID}`) as SandboxRecord
      const pod = this.o.get(`pods/${podNamespace}/${podName}`) as Pod | undefined
      const flag = pod === undefined ? undefined : flagsOf(pod, product)
      if (flag !== undefined && product.isOn(flag)) this.begin(id, this.placeOf(id, pod!, product, flag), ip)
    } else if (state !== 'running' && known !== undefined) {
      known.controller.stop()
      this.o.network.unserve(known.ip, routePort)
      this.running.delete(id)
    }
  }

  private begin(id: string, place: IngressPlace, ip: string): void {
    const controller = new IngressController(this.o.options, place)
    this.running.set(id, { controller, ip })
    this.o.network.serve(ip, routePort, ({ path }, reply) => reply({ status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(routeOf(controller.servers, path, place.redirect)) }))
    controller.start()
  }

  private placeOf(id: string, pod: Pod, product: Product, flag: Flag): IngressPlace {
    const { namespace = '' } = pod.metadata
    const shown = product.published(flag)
    return {
      target: `ingress-nginx/${id}`,
      account: { namespace, name: pod.spec.serviceAccountName ?? 'default' },
      ...product.answersFor(flag),
      redirect: product.redirect,
      understands: product.understands,
      tells: product.tells,
      writes: 'update',
      addresses: (services) => {
        if (shown.service !== undefined) {
          const [name = '', inNamespace = namespace] = shown.service.split('/').toReversed()
          return addressesOf(services.get(inNamespace, name))
        }
        return shown.fixed?.split(',').map(asAddress) ?? (shown.nodes === true ? this.nodesOf(pod) : [])
      },
    }
  }

  /** Where the controller's pods run (GetNodeIPOrName of internal/k8s/main.go). */
  private nodesOf({ metadata: { namespace, labels = {} } }: Pod): { ip: string }[] {
    const alike = this.o.list(`pods/${namespace}/`).filter((other) => other['status']?.phase === 'Running' && Object.entries(labels).every(([key, value]) => other.metadata.labels?.[key] === value))
    const addresses = alike.flatMap((other) => {
      const known = (this.o.get(`nodes/${other['spec'].nodeName}`) as Node | undefined)?.status.addresses ?? []
      return (known.find(({ type }) => type === 'ExternalIP') ?? known.find(({ type }) => type === 'InternalIP'))?.address ?? []
    })
    return [...new Set(addresses)].toSorted().map((ip) => ({ ip }))
  }
}

/** Of a Service (statusAddressFromService of internal/ingress/status/status.go). */
function addressesOf(service: KubeObject | undefined): { ip?: string; hostname?: string }[] {
  const { type, clusterIP, externalIPs = [], externalName } = service?.['spec'] ?? {}
  if (type === 'ExternalName') return [{ hostname: externalName }]
  if (type === 'ClusterIP' || (type === 'NodePort' && externalIPs.length === 0)) return [{ ip: clusterIP }]
  const own = type === 'LoadBalancer' ? ((service?.['status']?.loadBalancer?.ingress ?? []) as { ip?: string; hostname?: string }[]) : []
  return [...own.map(({ ip, hostname }) => (ip === undefined ? { hostname: hostname! } : { ip })), ...(externalIPs as string[]).map((ip) => ({ ip }))]
}

const asAddress = (text: string): { ip?: string; hostname?: string } => (/^[\d.]+$/.test(text) ? { ip: text } : { hostname: text })

/** Those of its command. */
function flagsOf({ metadata, spec }: Pod, { image }: Product): Flag {
  const container = spec.containers.find((one) => image.test(one.image ?? ''))
  const words = [...(container?.command ?? []), ...(container?.args ?? [])].map((word) =>
    word.replace('$(POD_NAMESPACE)', metadata.namespace ?? '').replace('$(POD_NAME)', metadata.name))
  return (name) => flagIn(words, name)
}
