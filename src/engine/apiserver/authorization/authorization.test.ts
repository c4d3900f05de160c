import { describe, expect, test } from 'vitest'
import { createCluster } from '../../index.ts'
import type { Impersonation, Response } from '../../api/request.ts'
import type { KubeObject, Status } from '../../api/types.ts'

const rbac = 'rbac.authorization.k8s.io'
const everybody = 'system:authenticated'

function clusterWith(...objects: object[]) {
  const cluster = createCluster({ nodes: 2, latency: 'zero' })
  for (const object of objects as KubeObject[]) {
    const plural = `${object.kind.toLowerCase()}s`
    const [prefix, namespace] = [object.apiVersion === 'v1' ? '/api/v1' : `/apis/${object.apiVersion}`, object.metadata.namespace]
    const path = namespace === undefined ? `${prefix}/${plural}` : `${prefix}/namespaces/${namespace}/${plural}`
    expect(cluster.request({ verb: 'create', path, body: object })).toMatchObject({ code: 201 })
  }
  const ask = (as: string | Impersonation, verb: 'get' | 'create' | 'delete', path: string, body?: unknown): Response =>
    cluster.request({ verb, path, body, as: typeof as === 'string' ? { name: as } : as })
  const message = (response: Response): string | undefined => (response.body as Status).message
  return { cluster, ask, message }
}

const role = (name: string, rules: object[], namespace = 'default') => ({ apiVersion: `${rbac}/v1`, kind: 'Role', metadata: { name, namespace }, rules })
const binding = (name: string, kind: string, roleName: string, subject: object, namespace = 'default') => ({
  apiVersion: `${rbac}/v1`, kind: 'RoleBinding', metadata: { name, namespace }, roleRef: { apiGroup: rbac, kind, name: roleName }, subjects: [subject],
})
const person = (name: string) => ({ kind: 'User', name, apiGroup: rbac })
const podReader = role('reader', [{ apiGroups: [''], resources: ['pods', 'pods/log'], verbs: ['get', 'list', 'watch'] }])
const pods = '/api/v1/namespaces/default/pods'

describe('roles', () => {
  test('allow what they say and nothing else', () => {
    const { ask, message } = clusterWith(podReader, binding('ann-reads', 'Role', 'reader', person('ann')))
    expect(ask('ann', 'get', pods).code).toBe(200)
    expect(message(ask('ann', 'delete', `${pods}/web`))).toBe(
      'pods "web" is forbidden: User "ann" cannot delete resource "pods" in API group "" in the namespace "default"',
    )
    expect(message(ask('ann', 'get', '/api/v1/pods'))).toBe('pods is forbidden: User "ann" cannot list resource "pods" in API group "" at the cluster scope')
    expect(message(ask('ann', 'get', '/apis/apps/v1/namespaces/kube-system/deployments/x'))).toBe(
      'deployments.apps "x" is forbidden: User "ann" cannot get resource "deployments" in API group "apps" in the namespace "kube-system"',
    )
    expect(ask('bob', 'get', pods).code).toBe(403)
  })

  test('can name single objects, and parts of objects', () => {
    const { ask } = clusterWith(
      role('one', [
        { apiGroups: [''], resources: ['configmaps'], resourceNames: ['known'], verbs: ['get', 'list'] },
        { apiGroups: ['apps'], resources: ['*/scale'], verbs: ['get'] },
      ]),
      binding('b', 'Role', 'one', person('ann')),
    )
    const maps = '/api/v1/namespaces/default/configmaps'
    expect(ask('ann', 'get', `${maps}/known`).code).toBe(404)
    expect(ask('ann', 'get', `${maps}/other`).code).toBe(403)
    expect(ask('ann', 'get', maps).code).toBe(403)
    expect(ask('ann', 'get', `${maps}?fieldSelector=metadata.name%3Dknown`).code).toBe(200)
    expect(ask('ann', 'get', '/apis/apps/v1/namespaces/default/deployments/web/scale').code).toBe(404)
    expect(ask('ann', 'get', '/apis/apps/v1/namespaces/default/deployments/web').code).toBe(403)
  })

  test('that are bound but not there are told', () => {
    const { ask, message } = clusterWith(binding('b', 'Role', 'gone', person('ann')))
    expect(message(ask('ann', 'get', pods))).toBe(
      'pods is forbidden: User "ann" cannot list resource "pods" in API group "" in the namespace "default": RBAC: role.rbac.authorization.k8s.io "gone" not found',
    )
  })

  test('apply as soon as they are written, and no longer than they are there', () => {
    const { cluster, ask } = clusterWith(podReader)
    expect(ask('ann', 'get', pods).code).toBe(403)
    cluster.request({ verb: 'create', path: `/apis/${rbac}/v1/namespaces/default/rolebindings`, body: binding('b', 'Role', 'reader', person('ann')) })
    expect(ask('ann', 'get', pods).code).toBe(200)
    cluster.request({ verb: 'delete', path: `/apis/${rbac}/v1/namespaces/default/rolebindings/b` })
    expect(ask('ann', 'get', pods).code).toBe(403)
  })

  test('can be bound to groups and to service accounts', () => {
    const { ask } = clusterWith(
      binding('to-group', 'ClusterRole', 'view', { kind: 'Group', name: 'devs', apiGroup: rbac }),
      binding('to-account', 'ClusterRole', 'view', { kind: 'ServiceAccount', name: 'robot', namespace: 'kube-system' }),
    )
    expect(ask({ name: 'ann', groups: ['devs'] }, 'get', pods).code).toBe(200)
    expect(ask('ann', 'get', pods).code).toBe(403)
    expect(ask('system:serviceaccount:kube-system:robot', 'get', pods).code).toBe(200)
    expect(ask('system:serviceaccount:default:robot', 'get', pods).code).toBe(403)
  })
})

describe('the roles that the server makes', () => {
  const { cluster } = clusterWith()
  const named = (kind: string, name: string) => cluster.world().get(kind, name)

  test('are as many as upstream, without what distributions add', () => {
    const count = (kind: string): number => cluster.world().list(kind).length
    // 68 and 49 of the server, what kubeadm adds for its administrator and for CoreDNS, and what the network plug-in brings.
    expect([count('ClusterRole'), count('ClusterRoleBinding'), count('Role'), count('RoleBinding')]).toEqual([70, 52, 7, 7])
  })

  test('are put together from their parts', () => {
    const verbsOn = (name: string, resource: string): string[] =>
      named('ClusterRole', name)!['rules'].filter((rule: any) => rule.resources.includes(resource)).flatMap((rule: any) => rule.verbs)
    expect(verbsOn('view', 'pods')).toEqual(['get', 'list', 'watch'])
    expect(verbsOn('view', 'secrets')).toEqual([])
    expect(verbsOn('edit', 'pods').toSorted()).toEqual(['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'])
    expect(verbsOn('edit', 'roles')).toEqual([])
    expect(verbsOn('admin', 'roles')).toContain('create')
  })
})

describe('a node', () => {
  const webPod = {
    apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', namespace: 'default' },
    spec: { nodeName: 'node1', containers: [{ name: 'c', image: 'nginx:1.27', envFrom: [{ secretRef: { name: 'mine' } }] }] },
  }
  const as = { name: 'system:node:node1', groups: ['system:nodes'] }
  const cases: [path: string, code: number, why?: string][] = [
    ['/api/v1/namespaces/default/secrets/mine', 404],
    ['/api/v1/namespaces/default/secrets/other', 403, `no relationship found between node 'node1' and this object`],
    ['/api/v1/secrets', 403, 'can only read namespaced object of this type'],
    ['/api/v1/namespaces/default/secrets', 403, 'No Object name found'],
    ['/api/v1/namespaces/default/configmaps/kube-root-ca.crt', 200],
    ['/api/v1/nodes/node1', 200],
    ['/api/v1/nodes/node2', 403, `node 'node1' cannot read 'node2', only its own Node object`],
    ['/api/v1/nodes', 403, `node 'node1' cannot read all nodes, only its own Node object`],
    ['/api/v1/pods?fieldSelector=spec.nodeName%3Dnode1', 200],
    ['/api/v1/pods', 403, 'can only list/watch pods with spec.nodeName field selector'],
    ['/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/node1', 200],
    ['/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/node2', 403, 'can only access node lease with the same name as the requesting node'],
    ['/apis/apps/v1/deployments', 403],
  ]
  const { cluster, ask, message } = clusterWith(webPod)

  test.each(cases)('reading %s', (path, code, why) => {
    const response = ask(as, 'get', path)
    expect(response.code).toBe(code)
    if (why !== undefined) expect(message(response)).toContain(why)
  })

  test('gets tokens only of accounts that its pods run as', () => {
    const boundObjectRef = { apiVersion: 'v1', kind: 'Pod', name: 'web', uid: cluster.world().get('Pod', 'web')!.metadata.uid }
    const token = (account: string) => ask(as, 'create', `/api/v1/namespaces/${account}/token`, { spec: { boundObjectRef } })
    expect(token('default/serviceaccounts/default').code).toBe(201)
    expect(message(token('kube-system/serviceaccounts/default'))).toContain('no relationship found between')
  })
})

describe('acting as somebody else', () => {
  test('has to be allowed', () => {
    const { cluster } = clusterWith()
    const bob = { name: 'bob', groups: [everybody] }
    const message = (as: Impersonation) => (cluster.request({ verb: 'get', path: pods, user: bob, as }).body as Status).message
    expect(message({ name: 'ann' })).toBe('users "ann" is forbidden: User "bob" cannot impersonate resource "users" in API group "" at the cluster scope')
    expect(message({ name: 'system:serviceaccount:x:y' })).toBe(
      'serviceaccounts "y" is forbidden: User "bob" cannot impersonate resource "serviceaccounts" in API group "" in the namespace "x"',
    )
  })

  test.each<[Impersonation, string[]]>([
    [{ name: 'ann' }, [everybody]],
    [{ name: 'system:anonymous' }, ['system:unauthenticated']],
    [{ name: 'ann', groups: ['devs'] }, ['devs', everybody]],
    [{ name: 'system:serviceaccount:shop:cart' }, ['system:serviceaccounts', 'system:serviceaccounts:shop', everybody]],
  ])('%j has the groups that come with the name', (as, groups) => {
    const { ask } = clusterWith()
    const path = '/apis/authentication.k8s.io/v1/selfsubjectreviews'
    // Only who is authenticated may ask.
    const response = ask(as, 'create', path, {})
    if (as.name === 'system:anonymous') expect(response.code).toBe(403)
    else expect((response.body as KubeObject)['status']).toEqual({ userInfo: { username: as.name, groups } })
  })
})

describe('giving rights away', () => {
  const maker = role('maker', [{ apiGroups: [rbac], resources: ['roles', 'rolebindings'], verbs: ['create', 'update'] }, podReader.rules[0]!])
  const roles = `/apis/${rbac}/v1/namespaces/default/roles`
  const bindings = `/apis/${rbac}/v1/namespaces/default/rolebindings`

  test('is possible only with rights that one has', () => {
    const { ask, message } = clusterWith(maker, binding('b', 'Role', 'maker', person('ann')))
    expect(ask('ann', 'create', roles, role('less', [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }])).code).toBe(201)
    const more = role('more', [{ apiGroups: ['apps'], resources: ['deployments'], verbs: ['delete', 'get'] }, { apiGroups: [''], resources: ['secrets'], resourceNames: ['k'], verbs: ['get'] }])
    expect(message(ask('ann', 'create', roles, more))).toBe(
      [
        `roles.${rbac} "more" is forbidden: user "ann" (groups=["system:authenticated"]) is attempting to grant RBAC permissions not currently held:`,
        '{APIGroups:[""], Resources:["secrets"], ResourceNames:["k"], Verbs:["get"]}',
        '{APIGroups:["apps"], Resources:["deployments"], Verbs:["delete" "get"]}',
      ].join('\n'),
    )
  })

  test('by a binding needs the rights of its role, or the verb bind', () => {
    const bind = role('binder', [{ apiGroups: [rbac], resources: ['clusterroles'], resourceNames: ['edit'], verbs: ['bind'] }])
    const { ask, message } = clusterWith(maker, bind, binding('a', 'Role', 'maker', person('ann')), binding('b', 'Role', 'binder', person('ann')))
    expect(ask('ann', 'create', bindings, binding('c', 'ClusterRole', 'edit', person('joe'))).code).toBe(201)
    expect(message(ask('ann', 'create', bindings, binding('d', 'ClusterRole', 'system:monitoring', person('joe'))))).toContain('{NonResourceURLs:["/metrics"], Verbs:["get"]}')
    expect(message(ask('ann', 'create', bindings, binding('e', 'Role', 'nothing', person('joe'))))).toBe(`roles.${rbac} "nothing" not found`)
  })
})

describe('reviews', () => {
  const path = (plural: string) => `/apis/authorization.k8s.io/v1/${plural}`
  const can = { resourceAttributes: { verb: 'list', resource: 'pods', namespace: 'default' } }

  test('answer for oneself and for others, and are stored nowhere', () => {
    const { cluster, ask } = clusterWith(podReader, binding('b', 'Role', 'reader', person('ann')))
    const before = cluster.revision
    const status = (response: Response) => (response.body as KubeObject)['status']
    expect(status(ask('ann', 'create', path('selfsubjectaccessreviews'), { spec: can }))).toEqual({
      allowed: true, reason: 'RBAC: allowed by RoleBinding "b/default" of Role "reader" to User "ann"',
    })
    expect(status(ask('bob', 'create', path('selfsubjectaccessreviews'), { spec: can }))).toEqual({ allowed: false })
    expect(status(cluster.request({ verb: 'create', path: path('subjectaccessreviews'), body: { spec: { ...can, user: 'ann' } } }))).toMatchObject({ allowed: true })
    expect(status(ask('ann', 'create', path('selfsubjectaccessreviews'), { spec: { nonResourceAttributes: { path: '/healthz', verb: 'get' } } }))).toMatchObject({ allowed: true })
    expect(cluster.revision).toBe(before)
  })

  test.each<[string, unknown, number]>([
    ['selfsubjectaccessreviews', { spec: {} }, 422],
    ['selfsubjectaccessreviews', { spec: { ...can, nonResourceAttributes: { path: '/' } } }, 422],
    ['subjectaccessreviews', { spec: can }, 422],
    ['selfsubjectrulesreviews', { spec: {} }, 400],
    ['selfsubjectaccessreviews', 'nonsense', 422],
  ])('%s of %j is refused', (plural, body, code) => {
    const { cluster } = clusterWith()
    expect(cluster.request({ verb: 'create', path: path(plural), body }).code).toBe(code)
  })

  test('list the rules that somebody has', () => {
    const { ask } = clusterWith(podReader, binding('b', 'Role', 'reader', person('ann')))
    const { status } = ask('ann', 'create', path('selfsubjectrulesreviews'), { spec: { namespace: 'default' } }).body as any
    expect(status.incomplete).toBe(false)
    expect(status.resourceRules).toContainEqual({ verbs: ['get', 'list', 'watch'], apiGroups: [''], resources: ['pods', 'pods/log'] })
    expect(status.nonResourceRules.flatMap((rule: any) => rule.nonResourceURLs)).toContain('/version')
  })
})

describe('a token', () => {
  const tokens = '/api/v1/namespaces/default/serviceaccounts/default/token'

  test('makes its bearer the account, until it is over', () => {
    const { cluster } = clusterWith(binding('b', 'ClusterRole', 'view', { kind: 'ServiceAccount', name: 'default', namespace: 'default' }))
    const { token } = (cluster.request({ verb: 'create', path: tokens, body: { spec: { expirationSeconds: 600 } } }).body as any).status
    const use = () => cluster.request({ verb: 'get', path: pods, token }).code
    expect(use()).toBe(200)
    expect(cluster.request({ verb: 'get', path: '/api/v1/nodes', token }).code).toBe(403)
    expect(cluster.request({ verb: 'get', path: pods, token: `${token}x` }).code).toBe(401)
    cluster.run({ for: '11m1s' })
    expect(use()).toBe(401)
  })

  test.each<[object, number]>([
    [{ spec: { expirationSeconds: 10 } }, 422],
    [{ spec: { boundObjectRef: { kind: 'Pod', name: 'nobody' } } }, 404],
    [{ spec: { boundObjectRef: { kind: 'Deployment', name: 'x' } } }, 400],
    [{ metadata: { name: 'other' }, spec: {} }, 400],
  ])('is not given for %j', (body, code) => {
    const { cluster } = clusterWith()
    expect(cluster.request({ verb: 'create', path: tokens, body }).code).toBe(code)
  })
})
