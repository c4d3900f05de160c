import { addLists, newQuantity, newScaledQuantity } from './quantity.ts'
import { formatTime } from './time.ts'
import type { ContainerUsage } from './machine.ts'
import type { KubeObject, Table } from './types.ts'

interface Point extends ContainerUsage {
  at: number
}

/** Two looks at a container: use is what lies between them. */
interface Window {
  before: Point | undefined
  last: Point
}

/** Virtual ms between two looks (--metric-resolution). */
export const resolutionMs = 15_000
/** A container that is younger than that shows nothing yet. */
const freshMs = 10_000
/** What kubelet, runtime and system take for themselves, in milli-CPU and bytes. */
export const systemCpuMillis = 60
export const systemMemoryBytes = 600 * 1024 * 1024

/** What a metrics-server remembers of the kubelets that it asks, and the metrics.k8s.io/v1beta1 objects that come of it (kubernetes-sigs/metrics-server pkg/storage). */
export class ResourceMetrics {
  private readonly windows = new Map<string, Map<string, Window>>()

  /** Whether any kubelet has ever answered. */
  get isEmpty(): boolean {
    return this.windows.size === 0
  }

  take(node: string, usages: readonly ContainerUsage[], at: number): void {
    const before = this.windows.get(node)
    const next = new Map<string, Window>()
    for (const usage of usages) {
      const key = `${usage.namespace}/${usage.pod}/${usage.container}`
      const last = before?.get(key)?.last
      next.set(key, { before: last?.startedAt === usage.startedAt ? last : undefined, last: { ...usage, at } })
    }
    this.windows.set(node, next)
  }

  ofPod(pod: KubeObject): KubeObject | undefined {
    const { namespace, name } = pod.metadata
    const windows = this.windows.get(pod['spec'].nodeName ?? '')
    const usages = (pod['spec'].containers as { name: string }[]).map((container) => usageOf(windows?.get(`${namespace}/${name}/${container.name}`)))
    if (usages.length === 0 || usages.includes(undefined)) return undefined
    const all = usages as Usage[]
    const containers = all.map(({ cpuNanos, memoryBytes }, i) => ({ name: pod['spec'].containers[i].name, usage: asList(cpuNanos, memoryBytes) }))
    return metricsObject('PodMetrics', pod, all[0]!, { containers })
  }

  ofNode(node: KubeObject, at: number): KubeObject | undefined {
    const windows = this.windows.get(node.metadata.name)
    if (windows === undefined) return undefined
    let cpuNanos = systemCpuMillis * 1e6
    let memoryBytes = systemMemoryBytes
    for (const window of windows.values()) {
      const usage = usageOf(window)
      cpuNanos += usage?.cpuNanos ?? 0
      memoryBytes += usage?.memoryBytes ?? 0
    }
    return metricsObject('NodeMetrics', node, { at, windowMs: resolutionMs }, { usage: asList(cpuNanos, memoryBytes) })
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

/** One object, or a list of them, as a table (metrics-server pkg/api/table.go). */
export function metricsTable(answer: KubeObject): Table {
  const items = (answer['items'] ?? [answer]) as KubeObject[]
  const usageOfAll = (item: KubeObject): Record<string, string> =>
    item['usage'] ?? (item['containers'] as { usage: Record<string, string> }[]).map(({ usage }) => usage).reduce(addLists)
  const column = (name: string, format: string): Table['columnDefinitions'][number] => ({ name, type: 'string', format, description: '', priority: 0 })
  const rows = items.map((item) => {
    const { cpu, memory } = usageOfAll(item)
    return { cells: [item.metadata.name, cpu, memory, item['window']], object: { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: item.metadata } as KubeObject }
  })
  return { kind: 'Table', apiVersion: 'meta.k8s.io/v1', metadata: {}, columnDefinitions: [column('Name', 'name'), column('cpu', 'quantity'), column('memory', 'quantity'), column('Window', 'duration')], rows }
}

/** As a kubelet writes it under /metrics/resource (pkg/kubelet/metrics/collectors/resource_metrics.go). */
export function exposition(usages: readonly ContainerUsage[], now: number): string {
  const families: readonly [name: string, help: string, type: string, of: (usage: ContainerUsage) => string][] = [
    ['container_cpu_usage_seconds_total', 'Cumulative cpu time consumed by the container in core-seconds', 'counter', ({ cpuMs }) => String(cpuMs / 1000)],
    ['container_memory_working_set_bytes', 'Current working set of the container in bytes', 'gauge', ({ memoryBytes }) => String(Math.round(memoryBytes))],
    ['container_start_time_seconds', 'Start time of the container since unix epoch in seconds', 'gauge', ({ startedAt }) => String(startedAt / 1000)],
  ]
  const lines = families.flatMap(([name, help, type, of]) => [
    `# HELP ${name} [STABLE] ${help}`,
    `# TYPE ${name} ${type}`,
    ...usages.map((usage) => `${name}{container="${usage.container}",namespace="${usage.namespace}",pod="${usage.pod}"} ${of(usage)} ${now}`),
  ])
  return [...lines, '# HELP resource_scrape_error [STABLE] 1 if there was an error while getting container metrics, 0 otherwise', '# TYPE resource_scrape_error gauge', 'resource_scrape_error 0', ''].join('\n')
}

const sample = /^container_(\w+)\{container="([^"]*)",namespace="([^"]*)",pod="([^"]*)"\} (\S+)/

/** The other way round. */
export function usagesIn(text: string): ContainerUsage[] {
  const found = new Map<string, ContainerUsage>()
  for (const line of text.split('\n')) {
    const [, family, container = '', namespace = '', pod = '', value] = sample.exec(line) ?? []
    if (family === undefined) continue
    const key = `${namespace}/${pod}/${container}`
    const usage = found.get(key) ?? { namespace, pod, container, startedAt: 0, cpuMs: 0, memoryBytes: 0 }
    found.set(key, usage)
    if (family === 'cpu_usage_seconds_total') usage.cpuMs = Number(value) * 1000
    else if (family === 'memory_working_set_bytes') usage.memoryBytes = Number(value)
    else usage.startedAt = Number(value) * 1000
  }
  return [...found.values()]
}
