import { expect, test } from 'vitest'
import { formatTime } from '../../api/time.ts'
import { now, object, pod, type PodFacts } from '../testing/objects.ts'
import { nextRecord, remainingMs } from './backoff.ts'
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
  const tracking = trackEnded(job(), pods, countPods(job(), pods), undefined, new Set(), now)
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
  const first = nextRecord(undefined, [], [pod({ ...failed('a'), readyForSeconds: 4 })], now)
  expect(remainingMs(first, now)).toBe(6000)
  const second = nextRecord(first, [], [pod({ ...failed('b'), readyForSeconds: 0 })], now)
  expect(remainingMs(second, now)).toBe(20_000)
  expect(remainingMs({ failures: 50, lastFailureMs: now }, now)).toBe(600_000)
  expect(nextRecord(second, [pod({ name: 'c', phase: 'Succeeded' })], [], now).failures).toBe(0)
})

test('a numbered pod knows its number', () => {
  const made = jobPod(job({ completionMode: 'Indexed', completions: 3 }), 2)
  expect(made.metadata).toMatchObject({ generateName: 'j-2-', labels: { job: 'j', 'batch.kubernetes.io/job-completion-index': '2' }, finalizers: [trackingFinalizer] })
  expect(made.spec.hostname).toBe('j-2')
  expect(made.spec.containers[0]!.env).toMatchObject([{ name: 'JOB_COMPLETION_INDEX' }])
})
