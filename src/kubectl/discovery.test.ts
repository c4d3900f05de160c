import { expect, test } from 'vitest'
import { createCluster, type Cluster } from '../engine/index.ts'
import { cachedDiscovery, cachePath } from './discovery.ts'
import { kubectl } from './index.ts'

const files = {
  'crd.yaml': `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: carts.shop.example}
spec:
  group: shop.example
  scope: Namespaced
  names: {plural: carts, kind: Cart, shortNames: [ct], categories: [all, shopping]}
  versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]
`,
  'cart.yaml': 'apiVersion: shop.example/v1\nkind: Cart\nmetadata: {name: c1}\n',
}

function shop(): { cluster: Cluster; said: (line: string) => string; asked: (line: string) => number } {
  const cluster = createCluster({ nodes: 1, latency: 'zero' })
  const said = (line: string): string => {
    const { stdout, stderr } = kubectl(cluster, line, { files })
    return stdout + stderr
  }
  const asked = (line: string): number => {
    const before = cluster.trace.length
    said(line)
    return cluster.trace.slice(before).filter(({ kind, from }) => kind === 'request' && from === 'kubectl').length
  }
  said('apply -f crd.yaml')
  cluster.run({ for: '1s' })
  return { cluster, said, asked }
}

test('a category has the kinds of others, once a command has met them', () => {
  const { said } = shop()
  expect(said('get all -o name')).toBe('service/kubernetes\n')
  expect(said('apply -f cart.yaml')).toBe('cart.shop.example/c1 created\n')
  expect(said('get all -o name')).toBe('service/kubernetes\ncart.shop.example/c1\n')
  expect(said('get shopping -o name')).toBe('cart.shop.example/c1\n')
})

test('the server is asked for its types once', () => {
  const { asked } = shop()
  expect([asked('get ct'), asked('get ct'), asked('get pods')]).toEqual([3, 1, 1])
})

test.each([
  ['no JSON', '{'],
  ['no list', '{"a": 1}'],
  ['things that are no types', '[1, null, {}, {"group": "g", "version": "v1", "kind": "K", "plural": "ks", "singular": "k", "namespaced": true, "verbs": "get"}]'],
])('a cache with %s is none', (_, text) => {
  expect(cachedDiscovery({ [cachePath]: text }).resources).toBe(cachedDiscovery({}).resources)
})
