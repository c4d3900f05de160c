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
