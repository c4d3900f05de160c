import { clusterDomain } from '../api/cluster-domain.ts'
import type { KubeObject } from '../api/types.ts'
import type { DnsRecord, DnsReply } from '../runtime/container-os.ts'

type Fields = Record<string, any>

/** An address of an EndpointSlice with the ports of its slice. */
export interface ZoneEndpoint {
  /** Its hostname, or its address with dashes. */
  host: string
  addresses: readonly string[]
  ports: readonly Fields[]
}

/** What the server has been told of the cluster. */
export interface Zone {
  service(namespace: string, name: string): KubeObject | undefined
  services(): Iterable<KubeObject>
  /** Only those that are ready. */
  endpoints(service: KubeObject): ZoneEndpoint[]
}

/** Of every record (the `ttl` of the Corefile). */
const ttl = 30

/** The version of the specification that the zone follows. */
const schemaVersion = '"1.1.0"'

/**
 * What the kubernetes plugin of CoreDNS answers to one question (plugin/kubernetes, github.com/kubernetes/dns
 * docs/specification.md); undefined: the name is none of the cluster's.
 */
export function zoneAnswer(zone: Zone, asked: string, type: string): DnsReply | undefined {
  const name = asked.toLowerCase().replace(/\.$/, '')
  const reversed = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\.in-addr\.arpa$/.exec(name)
  if (reversed !== null) return pointers(zone, name, reversed.slice(1, 5).toReversed().join('.'), type)
  if (name !== clusterDomain && !name.endsWith(`.${clusterDomain}`)) return undefined
  const labels = name === clusterDomain ? [] : name.slice(0, -clusterDomain.length - 1).split('.')
  const found = recordsOf(zone, name, labels, type === 'SRV' || type === 'ANY')
  if (found === undefined) return { status: 'NXDOMAIN', authoritative: true, answers: [] }
  return { status: 'NOERROR', authoritative: true, answers: found.filter((r) => r.type === type || type === 'ANY' || r.type === 'CNAME') }
}

/** The records of a name, its SRV records if they are asked for; none: it stands only above others; undefined: it does not exist. */
function recordsOf(zone: Zone, name: string, labels: string[], withServices: boolean): DnsRecord[] | undefined {
  const kind = labels.pop()
  if (kind === undefined) return [record(name, 'NS', `ns.dns.${clusterDomain}`)]
  if (kind === 'dns-version' && labels.length === 0) return [record(name, 'TXT', schemaVersion)]
  if (kind !== 'svc' && kind !== 'pod') return undefined
  const namespace = labels.pop()
  if (namespace === undefined) return []
  if (labels.length === 0) return [...zone.services()].some(({ metadata }) => metadata.namespace === namespace) ? [] : undefined
  if (kind === 'pod') return labels.length === 1 && /^\d+-\d+-\d+-\d+$/.test(labels[0]!) ? [record(name, 'A', labels[0]!.replaceAll('-', '.'))] : undefined
  const service = zone.service(namespace, labels.pop()!)
  if (service === undefined) return undefined
  const full = `${service.metadata.name}.${namespace}.svc.${clusterDomain}`
  if (labels.length === 0) return ofService(zone, service, name, withServices)
  if (labels.length === 1) return ofEndpoint(zone, service, labels[0]!, name)
  if (labels.length === 2 && labels.every((label) => label.startsWith('_'))) {
    const [port, protocol] = labels.map((label) => label.slice(1)) as [string, string]
    const found = services(zone, service, full, name).filter(({ of }) => of['name'] === port && (of['protocol'] ?? 'TCP').toLowerCase() === protocol)
    return found.length === 0 ? undefined : found.map((f) => f.record)
  }
  return undefined
}

function ofService(zone: Zone, service: KubeObject, name: string, withServices: boolean): DnsRecord[] | undefined {
  const spec: Fields = service['spec']
  if (spec['type'] === 'ExternalName') {
    const alias = record(name, 'CNAME', spec['externalName'])
    const behind = zoneAnswer(zone, spec['externalName'], 'A')
    return [alias, ...(behind?.answers ?? [])]
  }
  const records = withServices ? services(zone, service, name, name).map((f) => f.record) : []
  if (spec['clusterIP'] !== 'None') return [record(name, 'A', spec['clusterIP']), ...records]
  const addresses = new Set(zone.endpoints(service).flatMap((e) => e.addresses))
  return addresses.size === 0 ? undefined : [...[...addresses].toSorted().map((ip) => record(name, 'A', ip)), ...records]
}

/** `<hostname or address with dashes>.<service>`, of any Service that has endpoints. */
function ofEndpoint(zone: Zone, service: KubeObject, host: string, name: string): DnsRecord[] | undefined {
  const found = zone.endpoints(service).filter((e) => e.host === host)
  return found.length === 0 ? undefined : found.flatMap((e) => e.addresses.map((ip) => record(name, 'A', ip)))
}

/** SRV records: one a port, and behind a headless Service one for each endpoint. */
function services(zone: Zone, service: KubeObject, full: string, name: string): { of: Fields; record: DnsRecord }[] {
  const spec: Fields = service['spec']
  const targets: { of: Fields; port: number; host: string }[] =
    spec['clusterIP'] === 'None'
      ? zone.endpoints(service).flatMap((e) => e.ports.map((of) => ({ of, port: of['port'], host: `${e.host}.${full}` })))
      : (spec['ports'] ?? []).map((of: Fields) => ({ of, port: of['port'], host: full }))
  const weight = Math.floor(100 / Math.max(1, targets.length))
  return targets.map(({ of, port, host }) => ({ of, record: record(name, 'SRV', `0 ${weight} ${port} ${host}`) }))
}

/** The Service whose address it is, or every endpoint that has it. */
function pointers(zone: Zone, name: string, ip: string, type: string): DnsReply | undefined {
  const names: string[] = []
  const nameOf = ({ metadata }: KubeObject): string => `${metadata.name}.${metadata.namespace}.svc.${clusterDomain}`
  for (const service of zone.services()) if (service['spec'].clusterIP === ip) names.push(nameOf(service))
  if (names.length === 0)
    for (const service of zone.services()) for (const e of zone.endpoints(service)) if (e.addresses.includes(ip)) names.push(`${e.host}.${nameOf(service)}`)
  if (names.length === 0) return undefined
  return { status: 'NOERROR', authoritative: true, answers: type === 'PTR' ? names.map((data) => record(name, 'PTR', data)) : [] }
}

function record(name: string, type: string, data: string): DnsRecord {
  return { name, type, ttl, data }
}
