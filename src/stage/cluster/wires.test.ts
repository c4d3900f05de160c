import { expect, test } from 'vitest'
import type { Box } from './layout.ts'
import { layoutCluster } from './layout.ts'
import type { Place } from './places.ts'
import { endpointWire, machineAt, route } from './wires.ts'

const service: Box = { x: 0, y: 100, width: 100, height: 30 }
const machine: Box = { x: 0, y: 200, width: 400, height: 200 }
const pod = (x: number): Box => ({ x, y: 250, width: 176, height: 70 })

/** Where the lines are broken. */
const pieces = (d: string): number => d.split('M').length - 1

test('a line runs behind the tabs of the machine, and beside them in one piece', () => {
  expect(pieces(endpointWire(service, pod(12), machine, 0, 1))).toBe(2)
  expect(pieces(endpointWire(service, pod(212), machine, 0, 1))).toBe(1)
})

test('it ends at the side of its pod, at half its height; those of another Service do not lie upon it', () => {
  const d = endpointWire(service, pod(12), machine, 0, 1)
  expect(d).toMatch(/^M50 130/)
  expect(d).toMatch(/L188 285$/)
  expect(endpointWire(service, pod(12), machine, 1, 1)).not.toBe(d)
})

test('a box is in the machine that it stands in, or in none', () => {
  const machines = new Map([['a', machine]])
  expect(machineAt(pod(12), { machines })).toBe('a')
  expect(machineAt({ ...pod(12), y: 20 }, { machines })).toBeUndefined()
})

test('traffic crosses no pod but those between which it goes', () => {
  const nodes = ['a', 'b', 'c'].map((name) => ({ name, pods: 3, tainted: false }))
  const plain = layoutCluster({ nodes, unscheduled: 0, services: 1 }, { width: 900, height: 700 })
  const pods = new Map(nodes.flatMap(({ name }) => [0, 1, 2].map((i) => [`default/${name}${i}`, plain.podBox(name, i)] as const)))
  const layout = { ...plain, pods, services: new Map([['default/web', plain.serviceBox(0)]]) }
  const places: Place[] = [...[...pods.keys()].map((object): Place => ({ at: 'pod', object })), { at: 'service', object: 'default/web' }]
  for (const from of places) {
    for (const to of places) {
      if (from === to) continue
      const line = route(layout, from, to)!
      const others = [...pods].filter(([object]) => ![from, to].some((place) => 'object' in place && place.object === object))
      const crossed = others.filter(([, box]) => crosses(line, box)).map(([object]) => object)
      expect(crossed, JSON.stringify([from, to])).toEqual([])
    }
  }
})

/** Looked at closely enough to see each pod. */
function crosses(line: readonly { x: number; y: number }[], box: Box): boolean {
  return line.slice(1).some((end, i) => {
    const start = line[i]!
    return Array.from({ length: 200 }, (_, k) => k / 199).some((share) => {
      const [x, y] = [start.x + (end.x - start.x) * share, start.y + (end.y - start.y) * share]
      return x > box.x && x < box.x + box.width && y > box.y && y < box.y + box.height
    })
  })
}
