import { expect, test } from 'vitest'
import { createCluster, type Cluster } from '../../index.ts'
import { kubectl } from '../../../kubectl/index.ts'
import '../../../kubectl/commands/root.ts'

const rule = { operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['configmaps'] }

function hook(cluster: Cluster, fields: object, kind = 'Validating'): void {
  const path = `/apis/admissionregistration.k8s.io/v1/${kind.toLowerCase()}webhookconfigurations`
  const webhook = { name: 'check.example.com', sideEffects: 'None', admissionReviewVersions: ['v1'], rules: [rule], clientConfig: { service: { namespace: 'default', name: 'checker', path: '/check' } }, ...fields }
  const made = cluster.request({ verb: 'POST', path, body: { apiVersion: 'admissionregistration.k8s.io/v1', kind: `${kind}WebhookConfiguration`, metadata: { name: 'checks' }, webhooks: [webhook] } })
  expect(made.code).toBe(201)
}

const creating = (cluster: Cluster, query: Record<string, string> = {}, labels: object = {}): { code: number; body: any } =>
  cluster.request({ verb: 'POST', path: '/api/v1/namespaces/default/configmaps', query, body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', labels } } }) as never

const failed = (why: string, at = 'https://checker.default.svc:443/check?timeout=10s'): string =>
  `Internal error occurred: failed calling webhook "check.example.com": failed to call webhook: Post "${at}": ${why}`

test.each<[about: string, config: object | undefined, service: object | undefined, message: string]>([
  ['its Service is not there', undefined, undefined, failed('service "checker" not found')],
  ['its Service has another port', undefined, { ports: [{ port: 80 }] }, failed('no service port 443 found for service "checker"')],
  ['its Service has no address', undefined, { clusterIP: 'None', ports: [{ port: 443 }] }, failed('cannot route to service with ClusterIP "None"')],
  ['nobody is behind its Service', undefined, { clusterIP: '10.96.0.70', ports: [{ port: 443 }], selector: { app: 'checker' } }, failed('dial tcp 10.96.0.70:443: connect: connection refused')],
  ['the world outside is not there', { url: 'https://hooks.example.com' }, undefined, failed('dial tcp: lookup hooks.example.com: no such host', 'https://hooks.example.com/?timeout=10s')],
])('a webhook that cannot be called lets nothing through: %s', (_about, config, service, message) => {
  const cluster = createCluster({ nodes: 1, latency: 'zero' })
  if (service !== undefined) cluster.request({ verb: 'POST', path: '/api/v1/namespaces/default/services', body: { apiVersion: 'v1', kind: 'Service', metadata: { name: 'checker' }, spec: service } })
  cluster.run({ for: '2s' })
  hook(cluster, config === undefined ? {} : { clientConfig: config })
  expect(creating(cluster)).toMatchObject({ code: 500, body: { reason: 'InternalError', message } })
  // Its own configuration may always be mended.
  expect(cluster.request({ verb: 'DELETE', path: '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/checks' }).code).toBe(200)
  expect(creating(cluster).code).toBe(201)
})

test('a server in TLS of an image that nobody knows has nothing against it', () => {
  const cluster = createCluster({ nodes: 1 })
  kubectl(cluster, 'run checker --image=example.com/checker --port=8443')
  kubectl(cluster, 'expose pod checker --port=443 --target-port=8443')
  hook(cluster, {})
  expect(creating(cluster).code).toBe(500)
  cluster.run({ for: '20s' })
  expect(creating(cluster).code).toBe(201)
})

test('a server of plain HTTP is no webhook', () => {
  const cluster = createCluster({ nodes: 1 })
  kubectl(cluster, 'run checker --image=nginx --port=80')
  kubectl(cluster, 'expose pod checker --port=443 --target-port=80')
  cluster.run({ for: '20s' })
  hook(cluster, {})
  expect(creating(cluster).body.message).toBe(failed('http: server gave HTTP response to HTTPS client'))
})

test.each<[about: string, fields: object]>([
  ['that may be missing', { failurePolicy: 'Ignore' }],
  ['of other resources', { rules: [{ ...rule, resources: ['pods'] }] }],
  ['of other verbs', { rules: [{ ...rule, operations: ['DELETE'] }] }],
  ['without rules', { rules: [] }],
  ['of other namespaces', { namespaceSelector: { matchLabels: { team: 'a' } } }],
  ['of other objects', { objectSelector: { matchLabels: { team: 'a' } } }],
  ['whose conditions do not hold', { matchConditions: [{ name: 'named-b', expression: 'object.metadata.name == "b"' }] }],
])('a webhook %s stands in nobody\'s way', (_about, fields) => {
  const cluster = createCluster({ nodes: 1, latency: 'zero' })
  hook(cluster, fields)
  expect(creating(cluster).code).toBe(201)
})

test('whoever changes objects is asked first, and of deletions, too', () => {
  const cluster = createCluster({ nodes: 1, latency: 'zero' })
  expect(creating(cluster).code).toBe(201)
  hook(cluster, { rules: [{ ...rule, operations: ['DELETE'] }] }, 'Mutating')
  expect(cluster.request({ verb: 'DELETE', path: '/api/v1/namespaces/default/configmaps/a' })).toMatchObject({ code: 500, body: { message: failed('service "checker" not found') } })
})

test('a condition that fails refuses', () => {
  const cluster = createCluster({ nodes: 1, latency: 'zero' })
  hook(cluster, { matchConditions: [{ name: 'broken', expression: 'object.data.nothing == "b"' }] })
  expect(creating(cluster)).toMatchObject({ code: 403, body: { message: expect.stringMatching(/^configmaps "a" is forbidden: expression 'object.data.nothing == "b"' resulted in error: no such key: /) } })
})

test('kubectl says it as it is', () => {
  const cluster = createCluster({ nodes: 1 })
  hook(cluster, { rules: [{ ...rule, apiGroups: ['apps'], resources: ['deployments'] }] })
  expect(kubectl(cluster, 'create deployment web --image=nginx').stderr).toBe(`error: failed to create deployment: ${failed('service "checker" not found')}\n`)
})
