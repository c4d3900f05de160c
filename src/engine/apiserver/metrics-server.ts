import { newQuantity, newScaledQuantity } from '../api/quantity.ts'
import { matches, parseSelector } from '../api/selector.ts'
import { methodNotAllowed, notFound } from '../api/status.ts'
import { formatTime } from '../api/time.ts'
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

interface Point extends ContainerUsage {
  at: number
}

/** Two looks at a container: use is what lies between them. */
interface Window {
  before: Point | undefined
  last: Point
}

/** Virtual ms between two looks (--metric-resolution). */
const resolutionMs = 15_000
/** A container that is younger than that shows nothing yet. */
const freshMs = 10_000
/** What kubelet, runtime and system take for themselves, in milli-CPU and bytes. */
const systemCpuMillis = 60
const systemMemoryBytes = 600 * 1024 * 1024

const target = 'metrics-server'

/**
 * The metrics-server: asks every kubelet what its containers use and serves it as metrics.k8s.io/v1beta1 behind the API server
 * (kubernetes-sigs/metrics-server pkg/storage, KEP apiserver aggregation). A cluster has one only if somebody installs it.
 */
export class MetricsServer {
  private readonly kernel: Kernel
  private readonly source: MetricsSource
  private readonly objects: ObjectReader
  private readonly windows = new Map<string, Map<string, Window>>()

  constructor(kernel: Kernel, source: MetricsSource, objects: ObjectReader) {
    this.kernel = kernel
    this.source = source
    this.objects = objects
    kernel.register(target, () => this.scrape())
    kernel.schedule(target, resolutionMs, { type: 'scrape' })
  }

  answer(request: ApiRequest, info: ResourceInfo): Response {
    const { verb, name, namespace } = request
    if (verb !== 'get' && verb !== 'list') return refusal(methodNotAllowed())
    const of = (object: KubeObject): KubeObject | undefined => (info.plural === 'nodes' ? this.nodeMetrics(object) : this.podMetrics(object))
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
      if (usages === undefined) continue
      const before = this.windows.get(node)
      const next = new Map<string, Window>()
      for (const usage of usages) {
        const key = `${usage.namespace}/${usage.pod}/${usage.container}`
        const last = before?.get(key)?.last
        next.set(key, { before: last?.startedAt === usage.startedAt ? last : undefined, last: { ...usage, at: this.kernel.now } })
      }
      this.windows.set(node, next)
    }
    this.kernel.schedule(target, resolutionMs, { type: 'scrape' })
  }

  private podMetrics(pod: KubeObject): KubeObject | undefined {
    const { namespace, name } = pod.metadata
    const windows = this.windows.get(pod['spec'].nodeName ?? '')
    const usages = (pod['spec'].containers as { name: string }[]).map((container) => usageOf(windows?.get(`${namespace}/${name}/${container.name}`)))
    if (usages.length === 0 || usages.includes(undefined)) return undefined
    const all = usages as Usage[]
    const containers = all.map(({ cpuNanos, memoryBytes }, i) => ({ name: pod['spec'].containers[i].name, usage: asList(cpuNanos, memoryBytes) }))
    return metricsObject('PodMetrics', pod, all[0]!, { containers })
  }

  private nodeMetrics(node: KubeObject): KubeObject | undefined {
    const windows = this.windows.get(node.metadata.name)
    if (windows === undefined) return undefined
    let cpuNanos = systemCpuMillis * 1e6
    let memoryBytes = systemMemoryBytes
    for (const window of windows.values()) {
      const usage = usageOf(window)
      cpuNanos += usage?.cpuNanos ?? 0
      memoryBytes += usage?.memoryBytes ?? 0
    }
    return metricsObject('NodeMetrics', node, { at: this.kernel.now, windowMs: resolutionMs }, { usage: asList(cpuNanos, memoryBytes) })
  }
}

interface Usage {
  cpuNanos: number
  memoryBytes: number
  at: number
  windowMs: number
}

/** The rate between two looks; of a young container, since it began. */
function usageOf(window: Window | undefined): Usage | undefined {
  if (window === undefined) return undefined
  const { before, last } = window
  const from = before ?? { at: last.startedAt, cpuMs: 0 }
  const windowMs = last.at - from.at
  if (windowMs < (before === undefined ? freshMs : 1)) return undefined
  return { cpuNanos: Math.round(((last.cpuMs - from.cpuMs) / windowMs) * 1e9), memoryBytes: last.memoryBytes, at: last.at, windowMs }
}

/** A control group counts whole pages. */
const pageBytes = 4096

function asList(cpuNanos: number, memoryBytes: number): Record<string, string> {
  return { cpu: newScaledQuantity(Math.max(0, cpuNanos), -9, 'DecimalSI').text, memory: newQuantity(Math.round(memoryBytes / pageBytes) * pageBytes, 'BinarySI').text }
}

function metricsObject(kind: string, { metadata: { name, namespace, labels } }: KubeObject, { at, windowMs }: Pick<Usage, 'at' | 'windowMs'>, more: object): KubeObject {
  const metadata = { name, ...(namespace === undefined ? {} : { namespace }), creationTimestamp: formatTime(at), ...(labels === undefined ? {} : { labels }) }
  return { kind, apiVersion: 'metrics.k8s.io/v1beta1', metadata, timestamp: formatTime(at), window: `${windowMs / 1000}s`, ...more } as unknown as KubeObject
}
