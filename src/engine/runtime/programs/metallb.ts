import { ipv4Number, ipv4Text } from '../../api/addresses.ts'
import { toBase64 } from '../../api/base64.ts'
import { formatTime } from '../../api/time.ts'
import type { KubeObject } from '../../api/types.ts'
import { textResponse } from '../http.ts'
import { COST } from '../process/cpu.ts'
import { print, sleep } from '../process/io.ts'
import type { Process, Run } from '../process/process.ts'
import { ensureSecret, listOf, ownNamespace, tellEvent } from './in-cluster.ts'
import { ask } from './kubectl.ts'
import { flagValue } from './kubernetes/components.ts'
import { nothingAgainst } from './reviews.ts'
import { cannotListen, type Handler, listenOn, serve, stopsLikeGo } from './serve.ts'

/** MetalLB gives Services of type LoadBalancer addresses where no cloud does (metallb/metallb controller/, speaker/, internal/allocator). */

const MIB = 1024 ** 2
/** Between two looks at the cluster; it watches instead. */
const lookMs = 3_000
const webhookPort = 9_443
const own = 'metallb.io/metallb'
/** Before it had a name of its own. */
const former = 'metallb.universe.tf'

const line = (p: Process, level: 'info' | 'error', fields: Record<string, unknown>): Run<void> =>
  print(p, `${JSON.stringify({ caller: 'main.go:1', ...fields, level, ts: formatTime(p.machine.now()) })}\n`)

const namespaceOf = (p: Process): string => ownNamespace(p, 'metallb-system')

export function* metallbController(p: Process): Run<number> {
  yield* sleep(p, 300, true)
  yield* line(p, 'info', { branch: 'main', commit: 'unknown', msg: 'MetalLB controller starting' })
  const secretName = p.env.get('METALLB_ML_SECRET_NAME')
  if (secretName !== undefined) {
    const key = Array.from({ length: 8 }, () => p.machine.random(2 ** 32).toString(36)).join('')
    const error = yield* ensureSecret(p, namespaceOf(p), secretName, { secretkey: toBase64(key) })
    if (error !== undefined) {
      yield* line(p, 'error', { error, msg: 'failed to create memberlist secret', op: 'startup' })
      return 1
    }
  }
  return yield* stand(p, [webhookPort], assignForever)
}

export function* metallbSpeaker(p: Process): Run<number> {
  yield* sleep(p, 300, true)
  yield* line(p, 'info', { branch: 'main', commit: 'unknown', msg: 'MetalLB speaker starting' })
  return yield* stand(p, [], announceForever)
}

/** Answers at its ports, and does its work beside that. */
function* stand(p: Process, ports: readonly number[], work: (p: Process) => Run<number>): Run<number> {
  const stopped = stopsLikeGo(p)
  const listeners = yield* listenOn(p, [Number(flagValue(p, 'port') ?? 7472), ...ports], cannotListen)
  if (listeners === undefined) return 1
  for (const listener of listeners) if (listener.port === webhookPort) listener.secure = true
  p.machine.setMemory(p, 30 * MIB)
  p.machine.spawn({ parent: p, argv: p.argv, program: work, costUs: COST.fork, memoryBytes: 0 })
  const handle: Handler = (r) => nothingAgainst(r) ?? (r.path === '/metrics' ? textResponse(200, '# HELP metallb_k8s_client_config_loaded_bool 1 if the MetalLB configuration was successfully loaded at least once.\n# TYPE metallb_k8s_client_config_loaded_bool gauge\nmetallb_k8s_client_config_loaded_bool 1\n') : textResponse(404, '404 page not found\n'))
  return yield* serve(p, { listeners, handle, stopped })
}

interface Pool {
  name: string
  isAutomatic: boolean
  ranges: readonly Range[]
}

function* poolsOf(p: Process): Run<Pool[]> {
  const items = yield* listOf(p, `/apis/metallb.io/v1beta1/namespaces/${namespaceOf(p)}/ipaddresspools`)
  return items.map(({ metadata, spec }) => ({
    name: metadata.name,
    isAutomatic: spec.autoAssign !== false,
    ranges: (spec.addresses as string[]).map((text) => rangeOf(text, spec.avoidBuggyIPs === true)).filter((range) => range !== undefined),
  }))
}

type Range = readonly [from: number, to: number]

/** "10.0.0.1-10.0.0.9", "10.0.0.0/28"; of others nothing. */
function rangeOf(text: string, avoidsBuggy: boolean): Range | undefined {
  const [, from, to] = /^\s*([\d.]+)\s*-\s*([\d.]+)\s*$/.exec(text) ?? []
  if (from !== undefined && to !== undefined) return [ipv4Number(from), ipv4Number(to)]
  const [, base, bits] = /^\s*([\d.]+)\/(\d+)\s*$/.exec(text) ?? []
  if (base === undefined) return undefined
  const size = 2 ** (32 - Number(bits))
  const first = Math.floor(ipv4Number(base) / size) * size
  const edge = avoidsBuggy && size >= 256 ? 1 : 0
  return [first + edge, first + size - 1 - edge]
}

const annotated = ({ metadata: { annotations = {} } }: KubeObject, name: string): string | undefined => annotations[`metallb.io/${name}`] ?? annotations[`${former}/${name}`]
const addressOf = (service: KubeObject): string | undefined => service['status']?.loadBalancer?.ingress?.[0]?.ip
const isOurs = ({ spec }: KubeObject): boolean => spec.type === 'LoadBalancer' && (spec.loadBalancerClass === undefined || spec.loadBalancerClass === own)
const poolAt = (pools: readonly Pool[], ip: string): Pool | undefined => pools.find(({ ranges }) => ranges.some(([from, to]) => ipv4Number(ip) >= from && ipv4Number(ip) <= to))

function* assignForever(p: Process): Run<number> {
  const complained = new Map<string, string>()
  for (;;) {
    yield* sleep(p, lookMs - (p.machine.now() % lookMs))
    const pools = yield* poolsOf(p)
    if (pools.length === 0) continue
    const services = (yield* listOf(p, '/api/v1/services')).filter(isOurs)
    const taken = new Set(services.map(addressOf).filter((ip) => ip !== undefined))
    for (const service of services) {
      const before = addressOf(service)
      const wanted = (annotated(service, 'loadBalancerIPs') ?? (service['spec'].loadBalancerIP as string | undefined))?.split(',')[0]
      if (before !== undefined && (wanted === undefined || wanted === before) && poolAt(pools, before) !== undefined) continue
      const chosen = choose(pools, taken, wanted, annotated(service, 'address-pool'))
      const key = `${service.metadata.namespace}/${service.metadata.name}`
      if ('why' in chosen) {
        if (complained.get(key) === chosen.why) continue
        complained.set(key, chosen.why)
        yield* tell(p, service, 'Warning', 'AllocationFailed', `Failed to allocate IP for ${JSON.stringify(key)}: ${chosen.why}`, 'metallb-controller')
        continue
      }
      taken.add(chosen.ip)
      yield* write(p, service, chosen)
    }
  }
}

function choose(pools: readonly Pool[], taken: ReadonlySet<string>, wanted: string | undefined, named: string | undefined): { ip: string; pool: string } | { why: string } {
  if (wanted !== undefined) {
    const pool = poolAt(pools, wanted)
    if (pool === undefined) return { why: `["${wanted}"] is not allowed in config` }
    return taken.has(wanted) ? { why: `can't change sharing key for "${wanted}", address also in use by another service` } : { ip: wanted, pool: pool.name }
  }
  if (named !== undefined && !pools.some(({ name }) => name === named)) return { why: `unknown pool "${named}"` }
  for (const { name, ranges } of pools.filter((pool) => (named === undefined ? pool.isAutomatic : pool.name === named))) {
    for (const [from, to] of ranges) for (let n = from; n <= to; n++) if (!taken.has(ipv4Text(n))) return { ip: ipv4Text(n), pool: name }
  }
  return { why: named === undefined ? 'no available IPs' : `no available IPs in pool "${named}"` }
}

function* write(p: Process, service: KubeObject, { ip, pool }: { ip: string; pool: string }): Run<void> {
  const { namespace, name } = service.metadata
  const path = `/api/v1/namespaces/${namespace}/services/${name}`
  const done = yield* ask(p, { verb: 'update', path: `${path}/status`, body: { ...service, status: { ...service['status'], loadBalancer: { ingress: [{ ip, ipMode: 'VIP' }] } } } })
  if (done.code !== 200) return
  const now = done.body as KubeObject
  yield* ask(p, { verb: 'update', path, body: { ...now, metadata: { ...now.metadata, annotations: { ...now.metadata.annotations, 'metallb.io/ip-allocated-from-pool': pool } } } })
  yield* line(p, 'info', { event: 'ipAllocated', ip: [ip], msg: 'IP address assigned by controller', service: `${namespace}/${name}` })
  yield* tell(p, service, 'Normal', 'IPAllocated', `Assigned IP ["${ip}"]`, 'metallb-controller')
}

/** One of the nodes answers for an address: its speaker says so. */
function* announceForever(p: Process): Run<number> {
  const node = p.env.get('METALLB_NODE_NAME') ?? ''
  const announced = new Set<string>()
  for (;;) {
    yield* sleep(p, lookMs - (p.machine.now() % lookMs))
    const advertised = yield* listOf(p, `/apis/metallb.io/v1beta1/namespaces/${namespaceOf(p)}/l2advertisements`)
    if (advertised.length === 0) continue
    const services = (yield* listOf(p, '/api/v1/services')).filter((service) => isOurs(service) && addressOf(service) !== undefined)
    if (services.every((service) => announced.has(`${service.metadata.uid}/${addressOf(service)}`))) continue
    const nodes = (yield* listOf(p, '/api/v1/nodes')).map(({ metadata }) => metadata.name).toSorted()
    for (const service of services) {
      const key = `${service.metadata.uid}/${addressOf(service)}`
      if (announced.has(key)) continue
      announced.add(key)
      if (nodes[ipv4Number(addressOf(service)!) % nodes.length] !== node) continue
      yield* line(p, 'info', { event: 'serviceAnnounced', ips: [addressOf(service)], msg: 'service has IP, announcing', protocol: 'layer2' })
      yield* tell(p, service, 'Normal', 'nodeAssigned', `announcing from node "${node}" with protocol "layer2"`, 'metallb-speaker')
    }
  }
}

const tell = (p: Process, service: KubeObject, type: string, reason: string, message: string, component: string): Run<void> => tellEvent(p, ['v1', 'Service'], service, type, reason, message, component)
