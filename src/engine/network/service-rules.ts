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
  zones: readonly string[]
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
}

export const serviceNameLabel = 'kubernetes.io/service-name'

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
  const hinted = ready.every(({ zones }) => zones.length > 0) && where.zone !== undefined
  const near = hinted ? ready.filter(({ zones }) => zones.includes(where.zone!)) : []
  return where.local || near.length === 0 ? ready : near
}

/** The rules of one Service on one node, by 'ip:port'; a node port stands under 'node:port'. */
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
  const rules: [string, Rule][] = []
  for (const port of (spec['ports'] ?? []) as Fields[]) {
    if ((port['protocol'] ?? 'TCP') !== 'TCP') continue
    const portName: string = port['name'] ?? ''
    const endpoints = endpointsOf(all, portName)
    const rule = (local: boolean): Rule => {
      const backends = usable(endpoints, { node: node.name, zone: node.zone, local })
      const elsewhere = local && usable(endpoints, { node: node.name, local: false }).length > 0
      return {
        service: `${service.metadata.namespace}/${service.metadata.name}`,
        portName,
        backends,
        otherwise: elsewhere ? 'drop' : 'refuse',
        affinitySeconds,
      }
    }
    const inside = rule(spec['internalTrafficPolicy'] === 'Local')
    const outside = spec['externalTrafficPolicy'] === 'Local' ? rule(true) : rule(false)
    rules.push([`${spec['clusterIP']}:${port['port']}`, inside])
    const external: string[] = [
      ...(spec['externalIPs'] ?? []),
      ...((service['status']?.loadBalancer?.ingress ?? []) as Fields[]).flatMap((i) =>
        i['ip'] ? [i['ip'] as string] : [],
      ),
    ]
    for (const ip of external) rules.push([`${ip}:${port['port']}`, outside])
    if (port['nodePort']) rules.push([`node:${port['nodePort']}`, outside])
  }
  return rules
}
