import type { KubeObject } from './types.ts'

/**
 * Kinds that are served in two versions are stored in one: HorizontalPodAutoscaler as autoscaling/v2
 * (pkg/apis/autoscaling/v1/conversion.go). What only v2 can say is left out of v1.
 */

interface Metric {
  type: string
  resource?: { name: string; target?: { averageUtilization?: number }; current?: { averageUtilization?: number } }
}

const isCPU = ({ type, resource }: Metric): boolean => type === 'Resource' && resource?.name === 'cpu'

/** As it is stored. */
export function toStorage(object: KubeObject): KubeObject {
  if (object.apiVersion !== 'autoscaling/v1' || object.kind !== 'HorizontalPodAutoscaler') return object
  const { targetCPUUtilizationPercentage: percent, ...spec } = object['spec'] ?? {}
  const cpu = percent === undefined ? {} : { metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: percent } } }] }
  return { ...object, apiVersion: 'autoscaling/v2', spec: { ...spec, ...cpu } }
}

/** As the version that was asked for says it. */
export function toVersion(object: KubeObject, apiVersion: string): KubeObject {
  if (apiVersion !== 'autoscaling/v1' || object.apiVersion !== 'autoscaling/v2') return object
  const { metrics = [], behavior: _behavior, ...spec } = object['spec'] ?? {}
  const { currentMetrics, conditions: _conditions, ...status } = object['status'] ?? {}
  const percent = (metrics as Metric[]).find(isCPU)?.resource?.target?.averageUtilization
  const current = ((currentMetrics ?? []) as Metric[]).find(isCPU)?.resource?.current?.averageUtilization
  return {
    ...object,
    apiVersion,
    spec: { ...spec, ...(percent === undefined ? {} : { targetCPUUtilizationPercentage: percent }) },
    status: { currentReplicas: 0, ...status, ...(current === undefined ? {} : { currentCPUUtilizationPercentage: current }) },
  }
}

export function allToVersion(objects: KubeObject[], apiVersion: string): KubeObject[] {
  return apiVersion === 'autoscaling/v1' ? objects.map((object) => toVersion(object, apiVersion)) : objects
}
