import type { ContainerUsage } from '../api/machine.ts'
import { systemCpuMillis, systemMemoryBytes } from '../api/resourceMetrics.ts'
import { formatTime } from '../api/time.ts'
import type { Pod } from '../api/types.ts'

/** What stands in a summary beside the containers' use. */
export interface NodeFigures {
  name: string
  startedAt: number
  memoryBytes: number
  diskBytes: number
  diskUsedBytes: number
}

interface Figures {
  cpuMs: number
  /** Milli-CPU, over the life of what is measured: the kubelet's own windows are not kept. */
  cpuMillis: number
  memoryBytes: number
}

/** The answer at /stats/summary (pkg/kubelet/server/stats/summary.go, pkg/kubelet/apis/stats/v1alpha1). */
export function summaryOf(node: NodeFigures, pods: readonly Pod[], usages: readonly ContainerUsage[], now: number): object {
  const time = formatTime(now)
  const measured = ({ cpuMs, cpuMillis, memoryBytes }: Figures, capacityBytes?: number): object => ({
    cpu: { time, usageNanoCores: Math.round(cpuMillis * 1e6), usageCoreNanoSeconds: Math.round(cpuMs * 1e6) },
    memory: { time, ...(capacityBytes === undefined ? {} : { availableBytes: capacityBytes - memoryBytes }), usageBytes: memoryBytes, workingSetBytes: memoryBytes, rssBytes: memoryBytes, pageFaults: 0, majorPageFaults: 0 },
  })
  const of = (pod: Pod): ContainerUsage[] => usages.filter((usage) => usage.pod === pod.metadata.name && usage.namespace === pod.metadata.namespace)
  const running = pods.map((pod) => [pod, of(pod)] as const).filter(([, containers]) => containers.length > 0)
  const own: Figures = { cpuMs: (systemCpuMillis * (now - node.startedAt)) / 1000, cpuMillis: systemCpuMillis, memoryBytes: systemMemoryBytes }
  return {
    node: {
      nodeName: node.name,
      startTime: formatTime(node.startedAt),
      ...measured(sum([own, ...usages.map((usage) => figures(usage, now))]), node.memoryBytes),
      fs: { time, availableBytes: node.diskBytes - node.diskUsedBytes, capacityBytes: node.diskBytes, usedBytes: node.diskUsedBytes },
    },
    pods: running.map(([{ metadata: { name, namespace, uid }, status }, containers]) => ({
      podRef: { name, namespace, uid },
      startTime: status.startTime,
      containers: containers.map((usage) => ({ name: usage.container, startTime: formatTime(usage.startedAt), ...measured(figures(usage, now)) })),
      ...measured(sum(containers.map((usage) => figures(usage, now)))),
    })),
  }
}

function figures({ cpuMs, memoryBytes, startedAt }: ContainerUsage, now: number): Figures {
  return { cpuMs, cpuMillis: now > startedAt ? (cpuMs / (now - startedAt)) * 1000 : 0, memoryBytes: Math.round(memoryBytes) }
}

function sum(all: readonly Figures[]): Figures {
  return all.reduce((a, b) => ({ cpuMs: a.cpuMs + b.cpuMs, cpuMillis: a.cpuMillis + b.cpuMillis, memoryBytes: a.memoryBytes + b.memoryBytes }), { cpuMs: 0, cpuMillis: 0, memoryBytes: 0 })
}
