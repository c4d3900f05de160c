import { expect, test } from 'vitest'
import { createCluster } from '../../index.ts'

test('a pod that ended while its node was cut off, and was deleted meanwhile, goes when the node is back', () => {
  const c = createCluster({ nodes: 2, seed: 1 })
  const path = '/api/v1/namespaces/default/pods'
  const spec = { nodeName: 'node1', restartPolicy: 'Never', containers: [{ name: 'app', image: 'busybox:1.36', command: ['sleep', '20'] }] }
  c.request({ verb: 'POST', path, body: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'task' }, spec } as never })
  c.run({ for: '10s' })
  c.fault({ type: 'node-partition', node: 'node1' })
  c.run({ for: '60s' })
  c.request({ verb: 'DELETE', path: `${path}/task` })
  c.run({ for: '5s' })
  expect(c.world().get('Pod', 'task', 'default')!['status'].phase).toBe('Running')
  c.fault({ type: 'node-partition', node: 'node1', restore: true })
  c.run({ for: '60s' })
  expect([c.world().get('Pod', 'task', 'default'), c.world().machine('node1').list('containers/')]).toEqual([undefined, []])
})
