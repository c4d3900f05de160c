import { expect, it, vi } from 'vitest'
import { countsOf } from '../api/load.ts'
import type { Step } from '../kernel/step.ts'
import { createCluster, type Cluster } from '../index.ts'

// A hundred replicas take their time on a busy machine.
vi.setConfig({ testTimeout: 240_000 })

/** 100 replicas behind a Service are all replaced while somebody asks without a pause. */
function rollout(lifecycle: object): Cluster {
  const cluster = createCluster({ nodes: 10, seed: 1 })
  const create = (path: string, body: object): void => void cluster.request({ verb: 'POST', path, body: body as never })
  const container = { name: 'web', image: 'nginx:1.27', ports: [{ containerPort: 80 }], readinessProbe: { httpGet: { port: 80 }, periodSeconds: 1 }, ...lifecycle }
  const template = (image: string): object => ({ metadata: { labels: { app: 'web' } }, spec: { containers: [{ ...container, image }] } })
  create('/apis/apps/v1/namespaces/default/deployments', {
    apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' },
    spec: { replicas: 100, selector: { matchLabels: { app: 'web' } }, template: template('nginx:1.27') },
  })
  create('/api/v1/namespaces/default/services', { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' }, spec: { selector: { app: 'web' }, ports: [{ port: 80 }] } })
  create('/api/v1/namespaces/default/pods', { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'client' }, spec: { containers: [{ name: 'main', image: 'busybox:1.36', command: ['sleep', '86400'] }] } })
  cluster.run({ for: '30s' })
  cluster.perform({ load: { name: 'users', url: 'http://web', perSecond: 100, from: 'client' } })
  cluster.run({ for: '1s' })
  cluster.request({ verb: 'PATCH', path: '/apis/apps/v1/namespaces/default/deployments/web', contentType: 'application/strategic-merge-patch+json', body: { spec: { template: template('nginx:1.28') } } as never })
  const isDone = ({ status: s }: any): boolean => s.observedGeneration === 2 && s.updatedReplicas === 100 && s.replicas === 100 && s.availableReplicas === 100
  cluster.run({ for: '5m', until: (c) => c.now % 100 === 0 && isDone(c.world().get('Deployment', 'web')) })
  expect(isDone(cluster.world().get('Deployment', 'web'))).toBe(true)
  cluster.run({ for: '10s' })
  cluster.perform({ load: { name: 'users', stop: true } })
  cluster.run({ for: '10s' })
  return cluster
}

it('replacing 100 replicas that wait for the news in preStop loses no request', () => {
  const record = rollout({ lifecycle: { preStop: { sleep: { seconds: 5 } } } }).world().load('users')!
  expect(record).toMatchObject({ inFlight: 0, outcomes: { 200: record.sent } })
  expect(record.sent).toBeGreaterThan(1500)
})

it('without preStop it loses some, each of a pod that was being deleted, and says so', () => {
  const cluster = rollout({})
  const record = cluster.world().load('users')!
  const { answered, failed } = countsOf(record)
  expect(failed).toBeGreaterThan(0)
  expect(answered + failed).toBe(record.sent)
  const lost = cluster.trace.filter(({ detail }) => detail?.type === 'RequestFailed')
  expect(lost).toHaveLength(failed)
  for (const step of lost) expect(wasDeletedBefore(cluster.trace, step)).toBe(true)
})

/** The failure names the pod that the Service's rule led to; its deletion has begun before. */
function wasDeletedBefore(trace: readonly Step[], { from, index }: Step): boolean {
  const name = from.split('/')[2]
  return trace.slice(0, index).some((s) => s.kind === 'write' && s.verb === 'delete' && s.resource === 'pods' && s.name === name)
}
