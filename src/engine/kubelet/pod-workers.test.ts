import { expect, test } from 'vitest'
import type { Event, Pod } from '../api/types.ts'
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

const pod = (name: string, container: object) =>
  ({ apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec: { terminationGracePeriodSeconds: 5, containers: [{ name: 'web', image: 'nginx:1.27', ...container }] } }) as never
const post = (body: never) => ({ verb: 'POST' as const, path: '/api/v1/namespaces/default/pods', body })

test('pods that are deleted together are all ended at once, whatever the runtime tells of one of them', () => {
  const cluster = createCluster({ nodes: 1 })
  const names = ['a', 'b', 'c', 'd']
  for (const name of names) cluster.request(post(pod(name, {})))
  // Long enough for the kubelet to have had nothing to look at for a while.
  cluster.run({ for: '20s' })
  const at = cluster.now
  const first = cluster.trace.length
  cluster.request({ verb: 'DELETE', path: '/api/v1/namespaces/default/pods' } as never)
  cluster.run({ for: '5s' })
  const seen = cluster.trace
    .slice(first)
    .filter(({ kind, verb, resource, subresource, from }) => kind === 'write' && verb === 'patch' && resource === 'pods' && subresource === 'status' && from === 'kubelet/node1')
    .filter(({ name, revision }) => (cluster.at(revision! - 1).get('Pod', name!) as Pod).status.observedGeneration === 1)
  expect(new Set(seen.map(({ name }) => name))).toEqual(new Set(names))
  expect(seen.every((step) => step.at - at <= 100)).toBe(true)
})

test('what happens to a pod while its worker waits for news of the runtime is looked at by a sync of its own', () => {
  const cluster = createCluster({ nodes: 1 })
  cluster.request(post(pod('sour', { lifecycle: { postStart: { exec: { command: ['sh', '-c', 'sleep 1; echo no; exit 1'] } } } })))
  const reasons: (string | undefined)[] = []
  const times: number[] = []
  cluster.run({
    for: '9s',
    until: ({ now }) => {
      const waiting = (cluster.world().get('Pod', 'sour') as Pod).status.containerStatuses?.[0]?.state?.waiting
      if (waiting !== undefined && waiting.reason !== reasons.at(-1)) {
        reasons.push(waiting.reason)
        times.push(now)
      }
      return false
    },
  })
  expect(reasons).toEqual(['ContainerCreating', 'PostStartHookError', 'CrashLoopBackOff'])
  const { uid } = (cluster.world().get('Pod', 'sour') as Pod).metadata
  const said = cluster.trace
    .filter(({ name, revision, kind }) => kind === 'write' && name === 'sour' && revision !== undefined)
    .map(({ revision }) => (cluster.at(revision!).get('Pod', 'sour') as Pod).status.containerStatuses?.[0]?.state?.waiting)
  expect(said.find((waiting) => waiting?.reason === 'PostStartHookError')?.message).toBe(
    `Exec lifecycle hook ([sh -c sleep 1; echo no; exit 1]) for Container "web" in Pod "sour_default(${uid})" failed - error: command 'sh -c sleep 1; echo no; exit 1' exited with 1: , message: "no\\n"`,
  )
  // The second failure's end is seen by one look at the runtime, and the sync that it asks for by the next one.
  expect(times[2]! - times[1]!).toBeLessThan(4000)
})
