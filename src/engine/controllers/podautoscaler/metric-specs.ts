import type { LabelSelector } from '../../api/selector.ts'
import { selectorText } from '../common/selectors.ts'

/** spec.metrics of an autoscaler (autoscaling/v2 MetricSpec). */
export interface MetricTarget {
  type: 'Utilization' | 'AverageValue' | 'Value'
  averageUtilization?: number
  averageValue?: string
  value?: string
}

export interface ResourceSource {
  name: string
  target: MetricTarget
  container?: string
}

interface Named {
  metric: { name: string; selector?: LabelSelector }
  target: MetricTarget
}

export interface MetricSpec {
  type: string
  resource?: ResourceSource
  containerResource?: ResourceSource
  pods?: Named
  object?: Named & { describedObject: { kind: string; name: string } }
  external?: Named
}

const noCustom = 'unable to fetch metrics from custom metrics API: no custom metrics API (custom.metrics.k8s.io) registered'

/** Metrics that only an adapter could serve (Prometheus and its like); there is none, and the autoscaler says so in upstream's words. */
export function unservedMetric(spec: MetricSpec, namespace: string): { reason: string; message: string; error: string } {
  if (spec.type === 'Pods') {
    const message = `unable to get metric ${spec.pods!.metric.name}: ${noCustom}`
    return { reason: 'FailedGetPodsMetric', message, error: `failed to get pods metric value: ${message}` }
  }
  if (spec.type === 'Object') {
    const { metric, describedObject: { kind, name } } = spec.object!
    const message = `unable to get metric ${metric.name}: ${kind} on ${namespace} ${name}/${noCustom}`
    return { reason: 'FailedGetObjectMetric', message, error: `failed to get object metric value: ${message}` }
  }
  const { name, selector } = spec.external!.metric
  const why = `unable to fetch metrics from external metrics API: the server could not find the requested resource (get ${name}.external.metrics.k8s.io)`
  const message = `unable to get external metric ${namespace}/${name}/${selector === undefined ? 'nil' : selectorText(selector)}: ${why}`
  return { reason: 'FailedGetExternalMetric', message, error: `failed to get ${name} external metric: ${message}` }
}
