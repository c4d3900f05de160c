import type { Kernel } from '../kernel/kernel.ts'
import type { Step, StepDetail } from '../kernel/step.ts'
import type { HttpResponse, NetworkError } from '../runtime/container-os.ts'
import type { DnsAnswer } from './cluster-dns.ts'
import type { Backend } from './service-rules.ts'

/** Who asks. */
export type Asker = { kind: 'pod'; namespace: string; name: string; uid: string } | { kind: 'outside' }

/** What becomes of one request, told hop by hop. */
export interface RequestStory {
  /** A Service's rule has chosen where it goes. */
  routed(service: string, backend: Backend): void
  ended(r: HttpResponse | NetworkError): void
}

/**
 * A request as a chain of steps: the name is looked up, it is sent, a rule of the node sends it on to a backend, an answer
 * comes back or a failure is noticed. Each step carries the number of the request.
 */
export class RequestSteps {
  private readonly kernel: Kernel
  private nextId = 1

  constructor(kernel: Kernel) {
    this.kernel = kernel
  }

  of(asker: Asker): {
    resolved(name: string, answer: DnsAnswer | undefined): void
    begin(method: string, url: string, address: string): RequestStory
  } {
    const from = asker.kind === 'pod' ? `pod/${asker.namespace}/${asker.name}` : 'client'
    const about =
      asker.kind === 'pod' ? { resource: 'pods', namespace: asker.namespace, name: asker.name, uid: asker.uid } : {}
    const record = (to: string, detail: StepDetail, code?: number): Step =>
      this.kernel.record({ kind: 'network', from, to, ...about, code, detail })
    return {
      resolved: (name, answer) => {
        record('coredns', {
          type: 'NameResolved',
          name,
          addresses: answer?.addresses ?? [],
          canonicalName: answer?.canonicalName,
        })
      },
      begin: (method, url, address) => {
        const id = this.nextId++
        const sentAt = this.kernel.now
        let goal = `address/${address}`
        record(goal, { type: 'RequestSent', request: id, method, url, address })
        return {
          routed: (service, { pod, ip, port, node }) => {
            if (pod !== undefined) goal = `pod/${pod.namespace}/${pod.name}`
            const by = asker.kind === 'pod' ? from : 'client'
            this.kernel.record({
              kind: 'network',
              from: by,
              to: goal,
              ...about,
              detail: {
                type: 'RequestRouted',
                request: id,
                service,
                pod: pod?.name,
                podNamespace: pod?.namespace,
                address: `${ip}:${port}`,
                node,
              },
            })
          },
          ended: (r) => {
            const facts = { request: id, url, tookMs: this.kernel.now - sentAt }
            const detail =
              'error' in r
                ? { type: 'RequestFailed', ...facts, error: r.error }
                : { type: 'RequestAnswered', ...facts, status: r.status }
            this.kernel.record({
              kind: 'network',
              from: goal,
              to: from,
              ...about,
              code: 'error' in r ? undefined : r.status,
              detail,
            })
          },
        }
      },
    }
  }
}
