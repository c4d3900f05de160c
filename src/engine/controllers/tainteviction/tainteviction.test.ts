import { expect, test } from 'vitest'
import type { Event, Pod } from '../../api/types.ts'
import { createCluster, type Cluster } from '../../index.ts'

const fire = { key: 'fire', effect: 'NoExecute' }

function withPod(tolerationSeconds?: number): Cluster {
  const c = createCluster({ nodes: 2, seed: 1 })
  const tolerations = tolerationSeconds === undefined ? [] : [{ key: 'fire', operator: 'Exists', effect: 'NoExecute', tolerationSeconds }]
  const spec = { nodeName: 'node1', tolerations, terminationGracePeriodSeconds: 600, containers: [{ name: 'app', image: 'busybox:1.36', command: ['sh', '-c', "trap '' TERM; while true; do sleep 1; done"] }] }
  c.request({ verb: 'POST', path: '/api/v1/namespaces/default/pods', body: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web' }, spec } as never })
  c.run({ for: '15s' })
  return c
}

function taint(c: Cluster, taints: object[]): void {
  const request = { verb: 'PATCH', path: '/api/v1/nodes/node1', body: { spec: { taints } }, contentType: 'application/merge-patch+json' }
  expect(c.request(request as never).code).toBe(200)
}

const web = (c: Cluster): Pod => c.world().get('Pod', 'web', 'default') as Pod
const told = (c: Cluster): string[] => (c.world().list('Event') as Event[]).filter(({ reason }) => reason === 'TaintManagerEviction').map(({ message }) => message)

test('a pod that somebody has deleted already is told to go all the same, once', () => {
  const c = withPod()
  c.request({ verb: 'DELETE', path: '/api/v1/namespaces/default/pods/web' })
  c.run({ for: '5s' })
  taint(c, [fire])
  c.run({ for: '5s' })
  expect(web(c).status.conditions?.find(({ type }) => type === 'DisruptionTarget')).toMatchObject({ reason: 'DeletionByTaintManager' })
  taint(c, [fire, { key: 'water', effect: 'NoExecute' }])
  c.run({ for: '5s' })
  expect(told(c)).toEqual(['Marking for deletion Pod default/web'])
})

test('a pod that is gone before its time has its deletion cancelled', () => {
  const c = withPod(60)
  taint(c, [fire])
  c.run({ for: '5s' })
  c.request({ verb: 'DELETE', path: '/api/v1/namespaces/default/pods/web', body: { gracePeriodSeconds: 0 } as never })
  c.run({ for: '5s' })
  expect(told(c)).toEqual(['Cancelling deletion of Pod default/web'])
})

test('a second taint that is not borne ends the time that the first has left', () => {
  const c = withPod(60)
  taint(c, [fire])
  c.run({ for: '5s' })
  taint(c, [fire, { key: 'water', effect: 'NoExecute' }])
  c.run({ for: '5s' })
  expect(told(c)).toEqual(['Cancelling deletion of Pod default/web', 'Marking for deletion Pod default/web'])
  expect(web(c).metadata.deletionTimestamp).toBeDefined()
})

test('what was planned for a node that is deleted is done', () => {
  const c = withPod(20)
  taint(c, [fire])
  c.run({ for: '2s' })
  c.fault({ type: 'node-stop', node: 'node1' })
  c.request({ verb: 'DELETE', path: '/api/v1/nodes/node1' })
  c.run({ for: '25s' })
  expect(told(c)).toEqual(['Marking for deletion Pod default/web'])
})
