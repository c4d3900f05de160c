import { findResource, groupKind } from '../../engine/api/resources.ts'
import type { KubeObject } from '../../engine/api/types.ts'
import { dryRunFlag, fieldManagerFlag, filenameFlags, type Command } from '../command.ts'
import { dryRunOf, withDryRun, writeQuery } from '../dryRun.ts'
import { CommandError } from '../errors.ts'
import { applyOverrides, overrideFlags } from '../overrides.ts'
import { pathOf } from '../paths.ts'
import { outputFlags, printerFor } from '../printing/output.ts'
import { configured, recordFlag } from '../recording.ts'
import { out, send, type Session, type Task } from '../session.ts'
import { findTargets } from '../targets.ts'
import { visitTargets, type Visited } from '../visiting.ts'
import { given, inOrder, type Made } from './create/generating.ts'

export const expose: Command = {
  name: 'expose',
  usage: 'expose (-f FILENAME | TYPE NAME) [--port=port] [--protocol=TCP|UDP|SCTP] [--target-port=number-or-name] [--name=name] [--external-ip=external-ip-of-service] [--type=type] [options]',
  summary: 'Take a replication controller, service, deployment or pod and expose it as a new Kubernetes service',
  examples: `# A service for the pods of a deployment
kubectl expose deployment web --port=80 --target-port=8080

# Under another name, on every node
kubectl expose deployment web --port=80 --name=front --type=NodePort`,
  flags: [
    { name: 'cluster-ip', type: 'string', usage: "An address of one's own, or None." },
    dryRunFlag,
    { name: 'external-ip', type: 'string', usage: 'Another address to accept traffic for.' },
    fieldManagerFlag('kubectl-expose'),
    ...filenameFlags,
    { name: 'labels', short: 'l', type: 'string', usage: 'Labels of the service.' },
    { name: 'load-balancer-ip', type: 'string', usage: 'Address of the load balancer.' },
    { name: 'name', type: 'string', usage: 'Name of the service.' },
    ...outputFlags,
    ...overrideFlags,
    { name: 'port', type: 'string', usage: 'The port of the service.' },
    { name: 'protocol', type: 'string', values: ['TCP', 'UDP', 'SCTP'], usage: 'The protocol.' },
    recordFlag,
    { name: 'save-config', type: 'bool', usage: 'Keep the configuration in an annotation, for apply.' },
    { name: 'selector', type: 'string', usage: 'Labels of the pods, in place of those of the object.' },
    { name: 'session-affinity', type: 'string', values: ['None', 'ClientIP'], usage: 'Whether a client keeps its pod.' },
    { name: 'target-port', type: 'string', usage: 'Name or number of the port on the pods.' },
    { name: 'type', type: 'string', values: ['ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName'], usage: 'Type of the service.' },
  ],
  run,
}

const services = findResource('', 'v1', 'services')!
const exposable = new Set(['Pod', 'Service', 'ReplicationController', 'ReplicaSet.apps', 'Deployment.apps'])

/** What is not given is taken from the first object, and kept for those after it. */
interface Wanted {
  selector: Record<string, string> | undefined
  ports: string[]
  labels: Record<string, string> | undefined
}

function* run(session: Session): Task<void> {
  const { flags, args } = session
  const dryRun = yield* dryRunOf(session)
  const print = printerFor(session, withDryRun('exposed', dryRun))
  const found = yield* findTargets(session, { args, filenames: flags.list('filename'), recursive: flags.bool('recursive') })
  const port = flags.string('port')
  const wanted: Wanted = { selector: parseLabels(flags.string('selector')), ports: port === '' ? [] : port.split(','), labels: parseLabels(flags.string('labels')) }
  yield* visitTargets(session, found, function* (target) {
    const service = applyOverrides(session, serviceFor(session, target, wanted) as unknown as KubeObject)
    if (dryRun === 'client') return yield* out(print(flags.string('output') === 'json' ? inOrder(service) : service))
    const body = configured(session, service)
    const response = yield* send(session, { verb: 'create', path: pathOf(services, session.context.namespace), query: writeQuery(session, dryRun), body })
    yield* out(print(response.body))
  }, { asWritten: true })
}

/** "a=b,c=d" */
export function parseLabels(text: string): Record<string, string> | undefined {
  if (text === '') return undefined
  return Object.fromEntries(text.split(',').map((spec) => {
    const parts = spec.split('=')
    if (parts.length !== 2) throw new CommandError(`unexpected label spec: ${spec}`)
    if (parts[0] === '') throw new CommandError('unexpected empty label key')
    return [parts[0]!, parts[1]!]
  }))
}

function serviceFor(session: Session, target: Visited, wanted: Wanted): Made {
  const { flags, context } = session
  if (!exposable.has(groupKind(target.resource))) throw new CommandError(`cannot expose a ${groupKind(target.resource)}`)
  wanted.selector ??= selectorOf(target.object)
  const protocols = protocolsOf(target.object)
  if (wanted.ports.length === 0) {
    wanted.ports = [...protocols.keys()]
    if (wanted.ports.length === 0 && flags.string('cluster-ip') !== 'None') throw new CommandError("couldn't find port via --port flag or introspection")
  }
  wanted.labels ??= target.object.metadata.labels
  const type = flags.string('type')
  const affinity = flags.string('session-affinity')
  if (affinity !== '' && affinity !== 'None' && affinity !== 'ClientIP') throw new CommandError(`unknown session affinity: ${affinity}`)
  const ports = portsOf(session, wanted.ports, protocols)
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: given({
      name: flags.string('name') || target.name.slice(0, 63), namespace: context.explicit ? context.namespace : undefined, labels: wanted.labels,
    }),
    spec: given({
      ports: ports.length > 0 ? ports : undefined,
      selector: wanted.selector,
      clusterIP: flags.string('cluster-ip') || undefined,
      type: type || undefined,
      externalIPs: flags.string('external-ip') === '' ? undefined : [flags.string('external-ip')],
      sessionAffinity: affinity || undefined,
      loadBalancerIP: type === 'LoadBalancer' ? flags.string('load-balancer-ip') || undefined : undefined,
    }),
    status: { loadBalancer: {} },
  }
}

function portsOf({ flags }: Session, ports: readonly string[], protocols: ReadonlyMap<string, string[]>): unknown[] {
  const target = flags.string('target-port')
  const several = ports.length > 1
  return ports.flatMap((text, i) => {
    if (!/^[+-]?\d+$/.test(text)) throw new CommandError(`strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`)
    const port = Number(text)
    const targetPort = target === '' ? port : /^\d+$/.test(target) ? Number(target) : target
    const known = protocols.get(text) ?? ['TCP']
    const wanted = flags.string('protocol') === '' ? known : [flags.string('protocol')]
    const name = (protocol: string) => (wanted.length > 1 ? `port-${i + 1}-${protocol.toLowerCase()}` : several ? `port-${i + 1}` : undefined)
    return wanted.map((protocol) => given({ name: name(protocol), protocol, port, targetPort }))
  })
}

function selectorOf({ kind, metadata, spec }: KubeObject): Record<string, string> {
  const failed = (why: string) => new CommandError(`couldn't retrieve selectors via --selector flag or introspection: ${why}`)
  const { selector } = spec ?? {}
  if (kind === 'Pod') {
    if (Object.keys(metadata.labels ?? {}).length === 0) throw failed('the pod has no labels and cannot be exposed')
    return metadata.labels!
  }
  if (kind === 'Service') {
    if (!selector) throw failed('the service has no pod selector set')
    return selector
  }
  if (kind === 'ReplicationController') return selector ?? {}
  const expressions: { key: string; operator: string; values?: string[] }[] = selector?.matchExpressions ?? []
  if (expressions.length > 0) {
    const texts = expressions.map((e) => `{Key:${e.key} Operator:${e.operator} Values:[${(e.values ?? []).join(' ')}]}`)
    throw failed(`couldn't convert expressions - "[${texts.join(' ')}]" to map-based selector format`)
  }
  return selector?.matchLabels ?? {}
}

/** The ports of an object, each with its protocols. */
function protocolsOf({ kind, spec }: KubeObject): Map<string, string[]> {
  const found = new Map<string, string[]>()
  const add = (port: number, protocol = 'TCP') => found.set(String(port), [...(found.get(String(port)) ?? []), protocol])
  if (kind === 'Service') for (const { port, protocol } of spec?.ports ?? []) add(port, protocol)
  else {
    const containers = (kind === 'Pod' ? spec : spec?.template?.spec)?.containers ?? []
    for (const { ports = [] } of containers) for (const { containerPort, protocol } of ports) add(containerPort, protocol)
  }
  return found
}
