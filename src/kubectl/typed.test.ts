import { beforeAll, expect, test } from 'vitest'
import { createCluster } from '../engine/index.ts'
import { kubectl } from './kubectl.ts'

const cluster = createCluster({ nodes: 1 })
const definition = {
  apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata: { name: 'sails.example.com' },
  spec: {
    group: 'example.com', scope: 'Namespaced', names: { plural: 'sails', singular: 'sail', kind: 'Sail' },
    versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } } }],
  },
}
const sail = '{"apiVersion":"example.com/v1","kind":"Sail","metadata":{"name":"main"}}'
const files = { 'sail.json': sail }

beforeAll(() => {
  kubectl(cluster, 'create -f -', { stdin: JSON.stringify(definition) })
  cluster.run({ for: '5s' })
  kubectl(cluster, 'create -f sail.json', { files })
})

const unknown = (kind: string, version = 'example.com/v1'): string => `no kind "${kind}" is registered for version "${version}" in scheme "k8s.io/kubectl/pkg/scheme/scheme.go:28"`

test.each<[string, string]>([
  ['exec sail/main -- ls', unknown('Sail')],
  ['logs sail/main', unknown('Sail')],
  ['attach sail/main', unknown('Sail')],
  ['port-forward sail/main 80', unknown('Sail')],
  ['debug sail/main --image=busybox --profile=general', unknown('Sail')],
  ['rollout status sail/main', unknown('Sail')],
  ['rollout history sail', unknown('SailList')],
  ['rollout undo sail/main', unknown('Sail')],
  ['rollout restart -f sail.json', `unable to decode "sail.json": ${unknown('Sail')}`],
  ['set image sail/main a=b', unknown('Sail')],
  ['set env sail --all A=b', unknown('SailList')],
  ['logs crd/sails.example.com', unknown('CustomResourceDefinition', 'apiextensions.k8s.io/v1')],
])('%s', (line, message) => {
  expect(kubectl(cluster, line, { files })).toEqual({ stdout: '', stderr: `error: ${message}\n`, exitCode: 1 })
})

test('what is not there is not found, whatever it is', () => {
  expect(kubectl(cluster, 'rollout status sail/other').stderr).toBe('Error from server (NotFound): sails.example.com "other" not found\n')
})
