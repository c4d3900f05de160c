import { expect, test } from 'vitest'
import { formatTime } from '../../api/time.ts'
import type { KubeObject } from '../../api/types.ts'
import { now, object } from '../testing/objects.ts'
import { availableOf, maxSurgeOf, maxUnavailableOf, newSetReplicas, replicasOf, scaleDownOld, scaleProportionally, surplusHistory } from './arithmetic.ts'

type Amount = number | string
const deployment = (replicas: number, maxSurge: Amount, maxUnavailable: Amount): KubeObject =>
  object('Deployment', 'web', { replicas, revisionHistoryLimit: 2, strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge, maxUnavailable } } })

function set(name: string, replicas: number, available = replicas, more: object = {}, created = 0): KubeObject {
  return object('ReplicaSet', name, { replicas }, { status: { replicas, availableReplicas: available, observedGeneration: 1 }, metadata: { creationTimestamp: formatTime(now + created * 1000), ...more } })
}

/** Sizes [new, old] after each look; pods become ready only when a look changes nothing. */
function rollOut(owner: KubeObject, becomeReady: boolean): number[][] {
  let fresh = set('new', 0)
  let old = set('old', replicasOf(owner))
  const steps: number[][] = []
  for (let i = 0; i < 100; i++) {
    const before = [replicasOf(fresh), replicasOf(old)]
    fresh = set('new', newSetReplicas(owner, [fresh, old], before[0]!), availableOf(fresh))
    for (const { to } of scaleDownOld(owner, [old], fresh).flat()) old = set('old', to)
    const after = [replicasOf(fresh), replicasOf(old)]
    if (after.join() !== before.join()) steps.push(after)
    else if (!becomeReady || availableOf(fresh) === after[0]) return steps
    else fresh = set('new', after[0]!)
  }
  throw new Error('the rollout does not end')
}

const rollouts: [replicas: number, surge: Amount, unavailable: Amount, ready: boolean, steps: number[][]][] = [
  [10, '25%', '25%', true, [[3, 8], [5, 8], [5, 3], [10, 3], [10, 0]]],
  [2, '25%', '25%', true, [[1, 2], [1, 1], [2, 1], [2, 0]]],
  [4, '25%', '25%', true, [[1, 3], [2, 3], [2, 1], [4, 1], [4, 0]]],
  [5, '25%', '25%', true, [[2, 4], [3, 4], [3, 1], [5, 1], [5, 0]]],
  [3, 1, 0, true, [[1, 3], [1, 2], [2, 2], [2, 1], [3, 1], [3, 0]]],
  [6, 0, '50%', true, [[0, 3], [3, 3], [3, 0], [6, 0]]],
  [3, '10%', '10%', true, [[1, 3], [1, 2], [2, 2], [2, 1], [3, 1], [3, 0]]],
  [2, 0, 5, true, [[0, 0], [2, 0]]],
  [4, '25%', '25%', false, [[1, 3], [2, 3]]],
  [3, 1, 0, false, [[1, 3]]],
]
test.each(rollouts)('%i replicas, surge %s, unavailable %s, new pods get ready: %s', (replicas, surge, unavailable, ready, steps) => {
  expect(rollOut(deployment(replicas, surge, unavailable), ready)).toEqual(steps)
})

test.each([
  [10, '25%', '25%', 3, 2],
  [2, 0, 5, 0, 2],
  [3, '0%', '0%', 0, 1],
  [0, '25%', '25%', 0, 0],
])('fence posts of %i replicas with %s and %s are %i and %i', (replicas, surge, unavailable, maxSurge, maxUnavailable) => {
  const owner = deployment(replicas, surge, unavailable)
  expect([maxSurgeOf(owner), maxUnavailableOf(owner)]).toEqual([maxSurge, maxUnavailable])
})

const resizes: [name: string, sizes: [string, number][], before: number, replicas: number, surge: number, wanted: Record<string, number>][] = [
  ['10 to 15 with 8 old and 5 new', [['old', 8], ['new', 5]], 13, 15, 3, { old: 11, new: 7 }],
  ['10 to 12 in halves', [['old', 5], ['new', 5]], 10, 12, 0, { old: 6, new: 6 }],
  ['the odd one goes to the newer', [['old', 5], ['new', 5]], 10, 11, 0, { old: 5, new: 6 }],
  ['three sets on the way down', [['a', 5], ['b', 3], ['new', 2]], 10, 5, 0, { a: 2, b: 2, new: 1 }],
]
test.each(resizes)('a resize is shared out: %s', (_name, sizes, before, replicas, surge, wanted) => {
  const sets = sizes.map(([name, size], i) => set(name, size, size, { annotations: { 'deployment.kubernetes.io/max-replicas': String(before) } }, i))
  const scalings = scaleProportionally(deployment(replicas, surge, 1), sets)
  expect(Object.fromEntries(scalings.map((scaling) => [scaling.set.metadata.name, scaling.to]))).toEqual(wanted)
})

test('unhealthy old pods go before healthy ones', () => {
  const passes = scaleDownOld(deployment(10, 3, 2), [set('sick', 4, 1), set('well', 6)], set('new', 3))
  expect(passes.map((pass) => pass.map((scaling) => [scaling.set.metadata.name, scaling.to]))).toEqual([[['sick', 1]], [['sick', 0], ['well', 5]]])
})

test.each<[string, KubeObject[], [string, number][]]>([
  ['alone', [set('late', 11, 17)], []],
  ['behind one with unhealthy pods, which go', [set('sick', 4, 3), set('late', 11, 17, {}, 1)], [['sick', 3]]],
])('a set that still counts pods which were taken from it gives up no more: %s', (_, old, expected) => {
  const passes = scaleDownOld(deployment(100, '25%', '25%'), old, set('new', 100, 65))
  expect(passes.flat().map((scaling) => [scaling.set.metadata.name, scaling.to])).toEqual(expected)
})

test('history beyond the limit goes, oldest revision first, and only what has nothing left', () => {
  const old = [5, 1, 3, 2].map((revision) => set(`r${revision}`, revision === 2 ? 1 : 0, 0, { annotations: { 'deployment.kubernetes.io/revision': String(revision) } }))
  expect(surplusHistory(deployment(1, 1, 0), old).map(({ metadata }) => metadata.name)).toEqual(['r1'])
})
