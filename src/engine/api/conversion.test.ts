import { expect, test } from 'vitest'
import { createCluster } from '../index.ts'

test('an autoscaler of either version is one object', () => {
  const cluster = createCluster({ nodes: 1 })
  const at = (version: string, name = '') => `/apis/autoscaling/${version}/namespaces/default/horizontalpodautoscalers${name}`
  const spec = { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }, maxReplicas: 5 }
  cluster.request({ verb: 'POST', path: at('v1'), body: { apiVersion: 'autoscaling/v1', kind: 'HorizontalPodAutoscaler', metadata: { name: 'web' }, spec: { ...spec, targetCPUUtilizationPercentage: 50 } } as never })
  const metric = (averageUtilization: number) => [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization } } }]
  expect(cluster.request({ verb: 'GET', path: at('v2', '/web') }).body).toMatchObject({ apiVersion: 'autoscaling/v2', spec: { ...spec, minReplicas: 1, metrics: metric(50) } })
  expect(cluster.request({ verb: 'GET', path: at('v1', '/web') }).body).toMatchObject({ apiVersion: 'autoscaling/v1', spec: { ...spec, targetCPUUtilizationPercentage: 50 } })
  cluster.request({ verb: 'PATCH', path: at('v1', '/web'), contentType: 'application/merge-patch+json', body: { spec: { targetCPUUtilizationPercentage: 70 } } as never })
  expect(cluster.request({ verb: 'GET', path: at('v2', '/web') }).body).toMatchObject({ spec: { metrics: metric(70) } })
  expect(cluster.request({ verb: 'GET', path: at('v1') }).body).toMatchObject({ items: [{ apiVersion: 'autoscaling/v1', spec: { targetCPUUtilizationPercentage: 70 } }] })
})
