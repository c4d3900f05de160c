import { expect, it } from 'vitest'
import type { Event } from '../api/types.ts'
import { pod, type NodeSpec, type PodSpecShort } from './testing/builders.ts'
import { World } from './testing/world.ts'

/**
 * What a pod is told when several reasons stand side by side, when preemption was tried or was not, and when it was refused before any node
 * was looked at: the whole text, the same in the event and in the condition. The reasons one by one: refusals.test.ts.
 */

const room = (cpu: string, pods = '110') => ({ cpu, memory: '32Gi', pods })
const cpu = (amount: string): PodSpecShort => ({ requests: { cpu: amount } })
const tenant = (node: string, amount: string, more: PodSpecShort = {}): PodSpecShort => ({ name: `on-${node}`, node, ...cpu(amount), spec: { terminationGracePeriodSeconds: 30 }, ...more })
const spread = [{ topologyKey: 'zone', maxSkew: 1, whenUnsatisfiable: 'DoNotSchedule', labelSelector: { matchLabels: { app: 'x' } } }]
const volumes = [{ name: 'v', persistentVolumeClaim: { claimName: 'data' } }]
const waiting = {
  apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'data', namespace: 'default' },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } }, status: { phase: 'Pending' },
}
const important = { priority: 100 }
const after = (text: string): string => ` no new claims to deallocate, preemption: ${text}`

interface Setting {
  nodes: NodeSpec[]
  existing?: PodSpecShort[]
  objects?: object[]
}

const cases: [what: string, setting: Setting, incoming: PodSpecShort, text: string][] = [
  [
    'a cordon, too little room, no place: capitals first',
    {
      nodes: [{ name: 'a', unschedulable: true }, { name: 'b', allocatable: room('2') }, { name: 'c', allocatable: room('4', '1') }],
      existing: [tenant('b', '1500m'), tenant('c', '1')],
    },
    cpu('1'),
    '0/3 nodes are available: 1 Insufficient cpu, 1 Too many pods, 1 node(s) were unschedulable.' +
      after('0/3 nodes are available: 1 Preemption is not helpful for scheduling, 2 No preemption victims found for incoming pod.'),
  ],
  [
    'ten nodes of one kind and two of another: sorted as text',
    {
      nodes: Array.from({ length: 12 }, (_, i) => ({ name: `n${i}`, allocatable: { ...room('2'), ...(i < 10 ? {} : { memory: '2Gi' }) } })),
      existing: Array.from({ length: 12 }, (_, i): PodSpecShort => ({ name: `x${i}`, node: `n${i}`, requests: i < 10 ? { cpu: '1500m' } : { memory: '1536Mi' } })),
    },
    { requests: { cpu: '1', memory: '1Gi' } },
    '0/12 nodes are available: 10 Insufficient cpu, 2 Insufficient memory.' +
      after('0/12 nodes are available: 12 No preemption victims found for incoming pod.'),
  ],
  [
    'a claim without a volume, before any node is looked at', { nodes: [{ name: 'a' }, { name: 'b' }], objects: [waiting] }, { spec: { volumes } },
    '0/2 nodes are available: pod has unbound immediate PersistentVolumeClaims. not found',
  ],
  [
    'a pod that never preempts', { nodes: [{ name: 'a', allocatable: room('2') }], existing: [tenant('a', '2')] }, { ...cpu('1'), ...important, preemptionPolicy: 'Never' },
    `0/1 nodes are available: 1 Insufficient cpu.${after('not eligible due to preemptionPolicy=Never.')}`,
  ],
  [
    'somebody makes room: nothing more to say',
    { nodes: [{ name: 'a', allocatable: room('2') }, { name: 'b', allocatable: room('2') }], existing: [tenant('a', '2'), tenant('b', '2')] },
    { ...cpu('1'), ...important }, '0/2 nodes are available: 2 Insufficient cpu.',
  ],
  [
    'room that would still be too little', { nodes: [{ name: 'a', allocatable: room('4') }], existing: [tenant('a', '3', important), tenant('a', '1', { name: 'low' })] },
    { ...cpu('2'), ...important }, `0/1 nodes are available: 1 Insufficient cpu.${after('0/1 nodes are available: 1 Insufficient cpu.')}`,
  ],
  [
    'four nodes, one of them short of two things',
    {
      nodes: [
        { name: 'a', unschedulable: true }, { name: 'b', taints: [{ key: 'gpu', value: 'yes', effect: 'NoSchedule' }] },
        { name: 'c', allocatable: room('1', '1') }, { name: 'd', allocatable: room('4', '1') },
      ],
      existing: [tenant('c', '800m'), tenant('d', '1')],
    },
    cpu('500m'),
    '0/4 nodes are available: 1 Insufficient cpu, 1 node(s) had untolerated taint(s), 1 node(s) were unschedulable, 2 Too many pods.' +
      after('0/4 nodes are available: 2 No preemption victims found for incoming pod, 2 Preemption is not helpful for scheduling.'),
  ],
  [
    'a skew, and a node without the key',
    {
      nodes: [{ name: 'a', labels: { zone: 'east' } }, { name: 'b' }, { name: 'c', labels: { zone: 'west' }, unschedulable: true }],
      existing: [tenant('a', '1', { labels: { app: 'x' } })],
    },
    { labels: { app: 'x' }, spec: { topologySpreadConstraints: spread } },
    "0/3 nodes are available: 1 node(s) didn't match pod topology spread constraints, 1 node(s) didn't match pod topology spread constraints (missing required label), " +
      `1 node(s) were unschedulable.${after('0/3 nodes are available: 1 No preemption victims found for incoming pod, 2 Preemption is not helpful for scheduling.')}`,
  ],
]

it.each(cases)('says: %s', (_what, { nodes, existing = [], objects = [] }, incoming, text) => {
  const world = new World({ nodes, objects: [...objects, ...existing.map(pod)] })
  world.put(pod({ name: 'new', ...incoming }))
  world.run(1000)
  const { phase, conditions } = world.pod('new').status
  expect(phase).toBe('Pending')
  expect(conditions?.find(({ type }) => type === 'PodScheduled')).toMatchObject({ status: 'False', reason: 'Unschedulable', message: text })
  const [event] = world.events('FailedScheduling') as [Event]
  expect(event).toMatchObject({ type: 'Warning', message: text, reportingComponent: 'default-scheduler', involvedObject: { kind: 'Pod', name: 'new' } })
})
