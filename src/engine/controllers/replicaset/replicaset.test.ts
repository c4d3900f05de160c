import { expect, test } from 'vitest'
import { selectorFromSet } from '../../api/selector.ts'
import type { Pod } from '../../api/types.ts'
import { resource } from '../../client/client.ts'
import { claim, decideClaim } from '../common/claim.ts'
import { Expectations } from '../common/expectations.ts'
import { podsResource } from '../common/pods.ts'
import { now, object, pod, type PodFacts } from '../testing/objects.ts'
import { countReplicas, nextAvailableMs, replicaSetStatus, replicasMissing, tallyReplicas } from './decide.ts'
import { podsToDelete } from './ranking.ts'

const cost = (value: number) => ({ annotations: { 'controller.kubernetes.io/pod-deletion-cost': String(value) } })
const picks: [name: string, pods: PodFacts[], count: number, removed: string[]][] = [
  ['unassigned first', [{ name: 'run', node: 'n1' }, { name: 'free', phase: 'Pending' }], 1, ['free']],
  ['pending before running', [{ name: 'run', node: 'n1' }, { name: 'pend', node: 'n2', phase: 'Pending' }], 1, ['pend']],
  ['not ready before ready', [{ name: 'ready', node: 'n1' }, { name: 'not', node: 'n2', ready: false }], 1, ['not']],
  ['lower cost first', [{ name: 'a', node: 'n1', ...cost(10) }, { name: 'b', node: 'n2', ...cost(-5) }, { name: 'c', node: 'n3' }], 2, ['b', 'c']],
  ['crowded node first', [{ name: 'a', node: 'n1', readyForSeconds: 1 }, { name: 'b', node: 'n2', readyForSeconds: 100 }, { name: 'c', node: 'n2', readyForSeconds: 100_000 }], 1, ['b']],
  ['shorter ready first', [{ name: 'old', node: 'n1', readyForSeconds: 100_000 }, { name: 'young', node: 'n2', readyForSeconds: 60 }], 1, ['young']],
  ['times of one power of two by uid', [{ name: 'z', node: 'n1', readyForSeconds: 70 }, { name: 'a', node: 'n2', readyForSeconds: 100 }], 1, ['a']],
]
const restarted = (name: string, containers: number, sidecars: number, waiting = 0) => ({
  ...pod({ name, node: name }),
  spec: { nodeName: name, containers: [], initContainers: [{ name: 'wait' }, { name: 'side', restartPolicy: 'Always' }] },
  status: {
    phase: 'Running', conditions: pod({ name }).status.conditions, containerStatuses: [{ name: 'a', restartCount: containers }],
    initContainerStatuses: [{ name: 'wait', restartCount: waiting }, { name: 'side', restartCount: sidecars }],
  },
}) as never

test('of pods that are alike otherwise the one goes whose container, or else whose sidecar, has been restarted more often', () => {
  const first = (...pods: Pod[]) => podsToDelete(pods, [], 1, now)[0]!.metadata.name
  expect(first(restarted('a', 1, 9), restarted('b', 2, 0))).toBe('b')
  expect(first(restarted('a', 1, 2), restarted('b', 1, 3))).toBe('b')
  // Init containers that have ended do not tell.
  expect(first(restarted('a', 1, 1, 9), restarted('b', 1, 2, 0))).toBe('b')
})

test.each(picks)('whom scaling down takes: %s', (_name, facts, count, removed) => {
  const pods = facts.map(pod)
  expect(podsToDelete(pods, pods, count, now).map(({ metadata }) => metadata.name)).toEqual(removed)
})

test.each([[3, 0, 3], [0, 2, -2], [2, 2, 0], [2000, 0, 500], [0, 2000, -500]])('%i wanted, %i there: %i', (wanted, active, missing) => {
  expect(replicasMissing(wanted, active)).toBe(missing)
})

const set = object('ReplicaSet', 'owner', { replicas: 2, minReadySeconds: 30, template: { metadata: { labels: { app: 'a', tier: 'b' } } } })

test('status counts what is labelled, ready, and ready for long enough', () => {
  const pods = [pod({ name: 'a', labels: { app: 'a', tier: 'b' }, readyForSeconds: 40 }), pod({ name: 'b', labels: { app: 'a' }, readyForSeconds: 10 })]
  expect(replicaSetStatus(set, countReplicas(set, pods, now), undefined, now)).toEqual({ replicas: 2, fullyLabeledReplicas: 1, readyReplicas: 2, availableReplicas: 1, observedGeneration: 1 })
  expect(nextAvailableMs(set, pods, now)).toBe(20_000)
})

test('of a pod that has been ready since nobody knows when it is not said that it has been so for long enough', () => {
  const timeless = { ...pod({ name: 'a' }), status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] } } as Pod
  expect(countReplicas(set, [timeless], now)).toMatchObject({ ready: 1, available: 0 })
})

test('a failure to create is a condition until it is over', () => {
  const nothing = countReplicas(set, [], now)
  const failed = replicaSetStatus(set, nothing, { creating: true, message: 'exceeded quota' }, now)
  expect(failed['conditions']).toMatchObject([{ type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message: 'exceeded quota' }])
  expect(replicaSetStatus({ ...set, status: failed }, nothing, undefined, now)['conditions']).toBeUndefined()
})

const ending = { ...set, metadata: { ...set.metadata, deletionTimestamp: '2026-01-05T09:00:00Z' } }
const claims: [name: string, owner: typeof set, facts: Partial<PodFacts>, claim: string][] = [
  ['own and matching', set, { controller: 'owner', labels: { app: 'a' } }, 'keep'],
  ['own and no longer matching', set, { controller: 'owner', labels: { app: 'loose' } }, 'release'],
  ['nobody’s and matching', set, { labels: { app: 'a' } }, 'adopt'],
  ['nobody’s and other', set, { labels: { app: 'b' } }, 'ignore'],
  ['somebody else’s', set, { controller: 'other', labels: { app: 'a' } }, 'ignore'],
  ['nobody’s and about to go', set, { labels: { app: 'a' }, terminating: true }, 'ignore'],
  ['an owner that goes adopts nothing', ending, { labels: { app: 'a' } }, 'ignore'],
  ['an owner that goes releases nothing', ending, { controller: 'owner', labels: { app: 'b' } }, 'ignore'],
]
test.each(claims)('claim: %s', (_name, owner, facts, wanted) => {
  expect(decideClaim(owner, selectorFromSet({ app: 'a' }), pod({ name: 'p', ...facts }))).toBe(wanted)
})

test('what does not belong for another reason than its labels is released, and not adopted', () => {
  const decide = (controller?: string) => decideClaim(set, selectorFromSet({ app: 'a' }), pod({ name: 'p', labels: { app: 'a' }, controller }), false)
  expect([decide('owner'), decide()]).toEqual(['release', 'ignore'])
})

test('a refusal for one pod keeps no other from being adopted, and is told in the end', () => {
  const objects = ['a', 'b', 'c'].map((name) => pod({ name, labels: { app: 'a' } }))
  const routine = claim({ owner: set, ownerResource: resource('replicasets', 'apps'), resource: podsResource, selector: selectorFromSet({ app: 'a' }), objects })
  const asked: string[] = []
  let step = routine.next()
  while (step.done !== true) {
    const [call] = step.value
    if (call!.verb === 'patch') asked.push(call!.name!)
    const refuses = call!.verb === 'patch' && call!.name !== 'c'
    try {
      step = routine.next([refuses ? { code: 403, body: { message: `not ${call!.name}` } } : { code: 200, body: set }] as never)
    } catch (error) {
      expect(error).toMatchObject({ code: 403, message: 'not a' })
      break
    }
  }
  expect([asked, step.done]).toEqual([['a', 'b', 'c'], false])
})

test('expectations hold until all is seen, or five minutes are over', () => {
  const expectations = new Expectations()
  expect(expectations.satisfied('k', 0)).toBe(true)
  expectations.expect('k', 2, ['default/a'], 0)
  expectations.creationObserved('k')
  expectations.creationObserved('k')
  expect(expectations.satisfied('k', 1)).toBe(false)
  expectations.deletionObserved('k', 'default/a')
  expectations.deletionObserved('k', 'default/a')
  expect(expectations.satisfied('k', 1)).toBe(true)
  expectations.expectCreations('k', 1, 0)
  expect(expectations.satisfied('k', 300_001)).toBe(true)
})

const plain = object('ReplicaSet', 'plain', { replicas: 2, template: { metadata: { labels: { app: 'a', tier: 'b' } } } })
const group = (labels: Record<string, string>, active: number, ready: number) => ({ labels, active, ready })
const own = [group({ app: 'a', tier: 'b' }, 3, 2), group({ app: 'a' }, 1, 1)]

test('a tally counts what the pods themselves would', () => {
  expect(tallyReplicas(plain, selectorFromSet({ app: 'a' }), own, [group({ app: 'other' }, 5, 5)])).toEqual({ replicas: 4, labelled: 3, ready: 3, available: 3 })
})

test.each([
  ['something is to be adopted', plain, own, [group({ app: 'a' }, 1, 0)]],
  ['something is to be released', plain, [...own, group({ app: 'loose' }, 1, 0)], []],
  ['being ready is not yet being available', set, own, []],
])('a tally does not do when %s', (_, owner, owned, orphans) => {
  expect(tallyReplicas(owner, selectorFromSet({ app: 'a' }), owned, orphans)).toBeUndefined()
})
