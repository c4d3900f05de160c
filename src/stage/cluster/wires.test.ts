import { expect, test } from 'vitest'
import type { Box } from './layout.ts'
import { endpointWire, machineAt } from './wires.ts'

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
