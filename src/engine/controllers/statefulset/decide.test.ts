import { expect, test } from 'vitest'
import { now, object, pod, type PodFacts } from '../testing/objects.ts'
import { decidePlace, firstUnhealthy, mayCondemn, ordinalOf, placePods, statefulPod, statefulSetStatus, updateTarget, wantsCurrentRevision } from './decide.ts'

const template = { metadata: { labels: { app: 'db' } }, spec: { containers: [{ name: 'main', image: 'x' }] } }
const set = (spec: object = {}, status: object = {}) => object('StatefulSet', 'db', {
  replicas: 3, serviceName: 'dbs', selector: { matchLabels: { app: 'db' } }, template, updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } }, ...spec,
}, { status })
const member = (ordinal: number, facts: Partial<PodFacts> = {}, revision = 'db-old') => pod({ name: `db-${ordinal}`, labels: { 'controller-revision-hash': revision }, ...facts })

test('places: a gap where one is missing, the last of the surplus first', () => {
  const { wanted, condemned } = placePods(set(), [member(0), member(2), member(3), member(4)])
  expect(wanted.map((p) => p?.metadata.name)).toEqual(['db-0', undefined, 'db-2'])
  expect(condemned.map((p) => p.metadata.name)).toEqual(['db-4', 'db-3'])
  expect(placePods(set({ ordinals: { start: 2 }, replicas: 1 }), [member(2)]).wanted).toHaveLength(1)
  expect(ordinalOf(set(), pod({ name: 'db-x' }))).toBe(-1)
})

test.each([
  ['missing', undefined, 'create'],
  ['failed', { phase: 'Failed' }, 'remove'],
  ['failed and on its way', { phase: 'Failed', terminating: true }, 'wait'],
  ['not ready', { ready: false }, 'wait'],
  ['ending', { terminating: true }, 'wait'],
  ['well', {}, 'fine'],
])('a place that is %s', (_name, facts, step) => {
  expect(decidePlace(facts === undefined ? undefined : member(0, facts), 0, now)).toBe(step)
})

test('on the way down one goes after the other', () => {
  const places = placePods(set({ replicas: 1 }), [member(0), member(1), member(2, { terminating: true })])
  expect(places.condemned.map((p) => mayCondemn(set(), p, firstUnhealthy(places), now))).toEqual([false, true])
})

const updates: [name: string, spec: object, pods: [number, Partial<PodFacts>, string][], target: string | undefined][] = [
  ['the highest first', {}, [[0, {}, 'db-old'], [1, {}, 'db-old'], [2, {}, 'db-old']], 'db-2'],
  ['the next when the one above is ready', {}, [[0, {}, 'db-old'], [1, {}, 'db-old'], [2, {}, 'db-new']], 'db-1'],
  ['nobody while the one above is not', {}, [[0, {}, 'db-old'], [1, {}, 'db-old'], [2, { ready: false }, 'db-new']], undefined],
  ['not below the partition', { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 2 } } }, [[0, {}, 'db-old'], [1, {}, 'db-old'], [2, {}, 'db-new']], undefined],
  ['OnDelete touches nobody', { updateStrategy: { type: 'OnDelete' } }, [[0, {}, 'db-old'], [1, {}, 'db-old'], [2, {}, 'db-old']], undefined],
]
test.each(updates)('rolling update: %s', (_name, spec, pods, target) => {
  const places = placePods(set(spec), pods.map(([ordinal, facts, revision]) => member(ordinal, facts, revision)))
  expect(updateTarget(set(spec), places, 'db-new')?.metadata.name).toBe(target)
})

test('a pod that comes back below the partition has the old template', () => {
  const partitioned = set({ updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 2 } } })
  expect([0, 1, 2].map((ordinal) => wantsCurrentRevision(partitioned, ordinal))).toEqual([true, true, false])
})

test('a pod has its own name, host name and claims', () => {
  const made = statefulPod(set({ volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: {} }] }), template, 1, 'db-new')
  expect(made.metadata).toMatchObject({ name: 'db-1', labels: { app: 'db', 'statefulset.kubernetes.io/pod-name': 'db-1', 'apps.kubernetes.io/pod-index': '1', 'controller-revision-hash': 'db-new' } })
  expect(made.spec).toMatchObject({ hostname: 'db-1', subdomain: 'dbs', volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data-db-1' } }] })
})

test('an update that has reached every pod becomes the present revision', () => {
  const all = [0, 1, 2].map((ordinal) => member(ordinal, {}, 'db-new'))
  expect(statefulSetStatus(set(), all, 'db-old', 'db-new', 0, now)).toMatchObject({ currentRevision: 'db-new', currentReplicas: 3, updatedReplicas: 3, readyReplicas: 3 })
  expect(statefulSetStatus(set(), [member(0), ...all.slice(1)], 'db-old', 'db-new', 1, now)).toMatchObject({ currentRevision: 'db-old', replicas: 3, updatedReplicas: 2 })
  // The last one is being made again: the two that are there are not all.
  expect(statefulSetStatus(set(), all.slice(1), 'db-old', 'db-new', 0, now)).toMatchObject({ currentRevision: 'db-old', replicas: 2, updatedReplicas: 2 })
})
