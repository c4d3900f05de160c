import { extended } from '../api/extended.ts'
import type { Kernel } from '../kernel/kernel.ts'
import type { StepDetail } from '../kernel/step.ts'
import type { HttpResponse, NetworkError } from '../runtime/container-os.ts'
import type { DnsAnswer } from './cluster-dns.ts'
import type { LookUp } from './dns-servers.ts'
import type { Denial } from './policy/rules.ts'
import type { Backend } from './service-rules.ts'

/** Who asks. */
export type Asker = ({ kind: 'pod'; namespace: string; name: string; uid: string } | { kind: 'outside' } | { kind: 'server' }) & {
  /** The load that it is, one of many requests alike: what goes well is then nothing to stop at. */
  load?: string | undefined
}

/** What becomes of one request, told hop by hop. */
export interface RequestStory {
  /** A Service's rule (or a proxy on the way, `by`) has chosen where it goes. */
  routed(service: string, backend: Backend, by?: string): void
  /** Somebody on the way answers instead of those behind. */
  answeredBy(who: string): void
  /** NetworkPolicies do not let it through. */
  dropped(denial: Denial): void
  ended(r: HttpResponse | NetworkError): void
}

/** Tells what becomes of the requests of one asker. */
export interface Teller {
  resolved(name: string, answer: DnsAnswer | undefined): void
  /** The same where the question has to find a server that is a pod. */
  lookedUp(found: LookUp): void
  /** Of a load: a request that had nowhere to go is one that failed. Of a command its own words say so. */
  lost(url: string): void
  /** `goal`: whom the address belongs to, as steps name it. */
  begin(method: string, url: string, address: string, goal: string): RequestStory
}

const nothing = (): void => {}

/** Of what nobody watches. */
export const silent: Teller = { resolved: nothing, lookedUp: nothing, lost: nothing, begin: () => ({ routed: nothing, answeredBy: nothing, dropped: nothing, ended: nothing }) }

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

  of(asker: Asker): Teller {
    const from = asker.kind === 'pod' ? `pod/${asker.namespace}/${asker.name}` : asker.kind === 'server' ? 'kube-apiserver' : 'client'
    const about = asker.kind === 'pod' ? { resource: 'pods', namespace: asker.namespace, name: asker.name, uid: asker.uid } : {}
    const { load } = asker
    const tell = (who: { from: string; to: string }, detail: StepDetail, code?: number): void => {
      const isRoutine = load !== undefined && detail.type !== 'RequestFailed' && detail.type !== 'RequestDropped' && (code ?? 0) < 500
      this.kernel.record({ kind: 'network', ...who, ...about, code, background: isRoutine, detail: load === undefined ? detail : extended(detail, { load }) })
    }
    return {
      resolved: (name, answer) => {
        if (load !== undefined && answer !== undefined) return
        const facts = { name, addresses: answer?.addresses ?? [], canonicalName: answer?.canonicalName }
        tell({ from, to: 'coredns' }, { type: 'NameResolved', ...facts })
      },
      lookedUp: ({ name, address, goal, way, answer, error, denial }) => {
        if (load !== undefined && answer !== undefined) return
        tell({ from, to: goal }, { type: 'NameAsked', name, address })
        if (way === undefined) return tell({ from: goal, to: from }, { type: 'NameUnanswered', name, error: error ?? 'timeout', ...(denial === undefined ? {} : { policies: denial.policies }) })
        const { pod, ip, port } = way.backend
        const by = pod === undefined ? goal : `pod/${pod.namespace}/${pod.name}`
        if (way.service !== undefined) tell({ from: goal, to: by }, { type: 'NameRouted', name, address: `${ip}:${port}` })
        const facts = { name, addresses: answer?.addresses ?? [], canonicalName: answer?.canonicalName }
        tell({ from: by, to: from }, error === undefined ? { type: 'NameTold', ...facts } : { type: 'NameUnanswered', name, error })
      },
      lost: (url) => {
        if (load !== undefined) tell({ from, to: from }, { type: 'RequestFailed', url, tookMs: 0, error: 'unresolved' })
      },
      begin: (method, url, address, goal) => {
        const request = this.nextId++
        const sentAt = this.kernel.now
        let target = goal
        let denied: string[] | undefined
        tell({ from, to: goal }, { type: 'RequestSent', request, method, url, address })
        return {
          routed: (service, { pod, ip, port, node }, by = `service/${service}`) => {
            if (pod !== undefined) target = `pod/${pod.namespace}/${pod.name}`
            tell({ from: by, to: target }, { type: 'RequestRouted', request, service, address: `${ip}:${port}`, node })
          },
          answeredBy: (who) => void (target = who),
          dropped: ({ direction, policies }) => {
            denied = policies
            tell({ from, to: target }, { type: 'RequestDropped', request, direction, policies })
          },
          ended: (r) => {
            const facts = { request, url, tookMs: this.kernel.now - sentAt, ...(denied === undefined ? {} : { policies: denied }) }
            if ('error' in r) tell({ from: target, to: from }, { type: 'RequestFailed', ...facts, error: r.error })
            else tell({ from: target, to: from }, { type: 'RequestAnswered', ...facts, status: r.status }, r.status)
          },
        }
      },
    }
  }
}
