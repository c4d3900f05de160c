import { beforeAll, expect, test } from 'vitest'
import { createCluster } from '../../engine/index.ts'
import './root.ts'
import { kubectl } from '../kubectl.ts'

const cluster = createCluster({ nodes: 1, latency: 'zero' })
const schema = { openAPIV3Schema: { type: 'object', properties: { spec: { type: 'object', properties: { size: { type: 'integer' } } } } } }
const definition = {
  apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata: { name: 'carts.shop.example' },
  spec: { group: 'shop.example', scope: 'Namespaced', names: { plural: 'carts', kind: 'Cart' }, versions: [{ name: 'v1', served: true, storage: true, schema }] },
}
const files = {
  'crd.yaml': JSON.stringify(definition),
  'cart.yaml': JSON.stringify({ apiVersion: 'shop.example/v1', kind: 'Cart', metadata: { name: 'one' }, spec: { size: 1 } }),
}

beforeAll(() => {
  kubectl(cluster, 'apply -f crd.yaml', { files })
  cluster.run({ for: '1s' })
  kubectl(cluster, 'apply -f cart.yaml', { files })
})

test.each<[line: string, stdout: string, stderr: string]>([
  [`patch cart one --type=merge -p '{"spec":{"size":2}}'`, 'cart.shop.example/one patched\n', ''],
  [`patch cart one --type=json -p '[{"op":"test","path":"/spec/size","value":2}]'`, 'cart.shop.example/one patched (no change)\n', ''],
  [`patch cart one -p '{"spec":{"size":3}}'`, '', 'error: application/strategic-merge-patch+json is not supported by shop.example/v1, Kind=Cart: the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml\n'],
  [`patch cart one --type=merge -p '{spec: {size: 3}}'`, '', "Error from server (BadRequest): error decoding patch: invalid character 's' looking for beginning of object key string\n"],
])('%s', (line, stdout, stderr) => {
  expect(kubectl(cluster, line)).toEqual({ stdout, stderr, exitCode: stderr === '' ? 0 : 1 })
})
