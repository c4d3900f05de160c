import { quantity } from '../../api/quantity.ts'
import { parseDuration } from '../../api/time.ts'
import type { KubeObject } from '../../api/types.ts'
import { resource } from '../../client/client.ts'
import { timeOf } from '../common/pods.ts'
import type { PodMetric } from './replica-calculator.ts'

/** What the metrics API says of pods (pkg/controller/podautoscaler/metrics/client.go). */
export const podMetricsResource = resource('pods', 'metrics.k8s.io', 'v1beta1')

interface ContainerMetrics {
  name: string
  usage: Record<string, string>
}

const metric = (item: KubeObject, value: number): PodMetric => ({ value, timestamp: timeOf(item['timestamp']), windowMs: parseDuration(item['window'] as string) ?? 0 })

/** By pod, the sum of its containers; a pod of which one is missing is missing. */
export function podMetrics(items: readonly KubeObject[], resourceName: string): Map<string, PodMetric> {
  const found = new Map<string, PodMetric>()
  for (const item of items) {
    const usages = (item['containers'] as ContainerMetrics[]).map(({ usage }) => usage[resourceName])
    if (usages.length === 0 || usages.includes(undefined)) continue
    found.set(item.metadata.name, metric(item, usages.reduce((sum, usage) => sum + quantity(usage).milliValue, 0)))
  }
  return found
}

/** By pod, the use of its container of this name. */
export function containerMetrics(items: readonly KubeObject[], resourceName: string, container: string): Map<string, PodMetric> | { error: string } {
  const found = new Map<string, PodMetric>()
  for (const item of items) {
    const { namespace, name } = item.metadata
    const measured = (item['containers'] as ContainerMetrics[]).find((of) => of.name === container)
    if (measured === undefined) return { error: `failed to get container metrics: container ${container} not present in metrics for pod ${namespace}/${name}` }
    const usage = measured.usage[resourceName]
    if (usage !== undefined) found.set(name, metric(item, quantity(usage).milliValue))
  }
  return found
}
