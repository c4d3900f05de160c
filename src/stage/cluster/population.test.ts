import { expect, it } from 'vitest'
import { testNode, testPod } from '../testing/objects.ts'
import { populationKeeper } from './population.ts'

const nodes = [testNode('node10'), testNode('node2')]

it('machines by number, pods by age, and who has no machine that is there', () => {
  const old = testPod({ name: 'z', node: 'node2', createdAt: '2026-01-01T00:00:00Z' })
  const young = testPod({ name: 'a', node: 'node2', createdAt: '2026-01-01T00:00:09Z' })
  const lost = testPod({ name: 'lost', node: 'nowhere' })
  const found = populationKeeper()(nodes, [young, lost, old])
  expect([...found.byMachine.keys()]).toEqual(['node2', 'node10'])
  expect(found.byMachine.get('node2')).toEqual([old, young])
  expect(found.unscheduled).toEqual([lost])
})

it('the lists of machines that a step did not touch stay the same', () => {
  const [a, b] = [testPod({ name: 'a', node: 'node2' }), testPod({ name: 'b', node: 'node10' })]
  const keep = populationKeeper()
  const first = keep(nodes, [a, b])
  const next = keep(nodes, [a, { ...b, status: { phase: 'Running' } }])
  expect(next.byMachine.get('node2')).toBe(first.byMachine.get('node2'))
  expect(next.byMachine.get('node10')).not.toBe(first.byMachine.get('node10'))
  expect(next.unscheduled).toBe(first.unscheduled)
})
