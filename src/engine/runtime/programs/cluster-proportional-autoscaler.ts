import { jsonOf } from '../../api/json.ts'
import { quantity } from '../../api/quantity.ts'
import type { KubeObject } from '../../api/types.ts'
import { textResponse } from '../http.ts'
import { print, sleep } from '../process/io.ts'
import type { Process, Run } from '../process/process.ts'
import { listOf } from './in-cluster.ts'
import { klog } from './kubernetes/begin.ts'
import { flagValue } from './kubernetes/components.ts'
import { ask } from './kubectl.ts'
import { listenOn, serve, stopsLikeGo } from './serve.ts'

/** How large a cluster is, with and without nodes that take no pods. */
export interface ClusterStatus {
  totalNodes: number
  schedulableNodes: number
  totalCores: number
  schedulableCores: number
}

interface Linear {
  coresPerReplica?: number
  nodesPerReplica?: number
  min?: number
  max?: number
  preventSinglePointFailure?: boolean
  includeUnschedulableNodes?: boolean
}

interface Ladder {
  coresToReplicas?: [from: number, replicas: number][]
  nodesToReplicas?: [from: number, replicas: number][]
  includeUnschedulableNodes?: boolean
}

/** What a ConfigMap's `linear` or `ladder` makes of a cluster, or why it makes nothing of it (pkg/autoscaler/controller). */
export function expectedReplicas(data: Readonly<Record<string, string>>, status: ClusterStatus): number | string {
  const [kind, ...more] = ['linear', 'ladder'].filter((name) => data[name] !== undefined)
  if (kind === undefined || more.length > 0) return `invalid configmap format, expected only one entry, got: ${kind === undefined ? 0 : 2}`
  const params = jsonOf(data[kind]!)
  if (typeof params !== 'object' || params === null) return `error parsing ${kind} params: could not parse parameters`
  const counts = (params as Linear).includeUnschedulableNodes === true ? { cores: status.totalCores, nodes: status.totalNodes } : { cores: status.schedulableCores, nodes: status.schedulableNodes }
  return kind === 'linear' ? linear(params, counts) : ladder(params, counts)
}

interface Counts {
  cores: number
  nodes: number
}

function linear({ coresPerReplica = 0, nodesPerReplica = 0, min = 0, max = 0, preventSinglePointFailure = false }: Linear, { cores, nodes }: Counts): number | string {
  const wrong = (why: string): string => `error parsing linear params: ${why}`
  if (min < 0) return wrong(`invalid negative value for min: ${min}`)
  if (max !== 0 && max < Math.max(1, min)) return wrong(`max replicas count ${max} should be greater than / equal to min replicas count ${Math.max(1, min)}`)
  if (coresPerReplica === 0 && nodesPerReplica === 0) return wrong('should at least provide either CoresPerReplica or NodesPerReplica (Greater than 0)')
  const of = (count: number, each: number): number => {
    if (each === 0) return 1
    const wanted = max === 0 ? Math.ceil(count / each) : Math.min(max, Math.ceil(count / each))
    return Math.max(min === 0 ? 1 : min, wanted)
  }
  const replicas = Math.max(of(cores, coresPerReplica), of(nodes, nodesPerReplica))
  return preventSinglePointFailure && nodes > 1 ? Math.max(2, replicas) : replicas
}

function ladder({ coresToReplicas = [], nodesToReplicas = [] }: Ladder, { cores, nodes }: Counts): number {
  const of = (count: number, entries: readonly [number, number][]): number => {
    const sorted = entries.toSorted(([a], [b]) => a - b)
    return sorted.length === 0 ? 1 : (sorted.findLast(([from]) => from <= count) ?? sorted[0]!)[1]
  }
  return Math.max(of(cores, coresToReplicas), of(nodes, nodesToReplicas))
}

const cpuOf = ({ status }: KubeObject): number => quantity((status?.['allocatable'] as Record<string, string> | undefined)?.['cpu'] ?? '0').milliValue / 1000

function statusOf(nodes: readonly KubeObject[]): ClusterStatus {
  const open = nodes.filter(({ spec }) => spec?.['unschedulable'] !== true)
  const cores = (some: readonly KubeObject[]): number => some.reduce((sum, node) => sum + cpuOf(node), 0)
  return { totalNodes: nodes.length, schedulableNodes: open.length, totalCores: Math.floor(cores(nodes)), schedulableCores: Math.floor(cores(open)) }
}

const resources: Readonly<Record<string, string>> = { deployment: '/apis/apps/v1', replicaset: '/apis/apps/v1', statefulset: '/apis/apps/v1', replicationcontroller: '/api/v1' }

/** cluster-proportional-autoscaler: as many replicas as a ConfigMap says for a cluster of this size, asked every ten seconds (kubernetes-sigs/cluster-proportional-autoscaler). */
export function* clusterProportionalAutoscaler(p: Process): Run<number> {
  const stopped = stopsLikeGo(p)
  const say = (kind: 'I' | 'E' | 'F', place: string, text: string): Run<void> => print(p, `${klog(kind, p.machine.now(), place, text)}\n`, 2)
  const [namespace, configMap, target] = ['namespace', 'configmap', 'target'].map((name) => flagValue(p, name) ?? '') as [string, string, string]
  for (const [name, value] of [['namespace', namespace], ['configmap', configMap], ['target', target]]) {
    if (value !== '') continue
    yield* say('E', 'options.go:87', `${name} parameter cannot be empty`)
    return 1
  }
  const targets = target.split(',').map((one) => one.trim().split('/') as [kind: string, name?: string])
  const wrong = targets.find(([kind, name]) => name === undefined || resources[kind.toLowerCase().replace(/s$/, '')] === undefined)
  if (wrong !== undefined) {
    yield* say('E', 'options.go:100', `target format error: ${wrong.join('/')}`)
    return 1
  }
  yield* sleep(p, 200, true)
  yield* say('I', 'autoscaler.go:49', `Scaling Namespace: ${namespace}, Target: ${target.toLowerCase()}`)
  p.machine.spawn({
    parent: p, argv: p.argv, costUs: 0, memoryBytes: 0,
    *program(q) {
      const listeners = yield* listenOn(q, [8080], () => 'health server failed')
      return listeners === undefined ? 1 : yield* serve(q, { listeners, handle: (r) => (r.path === '/healthz' || r.path === '/last-poll' ? textResponse(200, 'OK') : textResponse(404, '404 page not found\n')) })
    },
  })
  const seen: { version?: string } = {}
  for (;;) {
    yield* poll(p, { namespace, configMap, targets, seen, say })
    yield* sleep(p, 1000 * Number(flagValue(p, 'poll-period-seconds') ?? 10), true)
    const code = stopped()
    if (code !== undefined) return code
  }
}

interface Way {
  namespace: string
  configMap: string
  targets: readonly [kind: string, name?: string][]
  seen: { version?: string }
  say: (kind: 'I' | 'E', place: string, text: string) => Run<void>
}

const wordsOf = (body: unknown): string => (typeof body === 'string' ? body : String((body as { message?: string } | undefined)?.message ?? ''))

function* poll(p: Process, { namespace, configMap, targets, seen, say }: Way): Run<void> {
  const status = statusOf(yield* listOf(p, '/api/v1/nodes'))
  const found = yield* configured(p, namespace, configMap, say)
  if (typeof found === 'string') return yield* say('E', 'autoscaler_server.go:153', `Error syncing configMap with apiserver: ${found}`)
  const data = (found['data'] ?? {}) as Record<string, string>
  const version = found.metadata.resourceVersion
  if (version !== seen.version) {
    yield* say('I', 'plugin.go:50', `Set control mode to ${data['ladder'] === undefined ? 'linear' : 'ladder'}`)
    yield* say('I', 'linear_controller.go:60', `ConfigMap version change (old: ${seen.version ?? ''} new: ${version}) - rebuilding params`)
    yield* say('I', 'linear_controller.go:61', `Params from apiserver: \n${data['linear'] ?? data['ladder'] ?? ''}`)
    if (version !== undefined) seen.version = version
  }
  const wanted = expectedReplicas(data, status)
  if (typeof wanted === 'string') return yield* say('E', 'autoscaler_server.go:162', `Error ensuring controller: ${wanted}`)
  for (const [kind, name = ''] of targets) {
    const resource = kind.toLowerCase().replace(/s$/, '')
    const path = `${resources[resource]}/namespaces/${namespace}/${resource}s/${name}/scale`
    const scale = yield* ask(p, { verb: 'get', path, quiet: true })
    const before = (scale.body as KubeObject | undefined)?.spec?.['replicas'] as number | undefined
    if (scale.code !== 200) yield* say('E', 'autoscaler_server.go:180', `Update failure: ${wordsOf(scale.body)}`)
    if (scale.code !== 200 || before === wanted) continue
    yield* say('I', 'k8sclient.go:272', `Cluster status: SchedulableNodes[${status.schedulableNodes}], TotalNodes[${status.totalNodes}], SchedulableCores[${status.schedulableCores}], TotalCores[${status.totalCores}]`)
    yield* say('I', 'k8sclient.go:277', `Replicas are not as expected : updating ${kind.toLowerCase()}/${name} from ${before ?? 0} to ${wanted}`)
    const changed = yield* ask(p, { verb: 'update', path, body: { ...(scale.body as KubeObject), spec: { replicas: wanted } } })
    if (changed.code !== 200) yield* say('E', 'autoscaler_server.go:180', `Update failure: ${wordsOf(changed.body)}`)
  }
}

/** The ConfigMap, which it makes of its options when there is none. */
function* configured(p: Process, namespace: string, name: string, say: Way['say']): Run<KubeObject | string> {
  const path = `/api/v1/namespaces/${namespace}/configmaps`
  const found = yield* ask(p, { verb: 'get', path: `${path}/${name}`, quiet: true })
  if (found.code === 200) return found.body as KubeObject
  const given = jsonOf(flagValue(p, 'default-params') ?? '')
  if (typeof given !== 'object' || given === null) return wordsOf(found.body)
  yield* say('I', 'autoscaler_server.go:196', `ConfigMap not found: ${wordsOf(found.body)}, will create one with default params`)
  const data = Object.fromEntries(Object.entries(given).map(([key, value]) => [key, JSON.stringify(value)]))
  const made = yield* ask(p, { verb: 'create', path, body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace }, data } })
  if (made.code !== 201) return wordsOf(made.body)
  yield* say('I', 'k8sclient.go:147', `Created ConfigMap ${name} in namespace ${namespace}`)
  return made.body as KubeObject
}
