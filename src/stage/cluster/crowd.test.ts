import { describe, expect, it } from 'vitest'
import { testNode, testPod } from '../testing/objects.ts'
import { columnsOf, crowdKeeper, hitOf, neighbourOf } from './crowd.ts'
import { layoutCluster } from './layout.ts'
import { populationKeeper } from './population.ts'

const nodes = Array.from({ length: 30 }, (_, i) => testNode(`node${i}`))
const running = testPod({ name: 'a', node: 'node7', phase: 'Running', ready: true, state: { running: {} }, cpu: '1' })
const waiting = testPod({ name: 'b', node: 'node7' })
const populate = populationKeeper()
const keep = crowdKeeper()
const machines = keep(populate(nodes, [running, waiting]))
const layout = layoutCluster(
  { nodes: nodes.map(({ metadata: { name } }) => ({ name, pods: 2, tainted: false })), unscheduled: 0 },
  { width: 900, height: 600 },
)

it('a machine tells how full it is and what its pods are', () => {
  expect(machines.get('node7')).toMatchObject({ status: 'Ready', podTones: ['ready', 'pending'], full: 0.25 })
  expect(machines.get('node8')).toMatchObject({ podTones: [], full: 0, worst: undefined })
})

it('only machines where something has changed are looked at again', () => {
  const next = keep(populate(nodes, [running, { ...waiting, status: { phase: 'Failed' } }]))
  expect([...next.values()].filter((machine) => machine !== machines.get(machine.node.metadata.name)).map(({ node }) => node.metadata.name)).toEqual(['node7'])
})

describe('under the pointer', () => {
  it('lies a pod, its machine, or nothing', () => {
    const [pod, machine] = [layout.podBox('node7', 1), layout.machines.get('node7')!]
    expect(hitOf(machines, layout, pod.x + 1, pod.y + 1)?.pod).toBe(waiting)
    expect(hitOf(machines, layout, machine.x + 1, machine.y + 1)).toMatchObject({ machine: machines.get('node7'), pod: undefined })
    expect(hitOf(machines, layout, machine.x - 1, machine.y + 1)).toBeUndefined()
  })
})

it.each([
  ['ArrowRight', 0, 1],
  ['ArrowLeft', 0, 0],
  ['ArrowDown', 1, 7],
  ['ArrowUp', 8, 2],
  ['End', 0, 29],
  ['Home', 20, 0],
  ['x', 3, undefined],
])('%s leads from machine %i to %s', (key, at, to) => {
  expect(neighbourOf(key, at, 30, 6)).toBe(to)
})

it('rows are as long as they are laid out', () => {
  const columns = columnsOf(layout)
  const ys = [...layout.machines.values()].map(({ y }) => y)
  expect(ys[columns - 1]).toBe(ys[0])
  expect(ys[columns]).toBeGreaterThan(ys[0]!)
})
