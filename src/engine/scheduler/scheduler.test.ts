import { describe, expect, it } from 'vitest'
import type { Pod } from '../api/types.ts'
import { World } from './testing/world.ts'

const pod = (name: string, { cpu, ...spec }: { cpu?: string; [field: string]: unknown } = {}, metadata: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'default', ...metadata },
  spec: { containers: [{ name: 'app', image: 'nginx:1.27', ...(cpu === undefined ? {} : { resources: { requests: { cpu } } }) }], ...spec },
})
const room = (cpu: string) => ({ cpu, memory: '24Gi', pods: '110' })
const scheduled = (p: Pod) => p.status.conditions?.find(({ type }) => type === 'PodScheduled')

describe('a pod that fits', () => {
  const world = new World({ nodes: [{ name: 'n1' }] })
  world.create(pod('web'))
  world.run(2000)

  it('is bound, and an event says so', () => {
    expect(world.pod('web').spec.nodeName).toBe('n1')
    expect(world.writes()).toEqual(['create pods/binding web 201'])
    expect(world.events()).toMatchObject([{
      type: 'Normal', reason: 'Scheduled', message: 'Successfully assigned default/web to n1', reportingComponent: 'default-scheduler', action: 'Binding',
    }])
  })

  it('passes the nodes of the flowchart, each because of the one before', () => {
    const own = world.kernel.trace.filter(({ milestone }) => milestone !== undefined && /scheduler-sees|filter|score|bind/.test(milestone))
    expect(own.map(({ milestone }) => milestone)).toEqual(['create/scheduler-sees', 'create/filter', 'create/score', 'create/bind', 'create/bind-store'])
    expect(own.slice(1, 4).map(({ cause }) => cause)).toEqual(own.slice(0, 3).map(({ index }) => index))
  })

  it('has its attempt on record', () => {
    const [attempt] = world.scheduler.attempts(world.pod('web').metadata.uid)
    expect(attempt).toMatchObject({ attempt: 1, outcome: 'Scheduled', node: 'n1', nodeCount: 1, feasible: [{ node: 'n1' }], rejected: [] })
    expect(world.scheduler.attemptAt(attempt!.step!)).toEqual(attempt)
  })
})

describe('the choice among nodes', () => {
  it('tells raw and normalised scores, weights and sums', () => {
    const world = new World({ nodes: [{ name: 'n1', allocatable: room('2') }, { name: 'n2', allocatable: room('8') }] })
    world.create(pod('web', { cpu: '1' }))
    world.run(1000)
    const [step] = world.decisions('Score')
    expect(step!.detail).toMatchObject({
      winner: 'n2', tie: false, plugins: expect.arrayContaining([{ name: 'NodeResourcesFit', weight: 1 }]),
      nodes: [{ node: 'n2', scores: { NodeResourcesFit: { raw: 93, normalized: 93 } } }, { node: 'n1' }],
    })
  })

  it('keeps only a sample in the step when there are many nodes, and the whole table with the attempt', () => {
    const world = new World({ nodes: Array.from({ length: 90 }, (_, i) => ({ name: `n${i}`, ...(i < 40 ? { allocatable: room('1') } : {}) })) })
    world.create(pod('web', { cpu: '2' }))
    world.run(1000)
    const [filter] = world.decisions('Filter')
    const [score] = world.decisions('Score')
    expect(filter!.detail).toMatchObject({ feasible: 50, total: 90, counts: { 'Insufficient cpu': 40 } })
    expect(filter!.detail!['nodes']).toHaveLength(6)
    expect(score!.detail!['nodes']).toHaveLength(5)
    const attempt = world.scheduler.attemptAt(filter!.index)!
    expect(attempt.rejected).toHaveLength(40)
    expect(attempt.feasible).toHaveLength(50)
  })
})

describe('a pod that does not fit', () => {
  const text = '0/1 nodes are available: 1 Insufficient cpu. no new claims to deallocate, preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod.'

  it('says why, waits, and is bound when another one ends', () => {
    const world = new World({ nodes: [{ name: 'n1', allocatable: room('2') }] })
    world.create(pod('first', { cpu: '1500m' }))
    world.run(1000)
    world.create(pod('second', { cpu: '1' }))
    world.run(5000)
    expect(scheduled(world.pod('second'))).toMatchObject({ status: 'False', reason: 'Unschedulable', message: text })
    expect(world.events('FailedScheduling')).toMatchObject([{ type: 'Warning', message: text, action: 'Scheduling' }])
    // The phase alone frees the room: the object is still there.
    world.change('pods/default/first', (p) => ({ ...p, status: { ...(p as Pod).status, phase: 'Succeeded' } }))
    world.run(1000)
    expect(world.pod('second').spec.nodeName).toBe('n1')
    expect(world.writes()).toEqual(['create pods/binding first 201', 'patch pods/status second 200', 'create pods/binding second 201'])
  })

  it.each(['Succeeded', 'Failed'])('does not see pods that have %s: they hold nothing', (phase) => {
    const world = new World({
      nodes: [{ name: 'n1', allocatable: { ...room('2'), pods: '1' } }],
      objects: [{ ...pod('done', { cpu: '2', nodeName: 'n1' }), status: { phase } }],
    })
    world.create(pod('next', { cpu: '2' }))
    world.run(1000)
    expect(world.pod('next').spec.nodeName).toBe('n1')
  })

  it('is not tried again by what cannot help it', () => {
    const world = new World()
    world.create(pod('big', { cpu: '64' }))
    world.run(1000)
    world.change('nodes/n1', (n) => ({ ...n, metadata: { ...n.metadata, labels: { a: 'b' } } }))
    world.create(pod('small'))
    world.run(60_000)
    expect(world.scheduler.attempts(world.pod('big').metadata.uid)).toHaveLength(1)
  })

  it('is tried again after five minutes whatever has happened', () => {
    const world = new World()
    world.create(pod('big', { cpu: '64' }))
    world.run(300_000)
    expect(world.scheduler.attempts(world.pod('big').metadata.uid)).toHaveLength(1)
    // Who has waited long enough is looked for every half minute.
    world.run(31_000)
    expect(world.scheduler.attempts(world.pod('big').metadata.uid)).toHaveLength(2)
  })

  it('is tried again when a node gets the label that it looks for, and says what woke it', () => {
    const world = new World()
    world.create(pod('picky', { nodeSelector: { disk: 'ssd' } }))
    world.run(1000)
    world.change('nodes/n1', (n) => ({ ...n, metadata: { ...n.metadata, labels: { disk: 'ssd' } } }))
    world.run(1000)
    expect(world.pod('picky').spec.nodeName).toBe('n1')
    const [woken] = world.decisions('Requeued')
    expect(woken!.detail).toMatchObject({ event: 'NodeLabelChange', plugin: 'NodeAffinity' })
    expect(world.decisions('Filter')[1]!.cause).toBe(woken!.index)
    expect(world.kernel.trace[woken!.cause!]).toMatchObject({ kind: 'watch', resource: 'nodes' })
  })

  it('names the reason of each node, and anew as the nodes change', () => {
    const nodes = ['red', 'green', 'blue'].map((name) => ({ name, allocatable: room('2'), labels: { colour: name } }))
    const world = new World({ nodes })
    const message = (name: string) => scheduled(world.pod(name))?.message?.replace(/ no new claims.*/, '')
    const spec = (name: string, change: object) => world.change(`nodes/${name}`, (n) => ({ ...n, spec: change }))
    // What the node controller would add: the taint that goes with spec.unschedulable.
    spec('blue', { unschedulable: true, taints: [{ key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }] })
    spec('green', { taints: [{ key: 'team', value: 'a', effect: 'NoSchedule' }] })
    world.run(100)
    world.create(pod('huge', { cpu: '30', nodeSelector: { colour: 'red' } }))
    world.create(pod('lost', { nodeSelector: { colour: 'none' } }))
    world.create(pod('late', { nodeSelector: { colour: 'blue' } }))
    world.run(1000)
    const closed = '1 node(s) had untolerated taint(s), 1 node(s) were unschedulable.'
    expect(message('huge')).toBe(`0/3 nodes are available: 1 Insufficient cpu, ${closed}`)
    expect(message('lost')).toBe(`0/3 nodes are available: 1 node(s) didn't match Pod's node affinity/selector, ${closed}`)
    expect(message('late')).toBe(message('lost'))

    world.run(20_000)
    spec('green', {})
    world.run(1000)
    expect(message('huge')).toBe("0/3 nodes are available: 1 Insufficient cpu, 1 node(s) didn't match Pod's node affinity/selector, 1 node(s) were unschedulable.")
    expect(message('lost')).toBe("0/3 nodes are available: 1 node(s) were unschedulable, 2 node(s) didn't match Pod's node affinity/selector.")

    world.run(20_000)
    spec('blue', {})
    world.run(1000)
    expect(message('lost')).toBe("0/3 nodes are available: 3 node(s) didn't match Pod's node affinity/selector.")
    expect(world.pod('late').spec.nodeName).toBe('blue')
  })

  it('counts the same failure as a series', () => {
    const world = new World()
    const port = { containers: [{ name: 'a', image: 'a', ports: [{ containerPort: 80, hostPort: 80 }] }] }
    world.create(pod('holder', port))
    world.run(1000)
    world.create(pod('ported', port))
    world.run(1000)
    for (let i = 0; i < 3; i++) {
      world.put({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'extra' }, spec: { unschedulable: true }, status: { allocatable: room('1') } })
      world.run(1000)
      world.remove('nodes/extra')
      world.run(20_000)
    }
    const events = world.events('FailedScheduling')
    // The first attempt saw the pod before its status was written, the second after it: two texts, two versions.
    expect(events.length).toBeGreaterThan(1)
    expect(events.map(({ series }) => (series as { count: number } | undefined)?.count)).toContain(2)
  })

  it('without any node is tried again and again, ever more slowly', () => {
    const world = new World({ nodes: [] })
    world.create(pod('lonely'))
    world.run(40_000)
    const attempts = world.scheduler.attempts(world.pod('lonely').metadata.uid)
    expect(attempts[0]!.message).toBe('no nodes available to schedule pods')
    const gaps = attempts.slice(1).map(({ at }, i) => Math.round((at - attempts[i]!.at) / 1000))
    expect(gaps.slice(0, 5)).toEqual([2, 3, 5, 9, 11])
    expect(world.events('FailedScheduling').some((event) => event['series'] !== undefined)).toBe(true)
  })
})

describe('preemption', () => {
  const urgent = { apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name: 'urgent' }, value: 1000 }

  function preempted(): World {
    const world = new World({ nodes: [{ name: 'n1', allocatable: room('2') }], objects: [urgent] })
    world.create(pod('low', { cpu: '1200m', terminationGracePeriodSeconds: 4 }))
    world.run(1000)
    world.create(pod('high', { cpu: '1200m', priorityClassName: 'urgent' }))
    world.run(1000)
    return world
  }

  it('marks and deletes the victim, and keeps its place for the pod', () => {
    const world = preempted()
    expect(world.writes()).toEqual([
      'create pods/binding low 201', 'patch pods/status low 200', 'patch pods/status high 200', 'delete pods low 200',
    ])
    expect(world.pod('low').metadata).toMatchObject({ deletionGracePeriodSeconds: 4 })
    expect(world.pod('low').status.conditions).toContainEqual(expect.objectContaining({
      type: 'DisruptionTarget', status: 'True', reason: 'PreemptionByScheduler', message: 'default-scheduler: preempting to accommodate a higher priority pod',
    }))
    expect(world.pod('high').status.nominatedNodeName).toBe('n1')
    expect(scheduled(world.pod('high'))?.message).toBe('0/1 nodes are available: 1 Insufficient cpu.')
    const { uid } = world.pod('high').metadata
    expect(world.events('Preempted')).toMatchObject([{
      type: 'Normal', message: `Preempted by pod ${uid} on node n1`, involvedObject: { name: 'low' }, related: { name: 'high' },
    }])
  })

  it('binds the pod when the victim has ended, before it is removed', () => {
    const world = preempted()
    world.change('pods/default/low', (p) => ({ ...p, status: { ...(p as Pod).status, phase: 'Failed' } }))
    world.run(1000)
    expect(world.pod('high').spec.nodeName).toBe('n1')
    expect(world.pod('low')).toBeDefined()
  })

  it('does not give the room to a pod of lower priority meanwhile', () => {
    const world = preempted()
    world.create(pod('sneaky', { cpu: '1' }))
    world.change('pods/default/low', (p) => ({ ...p, status: { ...(p as Pod).status, phase: 'Failed' } }))
    world.run(2000)
    expect(world.pod('high').spec.nodeName).toBe('n1')
    expect(world.pod('sneaky').spec.nodeName).toBeUndefined()
  })

  it('waits for its victims instead of looking for more', () => {
    const world = preempted()
    world.put({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'other' }, spec: {}, status: { allocatable: room('2') } })
    world.run(1000)
    // A new node is room of its own.
    expect(world.pod('high').spec.nodeName).toBe('other')
    expect(world.writes().filter((write) => write.startsWith('delete'))).toHaveLength(1)
  })
})

describe('pods that are not (yet) its business', () => {
  it('gated ones are let in when the last gate goes', () => {
    const world = new World()
    world.create(pod('held', { schedulingGates: [{ name: 'example.com/wait' }] }))
    world.run(60_000)
    expect(world.scheduler.attempts(world.pod('held').metadata.uid)).toHaveLength(0)
    expect(world.writes()).toEqual([])
    world.change('pods/default/held', (p) => ({ ...p, spec: { ...(p as Pod).spec, schedulingGates: undefined } }))
    world.run(1000)
    expect(world.pod('held').spec.nodeName).toBe('n1')
  })

  it('those of an unknown scheduler stay Pending without a word', () => {
    const world = new World()
    world.create(pod('orphan', { schedulerName: 'my-scheduler' }))
    world.run(60_000)
    expect(world.pod('orphan').status.conditions).toBeUndefined()
    expect(world.events()).toEqual([])
  })

  it('each profile takes its own', () => {
    const packing = { name: 'NodeResourcesFit', args: { scoringStrategy: { type: 'MostAllocated', resources: [{ name: 'cpu', weight: 1 }] } } }
    const spreading = ['NodeResourcesBalancedAllocation', 'ImageLocality'].map((name) => ({ name }))
    const configuration = { profiles: [{}, { schedulerName: 'packer', pluginConfig: [packing], plugins: { score: { disabled: spreading } } }] }
    const world = new World({ nodes: [{ name: 'n1' }, { name: 'n2' }], configuration })
    world.create(pod('seed', { cpu: '2', nodeSelector: undefined }))
    world.run(1000)
    const taken = world.pod('seed').spec.nodeName
    world.create(pod('packed', { cpu: '1', schedulerName: 'packer' }))
    world.create(pod('spread', { cpu: '1' }))
    world.run(1000)
    expect(world.pod('packed').spec.nodeName).toBe(taken)
    expect(world.pod('spread').spec.nodeName).not.toBe(taken)
    expect(world.events('Scheduled').map(({ reportingComponent }) => reportingComponent).sort()).toEqual(['default-scheduler', 'default-scheduler', 'packer'])
  })
})

describe('when things go wrong', () => {
  it('gives the room back when the pod is gone before it could be bound', () => {
    const world = new World({ nodes: [{ name: 'n1', allocatable: room('2') }], latency: { scheduling: [20, 20] } })
    world.create(pod('gone', { cpu: '2' }))
    world.run(10)
    world.remove('pods/default/gone')
    world.run(1000)
    world.create(pod('next', { cpu: '2' }))
    world.run(1000)
    expect(world.pod('next').spec.nodeName).toBe('n1')
    expect(world.writes()[0]).toBe('create pods/binding gone 404')
    expect(world.events('FailedScheduling')[0]!.message).toBe('running Bind plugin "DefaultBinder": pods "gone" not found')
  })

  it('leaves a pod to whoever has bound it meanwhile', () => {
    const world = new World({ nodes: [{ name: 'n1' }, { name: 'n2' }], latency: { scheduling: [40, 40] } })
    world.create(pod('web'))
    world.run(10)
    const target = { apiVersion: 'v1', kind: 'Node', name: 'n2' }
    world.request({ verb: 'create', path: '/api/v1/namespaces/default/pods/web/binding', body: { apiVersion: 'v1', kind: 'Binding', metadata: { name: 'web' }, target } })
    world.run(5000)
    expect(world.pod('web').spec.nodeName).toBe('n2')
    expect(world.writes().filter((write) => write.includes('binding'))).toEqual([])
    expect(world.scheduler.queue.sizes()).toEqual({ active: 0, backoff: 0, unschedulable: 0, inFlight: 0 })
  })

  it('goes on where it was stopped', () => {
    const world = new World()
    world.kernel.hold('kube-scheduler')
    world.create(pod('waiter'))
    world.run(20_000)
    expect(world.pod('waiter').spec.nodeName).toBeUndefined()
    world.kernel.release('kube-scheduler')
    world.run(100)
    expect(world.pod('waiter').spec.nodeName).toBe('n1')
  })

  it('tries again when the API server has been away', () => {
    const world = new World({ latency: { scheduling: [20, 20] } })
    world.create(pod('web'))
    world.run(10)
    world.apiServer.setUp(false)
    world.run(5000)
    world.apiServer.setUp(true)
    world.run(60_000)
    expect(world.pod('web').spec.nodeName).toBe('n1')
  })
})

describe('claims that wait for the pod', () => {
  const late = { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata: { name: 'late' }, provisioner: 'kubernetes.io/no-provisioner', volumeBindingMode: 'WaitForFirstConsumer' }
  const disk = {
    apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name: 'disk' },
    spec: {
      capacity: { storage: '10Gi' }, accessModes: ['ReadWriteOnce'], storageClassName: 'late', persistentVolumeReclaimPolicy: 'Retain', volumeMode: 'Filesystem', local: { path: '/disk' },
      nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'host', operator: 'In', values: ['n2'] }] }] } },
    },
    status: { phase: 'Available' },
  }
  const data = {
    apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'data', namespace: 'default' },
    spec: { accessModes: ['ReadWriteOnce'], storageClassName: 'late', resources: { requests: { storage: '1Gi' } }, volumeMode: 'Filesystem' }, status: { phase: 'Pending' },
  }

  it('are bound to the volume on its node first, then the pod to the node', () => {
    const nodes = ['n1', 'n2'].map((name) => ({ name, labels: { host: name } }))
    const world = new World({ nodes, objects: [late, disk, data] })
    world.create(pod('user', { volumes: [{ name: 'v', persistentVolumeClaim: { claimName: 'data' } }] }))
    world.run(1000)
    expect(world.writes()).toEqual(['update persistentvolumes disk 200'])
    expect(world.etcd.get('persistentvolumes/disk')!['spec'].claimRef).toMatchObject({ name: 'data', namespace: 'default' })
    // What the volume controller does.
    world.change('persistentvolumeclaims/default/data', (c) => ({
      ...c, metadata: { ...c.metadata, annotations: { 'pv.kubernetes.io/bind-completed': 'yes' } },
      spec: { ...(c['spec'] as object), volumeName: 'disk' }, status: { phase: 'Bound' },
    }))
    world.run(1000)
    expect(world.pod('user').spec.nodeName).toBe('n2')
  })
})

describe('many pods', () => {
  it('never overcommit a node, although decisions run ahead of bindings', () => {
    const world = new World({ nodes: Array.from({ length: 5 }, (_, i) => ({ name: `n${i}`, allocatable: room('4') })), latency: { etcdCommit: [40, 60] } })
    for (let i = 0; i < 30; i++) world.put(stored(`p${i}`, '1'))
    world.run(20_000)
    const bound = Array.from({ length: 30 }, (_, i) => world.pod(`p${i}`).spec.nodeName).filter((name) => name !== undefined)
    expect(bound).toHaveLength(20)
    for (let i = 0; i < 5; i++) expect(bound.filter((name) => name === `n${i}`)).toHaveLength(4)
  })

  it('cost the same each: no bind looks through the pods', () => {
    const cost = (count: number) => {
      const world = new World({ nodes: Array.from({ length: 20 }, (_, i) => ({ name: `n${i}`, allocatable: room('64') })), latency: 'zero' })
      for (let i = 0; i < count; i++) world.put(stored(`p${i}`, '10m'))
      world.run(10_000)
      return world.scheduler.work
    }
    const [few, many] = [cost(100), cost(400)]
    expect(few).toMatchObject({ cycles: 100, podsVisited: 0, classesVisited: 0, nodesFiltered: 2000, hintsAsked: 0 })
    expect(many).toMatchObject({ cycles: 400, podsVisited: 0, classesVisited: 0, nodesFiltered: 8000, hintsAsked: 0 })
  })

  it('come to the same nodes with the same seed', () => {
    const places = (seed: number) => {
      const world = new World({ nodes: [{ name: 'n1' }, { name: 'n2' }, { name: 'n3' }], seed })
      for (let i = 0; i < 10; i++) world.put(stored(`p${i}`, '100m'))
      world.run(5000)
      return Array.from({ length: 10 }, (_, i) => world.pod(`p${i}`).spec.nodeName).join()
    }
    expect(places(3)).toBe(places(3))
    expect(new Set([1, 2, 3, 4, 5].map(places)).size).toBeGreaterThan(1)
  })

  function stored(name: string, cpu: string): object {
    const given = pod(name, { cpu, schedulerName: 'default-scheduler' })
    return { ...given, metadata: { ...given.metadata, uid: `uid-${name}` }, status: { phase: 'Pending' } }
  }
})
