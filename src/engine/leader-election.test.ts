import { expect, it } from 'vitest'
import type { KubeObject, Pod } from './api/types.ts'
import type { Fault } from './fault.ts'
import '../kubectl/index.ts'
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

const leaseOf = (c: Cluster, name: string): Record<string, any> => (c.request({ verb: 'GET', path: `/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/${name}` }).body as KubeObject)['spec']
/** Virtual seconds since the holder has renewed its lease. */
const renewedAgo = (c: Cluster, name: string): number => (c.now - Date.parse(leaseOf(c, name)['renewTime'])) / 1000

it('whoever works in the control plane has a lease, which is renewed without a trace', () => {
  const c = createCluster({ seed: 1 })
  expect(c.exec({ program: 'kubectl', line: 'get lease -n kube-system' }).stdout.replaceAll(/[0-9a-f]{8}-[0-9a-f-]+/g, 'ID')).toMatch(
    /^NAME +HOLDER +AGE\napiserver-([a-z2-7]{26}) +apiserver-\1_ID +24h\nkube-controller-manager +control-plane_ID +24h\nkube-scheduler +control-plane_ID +24h\n$/)
  for (let i = 0; i < 5; i++) {
    c.run({ for: '7s' })
    expect(renewedAgo(c, 'kube-scheduler')).toBeLessThan(2)
  }
  expect(c.trace.some(({ kind, name }) => kind === 'write' && name === 'kube-scheduler')).toBe(false)
  expect(c.exec({ program: 'kubectl', line: 'get lease -n kube-system -l apiserver.kubernetes.io/identity=kube-apiserver -o jsonpath={.items[*].spec.leaseDurationSeconds}' }).stdout).toBe('3600')
})

it.each<[string, Fault]>([['stopped', { type: 'scheduler-stop' }], ['standing still', { type: 'component-freeze', component: 'kube-scheduler' }]])('a scheduler that is %s renews its lease no more', (_what, fault) => {
  const c = createCluster({ seed: 1 })
  c.fault(fault)
  c.run({ for: '40s' })
  expect(renewedAgo(c, 'kube-scheduler')).toBeGreaterThan(39)
  expect(renewedAgo(c, 'kube-controller-manager')).toBeLessThan(2)
  c.fault({ ...fault, restore: true } as Fault)
  c.run({ for: '5s' })
  expect(renewedAgo(c, 'kube-scheduler')).toBeLessThan(2)
})

it('whoever takes a lease anew holds it by another name, and an Event says so', () => {
  const c = createCluster({ seed: 1 })
  const before = leaseOf(c, 'kube-scheduler')
  c.fault(away)
  c.run({ for: '20s' })
  c.fault(back)
  c.run({ for: '25s' })
  const after = leaseOf(c, 'kube-scheduler')
  expect([before['leaseTransitions'], after['leaseTransitions']]).toEqual([0, 1])
  expect(after['holderIdentity']).not.toBe(before['holderIdentity'])
  const told = c.world().list('Event', { namespace: 'kube-system' }).filter(({ reason }) => reason === 'LeaderElection')
  expect(told.map(({ message, involvedObject: { kind, name } }) => [kind, name, message])).toContainEqual(['Lease', 'kube-scheduler', `${after['holderIdentity']} became leader`])
})
