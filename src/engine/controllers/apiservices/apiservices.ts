import { semanticEqual } from '../../api/equality.ts'
import { withCondition } from '../../api/custom/conditions.ts'
import { goQuote } from '../../api/field.ts'
import type { ObjectList } from '../../api/request.ts'
import type { KubeObject } from '../../api/types.ts'
import { resource, type ComponentOptions } from '../../client/client.ts'
import { ask, Controller, must, type Routine } from '../../client/controller.ts'
import { Informer, type InitialObjects } from '../../client/informer.ts'

const apiServices = resource('apiservices', 'apiregistration.k8s.io')
const services = resource('services')
const slices = resource('endpointslices', 'discovery.k8s.io')

/** Virtual ms after which a server is looked for again. */
const everyMs = 30_000

type Verdict = readonly [status: 'True' | 'False', reason: string, message: string]
type Dial = ComponentOptions['apiServer']['dial']

/**
 * Whether the servers behind the API server can be reached (kube-aggregator pkg/controllers/status/remote). No process of this cluster
 * speaks TLS, so that the last look ends as it does where the server is not there. `installed`: those that the cluster itself came with.
 */
export function startApiServices(options: ComponentOptions, etcd: InitialObjects, installed: ReadonlySet<string>): void {
  const controller: Controller = new Controller({ ...options, process: 'kube-apiserver' }, 'apiservices', 1, (name) =>
    sync(all.get(undefined, name), controller.now, (ip, port) => options.apiServer.dial(ip, port)))
  const all = new Informer<KubeObject>(controller.client, apiServices)
  all.onChange(({ type, object }) => {
    if (type !== 'delete' && object['spec']?.service !== undefined && !installed.has(object.metadata.name)) controller.queue.add(object.metadata.name)
  })
  all.startWith(etcd.range('apiservices/'))
}

function* sync(found: KubeObject | undefined, now: number, dial: Dial): Routine {
  if (found?.['spec'].service === undefined) return
  const told = withCondition(found, now, 'Available', ...(yield* judge(found, dial)))
  if (!semanticEqual(told['status'], found['status'])) {
    yield* must({ verb: 'update', info: apiServices, subresource: 'status', name: found.metadata.name, body: told, tolerate: [404, 409] })
  }
  return { requeueAfterMs: everyMs }
}

function* judge({ spec }: KubeObject, dial: Dial): Routine<Verdict> {
  const { namespace, name, port: wanted = 443 } = spec.service as { namespace: string; name: string; port?: number }
  const where = `service/${name} in ${goQuote(namespace)}`
  const answer = yield* ask({ verb: 'get', info: services, namespace, name })
  if (answer.code !== 200) return ['False', 'ServiceNotFound', `${where} is not present`]
  const { type, clusterIP, ports = [] } = (answer.body as KubeObject)['spec']
  const port = (ports as { port: number; name?: string }[]).find((entry) => entry.port === wanted)
  if (type === 'ClusterIP') {
    if (port === undefined) return ['False', 'ServicePortError', `${where} is not listening on port ${wanted}`]
    const list = yield* ask({ verb: 'list', info: slices, namespace, query: { labelSelector: `kubernetes.io/service-name=${name}` } })
    const items = list.code === 200 ? (list.body as ObjectList).items : []
    if (items.length === 0) return ['False', 'EndpointsNotFound', `cannot find endpointslices for ${where}`]
    if (!items.some((slice) => hasReady(slice, port.name ?? ''))) return ['False', 'MissingEndpoints', `endpoints for ${where} have no addresses with port name ${goQuote(port.name ?? '')}`]
  }
  const url = `https://${clusterIP}:${wanted}/apis/${spec.group}/${spec.version}`
  const fault = dial(clusterIP, wanted)
  const why = fault === 'plain' || fault === 'TLS' ? 'http: server gave HTTP response to HTTPS client' : fault === 'timeout' ? 'context deadline exceeded' : `dial tcp ${clusterIP}:${wanted}: connect: ${fault}`
  return ['False', 'FailedDiscoveryCheck', `failing or missing response from ${url}: Get ${goQuote(url)}: ${why}`]
}

function hasReady(slice: KubeObject, portName: string): boolean {
  const isNamed = ((slice['ports'] ?? []) as { name?: string }[]).some(({ name = '' }) => name === portName)
  return isNamed && ((slice['endpoints'] ?? []) as { conditions?: { ready?: boolean } }[]).some(({ conditions }) => conditions?.ready !== false)
}
