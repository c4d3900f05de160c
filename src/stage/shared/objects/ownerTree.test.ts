import { expect, test } from 'vitest'
import type { KubeObject } from '../../../engine/api/types.ts'
import { childrenOf, ownerTree, podsOfTree } from './ownerTree.ts'

const object = (kind: string, name: string, owner?: KubeObject): KubeObject => ({
  apiVersion: 'v1',
  kind,
  metadata: {
    name,
    namespace: 'default',
    uid: `${kind} ${name}`,
    resourceVersion: '1',
    creationTimestamp: '',
    ...(owner === undefined ? {} : { ownerReferences: [{ apiVersion: 'v1', kind: owner.kind, name: owner.metadata.name, uid: owner.metadata.uid, controller: true }] }),
  },
})

const web = object('Deployment', 'web')
const fresh = object('ReplicaSet', 'web-b', web)
const old = object('ReplicaSet', 'web-a', web)
const pods = [object('Pod', 'web-b-2', fresh), object('Pod', 'web-b-1', fresh), object('Pod', 'alone')]

test('a tree of owners goes down to the pods, in the order of names', () => {
  const tree = ownerTree(web, childrenOf([[fresh, old], pods]))
  expect(tree).toMatchObject({
    key: 'deployments/default/web',
    children: [
      { key: 'replicasets/default/web-a', children: [] },
      { key: 'replicasets/default/web-b', children: [{ key: 'pods/default/web-b-1' }, { key: 'pods/default/web-b-2' }] },
    ],
  })
  expect(podsOfTree(tree)).toEqual(['pods/default/web-b-1', 'pods/default/web-b-2'])
})

test('of very many children only the first are in the tree, and how many there are beside', () => {
  const { children } = ownerTree(web, childrenOf([[fresh, old], pods]), 1)
  expect(children).toMatchObject([{ name: 'web-a', more: 0 }])
  expect(ownerTree(fresh, childrenOf([pods]), 1)).toMatchObject({ children: [{ name: 'web-b-1' }], more: 1 })
})

test('a circle of owners ends', () => {
  const a = object('ReplicaSet', 'a')
  const b = object('ReplicaSet', 'b', a)
  const circle = { ...a, metadata: { ...a.metadata, ownerReferences: [{ apiVersion: 'v1', kind: 'ReplicaSet', name: 'b', uid: b.metadata.uid, controller: true }] } }
  expect(() => ownerTree(circle, childrenOf([[circle, b]]))).not.toThrow()
})
