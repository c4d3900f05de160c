import { expect, it } from 'vitest'
import type { Pod } from './api/types.ts'
import type { Fault } from './fault.ts'
import { createCluster, type Cluster } from './index.ts'

const away: Fault = { type: 'apiserver-stop' }
const back: Fault = { type: 'apiserver-stop', restore: true }

function create(c: Cluster): void {
  const template = { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'app', image: 'nginx:1.27' }] } }
  const { code } = c.request({ verb: 'POST', path: '/apis/apps/v1/namespaces/default/deployments', body: { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' }, spec: { replicas: 1, selector: { matchLabels: { app: 'web' } }, template } } })
  expect(code).toBe(201)
}
const bound = (c: Cluster): boolean => (c.world().list('Pod') as Pod[]).some(({ spec }) => !!spec.nodeName)
/** Virtual seconds until the Deployment's pod has a node. */
function secondsUntilBound(c: Cluster): number {
  const since = c.now
  c.run({ for: '2m', until: bound })
  return (c.now - since) / 1000
}
const told = (c: Cluster): string[] => c.trace.filter(({ detail }) => /^Lease(Lost|Acquired)$/.test(detail?.type ?? '')).map(({ from, detail, at }) => `${from} ${detail!.type} ${Math.floor((at - c.startMs) / 1000)}`)

it('an API server that is away for less than ten seconds costs nobody the lease', () => {
  const c = createCluster({ seed: 1 })
  c.fault(away)
  c.run({ for: '9s' })
  c.fault(back)
  create(c)
  expect(secondsUntilBound(c)).toBeLessThan(5)
  expect(told(c)).toEqual([])
})

it.each<[string, Fault]>([
  ['that is away', away],
  ['that stands still', { type: 'component-freeze', component: 'kube-apiserver' }],
  ['whose etcd is away', { type: 'etcd-stop' }],
  ['whose etcd stands still', { type: 'component-freeze', component: 'etcd' }],
])('an API server %s for longer: who held a lease has exited, and works again some fifteen seconds after it is back', (_what, fault) => {
  const c = createCluster({ seed: 1 })
  c.fault(fault)
  c.run({ for: '30s' })
  for (const line of told(c)) expect(line).toMatch(/^kube-(scheduler|controller-manager) LeaseLost 1[012]$/)
  expect(told(c)).toHaveLength(2)
  c.fault({ ...fault, restore: true } as Fault)
  c.run({ for: '1s' })
  create(c)
  const seconds = secondsUntilBound(c)
  expect(seconds).toBeGreaterThan(13)
  expect(seconds).toBeLessThan(20)
})

it('whoever waits for a lease waits anew when the API server goes away once more', () => {
  const c = createCluster({ seed: 1 })
  c.fault(away)
  c.run({ for: '20s' })
  c.fault(back)
  c.run({ for: '10s' })
  c.fault(away)
  c.run({ for: '20s' })
  c.fault(back)
  create(c)
  expect(secondsUntilBound(c)).toBeGreaterThan(14)
})

it('a scheduler that is stopped stays so, whatever becomes of its lease, and one without its lease is not started by anybody', () => {
  const c = createCluster({ seed: 1 })
  c.fault({ type: 'scheduler-stop' })
  c.fault(away)
  c.run({ for: '20s' })
  c.fault(back)
  create(c)
  c.run({ for: '30s' })
  expect(bound(c)).toBe(false)
  c.fault({ type: 'scheduler-stop', restore: true })
  expect(secondsUntilBound(c)).toBeLessThan(1)
  const d = createCluster({ seed: 1 })
  d.fault({ type: 'scheduler-stop' })
  d.fault(away)
  d.run({ for: '20s' })
  d.fault({ type: 'scheduler-stop', restore: true })
  d.fault(back)
  create(d)
  expect(secondsUntilBound(d)).toBeGreaterThan(14)
})
