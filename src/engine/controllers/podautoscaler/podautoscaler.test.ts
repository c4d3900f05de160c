import { describe, expect, test } from 'vitest'
import { createCluster, type Cluster } from '../../index.ts'
import { now, pod } from '../testing/objects.ts'
import { limitByBehavior, limitByDefault, type Behavior, type Memory } from './limits.ts'
import { unservedMetric } from './metric-specs.ts'
import { proposeReplicas, requestsOf, type PodMetric } from './replica-calculator.ts'

// --- how many ------------------------------------------------------------------------------------

const requests = (cpu: string | undefined) => ({ containers: [{ name: 'main', image: 'a', resources: cpu === undefined ? {} : { requests: { cpu } } }] })
const running = (name: string, cpu: string | undefined, more: object = {}) => {
  const made = pod({ name, ...more })
  return { ...made, spec: { ...made.spec, ...requests(cpu) }, status: { ...made.status, startTime: '2026-01-01T00:00:00Z' } } as typeof made
}
const used = (value: number): PodMetric => ({ value, timestamp: now, windowMs: 15_000 })

interface Case {
  current: number
  request: string
  target: number
  used: number[]
  unready?: number
  missing?: number
  wanted: number
}

test.each<[string, Case]>([
  ['up', { current: 3, request: '1', target: 30, used: [300, 500, 700], wanted: 5 }],
  ['up, one that is not ready counts as idle', { current: 3, request: '1', target: 30, used: [500, 700], unready: 1, wanted: 4 }],
  ['down', { current: 5, request: '1', target: 50, used: [100, 300, 500, 250, 250], wanted: 3 }],
  ['within a tenth', { current: 3, request: '1', target: 100, used: [1010, 1030, 1020], wanted: 3 }],
  ['a little more than a tenth', { current: 4, request: '100m', target: 50, used: [56, 56, 56, 56], wanted: 5 }],
  ['down, one without metrics counts as full', { current: 5, request: '1', target: 50, used: [100, 100, 100, 100], missing: 1, wanted: 3 }],
  ['up, one without metrics counts as idle', { current: 3, request: '1', target: 50, used: [1000, 1000], missing: 1, wanted: 4 }],
  ['what is missing must not turn the way', { current: 2, request: '1', target: 50, used: [60], missing: 1, wanted: 2 }],
  ['an unready one on the way down does not count', { current: 4, request: '1', target: 50, used: [100, 100, 100], unready: 1, wanted: 1 }],
])('replicas: %s', (_name, { current, request, target, used: values, unready = 0, missing = 0, wanted }) => {
  const names = (prefix: string, count: number) => Array.from({ length: count }, (_, i) => `${prefix}${i}`)
  const ready = names('ready', values.length).map((name) => running(name, request))
  const late = names('late', unready).map((name) => running(name, request, { phase: 'Pending', ready: false }))
  const silent = names('silent', missing).map((name) => running(name, request))
  const pods = [...ready, ...late, ...silent]
  const metrics = new Map(values.map((value, i) => [`ready${i}`, used(value)]))
  const asked = requestsOf(pods, 'cpu', undefined) as Map<string, number>
  expect(proposeReplicas(current, pods, metrics, 'cpu', { utilization: target, requests: asked }, now)).toMatchObject({ replicas: wanted })
})

test('a pod that asks as a whole is measured by that, and a container of it by its own request', () => {
  const whole = (name: string, own: object, cpu: string | undefined) => {
    const made = running(name, cpu)
    return { ...made, spec: { ...made.spec, resources: { requests: own } } } as typeof made
  }
  const milli = (own: object, cpu: string | undefined, container?: string) => {
    const asked = requestsOf([whole('a', own, cpu)], 'cpu', container)
    return 'error' in asked ? asked.error : asked.get('a')
  }
  expect(milli({ cpu: '2' }, undefined)).toBe(2000)
  expect(milli({ cpu: '2' }, '500m')).toBe(2000)
  expect(milli({ memory: '1Gi' }, '500m')).toBe(500)
  expect(milli({ memory: '1Gi' }, undefined)).toBe('missing pod-level request for cpu in Pod a')
  expect(milli({ cpu: '2' }, '500m', 'main')).toBe(500)
  expect(milli({ cpu: '2' }, undefined, 'main')).toBe('missing request for cpu in container main of Pod a')
})

test('an average value needs no request', () => {
  const pods = ['a', 'b'].map((name) => running(name, undefined))
  const metrics = new Map(pods.map(({ metadata }) => [metadata.name, used(600)]))
  expect(proposeReplicas(2, pods, metrics, 'cpu', { averageMilli: 200 }, now)).toEqual({ replicas: 6, utilization: undefined, meanMilli: 600 })
})

test.each([
  ['a mean use is a whole number of thousandths before it is compared', [110, 110, 111], 0, 100, 3],
  ['exactly as much as is wanted, one without metrics counts as idle', [100, 100], 1, 100, 2],
  ['down, one without metrics counts as it should be', [40, 40], 1, 100, 2],
])('average value: %s', (_name, values, missing, averageMilli, wanted) => {
  const pods = [...values, ...Array.from({ length: missing }, () => 0)].map((_value, i) => running(`p${i}`, undefined))
  expect(proposeReplicas(3, pods, new Map(values.map((value, i) => [`p${i}`, used(value)])), 'cpu', { averageMilli }, now)).toMatchObject({ replicas: wanted })
})

test('CPU of a pod that has just become ready is not counted', () => {
  const young = running('a', '1', { readyForSeconds: 5 })
  const pods = [{ ...young, status: { ...young.status, startTime: new Date(now - 20_000).toISOString() } }] as typeof young[]
  expect(proposeReplicas(1, pods, new Map([['a', used(900)]]), 'cpu', { averageMilli: 100 }, now)).toEqual({ error: 'did not receive metrics for targeted pods (pods might be unready)' })
  expect(proposeReplicas(1, pods, new Map([['a', used(900)]]), 'memory', { averageMilli: 300 }, now)).toMatchObject({ replicas: 3 })
})

test('a container that asks for nothing has no utilization', () => {
  expect(requestsOf([running('p', undefined)], 'cpu', undefined)).toEqual({ error: 'missing request for cpu in container main of Pod p' })
})

// --- how fast ------------------------------------------------------------------------------------

const memory = (recommended: number[] = [], more: Partial<Memory> = {}): Memory => ({ recommendations: recommended.map((replicas, i) => ({ at: now - 60_000 * (i + 1), replicas })), ups: [], downs: [], ...more })

test.each([
  ['down waits for the highest of five minutes', { current: 8, desired: 3, min: 1, max: 10 }, [4, 6, 8], 8, 'ScaleDownStabilized', 'DesiredWithinRange'],
  ['what is older is forgotten', { current: 8, desired: 3, min: 1, max: 10 }, [3, 3, 3, 3, 3, 8], 3, 'ReadyForNewScale', 'DesiredWithinRange'],
  ['up to four at once', { current: 1, desired: 50, min: 1, max: 100 }, [], 4, 'ReadyForNewScale', 'ScaleUpLimit'],
  ['up to the double', { current: 5, desired: 50, min: 1, max: 100 }, [], 10, 'ReadyForNewScale', 'ScaleUpLimit'],
  ['not above the maximum', { current: 5, desired: 50, min: 1, max: 8 }, [], 8, 'ReadyForNewScale', 'TooManyReplicas'],
  ['not below the minimum', { current: 5, desired: 1, min: 2, max: 8 }, [], 2, 'ReadyForNewScale', 'TooFewReplicas'],
])('by default: %s', (_name, sizes, recommended, replicas, able, limited) => {
  expect(limitByDefault(sizes, memory(recommended), now)).toMatchObject({ replicas, able: { reason: able }, limited: { reason: limited } })
})

const policy = (type: 'Pods' | 'Percent', value: number, periodSeconds = 60) => ({ type, value, periodSeconds })
test.each<[string, object, Behavior, Partial<Memory>, number, string]>([
  ['pods a minute', { current: 3, desired: 20 }, { scaleUp: { policies: [policy('Pods', 2)] } }, {}, 5, 'ScaleUpLimit'],
  ['the larger of two', { current: 10, desired: 50 }, { scaleUp: { policies: [policy('Pods', 4), policy('Percent', 100)] } }, {}, 20, 'ScaleUpLimit'],
  ['the smaller of two', { current: 10, desired: 50 }, { scaleUp: { selectPolicy: 'Min', policies: [policy('Pods', 4), policy('Percent', 100)] } }, {}, 14, 'ScaleUpLimit'],
  ['what came in this period counts', { current: 5, desired: 20 }, { scaleUp: { policies: [policy('Pods', 4)] } }, { ups: [{ at: now - 30_000, change: 3 }] }, 6, 'ScaleUpLimit'],
  ['not up', { current: 5, desired: 20 }, { scaleUp: { selectPolicy: 'Disabled' } }, {}, 5, 'ScaleUpLimit'],
  ['down by a tenth', { current: 20, desired: 1 }, { scaleDown: { stabilizationWindowSeconds: 0, policies: [policy('Percent', 10)] } }, {}, 18, 'ScaleDownLimit'],
  ['down by the smaller step', { current: 20, desired: 1 }, { scaleDown: { stabilizationWindowSeconds: 0, selectPolicy: 'Min', policies: [policy('Percent', 50), policy('Pods', 1)] } }, {}, 19, 'ScaleDownLimit'],
  ['not down', { current: 5, desired: 1 }, { scaleDown: { stabilizationWindowSeconds: 0, selectPolicy: 'Disabled' } }, {}, 5, 'ScaleDownLimit'],
])('by behaviour: %s', (_name, sizes, behavior, more, replicas, reason) => {
  expect(limitByBehavior({ min: 1, max: 100, ...sizes } as never, behavior, memory([], more), now)).toMatchObject({ replicas, limited: { status: 'True', reason } })
})

test('a way down that waits says why', () => {
  expect(limitByDefault({ current: 8, desired: 3, min: 1, max: 10 }, memory([4, 6, 8]), now).able).toMatchObject({
    reason: 'ScaleDownStabilized', message: 'recent recommendations were higher than current one, applying the highest recent recommendation',
  })
})

test('by behaviour: a window on the way up waits for the lowest', () => {
  const behavior: Behavior = { scaleUp: { stabilizationWindowSeconds: 300, policies: [policy('Percent', 900, 15)] } }
  expect(limitByBehavior({ current: 2, desired: 9, min: 1, max: 20 }, behavior, memory([4, 6]), now)).toMatchObject({ replicas: 4, able: { reason: 'ScaleUpStabilized' } })
})

test.each([
  [{ type: 'Pods', pods: { metric: { name: 'packets' }, target: { type: 'AverageValue' } } }, 'unable to get metric packets: unable to fetch metrics from custom metrics API: no custom metrics API (custom.metrics.k8s.io) registered'],
  [{ type: 'Object', object: { metric: { name: 'rps' }, describedObject: { kind: 'Ingress', name: 'main' }, target: { type: 'Value' } } }, 'unable to get metric rps: Ingress on default main/unable to fetch metrics from custom metrics API: no custom metrics API (custom.metrics.k8s.io) registered'],
])('what nobody serves: %j', (spec, message) => {
  expect(unservedMetric(spec as never, 'default').message).toBe(message)
})

// --- in a cluster --------------------------------------------------------------------------------

describe('in a cluster', () => {
  const post = (cluster: Cluster, path: string, body: unknown): void => {
    const { code, body: answer } = cluster.request({ verb: 'POST', path, body } as never)
    if (code >= 400) throw new Error(JSON.stringify(answer))
  }
  const deployment = (resources: object = { requests: { cpu: '200m' }, limits: { cpu: '400m' } }) => ({
    apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' },
    spec: { replicas: 1, selector: { matchLabels: { app: 'web' } }, template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'app', image: 'busybox:1.36', command: ['sh', '-c', 'while true; do :; done'], resources }] } } },
  })
  const autoscaler = { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata: { name: 'web' }, spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }, minReplicas: 1, maxReplicas: 5, metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } } }] } }
  const start = (metricsServer: boolean, resources?: object, source?: object): Cluster => {
    const cluster = createCluster({ seed: 1, metricsServer })
    post(cluster, '/apis/apps/v1/namespaces/default/deployments', deployment(resources))
    post(cluster, '/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers', source === undefined ? autoscaler : { ...autoscaler, spec: { ...autoscaler.spec, metrics: [source] } })
    return cluster
  }
  const status = (cluster: Cluster) => cluster.world().get('HorizontalPodAutoscaler', 'web')?.['status']
  const conditions = (cluster: Cluster): string[] => status(cluster).conditions.map((c: any) => `${c.type}=${c.status}/${c.reason}`)
  const events = (cluster: Cluster): string[] => cluster.world().list('Event').filter((event) => event['involvedObject'].kind === 'HorizontalPodAutoscaler').map((event) => `${event['reason']}: ${event['message']}`)

  test('load makes more pods until the limit is reached', () => {
    const cluster = start(true)
    cluster.run({ for: '4m' })
    expect(cluster.world().get('Deployment', 'web')?.['spec'].replicas).toBe(5)
    expect(conditions(cluster)).toEqual(['AbleToScale=True/ReadyForNewScale', 'ScalingActive=True/ValidMetricFound', 'ScalingLimited=True/TooManyReplicas'])
    expect(events(cluster)).toContain('SuccessfulRescale: New size: 4; reason: cpu resource utilization (percentage of request) above target')
    expect(status(cluster).currentMetrics).toEqual([{ type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: 200, averageValue: '400m' } } }])
  })

  test('memory is told in binary units, and use of a container like that of a pod (horizontal.go)', () => {
    const target = { type: 'AverageValue', averageValue: '8Ki' }
    const cluster = start(true, undefined, { type: 'ContainerResource', containerResource: { name: 'memory', container: 'app', target } })
    cluster.run({ for: '2m' })
    expect(events(cluster).at(-1)).toMatch(/^SuccessfulRescale: New size: \d; reason: memory resource above target$/)
    expect(status(cluster).currentMetrics[0].containerResource.current.averageValue).toMatch(/^\d+[KM]i$/)
  })

  test('what cannot be known is told in upstream’s words', () => {
    const without = start(false)
    without.run({ for: '40s' })
    const why = 'failed to get cpu utilization: unable to get metrics for resource cpu: unable to fetch metrics from resource metrics API: the server could not find the requested resource (get pods.metrics.k8s.io)'
    expect(events(without)).toEqual(expect.arrayContaining([`FailedGetResourceMetric: ${why}`, `FailedComputeMetricsReplicas: invalid metrics (1 invalid out of 1), first error is: failed to get cpu resource metric value: ${why}`]))
    expect(conditions(without)).toEqual(['AbleToScale=True/SucceededGetScale', 'ScalingActive=False/FailedGetResourceMetric'])
    expect(status(without)).toMatchObject({ currentReplicas: 1, desiredReplicas: 0, currentMetrics: [{ type: '' }] })
    const bare = start(true, {})
    bare.run({ for: '60s' })
    expect(events(bare).some((text) => text.includes('missing request for cpu in container app of Pod web-'))).toBe(true)
  })

  test('a target of size 0 is left alone, one above the maximum is brought down at once', () => {
    const cluster = start(false)
    const scale = (replicas: number) => cluster.request({ verb: 'PATCH', path: '/apis/apps/v1/namespaces/default/deployments/web/scale', contentType: 'application/merge-patch+json', body: { spec: { replicas } } })
    scale(0)
    cluster.run({ for: '20s' })
    expect(status(cluster)).toMatchObject({ desiredReplicas: 0 })
    expect(status(cluster).conditions).toContainEqual(expect.objectContaining({
      type: 'ScalingActive', status: 'False', reason: 'ScalingDisabled', message: 'scaling is disabled since the replica count of the target is zero',
    }))
    scale(9)
    cluster.run({ for: '20s' })
    expect(events(cluster)).toContain('SuccessfulRescale: New size: 5; reason: Current number of replicas above Spec.MaxReplicas')
  })
})
