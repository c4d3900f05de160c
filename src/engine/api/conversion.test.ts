import { describe, expect, test } from 'vitest'
import { kubectl } from '../../kubectl/index.ts'
import { createCluster } from '../index.ts'
import { autoscalerToV1, autoscalerToV2 } from './autoscalerVersions.ts'
import type { KubeObject } from './types.ts'

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

describe('what autoscaling/v1 has no field for', () => {
  const behavior = { scaleUp: { stabilizationWindowSeconds: 0, selectPolicy: 'Max', policies: [{ type: 'Pods', value: 4, periodSeconds: 15 }] } }
  const conditions = [{ type: 'AbleToScale', status: 'True', lastTransitionTime: '2026-01-05T09:00:00Z', reason: 'ReadyForNewScale', message: 'recommended' }]
  const describedObject = { kind: 'Ingress', name: 'main', apiVersion: 'networking.k8s.io/v1' }
  const metrics = [
    { type: 'Resource', resource: { name: 'memory', target: { type: 'AverageValue', averageValue: '100Mi' } } },
    { type: 'ContainerResource', containerResource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 60 }, container: 'app' } },
    { type: 'Pods', pods: { metric: { name: 'packets' }, target: { type: 'AverageValue', averageValue: '1k' } } },
    { type: 'Object', object: { describedObject, metric: { name: 'rps' }, target: { type: 'Value', value: '2k' } } },
    { type: 'External', external: { metric: { name: 'queue', selector: { matchLabels: { queue: 'jobs' } } }, target: { type: 'AverageValue', averageValue: '30' } } },
    { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } },
  ]
  const currentMetrics = [{ type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: 20, averageValue: '50m' } } }]
  const autoscaler = {
    apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata: { name: 'web', annotations: { team: 'shop' } },
    spec: { scaleTargetRef: { kind: 'Deployment', name: 'web', apiVersion: 'apps/v1' }, minReplicas: 1, maxReplicas: 5, metrics, behavior },
    status: { currentReplicas: 1, desiredReplicas: 1, currentMetrics, conditions },
  } as unknown as KubeObject

  test('is carried in annotations', () => {
    const { metadata, spec, status } = autoscalerToV1(autoscaler)
    expect(spec.targetCPUUtilizationPercentage).toBe(80)
    expect(status.currentCPUUtilizationPercentage).toBe(20)
    const note = (name: string): unknown => JSON.parse(metadata.annotations![`autoscaling.alpha.kubernetes.io/${name}`]!)
    expect(JSON.stringify(note('behavior'))).toBe('{"ScaleUp":{"StabilizationWindowSeconds":0,"SelectPolicy":"Max","Policies":[{"Type":"Pods","Value":4,"PeriodSeconds":15}],"Tolerance":null},"ScaleDown":null}')
    expect(note('conditions')).toEqual(conditions)
    expect(note('current-metrics')).toEqual([{ type: 'Resource', resource: { name: 'cpu', currentAverageUtilization: 20, currentAverageValue: '50m' } }])
    expect(note('metrics')).toEqual([
      { type: 'Resource', resource: { name: 'memory', targetAverageValue: '100Mi' } },
      { type: 'ContainerResource', containerResource: { name: 'cpu', targetAverageUtilization: 60, container: 'app' } },
      { type: 'Pods', pods: { metricName: 'packets', targetAverageValue: '1k' } },
      { type: 'Object', object: { target: describedObject, metricName: 'rps', targetValue: '2k' } },
      { type: 'External', external: { metricName: 'queue', metricSelector: { matchLabels: { queue: 'jobs' } }, targetAverageValue: '30' } },
    ])
  })

  test('and is there again on the way back', () => {
    expect(autoscalerToV2(autoscalerToV1(autoscaler))).toEqual(autoscaler)
  })
})

describe('an event', () => {
  const core = '/api/v1/namespaces/default/events'
  const newer = '/apis/events.k8s.io/v1/namespaces/default/events'
  const made = {
    metadata: { name: 'a' }, reportingController: 'me.example/x', reportingInstance: 'me-1', action: 'Binding', reason: 'Bound', type: 'Normal', note: 'all well',
    regarding: { kind: 'Pod', namespace: 'default', name: 'web' }, eventTime: '2026-01-05T09:00:00.000000Z',
  }
  const known = () => {
    const cluster = createCluster({ nodes: 1 })
    const answer = cluster.request({ verb: 'POST', path: newer, body: { apiVersion: 'events.k8s.io/v1', kind: 'Event', ...made } as never })
    expect([answer.code, answer.body]).toMatchObject([201, { apiVersion: 'events.k8s.io/v1', note: 'all well' }])
    return cluster
  }

  test('of one group is read in the other', () => {
    const cluster = known()
    expect(cluster.request({ verb: 'GET', path: `${core}/a` }).body).toMatchObject({
      apiVersion: 'v1', message: 'all well', reportingComponent: 'me.example/x', involvedObject: made.regarding, firstTimestamp: null, source: {},
    })
    expect(cluster.request({ verb: 'GET', path: `${core}?fieldSelector=involvedObject.name%3Dweb` }).body).toMatchObject({ items: [{ apiVersion: 'v1', message: 'all well' }] })
    expect(cluster.request({ verb: 'GET', path: `${newer}?fieldSelector=regarding.name%3Dweb` }).body).toMatchObject({ kind: 'EventList', items: [{ apiVersion: 'events.k8s.io/v1', note: 'all well' }] })
    expect(kubectl(cluster, 'get events.v1.events.k8s.io a -o jsonpath={.apiVersion}{.note}').stdout).toBe('events.k8s.io/v1all well')
  })

  test('is changed through the other', () => {
    const cluster = known()
    const answer = cluster.request({ verb: 'PATCH', path: `${core}/a`, contentType: 'application/merge-patch+json', body: { metadata: { labels: { a: 'b' } } } as never })
    expect([answer.code, answer.body]).toMatchObject([200, { apiVersion: 'v1', message: 'all well' }])
    expect(cluster.request({ verb: 'GET', path: `${newer}/a` }).body).toMatchObject({ metadata: { labels: { a: 'b' } }, note: 'all well', eventTime: made.eventTime })
  })
})
