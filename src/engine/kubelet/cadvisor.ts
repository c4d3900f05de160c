import type { ContainerUsage } from '../api/machine.ts'
import { quantity } from '../api/quantity.ts'
import type { Container, Pod } from '../api/types.ts'
import type { NodeFigures } from './summary.ts'

/** A running container with what cAdvisor says of each: where it is, and what it uses. */
interface Seen {
  labels: string
  usage: ContainerUsage
  limits: Readonly<Record<string, string>>
  requests: Readonly<Record<string, string>>
}

type Family = [name: string, type: 'counter' | 'gauge', help: string, value: (seen: Seen, now: number) => number | undefined, more?: string]

const cpuPeriod = 100_000

const families: readonly Family[] = [
  ['container_cpu_usage_seconds_total', 'counter', 'Cumulative cpu time consumed in seconds.', ({ usage }) => usage.cpuMs / 1000, ',cpu="total"'],
  ['container_last_seen', 'gauge', 'Last time a container was seen by the exporter', (_, now) => Math.floor(now / 1000)],
  ['container_memory_rss', 'gauge', 'Size of RSS in bytes.', ({ usage }) => usage.memoryBytes],
  ['container_memory_usage_bytes', 'gauge', 'Current memory usage in bytes, including all memory regardless of when it was accessed', ({ usage }) => usage.memoryBytes],
  ['container_memory_working_set_bytes', 'gauge', 'Current working set in bytes.', ({ usage }) => usage.memoryBytes],
  ['container_spec_cpu_period', 'gauge', 'CPU period of the container.', () => cpuPeriod],
  ['container_spec_cpu_quota', 'gauge', 'CPU quota of the container.', ({ limits: { cpu } }) => (cpu === undefined ? undefined : quantity(cpu).value * cpuPeriod)],
  ['container_spec_cpu_shares', 'gauge', 'CPU share of the container.', ({ limits, requests }) => Math.max(2, Math.floor(quantity(requests['cpu'] ?? limits['cpu'] ?? '0').value * 1024))],
  ['container_spec_memory_limit_bytes', 'gauge', 'Memory limit for the container.', ({ limits: { memory } }) => (memory === undefined ? 0 : quantity(memory).value)],
  ['container_start_time_seconds', 'gauge', 'Start time of the container since unix epoch in seconds.', ({ usage }) => Math.floor(usage.startedAt / 1000)],
]

/** The answer at /metrics/cadvisor, as far as anything is known: what runs, its use of processors and memory, its limits (google/cadvisor metrics/prometheus.go). */
export function cadvisorMetrics(node: NodeFigures, pods: readonly Pod[], usages: readonly ContainerUsage[], now: number): string {
  const all = usages.flatMap((usage) => seen(usage, pods) ?? [])
  const lines = families.flatMap(([name, type, help, value, more = '']) => {
    const samples = all.flatMap((one) => {
      const amount = value(one, now)
      return amount === undefined ? [] : [`${name}{${one.labels.replace(/(?=,id=)/, more)}} ${amount} ${now}`]
    })
    return samples.length === 0 ? [] : [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...samples]
  })
  const machine = ['# HELP machine_memory_bytes Amount of memory installed on the machine.', '# TYPE machine_memory_bytes gauge', `machine_memory_bytes ${node.memoryBytes}`]
  return `${[...lines, ...machine].join('\n')}\n`
}

function seen(usage: ContainerUsage, pods: readonly Pod[]): Seen | undefined {
  const pod = pods.find(({ metadata }) => metadata.name === usage.pod && metadata.namespace === usage.namespace)
  const spec = pod === undefined ? undefined : containersOf(pod).find(({ name }) => name === usage.container)
  if (pod === undefined || spec === undefined) return undefined
  const status = [...(pod.status.containerStatuses ?? []), ...(pod.status.initContainerStatuses ?? [])].find(({ name }) => name === usage.container)
  const id = (status?.containerID ?? '').replace(/^.*\/\//, '')
  const place = { container: usage.container, id: `${sliceOf(pod)}/cri-containerd-${id}.scope`, image: status?.image ?? '', name: id, namespace: usage.namespace, pod: usage.pod }
  const { limits = {}, requests = {} } = (spec.resources ?? {}) as { limits?: Record<string, string>; requests?: Record<string, string> }
  return { labels: Object.entries(place).map(([label, value]) => `${label}=${JSON.stringify(value)}`).join(','), usage, limits, requests }
}

/** The cgroup of a pod, as the systemd driver names it. */
function sliceOf({ metadata: { uid }, status: { qosClass = 'BestEffort' } }: Pod): string {
  const own = (prefix: string): string => `${prefix}-pod${uid.replaceAll('-', '_')}.slice`
  if (qosClass === 'Guaranteed') return `/kubepods.slice/${own('kubepods')}`
  const among = `kubepods-${qosClass.toLowerCase()}`
  return `/kubepods.slice/${among}.slice/${own(among)}`
}

const containersOf = ({ spec }: Pod): Container[] => [...spec.containers, ...(spec.initContainers ?? [])]

/** The answer at /runningpods/: what the runtime has, in as few words as it knows of it. */
export function runningPods(pods: readonly Pod[], usages: readonly ContainerUsage[]): object {
  const items = pods.flatMap((pod) => {
    const { name, namespace, uid } = pod.metadata
    const runs = (container: Container): boolean => usages.some((usage) => usage.container === container.name && usage.pod === name && usage.namespace === namespace)
    const containers = containersOf(pod).filter(runs).map((container) => ({ name: container.name, image: container.image, resources: {} }))
    return containers.length === 0 ? [] : [{ metadata: { name, namespace, uid, creationTimestamp: null }, spec: { containers }, status: {} }]
  })
  return { kind: 'PodList', apiVersion: 'v1', metadata: {}, items }
}
