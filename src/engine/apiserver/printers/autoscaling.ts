import { quantity } from '../../api/quantity.ts'
import { ageOf, columns, type Printer } from './printer.ts'

interface MetricTarget { averageValue?: string; averageUtilization?: number; value?: string }
/** One metric of the spec or the status: its source under the name of its type. */
interface Metric { type: string; [source: string]: any }

export const horizontalPodAutoscalers: Printer = {
  columns: columns('Name', 'Reference', 'Targets', 'MinPods', 'MaxPods', 'Replicas', 'Age'),
  cells: ({ metadata, spec, status }, now) => [
    metadata.name,
    `${spec?.scaleTargetRef?.kind}/${spec?.scaleTargetRef?.name}`,
    targets(metricsOf(spec), currentMetricsOf(status)),
    spec?.minReplicas === undefined ? '<unset>' : String(spec.minReplicas),
    spec?.maxReplicas ?? 0,
    status?.currentReplicas ?? 0,
    ageOf(metadata, now),
  ],
}

export const scales: Printer = {
  columns: columns('Name', 'Desired#', 'Available#', 'Age'),
  cells: ({ metadata, spec, status }, now) => [metadata.name, spec?.replicas ?? 0, status?.replicas ?? 0, ageOf(metadata, now)],
}

/** autoscaling/v1 has one metric in a field of its own. */
function metricsOf(spec: any): Metric[] {
  if (spec?.targetCPUUtilizationPercentage === undefined) return spec?.metrics ?? []
  const target = { averageUtilization: spec.targetCPUUtilizationPercentage }
  return [{ type: 'Resource', resource: { name: 'cpu', target } }]
}

function currentMetricsOf(status: any): Metric[] {
  if (status?.currentCPUUtilizationPercentage === undefined) return status?.currentMetrics ?? []
  const current = { averageUtilization: status.currentCPUUtilizationPercentage }
  return [{ type: 'Resource', resource: { name: 'cpu', current } }]
}

function targets(specs: readonly Metric[], statuses: readonly Metric[]): string {
  if (specs.length === 0) return '<none>'
  const shown = specs.slice(0, 2).map((spec, i) => metricCell(spec, statuses[i])).join(', ')
  return specs.length > 2 ? `${shown} + ${specs.length - 2} more...` : shown
}

const sourceOf: Record<string, string> =
  { External: 'external', Pods: 'pods', Object: 'object', Resource: 'resource', ContainerResource: 'containerResource' }

function metricCell(spec: Metric, status: Metric | undefined): string {
  const key = sourceOf[spec.type]
  if (key === undefined) return '<unknown type>'
  const target: MetricTarget = spec[key]?.target ?? {}
  const current: MetricTarget | undefined = status?.[key]?.current
  switch (spec.type) {
    case 'Pods':
      return `${amount(current?.averageValue)}/${quantity(target.averageValue).text}`
    case 'External':
    case 'Object':
      return target.averageValue !== undefined
        ? `${amount(current?.averageValue)}/${quantity(target.averageValue).text} (avg)`
        : `${amount(current?.value)}/${quantity(target.value).text}`
    default:
      return `${spec[key].name}: ${resourceTarget(target, current)}`
  }
}

function resourceTarget(target: MetricTarget, current: MetricTarget | undefined): string {
  if (target.averageValue !== undefined) return `${amount(current?.averageValue)}/${quantity(target.averageValue).text}`
  const wanted = target.averageUtilization === undefined ? '<auto>' : `${target.averageUtilization}%`
  return `${current?.averageUtilization === undefined ? '<unknown>' : `${current.averageUtilization}%`}/${wanted}`
}

const amount = (value: string | undefined): string => (value === undefined ? '<unknown>' : quantity(value).text)
