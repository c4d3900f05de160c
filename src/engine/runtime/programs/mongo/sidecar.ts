import type { KubeObject } from '../../../api/types.ts'
import { print, sleep } from '../../process/io.ts'
import type { Process, Run } from '../../process/process.ts'
import { ownNamespace } from '../in-cluster.ts'
import { ask } from '../kubectl.ts'
import { stopsOn } from '../serve.ts'
import { askMongo, type MongoReply } from './server.ts'
import type { Document } from './documents.ts'

/**
 * mongo-k8s-sidecar, beside each mongod of the StatefulSet that many a book has: the first pod makes a replica set, its primary takes in those whose pods have the
 * labels (cvallance/mongo-k8s-sidecar src/lib/worker.js).
 */
export function* mongoSidecar(p: Process): Run<number> {
  const stopped = stopsOn(p, ['TERM', 'INT'], 0)
  const port = Number(p.env.get('MONGO_PORT') ?? 27_017)
  const every = Number(p.env.get('MONGO_SIDECAR_SLEEP_SECONDS') ?? 5) * 1000
  yield* print(p, `Using mongo port: ${port}\n`)
  yield* sleep(p, 800, true)
  const labels = p.env.get('MONGO_SIDECAR_POD_LABELS') ?? ''
  if (labels === '') {
    yield* print(p, 'Error trying to initialize mongo-k8s-sidecar { Error: MONGO_SIDECAR_POD_LABELS environment variable missing or empty }\n', 2)
    return 1
  }
  yield* print(p, 'Starting up mongo-k8s-sidecar\nThe cluster domain \'cluster.local\' was successfully verified.\n')
  p.machine.setMemory(p, 50 * 1024 ** 2)
  for (;;) {
    if (stopped() !== undefined) return stopped()!
    yield* turn(p, labels, port)
    yield* sleep(p, every, true)
  }
}

function* turn(p: Process, labels: string, port: number): Run<void> {
  const namespace = p.env.get('KUBE_NAMESPACE')
  const { code, body } = yield* ask(p, { verb: 'list', path: namespace === undefined ? '/api/v1/pods' : `/api/v1/namespaces/${namespace}/pods`, query: { labelSelector: labels }, quiet: true })
  if (code !== 200) return yield* print(p, `Error in workloop { [Error: ${(body as { message?: string }).message ?? String(body)}] message: '${(body as { message?: string }).message ?? String(body)}', statusCode: ${code} }\n`, 2)
  const pods = ((body as { items: KubeObject[] }).items).filter((pod) => pod['status'].phase === 'Running' && pod['status'].podIP !== undefined)
  const own = pods.find((pod) => pod.metadata.name === p.machine.config.hostname)
  const told = yield* asked(p, '127.0.0.1', port, 'replStatus')
  if (told === undefined || pods.length === 0) return yield* print(p, told === undefined ? "Error in workloop MongoError: failed to connect to server [127.0.0.1:27017] on first connect\n" : 'No pods are currently running, probably just give them some time.\n', 2)
  if (told.ok === 0) return told.error.code === 94 && own !== undefined ? yield* begin(p, pods, own, port) : undefined
  const status = told.result as { myState: number; members: { name: string; health: number }[] }
  if (status.myState !== 1) return
  const known = new Set(status.members.map(({ name }) => name))
  const missing = pods.map((pod) => addressOf(p, pod, port)).filter((address) => !known.has(address))
  if (missing.length === 0) return
  yield* print(p, `Addresses to add:     [ ${missing.map((one) => `'${one}'`).join(', ')} ]\nAddresses to remove:  []\n`)
  for (const host of missing) yield* asked(p, '127.0.0.1', port, 'replAdd', { host })
}

/** Nobody has a set yet: the pod with the least address makes one. */
function* begin(p: Process, pods: readonly KubeObject[], own: KubeObject, port: number): Run<void> {
  for (const pod of pods) {
    const there = yield* asked(p, String(pod['status'].podIP), port, 'replStatus')
    if (there?.ok === 1) return
  }
  const number = (pod: KubeObject): number => String(pod['status'].podIP).split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
  if (pods.toSorted((a, b) => number(a) - number(b))[0] !== own) return
  yield* print(p, `Pod has been elected for replica set initialization\ninitReplSet ${addressOf(p, own, port)}\n`)
  const set = yield* asked(p, '127.0.0.1', port, 'replInitiate', { members: [{ _id: 0, host: addressOf(p, own, port) }] })
  const name = set?.ok === 1 ? 'initial rsConfig is set' : `Error in workloop ${set?.error.message ?? 'no answer'}`
  yield* print(p, `${name}\n`)
}

/** By the name that a headless Service gives it, or by its address. */
function addressOf(p: Process, pod: KubeObject, port: number): string {
  const service = p.env.get('KUBERNETES_MONGO_SERVICE_NAME')
  const domain = p.env.get('KUBERNETES_CLUSTER_DOMAIN') ?? 'cluster.local'
  return service === undefined ? `${pod['status'].podIP}:${port}` : `${pod.metadata.name}.${service}.${pod.metadata.namespace ?? ownNamespace(p, 'default')}.svc.${domain}:${port}`
}

function* asked(p: Process, host: string, port: number, command: string, args: Document = {}): Run<MongoReply | undefined> {
  const told = yield* askMongo(p, host, port, { db: 'admin', command, args })
  return 'unreachable' in told ? undefined : told
}
