import { describe, expect, test } from 'vitest'
import { createCluster, type Cluster } from '../index.ts'
import { workOf, type FilmWork } from './work.ts'

const container = { name: 'web', image: 'nginx:1.27' }
const probed = { ...container, readinessProbe: { httpGet: { path: '/', port: 80 }, periodSeconds: 1 } }

function bare(cluster: Cluster, pods: number, spec: object): void {
  for (let i = 0; i < pods; i++) {
    const body = { apiVersion: 'v1', kind: 'Pod', metadata: { name: `web-${i}` }, spec: { containers: [spec] } }
    cluster.perform({ request: { verb: 'POST', path: '/api/v1/namespaces/default/pods', body } })
  }
}

function deployment(cluster: Cluster, replicas: number): void {
  const labels = { app: 'web' }
  const template = { metadata: { labels }, spec: { containers: [container] } }
  const body = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' }, spec: { replicas, selector: { matchLabels: labels }, template } }
  cluster.perform({ request: { verb: 'POST', path: '/apis/apps/v1/namespaces/default/deployments', body } })
}

/** Some seconds of a film in which so many pods come up. */
function film(nodes: number, pods: number, act: (cluster: Cluster) => void, seconds = 8): Cluster {
  const cluster = createCluster({ nodes, seed: 1 })
  act(cluster)
  cluster.run({ for: seconds * 1000 })
  expect(cluster.world().list('Pod').filter((pod) => pod['status'].phase === 'Running')).toHaveLength(pods)
  return cluster
}

function expectLinear([small, middle, large]: readonly FilmWork[]): void {
  for (const name of Object.keys(small!) as (keyof FilmWork)[]) {
    const first = middle![name] - small![name]
    const second = large![name] - middle![name]
    // Twice as many more are twice as much work more, within a tenth.
    expect(Math.abs(second - 2 * first), name).toBeLessThanOrEqual(0.2 * first)
  }
}

describe('work grows as what is asked for', () => {
  test('pods', { timeout: 60_000 }, () => {
    const nodes = 20
    expectLinear([50, 100, 200].map((pods) => workOf(film(nodes, pods, (cluster) => bare(cluster, pods, container)))))
  })

  test('pods of a Deployment', { timeout: 60_000 }, () => {
    const works = [50, 100, 200].map((pods) => workOf(film(20, pods, (cluster) => deployment(cluster, pods), 14)))
    expectLinear(works)
  })

  test('nodes', { timeout: 60_000 }, () => {
    // No more of them than nodes, so that each has a node of its own.
    const pods = 20
    const works = [25, 50, 100].map((nodes) => workOf(film(nodes, pods, (cluster) => bare(cluster, pods, container), 41)))
    expectLinear(works)
  })

  test('probes, each of the same cost', { timeout: 60_000 }, () => {
    const seconds = (pods: number): FilmWork => {
      const cluster = film(5, pods, (c) => bare(c, pods, probed), 20)
      const before = workOf(cluster)
      cluster.run({ for: '30s' })
      const after = workOf(cluster)
      const spent = Object.keys(after).map((name) => [name, after[name as keyof FilmWork] - before[name as keyof FilmWork]])
      return Object.fromEntries(spent) as FilmWork
    }
    const works = [10, 20, 40].map(seconds)
    expectLinear(works)
    // A second of a probe is five tasks (to ask, there, served, back, and the timeout, which is dropped) and one line of a log.
    expect(works[2]!.tasks / (40 * 30)).toBeLessThan(6)
    expect(works[2]!.revisions / (40 * 30)).toBeLessThan(1.2)
  })
})

test('a decision on a thousand nodes looks at as many as kube-scheduler samples', { timeout: 60_000 }, () => {
  const pods = 30
  const { nodesFiltered, nodesScored } = workOf(film(1000, pods, (cluster) => bare(cluster, pods, container)))
  // percentageOfNodesToScore: 50 - 1000 / 125 = 42 %.
  expect(nodesFiltered / pods).toBe(420)
  expect(nodesScored / pods).toBe(420)
})
