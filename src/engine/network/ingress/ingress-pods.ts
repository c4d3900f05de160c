import type { ContainerRecord, SandboxRecord } from '../../api/machine.ts'
import type { KubeObject, Node, Pod } from '../../api/types.ts'
import type { ComponentOptions } from '../../client/client.ts'
import type { RevisionStore } from '../../etcd/store.ts'
import type { Network } from '../network.ts'
import { IngressController, type IngressPlace } from './ingress.ts'
import { routeOf } from './route-of.ts'

/** Where a controller's process asks what to do with a request; nginx itself has a port there, for its own. */
const ownPort = 10_246
const image = /(^|\/)(ingress-nginx\/controller|nginx-ingress-controller)(:|@|$)/

interface IngressPodsOptions {
  options: ComponentOptions
  network: Network
  machines: ReadonlyMap<string, RevisionStore<any>>
  get: (key: string) => KubeObject | undefined
  list: (prefix: string) => readonly KubeObject[]
}

/**
 * Controllers that somebody has installed: pods of ingress-nginx. The process listens and passes on (runtime/programs/ingress-nginx.ts); what it goes by
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
    if (type !== 'container' || !image.test(reference)) return
    const known = this.running.get(id)
    if (state === 'running' && known === undefined) {
      const { podNamespace, podName, ip } = machine.get(`sandboxes/${sandboxID}`) as SandboxRecord
      const pod = this.o.get(`pods/${podNamespace}/${podName}`) as Pod | undefined
      if (pod !== undefined) this.begin(id, pod, ip)
    } else if (state !== 'running' && known !== undefined) {
      known.controller.stop()
      this.o.network.unserve(known.ip, ownPort)
      this.running.delete(id)
    }
  }

  private begin(id: string, pod: Pod, ip: string): void {
    const controller = new IngressController(this.o.options, this.placeOf(id, pod))
    this.running.set(id, { controller, ip })
    this.o.network.serve(ip, ownPort, ({ path }, reply) => reply({ status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(routeOf(controller.servers, path)) }))
    controller.start()
  }

  private placeOf(id: string, pod: Pod): IngressPlace {
    const { namespace = '' } = pod.metadata
    const flag = flagsOf(pod)
    const published = flag('publish-service')
    return {
      target: `ingress-nginx/${id}`,
      account: { namespace, name: pod.spec.serviceAccountName ?? 'default' },
      controller: flag('controller-class') ?? 'k8s.io/ingress-nginx',
      className: flag('ingress-class') ?? 'nginx',
      takesUnclassed: flag('watch-ingress-without-class') === 'true',
      writes: 'update',
      addresses: (services) => {
        const fixed = flag('publish-status-address')
        if (fixed !== undefined) return fixed.split(',').map(asAddress)
        if (published === undefined) return this.nodesOf(pod)
        const [inNamespace = '', name = ''] = published.split('/')
        return addressesOf(services.get(inNamespace, name))
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

/** `--name=value` of its command; a flag alone is true. */
function flagsOf({ metadata, spec }: Pod): (name: string) => string | undefined {
  const container = spec.containers.find((one) => image.test(one.image ?? ''))
  const words = [...(container?.command ?? []), ...(container?.args ?? [])].map((word) =>
    word.replace('$(POD_NAMESPACE)', metadata.namespace ?? '').replace('$(POD_NAME)', metadata.name))
  return (name) => {
    const found = words.find((word) => word === `--${name}` || word.startsWith(`--${name}=`))
    return found === undefined ? undefined : found.includes('=') ? found.slice(found.indexOf('=') + 1) : 'true'
  }
}
