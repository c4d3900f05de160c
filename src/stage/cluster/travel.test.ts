import { describe, expect, it } from 'vitest'
import type { Step } from '../../worker/protocol.ts'
import { testNode } from '../testing/objects.ts'
import { FilmMaker } from '../testing/filmMaker.ts'
import { buildGraph } from './graph.ts'
import { populationKeeper } from './population.ts'
import { layoutCluster } from './layout.ts'
import { tabBox } from './tabs.ts'
import { denseLetters, labelPlace, travelOf } from './travel.ts'

const { layout } = buildGraph(
  { population: populationKeeper()(['node1', 'node2', 'node3', 'node4'].map((n) => testNode(n)), []) },
  { width: 700, height: 600, level: 'full' },
)
const about = { resource: 'pods', namespace: 'default', name: 'web' }
const hop = (...args: Parameters<FilmMaker['hop']>): Step => new FilmMaker().hop(...args)
const server = 'kube-apiserver'

it.each<[Step, string, string | undefined, string, string[]]>([
  [
    hop('request', 'kube-scheduler', server, { ...about, verb: 'create', subresource: 'binding' }),
    'request',
    undefined,
    'POST pods/web/binding',
    ['kube-scheduler', server],
  ],
  [
    hop('request', server, 'kubectl', { ...about, verb: 'create', code: 201 }),
    'response',
    undefined,
    '201 pods/web',
    [server, 'kubectl'],
  ],
  [
    hop('write', 'kubelet/node2', 'etcd', { ...about, verb: 'patch', subresource: 'status', code: 200 }, 42),
    'commit',
    'store',
    'pods/web/status @42',
    ['kubelet/node2', 'etcd', server],
  ],
  [hop('watch', 'etcd', 'kubelet/node2', about), 'watch', undefined, 'pods/web', ['etcd', 'kubelet/node2', server]],
  [
    hop('decision', server, server, { ...about, detail: { type: 'Authorized' } }),
    'call',
    'authz',
    'pods/web',
    [server],
  ],
  [
    hop('runtime', 'kubelet/node1', 'containerd/node1', about),
    'call',
    undefined,
    'pods/web',
    ['kubelet/node1', 'runtime/node1'],
  ],
])('%#', (step, style, stage, label, lit) => {
  expect(travelOf(step, layout)).toMatchObject({ style, stage, label })
  expect([...travelOf(step, layout).lit].sort()).toEqual([...lit].sort())
})

describe('a packet', () => {
  it('travels from the sender to the receiver', () => {
    const there = travelOf(hop('request', 'kubelet/node4', server, about), layout).points!
    const back = travelOf(hop('request', server, 'kubelet/node4', { ...about, code: 200 }), layout).points!
    expect(there).toEqual(back.toReversed())
    expect(there.at(-1)!.y).toBe(layout.rail.y + layout.rail.height)
  })

  it('does not travel for a decision, nor for a write that was refused', () => {
    expect(travelOf(hop('decision', 'kube-scheduler', 'kube-scheduler', about), layout).points).toBeUndefined()
    const refused = travelOf(hop('write', 'kubectl', server, { ...about, code: 409 }), layout)
    expect(refused).toMatchObject({ points: undefined, refused: true, stage: undefined })
  })

  it('is no refusal when what was asked for is not there: apply begins with it', () => {
    const answer = (code: number, verb: string) => travelOf(hop('request', server, 'kubectl', { ...about, code, verb }), layout).refused
    expect([answer(404, 'get'), answer(404, 'delete'), answer(409, 'create'), answer(200, 'get'), answer(0, 'get')]).toEqual([false, true, true, false, true])
  })

  it('goes nowhere when the machine is not on stage', () => {
    expect(travelOf(hop('watch', server, 'kubelet/gone', about), layout).points).toBeUndefined()
  })
})

it.each([{ width: 1780, height: 640 }, { width: 1170, height: 420 }])('in a hall the label of a write lies below the tray and leaves the name of etcd free: %o', (pane) => {
  const { layout: hall } = buildGraph({ population: populationKeeper()(['node1', 'node2', 'node3'].map((n) => testNode(n)), []) }, { ...pane, hall: true, level: 'full' })
  expect(hall.dense).toBe('wide')
  const scale = hall.scale * denseLetters
  const travel = travelOf(hop('write', server, 'etcd', { ...about, verb: 'create' }), hall)!
  const { y } = labelPlace(travel, hall, scale)
  expect(y).toBeGreaterThan(hall.tray.y + hall.tray.height)
  expect(y + 22 * scale).toBeLessThan(hall.etcd.y + hall.etcd.height / 4)
})

it.each([{ width: 660, height: 500 }, { width: 374, height: 520 }])('the label of what a kubelet hears hides neither the name of a Service nor its own tab: %o', (pane) => {
  const nodes = ['node1', 'node2', 'node3']
  const plain = layoutCluster({ nodes: nodes.map((name) => ({ name, pods: 1, tainted: false })), unscheduled: 0, services: 1 }, pane)
  const service = plain.serviceBox(0)
  const placed = { ...plain, services: new Map([['default/web', service]]) }
  for (const node of nodes) {
    const { y } = labelPlace(travelOf(hop('watch', server, `kubelet/${node}`, about), placed), placed, plain.scale)
    expect(y).toBeGreaterThan(service.y + service.height / 2)
    expect(y + 20 * plain.scale).toBeLessThan(tabBox(plain.machines.get(node)!, 'kubelet', plain.shortTabs).y)
  }
})
