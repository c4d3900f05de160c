import { expect, test } from 'vitest'
import type { Event } from '../api/types.ts'
import { createCluster, type Cluster } from '../index.ts'

/** What controllers say of their objects: "component type reason kind: message", with names as they are and NAME for what is made up. */

const groups: Record<string, [version: string, path: string]> = {
  ReplicaSet: ['apps/v1', '/apis/apps/v1/namespaces/default/replicasets'],
  StatefulSet: ['apps/v1', '/apis/apps/v1/namespaces/default/statefulsets'],
  DaemonSet: ['apps/v1', '/apis/apps/v1/namespaces/default/daemonsets'],
  Job: ['batch/v1', '/apis/batch/v1/namespaces/default/jobs'],
  CronJob: ['batch/v1', '/apis/batch/v1/namespaces/default/cronjobs'],
  ResourceQuota: ['v1', '/api/v1/namespaces/default/resourcequotas'],
}

function create(c: Cluster, kind: string, spec: object): void {
  const [apiVersion, path] = groups[kind]!
  const { code, body } = c.request({ verb: 'POST', path, body: { apiVersion, kind, metadata: { name: 'shop' }, spec } as never })
  if (code !== 201) throw new Error(JSON.stringify(body))
}

function patch(c: Cluster, kind: string, spec: object): void {
  c.request({ verb: 'PATCH', path: `${groups[kind]![1]}/shop`, contentType: 'application/merge-patch+json', body: { spec } } as never)
}

const labels = { app: 'shop' }
const selector = { matchLabels: labels }
const template = (command: string, more: object = {}) => ({
  metadata: { labels },
  spec: { containers: [{ name: 'main', image: 'busybox:1.36', command: ['sh', '-c', command], resources: { limits: { cpu: '100m', memory: '16Mi' } } }], ...more },
})
const once = { restartPolicy: 'Never' }
const told = (c: Cluster): string[] =>
  (c.world().list('Event') as Event[])
    .filter(({ involvedObject }) => (involvedObject.kind ?? '') in groups)
    .map(({ source, type, reason, involvedObject, message }) => `${source?.component} ${type} ${reason} ${involvedObject.kind}: ${message.replaceAll(/shop-(\w{5}|\d{8})\b/g, 'NAME')}`)

test.each<[about: string, act: (c: Cluster) => void, said: string[]]>([
  ['a ReplicaSet grows and shrinks', (c) => {
    create(c, 'ReplicaSet', { replicas: 2, selector, template: template('sleep 999') })
    c.run({ for: '10s' })
    patch(c, 'ReplicaSet', { replicas: 1 })
  }, ['replicaset-controller Normal SuccessfulCreate ReplicaSet: Created pod: NAME', 'replicaset-controller Normal SuccessfulDelete ReplicaSet: Deleted pod: NAME']],
  ['a ReplicaSet is not let', (c) => {
    create(c, 'ResourceQuota', { hard: { pods: '0' } })
    c.run({ for: '5s' })
    create(c, 'ReplicaSet', { replicas: 1, selector, template: template('sleep 999') })
  }, ['replicaset-controller Warning FailedCreate ReplicaSet: Error creating: pods "NAME" is forbidden: exceeded quota: shop, requested: pods=1, used: pods=0, limited: pods=0']],
  ['a StatefulSet makes claims', (c) => {
    const claim = { metadata: { name: 'data' }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } }
    create(c, 'StatefulSet', { replicas: 1, serviceName: 'shop', selector, template: template('sleep 999'), volumeClaimTemplates: [claim] })
  }, ['statefulset-controller Normal SuccessfulCreate StatefulSet: create Claim data-shop-0 Pod shop-0 in StatefulSet shop success']],
  ['a DaemonSet finds a pod that has failed', (c) => {
    create(c, 'DaemonSet', { selector, template: template('sleep 999') })
    c.run({ for: '10s' })
    c.fault({ type: 'node-pressure', node: 'node1', signal: 'memory' })
    c.run({ for: '30s' })
  }, ['daemonset-controller Warning FailedDaemonPod DaemonSet: Found failed daemon pod default/NAME on node node1, will try to kill it']],
  ['a Job is suspended and resumed', (c) => {
    create(c, 'Job', { template: template('sleep 5', once) })
    c.run({ for: '2s' })
    patch(c, 'Job', { suspend: true })
    c.run({ for: '40s' })
    patch(c, 'Job', { suspend: false })
  }, [
    'job-controller Normal SuccessfulDelete Job: Deleted pod: NAME',
    'job-controller Normal Suspended Job: Job suspended',
    'job-controller Normal Resumed Job: Job resumed',
    'job-controller Normal Completed Job: Job completed',
  ]],
  ['a Job fails once too often', (c) => create(c, 'Job', { backoffLimit: 0, template: template('exit 1', once) }), [
    'job-controller Warning BackoffLimitExceeded Job: Job has reached the specified backoff limit',
  ]],
  ['a Job takes too long', (c) => create(c, 'Job', { activeDeadlineSeconds: 5, template: template('sleep 999', once) }), [
    'job-controller Warning DeadlineExceeded Job: Job was active longer than specified deadline',
  ]],
  ['a CronJob starts a Job', (c) => create(c, 'CronJob', { schedule: '* * * * *', jobTemplate: { spec: { template: template('true', once) } } }), [
    'cronjob-controller Normal SuccessfulCreate CronJob: Created job NAME',
  ]],
])('%s', (_about, act, said) => {
  const c = createCluster({ nodes: 1 })
  act(c)
  c.run({ for: '70s' })
  expect(told(c)).toEqual(expect.arrayContaining(said))
})
