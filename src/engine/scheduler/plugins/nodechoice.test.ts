import { describe, expect, it } from 'vitest'
import type { NodeSpec, PodSpecShort, Situation } from '../testing/builders.ts'
import { scoresOf, shortVerdict, verdict } from '../testing/verdict.ts'

const noAffinity = "node(s) didn't match Pod's node affinity/selector"
const tainted = 'node(s) had untolerated taint(s)'
const noPort = "node(s) didn't have free ports for the requested pod ports"

const required = (...nodeSelectorTerms: object[]): PodSpecShort =>
  ({ spec: { affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } } } } })
const expressions = (...matchExpressions: object[]) => ({ matchExpressions })
const fields = (...names: string[]) => ({ matchFields: names.map((name) => ({ key: 'metadata.name', operator: 'In', values: [name] })) })
const tolerating = (...tolerations: object[]): PodSpecShort => ({ spec: { tolerations } })
const withPort = (port: object): PodSpecShort => ({ containers: [{ ports: [port] }] })

const disks: Situation = {
  nodes: [
    { name: 'fast', labels: { disk: 'ssd', gen: '3' } },
    { name: 'slow', labels: { disk: 'hdd', gen: '5' } },
    { name: 'plain' },
  ],
}
const bad = (...names: string[]) => names.map((name) => `${name}: ${noAffinity}`)

describe('NodeAffinity filters', () => {
  const cases: [what: string, given: Situation, pod: PodSpecShort, feasible: string[], because: string[]][] = [
    ['In', disks, required(expressions({ key: 'disk', operator: 'In', values: ['ssd', 'nvme'] })), ['fast'], bad('plain', 'slow')],
    ['NotIn lets through who has no such label', disks, required(expressions({ key: 'disk', operator: 'NotIn', values: ['hdd'] })), ['fast', 'plain'], bad('slow')],
    ['Exists', disks, required(expressions({ key: 'disk', operator: 'Exists' })), ['fast', 'slow'], bad('plain')],
    ['DoesNotExist', disks, required(expressions({ key: 'disk', operator: 'DoesNotExist' })), ['plain'], bad('fast', 'slow')],
    ['Gt', disks, required(expressions({ key: 'gen', operator: 'Gt', values: ['3'] })), ['slow'], bad('fast', 'plain')],
    ['Lt means less', disks, required(expressions({ key: 'gen', operator: 'Lt', values: ['5'] })), ['fast'], bad('plain', 'slow')],
    [
      'terms are alternatives', disks,
      required(expressions({ key: 'disk', operator: 'In', values: ['nvme'] }), expressions({ key: 'gen', operator: 'In', values: ['5'] })),
      ['slow'], bad('fast', 'plain'),
    ],
    [
      'the parts of a term hold together', disks,
      required(expressions({ key: 'disk', operator: 'Exists' }, { key: 'gen', operator: 'In', values: ['3'] })), ['fast'], bad('plain', 'slow'),
    ],
    ['a term without parts chooses nobody', disks, required(expressions()), [], bad('fast', 'plain', 'slow')],
    ['nodeSelector', disks, { spec: { nodeSelector: { disk: 'ssd' } } }, ['fast'], bad('plain', 'slow')],
    [
      'a node by its name or by its label',
      { nodes: [{ name: 'a' }, { name: 'b', labels: { use: 'web' } }, { name: 'c' }] },
      required(fields('a'), expressions({ key: 'use', operator: 'In', values: ['web'] })), ['a', 'b'], bad('c'),
    ],
    [
      'names narrow the nodes down before they are looked at',
      { nodes: [{ name: 'a' }, { name: 'b', allocatable: { cpu: '1', memory: '1Gi', pods: '10' } }, { name: 'c' }] },
      { ...required(fields('b')), requests: { cpu: '2' } },
      [], ["a: node(s) didn't satisfy plugin(s) [NodeAffinity]", 'b: Insufficient cpu', "c: node(s) didn't satisfy plugin(s) [NodeAffinity]"],
    ],
  ]
  it.each(cases)('%s', (_what, given, pod, feasible, because) => {
    expect(shortVerdict(given, pod)).toEqual({ feasible, because })
  })

  it('refuses a pod that wants two names at once before any node is looked at', () => {
    const found = verdict({ nodes: [{ name: 'a' }, { name: 'b' }] }, required({ matchFields: [...fields('a').matchFields, ...fields('b').matchFields] }))
    expect(found).toMatchObject({ feasible: [], preFilter: 'pod affinity terms conflict' })
  })

  it('adds the affinity of the profile to the pod’s own', () => {
    const addedAffinity = { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [expressions({ key: 'disk', operator: 'Exists' })] } }
    const configuration = { profiles: [{ pluginConfig: [{ name: 'NodeAffinity', args: { addedAffinity } }] }] }
    expect(shortVerdict({ ...disks, configuration }, {})).toEqual({
      feasible: ['fast', 'slow'], because: ["plain: node(s) didn't match scheduler-enforced node affinity"],
    })
  })
})

describe('NodeAffinity scores', () => {
  const preferred = (...terms: [weight: number, requirement: object][]): PodSpecShort => ({
    spec: {
      affinity: {
        nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: terms.map(([weight, requirement]) => ({ weight, preference: expressions(requirement) })) },
      },
    },
  })
  const zoneA = { key: 'zone', operator: 'In', values: ['a'] }
  const ssd = { key: 'disk', operator: 'In', values: ['ssd'] }

  it('adds weights; the best gets 100', () => {
    const nodes: NodeSpec[] = [{ name: 'both', labels: { zone: 'a', disk: 'ssd' } }, { name: 'zone', labels: { zone: 'a' } }, { name: 'none' }]
    expect(scoresOf('NodeAffinity', { nodes }, preferred([2, zoneA], [5, ssd])))
      .toEqual({ raw: { both: 7, zone: 2, none: 0 }, normalized: { both: 100, zone: 28, none: 0 } })
  })

  it('knows one wish as well', () => {
    const nodes = [{ name: 'a', labels: { zone: 'a' } }, { name: 'b', labels: { zone: 'b' } }]
    expect(scoresOf('NodeAffinity', { nodes }, preferred([1, zoneA]))).toEqual({ raw: { a: 1, b: 0 }, normalized: { a: 100, b: 0 } })
  })

  it('knows all operators', () => {
    const nodes: NodeSpec[] = [
      { name: 'x', labels: { zone: 'a', gen: '3' } }, { name: 'y', labels: { disk: 'ssd', gen: '5' } },
      { name: 'z', labels: { zone: 'a', disk: 'ssd', gen: '7' } },
    ]
    const pod = preferred([30, zoneA], [50, { key: 'disk', operator: 'Exists' }], [20, { key: 'gen', operator: 'Gt', values: ['4'] }])
    expect(scoresOf('NodeAffinity', { nodes }, pod)).toEqual({ raw: { x: 30, y: 70, z: 100 }, normalized: { x: 30, y: 70, z: 100 } })
  })

  it('takes no part without a wish', () => {
    expect(scoresOf('NodeAffinity', { nodes: [{ name: 'a', labels: { zone: 'a' } }] }, {})).toBeUndefined()
  })
})

describe('TaintToleration filters', () => {
  const teams: Situation = {
    nodes: [
      { name: 'red', taints: [{ key: 'team', value: 'red', effect: 'NoSchedule' }] },
      { name: 'blue', taints: [{ key: 'team', value: 'blue', effect: 'NoSchedule' }] },
    ],
  }
  const oneNode = (...taints: { key: string; value?: string; effect: string }[]): Situation => ({ nodes: [{ name: 'a', taints }] })
  const cases: [what: string, given: Situation, pod: PodSpecShort, feasible: string[], because: string[]][] = [
    ['the same key, value and effect', teams, tolerating({ key: 'team', operator: 'Equal', value: 'red', effect: 'NoSchedule' }), ['red'], [`blue: ${tainted}`]],
    ['no operator means Equal', oneNode({ key: 'team', value: 'red', effect: 'NoSchedule' }), tolerating({ key: 'team', value: 'blue', effect: 'NoSchedule' }), [], [`a: ${tainted}`]],
    [
      'Exists without a key covers everything', oneNode({ key: 'team', value: 'red', effect: 'NoSchedule' }, { key: 'hot', value: '', effect: 'NoExecute' }),
      tolerating({ operator: 'Exists' }), ['a'], [],
    ],
    ['another effect is another taint', oneNode({ key: 'team', value: 'red', effect: 'NoExecute' }), tolerating({ key: 'team', operator: 'Equal', value: 'red', effect: 'NoSchedule' }), [], [`a: ${tainted}`]],
    [
      'one taint that is left is enough', oneNode({ key: 'x', value: '1', effect: 'NoSchedule' }, { key: 'y', value: '2', effect: 'NoSchedule' }, { key: 'z', value: '3', effect: 'NoExecute' }),
      tolerating({ key: 'x', operator: 'Exists' }), [], [`a: ${tainted}`],
    ],
    ['a taint without a value', { nodes: [{ name: 'cp', taints: [{ key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' }] }, { name: 'worker' }] }, {}, ['worker'], [`cp: ${tainted}`]],
    ['taints come before room', { nodes: [{ name: 'a', taints: [{ key: 'team', effect: 'NoSchedule' }], allocatable: { cpu: '1', memory: '1Gi', pods: '9' } }] }, { requests: { cpu: '2' } }, [], [`a: ${tainted}`]],
    ['PreferNoSchedule keeps nobody out', oneNode({ key: 'team', effect: 'PreferNoSchedule' }), {}, ['a'], []],
  ]
  it.each(cases)('%s', (_what, given, pod, feasible, because) => {
    expect(shortVerdict(given, pod)).toEqual({ feasible, because })
  })
})

describe('TaintToleration scores', () => {
  const soft = (...keys: string[]) => keys.map((key) => ({ key, value: '1', effect: 'PreferNoSchedule' }))

  it('counts soft taints that are not tolerated against a node', () => {
    const nodes = [{ name: 'none', taints: [] }, { name: 'one', taints: soft('x') }, { name: 'two', taints: soft('x', 'y') }]
    expect(scoresOf('TaintToleration', { nodes }, {})).toEqual({ raw: { none: 0, one: 1, two: 2 }, normalized: { none: 100, one: 50, two: 0 } })
  })

  it('gives all 100 when there are none', () => {
    const nodes = [{ name: 'none', taints: [] }, { name: 'hard', taints: [{ key: 'x', value: 'y', effect: 'NoSchedule' }] }]
    expect(scoresOf('TaintToleration', { nodes }, tolerating({ key: 'x', operator: 'Exists' })))
      .toEqual({ raw: { none: 0, hard: 0 }, normalized: { none: 100, hard: 100 } })
  })

  it('does not take a toleration of NoSchedule for one of PreferNoSchedule', () => {
    const nodes = [{ name: 'one', taints: soft('x') }, { name: 'none', taints: [] }]
    expect(scoresOf('TaintToleration', { nodes }, tolerating({ key: 'x', operator: 'Exists', effect: 'NoSchedule' })))
      .toEqual({ raw: { one: 1, none: 0 }, normalized: { one: 0, none: 100 } })
  })

  it('rounds shares down before it turns them round', () => {
    const nodes = [{ name: 'one', taints: soft('x') }, { name: 'three', taints: soft('x', 'y', 'z') }, { name: 'none', taints: [] }]
    expect(scoresOf('TaintToleration', { nodes }, {})?.normalized).toEqual({ one: 67, three: 0, none: 100 })
  })
})

describe('NodePorts', () => {
  const holding = (port: object): Situation => ({ nodes: [{ name: 'a' }], existing: [{ name: 'x', node: 'a', ...withPort(port) }] })
  const cases: [what: string, given: Situation, pod: PodSpecShort, feasible: string[], because: string[]][] = [
    ['the same port', holding({ containerPort: 80, hostPort: 80 }), withPort({ containerPort: 80, hostPort: 80 }), [], [`a: ${noPort}`]],
    ['the same number of another protocol', holding({ containerPort: 53, hostPort: 53, protocol: 'UDP' }), withPort({ containerPort: 53, hostPort: 53, protocol: 'TCP' }), ['a'], []],
    [
      'all addresses collide with one',
      holding({ containerPort: 80, hostPort: 80, protocol: 'TCP', hostIP: '127.0.0.1' }), withPort({ containerPort: 80, hostPort: 80, protocol: 'TCP', hostIP: '0.0.0.0' }),
      [], [`a: ${noPort}`],
    ],
    [
      'one address collides with all',
      holding({ containerPort: 80, hostPort: 80 }), withPort({ containerPort: 80, hostPort: 80, hostIP: '127.0.0.1' }), [], [`a: ${noPort}`],
    ],
    [
      'two addresses do not collide',
      holding({ containerPort: 80, hostPort: 80, hostIP: '10.0.0.1' }), withPort({ containerPort: 80, hostPort: 80, hostIP: '10.0.0.2' }), ['a'], [],
    ],
    ['a port of the pod’s own address never collides', holding({ containerPort: 80 }), withPort({ containerPort: 80 }), ['a'], []],
  ]
  it.each(cases)('%s', (_what, given, pod, feasible, because) => {
    expect(shortVerdict(given, pod)).toEqual({ feasible, because })
  })
})

describe('NodeName and NodeUnschedulable', () => {
  it('takes only the node that the pod names', () => {
    const found = verdict({ nodes: [{ name: 'a' }, { name: 'b' }] }, { node: 'b' })
    expect(found).toMatchObject({ feasible: ['b'], rejected: { a: ["node(s) didn't match the requested node name"] }, resolvable: [] })
  })

  it('lets a pod onto a cordoned node that tolerates the cordon', () => {
    const taints = [{ key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }]
    const given = { nodes: [{ name: 'a', unschedulable: true, taints }] }
    const toleration = { key: 'node.kubernetes.io/unschedulable', operator: 'Exists', effect: 'NoSchedule' }
    expect(verdict(given, tolerating(toleration)).feasible).toEqual(['a'])
    expect(shortVerdict(given, {}).because).toEqual(['a: node(s) were unschedulable'])
  })

  it('tells of the cordon before it tells of room', () => {
    const nodes = [{ name: 'a', unschedulable: true, allocatable: { cpu: '1', memory: '1Gi', pods: '9' } }]
    expect(shortVerdict({ nodes }, { requests: { cpu: '2' } }).because).toEqual(['a: node(s) were unschedulable'])
  })
})
