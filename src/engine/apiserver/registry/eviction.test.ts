import { createCluster } from '../../index.ts'
import { expect, test } from 'vitest'
import type { KubeObject, Pod } from '../../api/types.ts'
import { decideEviction } from './eviction.ts'

const pod = (phase: string, ready = true) => ({
  metadata: { name: 'web-1', namespace: 'default', labels: { app: 'web' } }, spec: {}, status: { phase, conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] },
}) as unknown as Pod
const budget = (status: object, spec: object = {}, app = 'web') => ({
  metadata: { name: 'b', generation: 1 }, spec: { selector: { matchLabels: { app } }, ...spec }, status: { observedGeneration: 1, ...status },
}) as unknown as KubeObject
const used = { disruptionsAllowed: 0, currentHealthy: 2, desiredHealthy: 2 }
const open = { disruptionsAllowed: 1, currentHealthy: 3, desiredHealthy: 2 }

const cases: [name: string, pod: Pod, budgets: KubeObject[], wanted: 'free' | 'spend' | number, why?: string][] = [
  ['no budget', pod('Running'), [budget(used, {}, 'other')], 'free'],
  ['a pod that has not begun', pod('Pending'), [budget(used)], 'free'],
  ['a budget with room', pod('Running'), [budget(open)], 'spend'],
  ['a budget that is used up', pod('Running'), [budget(used)], 429, 'The disruption budget b needs 2 healthy pods and has 2 currently'],
  ['a budget nobody has counted yet', pod('Running'), [budget({ ...open, observedGeneration: 0 })], 429, 'The disruption budget b is still being processed by the server.'],
  ['an unhealthy pod while enough are healthy', pod('Running', false), [budget(used)], 'free'],
  ['an unhealthy pod while too few are', pod('Running', false), [budget({ ...used, currentHealthy: 1 })], 429],
  ['an unhealthy pod that may always go', pod('Running', false), [budget({ ...used, currentHealthy: 1 }, { unhealthyPodEvictionPolicy: 'AlwaysAllow' })], 'free'],
  ['two budgets', pod('Running'), [budget(open), budget(open)], 500],
  ['more evictions than anybody follows', pod('Running'), [budget({ ...open, disruptedPods: Object.fromEntries(Array.from({ length: 2001 }, (_, i) => [`p${i}`, ''])) })], 403],
]
test.each(cases)('%s', (_name, evicted, budgets, wanted, why) => {
  const answer = decideEviction(evicted, budgets, 0)
  if (answer.do === 'refuse') {
    expect(answer.status.code).toBe(wanted)
    if (why !== undefined) expect(answer.status.details?.causes?.[0]?.message).toBe(why)
  } else expect(answer.charges.length === 0 ? 'free' : 'spend').toBe(wanted)
})

test('of two budgets it is told in words of their own, as no kind of error', () => {
  const answer = decideEviction(pod('Running'), [budget(open), budget(open)], 0)
  expect(answer).toMatchObject({ status: { code: 500, message: 'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.' } })
  expect(answer.do === 'refuse' && answer.status.reason).toBeFalsy()
})

test('the last disruption takes the allowance away', () => {
  const answer = decideEviction(pod('Running'), [budget({ ...open, conditions: [{ type: 'DisruptionAllowed', status: 'True' }] })], 0)
  expect(answer).toMatchObject({ charges: [{ becomes: { status: { disruptionsAllowed: 0, disruptedPods: { 'web-1': '1970-01-01T00:00:00Z' }, conditions: [{ status: 'False', reason: 'InsufficientPods' }] } } }] })
})

test('an evicted pod says why it ends, before it begins to end', () => {
  const cluster = createCluster({ nodes: 1 })
  const path = '/api/v1/namespaces/default/pods'
  cluster.request({ verb: 'create', path, body: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web' }, spec: { containers: [{ name: 'c', image: 'nginx:1.27' }] } } })
  cluster.run({ for: '10s' })
  const first = cluster.revision
  cluster.request({ verb: 'create', path: `${path}/web/eviction`, body: { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: 'web' } } })
  const states: string[] = []
  for (let revision = first; revision <= cluster.revision; revision++) {
    const { metadata, status } = cluster.at(revision).get('Pod', 'web')!
    const target = status.conditions.find(({ type }: { type: string }) => type === 'DisruptionTarget')
    states.push(`${target?.reason ?? '-'} ${metadata.deletionTimestamp === undefined ? 'running' : 'ending'}`)
  }
  expect([...new Set(states)]).toEqual(['- running', 'EvictionByEvictionAPI running', 'EvictionByEvictionAPI ending'])
})

test('an eviction that is only tried, as the request or its body says, leaves the pod', () => {
  const cluster = createCluster({ nodes: 1 })
  const path = '/api/v1/namespaces/default/pods'
  cluster.request({ verb: 'create', path, body: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web' }, spec: { containers: [{ name: 'c', image: 'nginx:1.27' }] } } })
  const evict = (query: string, deleteOptions?: object): number =>
    cluster.request({ verb: 'create', path: `${path}/web/eviction${query}`, body: { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: 'web' }, deleteOptions } }).code
  expect([evict('?dryRun=All'), evict('', { dryRun: ['All'] })]).toEqual([201, 201])
  expect(cluster.world().get('Pod', 'web')?.metadata.deletionTimestamp).toBeUndefined()
})
