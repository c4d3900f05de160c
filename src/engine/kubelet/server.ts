import { badRequest, internalError } from '../api/status.ts'
import { uidOnNode } from '../api/machine.ts'
import type { Pod } from '../api/types.ts'
import type { Response } from '../api/request.ts'
import { apiServerName, type ApiServer } from '../apiserver/apiserver.ts'
import type { Exchange } from '../apiserver/exchange.ts'
import { refusal } from '../apiserver/read.ts'
import type { StreamInput } from '../api/stream.ts'
import type { StreamEvent } from '../client/program.ts'
import type { ExecOptions } from '../runtime/container-os.ts'
import { findSpec, type KubeletContext } from './kubelet-context.ts'
import { logPrinter, printLogs, selectLogs } from './logs.ts'
import { forwardConnection } from './port-forward.ts'

/** A request that the API server hands on to the kubelet of the pod's node. */
export interface KubeletApiTask {
  readonly type: 'kubelet-api'
  readonly exchange: Exchange
  readonly pod: Pod
}

/** What somebody sends on a stream that this kubelet serves: text that is typed, or a connection to a forwarded port. */
export interface KubeletInputTask {
  readonly type: 'kubelet-input'
  readonly stream: number
  readonly input: StreamInput
}

/** Longer than any answer takes, so that lines never overtake the answer that opens their stream. */
const streamDelayMs = 3

/** The kubelet's own HTTP server, which only the API server calls: logs, exec, attach, port-forward (pkg/kubelet/server). */
export class KubeletServer {
  private readonly context: KubeletContext
  private readonly apiServer: ApiServer
  /** Who takes what is sent on a stream. */
  private readonly inputs = new Map<number, (input: StreamInput) => void>()

  constructor(context: KubeletContext, apiServer: ApiServer) {
    this.context = context
    this.apiServer = apiServer
  }

  handle({ exchange, pod }: KubeletApiTask): void {
    const { namespace, name, uid } = pod.metadata
    const { verb, subresource } = exchange.request
    const to = `kubelet/${this.context.nodeName}`
    this.context.kernel.record({ kind: 'request', from: apiServerName, to, verb, resource: 'pods', subresource, namespace, name, uid, detail: { type: 'KubeletRequest' } })
    this.apiServer.answerProxied(exchange, this.answer(exchange, { ...pod, metadata: { ...pod.metadata, uid: uidOnNode(pod) } }))
  }

  /** Something was sent on a stream; one that is closed takes nothing. */
  input({ stream, input }: KubeletInputTask): void {
    this.inputs.get(stream)?.(input)
  }

  private answer(exchange: Exchange, pod: Pod): Response {
    const { subresource } = exchange.request
    if (subresource === 'log') return this.logs(exchange, pod)
    if (subresource === 'exec') return this.exec(exchange, pod)
    if (subresource === 'attach') return this.attach(exchange, pod)
    if (subresource === 'portforward') return this.portForward(exchange, pod)
    return refusal(badRequest(`${subresource} is not supported`))
  }

  private exec(exchange: Exchange, pod: Pod): Response {
    const { runtime } = this.context
    const { command = [], stdin, tty } = (exchange.request.body ?? {}) as ExecBody
    const name = exchange.request.query['container'] ?? pod.spec.containers[0]!.name
    if (findSpec(pod, name) === undefined) return refusal(badRequest(`container ${name} is not valid for pod ${pod.metadata.name}`))
    const container = runtime.containersOf(pod.metadata.uid).findLast((c) => c.name === name && c.state === 'running')
    if (container === undefined) return refusal(internalError(`unable to upgrade connection: container not found ("${name}")`))
    const stream = this.openStream(exchange)
    const interactive = exchange.request.query['stdin'] === 'true' && stdin === undefined
    const options: ExecOptions = { tty: tty === true, interactive, onOutput: (to, text) => stream.send({ type: 'TEXT', text, to }) }
    if (stdin !== undefined) options.stdin = stdin
    const type = runtime.exec(container.id, command, options, (result) => {
      const error = 'exitCode' in result ? result.error : 'container not running'
      const failed = error === undefined ? {} : { error: internalError(`error executing command in container: ${error}`).message! }
      stream.send({ type: 'CLOSED', ...('exitCode' in result ? { exitCode: result.exitCode } : {}), ...failed })
    })
    stream.onInput((input) => input.type === 'TEXT' && type(input.text))
    return stream.opened
  }

  /** What process 1 prints from now on, until it ends. */
  private attach(exchange: Exchange, pod: Pod): Response {
    const { runtime } = this.context
    const { name, namespace, uid } = pod.metadata
    const container = exchange.request.query['container'] ?? pod.spec.containers[0]!.name
    if (findSpec(pod, container) === undefined) return refusal(badRequest(`container ${container} is not valid for pod ${name}`))
    const running = runtime.containersOf(uid).findLast((c) => c.name === container && c.state === 'running')
    if (running === undefined) return refusal(internalError(`unable to upgrade connection: container ${container} not found in pod ${name}_${namespace}`))
    const stream = this.openStream(exchange)
    const { stdin } = (exchange.request.body ?? {}) as ExecBody
    const type = runtime.attach(running.id, (to, text) => stream.send({ type: 'TEXT', text, to }), () => stream.send({ type: 'CLOSED' }))
    if (stdin !== undefined) {
      if (stdin !== '') type(stdin)
      if ((findSpec(pod, container)!.container as { stdinOnce?: boolean }).stdinOnce === true) type(undefined)
    }
    stream.onInput((input) => input.type === 'TEXT' && type(input.text))
    return stream.opened
  }

  /** Connections to ports of the pod, one after another, as they are sent on the stream. */
  private portForward(exchange: Exchange, pod: Pod): Response {
    const { runtime } = this.context
    const { uid } = pod.metadata
    const sandbox = runtime.sandboxesOf(uid).find(({ state }) => state === 'ready')
    if (sandbox === undefined) return refusal(internalError(`unable to upgrade connection: pod does not exist`))
    const stream = this.openStream(exchange)
    stream.onInput((input) => {
      if (input.type === 'CONNECT') forwardConnection(this.context, pod, sandbox.id, input, (event) => stream.send(event))
    })
    return stream.opened
  }

  /** A stream to whoever asked; nothing of it overtakes the answer that opens it. */
  private openStream(exchange: Exchange): { opened: Response; send(event: StreamEvent): void; onInput(take: (input: StreamInput) => void): void } {
    const watch = this.apiServer.streams.begin(exchange, `kubelet/${this.context.nodeName}`)
    return {
      opened: { code: 200, body: { kind: 'Watch', apiVersion: 'v1', metadata: {}, watch } as never },
      send: (event) => {
        const { streams } = this.apiServer
        const isHeard = streams.isOpen(watch)
        if (event.type === 'CLOSED' || !isHeard) this.inputs.delete(watch)
        if (!isHeard) return
        if (event.type === 'TEXT') this.recordOutput(exchange)
        streams.sendBack(watch, event, streamDelayMs)
      },
      onInput: (take) => void this.inputs.set(watch, take),
    }
  }

  /** What a container prints goes to whoever follows it, through the API server: a hop like any other. */
  private recordOutput({ request: { subresource, namespace, name } }: Exchange): void {
    const from = `kubelet/${this.context.nodeName}`
    this.context.kernel.record({ kind: 'network', from, to: apiServerName, resource: 'pods', subresource, namespace, name, detail: { type: 'Output' } })
  }

  private logs(exchange: Exchange, pod: Pod): Response {
    const { query } = exchange.request
    const selected = selectLogs(this.context.runtime, pod, query, this.context.kernel.now)
    if ('status' in selected) return refusal(selected.status)
    if ('lost' in selected) return { code: 200, body: selected.lost }
    const text = printLogs(selected.lines, query)
    if (query['follow'] !== 'true') return { code: 200, body: text }
    const stream = this.openStream(exchange)
    this.follow(exchange, selected.container.id, (event) => stream.send(event), text)
    return stream.opened
  }

  /** Sends each new line of a container's log as it comes, until the container ends. */
  private follow(exchange: Exchange, containerID: string, send: (event: StreamEvent) => void, shown: string): void {
    const { runtime } = this.context
    const ended = (): void => send({ type: 'CLOSED' })
    if (shown !== '') send({ type: 'TEXT', text: shown })
    if (runtime.container(containerID)?.state !== 'running') return ended()
    const print = logPrinter(exchange.request.query)
    runtime.followLogs(containerID, (line) => send({ type: 'TEXT', text: print(line) }), ended)
  }
}

interface ExecBody {
  command?: string[]
  stdin?: string
  tty?: boolean
}
