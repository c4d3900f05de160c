import { describe, expect, it } from 'vitest'
import { createCluster, type Cluster } from './index.ts'

const pod = (name: string, node: string, spec: object = {}): object => ({
  apiVersion: 'v1', kind: 'Pod', metadata: { name, labels: { app: name } }, spec: { nodeName: node, containers: [{ name: 'main', image: 'nginx:1.27' }], ...spec },
})
const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' }, spec: { selector: { app: 'web' }, ports: [{ port: 80 }] } }

function clusterWith(...objects: any[]): Cluster {
  const cluster = createCluster({ seed: 3 })
  for (const body of objects) cluster.request({ verb: 'POST', path: `/api/v1/namespaces/default/${body.kind.toLowerCase()}s`, body })
  cluster.run({ for: '15s' })
  return cluster
}
const readyOf = (cluster: Cluster, node: string): string => (cluster.world().get('Node', node) as any).status.conditions.find((c: any) => c.type === 'Ready').status
function load(cluster: Cluster, forMs: number, timeoutMs = 5000): { outcomes: object; most: number } {
  cluster.perform({ load: { name: 'users', url: 'http://web', perSecond: 20, from: 'client', forMs, timeoutMs } })
  cluster.run({ for: forMs + timeoutMs })
  const { outcomes, tookMs } = cluster.world().load('users')!
  return { outcomes, most: tookMs.most }
}

describe('a slow clock', () => {
  it('of a kubelet makes its lease late: the node is not known to live, until the clock goes right again', () => {
    const cluster = clusterWith()
    cluster.fault({ type: 'component-slow', component: 'kubelet/node2', factor: 10 })
    cluster.run({ for: '4m', until: (c) => c.now % 1000 === 0 && readyOf(c, 'node2') !== 'True' })
    expect([readyOf(cluster, 'node1'), readyOf(cluster, 'node2')]).toEqual(['True', 'Unknown'])
    cluster.fault({ type: 'component-slow', component: 'kubelet/node2', factor: 10, restore: true })
    cluster.run({ for: '3m' })
    expect(readyOf(cluster, 'node2')).toBe('True')
  })

  it('of the scheduler delays what it decides', () => {
    const bound = (factor: number): number => {
      const cluster = clusterWith()
      cluster.fault({ type: 'component-slow', component: 'kube-scheduler', factor })
      cluster.request({ verb: 'POST', path: '/api/v1/namespaces/default/pods', body: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec: { containers: [{ name: 'c', image: 'nginx' }] } } as never })
      const began = cluster.now
      cluster.run({ for: '1m', until: (c) => Boolean((c.world().get('Pod', 'p') as any).spec.nodeName) })
      return cluster.now - began
    }
    expect(bound(500)).toBeGreaterThan(50 * bound(1))
  })
})

describe('watch lag', () => {
  const deleteWeb = (cluster: Cluster): void => void cluster.request({ verb: 'DELETE', path: '/api/v1/namespaces/default/pods/web' })

  it('of a kube-proxy: its node sends to a pod that has long been gone', () => {
    const failures = (lagging: boolean): number => {
      const cluster = clusterWith(pod('web', 'node2'), pod('client', 'node1'), service, { ...pod('web2', 'node3'), metadata: { name: 'web2', labels: { app: 'web' } } })
      if (lagging) cluster.fault({ type: 'watch-lag', component: 'kube-proxy/node1', ms: 8000 })
      cluster.perform({ load: { name: 'users', url: 'http://web', perSecond: 20, from: 'client', forMs: 12_000 } })
      cluster.run({ for: '1s' })
      deleteWeb(cluster)
      cluster.run({ for: '20s' })
      const { outcomes, sent } = cluster.world().load('users')!
      return sent - (outcomes['200'] ?? 0)
    }
    expect(failures(true)).toBeGreaterThan(5 * failures(false) + 20)
  })

  it('ends: what was late comes, in order', () => {
    const cluster = clusterWith(pod('web', 'node2'), pod('client', 'node1'), service)
    cluster.fault({ type: 'watch-lag', component: 'kubelet/node2', ms: 20_000 })
    deleteWeb(cluster)
    cluster.run({ for: '10s' })
    expect((cluster.world().get('Pod', 'web') as any).status.phase).toBe('Running')
    cluster.fault({ type: 'watch-lag', component: 'kubelet/node2', ms: 20_000, restore: true })
    cluster.run({ for: '30s' })
    expect(cluster.world().get('Pod', 'web')).toBeUndefined()
  })
})

describe('packet loss', () => {
  it('costs time first, and requests only whose patience ends', () => {
    const cluster = clusterWith(pod('web', 'node2'), pod('client', 'node1'), service)
    expect(load(cluster, 5000)).toMatchObject({ outcomes: { 200: 100 } })
    cluster.fault({ type: 'packet-loss', node: 'node2', percent: 30 })
    const patient = load(cluster, 5000, 60_000)
    expect(patient.outcomes).toEqual({ 200: 100 })
    expect(patient.most).toBeGreaterThan(1000)
    expect(load(cluster, 5000, 500).outcomes).toMatchObject({ timeout: expect.any(Number) })
    cluster.fault({ type: 'packet-loss', node: 'node2', percent: 30, restore: true })
    const after = load(cluster, 5000)
    expect(after.outcomes).toEqual({ 200: 100 })
    expect(after.most).toBeLessThan(50)
  })

  it('touches neither other machines nor what stays on one', () => {
    const cluster = clusterWith(pod('web', 'node1'), pod('client', 'node1'), service)
    cluster.fault({ type: 'packet-loss', percent: 50 })
    expect(load(cluster, 5000).outcomes).toEqual({ 200: 100 })
    const other = clusterWith(pod('web', 'node2'), pod('client', 'node1'), service)
    other.fault({ type: 'packet-loss', node: 'node3', percent: 90 })
    expect(load(other, 5000).outcomes).toEqual({ 200: 100 })
  })

  it('leaves probes alone', () => {
    const readinessProbe = { httpGet: { port: 80 }, periodSeconds: 1, failureThreshold: 1 }
    const cluster = clusterWith(pod('web', 'node2', { containers: [{ name: 'main', image: 'nginx:1.27', readinessProbe }] }))
    // The kubelet and its pods are on one machine: nothing of theirs is lost.
    cluster.fault({ type: 'packet-loss', node: 'node2', percent: 60 })
    cluster.run({ for: '30s' })
    expect((cluster.world().get('Pod', 'web') as any).status.conditions.find((c: any) => c.type === 'Ready').status).toBe('True')
  })
})

it('a fault that there is none of is said to be none', () => {
  expect(() => createCluster({ nodes: 1 }).fault({ type: 'coffee-spilt' } as never)).toThrow('no such fault: {"type":"coffee-spilt"}')
})
