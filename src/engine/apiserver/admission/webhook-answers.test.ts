import { describe, expect, test } from 'vitest'
import { createCluster, type Cluster } from '../../index.ts'
import { kubectl } from '../../../kubectl/index.ts'
import '../../../kubectl/commands/root.ts'
import { opinionOf } from './webhook-review.ts'

const D = '/api/v1/namespaces/default'
const unwanted = { 'webhook-e2e-test': 'webhook-disallow' }

/** With agnhost as the webhook of a Service. */
function world(): Cluster {
  const cluster = createCluster({ nodes: 1 })
  kubectl(cluster, 'run checker --image=registry.k8s.io/e2e-test-images/agnhost:2.55 --port=8443 -- webhook --port=8443')
  kubectl(cluster, 'expose pod checker --port=443 --target-port=8443')
  cluster.run({ for: '30s' })
  return cluster
}

interface Wanted {
  path: string
  kind?: 'Mutating' | 'Validating'
  resource?: string
  operation?: string
  more?: object
}

const hook = ({ path, resource = 'configmaps', operation = 'CREATE', more }: Wanted, i: number): object => ({
  name: `hook${i}.example.com`, sideEffects: 'None', admissionReviewVersions: ['v1'],
  rules: [{ operations: [operation], apiGroups: ['*'], apiVersions: ['v1'], resources: [resource] }],
  clientConfig: { service: { namespace: 'default', name: 'checker', path }, caBundle: 'YQ==' }, ...more,
})

function install(cluster: Cluster, ...hooks: Wanted[]): void {
  const kind = hooks[0]!.kind ?? 'Validating'
  const body = { apiVersion: 'admissionregistration.k8s.io/v1', kind: `${kind}WebhookConfiguration`, metadata: { name: 'hooks' }, webhooks: hooks.map(hook) }
  expect(cluster.request({ verb: 'POST', path: `/apis/admissionregistration.k8s.io/v1/${kind.toLowerCase()}webhookconfigurations`, body }).code).toBe(201)
}

const map = (cluster: Cluster, name: string, data: object, query: Record<string, string> = {}): { code: number; body: any } =>
  cluster.request({ verb: 'POST', path: `${D}/configmaps`, query, body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data } }) as never

test('what a webhook denies is not stored, in its own words', () => {
  const cluster = world()
  install(cluster, { path: '/configmaps' })
  expect(map(cluster, 'bad', unwanted)).toMatchObject({ code: 400, body: { reason: 'the configmap contains unwanted key and value', message: 'admission webhook "hook0.example.com" denied the request: the configmap contains unwanted key and value' } })
  expect(cluster.world().get('ConfigMap', 'bad')).toBeUndefined()
  expect(map(cluster, 'good', { a: 'b' }).code).toBe(201)
})

test('the question is a request of its own that one can follow', () => {
  const cluster = world()
  install(cluster, { path: '/configmaps' })
  const from = cluster.trace.length
  map(cluster, 'good', {})
  const steps = cluster.trace.slice(from)
  const hops = steps.filter(({ kind }) => kind === 'network').map((step) => `${step.from} -> ${step.to} ${step.detail?.type}`)
  expect(hops).toEqual(['kube-apiserver -> service/default/checker RequestSent', 'service/default/checker -> pod/default/checker RequestRouted', 'pod/default/checker -> kube-apiserver RequestAnswered'])
  // Each stage is told once, though the decision is made twice.
  expect(steps.filter(({ kind }) => kind === 'decision').map(({ detail }) => detail?.type)).toEqual(['Authenticated', 'Authorized', 'Mutated', 'Validated', 'Admitted'])
})

test('each webhook sees what those before it have changed', () => {
  const cluster = world()
  install(cluster, { kind: 'Mutating', path: '/mutating-configmaps' }, { path: '/mutating-configmaps' })
  expect(map(cluster, 'a', { 'mutation-start': 'yes' }).body.data).toEqual({ 'mutation-start': 'yes', 'mutation-stage-1': 'yes', 'mutation-stage-2': 'yes' })
})

test.each([['Never', 1], ['IfNeeded', 2]])('one whose reinvocation is %s has seen stage %i in the end', (reinvocationPolicy, stage) => {
  const cluster = world()
  install(cluster, { kind: 'Mutating', path: '/mutating-configmaps', more: { reinvocationPolicy } }, { path: '/add-label' })
  expect(Object.keys(map(cluster, 'a', { 'mutation-start': 'yes' }).body.data)).toHaveLength(stage + 1)
})

test('what a webhook adds to a pod gets defaults, and the mounts that others get', () => {
  const cluster = world()
  install(cluster, { kind: 'Mutating', path: '/mutating-pods', resource: 'pods' })
  kubectl(cluster, 'run webhook-to-be-mutated --image=nginx')
  expect(cluster.world().get('Pod', 'webhook-to-be-mutated')!['spec'].initContainers).toMatchObject([
    { name: 'webhook-added-init-container', terminationMessagePolicy: 'File', volumeMounts: [{ mountPath: '/var/run/secrets/kubernetes.io/serviceaccount' }] },
  ])
})

test('an object has one uid, however often it is asked about it', () => {
  const cluster = world()
  install(cluster, { path: '/configmaps' })
  const before = cluster.request({ verb: 'POST', path: `${D}/configmaps`, body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { generateName: 'a-' } } }).body as any
  expect(cluster.world().get('ConfigMap', before.metadata.name)!.metadata.uid).toBe(before.metadata.uid)
})

test.each([
  ['Fail', 1, 500, 1],
  ['Ignore', 1, 201, 1],
  ['Fail', 10, 201, 5],
])('an answer after five seconds, with the policy %s and a patience of %i: %i after %i', (failurePolicy, timeoutSeconds, code, seconds) => {
  const cluster = world()
  install(cluster, { path: '/always-allow-delay-5s', more: { failurePolicy, timeoutSeconds } })
  const from = cluster.now
  expect(map(cluster, 'a', {}).code).toBe(code)
  expect(Math.round((cluster.now - from) / 1000)).toBe(seconds)
})

describe('other operations', () => {
  test('a deletion', () => {
    const cluster = world()
    install(cluster, { path: '/configmaps', operation: 'DELETE' })
    map(cluster, 'a', { 'webhook-e2e-test': 'webhook-nondeletable' })
    expect(kubectl(cluster, 'delete configmap a').stderr).toContain('admission webhook "hook0.example.com" denied the request: the configmap cannot be deleted because it contains unwanted key and value')
  })

  test('an attach', () => {
    const cluster = world()
    install(cluster, { path: '/pods/attach', operation: 'CONNECT', resource: 'pods/attach' })
    kubectl(cluster, `run to-be-attached-pod --image=nginx --overrides='{"spec":{"containers":[{"name":"container1","image":"nginx"}]}}'`)
    kubectl(cluster, 'wait --for=condition=Ready pod/to-be-attached-pod')
    expect(kubectl(cluster, 'attach -i to-be-attached-pod').stderr).toContain(`denied the request: attaching to pod 'to-be-attached-pod' is not allowed`)
  })
})

test('a custom resource keeps of a change what its schema knows', () => {
  const cluster = world()
  const text = { type: 'string' }
  const schema = { type: 'object', properties: { data: { type: 'object', properties: { 'mutation-start': text, 'mutation-stage-1': text } } } }
  cluster.request({ verb: 'POST', path: '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', body: {
    apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata: { name: 'carts.shop.example' },
    spec: { group: 'shop.example', scope: 'Namespaced', names: { plural: 'carts', singular: 'cart', kind: 'Cart' }, versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: schema } }] },
  } })
  cluster.run({ for: '2s' })
  install(cluster, { kind: 'Mutating', path: '/mutating-custom-resource', resource: 'carts' }, { path: '/mutating-custom-resource', resource: 'carts' })
  const made = cluster.request({ verb: 'POST', path: '/apis/shop.example/v1/namespaces/default/carts', body: { apiVersion: 'shop.example/v1', kind: 'Cart', metadata: { name: 'a' }, data: { 'mutation-start': 'yes' } } }).body as any
  expect(made.data).toEqual({ 'mutation-start': 'yes', 'mutation-stage-1': 'yes' })
})

test('without the bundle of its authority, a certificate that nobody public has signed is not trusted', () => {
  const cluster = world()
  install(cluster, { path: '/configmaps', more: { clientConfig: { service: { namespace: 'default', name: 'checker', path: '/configmaps' } } } })
  expect(map(cluster, 'a', {}).body.message).toContain('tls: failed to verify certificate: x509: certificate signed by unknown authority')
})

test('what is no webhook at all says so', () => {
  const cluster = world()
  install(cluster, { path: '/nowhere' })
  expect(map(cluster, 'a', {}).body.message).toBe('Internal error occurred: failed calling webhook "hook0.example.com": failed to call webhook: the server could not find the requested resource')
})

test.each<[about: string, response: unknown, why: string]>([
  ['nothing', undefined, 'webhook response was absent'],
  ['another uid', { uid: 'x', allowed: true }, 'expected response.uid="u", got "x"'],
  ['a patch without its type', { uid: 'u', allowed: true, patch: 'W10=' }, 'webhook returned response.patch but not response.patchType'],
  ['a patch of another type', { uid: 'u', allowed: true, patch: 'W10=', patchType: 'Merge' }, 'webhook returned invalid response.patchType of "Merge"'],
])('an answer with %s is none', (_about, response, why) => {
  expect(opinionOf('h', 'u', 'v1', { kind: 'AdmissionReview', apiVersion: 'admission.k8s.io/v1', response }, true)).toEqual({ why: `received invalid webhook response: ${why}` })
})

test('a denial without words', () => {
  const review = { kind: 'AdmissionReview', apiVersion: 'admission.k8s.io/v1', response: { uid: 'u', allowed: false } }
  expect(opinionOf('h', 'u', 'v1', review, false)).toMatchObject({ status: { code: 400, message: 'admission webhook "h" denied the request without explanation' } })
})
