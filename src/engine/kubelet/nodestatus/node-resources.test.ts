import { expect, test } from 'vitest'
import type { Node } from '../../api/types.ts'
import { resourcesOf } from './node-resources.ts'

const node = (capacity: object, allocatable: object): Node => ({ status: { capacity, allocatable } }) as unknown as Node
const machine = node({ cpu: '4', memory: '8Gi', 'example.com/gpu': '2' }, { cpu: '3800m', memory: '7Gi', 'example.com/gpu': '1' })

test.each([
  ['nothing, as long as nobody has changed anything', machine, undefined],
  ['nothing of what is only written otherwise', node({ cpu: '4000m', memory: '8192Mi', 'example.com/gpu': '2' }, machine.status.allocatable!), undefined],
  ['what the machine has', node({ ...machine.status.capacity, cpu: '99' }, { ...machine.status.allocatable, memory: '1Gi' }), { capacity: { cpu: '4' }, allocatable: { memory: '7Gi' } }],
  ['what has been taken out', node({}, machine.status.allocatable!), { capacity: { cpu: '4', memory: '8Gi', 'example.com/gpu': '2' }, allocatable: {} }],
  ['that pods may have all that is advertised', node({ ...machine.status.capacity, 'example.com/dongle': '4' }, machine.status.allocatable!), { capacity: {}, allocatable: { 'example.com/dongle': '4' } }],
  ['that what is advertised no more is not there', node(machine.status.capacity!, { ...machine.status.allocatable, 'example.com/dongle': '4' }), { capacity: {}, allocatable: { 'example.com/dongle': null } }],
])('a kubelet says %s', (_what, said, wanted) => {
  expect(resourcesOf(said, machine)).toEqual(wanted)
})
