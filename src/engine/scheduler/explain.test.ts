import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { KubeObject, Pod } from '../api/types.ts'
import { zoneLabel } from './cache/nodeinfo.ts'
import { explain, type Objects } from './explain.ts'
import { applyPatch } from './framework/change.ts'
import { node, pod, type NodeSpec, type PodSpecShort } from './testing/builders.ts'

function view(nodes: readonly KubeObject[], pods: readonly KubeObject[], more: Record<string, readonly KubeObject[]> = {}): Objects {
  const all: Record<string, readonly KubeObject[]> = { ...more, Node: nodes, Pod: pods }
  return { list: (kind) => all[kind] ?? [] }
}

const asked = (nodes: NodeSpec[], existing: PodSpecShort[], incoming: PodSpecShort) =>
  explain(view(nodes.map(node), existing.map(pod)), pod(incoming))!

/** The first proposal for the only node, in short. */
function proposal(nodes: NodeSpec[], existing: PodSpecShort[], incoming: PodSpecShort): object | undefined {
  const [change] = asked(nodes, existing, incoming).nodes[0]!.obstacles[0]!.changes
  return change === undefined ? undefined : { type: change.type, patch: change.patch }
}

const room = (cpu: string, pods = '110') => ({ cpu, memory: '8Gi', pods })

describe('what would make it fit', () => {
  const cases: [what: string, nodes: NodeSpec[], existing: PodSpecShort[], incoming: PodSpecShort, expected: object][] = [
    [
      'a taint', [{ name: 'a', taints: [{ key: 'x', effect: 'NoSchedule' }, { key: 'y', effect: 'PreferNoSchedule' }] }], [], {},
      { type: 'RemoveTaints', patch: [{ op: 'remove', path: '/spec/taints/0' }] },
    ],
    ['a cordon', [{ name: 'a', unschedulable: true }], [], {}, { type: 'Uncordon', patch: [{ op: 'remove', path: '/spec/unschedulable' }] }],
    [
      '150m of cpu', [{ name: 'a', allocatable: room('1') }], [{ name: 'x', node: 'a', requests: { cpu: '650m' } }], { requests: { cpu: '500m' } },
      { type: 'LowerRequests', patch: [{ op: 'replace', path: '/spec/containers/0/resources/requests/cpu', value: '350m' }] },
    ],
    [
      'a larger node, when there is no place', [{ name: 'a', allocatable: room('1', '1') }], [{ name: 'x', node: 'a' }], {},
      { type: 'RaiseAllocatable', patch: [{ op: 'add', path: '/status/allocatable/pods', value: '2' }] },
    ],
    [
      'a label', [{ name: 'a', labels: { zone: 'east' } }], [], { spec: { nodeSelector: { 'example.com/disk': 'ssd' } } },
      { type: 'AddNodeLabels', patch: [{ op: 'add', path: '/metadata/labels/example.com~1disk', value: 'ssd' }] },
    ],
    [
      'another port', [{ name: 'a' }], [{ name: 'x', node: 'a', containers: [{ ports: [{ containerPort: 80, hostPort: 80 }] }] }],
      { containers: [{ ports: [{ containerPort: 80, hostPort: 80 }] }] },
      { type: 'ChangeHostPorts', patch: [{ op: 'replace', path: '/spec/containers/0/ports/0/hostPort', value: 81 }] },
    ],
    [
      'both constraints, when the node counts for the one as soon as the other is gone',
      [{ name: 'a', labels: { host: 'a' } }, { name: 'b', labels: { host: 'b', zone: 'east' } }], [{ name: 'x', node: 'a', labels: { app: 'y' } }],
      {
        labels: { app: 'y' },
        spec: {
          topologySpreadConstraints: [['host', 'y'], ['zone', 'x']].map(([topologyKey, app]) =>
            ({ topologyKey, maxSkew: 1, whenUnsatisfiable: 'DoNotSchedule', labelSelector: { matchLabels: { app } } })),
        },
      },
      { type: 'RemoveSpreadConstraints', patch: [1, 0].map((i) => ({ op: 'remove', path: `/spec/topologySpreadConstraints/${i}` })) },
    ],
  ]
  it.each(cases)('%s', (_what, nodes, existing, incoming, expected) => {
    expect(proposal(nodes, existing, incoming)).toEqual(expected)
  })

  const data = (volume: object) => {
    const annotations = { 'pv.kubernetes.io/bind-completed': 'yes' }
    const claim = { metadata: { name: 'data', namespace: 'default', annotations }, spec: { volumeName: 'disk' }, status: { phase: 'Bound' } }
    const all: Record<string, object[]> = { Node: [node({ name: 'a', labels: { zone: 'east', [zoneLabel]: 'east' } })], PersistentVolumeClaim: [claim], PersistentVolume: [volume] }
    const user = pod({ spec: { volumes: [{ name: 'v', persistentVolumeClaim: { claimName: 'data' } }] } })
    return explain({ list: (kind) => (all[kind] ?? []) as KubeObject[] }, user)!.nodes[0]!.obstacles
  }

  it('the labels by which a volume can be reached', () => {
    const nodeSelectorTerms = [{ matchExpressions: [{ key: 'zone', operator: 'In', values: ['west'] }] }]
    expect(data({ metadata: { name: 'disk' }, spec: { nodeAffinity: { required: { nodeSelectorTerms } } } })).toMatchObject([{
      plugin: 'VolumeBinding', changes: [{ target: 'node', patch: [{ op: 'add', path: '/metadata/labels/zone', value: 'west' }] }],
    }])
    expect(data({ metadata: { name: 'disk', labels: { [zoneLabel]: 'west' } }, spec: {} })).toMatchObject([{
      plugin: 'VolumeZone', changes: [{ target: 'node', patch: [{ op: 'add', path: '/metadata/labels/topology.kubernetes.io~1zone', value: 'west' }] }],
    }])
  })

  it('the labels with which a waiting claim finds a volume, or has one made', () => {
    const waiting = (more: object, ...given: object[]) => {
      const claim = { metadata: { name: 'data', namespace: 'default' }, spec: { storageClassName: 'late', accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } }, status: { phase: 'Pending' } }
      const late = { metadata: { name: 'late' }, volumeBindingMode: 'WaitForFirstConsumer', provisioner: 'kubernetes.io/no-provisioner', ...more }
      const all: Record<string, object[]> = { Node: [node({ name: 'a', labels: { rack: '1' } })], PersistentVolumeClaim: [claim], StorageClass: [late], PersistentVolume: given }
      const user = pod({ spec: { volumes: [{ name: 'v', persistentVolumeClaim: { claimName: 'data' } }] } })
      return explain({ list: (kind) => (all[kind] ?? []) as KubeObject[] }, user)!.nodes[0]!.obstacles
    }
    const disk = (key: string) => ({
      metadata: { name: 'disk' }, status: { phase: 'Available' },
      spec: {
        storageClassName: 'late', accessModes: ['ReadWriteOnce'], capacity: { storage: '2Gi' },
        nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [{ key, operator: 'In', values: ['7'] }] }] } },
      },
    })
    const label = (key: string) => [{ plugin: 'VolumeBinding', changes: [{ target: 'node', patch: [{ op: 'add', path: `/metadata/labels/${key}`, value: '7' }] }] }]
    expect(waiting({}, disk('rack'))).toMatchObject(label('rack'))
    const allowedTopologies = [{ matchLabelExpressions: [{ key: 'row', values: ['7', '8'] }] }]
    expect(waiting({ provisioner: 'example.com/disk', allowedTopologies })).toMatchObject(label('row'))
    // A machine's own name is not for anybody to give.
    expect(waiting({}, disk('kubernetes.io/hostname'))).toMatchObject([{ plugin: 'VolumeBinding', changes: [] }])
    expect(waiting({})).toMatchObject([{ plugin: 'VolumeBinding', changes: [] }])
  })

  it('does not give a node the name of another', () => {
    const [obstacle] = asked([{ name: 'a', labels: { 'kubernetes.io/hostname': 'a' } }], [], { spec: { nodeSelector: { 'kubernetes.io/hostname': 'b' } } }).nodes[0]!.obstacles
    expect(obstacle!.changes.map(({ type }) => type)).toEqual(['RemoveSelectorParts'])
  })

  it('tells all obstacles of a node, not only the first', () => {
    const found = asked([{ name: 'a', unschedulable: true, taints: [{ key: 'x', effect: 'NoSchedule' }], allocatable: room('1') }], [], { requests: { cpu: '2' } })
    expect(found.nodes[0]!.obstacles.map(({ plugin }) => plugin)).toEqual(['NodeUnschedulable', 'TaintToleration', 'NodeResourcesFit'])
  })

  it('says when the pod is refused whatever the node', () => {
    const found = asked([{ name: 'a' }], [], { spec: { volumes: [{ name: 'v', persistentVolumeClaim: { claimName: 'data' } }] } })
    expect(found.preFilter).toEqual({ plugin: 'VolumeRestrictions', message: 'persistentvolumeclaim "data" not found' })
  })

  it('has nothing to say of a pod of another scheduler', () => {
    expect(explain(view([], []), pod({ spec: { schedulerName: 'other' } }))).toBeUndefined()
  })
})

// --- the proposals are true -------------------------------------------------------------------------

const zones = ['east', 'west', 'south'] as const
const apps = ['x', 'y'] as const
const oneOf = <T>(list: readonly T[]) => fc.constantFrom(...list)
const some = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 3 })

const taints = fc.uniqueArray(
  fc.record({ key: oneOf(['k', 'l', 'm']), value: oneOf(['', '1']), effect: oneOf(['NoSchedule', 'NoExecute', 'PreferNoSchedule']) }),
  { maxLength: 3, selector: ({ key, effect }) => `${key}${effect}` },
)

const nodes = fc.array(
  fc.record({
    zone: some(oneOf(zones)), disk: some(oneOf(['ssd', 'hdd'])), gen: some(fc.integer({ min: 1, max: 5 })), taints, cordoned: fc.boolean(),
    cpu: fc.integer({ min: 1, max: 4 }), pods: fc.integer({ min: 1, max: 4 }),
  }),
  { minLength: 1, maxLength: 4 },
).map((list) => list.map(({ zone, disk, gen, taints: own, cordoned, cpu, pods }, i): NodeSpec => ({
  name: `n${i}`,
  labels: {
    host: `n${i}`, ...(zone === undefined ? {} : { zone, [zoneLabel]: zone }), ...(disk === undefined ? {} : { disk }), ...(gen === undefined ? {} : { gen: String(gen) }),
  },
  taints: own,
  ...(cordoned ? { unschedulable: true } : {}),
  allocatable: { cpu: String(cpu), memory: '4Gi', pods: String(pods) },
})))

const requirement = fc.oneof(
  fc.record({ key: oneOf(['disk', 'zone']), operator: oneOf(['In', 'NotIn']), values: fc.subarray(['ssd', 'hdd', 'east', 'west'], { minLength: 1 }) }),
  fc.record({ key: oneOf(['disk', 'gen']), operator: oneOf(['Exists', 'DoesNotExist']) }),
  fc.record({ key: fc.constant('gen'), operator: oneOf(['Gt', 'Lt']), values: fc.integer({ min: 1, max: 5 }).map((n) => [String(n)]) }),
)
const byName = fc.record({ key: fc.constant('metadata.name'), operator: oneOf(['In', 'NotIn']), values: oneOf(['n0', 'n1', 'n9']).map((name) => [name]) })
const nodeTerm = fc.oneof(
  { weight: 4, arbitrary: fc.record({ matchExpressions: fc.array(requirement, { minLength: 1, maxLength: 2 }) }) },
  { weight: 1, arbitrary: fc.record({ matchFields: fc.array(byName, { minLength: 1, maxLength: 1 }), matchExpressions: fc.array(requirement, { maxLength: 1 }) }) },
)
const nodeAffinity = fc.array(nodeTerm, { minLength: 1, maxLength: 2 })
  .map((nodeSelectorTerms) => ({ requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } }))
const podTerms = fc.array(
  fc.record({ topologyKey: oneOf(['zone', 'host']), labelSelector: oneOf(apps).map((app) => ({ matchLabels: { app } })) }), { minLength: 1, maxLength: 2 },
).map((requiredDuringSchedulingIgnoredDuringExecution) => ({ requiredDuringSchedulingIgnoredDuringExecution }))
const affinity = fc.record({ nodeAffinity: some(nodeAffinity), podAffinity: some(podTerms), podAntiAffinity: some(podTerms) })
  .map((parts) => Object.fromEntries(Object.entries(parts).filter(([, part]) => part !== undefined)))
const spread = fc.array(
  fc.record({
    topologyKey: oneOf(['zone', 'host']), maxSkew: fc.integer({ min: 1, max: 2 }), whenUnsatisfiable: fc.constant('DoNotSchedule'),
    labelSelector: oneOf(apps).map((app) => ({ matchLabels: { app } })), minDomains: some(fc.integer({ min: 1, max: 3 })),
    nodeAffinityPolicy: some(oneOf(['Honor', 'Ignore'])), nodeTaintsPolicy: some(oneOf(['Honor', 'Ignore'])),
  }),
  { maxLength: 2 },
)
const container = fc.record({ cpu: some(fc.integer({ min: 1, max: 30 })), port: some(oneOf([80, 81])) }).map(({ cpu, port }) => ({
  ...(cpu === undefined ? {} : { requests: { cpu: `${cpu * 100}m` } }), ...(port === undefined ? {} : { ports: [{ containerPort: port, hostPort: port }] }),
}))

const podSpec = fc.record({
  labels: fc.record({ app: oneOf(apps) }),
  containers: fc.array(container, { minLength: 1, maxLength: 2 }),
  affinity, spread,
  nodeSelector: some(fc.record({ disk: oneOf(['ssd', 'hdd']) })),
  tolerations: some(fc.array(fc.record({ key: oneOf(['k', 'l']), operator: fc.constant('Exists') }), { maxLength: 2 })),
}).map(({ labels, containers, affinity: wishes, spread: constraints, nodeSelector, tolerations }): PodSpecShort => ({
  labels,
  containers,
  spec: {
    ...(Object.keys(wishes).length === 0 ? {} : { affinity: wishes }),
    ...(constraints.length === 0 ? {} : { topologySpreadConstraints: constraints }),
    ...(nodeSelector === undefined ? {} : { nodeSelector }),
    ...(tolerations === undefined ? {} : { tolerations }),
  },
}))

/** A claim that is bound to a volume of one zone, by its labels or by its node affinity; or one that waits for such a volume. */
const storage = fc.record({ zone: oneOf(zones), bound: fc.boolean(), labelled: fc.boolean() }).map(({ zone, bound, labelled }) => {
  const nodeSelectorTerms = [{ matchExpressions: [{ key: 'zone', operator: 'In', values: [zone] }] }]
  const annotations = bound ? { 'pv.kubernetes.io/bind-completed': 'yes' } : {}
  return {
    PersistentVolumeClaim: [{
      metadata: { name: 'data', namespace: 'default', uid: 'claim', annotations }, status: { phase: bound ? 'Bound' : 'Pending' },
      spec: { storageClassName: 'late', accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, ...(bound ? { volumeName: 'disk' } : {}) },
    }],
    PersistentVolume: [{
      metadata: { name: 'disk', ...(labelled ? { labels: { [zoneLabel]: zone } } : {}) }, status: { phase: bound ? 'Bound' : 'Available' },
      spec: { storageClassName: 'late', accessModes: ['ReadWriteOnce'], capacity: { storage: '2Gi' }, ...(labelled ? {} : { nodeAffinity: { required: { nodeSelectorTerms } } }) },
    }],
    StorageClass: [{ metadata: { name: 'late' }, volumeBindingMode: 'WaitForFirstConsumer', provisioner: 'kubernetes.io/no-provisioner' }],
  } as unknown as Record<string, readonly KubeObject[]>
})

const world = fc.record({
  nodes, existing: fc.array(fc.tuple(podSpec, fc.nat(), some(fc.constant('other'))), { maxLength: 5 }), incoming: podSpec,
  named: fc.option(oneOf(['n0', 'n9']), { nil: undefined, freq: 6 }), storage: fc.option(storage, { nil: undefined, freq: 4 }),
})

describe('a proposal', () => {
  it('is made by every plugin that refuses, and makes exactly that plugin accept that node, whatever the cluster', () => {
    const tried = new Set<string>()
    fc.assert(fc.property(world, ({ nodes: specs, existing, incoming, named, storage: disks }) => {
      const nodeObjects = specs.map(node)
      const pods = existing.map(([spec, at, namespace = 'default'], i) => pod({ ...spec, name: `e${i}`, namespace, node: `n${at % specs.length}` }))
      const volumes = disks === undefined ? {} : { volumes: [{ name: 'v', persistentVolumeClaim: { claimName: 'data' } }] }
      const given = pod({ ...incoming, name: 'new', ...(named === undefined ? {} : { node: named }), spec: { ...incoming.spec, ...volumes } })
      const obstaclesOf = (asking: Pod, among: readonly KubeObject[]) => explain(view(among, pods, disks), asking)!.nodes
      for (const { node: name, obstacles } of obstaclesOf(given, nodeObjects)) {
        for (const { plugin, changes } of obstacles) {
          if (changes.length === 0) throw new Error(`${plugin} has nothing to propose for ${name}`)
          for (const change of changes) {
            tried.add(`${plugin}: ${change.type}`)
            const changed = change.target === 'pod' ? (applyPatch(given, change.patch) as Pod) : given
            const changedNodes = change.target === 'pod' ? nodeObjects : nodeObjects.map((n) => (n.metadata.name === name ? applyPatch(n, change.patch) : n))
            const after = obstaclesOf(changed, changedNodes).find((entry) => entry.node === name)!
            if (after.obstacles.some((obstacle) => obstacle.plugin === plugin)) throw new Error(`does not help: ${JSON.stringify(change)}`)
          }
        }
      }
    }), { numRuns: 400, seed: 11 })
    // Every kind of proposal of every plugin has been made and tried.
    expect([...tried].sort()).toEqual([
      'InterPodAffinity: AddNodeLabels', 'InterPodAffinity: ChangePodLabels', 'InterPodAffinity: RemoveAffinityTerms',
      'NodeAffinity: AddNodeLabels', 'NodeAffinity: RemoveSelectorParts', 'NodeName: RemoveNodeName', 'NodePorts: ChangeHostPorts',
      'NodeResourcesFit: LowerRequests', 'NodeResourcesFit: RaiseAllocatable', 'NodeUnschedulable: Uncordon',
      'PodTopologySpread: AddNodeLabels', 'PodTopologySpread: RaiseMaxSkew', 'PodTopologySpread: RemoveSpreadConstraints',
      'TaintToleration: AddTolerations', 'TaintToleration: RemoveTaints', 'VolumeBinding: AddNodeLabels', 'VolumeZone: AddNodeLabels',
    ])
  }, 30_000)
})
