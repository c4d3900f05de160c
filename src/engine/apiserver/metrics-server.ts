import { metricsTable, ResourceMetrics, resolutionMs } from '../api/resourceMetrics.ts'
import { matches, parseSelector } from '../api/selector.ts'
import { methodNotAllowed, notFound } from '../api/status.ts'
import type { ContainerUsage } from '../api/machine.ts'
import { apiVersionOf, type ResourceInfo } from '../api/resources.ts'
import type { Response } from '../api/request.ts'
import type { KubeObject } from '../api/types.ts'
import type { Kernel } from '../kernel/kernel.ts'
import { refusal, type ObjectReader } from './read.ts'
import type { ApiRequest } from './request-info.ts'

export interface MetricsSource {
  nodes(): readonly string[]
  /** undefined: the kubelet does not answer. */
  scrape(node: string): readonly ContainerUsage[] | undefined
}

const target = 'metrics-server'

/**
 * A metrics-server that the cluster came with: asks every kubelet what its containers use and serves it as metrics.k8s.io/v1beta1 behind the API server
 * (KEP apiserver aggregation). One that somebody installs is a program in a pod (runtime/programs/metrics-server.ts).
 */
export class MetricsServer {
  private readonly kernel: Kernel
  private readonly source: MetricsSource
  private readonly objects: ObjectReader
  private readonly metrics = new ResourceMetrics()

  constructor(kernel: Kernel, source: MetricsSource, objects: ObjectReader) {
    this.kernel = kernel
    this.source = source
    this.objects = objects
    kernel.register(target, () => this.scrape())
    kernel.schedule(target, resolutionMs, { type: 'scrape' })
  }

  answer(request: ApiRequest, info: ResourceInfo): Response {
    const answer = this.measured(request, info)
    return answer.code === 200 && request.accept === 'table' ? { code: 200, body: metricsTable(answer.body as KubeObject) as never } : answer
  }

  private measured(request: ApiRequest, info: ResourceInfo): Response {
    const { verb, name, namespace } = request
    if (verb !== 'get' && verb !== 'list') return refusal(methodNotAllowed())
    const of = (object: KubeObject): KubeObject | undefined => (info.plural === 'nodes' ? this.metrics.ofNode(object, this.kernel.now) : this.metrics.ofPod(object))
    if (verb === 'get') {
      const object = this.objects.get(info.plural === 'nodes' ? `nodes/${name}` : `pods/${namespace}/${name}`)
      const found = object === undefined ? undefined : of(object)
      return found === undefined ? refusal(notFound({ group: info.group, plural: info.kind.toLowerCase() }, info.plural === 'nodes' ? name! : `${namespace}/${name}`)) : { code: 200, body: found }
    }
    const selector = parseSelector(request.query['labelSelector'] ?? '')
    const all = this.objects.range(info.plural === 'nodes' ? 'nodes/' : namespace === undefined ? 'pods/' : `pods/${namespace}/`)
    const items = all.filter(({ metadata }) => 'error' in selector || matches(selector, metadata.labels)).flatMap((object) => of(object) ?? [])
    return { code: 200, body: { kind: `${info.kind}List`, apiVersion: apiVersionOf(info), metadata: {}, items } as never }
  }

  private scrape(): void {
    for (const node of this.source.nodes()) {
      this.kernel.record({ kind: 'request', from: target, to: `kubelet/${node}`, verb: 'get', resource: 'nodes', subresource: 'metrics', name: node, background: true, detail: { type: 'Scrape' } })
      const usages = this.source.scrape(node)
      if (usages !== undefined) this.metrics.take(node, usages, this.kernel.now)
    }
    this.kernel.schedule(target, resolutionMs, { type: 'scrape' })
  }
}
