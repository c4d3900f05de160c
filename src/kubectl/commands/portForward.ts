import { goQuote } from '../../engine/api/field.ts'
import type { KubeObject, Pod } from '../../engine/api/types.ts'
import type { StreamEvent } from '../../engine/client/program.ts'
import type { Command } from '../command.ts'
import { CommandError, usageError } from '../errors.ts'
import { pathOf } from '../paths.ts'
import { podsResource } from '../podsOf.ts'
import { err, next, open, out, verbosity, type Session, type Task } from '../session.ts'
import { getObject } from '../fileTargets.ts'
import { splitPair } from '../targets.ts'
import { resourceFor } from '../discovery.ts'
import { podToEnter } from './exec.ts'

export const portForward: Command = {
  name: 'port-forward',
  usage: 'port-forward TYPE/NAME [options] [LOCAL_PORT:]REMOTE_PORT [...[LOCAL_PORT_N:]REMOTE_PORT_N]',
  summary: 'Forward one or more local ports to a pod',
  examples: `# 8080 here is 80 in the pod
kubectl port-forward pod/web 8080:80

# A pod of a service
kubectl port-forward service/web 8080:80`,
  flags: [
    { name: 'address', type: 'strings', default: 'localhost', usage: 'Addresses to listen on.' },
    { name: 'pod-running-timeout', type: 'duration', default: '1m0s', usage: 'How long to wait for a pod.' },
  ],
  run,
}

interface Forwarded {
  local: number
  remote: number
}

function* run(session: Session): Task<void> {
  const [subject, ...words] = session.args
  if (subject === undefined || words.length === 0) throw usageError('port-forward', 'TYPE/NAME and list of ports are required for port-forward')
  const pod = yield* podToEnter(session, subject)
  const service = yield* serviceOf(session, subject)
  const ports = words.map((word) => parsePort(service ? translated(word, service, pod) : named(word, pod)))
  if (pod.status.phase !== 'Running') throw new CommandError(`unable to forward port because pod is not running. Current status=${pod.status.phase ?? ''}`)
  const { namespace = '', name } = pod.metadata
  const stream = yield* open(session, {
    verb: 'create', path: pathOf(podsResource, namespace, name, 'portforward'), query: { ports: ports.map((port) => port.remote).join(',') },
  })
  yield* listen(session, stream, ports)
  for (;;) {
    const event = yield* next(session, stream, undefined)
    if (event.type === 'ACCEPTED') {
      yield* out(`Handling connection for ${event.port}\n`)
      const { connection, request } = event
      const { remote } = ports.find(({ local }) => local === event.port)!
      yield { do: 'send', stream, input: { type: 'CONNECT', connection, port: remote, request } }
    } else if (event.type === 'ANSWER') {
      const { connection, status, headers, body } = event
      yield { do: 'reply', connection, answer: { status, headers, body } }
    } else if (event.type === 'REFUSED') yield* lose(session, event, ports)
    else if (event.type === 'CLOSED') throw new CommandError('lost connection to pod')
  }
}

/** A port that another program has is left out, and said so; without any port there is nothing to do. */
function* listen(session: Session, stream: number, ports: readonly Forwarded[]): Task<void> {
  const taken: number[] = yield { do: 'listen', stream, ports: ports.map(({ local }) => local) }
  for (const { local, remote } of ports) {
    const addresses = addressesOf(session)
    if (!taken.includes(local)) for (const address of addresses) yield* out(`Forwarding from ${address}:${local} -> ${remote}\n`)
    else {
      const family = (address: string): string => (address.startsWith('[') ? 'tcp6' : 'tcp4')
      const errors = addresses.map((address) => `unable to create listener: Error listen ${family(address)} ${address}:${local}: bind: address already in use`)
      yield* err(`Unable to listen on port ${local}: Listeners failed to create with the following errors: [${errors.join(' ')}]\n`)
    }
  }
  if (taken.length < ports.length) return
  throw new CommandError(`unable to listen on any of the requested ports: [${ports.map(({ local, remote }) => `{${local} ${remote}}`).join(' ')}]`)
}

/** When the kubelet cannot connect, kubectl gives up the whole connection to it (client-go/tools/portforward). */
function* lose(session: Session, { connection, error }: Extract<StreamEvent, { type: 'REFUSED' }>, ports: readonly Forwarded[]): Task<never> {
  const port = Number(/forwarding port (\d+)/.exec(error)?.[1])
  const { local, remote } = ports.find((one) => one.remote === port) ?? ports[0]!
  const head = verbosity.get().klogHead(session, 'E', 'portforward.go:424')
  yield* err(`${head} "Unhandled Error" err=${goQuote(`an error occurred forwarding ${local} -> ${remote}: ${error}`)}\n`)
  yield { do: 'reply', connection, answer: { error: 'closed' } }
  throw new CommandError('lost connection to pod')
}

function addressesOf({ flags }: Session): string[] {
  return flags.list('address').flatMap((address) => (address === 'localhost' ? ['127.0.0.1', '[::1]'] : [address.includes(':') ? `[${address}]` : address]))
}

function* serviceOf(session: Session, subject: string): Task<KubeObject | undefined> {
  if (!subject.includes('/')) return undefined
  const { type, name } = splitPair(subject)
  const resource = yield* resourceFor(session, type)
  if (resource.kind !== 'Service') return undefined
  return yield* getObject(session, { resource, namespace: session.context.namespace, name, source: '', object: undefined })
}

/** "8080:http" with the number of the pod's port of this name. */
function named(word: string, pod: Pod): string {
  const [local, remote] = splitPort(word)
  const port = /^\d+$/.test(remote) ? remote : portNumber(pod, remote)
  if (port === undefined) throw new CommandError(`Pod '${pod.metadata.name}' does not have a named port '${remote}'`)
  return local === remote ? String(port) : `${local}:${port}`
}

function splitPort(word: string): [local: string, remote: string] {
  const parts = word.split(':')
  return parts.length === 2 ? [parts[0]!, parts[1]!] : [parts[0]!, parts[0]!]
}

function portNumber({ spec }: Pod, name: string): number | undefined {
  return spec.containers.flatMap((c) => c.ports ?? []).find((port) => port.name === name)?.containerPort
}

/** The pod's port behind a port of the service. */
function translated(word: string, { metadata, spec }: KubeObject, pod: Pod): string {
  const [local, remote] = splitPort(word)
  const ports: { name?: string; port: number; targetPort?: number | string }[] = spec?.ports ?? []
  const port = ports.find((p) => (/^\d+$/.test(remote) ? p.port === Number(remote) : p.name === remote))
  if (!port) {
    throw new CommandError(/^\d+$/.test(remote) ? `Service ${metadata.name} does not have a service port ${remote}` : `Service '${metadata.name}' does not have a named port '${remote}'`)
  }
  const target = spec.clusterIP === 'None' ? port.port : typeof port.targetPort === 'string' ? portNumber(pod, port.targetPort) : (port.targetPort ?? port.port)
  if (target === undefined) throw new CommandError(`Pod '${pod.metadata.name}' does not have a named port '${port.targetPort}'`)
  const localPort = /^\d+$/.test(local) ? local : local === remote ? String(port.port) : local
  return String(target) === localPort ? String(target) : `${localPort}:${target}`
}

function parsePort(word: string): Forwarded {
  const [localText, remoteText] = splitPort(word)
  if (word.split(':').length > 2) throw new CommandError(`invalid port format '${word}'`)
  const number = (text: string, which: string): number => {
    const problem = !/^\d+$/.test(text) ? 'invalid syntax' : Number(text) > 65535 ? 'value out of range' : ''
    if (problem !== '') throw new CommandError(`error parsing ${which} port '${text}': strconv.ParseUint: parsing ${JSON.stringify(text)}: ${problem}`)
    return Number(text)
  }
  const local = localText === '' ? 0 : number(localText, 'local')
  const remote = number(remoteText, 'remote')
  if (remote === 0) throw new CommandError('remote port must be > 0')
  return { local: local === 0 ? firstFreePort + (remote % 1000) : local, remote }
}

/** Where the operating system would choose a local port. */
const firstFreePort = 40000
