import { beforeAll, describe, expect, test } from 'vitest'
import { kubectl } from '../../kubectl/index.ts'
import type { KubeObject, Status } from '../api/types.ts'
import { createCluster, type Cluster } from '../index.ts'

const merge = 'application/merge-patch+json'
const strategic = 'application/strategic-merge-patch+json'

const workload = (apiVersion: string, kind: string, name: string, more = ''): string => `
apiVersion: ${apiVersion}
kind: ${kind}
metadata: { name: ${name} }
spec:
  replicas: 1${more}
  selector: ${kind === 'ReplicationController' ? `{ app: ${name} }` : `{ matchLabels: { app: ${name} } }`}
  template: { metadata: { labels: { app: ${name} } }, spec: { containers: [{ name: main, image: nginx:1.27 }] } }
`
const manifests = [
  'apiVersion: v1\nkind: Pod\nmetadata: { name: p }\nspec: { containers: [{ name: a, image: nginx:1.27, resources: { requests: { cpu: 10m } } }] }\n',
  'apiVersion: v1\nkind: Pod\nmetadata: { name: two }\nspec: { containers: [{ name: a, image: nginx:1.27 }, { name: b, image: redis:7 }] }\n',
  workload('apps/v1', 'Deployment', 'd'), workload('apps/v1', 'ReplicaSet', 'rs'), workload('apps/v1', 'StatefulSet', 'sts', '\n  serviceName: x'), workload('v1', 'ReplicationController', 'rc'),
  'apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: { name: b }\nspec: { maxUnavailable: 1, selector: { matchLabels: { app: d } } }\n',
  'apiVersion: v1\nkind: Service\nmetadata: { name: s }\nspec: { ports: [{ port: 80 }] }\n',
]

function world(): Cluster {
  const cluster = createCluster({ nodes: 1, latency: 'zero' })
  expect(kubectl(cluster, 'apply -f all.yaml', { files: { 'all.yaml': manifests.join('---\n') } }).stderr).toBe('')
  cluster.run({ for: '30s' })
  return cluster
}

const pods = '/api/v1/namespaces/default/pods'
const apps = '/apis/apps/v1/namespaces/default'
const ask = (cluster: Cluster, verb: string, path: string, body?: unknown, contentType?: string) =>
  cluster.request({ verb, path, ...(body === undefined ? {} : { body }), ...(contentType === undefined ? {} : { contentType }) } as never)
const message = (answer: { body: unknown }): string | undefined => (answer.body as Status).message

describe('the verbs of subresources', () => {
  let cluster: Cluster
  beforeAll(() => void (cluster = world()))
  const changed = ['GET', 'PATCH', 'PUT']
  test.each<[string, readonly string[]]>([
    [`${pods}/p/status`, changed], [`${pods}/p/ephemeralcontainers`, changed], [`${pods}/p/resize`, changed], [`${pods}/p/binding`, ['POST']], [`${pods}/p/eviction`, ['POST']],
    [`${pods}/p/log`, ['GET']], [`${pods}/p/exec`, ['GET', 'POST']], [`${pods}/p/attach`, ['GET', 'POST']], [`${pods}/p/portforward`, ['GET', 'POST']],
    [`${apps}/deployments/d/scale`, changed], [`${apps}/deployments/d/status`, changed], [`${apps}/replicasets/rs/scale`, changed], [`${apps}/statefulsets/sts/scale`, changed],
    ['/api/v1/namespaces/default/replicationcontrollers/rc/scale', changed], ['/api/v1/namespaces/default/serviceaccounts/default/token', ['POST']],
    ['/api/v1/namespaces/default/finalize', ['PUT']], ['/api/v1/namespaces/default/status', changed], ['/api/v1/nodes/node1/status', changed],
  ])('%s', (path, allowed) => {
    const refused = ['DELETE', 'GET', 'PATCH', 'POST', 'PUT'].filter((verb) => !allowed.includes(verb))
    for (const verb of refused) expect([verb, ask(cluster, verb, path, verb === 'GET' ? undefined : {}, verb === 'PATCH' ? merge : undefined).code]).toEqual([verb, 405])
    expect(cluster.world().list('Pod').every(({ metadata }) => metadata.deletionTimestamp === undefined)).toBe(true)
  })

  test.each([`${pods}/p/scale`, `${pods}/p/token`, `${pods}/p/moon`, `${apps}/daemonsets/x/scale`])('there is no %s', (path) => {
    expect(ask(cluster, 'GET', path)).toMatchObject({ code: 404, body: { message: 'the server could not find the requested resource' } })
  })
})

describe('scale', () => {
  const scale = (name: string, replicas: unknown, more: object = {}): object => ({ apiVersion: 'autoscaling/v1', kind: 'Scale', metadata: { name, namespace: 'default', ...more }, spec: { replicas } })

  test.each([['deployments', 'd', 'Deployment'], ['replicasets', 'rs', 'ReplicaSet'], ['statefulsets', 'sts', 'StatefulSet']])('of %s is read, put and patched', (plural, name, kind) => {
    const cluster = world()
    const path = `${apps}/${plural}/${name}/scale`
    expect(ask(cluster, 'GET', path).body).toMatchObject({ kind: 'Scale', spec: { replicas: 1 }, status: { replicas: 1, selector: `app=${name}` } })
    expect(ask(cluster, 'PUT', path, scale(name, 3)).body).toMatchObject({ kind: 'Scale', spec: { replicas: 3 } })
    expect(ask(cluster, 'PATCH', path, { spec: { replicas: 2 }, metadata: { labels: { mine: 'yes' } } }, merge).body).toMatchObject({ spec: { replicas: 2 } })
    expect(ask(cluster, 'PATCH', path, [{ op: 'test', path: '/spec/replicas', value: 2 }, { op: 'replace', path: '/spec/replicas', value: 4 }], 'application/json-patch+json').body).toMatchObject({ spec: { replicas: 4 } })
    const object = cluster.world().get(kind, name)!
    expect([object['spec'].replicas, object.metadata.labels]).toEqual([4, undefined])
  })

  test.each<[string, unknown, number, string | RegExp]>([
    ['of another', scale('e', 3), 400, 'the name of the object (e) does not match the name on the URL (d)'],
    ['of none', {}, 400, 'name must be provided'],
    ['below nothing', scale('d', -3), 422, 'Scale.autoscaling "d" is invalid: spec.replicas: Invalid value: -3: must be greater than or equal to 0'],
    ['of an old version', scale('d', 3, { resourceVersion: '1' }), 409, /the object has been modified/],
    ['of another kind', { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'd' }, spec: { replicas: 3 } }, 400, /Deployment in version "v1" cannot be handled as a Scale/],
    ['that is no number', scale('d', 'many'), 400, /cannot unmarshal string into Go struct field ScaleSpec.spec.replicas of type int32/],
  ])('%s is refused', (_, body, code, words) => {
    const cluster = world()
    const answer = ask(cluster, 'PUT', `${apps}/deployments/d/scale`, body)
    expect(answer.code).toBe(code)
    if (typeof words === 'string') expect(message(answer)).toBe(words)
    else expect(message(answer)).toMatch(words)
    expect(cluster.world().get('Deployment', 'd')!['spec'].replicas).toBe(1)
  })
})

describe('status', () => {
  test('leaves the spec alone, and the spec leaves the status', () => {
    const cluster = world()
    const patched = ask(cluster, 'PATCH', `${apps}/deployments/d/status`, { spec: { replicas: 9 }, status: { replicas: 7 }, metadata: { labels: { mine: 'yes' } } }, merge)
    expect(patched.body).toMatchObject({ spec: { replicas: 1 }, status: { replicas: 7 } })
    expect(ask(cluster, 'PATCH', `${apps}/deployments/d`, { spec: { paused: true }, status: { replicas: 5 } }, merge).body).toMatchObject({ spec: { paused: true }, status: { replicas: 7 } })
  })

  test.each<[string, string, object, string]>([
    ["a pod's class", `${pods}/p/status`, { status: { qosClass: 'Guaranteed' } }, 'Pod "p" is invalid: status.qosClass: Invalid value: "Guaranteed": field is immutable'],
    ["a budget's count", '/apis/policy/v1/namespaces/default/poddisruptionbudgets/b/status', { status: { disruptionsAllowed: -1 } }, 'PodDisruptionBudget.policy "b" is invalid: status.disruptionsAllowed: Invalid value: -1: must be greater than or equal to 0'],
    ["a Service's balancer", '/api/v1/namespaces/default/services/s/status', { status: { loadBalancer: { ingress: [{ ip: '1.2.3.4' }] } } }, 'Service "s" is invalid: status.loadBalancer.ingress: Forbidden: may only be used when `spec.type` is \'LoadBalancer\''],
    ["a namespace's phase", '/api/v1/namespaces/default/status', { status: { phase: 'Terminating' } }, 'Namespace "default" is invalid: status.Phase: Invalid value: "Terminating": may only be \'Active\' if `deletionTimestamp` is empty'],
  ])('%s is looked at', (_, path, body, words) => {
    expect(message(ask(world(), 'PATCH', path, body, merge))).toBe(words)
  })
})

describe('binding', () => {
  const bind = (cluster: Cluster, target: object, name = 'waiting') => ask(cluster, 'POST', `${pods}/waiting/binding`, { apiVersion: 'v1', kind: 'Binding', metadata: { name }, target })
  function waiting(): Cluster {
    const cluster = world()
    ask(cluster, 'POST', pods, { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'waiting' }, spec: { schedulerName: 'nobody', containers: [{ name: 'a', image: 'nginx:1.27' }] } })
    return cluster
  }

  test('names the node, once', () => {
    const cluster = waiting()
    expect(bind(cluster, { kind: 'Node', name: 'node1' }).code).toBe(201)
    expect(cluster.world().get('Pod', 'waiting')).toMatchObject({ spec: { nodeName: 'node1' } })
    expect(bind(cluster, { kind: 'Node', name: 'node1' })).toMatchObject({ code: 409, body: { message: 'Operation cannot be fulfilled on pods/binding "waiting": pod waiting is already assigned to node "node1"' } })
  })

  test.each<[string, object, string, number, string]>([
    ['to a pod', { kind: 'Pod', name: 'x' }, 'waiting', 500, 'target.kind: Unsupported value: "Pod": supported values: "Node", "<empty>"'],
    ['to nowhere', { kind: 'Node' }, 'waiting', 500, 'target.name: Required value'],
    ['of another', { kind: 'Node', name: 'node1' }, 'other', 400, 'name in URL does not match name in Binding object'],
  ])('%s is refused', (_, target, name, code, words) => {
    const answer = bind(waiting(), target, name)
    expect([answer.code, message(answer)]).toEqual([code, words])
  })
})

describe('eviction', () => {
  const evict = (cluster: Cluster, name: string, body: object = {}, query = '') => ask(cluster, 'POST', `${pods}/${name}/eviction${query}`, { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name }, ...body })

  test('deletes; a dry run answers the same and deletes nothing', () => {
    const cluster = world()
    expect(evict(cluster, 'p', {}, '?dryRun=All')).toMatchObject({ code: 201, body: { status: 'Success' } })
    expect(cluster.world().get('Pod', 'p')!.metadata.deletionTimestamp).toBeUndefined()
    expect(evict(cluster, 'p')).toMatchObject({ code: 201, body: { status: 'Success' } })
    expect(cluster.world().get('Pod', 'p')!.metadata.deletionTimestamp).toBeDefined()
  })

  test('of nobody, and of another than is named', () => {
    const cluster = world()
    expect(evict(cluster, 'nobody').code).toBe(404)
    expect(message(ask(cluster, 'POST', `${pods}/p/eviction`, { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: 'q' } }))).toBe('name in URL does not match name in Eviction object')
  })

  test('of another pod of this name', () => {
    const cluster = world()
    const { uid } = cluster.world().get('Pod', 'p')!.metadata
    expect(message(evict(cluster, 'p', { deleteOptions: { preconditions: { uid: 'x' } } }))).toBe(
      `Operation cannot be fulfilled on Pod "p": the UID in the precondition (x) does not match the UID in record (${uid}). The object might have been deleted and then recreated`,
    )
  })
})

describe('log', () => {
  let cluster: Cluster
  beforeAll(() => void (cluster = world()))
  test.each<[string, number, string]>([
    ['p/log?container=x', 400, 'container x is not valid for pod p'],
    ['two/log', 400, 'a container name must be specified for pod two, choose one of: [a b]'],
    ['p/log?previous=true', 400, 'previous terminated container "a" in pod "p" not found'],
    ['p/log?tailLines=-1', 422, 'PodLogOptions "p" is invalid: tailLines: Invalid value: -1: must be greater than or equal to 0'],
    ['p/log?limitBytes=0', 422, 'PodLogOptions "p" is invalid: limitBytes: Invalid value: 0: must be greater than 0'],
    ['p/log?sinceSeconds=0', 422, 'PodLogOptions "p" is invalid: sinceSeconds: Invalid value: 0: must be greater than 0'],
    ['p/log?tailLines=abc', 400, 'strconv.ParseInt: parsing "abc": invalid syntax'],
    ['nobody/log', 404, 'pods "nobody" not found'],
  ])('%s', (path, code, words) => {
    const answer = ask(cluster, 'GET', `${pods}/${path}`)
    expect([answer.code, message(answer)]).toEqual([code, words])
  })

  test('its last line', () => {
    expect(ask(cluster, 'GET', `${pods}/p/log?tailLines=1`)).toMatchObject({ code: 200 })
  })
})

describe('ephemeralcontainers', () => {
  test('come one by one, stay as they are, and come only here', () => {
    const cluster = world()
    const add = (path: string, ...containers: object[]) => ask(cluster, 'PATCH', path, { spec: { ephemeralContainers: containers } }, strategic)
    const path = `${pods}/p/ephemeralcontainers`
    expect(add(path, { name: 'dbg', image: 'busybox:1.36' })).toMatchObject({ code: 200, body: { spec: { ephemeralContainers: [{ name: 'dbg' }] } } })
    expect(message(add(path, { name: 'dbg', image: 'busybox:1.35' }))).toContain('spec.ephemeralContainers: Forbidden: existing ephemeral containers "dbg" may not be changed')
    expect(message(add(path, { name: 'a', image: 'busybox:1.36' }))).toContain('spec.ephemeralContainers[0].name: Duplicate value: "a"')
    expect(message(ask(cluster, 'PATCH', path, { spec: { ephemeralContainers: null } }, merge))).toContain('existing ephemeral containers "dbg" may not be removed')
    expect(message(add(`${pods}/p`, { name: 'other', image: 'busybox:1.36' }))).toContain('spec: Forbidden: pod updates may not change fields other than')
  })
})

describe('resize', () => {
  test('changes what containers ask for, and nothing else', () => {
    const cluster = world()
    const resize = (...containers: object[]) => ask(cluster, 'PATCH', `${pods}/p/resize`, { spec: { containers } }, strategic)
    expect(resize({ name: 'a', image: 'other', resources: { requests: { cpu: '20m' } } })).toMatchObject({ code: 200, body: { spec: { containers: [{ image: 'nginx:1.27', resources: { requests: { cpu: '20m' } } }] } } })
    expect(message(resize({ name: 'a', resources: { limits: { cpu: '5m' } } }))).toBe('Pod "p" is invalid: spec.containers[0].resources.requests: Invalid value: "20m": must be less than or equal to cpu limit of 5m')
    expect(message(resize({ name: 'new', image: 'x' }))).toBe('Pod "p" is invalid: spec.containers: Forbidden: containers may not be added or removed on resize')
  })
})

describe('token', () => {
  const path = '/api/v1/namespaces/default/serviceaccounts/default/token'
  const request = (spec: object): object => ({ apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec })
  let cluster: Cluster
  beforeAll(() => void (cluster = world()))

  test('is issued to whom it may concern', () => {
    expect(ask(cluster, 'POST', path, request({ audiences: ['x'], expirationSeconds: 600 }))).toMatchObject({ code: 201, body: { kind: 'TokenRequest', spec: { audiences: ['x'], expirationSeconds: 600 } } })
  })

  test.each<[string, object, number, string, account?: string]>([
    ['too short a life', { expirationSeconds: 5 }, 422, 'spec.expirationSeconds: Invalid value: 5: may not specify a duration less than 10 minutes'],
    ['a pod that there is not', { boundObjectRef: { kind: 'Pod', apiVersion: 'v1', name: 'nobody' } }, 404, 'pods "nobody" not found'],
    ['the pod of another account', { boundObjectRef: { kind: 'Pod', apiVersion: 'v1', name: 'p' } }, 400, 'cannot bind token for serviceaccount "other" to pod running with different serviceaccount name.', 'other'],
    ['what no token is bound to', { boundObjectRef: { kind: 'ConfigMap', apiVersion: 'v1', name: 'x' } }, 400, 'cannot bind token for serviceaccount to object of type ConfigMap'],
  ])('not for %s', (_, spec, code, words, account = 'default') => {
    if (account !== 'default') ask(cluster, 'POST', '/api/v1/namespaces/default/serviceaccounts', { metadata: { name: account } })
    const answer = ask(cluster, 'POST', path.replace('default/token', `${account}/token`), request(spec))
    expect([answer.code, (answer.body as KubeObject & Status).message]).toEqual([code, expect.stringContaining(words)])
  })
})
