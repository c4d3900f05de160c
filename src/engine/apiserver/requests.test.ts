import { describe, expect, test } from 'vitest'
import { createCluster, type Cluster } from '../index.ts'
import '../../kubectl/index.ts'
import { fromTheWire } from '../api/onTheWire.ts'
import type { Request, Response } from '../api/request.ts'
import type { KubeObject, Status } from '../api/types.ts'

const D = '/api/v1/namespaces/default'
const merge = 'application/merge-patch+json'
const strategic = 'application/strategic-merge-patch+json'
const json = 'application/json-patch+json'
const apply = 'application/apply-patch+yaml'
const pod = (name: string, metadata: object = {}): object => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name, ...metadata }, spec: { containers: [{ name: 'c', image: 'nginx' }] } })
const map = (name: string, more: object = {}): object => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, ...more })

/** A pod p that nobody binds, a config map cm, a service s. */
function world(): Cluster {
  const cluster = createCluster({ nodes: 1, latency: 'zero' })
  cluster.fault({ type: 'scheduler-stop' })
  for (const [path, body] of [['pods', pod('p')], ['configmaps', map('cm', { data: { a: '1' } })], ['services', { metadata: { name: 's' }, spec: { ports: [{ port: 80 }] } }]] as const) {
    expect(cluster.request({ verb: 'POST', path: `${D}/${path}`, body }).code).toBe(201)
  }
  return cluster
}

const shared = world()

describe('what no request may ask', () => {
  const options = (kind: string, why: string): string => `${kind}.meta.k8s.io "" is invalid: ${why}`
  test.each<[string, Request, number, string]>([
    ['a POST to a name', { verb: 'POST', path: `${D}/pods/p`, body: pod('p') }, 405, 'the server does not allow this method on the requested resource'],
    ['a PUT to a collection', { verb: 'PUT', path: `${D}/pods`, body: pod('p') }, 405, 'the server does not allow this method on the requested resource'],
    ['a PATCH of a collection', { verb: 'PATCH', path: `${D}/pods`, body: {}, contentType: merge }, 405, 'the server does not allow this method on the requested resource'],
    ['all namespaces to go at once', { verb: 'DELETE', path: '/api/v1/namespaces' }, 405, 'the server does not allow this method on the requested resource'],
    ['what lies in namespaces to go in all of them', { verb: 'DELETE', path: '/api/v1/configmaps' }, 405, 'the server does not allow this method on the requested resource'],
    ['a PUT of what is not there, under another name', { verb: 'PUT', path: `${D}/configmaps/nobody`, body: map('else') }, 400, 'the name of the object (else) does not match the name on the URL (nobody)'],
    ['for bindings', { verb: 'GET', path: `${D}/bindings` }, 405, 'the server does not allow this method on the requested resource'],
    ['for reviews', { verb: 'GET', path: '/apis/authentication.k8s.io/v1/tokenreviews' }, 405, 'the server does not allow this method on the requested resource'],
    ['a review as a table', { verb: 'POST', path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', body: {}, accept: 'table' }, 406, 'only the following media types are accepted: application/json, application/yaml, application/vnd.kubernetes.protobuf'],
    ['a subresource that is not there', { verb: 'GET', path: `${D}/pods/p/scale` }, 404, 'the server could not find the requested resource'],
    ['another dry run than of all', { verb: 'POST', path: `${D}/pods?dryRun=Some`, body: pod('q') }, 422, options('CreateOptions', 'dryRun: Unsupported value: ["Some"]: supported values: "All"')],
    ['another validation of fields', { verb: 'PUT', path: `${D}/pods/p?fieldValidation=Loud`, body: pod('p') }, 422, options('UpdateOptions', 'fieldValidation: Unsupported value: "Loud": supported values: "Ignore", "Strict", "Warn"')],
    ['a manager with a long name', { verb: 'POST', path: `${D}/pods?fieldManager=${'m'.repeat(129)}`, body: pod('q') }, 422, options('CreateOptions', 'fieldManager: Too long: may not be more than 128 bytes')],
    ['force for what is no apply', { verb: 'PATCH', path: `${D}/pods/p?force=true`, body: {}, contentType: merge }, 422, options('PatchOptions', 'force: Forbidden: may not be specified for non-apply patch')],
    ['an unknown propagation policy', { verb: 'DELETE', path: `${D}/pods/p`, body: { propagationPolicy: 'Sideways' } }, 422, options('DeleteOptions', 'propagationPolicy: Unsupported value: "Sideways": supported values: "Foreground", "Background", "Orphan", "nil"')],
    ['two propagation policies', { verb: 'DELETE', path: `${D}/pods/p`, body: { propagationPolicy: 'Orphan', orphanDependents: true } }, 422, options('DeleteOptions', 'propagationPolicy: Invalid value: "Orphan": orphanDependents and deletionPropagation cannot be both set')],
    ['a limit that is no number', { verb: 'GET', path: `${D}/pods?limit=abc` }, 400, 'strconv.ParseInt: parsing "abc": invalid syntax'],
    ['a time that is no number', { verb: 'GET', path: `${D}/pods?timeoutSeconds=5s` }, 400, 'strconv.ParseInt: parsing "5s": invalid syntax'],
    ['nothing to be created', { verb: 'POST', path: `${D}/configmaps` }, 400, `the object provided is unrecognized (must be of type ConfigMap): couldn't get version/kind; json parse error: unexpected end of JSON input (<empty>)`],
    ['a resourceVersion on creation', { verb: 'POST', path: `${D}/pods`, body: pod('q', { resourceVersion: '3' }) }, 500, 'resourceVersion should not be set on objects to be created'],
    ['an eviction of another pod', { verb: 'POST', path: `${D}/pods/p/eviction`, body: { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: 'q' } } }, 400, 'name in URL does not match name in Eviction object'],
    ['a token for a moment', { verb: 'POST', path: `${D}/serviceaccounts/default/token`, body: { spec: { expirationSeconds: 10 } } }, 422, 'TokenRequest.authentication.k8s.io "" is invalid: spec.expirationSeconds: Invalid value: 10: may not specify a duration less than 10 minutes'],
  ])('%s', (_, request, code, message) => {
    const answer = shared.request(request)
    expect([answer.code, (answer.body as Status).message]).toEqual([code, message])
  })
})

describe('what cannot be changed', () => {
  test.each<[string, Request, number, string]>([
    ['the name', { verb: 'PATCH', path: `${D}/configmaps/cm`, body: { metadata: { name: 'x' } }, contentType: merge }, 400, 'the name of the object (x) does not match the name on the URL (cm)'],
    ['what somebody else has changed since', { verb: 'PUT', path: `${D}/configmaps/cm`, body: { ...map('cm'), metadata: { name: 'cm', resourceVersion: '1' } } }, 409, 'Operation cannot be fulfilled on configmaps "cm": the object has been modified; please apply your changes to the latest version and try again'],
    ['a version that is none', { verb: 'PUT', path: `${D}/configmaps/cm`, body: { ...map('cm'), metadata: { name: 'cm', resourceVersion: 'v1' } } }, 500, 'strconv.ParseUint: parsing "v1": invalid syntax'],
    ['a version beyond all', { verb: 'PATCH', path: `${D}/configmaps/cm`, body: { metadata: { resourceVersion: '18446744073709551616' } }, contentType: merge }, 500, 'strconv.ParseUint: parsing "18446744073709551616": value out of range'],
    ['the same by an apply', { verb: 'PATCH', path: `${D}/configmaps/cm?fieldManager=a`, body: { ...map('cm'), metadata: { name: 'cm', resourceVersion: '1' } }, contentType: apply }, 409, 'Operation cannot be fulfilled on configmaps "cm": the object has been modified; please apply your changes to the latest version and try again'],
    ['what is another one by its uid', { verb: 'PATCH', path: `${D}/configmaps/fresh?fieldManager=a`, body: { ...map('fresh'), metadata: { name: 'fresh', uid: 'abc' } }, contentType: apply }, 409, 'Operation cannot be fulfilled on configmaps "fresh": uid mismatch: the provided object specified uid abc, and no existing object was found'],
    ['an address', { verb: 'PATCH', path: `${D}/services/s`, body: { spec: { clusterIP: '10.96.0.77' } }, contentType: merge }, 422, 'Service "s" is invalid: spec.clusterIPs[0]: Invalid value: ["10.96.0.77"]: may not change once set'],
    ['by a patch whose test fails', { verb: 'PATCH', path: `${D}/configmaps/cm`, body: [{ op: 'test', path: '/data/a', value: '2' }], contentType: json }, 422, 'the server rejected our request due to an error in our request'],
    ['by a list item without its key', { verb: 'PATCH', path: `${D}/pods/p`, body: { spec: { containers: [{ image: 'x' }] } }, contentType: strategic }, 500, 'Internal error occurred: map: map[image:x] does not contain declared merge key: name'],
    ['by a patch with too many steps', { verb: 'PATCH', path: `${D}/configmaps/cm`, body: Array(10_001).fill({ op: 'add', path: '/data/z', value: '1' }), contentType: json }, 413, 'Request entity too large: The allowed maximum operations in a JSON patch is 10000, got 10001'],
    ['by no kind of patch', { verb: 'PATCH', path: `${D}/pods/p`, body: {}, contentType: 'application/foo' }, 415, 'the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/strategic-merge-patch+json, application/apply-patch+yaml'],
  ])('%s', (_, request, code, message) => {
    const answer = shared.request(request)
    expect([answer.code, (answer.body as Status).message]).toEqual([code, message])
  })
})

test.each(['0', '-1', 'x'])('a new object that says it is of version %s may come', (resourceVersion) => {
  expect(world().request({ verb: 'POST', path: `${D}/configmaps`, body: { ...map('new'), metadata: { name: 'new', resourceVersion } } }).code).toBe(201)
})

describe('what a body says twice', () => {
  const text = '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"twice"},"unknown":1,"data":{"a":"1",\n"a":"2"}}'
  const send = (fieldValidation: string, more: Partial<Request> = {}): Response =>
    world().request({ verb: 'POST', path: `${D}/configmaps`, query: { fieldValidation }, body: fromTheWire(text), ...more })
  test('is refused, warned of, or not looked at', () => {
    expect(send('Strict')).toMatchObject({ code: 400, body: { message: 'ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: unknown field "unknown", duplicate field "data.a"' } })
    expect(send('Warn')).toMatchObject({ code: 201, body: { data: { a: '2' } }, warnings: ['unknown field "unknown"', 'duplicate field "data.a"'] })
    expect(send('Ignore').warnings).toEqual([])
  })
  test('by an apply, with its line', () => {
    const applied = send('Strict', { verb: 'PATCH', path: `${D}/configmaps/twice?fieldManager=a`, contentType: apply })
    expect(applied).toMatchObject({ code: 400, body: { message: expect.stringContaining('line 2: key "a" already set in map') } })
  })
})

test('a DELETE may say in its body that it is only meant', () => {
  const cluster = world()
  expect(cluster.request({ verb: 'DELETE', path: `${D}/configmaps/cm`, body: { kind: 'DeleteOptions', apiVersion: 'v1', dryRun: ['All'] } }).code).toBe(200)
  expect(cluster.world().get('ConfigMap', 'cm')).toBeDefined()
})

test('orphanDependents is the older word for a policy', () => {
  const cluster = world()
  cluster.request({ verb: 'DELETE', path: `${D}/configmaps/cm`, body: { orphanDependents: true } })
  expect(cluster.world().get('ConfigMap', 'cm')?.metadata.finalizers).toEqual(['orphan'])
})

const preserved = 'child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove them or set propagationPolicy=Orphan to suppress this warning'
const jobs = '/apis/batch/v1/namespaces/default/jobs'
const controllers = `${D}/replicationcontrollers`

test.each<[string, string, object | undefined, readonly string[], readonly string[] | undefined]>([
  ['a job', `${jobs}/j`, undefined, [preserved], ['orphan']],
  ['a job, with its pods', `${jobs}/j`, { propagationPolicy: 'Background' }, [], undefined],
  ['a job, without them', `${jobs}/j`, { propagationPolicy: 'Orphan' }, [], ['orphan']],
  ['a job, in older words', `${jobs}/j`, { orphanDependents: false }, [], undefined],
  ['all jobs', jobs, undefined, [preserved], ['orphan']],
  ['a replication controller', `${controllers}/r`, undefined, [], ['orphan']],
  ['a replication controller, with its pods', `${controllers}/r`, { propagationPolicy: 'Foreground' }, [], ['foregroundDeletion']],
])('nobody says otherwise: %s leaves its pods behind', (_, path, body, warnings, finalizers) => {
  const cluster = world()
  const template = { metadata: { labels: { a: 'b' } }, spec: { restartPolicy: path.startsWith(jobs) ? 'Never' : 'Always', containers: [{ name: 'c', image: 'busybox' }] } }
  const collection = path.replace(/\/[jr]$/, '')
  const name = path.startsWith(jobs) ? 'j' : 'r'
  expect(cluster.request({ verb: 'POST', path: collection, body: { metadata: { name }, spec: path.startsWith(jobs) ? { template } : { selector: { a: 'b' }, template } } }).code).toBe(201)
  expect(cluster.request({ verb: 'DELETE', path, ...(body === undefined ? {} : { body }) }).warnings ?? []).toEqual(warnings)
  expect(cluster.world().get(path.startsWith(jobs) ? 'Job' : 'ReplicationController', name)?.metadata.finalizers).toEqual(finalizers)
})

test('whoever deletes what is deprecated is told so', () => {
  const cluster = world()
  const warnings = ['v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice']
  expect(cluster.request({ verb: 'DELETE', path: `${D}/endpoints/s` }).warnings).toEqual(warnings)
  expect(cluster.request({ verb: 'DELETE', path: `${D}/endpoints` }).warnings).toEqual(warnings)
})

test('a token is whose it is, for as long as it says, and dies with what it is bound to', () => {
  const cluster = world()
  const { uid } = cluster.world().get('Pod', 'p')!.metadata
  const issue = (spec: object): { token: string; expirationTimestamp: string } =>
    (cluster.request({ verb: 'POST', path: `${D}/serviceaccounts/default/token`, body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec } }).body as KubeObject)['status']
  const review = (token: string): any => (cluster.request({ verb: 'POST', path: '/apis/authentication.k8s.io/v1/tokenreviews', body: { spec: { token } } }).body as KubeObject)['status']
  const bound = issue({ boundObjectRef: { kind: 'Pod', apiVersion: 'v1', name: 'p', uid } })
  const short = issue({ expirationSeconds: 600 })
  expect(review(bound.token)).toMatchObject({ authenticated: true, user: { username: 'system:serviceaccount:default:default', extra: { 'authentication.kubernetes.io/pod-name': ['p'] } } })
  cluster.request({ verb: 'DELETE', path: `${D}/pods/p` })
  expect(review(bound.token)).toMatchObject({ user: {}, error: expect.stringContaining('service account token has been invalidated') })
  expect(review(short.token).authenticated).toBe(true)
  // Clocks may be a minute apart.
  cluster.run({ for: '659s' })
  expect(review(short.token).authenticated).toBe(true)
  cluster.run({ for: '2s' })
  expect(review(short.token).error).toContain('service account token has expired')
})

test('a token says where its pod is, and is worth nothing when its Secret or its account is gone', () => {
  const cluster = createCluster()
  cluster.request({ verb: 'POST', path: `${D}/pods`, body: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web' }, spec: { containers: [{ name: 'c', image: 'nginx' }] } } })
  cluster.request({ verb: 'POST', path: `${D}/secrets`, body: { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' } } })
  cluster.run({ for: '10s' })
  const world = cluster.world()
  const pod = world.get('Pod', 'web')!
  const issue = (kind: string, name: string): string =>
    (cluster.request({ verb: 'POST', path: `${D}/serviceaccounts/default/token`, body: { spec: { boundObjectRef: { kind, apiVersion: 'v1', name } } } }).body as KubeObject)['status'].token
  const review = (token: string): any => (cluster.request({ verb: 'POST', path: '/apis/authentication.k8s.io/v1/tokenreviews', body: { spec: { token } } }).body as KubeObject)['status']
  const [ofPod, ofSecret, ofNode] = [issue('Pod', 'web'), issue('Secret', 's'), issue('Node', 'node1')]
  const node = { 'authentication.kubernetes.io/node-name': [pod['spec'].nodeName], 'authentication.kubernetes.io/node-uid': [world.get('Node', pod['spec'].nodeName)!.metadata.uid] }
  expect(review(ofPod).user.extra).toMatchObject({ ...node, 'authentication.kubernetes.io/pod-uid': [pod.metadata.uid] })
  expect(review(ofNode).user.extra).toMatchObject({ 'authentication.kubernetes.io/node-name': ['node1'] })
  expect(review(ofSecret).authenticated).toBe(true)
  cluster.request({ verb: 'DELETE', path: `${D}/secrets/s` })
  expect(review(ofSecret).error).toBe('[invalid bearer token, service account token has been invalidated]')
  const { uid } = world.get('ServiceAccount', 'default')!.metadata
  cluster.request({ verb: 'DELETE', path: `${D}/serviceaccounts/default` })
  expect(review(ofPod).error).toBe('[invalid bearer token, serviceaccounts "default" not found]')
  cluster.run({ for: '5s' })
  expect(review(ofPod).error).toBe(`[invalid bearer token, service account UID (${cluster.world().get('ServiceAccount', 'default')!.metadata.uid}) does not match claim (${uid})]`)
})

test('a token is worth something to those it was made for', () => {
  const cluster = world()
  const path = '/apis/authentication.k8s.io/v1/tokenreviews'
  const token: string = (cluster.request({ verb: 'POST', path: `${D}/serviceaccounts/default/token`, body: { spec: { audiences: ['vault', 'other'] } } }).body as KubeObject)['status'].token
  const review = (audiences?: string[]): any => (cluster.request({ verb: 'POST', path, body: { spec: { token, audiences } } }).body as KubeObject)['status']
  expect(review(['vault', 'else'])).toMatchObject({ authenticated: true, audiences: ['vault'] })
  expect(review()).toEqual({ user: {}, error: '[invalid bearer token, token audiences ["vault" "other"] is invalid for the target audiences ["https://kubernetes.default.svc.cluster.local"]]' })
  expect(cluster.request({ verb: 'GET', path: D + '/pods', token }).code).toBe(401)
})

test('a bootstrap token is somebody who may join, until its time is over; then it goes', () => {
  const cluster = createCluster({ nodes: 1 })
  const make = (changes: object): number => {
    const stringData = { 'token-id': 'abcdef', 'token-secret': '0123456789abcdef', 'usage-bootstrap-authentication': 'true', 'auth-extra-groups': 'system:bootstrappers:kubeadm:default-node-token', ...changes }
    const metadata = { name: 'bootstrap-token-abcdef', namespace: 'kube-system' }
    return cluster.request({ verb: 'POST', path: '/api/v1/namespaces/kube-system/secrets', body: { apiVersion: 'v1', kind: 'Secret', metadata, type: 'bootstrap.kubernetes.io/token', stringData } }).code
  }
  const asked = (): any => (cluster.request({ verb: 'POST', path: '/apis/authentication.k8s.io/v1/tokenreviews', body: { spec: { token: 'abcdef.0123456789abcdef' } } }).body as KubeObject)['status']
  const remove = (): number => cluster.request({ verb: 'DELETE', path: '/api/v1/namespaces/kube-system/secrets/bootstrap-token-abcdef' }).code
  expect(make({ expiration: new Date(cluster.now + 60_000).toISOString() })).toBe(201)
  expect(asked().user).toEqual({ username: 'system:bootstrap:abcdef', groups: ['system:bootstrappers', 'system:bootstrappers:kubeadm:default-node-token', 'system:authenticated'] })
  cluster.run({ for: '62s' })
  expect(asked().error).toBe('invalid bearer token')
  expect(remove()).toBe(404)
  for (const wrong of [{ 'token-secret': 'other' }, { 'usage-bootstrap-authentication': 'no' }, { 'auth-extra-groups': 'system:masters' }]) {
    make(wrong)
    expect(asked().error).toBe('invalid bearer token')
    expect(remove()).toBe(200)
  }
  expect(make({ expiration: 'soon' })).toBe(201)
  cluster.run({ for: '2s' })
  expect(remove()).toBe(404)
})

test('a name by chance that somebody has is made again', () => {
  const generated = (cluster: Cluster): string => (cluster.request({ verb: 'POST', path: `${D}/configmaps`, body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { generateName: 'a-' } } }).body as KubeObject).metadata.name
  const first = generated(world())
  const cluster = world()
  expect(cluster.request({ verb: 'POST', path: `${D}/configmaps`, body: map(first) }).code).toBe(201)
  expect(generated(cluster)).toMatch(/^a-[a-z0-9]{5}$/)
})

test.each(['table', 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json'])('a table is asked for as %s', (accept) => {
  expect(world().request({ verb: 'GET', path: `${D}/pods`, accept }).body).toMatchObject({ kind: 'Table' })
})
