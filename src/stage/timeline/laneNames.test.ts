import { expect, it } from 'vitest'
import type { Film } from '../../playback/film.ts'
import { laneNames } from './laneNames.ts'

const pod = (namespace: string, name: string, nodeName?: string) => ({
  metadata: { namespace, name, ...(nodeName === undefined ? {} : { ownerReferences: [{ kind: 'Node', name: nodeName }] }) },
  spec: { nodeName },
})

it.each([
  [[pod('default', 'web'), pod('shop', 'client')], []],
  [[pod('kube-system', 'etcd-plane', 'plane'), pod('kube-system', 'kube-apiserver-plane', 'plane')], ['etcd', 'kube-apiserver']],
  [[pod('kube-system', 'etcd-one', 'one'), pod('kube-system', 'etcd-two', 'two')], ['etcd-one', 'etcd-two']],
  [[pod('default', 'etcd'), pod('kube-system', 'etcd-plane', 'plane')], ['etcd-plane']],
])('lanes of %j are called %j', (pods, names) => {
  const objects = new Map(pods.map((one) => [`pods/${one.metadata.namespace}/${one.metadata.name}`, one]))
  const film = { etcd: { life: (key: string) => [{ value: undefined }, { value: objects.get(key) }] } } as unknown as Film
  expect([...laneNames(film, [...objects.keys()]).values()]).toEqual(names)
})
