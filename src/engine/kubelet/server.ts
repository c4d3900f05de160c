import { badRequest } from '../api/status.ts'
import type { Pod } from '../api/types.ts'
import type { Response } from '../api/request.ts'
import { apiServerName, type ApiServer } from '../apiserver/apiserver.ts'
import type { Exchange } from '../apiserver/exchange.ts'
import { refusal } from '../apiserver/read.ts'
import type { KubeletContext } from './kubelet-context.ts'
import { printLogs, selectLogs } from './logs.ts'

/** A request that the API server hands on to the kubelet of the pod's node. */
export interface KubeletApiTask {
  readonly type: 'kubelet-api'
  readonly exchange: Exchange
  readonly pod: Pod
}

/** Longer than any answer takes, so that lines never overtake the answer that opens their stream. */
const streamDelayMs = 3

/** The kubelet's own HTTP server, which only the API server calls: logs (pkg/kubelet/server). */
export class KubeletServer {
  private readonly context: KubeletContext
  private readonly apiServer: ApiServer

  constructor(context: KubeletContext, apiServer: ApiServer) {
    this.context = context
    this.apiServer = apiServer
  }

  handle({ exchange, pod }: KubeletApiTask): void {
    const { namespace, name, uid } = pod.metadata
    const { verb, subresource } = exchange.request
    const to = `kubelet/${this.context.nodeName}`
    this.context.kernel.record({ kind: 'request', from: apiServerName, to, verb, resource: 'pods', subresource, namespace, name, uid, detail: { type: 'KubeletRequest' } })
    this.apiServer.answerProxied(exchange, subresource === 'log' ? this.logs(exchange, pod) : refusal(badRequest(`${subresource} is not supported`)))
  }

  private logs(exchange: Exchange, pod: Pod): Response {
    const { query } = exchange.request
    const selected = selectLogs(this.context.runtime, pod, query, this.context.kernel.now)
    if ('status' in selected) return refusal(selected.status)
    const text = printLogs(selected.lines, query)
    if (query['follow'] !== 'true') return { code: 200, body: text }
    const stream = this.apiServer.watches.newStream()
    this.follow(exchange, selected.container.id, stream, text)
    return { code: 200, body: { kind: 'Watch', apiVersion: 'v1', metadata: {}, watch: stream } as never }
  }

  /** Sends each new line of a container's log as it comes, until the container ends. */
  private follow(exchange: Exchange, containerID: string, stream: number, shown: string): void {
    const { kernel, runtime } = this.context
    const { target } = exchange.replyTo
    const send = (task: object): void => void kernel.schedule(target, streamDelayMs, task as never)
    const text = (s: string): void => send({ type: 'watch', watch: stream, event: { type: 'TEXT', text: s } })
    const ended = (): void => send({ type: 'watch-closed', watch: stream })
    if (shown !== '') text(shown)
    if (runtime.container(containerID)?.state !== 'running') return ended()
    runtime.followLogs(containerID, (line) => text(printLogs([line], exchange.request.query)), ended)
  }
}
