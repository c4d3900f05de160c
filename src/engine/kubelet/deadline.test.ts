import { expect, test } from 'vitest'
import type { Pod } from '../api/types.ts'
import { createCluster } from '../index.ts'

const path = '/api/v1/namespaces/default/pods'

test.each<[string, number | undefined, number | undefined, string]>([
  ['a pod without a deadline', undefined, undefined, 'Running'],
  ['one before its deadline', 600, undefined, 'Running'],
  ['one past its deadline', 30, undefined, 'Failed DeadlineExceeded'],
  ['one whose deadline was brought forward', 600, 30, 'Failed DeadlineExceeded'],
  ['one whose deadline was brought forward to what has passed', 600, 5, 'Failed DeadlineExceeded'],
  ['one that was given a deadline as it ran', undefined, 30, 'Failed DeadlineExceeded'],
])('%s (active_deadline_test.go)', (_, first, then, ends) => {
  const cluster = createCluster({ nodes: 1 })
  const containers = [{ name: 'app', image: 'busybox:1.36', command: ['sleep', '9999'] }]
  const spec = { containers, terminationGracePeriodSeconds: 1, activeDeadlineSeconds: first }
  cluster.request({ verb: 'POST', path, body: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web' }, spec } as never })
  cluster.run({ for: '20s' })
  if (then !== undefined) cluster.request({ verb: 'PATCH', path: `${path}/web`, contentType: 'application/merge-patch+json', body: { spec: { activeDeadlineSeconds: then } } } as never)
  cluster.run({ for: '20s' })
  const { status } = cluster.world().get('Pod', 'web', 'default') as Pod
  expect([status.phase, status.reason].filter(Boolean).join(' ')).toBe(ends)
})
