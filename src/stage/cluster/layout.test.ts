import { expect, test } from 'vitest'
import { layoutCluster, layoutKeeper } from './layout.ts'
import { fitViewport } from './viewport.ts'

const machines = (pods: number) => ({ nodes: ['a', 'b', 'c'].map((name) => ({ name, pods, tainted: false })), unscheduled: 0 })
const pane = { width: 664, height: 500 }

const columnsOf = (pods: number, options = pane): number => {
  const layout = layoutCluster(machines(pods), options)
  return new Set(Array.from({ length: pods }, (_, i) => layout.podBox('a', i).x)).size
}

const zoomOf = (pods: number, options = pane): number => {
  const { width, height } = layoutCluster(machines(pods), options)
  return Math.min(options.width / width, options.height / height)
}

test('few pods stand below each other; many use the width of the pane', () => {
  expect(columnsOf(2)).toBe(1)
  expect(columnsOf(20)).toBeGreaterThan(1)
  // Nearly as large as half as many.
  expect(zoomOf(14)).toBeGreaterThan(0.5)
})

test('in a low pane empty rooms do not make everything small', () => {
  const low = { width: 623, height: 390 }
  expect(zoomOf(1, low)).toBeGreaterThan(0.85)
  // Where there is room, a second pod moves nothing.
  expect(layoutCluster(machines(1), pane).height).toBe(layoutCluster(machines(2), pane).height)
})

test('a phone keeps one column in each machine', () => {
  expect(columnsOf(14, { width: 374, height: 480 })).toBe(1)
})

test('no pod lies over another or outside of its machine', () => {
  const layout = layoutCluster(machines(23), pane)
  const machine = layout.machines.get('b')!
  const places = Array.from({ length: 23 }, (_, i) => layout.podBox('b', i))
  expect(new Set(places.map(({ x, y }) => `${x} ${y}`)).size).toBe(23)
  for (const { x, y, width, height } of places) {
    expect(x).toBeGreaterThan(machine.x)
    expect(x + width).toBeLessThan(machine.x + machine.width)
    expect(y + height).toBeLessThan(machine.y + machine.height)
  }
})

// cluster.module.css has the letters of the two looks.
test.each([
  ['one', '1440 x 900', { width: 1384, height: 583 }, 1, 'roomy', 15],
  ['one', '1920 x 1080', { width: 1860, height: 705 }, 1, 'roomy', 15],
  ['two', '1440 x 900', { width: 1384, height: 583 }, 2, 'terse', 18],
  ['two', '1920 x 1080', { width: 1860, height: 705 }, 2, 'terse', 18],
] as const)('in a hall names of machines with %s pods are 24 px high on a projector of %s', (_count, _screen, stage, pods, density, letters) => {
  const hall = layoutCluster({ ...machines(pods), services: 1 }, { ...stage, hall: true })
  expect(hall).toMatchObject({ dense: 'wide', density })
  const { x, y, zoom } = fitViewport(hall, stage)
  expect(letters * zoom).toBeGreaterThanOrEqual(24)
  // And still all of it is in sight.
  expect(x + hall.width * zoom).toBeLessThanOrEqual(stage.width)
  expect(y + hall.height * zoom).toBeLessThanOrEqual(stage.height)
})

// cluster.module.css: --small is 24 px on the screen, and not more than 19 in the graph.
test.each([
  ['a pod each and a Service', { ...machines(1), services: 1 }],
  ['two pods each and a Service', { ...machines(2), services: 1 }],
  ['taints', { ...machines(1), nodes: machines(1).nodes.map((node) => ({ ...node, tainted: true })) }],
  ['the pods of kube-system', { unscheduled: 0, nodes: machines(1).nodes.map((node, i) => ({ ...node, system: i === 0 ? 6 : 1 })) }],
])('in a hall what is said in a low voice, too, is 24 px high on a projector of 1920: %s', (_, population) => {
  const stage = { width: 1800, height: 640 }
  const layout = layoutCluster(population, { ...stage, hall: true })
  expect(19 * fitViewport(layout, stage).zoom).toBeGreaterThanOrEqual(24)
})

test('in a wide pane all machines stand in one row when they are larger so', () => {
  const nodes = Array.from({ length: 8 }, (_, i) => ({ name: `node${i}`, pods: 8, tainted: false }))
  const rows = (options: { width: number; height: number; hall?: boolean }) => new Set([...layoutCluster({ nodes, unscheduled: 0 }, options).machines.values()].map(({ y }) => y)).size
  expect(rows({ width: 1800, height: 640, hall: true })).toBe(1)
  expect(rows({ width: 664, height: 900 })).toBeGreaterThan(1)
})

test('a low pane, too, has its parts close together; a phone and a crowd have not', () => {
  const dense = (width: number, height: number, nodes = machines(1)) => layoutCluster(nodes, { width, height }).dense
  expect(dense(704, 280)).toBe('wide')
  expect(dense(664, 500)).toBeUndefined()
  expect(dense(374, 900)).toBeUndefined()
  const many = { ...machines(1), nodes: Array.from({ length: 40 }, (_, i) => ({ name: `n${i}`, pods: 1, tainted: false })) }
  expect(dense(704, 280, many)).toBeUndefined()
})

test('three machines with a pod each are in sight on a phone', () => {
  const stage = { width: 374, height: 500 }
  const layout = layoutCluster(machines(1), stage)
  const { y, zoom } = fitViewport(layout, stage)
  expect(zoom).toBeGreaterThan(0.8)
  expect(y + layout.height * zoom).toBeLessThanOrEqual(stage.height)
})

test('machines that have not moved stay the same, whoever waits for a node', () => {
  const arrange = layoutKeeper()
  const nodes = Array.from({ length: 60 }, (_, i) => ({ name: `node${i}`, pods: 1, tainted: false }))
  const before = arrange({ nodes, unscheduled: 2 }, pane)
  const waiting = arrange({ nodes, unscheduled: 200 }, pane)
  expect(waiting.trayLook).not.toBe(before.trayLook)
  expect(waiting.machines).toBe(before.machines)
  const tainted = arrange({ nodes: nodes.map((node) => ({ ...node, tainted: true })), unscheduled: 200 }, pane)
  expect(tainted.machines).not.toBe(before.machines)
})
