import { expect, test } from 'vitest'
import { createCluster } from '../index.ts'

/** What a film of so many pods has cost, counted instead of timed. */
function work(pods: number): Record<string, number> {
  const cluster = createCluster({ nodes: pods / 10, seed: 1 })
  for (let i = 0; i < pods; i++) {
    const body = { apiVersion: 'v1', kind: 'Pod', metadata: { name: `web-${i}` }, spec: { containers: [{ name: 'web', image: 'nginx:1.27' }] } }
    cluster.perform({ request: { verb: 'POST', path: '/api/v1/namespaces/default/pods', body } })
  }
  cluster.run({ for: '8s' })
  expect(cluster.world().list('Pod').filter((pod) => pod['status'].phase === 'Running')).toHaveLength(pods)
  return {
    tasks: cluster.tasksRun,
    steps: cluster.trace.length,
    writes: cluster.etcd.log.length,
    revisions: cluster.revision,
    deliveries: cluster.trace.filter(({ kind }) => kind === 'watch').length,
    podsVisited: cluster.scheduler.work.podsVisited,
  }
}

test('work grows as the pods do, with as many nodes for each', { timeout: 60_000 }, () => {
  const [small, middle, large] = [work(50), work(100), work(200)]
  for (const name of Object.keys(small!)) {
    const first = middle![name]! - small![name]!
    const second = large![name]! - middle![name]!
    // Twice as many pods more are twice as much work more, within a tenth.
    expect(Math.abs(second - 2 * first), name).toBeLessThanOrEqual(0.2 * first)
  }
})
