import { expect, test } from 'vitest'
import type { KubeletConfiguration } from '../../api/kubeletConfiguration.ts'
import type { Node, ResourceList } from '../../api/types.ts'
import { allotted } from './allotment.ts'

const machine: ResourceList = { cpu: '4', memory: '8Gi', pods: '110' }

/** What pods may have (pkg/kubelet/cm: capacity less what is reserved, less the hard thresholds of eviction). */
test.each<[KubeletConfiguration, ResourceList | undefined]>([
  [{}, undefined],
  [{ shutdownGracePeriod: '30s' }, undefined],
  [{ kubeReserved: { cpu: '200m', memory: '1Gi' }, systemReserved: { cpu: '1' } }, { cpu: '2800m', memory: '7Gi', pods: '110' }],
  [{ kubeReserved: { cpu: '1' }, evictionHard: { 'memory.available': '512Mi' } }, { cpu: '3', memory: '7680Mi', pods: '110' }],
  [{ evictionHard: { 'memory.available': '25%' } }, { cpu: '4', memory: '6Gi', pods: '110' }],
  [{ systemReserved: { memory: '9Gi' }, maxPods: 20 }, { cpu: '4', memory: '0', pods: '20' }],
])('with %j', (configuration, allocatable) => {
  const { status } = allotted({ metadata: { name: 'n' } } as Node, machine, configuration)
  expect(status).toEqual({ capacity: { ...machine, ...(configuration.maxPods !== undefined && { pods: String(configuration.maxPods) }) }, ...(allocatable && { allocatable }) })
})

test('what a node says itself of it stands', () => {
  const node = { metadata: { name: 'n' }, status: { capacity: { cpu: '8' }, allocatable: { cpu: '5' } } } as unknown as Node
  expect(allotted(node, machine, { kubeReserved: { cpu: '1' } }).status).toEqual({ capacity: { ...machine, cpu: '8' }, allocatable: { cpu: '5' } })
})
