import { apiVersionOf, findResource, type ResourceInfo } from '../../engine/api/resources.ts'
import type { KubeObject, Pod } from '../../engine/api/types.ts'
import { allNamespacesFlag, type Command } from '../command.ts'
import { KubectlError } from '../errors.ts'
import { allContainers } from '../podContainers.ts'
import { podsResource } from '../podsOf.ts'
import { outputFlags, printerFor, type ObjectPrinter } from '../printing/output.ts'
import { inStructOrder } from '../printing/structOrder.ts'
import { out, write, type Session, type Task } from '../session.ts'
import { listObjects, type ListQuery } from '../targets.ts'
import { logOf } from './attach.ts'

export const clusterDump: Command = {
  name: 'dump',
  usage: 'cluster-info dump [options]',
  summary: 'Dump relevant information for debugging and diagnosis',
  examples: `# To stdout
kubectl cluster-info dump

# Into files
kubectl cluster-info dump --output-directory=state

# Of some namespaces
kubectl cluster-info dump --namespaces=default,shop`,
  flags: [
    { ...allNamespacesFlag, usage: 'Every namespace; --namespaces is not looked at.' },
    { name: 'namespaces', type: 'strings', usage: 'The namespaces; if left out kube-system and the current one.' },
    { name: 'output-directory', type: 'string', usage: 'Where the files go; "-" or nothing is stdout.' },
    ...outputFlags.map((flag) => (flag.name === 'output' ? { ...flag, default: 'json' } : flag)),
    { name: 'pod-running-timeout', type: 'duration', default: '20s', usage: 'How long to wait for a pod.' },
  ],
  run,
}

const inCore = (plural: string): ResourceInfo => findResource('', 'v1', plural)!
const inApps = (plural: string): ResourceInfo => findResource('apps', 'v1', plural)!

const nodes = inCore('nodes')
const namespacesResource = inCore('namespaces')

/** What is dumped of a namespace: the file's name, and the type. */
const ofNamespace: readonly [file: string, resource: ResourceInfo][] = [
  ['events', inCore('events')], ['replication-controllers', inCore('replicationcontrollers')], ['services', inCore('services')], ['daemonsets', inApps('daemonsets')],
  ['deployments', inApps('deployments')], ['replicasets', inApps('replicasets')],
]

function* run(session: Session): Task<void> {
  const { flags, context } = session
  const print = printerFor(session, '')
  yield* dumpList(session, print, 'nodes', { resource: nodes, namespace: '' })
  const given = flags.list('namespaces')
  const all = flags.bool('all-namespaces') ? (yield* listObjects(session, { resource: namespacesResource, namespace: '' })).items.map(({ metadata }) => metadata.name) : undefined
  for (const namespace of all ?? (given.length > 0 ? given : ['kube-system', context.namespace])) {
    for (const [file, resource] of ofNamespace) yield* dumpList(session, print, `${namespace}/${file}`, { resource, namespace })
    const pods = yield* dumpList(session, print, `${namespace}/pods`, { resource: podsResource, namespace })
    for (const pod of pods as Pod[]) yield* dumpLogs(session, pod)
  }
  const directory = flags.string('output-directory')
  if (directory !== '' && directory !== '-') yield* out(`Cluster info dumped to ${directory}\n`)
}

function* dumpList(session: Session, print: ObjectPrinter, file: string, query: ListQuery): Task<KubeObject[]> {
  const { resource } = query
  const list = yield* listObjects(session, query)
  const format = session.flags.string('output')
  // Items of a typed list do not say what they are.
  const items = list.items.map(({ kind: _, apiVersion: __, ...item }) => item)
  const whole = { kind: `${resource.kind}List`, apiVersion: apiVersionOf(resource), metadata: { resourceVersion: list.resourceVersion }, items }
  yield* put(session, file, format === 'json' || format === 'yaml' ? `.${format}` : '.txt', print(format === 'json' ? inStructOrder(whole) : whole))
  return list.items
}

function* dumpLogs(session: Session, pod: Pod): Task<void> {
  const { namespace, name } = pod.metadata
  const { init, main } = allContainers(pod)
  let text = ''
  for (const container of [...init, ...main]) {
    const about = `logs for container ${container} of pod ${namespace}/${name} ====\n`
    text += `==== START ${about}${yield* logOrWhy(session, pod, container)}==== END ${about}`
  }
  yield* put(session, `${namespace}/${name}/logs`, '.txt', text)
}

function* logOrWhy(session: Session, pod: Pod, container: string): Task<string> {
  try {
    return yield* logOf(session, pod, container)
  } catch (error) {
    if (error instanceof KubectlError) return `Request log error: ${error.message}\n`
    throw error
  }
}

function* put(session: Session, file: string, extension: string, text: string): Task<void> {
  const directory = session.flags.string('output-directory')
  if (directory === '' || directory === '-') yield* out(text)
  else yield* write(`${directory}/${file}${extension}`, text)
}
