import { expect, test } from 'vitest'
import { createCluster } from '../engine/index.ts'
import '../kubectl/index.ts'
import { checkManifest } from './check.ts'

const definition = {
  apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata: { name: 'carts.shop.example' },
  spec: {
    group: 'shop.example', scope: 'Namespaced', names: { plural: 'carts', kind: 'Cart' },
    versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object', properties: { spec: { type: 'object', properties: { wheels: { type: 'integer' } } } } } } }],
  },
}
const cart = (wheels: string): string => `apiVersion: shop.example/v1\nkind: Cart\nmetadata: {name: a}\nspec: {wheels: ${wheels}}\n`

test('a custom resource is checked against the definition that there is at the moment', () => {
  const cluster = createCluster({ nodes: 1, latency: 'zero' })
  cluster.request({ verb: 'POST', path: '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', body: definition })
  cluster.run({ for: '1s' })
  const definitions = cluster.world().list('CustomResourceDefinition')
  expect(checkManifest(cart('4'), ['default'])).toMatchObject([{ path: 'kind', message: 'no matches for kind "Cart" in version "shop.example/v1"' }])
  expect(checkManifest(cart('4'), ['default'], definitions)).toEqual([])
  expect(checkManifest(cart('many'), ['default'], definitions)).toMatchObject([
    { path: 'spec.wheels', message: 'Invalid value: "string": spec.wheels in body must be of type integer: "string"', severity: 'error' },
  ])
})

test.each([
  ['an object of a server, which is to be changed there', 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, uid: x-1, resourceVersion: "7"}\n', []],
  ['one that has only a version', 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, resourceVersion: "7"}\n', [['', 'resourceVersion should not be set on objects to be created']]],
  ['a list, item by item', 'apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: ConfigMap, metadata: {name: a}}\n- {apiVersion: v1, kind: Pod, metadata: {name: b}, spec: {containers: [{name: c}]}}\n- {kind: Pod}\n', [
    ['items[1].spec.containers[0].image', 'Required value'], ['items[2].apiVersion', 'apiVersion not set'],
  ]],
  ['no object at all', '- a\n', [['apiVersion', 'apiVersion not set']]],
  ['null', 'null\n', []],
])('%s', (_, text, found) => {
  expect(checkManifest(text, ['default']).map(({ path, message }) => [path, message])).toEqual(found)
})
