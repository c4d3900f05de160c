import { toBase64 } from '../../../api/base64.ts'
import { deepEqual } from '../../../api/patch/jsonMap.ts'
import { formatTime } from '../../../api/time.ts'
import type { KubeObject } from '../../../api/types.ts'
import { textResponse } from '../../http.ts'
import { COST } from '../../process/cpu.ts'
import { print, sleep } from '../../process/io.ts'
import type { Process, Run } from '../../process/process.ts'
import { parseUrl, request } from '../../tools/http-client.ts'
import { listOf, ownNamespace } from '../in-cluster.ts'
import { ask } from '../kubectl.ts'
import { flagValue } from '../kubernetes/components.ts'
import { nothingAgainst } from '../reviews.ts'
import { cannotListen, listenOn, serve, stopsLikeGo } from '../serve.ts'
import { attach, type Attached, type Fields, type Said, type World } from './attach.ts'
import { envoyGateway, nginxFabric, type Made, type Owner, type Product } from './products.ts'
import { alonePath, toldPort } from './proxy.ts'

/** Controllers of the Gateway API: they give each Gateway of their class proxies and a Service, tell the proxies what its routes say, and say what came of it. */

const MIB = 1024 ** 2
/** Between two looks at the cluster; they watch instead. */
const lookMs = 2_000
const group = '/apis/gateway.networking.k8s.io'

/** NGINX Gateway Fabric's one binary (cmd/gateway). Before version 2 nginx was a container beside it, and `static-mode` minded that one. */
export function* nginxGateway(p: Process): Run<number> {
  const command = p.argv.slice(1).find((word) => !word.startsWith('-'))
  if (command === 'initialize' || command === 'sleep') return 0
  if (command === 'generate-certs') return yield* secrets(p, ['server-tls-secret', 'agent-tls-secret'].map((flag) => flagValue(p, flag) ?? flag.replace('-secret', '')))
  if (command !== 'controller' && command !== 'static-mode') {
    yield* print(p, 'Usage:\n  gateway [command]\n\nAvailable Commands:\n  completion      Generate the autocompletion script for the specified shell\n  controller      Run the NGINX Gateway Fabric control plane\n  generate-certs  Generate self-signed certificates for securing control plane to data plane communication\n  help            Help about any command\n  initialize      Write initial configuration files\n')
    return 0
  }
  yield* print(p, `${JSON.stringify({ level: 'info', ts: formatTime(p.machine.now()), msg: 'Starting the NGINX Gateway Fabric control plane', version: /:v?(.+)$/.exec(p.machine.config.image.reference)?.[1] ?? 'edge', commit: 'unknown', date: 'unknown' })}\n`, 2)
  return yield* stand(p, { ports: [Number(flagValue(p, 'health-port') ?? 8081), Number(flagValue(p, 'metrics-port') ?? 9113), 8443], product: nginxFabric, beside: command === 'static-mode' })
}

/** Envoy Gateway's (cmd/envoy-gateway): the controller, the certificates it begins with, and what ends a proxy gently. */
export function* envoyGatewayProgram(p: Process): Run<number> {
  const [, command, sub] = p.argv
  if (command === 'version') {
    yield* print(p, 'ENVOY_GATEWAY_VERSION: v1.5.0\nENVOY_PROXY_VERSION: 1.35.0\nGATEWAYAPI_VERSION: v1.3.0\n')
    return 0
  }
  if (command === 'certgen') return yield* secrets(p, ['envoy-gateway', 'envoy', 'envoy-rate-limit', 'envoy-oidc-hmac'])
  if (command === 'envoy' && sub === 'shutdown-manager') {
    const listeners = yield* listenOn(p, [19_002], cannotListen)
    return listeners === undefined ? 1 : yield* serve(p, { listeners, stopped: stopsLikeGo(p), handle: () => textResponse(200, '') })
  }
  yield* print(p, `${formatTime(p.machine.now())}\tINFO\tcmd/server.go:1\tstart runners\n`)
  return yield* stand(p, { ports: [8081, 9443, 18_000, 18_001, 18_002, 19_001], product: envoyGateway, beside: false })
}

/** What is needed before there is a controller; what is there already stays. */
function* secrets(p: Process, names: readonly string[]): Run<number> {
  const path = `/api/v1/namespaces/${ownNamespace(p, 'default')}/secrets`
  for (const name of names) {
    if ((yield* ask(p, { verb: 'get', path: `${path}/${name}` })).code === 200) continue
    const data = Object.fromEntries(['ca.crt', 'tls.crt', 'tls.key'].map((key) => [key, toBase64(`${name} ${key}\n`)]))
    const { code, body } = yield* ask(p, { verb: 'create', path, body: { apiVersion: 'v1', kind: 'Secret', metadata: { name }, type: 'kubernetes.io/tls', data } })
    if (code === 201) continue
    yield* print(p, `Error: failed to create secret ${name}: ${(body as { message?: string }).message ?? String(body)}\n`, 2)
    return 1
  }
  return 0
}

interface Standing {
  ports: readonly number[]
  product: Product
  /** Its proxy is in the same pod, and nothing is made for Gateways. */
  beside: boolean
}

function* stand(p: Process, { ports, product, beside }: Standing): Run<number> {
  const stopped = stopsLikeGo(p)
  yield* sleep(p, 500, true)
  const listeners = yield* listenOn(p, ports, cannotListen)
  if (listeners === undefined) return 1
  for (const listener of listeners) if (listener.port === 9443) listener.secure = true
  p.machine.setMemory(p, 50 * MIB)
  p.machine.spawn({ parent: p, argv: p.argv, program: (child) => mindForever(child, product, beside), costUs: COST.fork, memoryBytes: 0 })
  const handle = (r: Parameters<typeof nothingAgainst>[0]) => nothingAgainst(r) ?? (/^\/(readyz|healthz|livez)/.test(r.path) ? textResponse(200, 'ok') : textResponse(404, '404 page not found\n'))
  return yield* serve(p, { listeners, handle, stopped })
}

const pathOf = (plural: string, { metadata: { namespace, name } }: KubeObject): string => `${group}/v1/${namespace === undefined ? '' : `namespaces/${namespace}/`}${plural}/${name}`
const keyOf = ({ metadata: { namespace = '', name } }: { metadata: { namespace?: string; name: string } }): string => `${namespace}/${name}`

/** What has been made and told by this process: it does both again when it starts anew. */
interface Memory {
  /** By Gateway: as its objects were made last. */
  made: Map<string, string>
  /** By proxy (its address): what it was told last. */
  told: Map<string, string>
}

function* mindForever(p: Process, product: Product, beside: boolean): Run<number> {
  const memory: Memory = { made: new Map(), told: new Map() }
  for (;;) {
    yield* sleep(p, lookMs - (p.machine.now() % lookMs))
    yield* look(p, product, beside, memory)
  }
}

function* look(p: Process, product: Product, beside: boolean, memory: Memory): Run<void> {
  const controller = product.controllerName(p)
  const classes = (yield* listOf(p, `${group}/v1/gatewayclasses`)).filter(({ spec, metadata }) => spec.controllerName === controller && (product.className(p) ?? metadata.name) === metadata.name)
  const parametersOf = new Map<string, Fields | undefined>()
  for (const one of classes) {
    const parameters = yield* parametersFor(p, one)
    parametersOf.set(one.metadata.name, parameters)
    yield* report(p, 'gatewayclasses', one, { conditions: product.classSaid(one['spec'].parametersRef === undefined ? 'none' : parameters === undefined ? 'missing' : 'found') })
  }
  const all = yield* listOf(p, `${group}/v1/gateways`)
  const gateways = all.filter(({ spec }) => parametersOf.has(spec.gatewayClassName as string))
  const deployments = yield* listOf(p, '/apis/apps/v1/deployments')
  if (!beside) yield* clearAway(p, product, deployments, gateways, memory)
  if (gateways.length === 0) return yield* reportRoutes(p, controller, yield* listOf(p, `${group}/v1/httproutes`), new Map())
  const services = yield* listOf(p, '/api/v1/services')
  const slices = grouped(yield* listOf(p, '/apis/discovery.k8s.io/v1/endpointslices'), ({ metadata }) => `${metadata.namespace}/${metadata.labels?.['kubernetes.io/service-name']}`)
  const byKey = (objects: readonly KubeObject[]): Map<string, KubeObject> => new Map(objects.map((one) => [keyOf(one), one]))
  const world: World = {
    routes: yield* listOf(p, `${group}/v1/httproutes`),
    services: byKey(services),
    slices,
    namespaces: new Map((yield* listOf(p, '/api/v1/namespaces')).map((one) => [one.metadata.name, one])),
    grants: yield* listOf(p, `${group}/v1beta1/referencegrants`),
    secrets: new Set((yield* listOf(p, '/api/v1/secrets')).map(keyOf)),
  }
  const heard = new Map<string, Fields[]>()
  for (const gateway of gateways) {
    const attached = attach(gateway, world, product.words)
    const { namespace, name } = beside ? { namespace: ownNamespace(p, 'nginx-gateway'), name: flagValue(p, 'service') ?? 'nginx-gateway' } : product.place(p, gateway)
    const deployment = deployments.find((one) => keyOf(one) === `${namespace}/${name}`)
    const service = world.services.get(`${namespace}/${name}`)
    if (!beside && attached.valid > 0) yield* provide(p, product, gateway, parametersOf.get(gateway['spec'].gatewayClassName as string) ?? {}, deployment !== undefined && service !== undefined, memory)
    yield* tell(p, product, attached, beside ? [{ ip: p.machine.config.ip(), ready: false }] : proxiesOf(slices.get(`${namespace}/${name}`) ?? []), memory)
    yield* reportGateway(p, product, gateway, attached, service, deployment)
    for (const [route, parents] of attached.routes) heard.set(route, [...(heard.get(route) ?? []), ...parents.map(({ parentRef, said }) => ({ parentRef: { group: 'gateway.networking.k8s.io', kind: 'Gateway', ...parentRef }, controllerName: controller, conditions: said }))])
  }
  yield* reportRoutes(p, controller, world.routes, heard)
}

/** Each route hears from every controller for itself, and nothing any more from one whose Gateways it does not mean. */
function* reportRoutes(p: Process, controller: string, routes: readonly KubeObject[], heard: ReadonlyMap<string, readonly Fields[]>): Run<void> {
  for (const route of routes) {
    const others = ((route['status']?.parents ?? []) as Fields[]).filter((parent) => parent['controllerName'] !== controller)
    const own = heard.get(keyOf(route)) ?? []
    if (own.length > 0 || others.length !== ((route['status']?.parents ?? []) as Fields[]).length) yield* report(p, 'httproutes', route, { parents: [...own, ...others] })
  }
}

const grouped = (objects: readonly KubeObject[], key: (one: KubeObject) => string): Map<string, KubeObject[]> => {
  const groups = new Map<string, KubeObject[]>()
  for (const one of objects) groups.set(key(one), [...(groups.get(key(one)) ?? []), one])
  return groups
}

function* parametersFor(p: Process, { spec }: KubeObject): Run<Fields | undefined> {
  const { parametersRef: wanted } = spec as Fields
  if (wanted === undefined) return {}
  const versions = wanted.group === 'gateway.nginx.org' ? ['v1alpha2', 'v1alpha1'] : ['v1alpha1']
  for (const version of versions) {
    const found = (yield* listOf(p, `/apis/${wanted.group}/${version}/${(wanted.kind as string).toLowerCase().replace(/y$/, 'ie')}${/[xs]$/i.test(wanted.kind) ? 'es' : 's'}`)).find(({ metadata }) => metadata.name === wanted.name && (wanted.namespace ?? metadata.namespace) === metadata.namespace)
    if (found !== undefined) return found['spec'] as Fields
  }
  return undefined
}

const plurals: Readonly<Record<string, string>> = { ConfigMap: '/api/v1/configmaps', ServiceAccount: '/api/v1/serviceaccounts', Service: '/api/v1/services', Deployment: '/apis/apps/v1/deployments' }

const placeOf = (kind: string, namespace: string): string => plurals[kind]!.replace(/\/(\w+)$/, `/namespaces/${namespace}/$1`)

/** Makes what a Gateway needs, and makes it anew when the Gateway is another or something of it is gone. */
function* provide(p: Process, product: Product, gateway: KubeObject, parameters: Fields, isThere: boolean, { made }: Memory): Run<void> {
  const objects = product.objects(p, gateway, parameters)
  const now = JSON.stringify(objects)
  if (isThere && made.get(keyOf(gateway)) === now) return
  made.set(keyOf(gateway), now)
  for (const object of objects) {
    const path = placeOf(object.kind, object.metadata.namespace)
    const { code } = yield* ask(p, { verb: 'create', path, body: object })
    if (code === 409) yield* replace(p, `${path}/${object.metadata.name}`, object)
  }
}

/** As it is to be now; what the cluster has filled in of a Service stays. */
function* replace(p: Process, path: string, object: Made): Run<void> {
  const { code, body } = yield* ask(p, { verb: 'get', path })
  if (code !== 200) return
  const old = body as KubeObject
  yield* ask(p, { verb: 'update', path, body: { ...old, ...object, metadata: { ...old.metadata, labels: { ...old.metadata.labels, ...object.metadata.labels } }, ...(object['spec'] === undefined ? {} : { spec: { ...old['spec'], ...object['spec'] } }) } })
}

/** What was made for a Gateway that is no more goes too. */
function* clearAway(p: Process, product: Product, deployments: readonly KubeObject[], gateways: readonly KubeObject[], { made }: Memory): Run<void> {
  const kept = new Set(gateways.map((gateway) => product.place(p, gateway)).map(({ namespace, name }) => `${namespace}/${name}`))
  for (const deployment of deployments) {
    const owner = ownerOf(deployment)
    if (owner === undefined || kept.has(keyOf(deployment)) || !Object.entries(product.labels(p, owner)).every(([key, value]) => deployment.metadata.labels?.[key] === value)) continue
    made.delete(keyOf(owner))
    for (const object of product.objects(p, owner, {}).toReversed()) yield* ask(p, { verb: 'delete', path: `${placeOf(object.kind, object.metadata.namespace)}/${object.metadata.name}` })
  }
}

/** The Gateway that a Deployment's labels name, as far as its objects' names need it. */
function ownerOf({ metadata: { namespace, labels = {} } }: KubeObject): Owner | undefined {
  const name = labels['gateway.networking.k8s.io/gateway-name'] ?? labels['gateway.envoyproxy.io/owning-gateway-name']
  if (name === undefined) return undefined
  const gatewayClassName = (labels['app.kubernetes.io/name'] ?? '').slice(name.length + 1)
  return { metadata: { name, namespace: labels['gateway.envoyproxy.io/owning-gateway-namespace'] ?? namespace! }, spec: { gatewayClassName, listeners: [] } }
}

const proxiesOf = (slices: readonly KubeObject[]): { ip: string; ready: boolean }[] =>
  slices.flatMap((slice) => ((slice['endpoints'] ?? []) as Fields[]).filter(({ conditions }) => conditions?.terminating !== true).flatMap(({ addresses, conditions }) => (addresses as string[]).map((ip) => ({ ip, ready: conditions?.ready !== false }))))

/** A proxy is told what it has not been told yet; one that is not ready may have forgotten. */
function* tell(p: Process, product: Product, { gates }: Attached, proxies: readonly { ip: string; ready: boolean }[], { told }: Memory): Run<void> {
  const body = JSON.stringify(gates)
  for (const { ip, ready } of proxies) {
    if (ready && told.get(ip) === body) continue
    const answer = yield* request(p, parseUrl(`http://${ip}:${toldPort}${ip === p.machine.config.ip() ? '/' : alonePath}`)!, { method: 'POST', headers: {}, body, timeoutMs: 1000, quiet: true })
    if ('error' in answer) continue
    if (told.get(ip) !== body) yield* print(p, product.toldLine(formatTime(p.machine.now())), 2)
    told.set(ip, body)
  }
}

function* reportGateway(p: Process, product: Product, gateway: KubeObject, { listeners, valid }: Attached, service: KubeObject | undefined, deployment: KubeObject | undefined): Run<void> {
  const ingress = (service?.['status']?.loadBalancer?.ingress ?? []) as Fields[]
  const values = service === undefined ? [] : service['spec'].type === 'LoadBalancer' ? ingress.map(({ ip, hostname }) => (ip ?? hostname) as string) : [service['spec'].clusterIP as string]
  const addresses = values.map((value) => ({ type: /^[\d.]+$/.test(value) ? 'IPAddress' : 'Hostname', value }))
  yield* report(p, 'gateways', gateway, {
    ...(addresses.length === 0 ? {} : { addresses }),
    conditions: product.gatewaySaid({ valid, listeners: listeners.length, addresses: values, deployment }),
    listeners: listeners.map(({ said, ...rest }) => ({ ...rest, conditions: said as Said[] })),
  })
}

/** Writes a status where it says something else than the stored one. */
function* report(p: Process, plural: string, object: KubeObject, status: Fields): Run<void> {
  const now = formatTime(p.machine.now())
  const timed = (value: unknown, old: unknown): unknown => {
    if (Array.isArray(value)) return value.map((one: Fields, i) => timed(one, Array.isArray(old) ? ((old as Fields[]).find((other) => (one['type'] ?? one['name']) !== undefined && other['type'] === one['type'] && other['name'] === one['name']) ?? old[i]) : undefined))
    if (typeof value !== 'object' || value === null) return value
    const fields = value as Fields
    const made: Fields = Object.fromEntries(Object.entries(fields).map(([key, one]) => [key, timed(one, (old as Fields | undefined)?.[key])]))
    if (fields['reason'] === undefined) return made
    const last = old as Fields | undefined
    return { ...made, observedGeneration: object.metadata.generation, lastTransitionTime: last?.['status'] === fields['status'] && last?.['lastTransitionTime'] !== undefined ? last['lastTransitionTime'] : now }
  }
  const made = timed(status, object['status'])
  if (deepEqual(made, object['status'])) return
  yield* ask(p, { verb: 'update', path: `${pathOf(plural, object)}/status`, body: { ...object, status: made } })
}
