import { expect, test } from 'vitest'
import type { Node, Pod } from '../../api/types.ts'
import { createCluster } from '../../index.ts'
import { now, object } from '../testing/objects.ts'
import { garbageOf, Quarantine, surplusEnded } from './podgc.ts'

const pod = (name: string, nodeName: string | undefined, phase: string, more: { marked?: boolean; reason?: string; at?: string } = {}): Pod =>
  ({
    metadata: { name, namespace: 'default', uid: name, creationTimestamp: more.at ?? '2026-01-01T00:00:00Z', ...(more.marked === true ? { deletionTimestamp: '2026-01-01T00:00:30Z' } : {}) },
    spec: { containers: [], ...(nodeName === undefined ? {} : { nodeName }) },
    status: { phase, ...(more.reason === undefined ? {} : { reason: more.reason }) },
  }) as unknown as Pod

const node = (ready: string, taints: object[] = []): Node => ({ ...object('Node', 'n', { taints }), status: { conditions: [{ type: 'Ready', status: ready }] } }) as unknown as Node
const outOfService = [{ key: 'node.kubernetes.io/out-of-service', value: 'nodeshutdown', effect: 'NoExecute' }]
const nodes: Record<string, Node> = { well: node('True'), silent: node('Unknown'), lost: node('Unknown', outOfService), 'well again': node('True', outOfService) }

test.each([
  ['runs where it should', pod('a', 'well', 'Running'), undefined],
  ['is bound to a node that is gone', pod('a', 'gone', 'Running'), { orphaned: true }],
  ['is bound to a node that is missing, but not for long', pod('a', 'missing', 'Running'), undefined],
  ['ends on a silent node', pod('a', 'silent', 'Running', { marked: true }), undefined],
  ['ends on a node that is given up', pod('a', 'lost', 'Running', { marked: true }), { orphaned: false }],
  ['ends on a node that was given up and is well', pod('a', 'well again', 'Running', { marked: true }), undefined],
  ['runs on a node that is given up', pod('a', 'lost', 'Running'), undefined],
  ['ends and has no node', pod('a', undefined, 'Pending', { marked: true }), { orphaned: false }],
  ['waits for a node', pod('a', undefined, 'Pending'), undefined],
])('a pod that %s', (_name, one, wanted) => {
  const garbage = garbageOf([one], (name) => nodes[name], new Set(['gone']))
  expect(garbage).toEqual(wanted === undefined ? [] : [{ pod: one, ...wanted }])
})

test('of too many that have ended the evicted go first, then the oldest', () => {
  const pods = [
    pod('new', 'well', 'Succeeded', { at: '2026-01-01T00:00:09Z' }),
    pod('old', 'well', 'Failed', { at: '2026-01-01T00:00:01Z' }),
    pod('evicted', 'well', 'Failed', { at: '2026-01-01T00:00:08Z', reason: 'Evicted' }),
    pod('runs', 'well', 'Running'),
  ]
  expect(surplusEnded(pods, 1).map(({ metadata }) => metadata.name)).toEqual(['evicted', 'old'])
  expect(surplusEnded(pods, 3)).toEqual([])
})

test('a missing node is waited for, and again for whoever is bound to it later', () => {
  const quarantine = new Quarantine()
  const look = (seconds: number, ...missing: string[]) => quarantine.look(missing, now + seconds * 1000)
  expect([look(0, 'x'), look(20, 'x'), look(40, 'x'), look(60, 'x'), look(80)]).toEqual([[], [], ['x'], [], ['x']])
})

test('a pod that has ended keeps its status when its node is gone', () => {
  const c = createCluster({ nodes: 1, seed: 1 })
  const create = (name: string, command: string): unknown =>
    c.request({ verb: 'POST', path: '/api/v1/namespaces/default/pods', body: { apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec: { restartPolicy: 'Never', containers: [{ name: 'app', image: 'busybox:1.36', command: ['sh', '-c', command] }] } } as never })
  create('done', 'true')
  create('runs', 'sleep 3600')
  c.run({ for: '20s' })
  c.fault({ type: 'node-stop', node: 'node1' })
  c.request({ verb: 'DELETE', path: '/api/v1/nodes/node1' })
  const seen = new Map<string, string[]>()
  c.run({ for: '90s', until: () => {
    for (const { metadata, status } of c.world().list('Pod') as Pod[]) seen.set(metadata.name, [status.phase!, ...(status.conditions ?? []).filter(({ type }) => type === 'DisruptionTarget').map(({ reason }) => reason!)])
    return false
  } })
  expect(c.world().list('Pod')).toEqual([])
  expect(Object.fromEntries(seen)).toEqual({ done: ['Succeeded'], runs: ['Failed', 'DeletionByPodGC'] })
})

test('a pod of a node that was never there fails with the generation that its collector has seen', () => {
  const c = createCluster({ nodes: 1 })
  const body = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'lonely' }, spec: { nodeName: 'nowhere', containers: [{ name: 'c', image: 'nginx' }] } }
  c.request({ verb: 'POST', path: '/api/v1/namespaces/default/pods', body: body as never })
  c.run({ for: '2m' })
  const write = c.trace.find(({ kind, resource, subresource }) => kind === 'write' && resource === 'pods' && subresource === 'status')
  expect((c.at(write!.revision!).get('Pod', 'lonely') as Pod).status).toMatchObject({ phase: 'Failed', observedGeneration: 1 })
  expect(c.world().get('Pod', 'lonely')).toBeUndefined()
})
