import { expect, test } from 'vitest'
import { createCluster, type Cluster } from '../index.ts'
import { kubectl } from '../../kubectl/index.ts'
import '../../kubectl/commands/root.ts'

const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'
const at = (version: string, name = ''): string => `/apis/stable.example.com/${version}/namespaces/default/hosts${name === '' ? '' : `/${name}`}`

const text = { type: 'string' }
const schemas = { v1: { hostPort: text }, v2: { host: text, port: text } }
const version = (name: 'v1' | 'v2', storage: boolean): object => ({ name, served: true, storage, schema: { openAPIV3Schema: { type: 'object', properties: schemas[name] } } })

/** A kind that agnhost converts: v1 says hostPort, v2 host and port. */
function world(image = 'registry.k8s.io/e2e-test-images/agnhost:2.55 -- crd-conversion-webhook --port=8443'): Cluster {
  const cluster = createCluster({ nodes: 1 })
  const [name, args = ''] = image.split(' -- ')
  kubectl(cluster, `run converter --image=${name} --port=8443${args === '' ? '' : ` -- ${args}`}`)
  kubectl(cluster, 'expose pod converter --port=9443 --target-port=8443')
  cluster.run({ for: '30s' })
  const webhook = { conversionReviewVersions: ['v1'], clientConfig: { caBundle: 'YQ==', service: { namespace: 'default', name: 'converter', path: '/crdconvert', port: 9443 } } }
  const spec = { group: 'stable.example.com', scope: 'Namespaced', names: { plural: 'hosts', singular: 'host', kind: 'Host' }, versions: [version('v1', true), version('v2', false)], conversion: { strategy: 'Webhook', webhook } }
  expect(cluster.request({ verb: 'POST', path: definitions, body: { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata: { name: 'hosts.stable.example.com' }, spec } }).code).toBe(201)
  cluster.run({ for: '2s' })
  return cluster
}

const ask = (cluster: Cluster, verb: 'GET' | 'POST' | 'PUT' | 'PATCH', path: string, body?: object): any =>
  cluster.request({ verb, path, ...(body === undefined ? {} : { body }), ...(verb === 'PATCH' ? { contentType: 'application/merge-patch+json' } : {}) }).body

const host = (name: string, as: 'v1' | 'v2', fields: object): object => ({ apiVersion: `stable.example.com/${as}`, kind: 'Host', metadata: { name }, ...fields })
const said = ({ apiVersion, hostPort, host: name, port }: any): unknown[] => [apiVersion, hostPort, name, port]
const asV1 = ['stable.example.com/v1', 'localhost:8080', undefined, undefined]
const asV2 = ['stable.example.com/v2', undefined, 'localhost', '8080']

test('what is stored in one version is read in another', () => {
  const cluster = world()
  expect(said(ask(cluster, 'POST', at('v1'), host('a', 'v1', { hostPort: 'localhost:8080' })))).toEqual(asV1)
  const from = cluster.trace.length
  expect(said(ask(cluster, 'GET', at('v2', 'a')))).toEqual(asV2)
  expect(cluster.trace.slice(from).filter(({ kind }) => kind === 'network').map(({ to }) => to)).toEqual(['service/default/converter', 'pod/default/converter', 'kube-apiserver'])
})

test('what comes in one version is stored in another, and answered as it came', () => {
  const cluster = world()
  const made = ask(cluster, 'POST', at('v2'), host('a', 'v2', { host: 'localhost', port: '8080' }))
  expect(said(made)).toEqual(asV2)
  expect(said(ask(cluster, 'GET', at('v1', 'a')))).toEqual(asV1)
  const patched = ask(cluster, 'PATCH', at('v2', 'a'), { port: '9090', metadata: { labels: { a: 'b' } } })
  expect([said(patched), patched.metadata.generation, patched.metadata.labels]).toEqual([['stable.example.com/v2', undefined, 'localhost', '9090'], 2, { a: 'b' }])
  expect(ask(cluster, 'GET', at('v1', 'a'))).toMatchObject({ hostPort: 'localhost:9090', metadata: { uid: made.metadata.uid, resourceVersion: patched.metadata.resourceVersion } })
})

test('a list of both is one question, whatever they are stored as', () => {
  const cluster = world()
  ask(cluster, 'POST', at('v1'), host('a', 'v1', { hostPort: 'localhost:8080' }))
  ask(cluster, 'POST', at('v1'), host('b', 'v1', { hostPort: 'localhost:8080' }))
  ask(cluster, 'PATCH', `${definitions}/hosts.stable.example.com`, { spec: { versions: [version('v1', false), version('v2', true)] } })
  cluster.run({ for: '2s' })
  ask(cluster, 'POST', at('v1'), host('c', 'v1', { hostPort: 'localhost:8080' }))
  const from = cluster.trace.length
  expect(ask(cluster, 'GET', at('v2')).items.map(said)).toEqual([asV2, asV2, asV2])
  expect(cluster.trace.slice(from).filter(({ kind, from: who }) => kind === 'network' && who === 'kube-apiserver')).toHaveLength(1)
  expect(ask(cluster, 'GET', at('v1')).items.map(said)).toEqual([asV1, asV1, asV1])
})

test('what the webhook cannot convert is not read, and its words are told', () => {
  const cluster = world()
  ask(cluster, 'POST', at('v1'), host('a', 'v1', { hostPort: 'nonsense' }))
  expect(ask(cluster, 'GET', at('v2', 'a'))).toMatchObject({ code: 500, message: 'conversion webhook for stable.example.com/v1, Kind=Host failed: invalid hostPort value `nonsense`' })
  expect(ask(cluster, 'GET', at('v1', 'a')).hostPort).toBe('nonsense')
  kubectl(cluster, 'delete service converter')
  expect(ask(cluster, 'GET', at('v2', 'a')).message).toContain('service "converter" not found')
})

test('an image that nobody knows has the same to say in each version', () => {
  const cluster = world('example.com/converter')
  ask(cluster, 'POST', at('v1'), host('a', 'v1', { hostPort: 'x' }))
  expect(ask(cluster, 'GET', at('v2', 'a'))).toMatchObject({ apiVersion: 'stable.example.com/v2', metadata: { name: 'a' } })
})
