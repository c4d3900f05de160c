import { describe, expect, it } from 'vitest'
import type { Node, Pod } from '../../api/types.ts'
import { assignedPodDelete, nodeAdd, nodeUpdateEvents, podUpdateEvents, objectEvents, type ClusterEvent } from '../framework/events.ts'
import { makeProfiles } from '../config.ts'
import { Framework } from '../framework/framework.ts'
import { node, pod, situation, type NodeSpec, type PodSpecShort } from '../testing/builders.ts'
import { backoffMs } from './backoffqueue.ts'
import { Heap } from './heap.ts'
import { SchedulingQueue, type Move } from './schedulingqueue.ts'

/** A queue with the default profile and a clock that is set by hand. */
function makeQueue() {
  const clock = { now: 1_000_000 }
  const moves: Move[] = []
  const { handle } = situation({ nodes: [] })
  const preempting = new Set<string>()
  const framework = new Framework(makeProfiles({}, { ...handle, isPreempting: (uid) => preempting.has(uid) })[0]!, handle)
  const profile = { hints: framework.hints(), preEnqueue: (p: Pod) => framework.preEnqueue(p) }
  const queue = new SchedulingQueue({
    initialBackoffMs: 1000,
    maxBackoffMs: 10_000,
    now: () => clock.now,
    profile: () => profile,
    cause: () => undefined,
    moved: (move) => {
      moves.push(move)
      return undefined
    },
    asked: () => {},
  })
  /** Adds the pod, tries it and gives it back as refused by these plugins. */
  const refused = (spec: PodSpecShort, ...plugins: string[]) => {
    const given = pod(spec)
    queue.add(given)
    fail(queue, given, plugins)
    return given
  }
  return { queue, clock, moves, refused, preempting }
}

function fail(queue: SchedulingQueue, given: Pod, plugins: string[]): void {
  const queued = queue.pop()!
  queued.unschedulablePlugins = new Set(plugins)
  queue.addUnschedulable(queued, given)
}

const whereIs = (queue: SchedulingQueue, name = 'p') => queue.whereIs('default', name)?.queue

describe('the order of pods', () => {
  it('is by priority, then by age, then by arrival', () => {
    const { queue, clock } = makeQueue()
    queue.add(pod({ name: 'old' }))
    queue.add(pod({ name: 'old2' }))
    clock.now += 10
    queue.add(pod({ name: 'urgent', priority: 5 }))
    queue.add(pod({ name: 'young' }))
    expect([1, 2, 3, 4].map(() => queue.pop()!.info.pod.metadata.name)).toEqual(['urgent', 'old', 'old2', 'young'])
    expect(queue.pop()).toBeUndefined()
  })

  it('follows a change of the pod while it waits', () => {
    const { queue } = makeQueue()
    const low = pod({ name: 'low' })
    queue.add(pod({ name: 'first' }))
    queue.add(low)
    queue.update(low, { ...low, spec: { ...low.spec, priority: 9 } as Pod['spec'], metadata: { ...low.metadata, resourceVersion: '2' } })
    expect(queue.pop()!.info.pod.metadata.name).toBe('low')
  })
})

describe('back-off', () => {
  it.each([[1, 1], [2, 2], [3, 4], [4, 8], [5, 10], [6, 10], [20, 10]])('after %i failures: %i s', (failures, seconds) => {
    expect(backoffMs(failures, { initialMs: 1000, maxMs: 10_000 })).toBe(seconds * 1000)
  })

  it('makes a pod wait for which something has happened, while others are to be tried', () => {
    const { queue, refused, clock } = makeQueue()
    refused({}, 'NodePorts')
    queue.add(pod({ name: 'other' }))
    queue.moveAll(nodeAdd, undefined, node({ name: 'n' }))
    expect(whereIs(queue)).toBe('backoff')
    expect(queue.nextBackoffCompletion()).toBe(1_002_000)
    clock.now = 1_001_999
    queue.flushBackoffCompleted()
    expect(whereIs(queue)).toBe('backoff')
    clock.now = 1_002_000
    queue.flushBackoffCompleted()
    expect(whereIs(queue)).toBe('active')
  })

  it('is cut short when there is nothing else to try', () => {
    const { queue, refused } = makeQueue()
    refused({}, 'NodePorts')
    queue.moveAll(nodeAdd, undefined, node({ name: 'n' }))
    expect(queue.pop()!.key).toBe('default/p')
  })

  it('is not cut short after an error', () => {
    const { queue, refused } = makeQueue()
    refused({})
    expect(whereIs(queue)).toBe('backoff')
    expect(queue.pop()).toBeUndefined()
  })

  it('is over when the pod has waited for an event longer than that', () => {
    const { queue, refused, clock } = makeQueue()
    refused({}, 'NodePorts')
    clock.now += 60_000
    queue.moveAll(nodeAdd, undefined, node({ name: 'n' }))
    expect(whereIs(queue)).toBe('active')
  })
})

describe('which event helps which pod', () => {
  type Given = [what: string, plugin: string, pod: PodSpecShort, event: ClusterEvent, old: object | undefined, next: object | undefined, helps: boolean]
  const change = (old: NodeSpec, next: NodeSpec): [ClusterEvent, Node, Node] => [nodeUpdateEvents(node(next), node(old))[0]!, node(old), node(next)]
  const cpu2 = { requests: { cpu: '2' } }
  const onPort80: PodSpecShort = { containers: [{ ports: [{ containerPort: 80, hostPort: 80 }] }] }
  const term = { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'zone', labelSelector: { matchLabels: { app: 'x' } } }] }
  const anti = { spec: { affinity: { podAntiAffinity: term } } }
  const near = { spec: { affinity: { podAffinity: term } } }
  const zones = (old?: string, next?: string) => change({ name: 'n', labels: { a: 'b', ...(old === undefined ? {} : { zone: old }) } }, { name: 'n', labels: { a: 'c', ...(next === undefined ? {} : { zone: next }) } })
  const ssd = { spec: { nodeSelector: { disk: 'ssd' } } }
  const spread = { spec: { topologySpreadConstraints: [{ topologyKey: 'zone', maxSkew: 1, whenUnsatisfiable: 'DoNotSchedule', labelSelector: { matchLabels: { app: 'x' } } }] } }
  const usesData = { spec: { volumes: [{ name: 'v', persistentVolumeClaim: { claimName: 'data' } }] } }
  const claim = (name: string) => ({ metadata: { name, namespace: 'default', uid: name } })
  /** A pod that asks for 1 CPU from now on, and whose container holds so much of it. */
  const holding = (cpu: string): Pod => {
    const made = pod({ name: 'x', node: 'n', requests: { cpu: '1' } })
    return { ...made, status: { ...made.status, containerStatuses: [{ name: 'c', resources: { requests: { cpu } }, allocatedResources: { cpu } }] as never } }
  }
  const report = (old: Pod, next: Pod): [ClusterEvent, Pod, Pod] => [podUpdateEvents(next, old)[0]!, old, next]
  const cases: Given[] = [
    ['room: a resize has been carried out', 'NodeResourcesFit', cpu2, ...report(holding('2'), holding('1')), true],
    ['room: a container holds what it held', 'NodeResourcesFit', cpu2, ...report(holding('1'), holding('1')), false],
    ['room: a container holds more', 'NodeResourcesFit', cpu2, ...report(holding('1'), holding('2')), false],
    ['room: a resize frees something else', 'NodeResourcesFit', { requests: { memory: '1Gi' } }, ...report(holding('2'), holding('1')), false],
    ['room: a pod that had no node is deleted', 'NodeResourcesFit', cpu2, assignedPodDelete, pod({ name: 'x' }), undefined, false],
    ['room: a pod leaves a node', 'NodeResourcesFit', cpu2, assignedPodDelete, pod({ name: 'x', node: 'n' }), undefined, true],
    ['room: a large enough node comes', 'NodeResourcesFit', cpu2, nodeAdd, undefined, node({ name: 'n' }), true],
    ['room: a node comes that is too small', 'NodeResourcesFit', { requests: { cpu: '64' } }, nodeAdd, undefined, node({ name: 'n' }), false],
    ['room: a node grows', 'NodeResourcesFit', cpu2, ...change({ name: 'n', allocatable: { cpu: '1', memory: '1Gi', pods: '9' } }, { name: 'n' }), true],
    ['room: a node is labelled', 'NodeResourcesFit', cpu2, ...change({ name: 'n' }, { name: 'n', labels: { a: 'b' } }), false],
    ['affinity: a node gets the label', 'NodeAffinity', ssd, ...change({ name: 'n' }, { name: 'n', labels: { disk: 'ssd' } }), true],
    ['affinity: a node gets another label', 'NodeAffinity', ssd, ...change({ name: 'n' }, { name: 'n', labels: { disk: 'hdd' } }), false],
    ['affinity: a node that fitted all the time changes', 'NodeAffinity', ssd, ...change({ name: 'n', labels: { disk: 'ssd' } }, { name: 'n', labels: { disk: 'ssd', a: 'b' } }), false],
    ['taints: one is taken away', 'TaintToleration', {}, ...change({ name: 'n', taints: [{ key: 'k', effect: 'NoSchedule' }] }, { name: 'n' }), true],
    ['taints: one of two is taken away', 'TaintToleration', {}, ...change({ name: 'n', taints: [{ key: 'k', effect: 'NoSchedule' }, { key: 'l', effect: 'NoExecute' }] }, { name: 'n', taints: [{ key: 'k', effect: 'NoSchedule' }] }), false],
    ['cordon: a node is uncordoned', 'NodeUnschedulable', {}, ...change({ name: 'n', unschedulable: true }, { name: 'n' }), true],
    ['ports: who holds it goes', 'NodePorts', onPort80, assignedPodDelete, pod({ name: 'x', node: 'n', ...onPort80 }), undefined, true],
    ['ports: somebody else goes', 'NodePorts', onPort80, assignedPodDelete, pod({ name: 'x', node: 'n' }), undefined, false],
    ['anti-affinity: the disliked one goes', 'InterPodAffinity', anti, assignedPodDelete, pod({ name: 'x', node: 'n', labels: { app: 'x' } }), undefined, true],
    ['anti-affinity: somebody else goes', 'InterPodAffinity', anti, assignedPodDelete, pod({ name: 'x', node: 'n' }), undefined, false],
    ['pod affinity: a node of a domain comes', 'InterPodAffinity', near, nodeAdd, undefined, node({ name: 'n', labels: { zone: 'a' } }), true],
    ['pod affinity: a node of none comes', 'InterPodAffinity', near, nodeAdd, undefined, node({ name: 'n' }), false],
    ['pod affinity: a node comes to a domain', 'InterPodAffinity', near, ...zones(undefined, 'a'), true],
    ['pod affinity: a node goes to another domain', 'InterPodAffinity', near, ...zones('a', 'b'), true],
    ['pod affinity: a node stays in its domain', 'InterPodAffinity', near, ...zones('a', 'a'), false],
    ['pod affinity: a node leaves its domain', 'InterPodAffinity', near, ...zones('a', undefined), false],
    ['anti-affinity: a node of no domain comes', 'InterPodAffinity', anti, nodeAdd, undefined, node({ name: 'n' }), true],
    ['anti-affinity: a node leaves its domain', 'InterPodAffinity', anti, ...zones('a', undefined), true],
    ['anti-affinity: a node goes to another domain', 'InterPodAffinity', anti, ...zones('a', 'b'), true],
    ['anti-affinity: a node comes to a domain', 'InterPodAffinity', anti, ...zones(undefined, 'a'), false],
    ['spread: one that counts goes', 'PodTopologySpread', spread, assignedPodDelete, pod({ name: 'x', node: 'n', labels: { app: 'x' } }), undefined, true],
    ['spread: one of another namespace goes', 'PodTopologySpread', spread, assignedPodDelete, pod({ name: 'x', namespace: 'other', node: 'n', labels: { app: 'x' } }), undefined, false],
    ['claims: the claim comes', 'VolumeBinding', usesData, objectEvents.persistentvolumeclaims.add, undefined, claim('data'), true],
    ['claims: another claim comes', 'VolumeBinding', usesData, objectEvents.persistentvolumeclaims.add, undefined, claim('other'), false],
    ['claims: a volume comes', 'VolumeBinding', usesData, objectEvents.persistentvolumes.add, undefined, claim('pv'), true],
    ['claims: a node is added', 'SchedulingGates', usesData, nodeAdd, undefined, node({ name: 'n' }), false],
  ]
  it.each(cases)('%s', (_what, plugin, spec, event, old, next, helps) => {
    const { queue, refused, moves } = makeQueue()
    refused(spec, plugin)
    queue.moveAll(event, old as Pod, next as Pod)
    expect(whereIs(queue) !== 'unschedulable').toBe(helps)
    expect(moves.map((move) => `${move.plugin} ${move.event}`)).toEqual(helps ? [`${plugin} ${event.label}`] : [])
  })

  it('asks only the plugins that refused the pod', () => {
    const { queue, refused } = makeQueue()
    refused({ requests: { cpu: '2' } }, 'TaintToleration')
    queue.moveAll(assignedPodDelete, pod({ name: 'x', node: 'n' }), undefined)
    expect(whereIs(queue)).toBe('unschedulable')
  })

  it('keeps what happens while a pod is being tried', () => {
    const { queue } = makeQueue()
    const given = pod({ requests: { cpu: '2' } })
    queue.add(given)
    const queued = queue.pop()!
    queue.moveAll(assignedPodDelete, pod({ name: 'x', node: 'n' }), undefined)
    queued.unschedulablePlugins = new Set(['NodeResourcesFit'])
    queue.addUnschedulable(queued, given)
    expect(whereIs(queue)).toBe('backoff')
  })

  it('knows that the pod itself has changed: a toleration', () => {
    const { queue, refused } = makeQueue()
    const before = refused({}, 'TaintToleration')
    queue.update(before, pod({ spec: { tolerations: [{ operator: 'Exists' }] } }))
    expect(whereIs(queue)).toBe('backoff')
  })

  it('does not take a status report for such a change', () => {
    const { queue, refused } = makeQueue()
    const before = refused({}, 'TaintToleration')
    queue.update(before, pod({ conditions: [{ type: 'PodScheduled', status: 'False' }] }))
    expect(whereIs(queue)).toBe('unschedulable')
  })
})

describe('pods that may not enter', () => {
  const gated = { spec: { schedulingGates: [{ name: 'example.com/wait' }] } }

  it('are never tried until the last gate is gone', () => {
    const { queue } = makeQueue()
    const before = pod(gated)
    queue.add(before)
    expect(queue.pop()).toBeUndefined()
    queue.moveAll(nodeAdd, undefined, node({ name: 'n' }))
    expect(whereIs(queue)).toBe('unschedulable')
    queue.update(before, pod({}))
    expect(queue.pop()!.attempts).toBe(1)
  })

  it('are not let in by the flush', () => {
    const { queue, clock } = makeQueue()
    queue.add(pod(gated))
    clock.now += 3_600_000
    queue.flushUnschedulableLeftover()
    expect(whereIs(queue)).toBe('unschedulable')
    expect(queue.oldestUnschedulable()).toBeUndefined()
  })

  it('are kept out while their victims are being asked to go', () => {
    const { queue, refused, preempting } = makeQueue()
    const given = refused({ requests: { cpu: '2' } }, 'NodeResourcesFit')
    preempting.add(given.metadata.uid)
    queue.moveAll(assignedPodDelete, pod({ name: 'x', node: 'n' }), undefined)
    expect(whereIs(queue)).toBe('unschedulable')
    preempting.clear()
    queue.moveAll(assignedPodDelete, pod({ name: 'y', node: 'n' }), undefined)
    expect(queue.pop()!.uid).toBe(given.metadata.uid)
  })
})

describe('the flush', () => {
  it('tries a pod again that has waited for more than five minutes', () => {
    const { queue, refused, clock } = makeQueue()
    refused({}, 'NodeAffinity')
    clock.now += 300_000
    queue.flushUnschedulableLeftover()
    expect(whereIs(queue)).toBe('unschedulable')
    clock.now += 1
    queue.flushUnschedulableLeftover()
    expect(whereIs(queue)).toBe('active')
  })
})

describe('nominations', () => {
  it('are kept until the pod is gone or says otherwise', () => {
    const { queue, refused } = makeQueue()
    const given = refused({ priority: 5 }, 'NodeResourcesFit')
    queue.nominator.add(queue.whereIs('default', 'p')!.pod.info, 'n1')
    expect(queue.nominator.on('n1')).toHaveLength(1)
    // An update that knows nothing of it yet.
    queue.update(given, pod({ priority: 5, labels: { a: 'b' } }))
    expect(queue.nominator.on('n1')).toHaveLength(1)
    queue.update(pod({ priority: 5, nominatedNodeName: 'n1' }), pod({ priority: 5, nominatedNodeName: 'n2' }))
    expect(queue.nominator.on('n1')).toHaveLength(0)
    expect(queue.nominator.on('n2')).toHaveLength(1)
    queue.delete(given)
    expect(queue.nominator.on('n2')).toHaveLength(0)
  })
})

describe('Heap', () => {
  it('gives its items in order whatever was put, updated and deleted', () => {
    const heap = new Heap<{ key: string; rank: number }>((item) => item.key, (a, b) => a.rank < b.rank)
    let state = 7
    const random = (bound: number) => (state = (state * 1_103_515_245 + 12_345) % 2_147_483_648) % bound
    const expected = new Map<string, number>()
    for (let i = 0; i < 500; i++) {
      const key = `k${random(60)}`
      if (random(4) === 0) {
        heap.delete(key)
        expected.delete(key)
      } else {
        const rank = random(1000)
        heap.put({ key, rank })
        expected.set(key, rank)
      }
    }
    const ranks = Array.from({ length: heap.size }, () => heap.pop()!.rank)
    expect(ranks).toEqual([...expected.values()].sort((a, b) => a - b))
  })
})
