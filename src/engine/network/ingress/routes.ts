import type { KubeObject } from '../../api/types.ts'
import { endpointsOf, type Backend } from '../service-rules.ts'

/** A part of an object, as the schema has it. */
type Fields = Record<string, any>

/** From Ingresses, Services and EndpointSlices to what the proxy does with a request; all pure. */
export interface Location {
  /** 'namespace/name' of the Ingress. */
  ingress: string
  path: string
  type: 'Exact' | 'Prefix'
  /** The whole path that a rewriting Ingress matches, and what takes its place. */
  rewrite: { pattern: RegExp; target: string } | undefined
  upstream: Upstream
  /** Those behind are asked in TLS. */
  secure: boolean
}

export interface Upstream {
  /** 'namespace/name'; undefined: a Service that is not there. */
  service: string
  backends: readonly Backend[]
  /** As the Ingress has it. */
  port: string | number
}

/** What is served under one host name; '' for whoever asks for none that is known. */
export interface Server {
  host: string
  /** In the order in which they are tried. */
  locations: readonly Location[]
  tls: boolean
}

export interface Cluster {
  service(namespace: string, name: string): KubeObject | undefined
  slices(namespace: string, name: string): Iterable<KubeObject>
}

const rewriteTarget = 'nginx.ingress.kubernetes.io/rewrite-target'
const backendProtocol = 'nginx.ingress.kubernetes.io/backend-protocol'
const sslRedirect = 'nginx.ingress.kubernetes.io/ssl-redirect'

/** The servers of all Ingresses, by their host; where two want the same path the older one has it. */
export function serversOf(ingresses: Iterable<KubeObject>, cluster: Cluster): Map<string, Server> {
  const oldestFirst = [...ingresses].toSorted((a, b) => compare(age(a), age(b)) || compare(keyOf(a), keyOf(b)))
  const servers = new Map<string, { host: string; locations: Location[]; tls: boolean }>()
  const serverOf = (host: string): { host: string; locations: Location[]; tls: boolean } => {
    let server = servers.get(host)
    if (server === undefined) servers.set(host, (server = { host, locations: [], tls: false }))
    return server
  }
  for (const ingress of oldestFirst) {
    const { rules = [], tls = [], defaultBackend }: Fields = ingress['spec'] ?? {}
    for (const rule of rules as Fields[]) {
      const { locations } = serverOf(rule['host'] ?? '')
      for (const path of (rule['http']?.paths ?? []) as Fields[]) add(locations, locationOf(ingress, path, cluster))
      if (defaultBackend !== undefined) add(locations, locationOf(ingress, { path: '/', pathType: 'Prefix', backend: defaultBackend }, cluster))
    }
    if (defaultBackend !== undefined && rules.length === 0) add(serverOf('').locations, locationOf(ingress, { path: '/', pathType: 'Prefix', backend: defaultBackend }, cluster))
    const redirects = ingress.metadata.annotations?.[sslRedirect] !== 'false'
    for (const { hosts = [] } of tls as { hosts?: string[] }[]) for (const host of hosts) if (servers.has(host) && redirects) servers.get(host)!.tls = true
  }
  for (const { locations } of servers.values()) locations.sort(inOrder)
  return servers
}

/** nginx looks for the longest prefix; an exact one goes first. */
function inOrder(a: Location, b: Location): number {
  if (a.type !== b.type) return a.type === 'Exact' ? -1 : 1
  return b.path.length - a.path.length
}

function add(locations: Location[], location: Location): void {
  if (!locations.some(({ path, type }) => path === location.path && type === location.type)) locations.push(location)
}

function locationOf(ingress: KubeObject, { path = '/', pathType, backend }: Fields, cluster: Cluster): Location {
  const target = ingress.metadata.annotations?.[rewriteTarget]
  const rewrite = target === undefined ? undefined : rewriteOf(path as string, target)
  const type = pathType === 'Exact' && rewrite === undefined ? 'Exact' : 'Prefix'
  return { ingress: keyOf(ingress), path, type, rewrite, upstream: upstreamOf(ingress.metadata.namespace!, backend, cluster), secure: /^(HTTPS|GRPCS)$/.test(ingress.metadata.annotations?.[backendProtocol] ?? '') }
}

/** A pattern that is none is taken as it stands. */
function rewriteOf(path: string, target: string): Location['rewrite'] {
  try {
    return { pattern: new RegExp(`^${path}`, 'i'), target }
  } catch {
    return undefined
  }
}

function upstreamOf(namespace: string, backend: Fields, cluster: Cluster): Upstream {
  const { name, port } = (backend['service'] ?? {}) as { name?: string; port?: { name?: string; number?: number } }
  const service = `${namespace}/${name ?? ''}`
  const found = name === undefined ? undefined : cluster.service(namespace, name)
  const ports: Fields[] = found?.['spec'].ports ?? []
  const chosen = ports.find((p) => (port?.name ? p['name'] === port.name : p['port'] === port?.number))
  const wanted = port?.name || (port?.number ?? '')
  if (chosen === undefined) return { service, port: wanted, backends: [] }
  return { service, port: wanted, backends: endpointsOf(cluster.slices(namespace, name!), chosen['name'] ?? '').filter(({ ready }) => ready) }
}

/** undefined: nobody serves this path; the default backend answers. */
export function match(servers: ReadonlyMap<string, Server>, host: string, path: string): { server: Server; location: Location; path: string } | undefined {
  const server = servers.get(host) ?? servers.get(host.replace(/^[^.]+/, '*')) ?? servers.get('')
  if (server === undefined) return undefined
  const bare = path.replace(/\?.*$/, '')
  for (const location of server.locations) {
    const { rewrite } = location
    if (rewrite === undefined) {
      if (isUnder(bare, location)) return { server, location, path }
    } else {
      const found = rewrite.pattern.exec(bare)
      if (found !== null) return { server, location, path: rewrite.target.replace(/\$(\d)/g, (_, n) => found[Number(n)] ?? '') + path.slice(bare.length) }
    }
  }
  return undefined
}

/** A prefix counts element by element: /foo leads to /foo and /foo/bar, not to /foobar. */
function isUnder(path: string, { path: own, type }: Location): boolean {
  if (type === 'Exact') return path === own
  const base = own.endsWith('/') ? own.slice(0, -1) : own
  return path === base || path.startsWith(`${base}/`)
}

const keyOf = ({ metadata }: KubeObject): string => `${metadata.namespace}/${metadata.name}`
const age = ({ metadata }: KubeObject): string => metadata.creationTimestamp ?? ''
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
