import { expect, test } from 'vitest'
import { formatTime } from '../../api/time.ts'
import { now, object, pod, type PodFacts } from '../testing/objects.ts'
import { finishTime, nextRecord, remainingMs } from './backoff.ts'
import { countPods, isComplete, trackingFinalizer, verdict, wantedActive } from './decide.ts'
import { formatIndexes, parseIndexes } from './indexes.ts'
import { jobPod } from './pods.ts'
import { countReleased, enactFinished, trackEnded } from './track.ts'

const template = { metadata: { labels: { job: 'j' } }, spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'busybox' }] } }
const job = (spec: object = {}, status: object = {}) => object('Job', 'j', { backoffLimit: 6, completions: 1, parallelism: 1, template, ...spec }, { apiVersion: 'batch/v1', status })
const tracked = (facts: PodFacts) => pod({ finalizers: [trackingFinalizer], ready: false, ...facts })
const failed = (name: string, exitCode = 1): PodFacts => ({ name, phase: 'Failed', exitCode })

test.each([[[0, 1, 2, 5, 7, 8], '0-2,5,7,8'], [[3], '3'], [[], ''], [[0, 2, 3, 4], '0,2-4']])('indexes %j are written %s', (indexes, text) => {
  expect(formatIndexes(new Set(indexes))).toBe(text)
  expect([...parseIndexes(text, 100)]).toEqual(indexes)
})

test.each([
  [{ completions: 5, parallelism: 2 }, 0, 0, 2],
  [{ completions: 5, parallelism: 2 }, 4, 1, 1],
  [{ completions: undefined, parallelism: 3 }, 0, 0, 3],
  [{ completions: undefined, parallelism: 3 }, 1, 2, 2],
])('of %j with %i done and %i at work, %i should be at work', (spec, succeeded, active, wanted) => {
  expect(wantedActive(job(spec), succeeded, active)).toBe(wanted)
})

test('a Job without a number is complete when one has succeeded and the others have ended', () => {
  const queue = job({ completions: undefined, parallelism: 3 })
  expect([isComplete(queue, 1, 1), isComplete(queue, 1, 0), isComplete(queue, 0, 0)]).toEqual([false, true, false])
})

const policy = (rule: object) => ({ podFailurePolicy: { rules: [rule] } })
const on42 = { action: 'FailJob', onExitCodes: { operator: 'In', values: [42] } }
const verdicts: [name: string, spec: object, status: object, pods: PodFacts[], reason: string | undefined, message?: string][] = [
  ['as many failures as allowed', { backoffLimit: 2 }, { failed: 1 }, [failed('a')], undefined],
  ['one failure too many', { backoffLimit: 2 }, { failed: 2 }, [failed('a')], 'BackoffLimitExceeded', 'Job has reached the specified backoff limit'],
  ['no failure allowed', { backoffLimit: 0 }, {}, [failed('a')], 'BackoffLimitExceeded'],
  ['too long at work', { activeDeadlineSeconds: 10 }, { startTime: formatTime(now - 10_000) }, [], 'DeadlineExceeded', 'Job was active longer than specified deadline'],
  ['a rule says it is hopeless', policy(on42), {}, [failed('a', 42)], 'PodFailurePolicy', 'Container main for pod default/a failed with exit code 42 matching FailJob rule at index 0'],
  ['the rule is about another code', policy(on42), {}, [failed('a', 41)], undefined],
  ['an ignored failure does not count', { backoffLimit: 0, ...policy({ action: 'Ignore', onPodConditions: [{ type: 'Ready', status: 'False' }] }) }, {}, [failed('a')], undefined],
]
test.each(verdicts)('whether a Job has failed: %s', (_name, spec, status, facts, reason, message) => {
  const pods = facts.map(tracked)
  const found = verdict(job(spec, status), pods, countPods(job(spec, status), pods), now)
  expect(found?.reason).toBe(reason)
  if (message !== undefined) expect(found?.message).toBe(message)
})

test('an ended pod is first named, then released, then counted', () => {
  const pods = [tracked({ name: 'a', phase: 'Succeeded' })]
  const tracking = trackEnded(job(), pods, countPods(job(), pods), undefined, new Set())
  expect(tracking).toMatchObject({ changed: true, status: { uncountedTerminatedPods: { succeeded: ['a'] } } })
  expect(tracking.release).toEqual(pods)
  const counted = countReleased(tracking.status, new Set())
  expect(counted).toEqual({ changed: true, status: { succeeded: 1, uncountedTerminatedPods: {} } })
  // Seen again before the copy has caught up: not counted twice.
  expect(countReleased(counted.status, new Set(['a'])).changed).toBe(false)
})

test('it is over only when all is counted and nothing is ending', () => {
  const target = verdict(job({ backoffLimit: 0 }), [tracked(failed('a'))], countPods(job({ backoffLimit: 0 }), [tracked(failed('a'))]), now)
  expect(enactFinished({ uncountedTerminatedPods: { failed: ['a'] } }, target, now).finished).toBeUndefined()
  expect(enactFinished({ uncountedTerminatedPods: {}, terminating: 1 }, target, now).finished).toBeUndefined()
  expect(enactFinished({ uncountedTerminatedPods: {}, terminating: 0 }, target, now).finished).toMatchObject({ type: 'Failed', reason: 'BackoffLimitExceeded' })
})

test('failures in a row wait 10 s, 20 s and so on; a success begins anew', () => {
  const first = nextRecord(undefined, [], [pod({ ...failed('a'), readyForSeconds: 4 })])
  expect(remainingMs(first, now)).toBe(6000)
  const second = nextRecord(first, [], [pod({ ...failed('b'), readyForSeconds: 0 })])
  expect(remainingMs(second, now)).toBe(20_000)
  expect(remainingMs({ failures: 50, lastFailureMs: now }, now)).toBe(600_000)
  expect(nextRecord(second, [pod({ name: 'c', phase: 'Succeeded' })], []).failures).toBe(0)
})

test('a numbered pod knows its number', () => {
  const made = jobPod(job({ completionMode: 'Indexed', completions: 3 }), 2)
  expect(made.metadata).toMatchObject({ generateName: 'j-2-', labels: { job: 'j', 'batch.kubernetes.io/job-completion-index': '2' }, finalizers: [trackingFinalizer] })
  expect(made.spec.hostname).toBe('j-2')
  expect(made.spec.containers[0]!.env).toMatchObject([{ name: 'JOB_COMPLETION_INDEX' }])
})

const time = formatTime(now)
const earlier = formatTime(now - 30_000)
const container = (state: object) => ({ name: 'c', state })
const ended = (finishedAt?: string) => container({ terminated: finishedAt === undefined ? {} : { finishedAt } })
const running = container({ running: {} })
const readyIs = (status: string, lastTransitionTime: string) => ({ conditions: [{ type: 'Ready', status, lastTransitionTime }] })

/** As in upstream's TestGetFinishedTime. */
test.each<[string, object, object, string]>([
  ['the last of its containers', {}, { containerStatuses: [ended(earlier), ended(time), ended(earlier)] }, time],
  ['not while one runs: when it was marked', { deletionTimestamp: time }, { containerStatuses: [ended(earlier), running] }, time],
  ['marked, less its grace period', { deletionTimestamp: time, deletionGracePeriodSeconds: 30 }, { containerStatuses: [running] }, earlier],
  ['when it was no longer ready', {}, { containerStatuses: [ended()], ...readyIs('False', time) }, time],
  ['not when it was ready', { deletionTimestamp: time }, { containerStatuses: [ended()], ...readyIs('True', earlier) }, time],
  ['nothing is known: when it was made', { creationTimestamp: earlier }, { containerStatuses: [ended()] }, earlier],
])('when a pod ended: %s', (_name, metadata, status, wanted) => {
  const base = pod({ name: 'a' })
  expect(formatTime(finishTime({ ...base, metadata: { ...base.metadata, ...metadata }, status: { phase: 'Failed', ...status } } as typeof base))).toBe(wanted)
})

/** Seconds before now at which pods ended, as in upstream's TestNewBackoffRecord. */
test.each<[string, succeeded: number[], failed: number[], before: number, failures: number]>([
  ['one failure', [], [0], 0, 1],
  ['one more than before', [], [0], 2, 3],
  ['two, then a success', [0], [2, 1], 0, 0],
  ['two, a success, and two more', [2], [0, 4, 3, 1], 0, 2],
  ['a success in the same second', [0], [0], 0, 0],
  ['a success alone', [0], [], 5, 0],
  ['nothing new', [], [], 2, 2],
])('failures in a row: %s', (_name, succeeded, failures, before, wanted) => {
  const at = (seconds: number) => pod({ ...failed('x'), readyForSeconds: seconds })
  expect(nextRecord({ failures: before, lastFailureMs: 0 }, succeeded.map(at), failures.map(at)).failures).toBe(wanted)
})

/** As in upstream's TestMatchSuccessPolicy. */
test.each<[string, object[], done: string, met: number | undefined]>([
  ['no rules', [], '0', undefined],
  ['all named', [{ succeededIndexes: '0-2' }], '0-2,4-7', 0],
  ['one named is missing', [{ succeededIndexes: '3' }], '0-2', undefined],
  ['so many of any', [{ succeededCount: 2 }], '0-2', 0],
  ['too few of any', [{ succeededCount: 4 }], '0-2', undefined],
  ['the second of two', [{ succeededIndexes: '9' }, { succeededIndexes: '4,6' }], '0-2,4-7', 1],
  ['the first of two that fit', [{ succeededIndexes: '0,1' }, { succeededIndexes: '5' }], '0-2,4-7', 0],
  ['so many of those named', [{ succeededIndexes: '3-6', succeededCount: 2 }], '0-2,4-7', 0],
  ['too few of those named', [{ succeededIndexes: '3-6', succeededCount: 2 }], '0-2,6,7', undefined],
  ['none named', [{ succeededIndexes: '' }], '1-3', undefined],
  ['none named, none done', [{ succeededIndexes: '' }], '', undefined],
  ['only such that are not there', [{ succeededIndexes: '10-12,14-16' }], '1-3,5-7', undefined],
  ['as far as they are there', [{ succeededIndexes: '2-4,8-12' }], '2-5,7-9', 0],
])('success policy: %s', (_name, rules, done, met) => {
  const of = job({ completionMode: 'Indexed', completions: 10, successPolicy: { rules } }, { completedIndexes: done })
  expect(verdict(of, [], countPods(of, []), now)?.message).toBe(met === undefined ? undefined : `Matched rules at index ${met}`)
})
