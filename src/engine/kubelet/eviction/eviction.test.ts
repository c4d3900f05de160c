import { describe, expect, test } from 'vitest'
import { createCluster, type Cluster } from '../../index.ts'
import type { Event, Node, Pod } from '../../api/types.ts'

const pods = '/api/v1/namespaces/default/pods'

function create(c: Cluster, name: string, spec: object): void {
  const answer = c.request({ verb: 'POST', path: pods, body: { apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec } })
  if (answer.code !== 201) throw new Error(JSON.stringify(answer.body))
}

const pod = (c: Cluster, name: string): Pod => c.world().get('Pod', name) as Pod
const reasons = (c: Cluster, name: string): string[] => (c.world().list('Event') as Event[]).filter((e) => e.involvedObject.name === name).map((e) => e.reason)
const web = (resources?: object): object => ({ containers: [{ name: 'app', image: 'nginx:1.27', ...(resources === undefined ? {} : { resources }) }] })

describe('local storage', () => {
  test.each<[string, object, string]>([
    ['a container beyond its limit', { containers: [{ name: 'app', image: 'busybox:1.36', command: ['sh', '-c', 'dd if=/dev/zero of=/big bs=1M count=40; sleep 600'], resources: { limits: { 'ephemeral-storage': '10Mi' } } }] }, 'Pod ephemeral local storage usage exceeds the total limit of containers 10Mi. '],
    ['an emptyDir beyond its size', { containers: [{ name: 'app', image: 'busybox:1.36', command: ['sh', '-c', 'dd if=/dev/zero of=/tmp/d/big bs=1M count=4; sleep 600'], volumeMounts: [{ name: 'd', mountPath: '/tmp/d' }] }], volumes: [{ name: 'd', emptyDir: { sizeLimit: '1Mi' } }] }, 'Usage of EmptyDir volume "d" exceeds the limit "1Mi". '],
  ])('%s ends the pod', (_, spec, message) => {
    const c = createCluster({ nodes: 1 })
    create(c, 'writer', spec)
    c.run({ for: '40s' })
    expect(pod(c, 'writer').status).toMatchObject({ phase: 'Failed', reason: 'Evicted', message })
    expect(reasons(c, 'writer')).toContain('Evicted')
  })

  test('ends no pod that the cluster itself needs', () => {
    const c = createCluster({ nodes: 1 })
    const spec = { containers: [{ name: 'app', image: 'busybox:1.36', command: ['sh', '-c', 'dd if=/dev/zero of=/tmp/d/big bs=1M count=4; sleep 600'], volumeMounts: [{ name: 'd', mountPath: '/tmp/d' }] }], volumes: [{ name: 'd', emptyDir: { sizeLimit: '1Mi' } }] }
    create(c, 'needed', { ...spec, priorityClassName: 'system-cluster-critical' })
    c.run({ for: '40s' })
    expect([pod(c, 'needed').status.phase, reasons(c, 'needed').includes('Evicted')]).toEqual(['Running', false])
  })
})

describe('a node that is short of memory', () => {
  function pressed(): Cluster {
    const c = createCluster({ nodes: 1 })
    create(c, 'greedy', web())
    create(c, 'modest', web({ requests: { memory: '1Gi' } }))
    c.run({ for: '10s' })
    c.fault({ type: 'node-pressure', node: 'node1', signal: 'memory' })
    c.run({ for: '15s', until: () => pod(c, 'greedy').status.phase === 'Failed' })
    return c
  }

  test('says so, and ends the pod that uses more than it has requested', () => {
    const c = pressed()
    expect(pod(c, 'greedy').status).toMatchObject({ phase: 'Failed', reason: 'Evicted' })
    expect(pod(c, 'greedy').status.conditions?.find(({ type }) => type === 'DisruptionTarget')).toMatchObject({ status: 'True', reason: 'TerminationByKubelet' })
    const evicted = (c.world().list('Event') as Event[]).find(({ reason }) => reason === 'Evicted')!
    expect(evicted.message).toBe(pod(c, 'greedy').status.message)
    expect(evicted.metadata.annotations).toMatchObject({ starved_resource: 'memory', offending_containers: 'app' })
    const { message } = pod(c, 'greedy').status
    expect(pod(c, 'greedy').status.conditions?.find(({ type }) => type === 'DisruptionTarget')?.message).toBe(message)
    expect(pod(c, 'modest').status.phase).toBe('Running')
    // What it has seen it tells of itself when it next looks whether there is anything to tell.
    c.run({ for: '10s' })
    const node = c.world().get('Node', 'node1') as Node
    expect(node.status.conditions?.find(({ type }) => type === 'MemoryPressure')).toMatchObject({ status: 'True', reason: 'KubeletHasInsufficientMemory' })
  })

  test('takes no pod that has requested nothing', () => {
    const c = pressed()
    create(c, 'late', { ...web(), nodeName: 'node1' })
    c.run({ for: '2s' })
    expect(pod(c, 'late').status).toMatchObject({ phase: 'Failed', reason: 'Evicted', message: 'Pod was rejected: The node had condition: [MemoryPressure]. ' })
    c.fault({ type: 'node-pressure', node: 'node1', signal: 'memory', restore: true })
    create(c, 'paid', { ...web({ requests: { memory: '10Mi' } }), nodeName: 'node1' })
    c.run({ for: '3s' })
    expect(pod(c, 'paid').status.phase).toBe('Running')
  })

  test('believes in the end of it only after five minutes', () => {
    const c = pressed()
    c.fault({ type: 'node-pressure', node: 'node1', signal: 'memory', restore: true })
    const status = (): string | undefined => (c.world().get('Node', 'node1') as Node).status.conditions?.find(({ type }) => type === 'MemoryPressure')?.status
    c.run({ for: '4m' })
    expect(status()).toBe('True')
    c.run({ for: '2m' })
    expect(status()).toBe('False')
  })
})

describe('a soft threshold', () => {
  /** The fault leaves half of the hard threshold free, or of the soft one where there is no hard one. */
  const soft = { evictionHard: { 'nodefs.available': '10%' }, evictionSoft: { 'memory.available': '1Gi' }, evictionSoftGracePeriod: { 'memory.available': '1m' } }
  const pressed = (more: object = {}): Cluster => {
    const c = createCluster({ nodes: 1, kubelet: { ...soft, ...more } })
    const stubborn = { terminationGracePeriodSeconds: 20, containers: [{ name: 'app', image: 'busybox:1.36', command: ['sh', '-c', "trap '' TERM; while true; do sleep 0.2; done"] }] }
    create(c, 'greedy', stubborn)
    c.run({ for: '10s' })
    c.fault({ type: 'node-pressure', node: 'node1', signal: 'memory' })
    return c
  }
  const underPressure = (c: Cluster): string | undefined => (c.world().get('Node', 'node1') as Node).status.conditions?.find(({ type }) => type === 'MemoryPressure')?.status
  const evictedAt = (c: Cluster): number => (c.run({ for: '5m', until: () => reasons(c, 'greedy').includes('Evicted') }), c.now)

  test('is told of at once, and ends a pod after its time', () => {
    const c = pressed()
    const began = c.now
    c.run({ for: '25s' })
    expect([underPressure(c), reasons(c, 'greedy').includes('Evicted')]).toEqual(['True', false])
    const seconds = (evictedAt(c) - began) / 1000
    expect(seconds).toBeGreaterThanOrEqual(60)
    expect(seconds).toBeLessThan(81)
    expect((c.world().list('Event') as Event[]).find(({ reason }) => reason === 'Evicted')!.message).toMatch(/^The node was low on resource: memory\. Threshold quantity: 1Gi, available: 512Mi\. /)
  })

  // A container has never less than two seconds.
  test.each([
    [0, 2],
    [5, 5],
    [90, 20],
  ])('with at most %d s for a pod gives one %d s', (evictionMaxPodGracePeriod, seconds) => {
    const c = pressed({ evictionMaxPodGracePeriod })
    const since = evictedAt(c)
    c.run({ for: '2m', until: () => pod(c, 'greedy').status.phase === 'Failed' })
    expect(Math.floor((c.now - since) / 1000)).toBe(seconds)
  })

  test('forgets its time when there is enough in between', () => {
    const c = pressed()
    c.run({ for: '40s' })
    c.fault({ type: 'node-pressure', node: 'node1', signal: 'memory', restore: true })
    c.run({ for: '15s' })
    c.fault({ type: 'node-pressure', node: 'node1', signal: 'memory' })
    c.run({ for: '40s' })
    expect(reasons(c, 'greedy')).not.toContain('Evicted')
  })

  test('leaves the node as it was after the configured time', () => {
    const c = pressed({ evictionPressureTransitionPeriod: '30s' })
    c.run({ for: '25s' })
    c.fault({ type: 'node-pressure', node: 'node1', signal: 'memory', restore: true })
    c.run({ for: '55s' })
    expect(underPressure(c)).toBe('False')
  })
})

describe('a pod that names its node', () => {
  test.each<[string, object, string, string]>([
    ['and asks for more than is left', { ...web({ requests: { cpu: '9' } }), nodeName: 'node1' }, 'OutOfcpu', "Pod was rejected: Node didn't have enough resource: cpu, requested: 9000, used: 0, capacity: 4000"],
    ['and selects another', { ...web(), nodeName: 'node1', nodeSelector: { disk: 'ssd' } }, 'NodeAffinity', "Pod was rejected: Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector"],
  ])('%s is rejected by it', (_, spec, reason, message) => {
    const c = createCluster({ nodes: 1 })
    create(c, 'forced', spec)
    c.run({ for: '2s' })
    const { startTime, qosClass, ...status } = pod(c, 'forced').status
    expect([startTime, qosClass]).not.toContain(undefined)
    expect(status).toEqual({ phase: 'Failed', reason, message, observedGeneration: 1 })
    expect(reasons(c, 'forced')).toEqual([reason])
  })
})

test('of a pod that is rejected not even that it has been scheduled is left', () => {
  const c = createCluster({ nodes: 1 })
  create(c, 'bound', { ...web(), securityContext: { sysctls: [{ name: 'kernel.msgmax', value: '1' }] } })
  c.run({ for: '2s' })
  expect(pod(c, 'bound').status).toMatchObject({ reason: 'SysctlForbidden', observedGeneration: 1 })
  expect(pod(c, 'bound').status.conditions ?? []).toEqual([])
})

test('whoever is evicted has a second, whatever its own grace period, and only one is taken at a time', () => {
  const c = createCluster({ nodes: 1 })
  const stubborn = { terminationGracePeriodSeconds: 300, containers: [{ name: 'app', image: 'busybox:1.36', command: ['sh', '-c', "trap '' TERM; while true; do sleep 0.2; done"] }] }
  for (const name of ['a', 'b']) create(c, name, stubborn)
  c.run({ for: '10s' })
  c.fault({ type: 'node-pressure', node: 'node1', signal: 'memory' })
  const failed = (): string[] => ['a', 'b'].filter((name) => pod(c, name).status.phase === 'Failed')
  c.run({ for: '30s', until: () => failed().length === 1 })
  const first = c.now
  expect([failed().length, reasons(c, 'a').concat(reasons(c, 'b')).filter((reason) => reason === 'Evicted').length]).toEqual([1, 1])
  expect(pod(c, failed()[0]!).status.containerStatuses?.[0]?.state?.terminated).toMatchObject({ exitCode: 137 })
  const { firstTimestamp } = (c.world().list('Event') as Event[]).find(({ reason }) => reason === 'Evicted')!
  // The runtime gives no less than two.
  expect(first - Date.parse(firstTimestamp!)).toBeLessThan(4000)
})

test('a pod that the runtime does not end in time is told of', () => {
  const c = createCluster({ nodes: 1 })
  create(c, 'web', web())
  c.run({ for: '10s' })
  c.fault({ type: 'runtime-stop', node: 'node1' })
  c.fault({ type: 'node-pressure', node: 'node1', signal: 'memory' })
  c.run({ for: '40s' })
  const told = (c.world().list('Event') as Event[]).filter(({ reason }) => reason === 'ExceededGracePeriod')
  expect(told.map(({ type, message }) => `${type}: ${message}`)).toEqual(['Warning: Container runtime did not kill the pod within specified grace period.'])
})

test('once a pod is gone the kubelet looks again at once, as long as it does not help', () => {
  const c = createCluster({ nodes: 1 })
  for (const name of ['a', 'b', 'c']) create(c, name, web())
  c.run({ for: '10s' })
  c.fault({ type: 'node-pressure', node: 'node1', signal: 'memory' })
  c.run({ for: '25s' })
  const at = (c.world().list('Event') as Event[]).filter(({ reason }) => reason === 'Evicted').map(({ firstTimestamp }) => Date.parse(firstTimestamp!) / 1000)
  expect(at).toHaveLength(3)
  // Its end, and up to a second until nothing is left of it.
  for (const gap of [at[1]! - at[0]!, at[2]! - at[1]!]) expect(gap).toBeLessThan(5)
})

describe('a node whose pods take too much', () => {
  test('evicts the greediest without any fault', () => {
    const c = createCluster({ nodes: 1 })
    for (const name of ['a', 'b', 'c']) {
      create(c, name, { restartPolicy: 'Never', containers: [{ name: 'app', image: 'polinux/stress', command: ['stress', '--vm', '1', '--vm-bytes', '2800M', '--vm-hang', '1000'] }] })
    }
    c.run({ for: '40s' })
    expect(['a', 'b', 'c'].filter((name) => pod(c, name).status.reason === 'Evicted')).toHaveLength(1)
  })
})

describe('a node that is short of disk', () => {
  test('first removes images that nobody uses', () => {
    const c = createCluster({ nodes: 1 })
    create(c, 'short', { restartPolicy: 'Never', containers: [{ name: 'app', image: 'alpine:3.20', command: ['true'] }] })
    create(c, 'web', web())
    c.run({ for: '3m' })
    c.request({ verb: 'DELETE', path: `${pods}/short` })
    c.run({ for: '10s' })
    c.fault({ type: 'node-pressure', node: 'node1', signal: 'disk' })
    c.run({ for: '11s' })
    const removed = c.trace.filter(({ detail }) => detail?.type === 'RemoveImage').map(({ detail }) => detail?.['image'])
    expect(removed).toEqual(['docker.io/library/alpine:3.20'])
  })
})
