import { badRequest } from '../api/status.ts'
import type { LogLine } from '../api/machine.ts'
import type { Pod, ContainerStatus } from '../api/types.ts'
import type { Response } from '../api/request.ts'
import type { ApiServer } from '../apiserver/apiserver.ts'
import { apiServerName } from '../apiserver/apiserver.ts'
import type { Exchange } from '../apiserver/exchange.ts'
import { refusal } from '../apiserver/read.ts'
import { formatMicroTime } from '../api/time.ts'
import type { KubeletContext } from './kubelet-context.ts'
import { findSpec } from './kubelet-context.ts'

/** A request that the API server hands on to the kubelet of the pod's node. */
export interface KubeletApiTask {
  readonly type: 'kubelet-api'
  readonly exchange: Exchange
  readonly pod: Pod
}

/** The kubelet's own HTTP server: logs (pkg/kubelet/server). */
export class KubeletServer {
  private readonly context: KubeletContext
  private readonly apiServer: ApiServer

  constructor(context: KubeletContext, apiServer: ApiServer) {
    this.context = context
    this.apiServer = apiServer
  }

  handle({ exchange, pod }: KubeletApiTask): void {
    this.context.kernel.record({
      kind: 'request',
      from: apiServerName,
      to: `kubelet/${this.context.nodeName}`,
      verb: exchange.request.verb,
      resource: 'pods',
      subresource: exchange.request.subresource,
      namespace: pod.metadata.namespace,
      name: pod.metadata.name,
      uid: pod.metadata.uid,
      detail: { type: 'KubeletRequest' },
    })
    this.apiServer.answerProxied(exchange, this.answer(exchange, pod))
  }

  /** Sends each new line of a container's log as it comes, until the container ends. */
  private follow(exchange: Exchange, containerID: string, stream: number, shown: string): void {
    const { kernel, runtime } = this.context
    const { target } = exchange.replyTo
    const send = (task: object): void => void kernel.schedule(target, streamDelayMs, task as never)
    if (shown !== '') send({ type: 'watch', watch: stream, event: { type: 'TEXT', text: shown } })
    const stamp = exchange.request.query['timestamps'] === 'true'
    const ended = (): void => send({ type: 'watch-closed', watch: stream })
    if (runtime.container(containerID)?.state !== 'running') return ended()
    runtime.followLogs(containerID, (line) => send({ type: 'watch', watch: stream, event: { type: 'TEXT', text: print([line], stamp) } }), ended)
  }

  private answer(exchange: Exchange, pod: Pod): Response {
    if (exchange.request.subresource === 'log') return this.logs(exchange, pod)
    return refusal(badRequest(`${exchange.request.subresource} is not supported`))
  }

  private logs(exchange: Exchange, pod: Pod): Response {
    const { request } = exchange
    const name = request.query['container'] ?? pod.spec.containers[0]!.name
    if (findSpec(pod, name) === undefined) return refusal(badRequest(`container ${name} is not valid for pod ${pod.metadata.name}`))
    const all = this.context.runtime.containersOf(pod.metadata.uid).filter((c) => c.name === name)
    const previous = request.query['previous'] === 'true'
    const container = previous ? all.at(-2) : all.at(-1)
    if (container === undefined) return refusal(badRequest(notStarted(pod, name, previous)))
    let lines = this.context.runtime.logs(container.id)
    const tail = request.query['tailLines']
    if (tail !== undefined) lines = Number(tail) === 0 ? [] : lines.slice(-Number(tail))
    const since = request.query['sinceSeconds']
    if (since !== undefined) lines = lines.filter(({ at }) => at >= this.context.kernel.now - Number(since) * 1000)
    const stamp = request.query['timestamps'] === 'true'
    const text = print(lines, stamp)
    if (request.query['follow'] !== 'true') return { code: 200, body: text }
    const stream = this.apiServer.watches.newStream()
    this.follow(exchange, container.id, stream, text)
    return { code: 200, body: { kind: 'Watch', apiVersion: 'v1', metadata: {}, watch: stream } as never }
  }
}

/** Longer than any answer takes, so that lines never overtake the answer that opens their stream. */
const streamDelayMs = 3

function print(lines: readonly LogLine[], stamp: boolean): string {
  return lines.map(({ at, text }) => `${stamp ? `${formatMicroTime(at).replace('Z', '000Z')} ` : ''}${text}\n`).join('')
}

/** pkg/kubelet/kubelet_pods.go validateContainerLogStatus. */
function notStarted(pod: Pod, name: string, previous: boolean): string {
  if (previous) return `previous terminated container "${name}" in pod "${pod.metadata.name}" not found`
  const statuses: ContainerStatus[] = [...(pod.status.containerStatuses ?? []), ...(pod.status.initContainerStatuses ?? [])]
  const status = statuses.find((s) => s.name === name)
  if (status === undefined) return `container "${name}" in pod "${pod.metadata.name}" is not available`
  const reason = status.state?.waiting?.reason
  if (reason === undefined) return `container "${name}" in pod "${pod.metadata.name}" is waiting to start - no logs yet`
  if (reason === 'ErrImagePull' || reason === 'ImagePullBackOff') return `container "${name}" in pod "${pod.metadata.name}" is waiting to start: trying and failing to pull image`
  return `container "${name}" in pod "${pod.metadata.name}" is waiting to start: ${reason}`
}

