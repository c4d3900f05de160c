import type { KubeObject } from '../api/types.ts'

/** A part of an object, as the schema has it. */
type Fields = Record<string, any>

/** From Services and EndpointSlices to the rules of one node; all pure (pkg/proxy). */

export interface Backend {
  ip: string
  port: number
  node: string | undefined
  /** Of the pod behind it, where there is one. */
  pod: { namespace: string; name: string; uid: string } | undefined
}

export interface SliceEndpoint extends Backend {
  ready: boolean
  serving: boolean
  terminating: boolean
  /** Whose traffic should come here, by trafficDistribution. */
  zones: readonly string[]
  nodes: readonly string[]
}

/** What a node does with a packet to one address and port of a Service. */
export interface Rule {
  /** 'namespace/name' */
  service: string
  portName: string
  backends: readonly Backend[]
  /** Without a backend: said no to, or, when the policy keeps traffic on a node that has none, dropped. */
  otherwise: 'refuse' | 'drop'
  /** How long a client stays with its backend, in s; undefined without ClientIP affinity. */
  affinitySeconds: number | undefined
  /** For whom the address is: the cluster's own, or whoever comes from outside. */
  external: ExternalRule | undefined
  /** TCP when left out. */
  protocol?: 'UDP'
}

/** The KUBE-EXT chain of upstream. */
export interface ExternalRule {
  /** externalTrafficPolicy Local: the client's address is kept, and only backends of the node are used. */
  local: boolean
  /** Where the node's own pods and processes are sent: to any backend, whatever the policy. */
  own: readonly Backend[]
  /** loadBalancerSourceRanges: all others are dropped. */
  sourceRanges: readonly string[] | undefined
}

/** What a node answers a load balancer that asks for its backends (healthCheckNodePort). */
export interface HealthCheck {
  namespace: string
  name: string
  port: number
  localEndpoints: number
}

/** Behind an address for packets of this protocol. */
export const udp = '/udp'

export const serviceNameLabel = 'kubernetes.io/service-name'

/** The Service that a slice belongs to, as 'namespace/name'; none for one without that label. */
export function serviceOfSlice({ metadata }: KubeObject): readonly string[] {
  const service = metadata.labels?.[serviceNameLabel]
  return service === undefined ? [] : [`${metadata.namespace}/${service}`]
}

/** Which pods (or addresses) traffic can reach now and could not before, and the other way round. */
export function changeOf(before: Iterable<Backend>, after: Iterable<Backend>): { added: string[]; removed: string[] } {
  const names = (backends: Iterable<Backend>): Set<string> => new Set([...backends].map(({ pod, ip }) => pod?.name ?? ip))
  const [old, now] = [names(before), names(after)]
  return { added: [...now].filter((name) => !old.has(name)), removed: [...old].filter((name) => !now.has(name)) }
}

/** The endpoints behind one port of a Service. */
export function endpointsOf(slices: Iterable<KubeObject>, portName: string): SliceEndpoint[] {
  const out: SliceEndpoint[] = []
  for (const slice of slices) {
    const port = ((slice['ports'] ?? []) as Fields[]).find((p) => (p['name'] ?? '') === portName)?.['port'] as
      | number
      | undefined
    if (port === undefined) continue
    for (const endpoint of (slice['endpoints'] ?? []) as Fields[]) {
      const { conditions = {}, targetRef, nodeName, hints } = endpoint
      const ready = conditions.ready !== false
      for (const ip of endpoint['addresses'] as string[]) {
        out.push({
          ip,
          port,
          node: nodeName,
          pod:
            targetRef?.kind === 'Pod'
              ? { namespace: targetRef.namespace, name: targetRef.name, uid: targetRef.uid }
              : undefined,
          ready,
          serving: conditions.serving ?? ready,
          terminating: conditions.terminating === true,
          zones: (hints?.forZones ?? []).map((zone: Fields) => zone['name']),
          nodes: (hints?.forNodes ?? []).map((of: Fields) => of['name']),
        })
      }
    }
  }
  return out.toSorted((a, b) => (a.ip < b.ip ? -1 : a.ip > b.ip ? 1 : 0))
}

/**
 * Endpoints that traffic may go to: the ready ones; when there is none, those that still serve while they end
 * (pkg/proxy/topology.go CategorizeEndpoints, KEP-1669).
 */
export function usable(
  endpoints: readonly SliceEndpoint[],
  where: { node: string; zone?: string | undefined; local: boolean },
): readonly SliceEndpoint[] {
  const within = where.local ? endpoints.filter(({ node }) => node === where.node) : endpoints
  const ready = within.filter((e) => e.ready)
  if (ready.length === 0) return within.filter((e) => e.serving && e.terminating)
  if (where.local) return ready
  const near = [hintedFor(ready, ({ nodes }) => nodes, where.node), hintedFor(ready, ({ zones }) => zones, where.zone)]
  return near.find((some) => some.length > 0) ?? ready
}

/** Those meant for a place; hints count only when all endpoints have them (topologyModeFromHints). */
function hintedFor(ready: readonly SliceEndpoint[], hints: (endpoint: SliceEndpoint) => readonly string[], place: string | undefined): SliceEndpoint[] {
  if (place === undefined || !ready.every((endpoint) => hints(endpoint).length > 0)) return []
  return ready.filter((endpoint) => hints(endpoint).includes(place))
}

/** The rules of one Service on one node, by 'ip:port'; a node port stands under 'node:port', and all of UDP has '/udp' behind it. */
export function rulesOf(
  service: KubeObject,
  slices: Iterable<KubeObject>,
  node: { name: string; zone: string | undefined },
): [string, Rule][] {
  const spec: Fields = service['spec']
  if (spec['type'] === 'ExternalName' || !spec['clusterIP'] || spec['clusterIP'] === 'None') return []
  const all = [...slices]
  const affinitySeconds: number | undefined =
    spec['sessionAffinity'] === 'ClientIP'
      ? (spec['sessionAffinityConfig']?.clientIP?.timeoutSeconds ?? 10_800)
      : undefined
  const insideLocal = spec['internalTrafficPolicy'] === 'Local'
  const local = spec['externalTrafficPolicy'] === 'Local'
  const anyLocal = insideLocal || local
  const rules: [string, Rule][] = []
  for (const port of (spec['ports'] ?? []) as Fields[]) {
    const protocol: string = port['protocol'] ?? 'TCP'
    if (protocol === 'SCTP') continue
    const behind = protocol === 'UDP' ? udp : ''
    const portName: string = port['name'] ?? ''
    const endpoints = endpointsOf(all, portName)
    const everywhere = usable(endpoints, { node: node.name, zone: node.zone, local: false })
    const here = anyLocal ? usable(endpoints, { node: node.name, zone: node.zone, local: true }) : everywhere
    const rule = (local: boolean, external?: ExternalRule): Rule => ({
      service: `${service.metadata.namespace}/${service.metadata.name}`,
      portName,
      backends: local ? here : everywhere,
      otherwise: local && everywhere.length > 0 ? 'drop' : 'refuse',
      affinitySeconds,
      external,
      ...(protocol === 'UDP' ? { protocol } : {}),
    })
    const inside = rule(insideLocal)
    const outside = rule(local, { local, own: everywhere, sourceRanges: undefined })
    rules.push([`${spec['clusterIP']}:${port['port']}${behind}`, inside])
    for (const ip of (spec['externalIPs'] ?? []) as string[]) rules.push([`${ip}:${port['port']}${behind}`, outside])
    for (const ip of balancedAddresses(service))
      rules.push([`${ip}:${port['port']}${behind}`, rule(local, { local, own: everywhere, sourceRanges: spec['loadBalancerSourceRanges'] })])
    if (port['nodePort']) rules.push([`node:${port['nodePort']}${behind}`, outside])
  }
  return rules
}

/** Addresses that a load balancer has for it. One that is a proxy of its own is no business of the nodes' rules. */
function balancedAddresses(service: KubeObject): string[] {
  const ingress: Fields[] = service['status']?.loadBalancer?.ingress ?? []
  return ingress.flatMap((i) => (i['ip'] && i['ipMode'] !== 'Proxy' ? [i['ip'] as string] : []))
}

/** undefined: nobody asks after the Service's backends. */
export function healthCheckOf({ metadata, ...service }: KubeObject, slices: Iterable<KubeObject>, node: string): HealthCheck | undefined {
  const port: number | undefined = service['spec'].healthCheckNodePort
  if (!port) return undefined
  const local = new Set<string>()
  for (const slice of slices) {
    for (const { nodeName, addresses, conditions } of (slice['endpoints'] ?? []) as Fields[]) {
      if (nodeName === node && conditions?.ready !== false) local.add(addresses[0])
    }
  }
  return { namespace: metadata.namespace!, name: metadata.name, port, localEndpoints: local.size }
}
