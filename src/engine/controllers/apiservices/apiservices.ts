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

/** Virtual ms after which a server is looked for again: when it was well, when it was not. */
const everyMs = 30_000
const soonMs = 5_000
const patienceMs = 5_000

type Verdict = readonly [status: 'True' | 'False', reason: string, message: string]
type Answer = Parameters<Parameters<ComponentOptions['apiServer']['forward']>[2]>[0]

/** How a server is looked for: who is at the address, and what it has said when it was asked for its API. */
interface Look {
  dial: ComponentOptions['apiServer']['dial']
  /** undefined: it is being asked, and the object will be looked at again. */
  discovery: (ip: string, port: number, path: string) => Answer | undefined
}

/**
 * Whether the servers behind the API server can be reached (kube-aggregator pkg/controllers/status/remote). `installed`: those that the
 * cluster itself came with.
 */
export function startApiServices(options: ComponentOptions, etcd: InitialObjects, installed: ReadonlySet<string>): void {
  const { apiServer } = options
  const answers = new Map<string, Answer>()
  const lookFor = (name: string): Look => ({
    dial: (ip, port) => apiServer.dial(ip, port),
    discovery: (ip, port, path) => {
      const answered = answers.get(name)
      answers.delete(name)
      if (answered !== undefined) return answered
      const heard = (answer: Answer): void => {
        answers.set(name, answer)
        controller.queue.add(name)
      }
      apiServer.forward({ ip, port, path, secure: true, goal: '', patienceMs }, { method: 'GET', port, path, headers: {}, body: '', secure: true, quiet: true }, heard)
      return undefined
    },
  })
  const controller: Controller = new Controller({ ...options, process: 'kube-apiserver' }, 'apiservices', 1, (name) => sync(all.get(undefined, name), controller.now, lookFor(name)))
  const all = new Informer<KubeObject>(controller.client, apiServices)
  all.onChange(({ type, object }) => {
    if (type !== 'delete' && object['spec']?.service !== undefined && !installed.has(object.metadata.name)) controller.queue.add(object.metadata.name)
  })
  all.startWith(etcd.range('apiservices/'))
}

function* sync(found: KubeObject | undefined, now: number, look: Look): Routine {
  if (found?.['spec'].service === undefined) return
  const verdict = yield* judge(found, look)
  if (verdict === undefined) return
  const told = withCondition(found, now, 'Available', ...verdict)
  if (!semanticEqual(told['status'], found['status'])) {
    yield* must({ verb: 'update', info: apiServices, subresource: 'status', name: found.metadata.name, body: told, tolerate: [404, 409] })
  }
  return { requeueAfterMs: verdict[0] === 'True' ? everyMs : soonMs }
}

function* judge({ spec }: KubeObject, { dial, discovery }: Look): Routine<Verdict | undefined> {
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
  const path = `/apis/${spec.group}/${spec.version}`
  const url = `https://${clusterIP}:${wanted}${path}`
  const fault = dial(clusterIP, wanted)
  const isUntrusted = fault === 'private TLS' && spec.insecureSkipTLSVerify !== true && !spec.caBundle
  if (fault === 'private TLS' && !isUntrusted) {
    const answer = discovery(clusterIP, wanted, path)
    if (answer === undefined) return undefined
    if (!('error' in answer) && answer.status === 200) return ['True', 'Passed', 'all checks passed']
    if (!('error' in answer)) return ['False', 'FailedDiscoveryCheck', `failing or missing response from ${url}: bad status from ${url}: ${answer.status}`]
  }
  const why = isUntrusted ? 'tls: failed to verify certificate: x509: certificate signed by unknown authority' : fault === 'plain' || fault === 'TLS' || fault === 'private TLS' ? 'http: server gave HTTP response to HTTPS client' : fault === 'timeout' ? 'context deadline exceeded' : `dial tcp ${clusterIP}:${wanted}: connect: ${fault}`
  return ['False', 'FailedDiscoveryCheck', `failing or missing response from ${url}: Get ${goQuote(url)}: ${why}`]
}

function hasReady(slice: KubeObject, portName: string): boolean {
  const isNamed = ((slice['ports'] ?? []) as { name?: string }[]).some(({ name = '' }) => name === portName)
  return isNamed && ((slice['endpoints'] ?? []) as { conditions?: { ready?: boolean } }[]).some(({ conditions }) => conditions?.ready !== false)
}
