import { expect, test } from 'vitest'
import type { Event } from '../api/types.ts'
import { createCluster } from '../index.ts'

/**
 * What a whole scheduler says of a pod that fits nowhere: each reason with how many nodes have it, and what would come of preemption. Since dynamic
 * resources are a default of v1.34, their plugin has its word before preemption has.
 */

const noVictims = 'No preemption victims found for incoming pod'
const unhelpful = 'Preemption is not helpful for scheduling'
const labels = { app: 'shop' }

interface NodeWords {
  cpu?: string
  memory?: string
  pods?: string
  cordoned?: boolean
  tainted?: boolean
}

const node = ({ cpu = '4', memory = '8Gi', pods = '110', cordoned, tainted }: NodeWords, i: number): object => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name: `n${i}`, labels: { 'kubernetes.io/hostname': `n${i}` } },
  spec: { ...(cordoned ? { unschedulable: true } : {}), ...(tainted ? { taints: [{ key: 'own', effect: 'NoSchedule' }] } : {}) },
  status: { capacity: { cpu, memory, pods }, allocatable: { cpu, memory, pods } },
})

const asking = (requests: object, more: object = {}) => ({ containers: [{ name: 'a', image: 'nginx:1.27', resources: { requests } }], ...more })
const apart = (kind: 'podAffinity' | 'podAntiAffinity') => ({
  affinity: { [kind]: { requiredDuringSchedulingIgnoredDuringExecution: [{ labelSelector: { matchLabels: labels }, topologyKey: 'kubernetes.io/hostname' }] } },
})

/** One pod on each of the first nodes, which leaves less than the next one asks for. */
const filled = (count: number, requests: object): object[] => Array.from({ length: count }, (_, i) => asking(requests, { nodeName: `n${i}` }))
const onPort80 = { containers: [{ name: 'a', image: 'nginx:1.27', ports: [{ containerPort: 80, hostPort: 80 }] }] }

test.each<[about: string, nodes: NodeWords[], before: object[], spec: object, reasons: string, preemption: string]>([
  ['too little CPU', [{}], filled(1, { cpu: '3' }), asking({ cpu: '2' }), '1 Insufficient cpu', `1 ${noVictims}`],
  ['more CPU than the node has', [{}], [], asking({ cpu: '9' }), '1 Insufficient cpu', `1 ${unhelpful}`],
  ['too little of two things', [{}, { cpu: '16' }], filled(2, { cpu: '3', memory: '7Gi' }), asking({ cpu: '2', memory: '2Gi' }),
    '1 Insufficient cpu, 2 Insufficient memory', `2 ${noVictims}`],
  ['one node cordoned', [{}, {}, { cordoned: true }], filled(2, { cpu: '3' }), asking({ cpu: '2' }),
    '1 node(s) were unschedulable, 2 Insufficient cpu', `1 ${unhelpful}, 2 ${noVictims}`],
  ['a taint', [{ tainted: true }], [], asking({}), '1 node(s) had untolerated taint(s)', `1 ${unhelpful}`],
  ['a label that no node has', [{}], [], asking({}, { nodeSelector: { disk: 'ssd' } }),
    "1 node(s) didn't match Pod's node affinity/selector", `1 ${unhelpful}`],
  ['a port that is taken everywhere', [{}, {}], [0, 1].map((i) => ({ ...onPort80, nodeName: `n${i}` })), onPort80,
    "2 node(s) didn't have free ports for the requested pod ports", `2 ${noVictims}`],
  ['twelve nodes', [...Array.from({ length: 10 }, () => ({})), { cpu: '16', pods: '1' }, { cordoned: true }], filled(11, { cpu: '3' }), asking({ cpu: '1500m' }),
    '1 Too many pods, 1 node(s) were unschedulable, 10 Insufficient cpu', `1 ${unhelpful}, 11 ${noVictims}`],
  ['apart from its like', [{}, {}], [0, 1].map((i) => asking({}, { nodeName: `n${i}` })), asking({}, apart('podAntiAffinity')),
    "2 node(s) didn't match pod anti-affinity rules", `2 ${noVictims}`],
  ['its like will not have it', [{}], [asking({}, { nodeName: 'n0', ...apart('podAntiAffinity') })], asking({}),
    "1 node(s) didn't satisfy existing pods anti-affinity rules", `1 ${noVictims}`],
  ['beside what is not there', [{}], [], { ...asking({}), affinity: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ labelSelector: { matchLabels: { app: 'other' } }, topologyKey: 'kubernetes.io/hostname' }] } } },
    "1 node(s) didn't match pod affinity rules", `1 ${unhelpful}`],
  ['spread too unevenly', [{}, { cordoned: true }], [asking({}, { nodeName: 'n0' })],
    asking({}, { topologySpreadConstraints: [{ maxSkew: 1, topologyKey: 'kubernetes.io/hostname', whenUnsatisfiable: 'DoNotSchedule', labelSelector: { matchLabels: labels } }] }),
    "1 node(s) didn't match pod topology spread constraints, 1 node(s) were unschedulable", `1 ${noVictims}, 1 ${unhelpful}`],
])('%s', (_about, nodes, before, spec, reasons, preemption) => {
  const c = createCluster({ nodes: nodes.map(node) as never })
  const create = (name: string, podSpec: object): void => {
    const { code, body } = c.request({ verb: 'POST', path: '/api/v1/namespaces/default/pods', body: { apiVersion: 'v1', kind: 'Pod', metadata: { name, labels }, spec: podSpec } as never })
    if (code !== 201) throw new Error(JSON.stringify(body))
  }
  before.forEach((podSpec, i) => create(`before${i}`, podSpec))
  c.run({ for: '2s' })
  create('shop', spec)
  c.run({ for: '3s' })
  const told = (c.world().list('Event') as Event[]).filter(({ involvedObject, reason }) => involvedObject.name === 'shop' && reason === 'FailedScheduling')
  const available = `0/${nodes.length} nodes are available: `
  expect(told.map((event) => event.message)).toEqual([`${available}${reasons}. no new claims to deallocate, preemption: ${available}${preemption}.`])
})

test('a claim that is not there is found missing before any node is looked at, and the plugin of dynamic resources then has nothing to go by', () => {
  const c = createCluster({ nodes: [node({}, 0), node({}, 1)] as never })
  const spec = asking({}, { volumes: [{ name: 'd', persistentVolumeClaim: { claimName: 'data' } }] })
  c.request({ verb: 'POST', path: '/api/v1/namespaces/default/pods', body: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'shop' }, spec } as never })
  c.run({ for: '3s' })
  const [told] = (c.world().list('Event') as Event[]).filter(({ reason }) => reason === 'FailedScheduling')
  expect(told?.message).toBe('0/2 nodes are available: persistentvolumeclaim "data" not found. not found')
})

test('a pod that is being deleted is not scheduled any more', () => {
  const c = createCluster({ nodes: [node({}, 0)] as never })
  const metadata = { name: 'shop', finalizers: ['example.org/keep'] }
  c.request({ verb: 'POST', path: '/api/v1/namespaces/default/pods', body: { apiVersion: 'v1', kind: 'Pod', metadata, spec: asking({}, { nodeSelector: { disk: 'ssd' } }) } as never })
  c.run({ for: '3s' })
  c.request({ verb: 'DELETE', path: '/api/v1/namespaces/default/pods/shop' })
  c.run({ for: '1s' })
  c.request({ verb: 'PATCH', path: '/api/v1/nodes/n0', contentType: 'application/merge-patch+json', body: { metadata: { labels: { disk: 'ssd' } } } } as never)
  c.run({ for: '15s' })
  const told = (c.world().list('Event') as Event[]).map(({ reason, message }) => `${reason}: ${message}`)
  expect(told).toContain('FailedScheduling: skip schedule deleting pod: default/shop')
})
