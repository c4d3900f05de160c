import { expect, test } from 'vitest'
import type { KubeObject } from '../../api/types.ts'
import { createCluster, type Cluster } from '../../index.ts'

const inDefault = (plural: string): string => `/api/v1/namespaces/default/${plural}`

function post(c: Cluster, path: string, body: object): void {
  const { code, body: answer } = c.request({ verb: 'POST', path, body } as never)
  if (code >= 400) throw new Error(JSON.stringify(answer))
}

const claimSpec = { accessModes: ['ReadWriteOnce'], storageClassName: 'scratch', resources: { requests: { storage: '1Gi' } } }
const pod = {
  apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web' },
  spec: {
    containers: [{ name: 'app', image: 'busybox:1.36', command: ['sh', '-c', 'echo hello > /scratch/file; sleep 3600'], volumeMounts: [{ name: 'scratch', mountPath: '/scratch' }] }],
    volumes: [{ name: 'scratch', ephemeral: { volumeClaimTemplate: { metadata: { labels: { type: 'scratch' } }, spec: claimSpec } } }],
    terminationGracePeriodSeconds: 1,
  },
}

function cluster(): Cluster {
  const c = createCluster({ nodes: 2, seed: 1 })
  post(c, '/apis/storage.k8s.io/v1/storageclasses', { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata: { name: 'scratch' }, provisioner: 'ebs.csi.aws.com', volumeBindingMode: 'WaitForFirstConsumer' })
  c.run({ for: '1s' })
  return c
}

const world = (c: Cluster, kind: string, name: string): KubeObject | undefined => c.world().get(kind, name, 'default')
const told = (c: Cluster): string[] => c.world().list('Event').map(({ type, reason, message }: any) => `${type} ${reason}: ${message}`)

test('a volume that a pod describes itself gets a claim of its own, and goes with the pod', () => {
  const c = cluster()
  post(c, inDefault('pods'), pod)
  c.run({ for: '30s' })
  expect(world(c, 'Pod', 'web')!['status'].phase).toBe('Running')
  const claim = world(c, 'PersistentVolumeClaim', 'web-scratch')!
  const waits = told(c).filter((line) => line.startsWith('Warning FailedScheduling'))
  for (const line of waits) expect(line).toContain('waiting for ephemeral volume controller to create the persistentvolumeclaim "web-scratch"')
  expect(waits).toHaveLength(1)
  expect([claim.metadata.labels, claim['status'].phase]).toEqual([{ type: 'scratch' }, 'Bound'])
  expect(claim.metadata.ownerReferences).toMatchObject([{ kind: 'Pod', name: 'web', controller: true, blockOwnerDeletion: true }])
  c.request({ verb: 'DELETE', path: `${inDefault('pods')}/web` })
  c.run({ for: '60s' })
  expect([world(c, 'PersistentVolumeClaim', 'web-scratch'), c.world().list('PersistentVolume')]).toEqual([undefined, []])
})

test('a claim of that name that is not the pod\'s own is not taken', () => {
  const c = cluster()
  post(c, inDefault('persistentvolumeclaims'), { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'web-scratch' }, spec: claimSpec })
  c.run({ for: '2s' })
  post(c, inDefault('pods'), pod)
  c.run({ for: '10s' })
  const foreign = 'PVC default/web-scratch was not created for pod default/web (pod is not owner)'
  expect(told(c)).toContain(`Warning FailedBinding: ephemeral volume scratch: ${foreign}`)
  expect(told(c).some((line) => line.startsWith(`Warning FailedScheduling: 0/2 nodes are available: ${foreign}.`))).toBe(true)
})

test('a claim that is refused is told of (pkg/controller/volume/ephemeral)', () => {
  const c = cluster()
  post(c, inDefault('resourcequotas'), { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'few' }, spec: { hard: { persistentvolumeclaims: '0' } } })
  c.run({ for: '5s' })
  post(c, inDefault('pods'), pod)
  c.run({ for: '5s' })
  const why = 'exceeded quota: few, requested: persistentvolumeclaims=1, used: persistentvolumeclaims=0, limited: persistentvolumeclaims=0'
  expect(told(c)).toContain(`Warning FailedBinding: ephemeral volume scratch: create PVC web-scratch: persistentvolumeclaims "web-scratch" is forbidden: ${why}`)
})
