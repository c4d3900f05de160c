import { describe, expect, it, test } from 'vitest'
import type { Event, Node, Pod } from '../../api/types.ts'
import { createCluster, type Cluster } from '../../index.ts'

const condition = (c: Cluster, type: string) => (c.world().get('Node', 'node1') as Node).status.conditions?.find((one) => one.type === type)

/** What a condition says while it holds and while it does not (pkg/kubelet/nodestatus/setters.go), and the events of both changes. */
test.each([
  ['memory', 'MemoryPressure', 'KubeletHasInsufficientMemory: kubelet has insufficient memory available', 'KubeletHasSufficientMemory: kubelet has sufficient memory available', ['NodeHasInsufficientMemory', 'NodeHasSufficientMemory']],
  ['disk', 'DiskPressure', 'KubeletHasDiskPressure: kubelet has disk pressure', 'KubeletHasNoDiskPressure: kubelet has no disk pressure', ['NodeHasDiskPressure', 'NodeHasNoDiskPressure']],
  ['inodes', 'DiskPressure', 'KubeletHasDiskPressure: kubelet has disk pressure', 'KubeletHasNoDiskPressure: kubelet has no disk pressure', ['NodeHasDiskPressure', 'NodeHasNoDiskPressure']],
  ['pids', 'PIDPressure', 'KubeletHasInsufficientPID: kubelet has insufficient PID available', 'KubeletHasSufficientPID: kubelet has sufficient PID available', ['NodeHasInsufficientPID', 'NodeHasSufficientPID']],
] as const)('a node that is short of %s', (signal, type, pressed, relieved, told) => {
  const c = createCluster({ nodes: 1 })
  const says = (): string => {
    const { status, reason, message } = condition(c, type)!
    return `${status} ${reason}: ${message}`
  }
  expect(says()).toBe(`False ${relieved}`)
  c.fault({ type: 'node-pressure', node: 'node1', signal })
  c.run({ for: '21s' })
  expect(says()).toBe(`True ${pressed}`)
  c.fault({ type: 'node-pressure', node: 'node1', signal, restore: true })
  c.run({ for: '6m' })
  expect(says()).toBe(`False ${relieved}`)
  const reasons = (c.world().list('Event') as Event[]).map(({ reason }) => reason).filter((reason) => reason.startsWith('NodeHas'))
  expect(reasons).toEqual(told)
})

test('a node that is cordoned, and is let have pods again, says so; a kubelet that has started says it once more', () => {
  const c = createCluster({ nodes: 1 })
  const cordon = (unschedulable: boolean): void => {
    c.request({ verb: 'PATCH', path: '/api/v1/nodes/node1', contentType: 'application/merge-patch+json', body: { spec: { unschedulable } } })
    c.run({ for: '11s' })
  }
  const told = (): string[] => (c.world().list('Event') as Event[]).filter(({ reason }) => reason.endsWith('Schedulable')).map(({ type, message, count }) => `${type} ${message} ${count}`)
  cordon(true)
  expect(told()).toEqual(['Normal Node node1 status is now: NodeNotSchedulable 1'])
  cordon(false)
  expect(told()).toContain('Normal Node node1 status is now: NodeSchedulable 1')
  cordon(true)
  c.fault({ type: 'kubelet-stop', node: 'node1' })
  c.fault({ type: 'kubelet-stop', node: 'node1', restore: true })
  c.run({ for: '11s' })
  expect(told()).toContain('Normal Node node1 status is now: NodeNotSchedulable 3')
})

test.each([
  ['says otherwise', { 'kubernetes.io/os': 'windows', 'kubernetes.io/arch': 'arm64' }],
  ['takes them away', { 'kubernetes.io/os': null, 'kubernetes.io/arch': null }],
])('a node is labelled with its system and architecture, whoever %s', (_, labels) => {
  const c = createCluster({ nodes: 1 })
  c.request({ verb: 'PATCH', path: '/api/v1/nodes/node1', contentType: 'application/merge-patch+json', body: { metadata: { labels } } })
  c.run({ for: '21s' })
  expect(c.world().get('Node', 'node1')!.metadata.labels).toMatchObject({ 'kubernetes.io/os': 'linux', 'kubernetes.io/arch': 'amd64' })
})

test('a node that was made with another architecture is one', () => {
  const c = createCluster({ nodes: [{ apiVersion: 'v1', kind: 'Node', metadata: { name: 'arm', labels: { 'kubernetes.io/arch': 'arm64' } }, spec: {}, status: {} } as unknown as Node] })
  c.run({ for: '21s' })
  const { metadata, status } = c.world().get('Node', 'arm') as Node
  expect([metadata.labels!['kubernetes.io/arch'], status.nodeInfo?.architecture]).toEqual(['arm64', 'arm64'])
})

test('a node that is well renews its lease every 10 s and tells its status every 5 min', () => {
  const c = createCluster({ nodes: 1 })
  const renewals = new Set<string>()
  const heartbeats = new Set<string>()
  c.run({ for: '16m', until: () => {
    renewals.add(c.world().get('Lease', 'node1', 'kube-node-lease')!['spec'].renewTime)
    heartbeats.add(condition(c, 'Ready')!.lastHeartbeatTime!)
    return false
  } })
  const gaps = (times: Set<string>): number[] => [...times].slice(1).map((time, i, all) => Math.round((Date.parse(time) - Date.parse(all[i - 1] ?? time)) / 1000)).slice(1)
  expect(new Set(gaps(renewals))).toEqual(new Set([10]))
  expect(gaps(heartbeats)).toEqual([300, 300])
})

test('a node without its network plugin starts pods on its own network alone', () => {
  const c = createCluster({ nodes: 1 })
  const create = (name: string, spec: object): void =>
    void c.request({ verb: 'POST', path: '/api/v1/namespaces/default/pods', body: { apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec: { nodeName: 'node1', containers: [{ name: 'app', image: 'nginx:1.27' }], ...spec } } as never })
  const phase = (name: string): string | undefined => (c.world().get('Pod', name) as Pod).status.phase
  create('before', {})
  c.run({ for: '10s' })
  c.fault({ type: 'network-stop', node: 'node1' })
  c.run({ for: '16s' })
  const problem = 'container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized'
  expect(condition(c, 'Ready')).toMatchObject({ status: 'False', reason: 'KubeletNotReady', message: problem })
  create('late', { tolerations: [{ operator: 'Exists' }] })
  create('own', { hostNetwork: true, tolerations: [{ operator: 'Exists' }] })
  c.run({ for: '10s' })
  expect([phase('before'), phase('late'), phase('own')]).toEqual(['Running', 'Pending', 'Running'])
  const told = (c.world().list('Event') as Event[]).filter(({ involvedObject }) => involvedObject.name === 'late').map(({ type, reason, message }) => `${type} ${reason}: ${message}`)
  expect(told).toContain(`Warning NetworkNotReady: network is not ready: ${problem}`)
  c.fault({ type: 'network-stop', node: 'node1', restore: true })
  c.run({ for: '40s' })
  expect([phase('late'), condition(c, 'Ready')?.status]).toEqual(['Running', 'True'])
})

test('what somebody else makes of a node is put right: its status, its lease; an advertised resource can be asked for', () => {
  const c = createCluster({ nodes: 1 })
  const path = '/api/v1/nodes/node1/status'
  c.request({ verb: 'DELETE', path: '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/node1' } as never)
  const conditions = [{ type: 'Ready', status: 'False', reason: 'Mischief' }]
  c.request({ verb: 'PATCH', path, contentType: 'application/strategic-merge-patch+json', body: { status: { conditions, capacity: { cpu: '99', 'example.com/dongle': '4' } } } } as never)
  const requests = { 'example.com/dongle': '3' }
  c.request({ verb: 'POST', path: '/api/v1/namespaces/default/pods', body: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec: { containers: [{ name: 'app', image: 'nginx:1.27', resources: { requests, limits: requests } }] } } as never })
  c.run({ for: '11s' })
  const { status } = c.world().get('Node', 'node1') as Node
  expect([status.capacity?.['cpu'], status.allocatable?.['example.com/dongle'], condition(c, 'Ready')?.status, condition(c, 'Ready')?.reason]).toEqual(['4', '4', 'True', 'KubeletReady'])
  expect(c.world().get('Lease', 'node1', 'kube-node-lease')).toBeDefined()
  c.run({ for: '10s' })
  expect((c.world().get('Pod', 'p') as Pod).status.phase).toBe('Running')
})

describe('a node that somebody has deleted', () => {
  const remove = (c: Cluster): void => {
    c.request({ verb: 'DELETE', path: '/api/v1/nodes/node1' } as never)
    c.run({ for: '20s' })
    expect([c.world().get('Node', 'node1'), c.world().get('Lease', 'node1', 'kube-node-lease'), c.world().get('CSINode', 'node1')]).toEqual([undefined, undefined, undefined])
  }

  it('is registered again when its kubelet starts, by nobody before that', () => {
    const c = createCluster({ nodes: [{ metadata: { name: 'node1', labels: { disk: 'ssd', 'node-role.kubernetes.io/worker': '' } } }] as unknown as Node[] })
    const before = c.world().get('Node', 'node1') as Node
    remove(c)
    c.fault({ type: 'kubelet-stop', node: 'node1' })
    c.fault({ type: 'kubelet-stop', node: 'node1', restore: true })
    c.run({ for: '10s' })
    const { metadata, spec, status } = c.world().get('Node', 'node1') as Node
    const { 'node-role.kubernetes.io/worker': notOfKubelet, ...labels } = before.metadata.labels!
    expect([notOfKubelet, metadata.labels, spec]).toEqual(['', labels, { podCIDR: '10.244.1.0/24', podCIDRs: ['10.244.1.0/24'] }])
    expect([condition(c, 'Ready')?.status, status.capacity, status.nodeInfo, status.addresses]).toEqual(['True', before.status.capacity, before.status.nodeInfo, before.status.addresses])
    expect(metadata.uid).not.toBe(before.metadata.uid)
    for (const owned of [c.world().get('Lease', 'node1', 'kube-node-lease'), c.world().get('CSINode', 'node1')]) expect(owned?.metadata.ownerReferences?.[0]?.uid).toBe(metadata.uid)
  })

  it('is registered by a kubelet that started while nobody answered it', () => {
    const c = createCluster({ nodes: 1 })
    const bootID = (c.world().get('Node', 'node1') as Node).status.nodeInfo?.['bootID']
    remove(c)
    c.fault({ type: 'apiserver-stop' })
    c.fault({ type: 'node-stop', node: 'node1' })
    c.fault({ type: 'node-stop', node: 'node1', restore: true })
    c.run({ for: '30s' })
    c.fault({ type: 'apiserver-stop', restore: true })
    c.run({ for: '30s' })
    const { status } = c.world().get('Node', 'node1') as Node
    expect([condition(c, 'Ready')?.status, status.nodeInfo?.['bootID'] === bootID]).toEqual(['True', false])
  })
})

test('a machine that was started anew while nobody answered it says so later', () => {
  const c = createCluster({ nodes: 1 })
  const bootID = (): string => (c.world().get('Node', 'node1') as Node).status.nodeInfo!['bootID']
  const before = bootID()
  c.fault({ type: 'apiserver-stop' })
  c.fault({ type: 'node-stop', node: 'node1' })
  c.fault({ type: 'node-stop', node: 'node1', restore: true })
  c.run({ for: '30s' })
  c.fault({ type: 'apiserver-stop', restore: true })
  c.run({ for: '30s' })
  expect(bootID()).not.toBe(before)
})
