import { clusterDomain, searchList } from '../api/cluster-domain.ts'
import type { KubeObject } from '../api/types.ts'
import { Client, resource, type ComponentOptions } from '../client/client.ts'
import { Informer, type InitialObjects } from '../client/informer.ts'
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

  constructor(options: ComponentOptions) {
    const client = new Client(options, 'coredns')
    options.kernel.register('coredns', (task: { type: string }) => void client.handle(task))
    const quiet = { background: () => true }
    this.services = new Informer(client, resource('services'), quiet)
    this.slices = new Informer(client, resource('endpointslices', 'discovery.k8s.io'), quiet, {
      service: ({ metadata }) => [`${metadata.namespace}/${metadata.labels?.[serviceNameLabel]}`],
    })
  }

  start(etcd: InitialObjects): void {
    this.services.startWith(etcd.range('services/'))
    this.slices.startWith(etcd.range('endpointslices/'))
  }

  /** As a pod of `namespace` asks: the search list of its resolv.conf is tried for names with fewer than five dots. */
  resolve(name: string, namespace: string): DnsAnswer | undefined {
    const absolute = name.endsWith('.')
    const bare = absolute ? name.slice(0, -1) : name
    const dots = bare.split('.').length - 1
    const searched = absolute ? [] : searchList(namespace).map((domain) => `${bare}.${domain}`)
    const candidates = dots >= ndots ? [bare, ...searched] : [...searched, bare]
    for (const candidate of candidates) {
      const found = this.lookup(candidate.toLowerCase())
      if (found !== undefined) return found
    }
    return undefined
  }

  private lookup(name: string): DnsAnswer | undefined {
    const suffix = `.${clusterDomain}`
    if (!name.endsWith(suffix)) return undefined
    const labels = name.slice(0, -suffix.length).split('.')
    const kind = labels.pop()
    const namespace = labels.pop()
    if (namespace === undefined) return undefined
    if (kind === 'pod') return labels.length === 1 ? podByAddress(labels[0]!, name) : undefined
    if (kind !== 'svc' || labels.length === 0) return undefined
    const service = this.services.get(namespace, labels.at(-1)!)
    if (service === undefined) return undefined
    return labels.length === 1
      ? this.service(service, name)
      : labels.length === 2
        ? this.endpoint(service, labels[0]!, name)
        : undefined
  }

  private service(service: KubeObject, name: string): DnsAnswer | undefined {
    const spec: Fields = service['spec']
    if (spec['type'] === 'ExternalName') {
      const canonicalName: string = spec['externalName']
      const inside = this.lookup(canonicalName)
      return { addresses: inside?.addresses ?? [], canonicalName, alias: canonicalName }
    }
    if (spec['clusterIP'] !== 'None') return { addresses: [spec['clusterIP']], canonicalName: name }
    const addresses = this.endpointsOf(service).flatMap(({ addresses: own }) => own as string[])
    return addresses.length === 0 ? undefined : { addresses: [...new Set(addresses)].toSorted(), canonicalName: name }
  }

  /** `<hostname>.<service>`, or the address with dashes for an endpoint without a hostname. */
  private endpoint(service: KubeObject, host: string, name: string): DnsAnswer | undefined {
    if (service['spec'].clusterIP !== 'None') return undefined
    for (const endpoint of this.endpointsOf(service)) {
      const addresses = endpoint['addresses'] as string[]
      if ((endpoint['hostname'] ?? addresses[0]!.replaceAll('.', '-')) === host)
        return { addresses, canonicalName: name }
    }
    return undefined
  }

  /** Only ready ones are listed; the slice says ready for all of a Service that publishes not-ready addresses. */
  private endpointsOf({ metadata }: KubeObject): Fields[] {
    const out: Fields[] = []
    for (const slice of this.slices.byIndex('service', `${metadata.namespace}/${metadata.name}`)) {
      for (const endpoint of (slice['endpoints'] ?? []) as Fields[])
        if (endpoint['conditions']?.ready !== false) out.push(endpoint)
    }
    return out
  }
}

const ndots = 5

/** `10-244-1-3.default.pod.cluster.local`: CoreDNS answers without looking (`pods insecure`). */
function podByAddress(label: string, canonicalName: string): DnsAnswer | undefined {
  return /^\d+-\d+-\d+-\d+$/.test(label) ? { addresses: [label.replaceAll('-', '.')], canonicalName } : undefined
}
