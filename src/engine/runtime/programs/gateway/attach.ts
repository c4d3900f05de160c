import type { KubeObject } from '../../../api/types.ts'
import { isSelectorError, matches, selectorOf } from '../../../api/selector.ts'
import { endpointsOf } from '../../../network/service-rules.ts'
import { commonHost, type Gate, type Match, precedence, type Rule, type WeightedBackend } from './rules.ts'

/** A part of an object, as the definitions of the Gateway API have it. */
export type Fields = Record<string, any>

export interface World {
  routes: readonly KubeObject[]
  services: ReadonlyMap<string, KubeObject>
  /** By the Service's 'namespace/name'. */
  slices: ReadonlyMap<string, readonly KubeObject[]>
  namespaces: ReadonlyMap<string, KubeObject>
  grants: readonly KubeObject[]
  secrets: ReadonlySet<string>
}

export interface Said {
  type: string
  status: 'True' | 'False'
  reason: string
  message: string
}

/** How one product says these things. */
export interface Words {
  listener: readonly Said[]
  routeAccepted: string
  routeResolved: string
  noListener: string
  notAllowed: string
  noHost: string
  noBackend: (rule: number, at: number, namespace: string, name: string) => string
  noPort: (rule: number, at: number, service: string, port: number) => string
  notPermitted: (rule: number, at: number, service: string) => string
  noSecret: (listener: number, namespace: string, name: string) => string
  incompatible: (port: number) => string
}

export interface Attached {
  gates: Gate[]
  listeners: Fields[]
  /** What each route hears, by 'namespace/name': one entry a parentRef that means this gateway. */
  routes: Map<string, { parentRef: Fields; said: Said[] }[]>
  /** Of the listeners, how many work. */
  valid: number
}

const api = 'gateway.networking.k8s.io'
const keyOf = ({ metadata: { namespace = '', name } }: KubeObject): string => `${namespace}/${name}`
const hostsOf = ({ spec }: KubeObject): string[] => (spec.hostnames as string[] | undefined) ?? ['']

/** What comes of one Gateway: ports with their rules, and what is to be said of it and its routes. */
export function attach(gateway: KubeObject, world: World, words: Words): Attached {
  const namespace = gateway.metadata.namespace!
  const listeners = (gateway['spec'].listeners as Fields[]).map((listener, i) => ({ listener, wrong: wrongWith(gateway, listener, i, world, words), rules: [] as { rule: Rule; age: string; key: string }[], attached: 0 }))
  const routes: Attached['routes'] = new Map()
  for (const route of world.routes) {
    const parents = ((route['spec'].parentRefs ?? []) as Fields[]).filter(({ group = api, kind = 'Gateway', name, namespace: of = route.metadata.namespace }) => group === api && kind === 'Gateway' && name === gateway.metadata.name && of === namespace)
    if (parents.length === 0) continue
    const { backends, said: resolved } = backendsOf(route, world, words)
    routes.set(keyOf(route), parents.map((parentRef) => {
      const meant = listeners.filter(({ listener }) => (parentRef['sectionName'] ?? listener['name']) === listener['name'] && (parentRef['port'] ?? listener['port']) === listener['port'])
      const open = meant.filter(({ listener, wrong }) => wrong.length === 0 && isAllowed(listener, route, namespace, world))
      const hosts = open.map((one) => ({ one, common: hostsOf(route).map((host) => commonHost(one.listener['hostname'] ?? '', host)).filter((host) => host !== undefined) })).filter(({ common }) => common.length > 0)
      for (const { one, common } of hosts) {
        one.attached++
        for (const host of common) one.rules.push(...rulesOf(route, host, backends).map((rule) => ({ rule, age: route.metadata.creationTimestamp ?? '', key: keyOf(route) })))
      }
      const [reason, message] = meant.length === 0 ? ['NoMatchingParent', words.noListener] : open.length === 0 ? ['NotAllowedByListeners', words.notAllowed] : hosts.length === 0 ? ['NoMatchingListenerHostname', words.noHost] : ['Accepted', words.routeAccepted]
      return { parentRef, said: [{ type: 'Accepted', status: reason === 'Accepted' ? 'True' : 'False', reason, message }, resolved] as Said[] }
    }))
  }
  const gates = new Map<number, { port: number; secure: boolean; rules: { rule: Rule; age: string; key: string }[] }>()
  for (const { listener, wrong, rules } of listeners) {
    if (wrong.length > 0) continue
    const gate = gates.get(listener['port']) ?? { port: listener['port'] as number, secure: listener['protocol'] === 'HTTPS', rules: [] }
    gate.rules.push(...rules)
    gates.set(gate.port, gate)
  }
  const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
  return {
    gates: [...gates.values()].map((gate) => ({ ...gate, rules: gate.rules.toSorted((a, b) => precedence(a.rule, b.rule) || order(a.age, b.age) || order(a.key, b.key)).map(({ rule }) => rule) })),
    listeners: listeners.map(({ listener, wrong, attached }) => ({
      name: listener['name'], attachedRoutes: attached, supportedKinds: ['HTTPRoute', 'GRPCRoute'].map((kind) => ({ group: api, kind })),
      said: wrong.length > 0 ? wrong : words.listener,
    })),
    routes,
    valid: listeners.filter(({ wrong }) => wrong.length === 0).length,
  }
}

function wrongWith(gateway: KubeObject, listener: Fields, at: number, world: World, words: Words): Said[] {
  const no = (types: readonly [string, 'True' | 'False', string][], message: string): Said[] => types.map(([type, status, reason]) => ({ type, status, reason, message }))
  const others = (gateway['spec'].listeners as Fields[]).filter(({ port }) => port === listener['port'])
  if (others.some(({ protocol }) => protocol !== listener['protocol']))
    return no([['Accepted', 'False', 'ProtocolConflict'], ['Conflicted', 'True', 'ProtocolConflict'], ['Programmed', 'False', 'Invalid']], words.incompatible(listener['port']))
  if (listener['protocol'] !== 'HTTPS' || listener['tls']?.mode === 'Passthrough') return []
  for (const { namespace = gateway.metadata.namespace, name } of (listener['tls']?.certificateRefs ?? []) as Fields[])
    if (!world.secrets.has(`${namespace}/${name}`)) return no([['Accepted', 'False', 'InvalidCertificateRef'], ['ResolvedRefs', 'False', 'InvalidCertificateRef'], ['Programmed', 'False', 'Invalid']], words.noSecret(at, namespace, name))
  return []
}

function isAllowed({ allowedRoutes = {}, protocol }: Fields, route: KubeObject, own: string, world: World): boolean {
  if (protocol !== 'HTTP' && protocol !== 'HTTPS') return false
  const kinds = allowedRoutes.kinds as Fields[] | undefined
  if (kinds !== undefined && kinds.length > 0 && !kinds.some(({ kind }) => kind === 'HTTPRoute')) return false
  const { from = 'Same', selector } = (allowedRoutes.namespaces ?? {}) as Fields
  const namespace = route.metadata.namespace!
  if (from === 'All') return true
  if (from !== 'Selector') return from === 'Same' && namespace === own
  const wanted = selectorOf(selector ?? {})
  return !isSelectorError(wanted) && matches(wanted, world.namespaces.get(namespace)?.metadata.labels ?? {})
}

/** Each rule's backends, and what is to be said of them: of all that is wrong the first. */
function backendsOf(route: KubeObject, world: World, words: Words): { backends: WeightedBackend[][]; said: Said } {
  let wrong: { reason: string; message: string } | undefined
  const own = route.metadata.namespace!
  const backends = ((route['spec'].rules ?? []) as Fields[]).map((rule, i) =>
    ((rule['backendRefs'] ?? []) as Fields[]).map(({ name, namespace = own, port, weight = 1 }, j): WeightedBackend => {
      const service = `${namespace}/${name}`
      const found = world.services.get(service)
      const of = ((found?.['spec'].ports ?? []) as Fields[]).find((one) => one['port'] === port)
      const why =
        namespace !== own && !isGranted(world.grants, own, namespace, name) ? { reason: 'RefNotPermitted', message: words.notPermitted(i, j, service) }
          : found === undefined ? { reason: 'BackendNotFound', message: words.noBackend(i, j, namespace, name) }
            : of === undefined ? { reason: 'BackendNotFound', message: words.noPort(i, j, service, port) } : undefined
      wrong ??= why
      if (why !== undefined) return { service: '', weight, endpoints: [] }
      const endpoints = endpointsOf(world.slices.get(service) ?? [], of!['name'] ?? '').filter(({ ready }) => ready).map((one) => ({ ip: one.ip, port: one.port }))
      return { service: `${service}:${port}`, weight, endpoints }
    }),
  )
  return { backends, said: wrong === undefined ? { type: 'ResolvedRefs', status: 'True', reason: 'ResolvedRefs', message: words.routeResolved } : { type: 'ResolvedRefs', status: 'False', ...wrong } }
}

const isGranted = (grants: readonly KubeObject[], from: string, to: string, name: string): boolean =>
  grants.some(
    ({ metadata, spec }) =>
      metadata.namespace === to &&
      (spec.from as Fields[]).some((one) => one['kind'] === 'HTTPRoute' && one['namespace'] === from) &&
      (spec.to as Fields[]).some((one) => one['kind'] === 'Service' && (one['name'] ?? name) === name),
  )

function rulesOf(route: KubeObject, host: string, backends: readonly WeightedBackend[][]): Rule[] {
  return ((route['spec'].rules ?? []) as Fields[]).flatMap((rule, i) =>
    ((rule['matches'] ?? [{}]) as Fields[]).map(({ path = {}, method, headers = [], queryParams = [] }) => ({
      host,
      path: { type: path.type ?? 'PathPrefix', value: path.value ?? '/' },
      method,
      headers: headers as Match[],
      query: queryParams as Match[],
      filters: (rule['filters'] ?? []) as Fields[],
      backends: backends[i]!,
    })),
  )
}
