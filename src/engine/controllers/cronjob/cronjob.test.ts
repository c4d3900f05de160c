import { expect, test } from 'vitest'
import { createCluster, type Cluster } from '../../index.ts'
import type { Request } from '../../api/request.ts'

/** CronJobs in a running cluster; it is 09:00:00 when it begins. */

const path = '/apis/batch/v1/namespaces/default'

function ask(cluster: Cluster, verb: string, where: string, body?: unknown): void {
  const { code, body: answer } = cluster.request({ verb, path: where, body } as Request)
  if (code >= 400) throw new Error(JSON.stringify(answer))
}

function started(spec: object): Cluster {
  const cluster = createCluster({ seed: 1 })
  const template = { spec: { restartPolicy: 'Never', terminationGracePeriodSeconds: 1, containers: [{ name: 'main', image: 'busybox', command: ['sleep', '3600'] }] } }
  ask(cluster, 'POST', `${path}/cronjobs`, { apiVersion: 'batch/v1', kind: 'CronJob', metadata: { name: 'tick' }, spec: { schedule: '* * * * *', jobTemplate: { spec: { template } }, ...spec } })
  return cluster
}

const told = (cluster: Cluster): string[] => cluster.world().list('Event').filter((event) => event['involvedObject'].kind === 'CronJob').map((event) => `${event['reason']}: ${event['message']}`)
const jobs = (cluster: Cluster): string[] => cluster.world().list('Job').map(({ metadata }) => metadata.name)

test('a schedule whose day never comes is told, and nothing is made', () => {
  const cluster = started({ schedule: '0 0 31 2 *' })
  cluster.run({ for: '3m' })
  expect(told(cluster)).toEqual(['InvalidSchedule: invalid schedule: 0 0 31 2 * : time difference between two schedules is less than 1 second'])
})

test('a Job at work that is taken away is missed, and its time is made up for', () => {
  const cluster = started({ concurrencyPolicy: 'Forbid' })
  cluster.run({ for: '150s' })
  const [first] = jobs(cluster)
  ask(cluster, 'DELETE', `${path}/jobs/${first}`, { propagationPolicy: 'Background' })
  cluster.run({ for: '5s' })
  expect(told(cluster).slice(1)).toEqual([
    'JobAlreadyActive: Not starting job because prior execution is running and concurrency policy is Forbid',
    `MissingJob: Active job went missing: ${first}`,
    expect.stringMatching(/^SuccessfulCreate: /),
  ])
})

test('a Job that is there already, and its own, is taken for the one of that time', () => {
  const cluster = started({})
  cluster.run({ for: '61s' })
  const [name] = jobs(cluster)
  // As if the controller had died between its two writes.
  ask(cluster, 'PUT', `${path}/cronjobs/tick/status`, { ...cluster.world().get('CronJob', 'tick', 'default')!, status: {} })
  ask(cluster, 'PUT', `${path}/cronjobs/tick`, { ...cluster.world().get('CronJob', 'tick', 'default')!, spec: { ...cluster.world().get('CronJob', 'tick', 'default')!['spec'], failedJobsHistoryLimit: 2 } })
  cluster.run({ for: '5s' })
  expect(jobs(cluster)).toEqual([name])
  expect(cluster.world().get('CronJob', 'tick', 'default')!['status']).toMatchObject({ active: [{ name }], lastScheduleTime: '2026-01-05T09:01:00Z' })
})

test('with another schedule its next time is waited for: what it has missed so far is not made up for', () => {
  const cluster = started({ schedule: '0 0 1 1 *' })
  cluster.run({ for: '250s' })
  const before = cluster.world().get('CronJob', 'tick', 'default')!
  ask(cluster, 'PUT', `${path}/cronjobs/tick`, { ...before, spec: { ...before['spec'], schedule: '*/2 * * * *' } })
  cluster.run({ for: '105s' })
  expect(jobs(cluster)).toEqual([])
  cluster.run({ for: '10s' })
  expect(jobs(cluster)).toHaveLength(1)
  expect(cluster.world().get('CronJob', 'tick', 'default')!['status'].lastScheduleTime).toBe('2026-01-05T09:06:00Z')
})

test('a Job that has ended is told once, though the next is refused', () => {
  const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'busybox', command: ['sleep', '70'] }] } }
  const cluster = started({ concurrencyPolicy: 'Forbid', jobTemplate: { spec: { template } } })
  ask(cluster, 'POST', '/api/v1/namespaces/default/resourcequotas', { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'one' }, spec: { hard: { 'count/jobs.batch': '1' } } })
  cluster.run({ for: '150s' })
  const events = cluster.world().list('Event').filter(({ involvedObject }) => involvedObject.kind === 'CronJob')
  expect(events.filter(({ reason }) => reason === 'SawCompletedJob').map(({ count }) => count)).toEqual([1])
  expect(events.some(({ reason }) => reason === 'FailedCreate')).toBe(true)
  expect(cluster.world().get('CronJob', 'tick', 'default')!['status']).not.toHaveProperty('active')
})
