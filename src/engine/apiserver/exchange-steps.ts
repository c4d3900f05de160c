import type { Response } from '../api/request.ts'
import { findKind } from '../api/resources.ts'
import type { KubeObject, Status } from '../api/types.ts'
import type { Kernel } from '../kernel/kernel.ts'
import type { StepDetail, StepKind } from '../kernel/step.ts'
import type { Exchange } from './exchange.ts'
import { requestMilestone, type Stage } from './milestones.ts'
import { nameInBody } from './request-info.ts'

export const apiServerName = 'kube-apiserver'

// What many steps say in the same words they say in the same object.
const responded: StepDetail = { type: 'Response' }
const committed: StepDetail = { type: 'Committed' }

interface Written {
  code: number
  revision: number | undefined
  object: KubeObject | undefined
  milestone: string | undefined
}

/** What of an exchange can be seen: each stage that it passes is a step. */
export class ExchangeSteps {
  private readonly kernel: Kernel

  constructor(kernel: Kernel) {
    this.kernel = kernel
  }

  request(exchange: Exchange): void {
    this.stage(exchange, 'request', exchange.author, 'request')
  }

  decision(exchange: Exchange, stage: Stage, detail: StepDetail): void {
    this.stage(exchange, 'decision', apiServerName, stage, detail)
  }

  private stage(exchange: Exchange, kind: StepKind, from: string, stage: Stage, detail?: StepDetail): void {
    const { request, author, background } = exchange
    this.kernel.record({
      kind,
      from,
      to: apiServerName,
      verb: request.verb,
      resource: request.info?.plural,
      subresource: request.subresource,
      namespace: request.namespace,
      name: exchange.name,
      code: undefined,
      revision: undefined,
      milestone: requestMilestone(request, author, stage),
      uid: uidOf(exchange),
      background,
      detail,
    })
  }

  written(exchange: Exchange, written: Written): void {
    this.write(exchange, 'etcd', written, committed)
  }

  refused(exchange: Exchange, { code, reason, message }: Status): void {
    const nothing = { code, revision: undefined, object: undefined, milestone: undefined }
    this.write(exchange, apiServerName, nothing, { type: 'Refused', reason, message })
  }

  private write(exchange: Exchange, to: string, { code, revision, object, milestone }: Written, detail: StepDetail): void {
    const { request, author, background } = exchange
    this.kernel.record({
      kind: 'write',
      from: author,
      to,
      verb: request.verb,
      resource: request.info?.plural,
      subresource: request.subresource,
      namespace: request.namespace,
      name: object?.metadata.name ?? request.name ?? nameInBody(request),
      code,
      revision,
      milestone,
      uid: object?.metadata.uid ?? uidOf(exchange),
      background,
      detail,
    })
  }

  /** The server's own write: something has drawn on a disruption budget or a quota. */
  charged({ apiVersion, kind, metadata: { namespace, name, uid, resourceVersion } }: KubeObject): void {
    const resource = findKind(apiVersion, kind)!.plural
    const revision = Number(resourceVersion)
    this.kernel.record({
      kind: 'write', from: apiServerName, to: 'etcd', verb: 'update', resource, subresource: 'status', namespace, name, code: 200, revision, uid,
      detail: committed,
    })
  }

  response(exchange: Exchange, { code }: Response, milestone?: string): void {
    const { request, author, background } = exchange
    this.kernel.record({
      kind: 'request',
      from: apiServerName,
      to: author,
      verb: request.verb,
      resource: request.info?.plural,
      subresource: request.subresource,
      namespace: request.namespace,
      name: exchange.name,
      code,
      revision: undefined,
      milestone: milestone ?? (code < 400 ? requestMilestone(request, author, 'response') : undefined),
      uid: uidOf(exchange),
      background,
      detail: responded,
    })
  }
}

function uidOf({ decision, seen }: Exchange): string | undefined {
  if (seen !== undefined) return seen.metadata.uid
  return decision !== undefined && decision.do === 'put' ? decision.object.metadata.uid : undefined
}
