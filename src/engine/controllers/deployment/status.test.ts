import { expect, test } from 'vitest'
import { now, object } from '../testing/objects.ts'
import { computeHash, sameTemplate } from '../common/hash.ts'
import { maxRevision, newSetAnnotations } from './annotations.ts'
import { condition, deadlineCheckMs, findCondition, rolloutStatus, type DeploymentStatus } from './status.ts'

const spec = { replicas: 2, progressDeadlineSeconds: 600, strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } }
const progressing = (reason: string, secondsAgo: number): DeploymentStatus =>
  ({ observedGeneration: 1, conditions: [condition('Progressing', 'True', reason, '', now - secondsAgo * 1000)] })
const set = (replicas: number, available: number) =>
  object('ReplicaSet', 'web-x', { replicas: 2 }, { status: { replicas, readyReplicas: available, availableReplicas: available } })

const cases: [name: string, old: DeploymentStatus, replicas: number, available: number, reason: string, message: string, availableStatus: string][] = [
  ['all is new and available', progressing('ReplicaSetUpdated', 5), 2, 2, 'NewReplicaSetAvailable', 'ReplicaSet "web-x" has successfully progressed.', 'True'],
  ['a pod more than before', progressing('NewReplicaSetCreated', 5), 1, 0, 'ReplicaSetUpdated', 'ReplicaSet "web-x" is progressing.', 'False'],
  ['nothing moves, but there is time', { ...progressing('ReplicaSetUpdated', 5), replicas: 2, updatedReplicas: 2 }, 2, 0, 'ReplicaSetUpdated', '', 'False'],
  ['nothing moves for too long', { ...progressing('ReplicaSetUpdated', 601), replicas: 2, updatedReplicas: 2 }, 2, 0, 'ProgressDeadlineExceeded', 'ReplicaSet "web-x" has timed out progressing.', 'False'],
]
test.each(cases)('conditions of a rollout: %s', (_name, status, replicas, available, reason, message, availableStatus) => {
  const newSet = set(replicas, available)
  const next = rolloutStatus(object('Deployment', 'web', spec, { status }), [newSet], newSet, now)
  expect(findCondition(next, 'Progressing')).toMatchObject({ reason, message })
  expect(findCondition(next, 'Available')?.status).toBe(availableStatus)
})

test('the deadline is looked at again a second after it', () => {
  const deployment = object('Deployment', 'web', spec, { status: progressing('ReplicaSetUpdated', 100) })
  expect(deadlineCheckMs(deployment, { observedGeneration: 1 }, now)).toBe(501_000)
  expect(deadlineCheckMs(deployment, { observedGeneration: 1 }, now + 499_600)).toBe(405)
})

test('a set that is new again remembers which revisions it was', () => {
  const old = object('ReplicaSet', 'web-x', {}, { metadata: { annotations: { 'deployment.kubernetes.io/revision': '1', own: 'kept' } } })
  const annotations = newSetAnnotations(object('Deployment', 'web', spec, { metadata: { annotations: { team: 'a', 'kubectl.kubernetes.io/last-applied-configuration': '{}' } } }), old, 3n, true, 3)
  expect(annotations).toEqual({ own: 'kept', team: 'a', 'deployment.kubernetes.io/revision': '3', 'deployment.kubernetes.io/revision-history': '1' })
})

test('the hash is of the template alone, in letters that make no words', () => {
  const template = { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'a', image: 'b' }] } }
  const reordered = { spec: { containers: [{ image: 'b', name: 'a' }] }, metadata: { labels: { app: 'web' } } }
  expect(computeHash(template)).toMatch(/^[bcdf456789]{7,10}$/)
  expect(computeHash(reordered)).toBe(computeHash(template))
  expect(computeHash(template, 1)).not.toBe(computeHash(template))
  expect(sameTemplate({ ...template, metadata: { labels: { app: 'web', 'pod-template-hash': 'x' } } }, template)).toBe(true)
})

test('revisions are counted as far as an int64 goes', () => {
  const annotations = (revision: string): object => ({ metadata: { annotations: { 'deployment.kubernetes.io/revision': revision } } })
  const sets = ['3546343826724305832', '7', 'x'].map((revision) => object('ReplicaSet', revision, {}, annotations(revision)))
  expect(String(maxRevision(sets) + 1n)).toBe('3546343826724305833')
})
