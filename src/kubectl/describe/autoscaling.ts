import { goQuote } from '../../engine/api/field.ts'
import type { KubeObject } from '../../engine/api/types.ts'
import { withEvents } from './describer.ts'
import { amount, dateOf, writeHead, type Description } from './writer.ts'

type Metric = Record<string, any>

export const describeHorizontalPodAutoscaler = withEvents((w, { metadata, spec = {}, status }) => {
  writeHead(w, metadata)
  w.line(0, `CreationTimestamp:\t${dateOf(metadata.creationTimestamp)}`)
  w.line(0, `Reference:\t${spec.scaleTargetRef?.kind ?? ''}/${spec.scaleTargetRef?.name ?? ''}`)
  w.line(0, 'Metrics:\t( current / target )')
  spec.metrics?.forEach((metric: Metric, i: number) => writeMetric(w, metric, status?.currentMetrics?.[i] ?? {}))
  w.line(0, `Min replicas:\t${spec.minReplicas ?? '<unset>'}`)
  w.line(0, `Max replicas:\t${spec.maxReplicas}`)
  if (spec.behavior) {
    w.line(0, 'Behavior:')
    writeBehavior(w, 'Scale Up', spec.behavior.scaleUp)
    writeBehavior(w, 'Scale Down', spec.behavior.scaleDown)
  }
  w.line(0, `${spec.scaleTargetRef?.kind ?? ''} pods:\t${status?.currentReplicas ?? 0} current / ${status?.desiredReplicas ?? 0} desired`)
  const conditions: KubeObject[] = status?.conditions ?? []
  if (conditions.length === 0) return
  w.line(0, 'Conditions:')
  w.line(1, 'Type\tStatus\tReason\tMessage')
  w.line(1, '----\t------\t------\t-------')
  for (const { type, status: value, reason = '', message = '' } of conditions as any[]) w.line(1, `${type}\t${value}\t${reason}\t${message}`)
})

const unknown = '<unknown>'
const orNil = (text: string | undefined): string => (text === undefined ? '<nil>' : amount(text))

function writeMetric(w: Description, metric: Metric, current: Metric): void {
  switch (metric['type']) {
    case 'External': {
      const { metric: named, target } = metric['external']
      const average = target.averageValue !== undefined
      const now = current['external']?.current
      const shown = average ? (now?.averageValue === undefined ? unknown : amount(now.averageValue)) : now ? orNil(now.value) : unknown
      return w.line(1, `${goQuote(named.name)} (target ${average ? 'average ' : ''}value):\t${shown} / ${average ? amount(target.averageValue) : orNil(target.value)}`)
    }
    case 'Pods': {
      const { metric: named, target } = metric['pods']
      const now = current['pods']?.current
      return w.line(1, `${goQuote(named.name)} on pods:\t${now ? orNil(now.averageValue) : unknown} / ${orNil(target.averageValue)}`)
    }
    case 'Object': {
      const { metric: named, target, describedObject } = metric['object']
      const average = target.type === 'AverageValue'
      const field = average ? 'averageValue' : 'value'
      const now = current['object']?.current
      return w.line(1,
        `"${named.name}" on ${describedObject.kind}/${describedObject.name} (target ${average ? 'average ' : ''}value):\t` +
        `${now ? orNil(now[field]) : unknown} / ${orNil(target[field])}`)
    }
    case 'Resource':
      return writeResource(w, `resource ${metric['resource'].name} on pods`, metric['resource'].target, current['resource']?.current)
    case 'ContainerResource': {
      const { name, container, target } = metric['containerResource']
      return writeResource(w, `resource ${name} of container "${container}" on pods`, target, current['containerResource']?.current)
    }
    default:
      return w.line(1, `<unknown metric type ${goQuote(metric['type'] ?? '')}>`)
  }
}

function writeResource(w: Description, title: string, target: Metric, now: Metric | undefined): void {
  w.write(1, title)
  if (target['averageValue'] !== undefined) return w.line(0, `:\t${now ? orNil(now['averageValue']) : unknown} / ${amount(target['averageValue'])}`)
  const used = now?.['averageUtilization']
  const current = used === undefined ? unknown : `${used}% (${orNil(now!['averageValue'])})`
  const wanted = target['averageUtilization'] === undefined ? '<auto>' : `${target['averageUtilization']}%`
  w.line(1, `(as a percentage of request):\t${current} / ${wanted}`)
}

function writeBehavior(w: Description, title: string, rules: Metric | undefined): void {
  if (!rules) return
  w.line(1, `${title}:`)
  if (rules['stabilizationWindowSeconds'] !== undefined) w.line(2, `Stabilization Window: ${rules['stabilizationWindowSeconds']} seconds`)
  if (!rules['policies']?.length) return
  w.line(2, `Select Policy: ${rules['selectPolicy'] ?? 'Max'}`)
  w.line(2, 'Policies:')
  for (const { type, value, periodSeconds } of rules['policies']) w.line(3, `- Type: ${type}\tValue: ${value}\tPeriod: ${periodSeconds} seconds`)
}
