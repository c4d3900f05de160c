import { describe, expect, test } from 'vitest'
import type { Event, KubeObject } from '../api/types.ts'
import { createCluster, type Cluster } from '../index.ts'
import { surplusEnded } from './podgc/podgc.ts'
import { pod as podOf } from './testing/objects.ts'

/** What controllers tell and do beyond the events of workloads (events.test.ts): conditions, evictions, the ends of pods, claims. */

const paths: Record<string, string> = {
  Node: '/api/v1/nodes', Pod: '/api/v1/namespaces/default/pods', PersistentVolume: '/api/v1/persistentvolumes',
  PersistentVolumeClaim: '/api/v1/namespaces/default/persistentvolumeclaims', Job: '/apis/batch/v1/namespaces/default/jobs',
  Deployment: '/apis/apps/v1/namespaces/default/deployments',
}

function ask(cluster: Cluster, verb: string, path: string, body: object): KubeObject {
  const answer = cluster.request({ verb, path, body, ...(verb === 'PATCH' ? { contentType: 'application/merge-patch+json' } : {}) } as never)
  if (answer.code >= 400) throw new Error(JSON.stringify(answer.body))
  return answer.body as KubeObject
}
const create = (cluster: Cluster, kind: string, name: string, spec: object): KubeObject =>
  ask(cluster, 'POST', paths[kind]!, { apiVersion: paths[kind]!.replace(/^\/apis?\//, '').replace(/\/(namespaces|nodes|persistent).*$/, ''), kind, metadata: { name }, spec })
const patch = (cluster: Cluster, kind: string, name: string, body: object) => ask(cluster, 'PATCH', `${paths[kind]}/${name}`, body)

/** 'node-controller Warning NodeNotReady: Node is not ready' of one object. */
const told = (cluster: Cluster, name: string): string[] =>
  (cluster.world().list('Event') as unknown as Event[])
    .filter(({ involvedObject }) => involvedObject.name === name)
    .map((event) => `${event.source?.component} ${event.type} ${event.reason}: ${event.message}`)

const labels = { app: 'web' }
const template = (container: object = {}, more: object = {}) => ({ metadata: { labels }, spec: { containers: [{ name: 'main', image: 'busybox:1.36', command: ['sleep', '3600'], ...container }], ...more } })
const task = (command: string, more: object = {}) => ({ template: { spec: { ...template({ command: ['sh', '-c', command] }).spec, restartPolicy: 'Never', terminationGracePeriodSeconds: 1 } }, ...more })

describe('of workloads', () => {
  test('a Deployment says that its new set has been made', () => {
    const cluster = createCluster({ seed: 1 })
    create(cluster, 'Deployment', 'web', { selector: { matchLabels: labels }, template: template() })
    let first: KubeObject | undefined
    cluster.run({ for: '5s', until: () => (first = cluster.world().get('Deployment', 'web')?.['status'].conditions?.[0]) !== undefined })
    const [set] = cluster.world().list('ReplicaSet')
    expect(first).toMatchObject({ type: 'Progressing', status: 'True', reason: 'NewReplicaSetCreated', message: `Created new replica set "${set!.metadata.name}"` })
  })
})

describe('of Jobs', () => {
  test('a disruption that is ignored does not count: an evicted pod is replaced though no failure is allowed', () => {
    const cluster = createCluster({ seed: 1 })
    const rules = [{ action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] }]
    create(cluster, 'Job', 'j', task('sleep 60', { backoffLimit: 0, podFailurePolicy: { rules } }))
    cluster.run({ for: '10s' })
    const [first] = cluster.world().list('Pod')
    ask(cluster, 'POST', `${paths['Pod']}/${first!.metadata.name}/eviction`, { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: first!.metadata.name } })
    cluster.run({ for: '30s' })
    const names = cluster.world().list('Pod').map(({ metadata }) => metadata.name)
    expect(names.filter((name) => name !== first!.metadata.name)).toHaveLength(1)
    expect(cluster.world().get('Job', 'j')!['status']).toMatchObject({ active: 1 })
    expect(cluster.world().get('Job', 'j')!['status']).not.toHaveProperty('conditions')
  })
})

describe('of nodes and their pods', () => {
  test('a taint that drives a pod away after a while, and is taken back', () => {
    const cluster = createCluster({ seed: 1, nodes: 1 })
    const tolerations = [{ key: 'fire', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 60 }]
    create(cluster, 'Pod', 'patient', template({}, { tolerations }).spec)
    create(cluster, 'Pod', 'hasty', template({}, { terminationGracePeriodSeconds: 1 }).spec)
    cluster.run({ for: '10s' })
    patch(cluster, 'Node', 'node1', { spec: { taints: [{ key: 'fire', effect: 'NoExecute' }] } })
    cluster.run({ for: '5s' })
    patch(cluster, 'Node', 'node1', { spec: { taints: [] } })
    cluster.run({ for: '5s' })
    const evictions = (name: string) => told(cluster, name).filter((text) => text.startsWith('taint-eviction'))
    expect(evictions('hasty')).toEqual(['taint-eviction-controller Normal TaintManagerEviction: Marking for deletion Pod default/hasty'])
    expect(evictions('patient')).toEqual(['taint-eviction-controller Normal TaintManagerEviction: Cancelling deletion of Pod default/patient'])
  })

  test('a node that falls silent', () => {
    const cluster = createCluster({ seed: 1, nodes: 2 })
    create(cluster, 'Pod', 'p', { ...template().spec, nodeName: 'node2' })
    cluster.run({ for: '10s' })
    cluster.fault({ type: 'kubelet-stop', node: 'node2' })
    cluster.run({ for: '70s' })
    expect(told(cluster, 'p')).toContain('node-controller Warning NodeNotReady: Node is not ready')
  })

  test('pods that have ended are let lie until there are 12,500', () => {
    const ended = (count: number) => Array.from({ length: count }, (_, i) => podOf({ name: `p${i}`, phase: 'Succeeded', ready: false }))
    expect([surplusEnded(ended(12_500)), surplusEnded(ended(12_501)).length]).toEqual([[], 1])
  })

  test('a pod that is to go and never had a node is removed by force', () => {
    const cluster = createCluster({ seed: 1 })
    ask(cluster, 'POST', paths['Pod']!, {
      apiVersion: 'v1', kind: 'Pod', metadata: { name: 'lost', finalizers: ['example.com/hold'] }, spec: { ...template().spec, nodeSelector: { disk: 'none' } },
    })
    cluster.run({ for: '2s' })
    ask(cluster, 'DELETE', `${paths['Pod']}/lost`, {})
    cluster.run({ for: '40s' })
    expect(cluster.world().get('Pod', 'lost')).toMatchObject({ metadata: { deletionGracePeriodSeconds: 0 }, status: { phase: 'Failed' } })
    const deletions = cluster.trace.filter(({ kind, from, verb, name }) => kind === 'write' && from.endsWith('/pod-garbage-collector') && verb === 'delete' && name === 'lost')
    expect(deletions.length).toBeGreaterThan(0)
  })
})

describe('of claims', () => {
  const claim = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } }

  test('one that finds nothing', () => {
    const cluster = createCluster({ seed: 1 })
    create(cluster, 'PersistentVolumeClaim', 'data', claim)
    cluster.run({ for: '5s' })
    expect(cluster.world().get('PersistentVolumeClaim', 'data')!['status'].phase).toBe('Pending')
    expect(told(cluster, 'data')).toEqual(['persistentvolume-controller Normal FailedBinding: no persistent volumes available for this claim and no storage class is set'])
  })

  test('one that finds its volume: both say so', () => {
    const cluster = createCluster({ seed: 1 })
    create(cluster, 'PersistentVolume', 'shelf', { capacity: { storage: '2Gi' }, accessModes: ['ReadWriteOnce'], storageClassName: '', hostPath: { path: '/tmp/shelf' } })
    create(cluster, 'PersistentVolumeClaim', 'data', { ...claim, storageClassName: '' })
    cluster.run({ for: '5s' })
    expect(cluster.world().get('PersistentVolume', 'shelf')).toMatchObject({
      metadata: { annotations: { 'pv.kubernetes.io/bound-by-controller': 'yes' }, finalizers: ['kubernetes.io/pv-protection'] }, status: { phase: 'Bound' },
    })
    expect(cluster.world().get('PersistentVolumeClaim', 'data')).toMatchObject({
      metadata: { annotations: { 'pv.kubernetes.io/bind-completed': 'yes' }, finalizers: ['kubernetes.io/pvc-protection'] }, status: { phase: 'Bound' },
    })
  })
})
