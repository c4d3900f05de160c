import { expect, test } from 'vitest'
import type { Node } from './api/types.ts'
import { createCluster } from './index.ts'

test('a node has been well since it joined, and says that no huge pages are set aside', () => {
  const given = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'own' }, status: { capacity: { cpu: '2', 'hugepages-2Mi': '64Mi' }, allocatable: { cpu: '1' } } } as unknown as Node
  const { metadata, status } = createCluster({ nodes: [given] }).world().get('Node', 'own') as Node
  expect(status.conditions?.map(({ lastTransitionTime }) => lastTransitionTime)).toEqual(Array.from({ length: 4 }, () => metadata.creationTimestamp))
  expect(status).toMatchObject({ capacity: { cpu: '2', 'hugepages-1Gi': '0', 'hugepages-2Mi': '64Mi' }, allocatable: { cpu: '1', 'hugepages-1Gi': '0' } })
})

test('amounts may be written as numbers', () => {
  const given = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'own' }, status: { capacity: { cpu: 2, memory: '4Gi', pods: 110 } } } as unknown as Node
  const { status } = createCluster({ nodes: [given] }).world().get('Node', 'own') as Node
  expect([status.capacity, status.allocatable]).toEqual([0, 1].map(() => ({ cpu: '2', memory: '4Gi', pods: '110', 'hugepages-1Gi': '0', 'hugepages-2Mi': '0' })))
})
