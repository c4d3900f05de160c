import { expect, it } from 'vitest'
import { controllerName, machineInFocus, placeId, placeOf } from './places.ts'

it.each([
  ['kubectl', 'kubectl'],
  ['kubelet/node1', 'kubelet/node1'],
  ['containerd/node2', 'runtime/node2'],
  ['kube-controller-manager/replicaset-controller', 'kube-controller-manager'],
  ['somebody', 'kubectl'],
  ['etcd', 'etcd'],
])('%s stands at %s', (component, place) => expect(placeId(placeOf(component))).toBe(place))

it('names the controller', () => {
  expect(controllerName('kube-controller-manager/replicaset-controller')).toBe('replicaset')
  expect(controllerName('kube-scheduler')).toBeUndefined()
})

it('what happens inside the API server belongs to the exchange before it', () => {
  const hop = (from: string, to: string) => ({ from, to })
  const server = 'kube-apiserver'
  const steps = [
    hop('kubectl', server),
    hop(server, server),
    hop('kubelet/node2', server),
    hop(server, server),
    hop('kubelet/node2', 'etcd'),
    hop(server, 'kube-scheduler'),
  ]
  expect(steps.map((_, i) => machineInFocus(steps, i))).toEqual([
    undefined,
    undefined,
    'node2',
    'node2',
    'node2',
    undefined,
  ])
})
