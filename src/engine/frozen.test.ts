import { describe, expect, it } from 'vitest'
import '../kubectl/index.ts'
import { createCluster, type Cluster } from './index.ts'
import type { Fault } from './fault.ts'

const freeze = (component: string): Fault => ({ type: 'component-freeze', component })
const thaw = (component: string): Fault => ({ type: 'component-freeze', component, restore: true })
const kubectl = (cluster: Cluster, line: string): { stdout: string; stderr: string; exitCode: number } => cluster.exec({ program: 'kubectl', line })
const tookMs = (cluster: Cluster, act: () => void): number => {
  const began = cluster.now
  act()
  return cluster.now - began
}
const readyOf = (cluster: Cluster, node: string): string => (cluster.world().get('Node', node) as any).status.conditions.find((c: any) => c.type === 'Ready').status
const leaseOf = (cluster: Cluster, node: string): string => (cluster.world().get('Lease', node, 'kube-node-lease') as any).spec.renewTime

function withPod(command = 'sleep 1000'): Cluster {
  const cluster = createCluster({ seed: 3, nodes: 2 })
  const containers = [{ name: 'app', image: 'busybox:1.36', command: ['sh', '-c', command] }]
  cluster.request({ verb: 'POST', path: '/api/v1/namespaces/default/pods', body: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web' }, spec: { nodeName: 'node1', containers } } })
  cluster.run({ for: '10s' })
  return cluster
}

describe('an API server that stands still', () => {
  it('lets kubectl wait for its handshake, or as long as it was told to', () => {
    const cluster = withPod()
    cluster.fault(freeze('kube-apiserver'))
    let said = ''
    const patience = tookMs(cluster, () => void (said = kubectl(cluster, 'get pods').stderr))
    expect(said).toBe('Unable to connect to the server: net/http: TLS handshake timeout\n')
    expect(Math.round(patience / 1000)).toBe(10)
    const short = tookMs(cluster, () => void (said = kubectl(cluster, 'get pods --request-timeout=3s').stderr))
    expect(said).toBe('Unable to connect to the server: net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)\n')
    expect(Math.round(short / 1000)).toBe(3)
  })

  it('answers what is still waited for when it goes on, and what was given up is never done', () => {
    const cluster = withPod()
    cluster.fault(freeze('kube-apiserver'))
    cluster.perform({ kubectl: 'create configmap early --from-literal=a=b' })
    cluster.run({ for: '15s' })
    const late = cluster.perform({ kubectl: 'create configmap late --from-literal=a=b' })
    cluster.run({ for: '3s' })
    cluster.fault(thaw('kube-apiserver'))
    cluster.run({ for: '1s' })
    expect(cluster.ended.find(({ command }) => command === late)?.exitCode).toBe(0)
    expect(['early', 'late'].map((name) => cluster.world().get('ConfigMap', name) !== undefined)).toEqual([false, true])
  })

  it('is told afterwards what a kubelet has done alone', () => {
    const cluster = withPod('sleep 15; exit 1')
    cluster.fault(freeze('kube-apiserver'))
    cluster.run({ for: '25s' })
    const restarts = (): number => (cluster.world().get('Pod', 'web') as any).status.containerStatuses[0].restartCount
    expect(restarts()).toBe(0)
    cluster.fault(thaw('kube-apiserver'))
    cluster.run({ for: '1s' })
    expect(restarts()).toBe(1)
    expect([readyOf(cluster, 'node1'), readyOf(cluster, 'node2')]).toEqual(['True', 'True'])
  })

  it('passes on what containers print when it goes on', () => {
    const cluster = withPod('while true; do echo tick; sleep 1; done')
    const follow = cluster.perform({ kubectl: 'logs -f web --tail=0' })
    cluster.run({ for: '5s' })
    const ticks = (): number => cluster.output.filter(({ command }) => command === follow).length
    cluster.fault(freeze('kube-apiserver'))
    const before = ticks()
    expect(before).toBeGreaterThan(2)
    cluster.run({ for: '10s' })
    expect(ticks()).toBe(before)
    cluster.fault(thaw('kube-apiserver'))
    cluster.run({ for: '10ms' })
    expect(ticks()).toBe(before + 10)
  })

  it('for more than 45 s loses its connections; watches are made anew afterwards', () => {
    const cluster = withPod()
    cluster.fault(freeze('kube-apiserver'))
    cluster.run({ for: '2m' })
    cluster.fault(thaw('kube-apiserver'))
    cluster.run({ for: '90s' })
    expect(kubectl(cluster, 'create deployment two --image=nginx:1.27 --replicas=2').exitCode).toBe(0)
    cluster.run({ for: '30s' })
    expect((cluster.world().get('Deployment', 'two') as any).status.readyReplicas).toBe(2)
    expect([readyOf(cluster, 'node1'), readyOf(cluster, 'node2')]).toEqual(['True', 'True'])
  })
})

describe('an etcd that stands still', () => {
  const busy = 'the server was unable to return a response in the time allotted, but may still be processing the request'
  const late = 'Timeout: request did not complete within requested timeout - context deadline exceeded'

  it.each<[line: string, seconds: number, stdout: string, stderr: string]>([
    ['get pods', 60, '', `Error from server (Timeout): ${busy} (get pods)\n`],
    ['get deployment x', 60, '', `Error from server (Timeout): ${busy} (get deployments.apps x)\n`],
    ['create configmap x --from-literal=a=b', 34, '', `error: failed to create configmap: ${late}\n`],
    ['delete pod web --wait=false', 34, '', `Error from server (Timeout): ${late}\n`],
    ['get pods --request-timeout=3s', 3, '', 'Unable to connect to the server: context deadline exceeded (Client.Timeout exceeded while awaiting headers)\n'],
    ['get --raw /readyz', 2, '', '[-]etcd failed: reason withheld\\n[-]etcd-readiness failed: reason withheld\\n'],
    ['get --raw /livez/ping', 0, 'ok', ''],
    ['auth can-i get pods', 0, 'yes\n', ''],
    ['version', 0, 'Server Version: v1.34', ''],
  ])('%s: %d s', (line, seconds, stdout, stderr) => {
    const cluster = withPod()
    cluster.fault(freeze('etcd'))
    let said = { stdout: '', stderr: '', exitCode: 0 }
    const patience = tookMs(cluster, () => void (said = kubectl(cluster, line)))
    expect(Math.round(patience / 1000)).toBe(seconds)
    expect(said.stdout).toContain(stdout)
    expect(said.stderr).toContain(stderr)
  })

  it('answers from the watch cache whoever does not ask for what is newest', () => {
    const cluster = withPod()
    cluster.fault(freeze('etcd'))
    expect(cluster.request({ verb: 'GET', path: '/api/v1/namespaces/default/pods', query: { resourceVersion: '0' } })).toMatchObject({ code: 200, body: { items: [{ metadata: { name: 'web' } }] } })
  })

  it('does what is still waited for when it goes on, and not what was given up', () => {
    const cluster = withPod('sleep 30; exit 1')
    cluster.fault(freeze('etcd'))
    cluster.perform({ kubectl: 'create configmap early --from-literal=a=b' })
    cluster.run({ for: '40s' })
    const restarts = (): number => (cluster.world().get('Pod', 'web') as any).status.containerStatuses[0].restartCount
    const before = cluster.revision
    const [late, logs, well] = [cluster.perform({ kubectl: 'create configmap late --from-literal=a=b' }), cluster.perform({ kubectl: 'logs web' }), cluster.perform({ kubectl: 'get --raw /readyz' })]
    cluster.run({ for: '1s' })
    expect([restarts(), cluster.at(before).list('ConfigMap', { namespace: 'default' }).length, cluster.world().list('ConfigMap', { namespace: 'default' }).length]).toEqual([0, 1, 1])
    cluster.fault(thaw('etcd'))
    cluster.run({ for: '3s' })
    expect([late, logs, well].map((command) => cluster.ended.find((end) => end.command === command)?.exitCode)).toEqual([0, 0, 0])
    expect(['early', 'late'].map((name) => cluster.world().get('ConfigMap', name) !== undefined)).toEqual([false, true])
    expect(restarts()).toBe(1)
  })

  it('for minutes: afterwards all is as it was', () => {
    const cluster = withPod()
    kubectl(cluster, 'create deployment two --image=nginx:1.27 --replicas=2')
    cluster.run({ for: '10s' })
    cluster.fault(freeze('etcd'))
    cluster.run({ for: '4m' })
    cluster.fault(thaw('etcd'))
    cluster.run({ for: '2m' })
    expect([readyOf(cluster, 'node1'), readyOf(cluster, 'node2')]).toEqual(['True', 'True'])
    expect(kubectl(cluster, 'scale deployment two --replicas=3').exitCode).toBe(0)
    cluster.run({ for: '20s' })
    expect((cluster.world().get('Deployment', 'two') as any).status.readyReplicas).toBe(3)
  })
})

describe('a kubelet that stands still', () => {
  it('renews no lease while its containers run on, and takes up its work where it was', () => {
    const cluster = withPod()
    cluster.fault(freeze('kubelet/node1'))
    const lease = leaseOf(cluster, 'node1')
    cluster.run({ for: '70s' })
    expect(leaseOf(cluster, 'node1')).toBe(lease)
    expect([readyOf(cluster, 'node1'), readyOf(cluster, 'node2')]).toEqual(['Unknown', 'True'])
    cluster.fault(thaw('kubelet/node1'))
    cluster.run({ for: '20s' })
    expect(readyOf(cluster, 'node1')).toBe('True')
    const { containerStatuses } = (cluster.world().get('Pod', 'web') as any).status
    expect(containerStatuses[0]).toMatchObject({ restartCount: 0, state: { running: {} } })
    // It was never stopped: no kubelet has said that it starts.
    expect(cluster.world().list('Event').filter((event) => event['reason'] === 'Starting')).toEqual([])
  })

  it('leaves logs to their time limit; what is upgraded to a stream waits', () => {
    const cluster = withPod()
    cluster.fault(freeze('kubelet/node1'))
    expect(kubectl(cluster, 'logs web').stderr).toMatch(/^Error from server: Get "https:\/\/[\d.]+:10250\/containerLogs\/default\/web\/app": net\/http: TLS handshake timeout\n$/)
    const exec = cluster.perform({ kubectl: 'exec web -- echo hi' })
    cluster.run({ for: '30s' })
    expect(cluster.ended.some(({ command }) => command === exec)).toBe(false)
    cluster.fault(thaw('kubelet/node1'))
    cluster.run({ for: '1s' })
    expect(cluster.output.find(({ command }) => command === exec)?.text).toBe('hi\n')
  })
})

it.each([
  ['logs -f web', 'error: unexpected EOF\n'],
  ['exec web -- sleep 60', 'error: error reading from error stream: next reader: websocket: close 1006 (abnormal closure): unexpected EOF\n'],
  ['port-forward web 8080:80', 'error: lost connection to pod\n'],
])('a server that goes down takes its streams with it: %s', (line, wanted) => {
  const cluster = withPod()
  const command = cluster.perform({ kubectl: line })
  cluster.run({ for: '3s' })
  cluster.fault({ type: 'apiserver-stop' })
  cluster.run({ for: '1s' })
  expect(cluster.output.filter((text) => text.command === command && text.to === 'stderr').map(({ text }) => text).join('')).toBe(wanted)
  expect(cluster.ended.find((end) => end.command === command)?.exitCode).toBe(1)
})

it('a scheduler that stands still binds what has come meanwhile when it goes on', () => {
  const cluster = createCluster({ seed: 1, nodes: 2 })
  cluster.fault(freeze('kube-scheduler'))
  kubectl(cluster, 'run web --image=nginx:1.27')
  cluster.run({ for: '10s' })
  expect((cluster.world().get('Pod', 'web') as any).spec.nodeName).toBeUndefined()
  cluster.fault(thaw('kube-scheduler'))
  cluster.run({ for: '1s' })
  expect((cluster.world().get('Pod', 'web') as any).spec.nodeName).toMatch(/^node[12]$/)
})
