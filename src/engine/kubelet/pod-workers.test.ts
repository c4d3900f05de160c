import { expect, test } from 'vitest'
import type { Event } from '../api/types.ts'
import { createCluster } from '../index.ts'

/** When the kubelet failed to start a container whose ConfigMap is missing, in ms since the first time. */
function failures(seed: number): number[] {
  const cluster = createCluster({ nodes: 1, seed })
  cluster.request({
    verb: 'POST',
    path: '/api/v1/namespaces/default/pods',
    body: {
      apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web' },
      spec: { containers: [{ name: 'web', image: 'busybox:1.36', command: ['sleep', '600'], envFrom: [{ configMapRef: { name: 'missing' } }] }] },
    } as never,
  })
  cluster.run({ for: '3m' })
  const times = cluster.trace
    .filter(({ kind, resource, name, world }) => kind === 'write' && resource === 'events' && (cluster.at(world).get('Event', name!, 'default') as Event | undefined)?.reason === 'Failed')
    .map(({ at }) => at)
  return times.map((at) => at - times[0]!)
}

test.each([1, 2, 3])('a sync that has failed is tried again after 10 s, and up to half as much more (seed %i)', (seed) => {
  const at = failures(seed)
  // The first is followed by another at once: the sandbox that has started is news of its own (PLEG).
  const gaps = at.slice(1).map((time, i) => time - at[i]!).slice(1)
  expect(gaps.length).toBeGreaterThan(8)
  // What a sync itself takes comes on top.
  expect(gaps.filter((gap) => gap < 10_000 || gap > 15_500)).toEqual([])
  expect(new Set(gaps).size).toBeGreaterThan(4)
})
