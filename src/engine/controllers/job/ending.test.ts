import { expect, test } from 'vitest'
import { createCluster, type Cluster } from '../../index.ts'
import type { Request } from '../../api/request.ts'
import { now, object, pod } from '../testing/objects.ts'
import { conditionsWith, countPods, delayedPods, indexDelayMs, indexFailures, jobCondition, trackingFinalizer, type JobCondition } from './decide.ts'

/** How Jobs end, stop and go on, in a running cluster. */

const path = '/apis/batch/v1/namespaces/default/jobs'

function ask(cluster: Cluster, verb: string, where: string, body: unknown): void {
  const { code, body: answer } = cluster.request({ verb, path: where, body, contentType: verb === 'PATCH' ? 'application/merge-patch+json' : undefined } as Request)
  if (code >= 400) throw new Error(JSON.stringify(answer))
}

function started(spec: object, command: string, runForMs: number): Cluster {
  const cluster = createCluster({ seed: 1 })
  const containers = [{ name: 'main', image: 'busybox', command: ['sh', '-c', command] }]
  ask(cluster, 'POST', path, { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'j' }, spec: { template: { spec: { restartPolicy: 'Never', containers } }, ...spec } })
  cluster.run({ for: runForMs })
  return cluster
}

const status = (cluster: Cluster): Record<string, any> => cluster.world().get('Job', 'j', 'default')!['status']
const conditions = (cluster: Cluster): string[] => ((status(cluster)['conditions'] ?? []) as JobCondition[]).map((c) => `${c.type}=${c.status} ${c.reason}`)
const reasons = (cluster: Cluster): string[] => cluster.world().list('Event').filter((event) => event['involvedObject'].kind === 'Job').map((event) => event['reason'] as string)

test('a Job that has taken too long has failed only when its pods have ended; they count at once', () => {
  const cluster = started({ activeDeadlineSeconds: 5, parallelism: 2 }, 'sleep 3600', 10_000)
  expect(conditions(cluster)).toEqual(['FailureTarget=True DeadlineExceeded'])
  expect(status(cluster)).toMatchObject({ failed: 2, terminating: 2, ready: 0 })
  cluster.run({ for: '40s' })
  expect(conditions(cluster)).toEqual(['FailureTarget=True DeadlineExceeded', 'Failed=True DeadlineExceeded'])
  expect([cluster.world().list('Pod'), reasons(cluster).at(-1)]).toEqual([[], 'DeadlineExceeded'])
})

test('pods that a suspended Job gives up have not failed; when it goes on, its time begins anew', () => {
  const cluster = started({ parallelism: 2, completions: 4, backoffLimit: 0 }, 'sleep 3600', 5000)
  const startTime: string = status(cluster)['startTime']
  ask(cluster, 'PATCH', `${path}/j`, { spec: { suspend: true } })
  cluster.run({ for: '40s' })
  expect(status(cluster)).toMatchObject({ startTime, ready: 0, terminating: 0 })
  expect([status(cluster)['failed'], cluster.world().list('Pod')]).toEqual([undefined, []])
  expect(conditions(cluster)).toEqual(['Suspended=True JobSuspended'])
  ask(cluster, 'PATCH', `${path}/j`, { spec: { suspend: false } })
  cluster.run({ for: '5s' })
  expect(status(cluster)['startTime'] > startTime).toBe(true)
  expect([conditions(cluster), status(cluster)['active']]).toEqual([['Suspended=False JobResumed'], 2])
  expect(reasons(cluster)).toEqual(['SuccessfulCreate', 'SuccessfulCreate', 'SuccessfulDelete', 'SuccessfulDelete', 'Suspended', 'SuccessfulCreate', 'SuccessfulCreate', 'Resumed'])
})

test('a smaller parallelism gives up pods that have not failed either', () => {
  const cluster = started({ parallelism: 3, completions: 3, backoffLimit: 0 }, 'trap "exit 0" TERM; sleep 3600', 5000)
  ask(cluster, 'PATCH', `${path}/j`, { spec: { parallelism: 1 } })
  cluster.run({ for: '40s' })
  expect([status(cluster)['active'], status(cluster)['failed'], status(cluster)['succeeded']]).toEqual([1, undefined, undefined])
})

test("a Job that is somebody else's is left alone", () => {
  const cluster = started({ managedBy: 'example.com/mine' }, 'true', 10_000)
  expect([cluster.world().get('Job', 'j', 'default')!['status'] ?? {}, cluster.world().list('Pod')]).toEqual([{}, []])
})

test('while failures make it wait, it would say that no pod is active, which the API server refuses as long as one is ready', () => {
  // The first of the two pods fails at once, the other goes on.
  const cluster = started({ parallelism: 2, completions: 2, completionMode: 'Indexed' }, '[ $JOB_COMPLETION_INDEX -eq 1 ] && sleep 3600; exit 1', 8000)
  const refused = cluster.trace.filter(({ kind, resource, subresource, code }) => kind === 'write' && resource === 'jobs' && subresource === 'status' && code === 422)
  expect(refused.length).toBeGreaterThan(0)
  // Tried again a second later, then two seconds after that.
  expect(refused[1]!.at - refused[0]!.at).toBeGreaterThan(990)
  cluster.run({ for: '10s' })
  expect(status(cluster)).toMatchObject({ failed: 1, active: 2 })
})

test('an index that waits holds its turn: the next one does not overtake it', () => {
  const cluster = started({ parallelism: 1, completions: 3, completionMode: 'Indexed', backoffLimitPerIndex: 1 }, '[ $JOB_COMPLETION_INDEX -ne 0 ]', 8000)
  expect(cluster.world().list('Pod').map(({ metadata }) => metadata.labels!['batch.kubernetes.io/job-completion-index'])).toEqual(['0'])
  cluster.run({ for: '40s' })
  expect(status(cluster)).toMatchObject({ failedIndexes: '0', completedIndexes: '1,2', failed: 2, succeeded: 2 })
})

const indexed = (spec: object = {}) => object('Job', 'j', { completionMode: 'Indexed', completions: 3, backoffLimitPerIndex: 5, ...spec }, { apiVersion: 'batch/v1' })
const failure = (name: string, annotations: Record<string, string>, readyForSeconds = 0) =>
  pod({ name, phase: 'Failed', exitCode: 1, ready: false, readyForSeconds, finalizers: [trackingFinalizer], annotations: { 'batch.kubernetes.io/job-completion-index': '0', ...annotations } })
const failureCount = 'batch.kubernetes.io/job-index-failure-count'
const ignoredCount = 'batch.kubernetes.io/job-index-ignored-failure-count'

test('what is ignored counts apart, and makes an index wait all the same', () => {
  const policy = { podFailurePolicy: { rules: [{ action: 'Ignore', onExitCodes: { operator: 'In', values: [1] } }] } }
  const before = failure('a', { [failureCount]: '1', [ignoredCount]: '1' })
  expect(indexFailures(indexed(), before)).toEqual({ counted: 2, ignored: 1 })
  expect(indexFailures(indexed(policy), before)).toEqual({ counted: 1, ignored: 2 })
  expect(indexFailures(indexed(), undefined)).toEqual({ counted: 0, ignored: 0 })
  expect(indexDelayMs(before, now)).toBe(40_000)
})

test('of an index that waits the pod with the most failures keeps them', () => {
  const pods = [failure('a', { [failureCount]: '0' }, 20), failure('b', { [failureCount]: '1' })]
  const delayed = delayedPods(indexed(), pods, countPods(indexed(), pods))
  expect([...delayed].map(([index, { metadata }]) => [index, metadata.name])).toEqual([[0, 'b']])
  const [broken] = [indexed({ backoffLimitPerIndex: 1 })]
  expect(delayedPods(broken, pods, countPods(broken, pods)).size).toBe(0)
})

test.each([
  ['an absent one that is False is none', undefined, 'False', undefined],
  ['an absent one is added', undefined, 'True', ['Suspended=True']],
  ['it changes in its place', ['True', 'Other'], 'False', ['Suspended=False', 'Other=True']],
] as const)('conditions of a Job: %s', (_name, before, status, after) => {
  const old = before?.map((type) => (type === 'Other' ? jobCondition('Other', 'True', '', '', now) : jobCondition('Suspended', 'True', '', '', now)))
  expect(conditionsWith(old, jobCondition('Suspended', status, 'r', 'm', now))?.map((c) => `${c.type}=${c.status}`)).toEqual(after)
})
