import { expect, test } from 'vitest'
import { createCluster, type Cluster } from '../index.ts'
import type { Pod } from '../api/types.ts'
import { surplusEnded } from './podgc/podgc.ts'
import { pod as podOf } from './testing/objects.ts'

/** Facts about controllers that only a running cluster shows: texts, orders, what is kept and what goes. */

const paths: Record<string, string> = {
  Pod: '/api/v1/namespaces/default/pods', Deployment: '/apis/apps/v1/namespaces/default/deployments', ReplicaSet: '/apis/apps/v1/namespaces/default/replicasets',
  StatefulSet: '/apis/apps/v1/namespaces/default/statefulsets', DaemonSet: '/apis/apps/v1/namespaces/default/daemonsets',
  Job: '/apis/batch/v1/namespaces/default/jobs', CronJob: '/apis/batch/v1/namespaces/default/cronjobs', ConfigMap: '/api/v1/namespaces/shop/configmaps', Namespace: '/api/v1/namespaces',
}
const versions: Record<string, string> = { Pod: 'v1', ConfigMap: 'v1', Namespace: 'v1', Job: 'batch/v1', CronJob: 'batch/v1' }
function ask(cluster: Cluster, verb: string, path: string, body: unknown): void {
  const { code, body: answer } = cluster.request({ verb, path, body, ...(verb === 'PATCH' ? { contentType: 'application/merge-patch+json' } : {}) } as never)
  if (code >= 400) throw new Error(JSON.stringify(answer))
}
const create = (cluster: Cluster, kind: string, name: string, spec: object, metadata: object = {}): void =>
  ask(cluster, 'POST', paths[kind]!, { apiVersion: versions[kind] ?? 'apps/v1', kind, metadata: { name, ...metadata }, spec })
const patch = (cluster: Cluster, kind: string, name: string, body: object): void => ask(cluster, 'PATCH', `${paths[kind]}/${name}`, body)
const get = (cluster: Cluster, kind: string, name: string) => cluster.world().get(kind, name)
const names = (cluster: Cluster, kind: string): string[] => cluster.world().list(kind).map(({ metadata }) => metadata.name)
const events = (cluster: Cluster, name: string): string[] => cluster.world().list('Event').filter((event) => event['involvedObject'].name === name).map((event) => `${event['reason']}: ${event['message']}`)
const labels = { app: 'web' }
const template = (container: object = { image: 'nginx:1.27' }, more: object = {}) => ({ metadata: { labels }, spec: { containers: [{ name: 'main', ...container }], ...more } })
const workload = (replicas: number, more: object = {}) => ({ replicas, selector: { matchLabels: labels }, template: template(), ...more })

// --- Deployments ---------------------------------------------------------------------------------

test('a ReplicaSet bears the hash of its template; both bear the revision; sizes are told', () => {
  const cluster = createCluster({ seed: 1 })
  create(cluster, 'Deployment', 'web', workload(3))
  cluster.run({ for: '15s' })
  const [set] = cluster.world().list('ReplicaSet')
  const hash = set!.metadata.labels!['pod-template-hash']!
  expect(set!.metadata.name).toBe(`web-${hash}`)
  expect(hash).toMatch(/^[bcdfghjklmnpqrstvwxz2456789]{1,10}$/)
  expect(set!['spec'].selector.matchLabels).toEqual({ app: 'web', 'pod-template-hash': hash })
  expect(names(cluster, 'Pod')[0]).toMatch(new RegExp(`^web-${hash}-[bcdfghjklmnpqrstvwxz2456789]{5}$`))
  for (const object of [set!, get(cluster, 'Deployment', 'web')!]) expect(object.metadata.annotations?.['deployment.kubernetes.io/revision']).toBe('1')
  patch(cluster, 'Deployment', 'web', { spec: { replicas: 2 } })
  cluster.run({ for: '5s' })
  expect(events(cluster, 'web')).toEqual([`ScalingReplicaSet: Scaled up replica set web-${hash} from 0 to 3`, `ScalingReplicaSet: Scaled down replica set web-${hash} from 3 to 2`])
})

test('a paused Deployment is scaled and not rolled', () => {
  const cluster = createCluster({ seed: 1 })
  create(cluster, 'Deployment', 'web', workload(3))
  cluster.run({ for: '15s' })
  patch(cluster, 'Deployment', 'web', { spec: { paused: true, replicas: 5, template: template({ image: 'nginx:1.25' }) } })
  cluster.run({ for: '10s' })
  expect(cluster.world().list('ReplicaSet').map((set) => set['spec'].replicas as number)).toEqual([5])
  expect(get(cluster, 'Deployment', 'web')?.['status'].conditions).toContainEqual(expect.objectContaining({ type: 'Progressing', status: 'Unknown', reason: 'DeploymentPaused', message: 'Deployment is paused' }))
})

test('of thirteen rollouts the last ten old sets are kept', () => {
  const cluster = createCluster({ seed: 1 })
  create(cluster, 'Deployment', 'web', workload(1))
  for (let i = 0; i < 12; i++) {
    cluster.run({ for: '12s' })
    patch(cluster, 'Deployment', 'web', { spec: { template: { metadata: { annotations: { turn: String(i) } } } } })
  }
  cluster.run({ for: '30s' })
  const revisions = cluster.world().list('ReplicaSet').map(({ metadata }) => Number(metadata.annotations?.['deployment.kubernetes.io/revision']))
  expect(revisions.toSorted((a, b) => a - b)).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13])
})

test('no progress for too long is a condition, and nothing is rolled back', () => {
  const cluster = createCluster({ seed: 1 })
  create(cluster, 'Deployment', 'web', workload(1, { progressDeadlineSeconds: 20, template: template({ image: 'nginx:none' }) }))
  cluster.run({ for: '40s' })
  const [name] = names(cluster, 'ReplicaSet')
  expect(get(cluster, 'Deployment', 'web')?.['status'].conditions).toEqual(expect.arrayContaining([
    expect.objectContaining({ type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded', message: `ReplicaSet "${name}" has timed out progressing.` }),
    expect.objectContaining({ type: 'Available', status: 'False', reason: 'MinimumReplicasUnavailable', message: 'Deployment does not have minimum availability.' }),
  ]))
})

// --- ReplicaSets ---------------------------------------------------------------------------------

test('a pod whose label changes is released, runs on and is replaced; somebody else’s is not adopted', () => {
  const cluster = createCluster({ seed: 1 })
  const foreign = { labels, ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name: 'node1', uid: get(cluster, 'Node', 'node1')!.metadata.uid, controller: true }] }
  create(cluster, 'Pod', 'foreign', template().spec, foreign)
  create(cluster, 'ReplicaSet', 'web', workload(2))
  cluster.run({ for: '10s' })
  const [loose] = cluster.world().list('Pod').filter(({ metadata }) => metadata.name !== 'foreign')
  patch(cluster, 'Pod', loose!.metadata.name, { metadata: { labels: { app: 'loose' } } })
  cluster.run({ for: '10s' })
  expect(get(cluster, 'Pod', loose!.metadata.name)).toMatchObject({ status: { phase: 'Running' } })
  expect(get(cluster, 'Pod', loose!.metadata.name)!.metadata.ownerReferences).toBeUndefined()
  expect(cluster.world().list('Pod').filter(({ metadata }) => metadata.ownerReferences?.[0]?.kind === 'ReplicaSet')).toHaveLength(2)
})

// --- StatefulSets --------------------------------------------------------------------------------

const database = (updateStrategy: object) => ({ ...workload(3), serviceName: 'dbs', updateStrategy, podManagementPolicy: 'OrderedReady' })
const images = (cluster: Cluster): string[] => (cluster.world().list('Pod') as Pod[]).map(({ spec }) => spec.containers[0]!.image!)

test('below the partition pods stay, and come back, as they were', () => {
  const cluster = createCluster({ seed: 1 })
  create(cluster, 'StatefulSet', 'db', database({ type: 'RollingUpdate', rollingUpdate: { partition: 2 } }))
  cluster.run({ for: '40s' })
  patch(cluster, 'StatefulSet', 'db', { spec: { template: template({ image: 'nginx:1.28' }) } })
  cluster.run({ for: '30s' })
  expect(images(cluster)).toEqual(['nginx:1.27', 'nginx:1.27', 'nginx:1.28'])
  ask(cluster, 'DELETE', `${paths['Pod']}/db-0`, {})
  cluster.run({ for: '50s' })
  expect(images(cluster)).toEqual(['nginx:1.27', 'nginx:1.27', 'nginx:1.28'])
  expect(get(cluster, 'Pod', 'db-0')).toMatchObject({ spec: { hostname: 'db-0', subdomain: 'dbs' }, metadata: { labels: { 'apps.kubernetes.io/pod-index': '0', 'statefulset.kubernetes.io/pod-name': 'db-0' } } })
  expect(events(cluster, 'db')).toContain('SuccessfulCreate: create Pod db-0 in StatefulSet db successful')
})

test('OnDelete: a pod is new only after somebody has deleted it', () => {
  const cluster = createCluster({ seed: 1 })
  create(cluster, 'StatefulSet', 'db', database({ type: 'OnDelete' }))
  cluster.run({ for: '40s' })
  patch(cluster, 'StatefulSet', 'db', { spec: { template: template({ image: 'nginx:1.28' }) } })
  cluster.run({ for: '20s' })
  expect(images(cluster)).toEqual(['nginx:1.27', 'nginx:1.27', 'nginx:1.27'])
  ask(cluster, 'DELETE', `${paths['Pod']}/db-1`, {})
  cluster.run({ for: '50s' })
  expect(images(cluster)).toEqual(['nginx:1.27', 'nginx:1.28', 'nginx:1.27'])
})

// --- Jobs ----------------------------------------------------------------------------------------

const task = (command: string, more: object = {}, container: object = {}) => ({ template: { spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'busybox:1.36', command: ['sh', '-c', command], ...container }] } }, ...more })
const conditions = (cluster: Cluster, name: string): string[] => (get(cluster, 'Job', name)?.['status'].conditions ?? []).map((c: any) => `${c.type}=${c.status}/${c.reason}: ${c.message}`)

test.each([
  ['backoffLimit 0', { backoffLimit: 0 }, 'exit 1', 1, 'Failed=True/BackoffLimitExceeded: Job has reached the specified backoff limit'],
  ['backoffLimit 2', { backoffLimit: 2 }, 'exit 1', 3, 'Failed=True/BackoffLimitExceeded: Job has reached the specified backoff limit'],
  ['all done', { completions: 2 }, 'exit 0', 2, 'Complete=True/CompletionsReached: Reached expected number of succeeded pods'],
  ['too late', { activeDeadlineSeconds: 5 }, 'sleep 60', 1, 'Failed=True/DeadlineExceeded: Job was active longer than specified deadline'],
])('a Job: %s', (_name, more, command, pods, condition) => {
  const cluster = createCluster({ seed: 1 })
  create(cluster, 'Job', 'j', task(command, more))
  let most = 0
  cluster.run({ for: '120s', until: () => {
    most = Math.max(most, names(cluster, 'Pod').length)
    return false
  } })
  expect([most, conditions(cluster, 'j').at(-1)]).toEqual([pods, condition])
})

test('podFailurePolicy ends a Job at once, or forgives', () => {
  const cluster = createCluster({ seed: 1 })
  const rules = [{ action: 'FailJob', onExitCodes: { containerName: 'main', operator: 'In', values: [42] } }, { action: 'Ignore', onExitCodes: { operator: 'In', values: [7] } }]
  create(cluster, 'Job', 'bug', task('exit 42', { backoffLimit: 6, podFailurePolicy: { rules } }))
  create(cluster, 'Job', 'luck', task('[ $(date +%S) -ge 15 ] || exit 7', { backoffLimit: 0, podFailurePolicy: { rules } }))
  cluster.run({ for: '60s' })
  const [pod] = names(cluster, 'Pod').filter((name) => name.startsWith('bug-'))
  expect(conditions(cluster, 'bug').at(-1)).toBe(`Failed=True/PodFailurePolicy: Container main for pod default/${pod} failed with exit code 42 matching FailJob rule at index 0`)
  expect(conditions(cluster, 'luck').at(-1)).toContain('Complete=True')
})

// --- CronJobs ------------------------------------------------------------------------------------

const every = (more: object, command = 'sleep 90') => ({ schedule: '* * * * *', jobTemplate: { spec: task(command) }, ...more })

test.each([
  ['Allow', 2, []],
  ['Forbid', 1, ['JobAlreadyActive']],
  ['Replace', 1, ['SuccessfulDelete']],
])('concurrencyPolicy %s', (concurrencyPolicy, running, told) => {
  const cluster = createCluster({ seed: 1 })
  create(cluster, 'CronJob', 'tick', every({ concurrencyPolicy }))
  cluster.run({ for: '130s' })
  expect(get(cluster, 'CronJob', 'tick')?.['status'].active).toHaveLength(running)
  expect(names(cluster, 'Job')[0]).toBe(`tick-${Date.UTC(2026, 0, 5, 9, concurrencyPolicy === 'Replace' ? 2 : 1) / 60_000}`)
  expect(events(cluster, 'tick').map((text) => text.split(':')[0])).toEqual(expect.arrayContaining(told))
})

test('a start that comes too late is missed; of very many only the last is made up for', () => {
  const late = createCluster({ seed: 1 })
  create(late, 'CronJob', 'tick', { ...every({ startingDeadlineSeconds: 50 }, 'true'), schedule: '1 * * * *' })
  late.fault({ type: 'controller-stop', controller: 'cronjob' })
  late.run({ for: '160s' })
  late.fault({ type: 'controller-stop', controller: 'cronjob', restore: true })
  late.run({ for: '10s' })
  // Times before the deadline's window are not even looked at (mostRecentScheduleTime): there is nothing to say MissSchedule of.
  expect([names(late, 'Job'), events(late, 'tick')]).toEqual([[], []])
  const away = createCluster({ seed: 1 })
  create(away, 'CronJob', 'tick', every({}, 'true'))
  away.fault({ type: 'controller-stop', controller: 'cronjob' })
  away.run({ for: '3h' })
  away.fault({ type: 'controller-stop', controller: 'cronjob', restore: true })
  away.run({ for: '10s' })
  expect(names(away, 'Job')).toHaveLength(1)
  expect(events(away, 'tick')).toContain('TooManyMissedTimes: too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew')
})

test('three that succeeded and one that failed are kept', () => {
  const cluster = createCluster({ seed: 1 })
  create(cluster, 'CronJob', 'good', every({}, 'true'))
  create(cluster, 'CronJob', 'bad', { ...every({}), jobTemplate: { spec: task('exit 1', { backoffLimit: 0 }) } })
  cluster.run({ for: '6m' })
  const minutes = (name: string) => names(cluster, 'Job').filter((job) => job.startsWith(name)).map((job) => Number(job.split('-')[1]) - Date.UTC(2026, 0, 5, 9, 0) / 60_000)
  expect([minutes('good'), minutes('bad')]).toEqual([[3, 4, 5], [5]])
})

// --- the rest ------------------------------------------------------------------------------------

test('a namespace with something held says what holds it and stays', () => {
  const cluster = createCluster({ seed: 1 })
  create(cluster, 'Namespace', 'shop', {})
  ask(cluster, 'POST', paths['ConfigMap']!, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'held', finalizers: ['example.com/hold'] } })
  ask(cluster, 'DELETE', `${paths['Namespace']}/shop`, {})
  cluster.run({ for: '30s' })
  expect(get(cluster, 'Namespace', 'shop')?.['status'].conditions).toContainEqual(expect.objectContaining({
    type: 'NamespaceFinalizersRemaining', status: 'True', reason: 'SomeFinalizersRemain', message: 'Some content in the namespace has finalizers remaining: example.com/hold in 1 resource instances',
  }))
  ask(cluster, 'PATCH', `${paths['ConfigMap']}/held`, { metadata: { finalizers: null } })
  cluster.run({ for: '30s' })
  expect(get(cluster, 'Namespace', 'shop')).toBeUndefined()
})

test('of two owners one may go; without any the object goes', () => {
  const cluster = createCluster({ seed: 1 })
  create(cluster, 'ReplicaSet', 'a', { ...workload(0) })
  create(cluster, 'ReplicaSet', 'b', { ...workload(0) })
  const owner = (name: string) => ({ apiVersion: 'apps/v1', kind: 'ReplicaSet', name, uid: get(cluster, 'ReplicaSet', name)!.metadata.uid })
  const both = [owner('a'), owner('b')]
  create(cluster, 'Pod', 'child', template().spec, { ownerReferences: both })
  create(cluster, 'Pod', 'lost', template().spec, { ownerReferences: [{ ...owner('a'), uid: '00000000-0000-4000-8000-000000000000' }] })
  ask(cluster, 'DELETE', `${paths['ReplicaSet']}/a`, { propagationPolicy: 'Background' })
  cluster.run({ for: '40s' })
  expect(names(cluster, 'Pod')).toEqual(['child'])
  expect(get(cluster, 'Pod', 'child')!.metadata.ownerReferences).toEqual([both[1]])
})

test('pods that have ended pile up only so far: evicted ones go first, then the oldest', () => {
  const ended = (name: string, more: object = {}) => {
    const made = podOf({ name, phase: 'Failed', ready: false })
    return { ...made, status: { ...made.status, ...more } } as Pod
  }
  expect(surplusEnded([ended('a'), ended('b', { reason: 'Evicted' }), ended('c'), podOf({ name: 'd' })], 1).map(({ metadata }) => metadata.name)).toEqual(['b', 'a'])
})

test('a node that is out of service lets its marked pods go', () => {
  const cluster = createCluster({ seed: 1, nodes: 2 })
  create(cluster, 'Pod', 'p', { ...template().spec, nodeName: 'node2' })
  cluster.run({ for: '10s' })
  cluster.fault({ type: 'node-stop', node: 'node2' })
  cluster.run({ for: '70s' })
  ask(cluster, 'DELETE', `${paths['Pod']}/p`, {})
  cluster.run({ for: '60s' })
  expect(names(cluster, 'Pod')).toEqual(['p'])
  ask(cluster, 'PATCH', '/api/v1/nodes/node2', { spec: { taints: [{ key: 'node.kubernetes.io/out-of-service', effect: 'NoExecute', value: 'nodeshutdown' }] } })
  cluster.run({ for: '30s' })
  expect(names(cluster, 'Pod')).toEqual([])
})
