import { searchList } from '../api/cluster-domain.ts'
import type { KubeObject } from '../api/types.ts'
import { Client, resource, type ComponentOptions } from '../client/client.ts'
import { Informer, type InitialObjects } from '../client/informer.ts'
import type { DnsReply } from '../runtime/container-os.ts'
import { type Zone, type ZoneEndpoint, zoneAnswer } from './dns-zone.ts'
import { serviceNameLabel } from './service-rules.ts'

/** A part of an object, as the schema has it. */
type Fields = Record<string, any>

export interface DnsAnswer {
  addresses: string[]
  /** The name in full, or what a CNAME says. */
  canonicalName?: string
  /** What the name is a CNAME of. */
  alias?: string
}

/**
 * The cluster's DNS server (CoreDNS with its kubernetes plugin): names of Services, of the pods behind headless ones, and of
 * pods by their address (github.com/kubernetes/dns docs/specification.md). Every name it answers for is read from what its
 * watches have told it.
 */
export class ClusterDns {
  private readonly services: Informer<KubeObject>
  private readonly slices: Informer<KubeObject>
  private readonly zone: Zone

  constructor(options: ComponentOptions) {
    const client = new Client(options, 'coredns')
    options.kernel.register('coredns', (task: { type: string }) => void client.handle(task))
    const quiet = { background: () => true }
    this.services = new Informer(client, resource('services'), quiet)
    this.slices = new Informer(client, resource('endpointslices', 'discovery.k8s.io'), quiet, {
      service: ({ metadata }) => [`${metadata.namespace}/${metadata.labels?.[serviceNameLabel]}`],
    })
    this.zone = {
      service: (namespace, name) => this.services.get(namespace, name),
      services: () => this.services.all(),
      endpoints: (service) => this.endpointsOf(service),
    }
  }

  start(etcd: InitialObjects): void {
    this.services.startWith(etcd.range('services/'))
    this.slices.startWith(etcd.range('endpointslices/'))
  }

  /** As a pod of `namespace` asks: the search list of its resolv.conf is tried for names with fewer than five dots. */
  resolve(name: string, namespace: string): DnsAnswer | undefined {
    for (const candidate of searched(name, namespace)) {
      const found = this.lookup(candidate.toLowerCase())
      if (found !== undefined) return found
    }
    return undefined
  }

  /** One question, as dig asks it; undefined: the name is none of the cluster's. */
  query(name: string, type: string): DnsReply | undefined {
    return zoneAnswer(this.zone, name, type)
  }

  private lookup(name: string): DnsAnswer | undefined {
    const reply = zoneAnswer(this.zone, name, 'A')
    if (reply === undefined || reply.answers.length === 0) return undefined
    const addresses = reply.answers.filter((r) => r.type === 'A').map((r) => r.data)
    const alias = reply.answers.find((r) => r.type === 'CNAME')?.data
    return alias === undefined ? { addresses, canonicalName: name } : { addresses, canonicalName: alias, alias }
  }

  /** Only ready ones are listed; the slice says ready for all of a Service that publishes not-ready addresses. */
  private endpointsOf({ metadata }: KubeObject): ZoneEndpoint[] {
    const out: ZoneEndpoint[] = []
    for (const slice of this.slices.byIndex('service', `${metadata.namespace}/${metadata.name}`)) {
      const ports = (slice['ports'] ?? []) as Fields[]
      for (const { conditions, hostname, addresses } of (slice['endpoints'] ?? []) as Fields[])
        if (conditions?.ready !== false) out.push({ host: hostname ?? addresses[0].replaceAll('.', '-'), addresses, ports })
    }
    return out
  }
}

const ndots = 5

/** The names that a name stands for in a pod of `namespace`, in the order in which they are tried. */
export function searched(name: string, namespace: string): string[] {
  const absolute = name.endsWith('.')
  const bare = absolute ? name.slice(0, -1) : name
  const dots = bare.split('.').length - 1
  const longer = absolute ? [] : searchList(namespace).map((domain) => `${bare}.${domain}`)
  return dots >= ndots ? [bare, ...longer] : [...longer, bare]
}
