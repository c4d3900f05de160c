import type { Kernel } from '../kernel/kernel.ts'
import { plainError } from '../api/status.ts'
import type { KubeObject } from '../api/types.ts'
import type { Exchange } from './exchange.ts'
import { refusal } from './read.ts'
import type { ApiServer } from './apiserver.ts'

/** Why nobody answers at a kubelet's port: no process there, or no machine, or no way to it. */
export type Deaf = 'refused' | 'lost'

/** Virtual ms until a dialler gives up on a machine that says nothing (net.Dialer in the API server's kubelet client). */
const dialTimeoutMs = 30_000

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
    if (why === undefined) return true
    const dial = `dial tcp ${address}:10250: ${why === 'refused' ? 'connect: connection refused' : 'i/o timeout'}`
    const { request } = exchange
    const { namespace, name } = pod.metadata
    const container = request.query['container'] ?? (pod['spec'].containers[0].name as string)
    const message = request.subresource === 'log' ? `Get "https://${address}:10250/containerLogs/${namespace}/${name}/${container}": ${dial}` : `error dialing backend: ${dial}`
    this.kernel.schedule(target, why === 'refused' ? 1 : dialTimeoutMs, { type: 'given-up', exchange, message } as GivenUp)
    return false
  }
}
