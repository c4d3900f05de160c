import type { Kernel } from '../kernel/kernel.ts'
import { plainError } from '../api/status.ts'
import type { KubeObject } from '../api/types.ts'
import type { Exchange } from './exchange.ts'
import { refusal } from './read.ts'
import type { ApiServer } from './apiserver.ts'

/** Why nobody answers at a kubelet's port: no process there, or no machine or no way to it, or a process that stands still. */
export type Deaf = 'refused' | 'lost' | 'frozen'

/** When a dialler gives up, in virtual ms, and what it says then (net.Dialer and net/http in the API server's kubelet client). */
const giveUps: Record<Deaf, { afterMs: number; error: string }> = {
  refused: { afterMs: 1, error: 'dial tcp <address>: connect: connection refused' },
  lost: { afterMs: 30_000, error: 'dial tcp <address>: i/o timeout' },
  frozen: { afterMs: 10_000, error: 'net/http: TLS handshake timeout' },
}

const target = 'kube-apiserver/dial'

interface GivenUp {
  readonly type: 'given-up'
  readonly exchange: Exchange
  readonly message: string
}

/** The API server's way to kubelets: who does not answer is an error in its words (net/http, util/proxy). */
export class KubeletDial {
  readonly deaf = new Map<string, Deaf>()
  private readonly kernel: Kernel

  constructor(kernel: Kernel, apiServer: ApiServer) {
    this.kernel = kernel
    kernel.register(target, ({ exchange, message }: GivenUp) => apiServer.answerProxied(exchange, refusal(plainError(message))))
  }

  /** Whether the kubelet of the pod's node can be asked; otherwise the exchange ends with an error. */
  reaches(exchange: Exchange, pod: KubeObject, address: string): boolean {
    const why = this.deaf.get(pod['spec'].nodeName as string)
    const { request } = exchange
    const isLog = request.subresource === 'log'
    // What is upgraded to a stream has no time limit: it waits until the kubelet goes on.
    if (why === undefined || (why === 'frozen' && !isLog)) return true
    const { afterMs, error } = giveUps[why]
    const said = error.replace('<address>', `${address}:10250`)
    const { namespace, name } = pod.metadata
    const container = request.query['container'] ?? (pod['spec'].containers[0].name as string)
    const message = isLog ? `Get "https://${address}:10250/containerLogs/${namespace}/${name}/${container}": ${said}` : `error dialing backend: ${said}`
    this.kernel.schedule(target, afterMs, { type: 'given-up', exchange, message } as GivenUp)
    return false
  }
}
