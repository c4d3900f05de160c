import { expect, it } from 'vitest'
import { fault as shape } from '../../../scenarios/fault.ts'
import { filmOf } from '../../testing/filmOf.ts'
import { activeFaults, clusterFaults, componentFaults, faultKey, lifted, nodeFaults } from './faults.ts'
import type { Fault } from './faults.ts'

const performed = (...faults: Fault[]) => faults.map((fault, index) => ({ index, step: index, input: { fault } }))

it('knows what is broken, and what of it was mended', () => {
  const [stop, partition, ...others] = nodeFaults('node1')
  expect(activeFaults(performed(stop!, partition!, lifted(stop!)))).toEqual([partition])
  expect(activeFaults(performed(stop!, stop!))).toEqual([stop])
  const pressures = others.filter(({ type }) => type === 'node-pressure')
  expect(new Set(pressures.map(faultKey)).size).toBe(4)
  expect(activeFaults(performed(...pressures, lifted(pressures[0]!)))).toHaveLength(3)
  expect(activeFaults(performed({ type: 'kill-process', namespace: 'default', pod: 'web', container: 'web' }))).toEqual([])
})

it('tells manifests on a node apart by their files', () => {
  const put = (file: string): Fault => ({ type: 'static-pod', node: 'node1', file, pod: {} })
  expect(activeFaults(performed(put('a.yaml'), put('b.yaml'), lifted({ type: 'static-pod', node: 'node1', file: 'a.yaml' })))).toEqual([put('b.yaml')])
})

it('offers nothing that a scenario could not say', () => {
  for (const fault of [...nodeFaults('node1'), ...componentFaults('kube-controller-manager'), ...clusterFaults()]) {
    expect(shape(fault, [])).toEqual(fault)
    expect(shape(lifted(fault), [])).toEqual(lifted(fault))
  }
})

it.each([
  ['deployment', 0],
  ['job', 1],
])('stops the %s controller and no other', async (controller, replicaSets) => {
  const fault = componentFaults('kube-controller-manager').find((f) => 'controller' in f && f.controller === controller)!
  const film = await filmOf([{ at: 0, fault }, { at: 100, kubectl: 'create deployment web --image=nginx' }], {}, 5)
  expect(film.etcd.range('replicasets/', film.revisionAt(film.steps.length - 1))).toHaveLength(replicaSets)
})
