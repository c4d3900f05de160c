import { expect, test } from 'vitest'
import { createCluster, type Cluster } from '../../index.ts'
import { now, object, pod } from '../testing/objects.ts'
import { disruptedPods, disruptionLeftMs, failedStatus } from './decide.ts'

/** Budgets that cannot be worked out, or protect nothing, in a running cluster. */

const labels = { app: 'web' }

function create(cluster: Cluster, path: string, body: object): void {
  const { code, body: answer } = cluster.request({ verb: 'POST', path, body } as never)
  if (code >= 400) throw new Error(JSON.stringify(answer))
}

function withBudget(spec: object): Cluster {
  const cluster = createCluster({ seed: 1 })
  create(cluster, '/apis/policy/v1/namespaces/default/poddisruptionbudgets', { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name: 'web' }, spec: { selector: { matchLabels: labels }, ...spec } })
  return cluster
}

const template = { metadata: { labels }, spec: { containers: [{ name: 'main', image: 'nginx:1.27' }] } }
const daemons = { apiVersion: 'apps/v1', kind: 'DaemonSet', metadata: { name: 'web' }, spec: { selector: { matchLabels: labels }, template } }
const sets = { apiVersion: 'apps/v1', kind: 'ReplicaSet', metadata: { name: 'web' }, spec: { replicas: 4, selector: { matchLabels: labels }, template } }
const told = (cluster: Cluster, kind: string): string[] =>
  [...new Set(cluster.world().list('Event').filter((event) => event['involvedObject'].kind === kind).map((event) => `${event['type']} ${event['reason']}: ${event['message']}`))]
const status = (cluster: Cluster) => cluster.world().get('PodDisruptionBudget', 'web', 'default')!['status']

test('no pod at all is told', () => {
  const cluster = withBudget({ minAvailable: 1 })
  cluster.run({ for: '2s' })
  expect(told(cluster, 'PodDisruptionBudget')).toEqual(['Normal NoPods: No matching pods found'])
  expect(status(cluster)).toMatchObject({ disruptionsAllowed: 0, expectedPods: 0, desiredHealthy: 1 })
})

test('an owner that has no scale: nobody may be evicted, and why', () => {
  const cluster = withBudget({ maxUnavailable: 1 })
  create(cluster, '/apis/apps/v1/namespaces/default/daemonsets', daemons)
  cluster.run({ for: '15s' })
  const error = 'daemonsets.apps does not implement the scale subresource'
  expect(told(cluster, 'PodDisruptionBudget')).toContain(`Warning CalculateExpectedPodCountFailed: Failed to calculate the number of expected pods: ${error}`)
  expect(status(cluster)).toMatchObject({ disruptionsAllowed: 0, conditions: [{ type: 'DisruptionAllowed', status: 'False', reason: 'SyncFailed', message: error }] })
})

test('pods that nobody controls do not count in a share, and are told', () => {
  const cluster = withBudget({ minAvailable: '50%' })
  create(cluster, '/apis/apps/v1/namespaces/default/replicasets', sets)
  create(cluster, '/api/v1/namespaces/default/pods', { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'alone', labels: { app: 'web', alone: 'yes' } }, spec: template.spec })
  cluster.run({ for: '15s' })
  // The set has adopted it: four there are, and no event but that of the beginning.
  expect(status(cluster)).toMatchObject({ expectedPods: 4, desiredHealthy: 2, currentHealthy: 4, disruptionsAllowed: 2 })
  const lonely = withBudget({ minAvailable: '50%' })
  create(lonely, '/api/v1/namespaces/default/pods', { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'alone', labels }, spec: template.spec })
  lonely.run({ for: '15s' })
  expect(status(lonely)).toMatchObject({ expectedPods: 0, disruptionsAllowed: 0 })
  expect(told(lonely, 'PodDisruptionBudget').at(-1)).toMatch(/^Warning UnmanagedPods: Pods selected by this PodDisruptionBudget \(selector: &LabelSelector\{MatchLabels:map\[string\]string\{app: web,\},MatchExpressions:\[\]LabelSelectorRequirement\{\},\}\) were found to be unmanaged\./)
})

test('a pod under two budgets is told', () => {
  const cluster = withBudget({ minAvailable: 1 })
  create(cluster, '/apis/policy/v1/namespaces/default/poddisruptionbudgets', { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name: 'all' }, spec: { selector: {}, minAvailable: 0 } })
  create(cluster, '/api/v1/namespaces/default/pods', { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'alone', labels }, spec: template.spec })
  cluster.run({ for: '15s' })
  expect(told(cluster, 'Pod')).toContain('Warning MultiplePodDisruptionBudgets: Pod "default"/"alone" matches multiple PodDisruptionBudgets.  Chose "all" arbitrarily.')
})

const budget = (status: object) => object('PodDisruptionBudget', 'web', { minAvailable: 1 }, { apiVersion: 'policy/v1', status })
const secondsAgo = (seconds: number): string => new Date(now - seconds * 1000).toISOString()

test('an eviction that nobody has carried out is taken back after two minutes', () => {
  const noted = { a: secondsAgo(30), b: secondsAgo(130), c: secondsAgo(10), gone: secondsAgo(10) }
  const found = disruptedPods(budget({ disruptedPods: noted }), [pod({ name: 'a' }), pod({ name: 'b' }), pod({ name: 'c', terminating: true })], now)
  expect(found).toMatchObject({ noted: { a: noted.a }, recheckAfterMs: 90_000 })
  expect(found.spared.map(({ metadata }) => metadata.name)).toEqual(['b'])
})

test('what was counted before stays while nothing can be counted', () => {
  const before = { observedGeneration: 1, disruptionsAllowed: 2, currentHealthy: 4, desiredHealthy: 2, expectedPods: 4 }
  expect(failedStatus(budget(before), 'why', now)).toMatchObject({ ...before, disruptionsAllowed: 0, conditions: [{ reason: 'SyncFailed', message: 'why', observedGeneration: 1 }] })
})

const announced = (condition: object, more: object = {}) =>
  ({ metadata: { name: 'a' }, spec: {}, status: { phase: 'Running', conditions: [{ type: 'DisruptionTarget', status: 'True', reason: 'PreemptionByScheduler', lastTransitionTime: new Date(now).toISOString(), ...condition }] }, ...more }) as never
test.each([
  ['by the scheduler', announced({}), 120_000],
  ['and taken back', announced({ status: 'False' }), undefined],
  ['by its kubelet', announced({ reason: 'TerminationByKubelet' }), undefined],
  ['and under way', announced({}, { metadata: { name: 'a', deletionTimestamp: '2026-01-01T00:00:00Z' } }), undefined],
])('how long a disruption is believed that was announced %s', (_name, of, leftMs) => {
  expect(disruptionLeftMs(of, now)).toBe(leftMs)
})

test('a disruption that was announced and does not come is taken back', () => {
  const cluster = createCluster({ seed: 1 })
  create(cluster, '/api/v1/namespaces/default/pods', { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web' }, spec: template.spec })
  cluster.run({ for: '15s' })
  const lastTransitionTime = `${new Date(cluster.now).toISOString().slice(0, 19)}Z`
  const conditions = [{ type: 'DisruptionTarget', status: 'True', reason: 'EvictionByEvictionAPI', message: 'Eviction API: evicting', lastTransitionTime }]
  cluster.request({ verb: 'PATCH', path: '/api/v1/namespaces/default/pods/web/status', body: { status: { conditions } }, contentType: 'application/strategic-merge-patch+json' } as never)
  const mark = () => cluster.world().get('Pod', 'web', 'default')!['status'].conditions.find(({ type }: { type: string }) => type === 'DisruptionTarget')
  cluster.run({ for: '110s' })
  expect(mark()).toMatchObject({ status: 'True', reason: 'EvictionByEvictionAPI' })
  cluster.run({ for: '15s' })
  expect(mark()).toMatchObject({ status: 'False' })
  expect([mark().reason, mark().message]).toEqual([undefined, undefined])
})
