import { describe, expect, test } from 'vitest'
import { createCluster, type Cluster } from '../../index.ts'
import { kubectl } from '../../../kubectl/index.ts'
import type { Status } from '../../api/types.ts'

const group = '/apis/admissionregistration.k8s.io/v1'
const rule = (more: object = {}): object => ({ apiGroups: ['apps'], apiVersions: ['v1'], operations: ['CREATE', 'UPDATE'], resources: ['deployments'], ...more })

const policy = (spec: object = {}, name = 'p'): object => ({
  apiVersion: 'admissionregistration.k8s.io/v1', kind: 'ValidatingAdmissionPolicy', metadata: { name },
  spec: { matchConstraints: { resourceRules: [rule()] }, validations: [{ expression: 'object.spec.replicas <= 5' }], ...spec },
})

const binding = (spec: object = {}, name = 'b'): object => ({
  apiVersion: 'admissionregistration.k8s.io/v1', kind: 'ValidatingAdmissionPolicyBinding', metadata: { name }, spec: { policyName: 'p', validationActions: ['Deny'], ...spec },
})

const create = (cluster: Cluster, path: string, body: object) => cluster.request({ verb: 'POST', path, body })

/** A cluster with one policy and what binds it. */
function world(of: object = {}, bound: object | null = {}): Cluster {
  const cluster = createCluster({ nodes: 1, latency: 'zero' })
  expect(create(cluster, `${group}/validatingadmissionpolicies`, policy(of)).body).toMatchObject({ kind: 'ValidatingAdmissionPolicy' })
  if (bound !== null) expect(create(cluster, `${group}/validatingadmissionpolicybindings`, binding(bound)).body).toMatchObject({ kind: 'ValidatingAdmissionPolicyBinding' })
  return cluster
}

const deployment = (replicas: number, labels: object = {}, image = 'nginx:1.27'): object => ({
  apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', labels },
  spec: { replicas, selector: { matchLabels: { app: 'web' } }, template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'app', image }] } } },
})

const deploy = (cluster: Cluster, body: object, namespace = 'default') => create(cluster, `/apis/apps/v1/namespaces/${namespace}/deployments`, body)
const said = (answer: { body: unknown }): string | undefined => (answer.body as Status).message?.replace(`deployments.apps "web" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'b' denied request: `, '')

describe('a policy', () => {
  test('does nothing before it is bound', () => {
    expect(deploy(world({}, null), deployment(6)).code).toBe(201)
  })

  test('that is bound refuses, with its words', () => {
    const cluster = world()
    expect(deploy(cluster, deployment(6))).toMatchObject({
      code: 422,
      body: {
        reason: 'Invalid',
        message: `deployments.apps "web" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'b' denied request: failed expression: object.spec.replicas <= 5`,
        details: { name: 'web', group: 'apps', kind: 'deployments', causes: [{ message: "ValidatingAdmissionPolicy 'p' with binding 'b' denied request: failed expression: object.spec.replicas <= 5" }] },
      },
    })
    expect(deploy(cluster, deployment(5)).code).toBe(201)
    // The subresource is another resource.
    expect(kubectl(cluster, 'scale deployment web --replicas=9').exitCode).toBe(0)
  })

  test('is told by kubectl as upstream tells it', () => {
    const file = `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d}\nspec: {replicas: 9, selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: a, image: nginx}]}}}\n`
    expect(kubectl(world(), 'apply -f d.yaml', { files: { 'd.yaml': file } }).stderr).toBe(
      `The deployments "d" is invalid: : ValidatingAdmissionPolicy 'p' with binding 'b' denied request: failed expression: object.spec.replicas <= 5\n`,
    )
  })

  test.each<[string, object, string]>([
    ['its message', { validations: [{ expression: 'false', message: ' five at most ' }] }, 'five at most'],
    ['the message it works out', { validations: [{ expression: 'false', message: 'm', messageExpression: '"not " + string(object.spec.replicas)' }] }, 'not 6'],
    ['its message where working one out fails', { validations: [{ expression: 'false', message: 'm', messageExpression: 'object.nothing' + ' + "a"' }] }, 'm'],
    ['an error', { validations: [{ expression: 'object.spec.nothing == 1' }] }, "expression 'object.spec.nothing == 1' resulted in error: no such key: nothing"],
    ['a condition that cannot be told', { matchConditions: [{ name: 'c', expression: 'object.nothing == 1' }] }, "expression 'object.nothing == 1' resulted in error: no such key: nothing"],
    ['a variable that cannot be told', { variables: [{ name: 'v', expression: 'object.nothing' }], validations: [{ expression: 'variables.v == 1' }] }, `expression 'variables.v == 1' resulted in error: composited variable "v" fails to evaluate: no such key: nothing`],
  ])('%s', (_, spec, message) => {
    expect(said(deploy(world(spec), deployment(6)))).toBe(message)
  })

  test('says with which code it refuses', () => {
    expect(deploy(world({ validations: [{ expression: 'false', reason: 'Forbidden' }] }), deployment(6))).toMatchObject({ code: 403, body: { reason: 'Forbidden' } })
  })

  test('that ignores failures lets errors pass, not refusals', () => {
    expect(deploy(world({ failurePolicy: 'Ignore', validations: [{ expression: 'object.nothing == 1' }] }), deployment(6)).code).toBe(201)
    expect(deploy(world({ failurePolicy: 'Ignore' }), deployment(6)).code).toBe(422)
  })

  test('only warns where its binding says so, and audits in silence', () => {
    expect(deploy(world({}, { validationActions: ['Warn'] }), deployment(6))).toMatchObject({
      code: 201,
      warnings: ["Validation failed for ValidatingAdmissionPolicy 'p' with binding 'b': failed expression: object.spec.replicas <= 5"],
    })
    expect(deploy(world({}, { validationActions: ['Audit'] }), deployment(6))).toMatchObject({ code: 201, warnings: [] })
  })

  test('of a dry run refuses it, too', () => {
    expect(create(world(), '/apis/apps/v1/namespaces/default/deployments?dryRun=All', deployment(6)).code).toBe(422)
  })
})

describe('what expressions see', () => {
  test.each<[string, object]>([
    ['object', { validations: [{ expression: 'object.metadata.name == "web" && object.apiVersion == "apps/v1" && object.spec.template.spec.containers[0].image.startsWith("nginx")' }] }],
    ['no old object of a new one', { validations: [{ expression: 'oldObject == null' }] }],
    ['the request', { validations: [{ expression: 'request.operation == "CREATE" && request.resource.resource == "deployments" && request.kind.kind == "Deployment" && request.namespace == "default" && !request.dryRun && "system:authenticated" in request.userInfo.groups' }] }],
    ['the namespace', { validations: [{ expression: 'namespaceObject.metadata.name == "default"' }] }],
    ['variables that use variables', { variables: [{ name: 'n', expression: 'object.spec.replicas' }, { name: 'twice', expression: 'variables.n * 2' }], validations: [{ expression: 'variables.twice == 12' }] }],
    ['what the user may', { validations: [{ expression: 'authorizer.group("apps").resource("deployments").namespace("default").check("delete").allowed() && authorizer.requestResource.check("create").allowed()' }] }],
    ['what another may not', { validations: [{ expression: '!authorizer.serviceAccount("default", "default").group("apps").resource("deployments").namespace("default").check("delete").allowed()' }] }],
  ])('%s', (_, spec) => {
    expect(deploy(world(spec), deployment(6)).body).toMatchObject({ kind: 'Deployment' })
  })

  test('of an update both objects, of a deletion the old one', () => {
    const cluster = world({
      matchConstraints: { resourceRules: [rule({ operations: ['*'] })] },
      validations: [{ expression: 'request.operation == "DELETE" ? object == null && oldObject.metadata.labels.keep != "yes" : (oldObject == null || object.spec.replicas >= oldObject.spec.replicas)', message: 'no' }],
    })
    expect(deploy(cluster, deployment(3, { keep: 'yes' })).code).toBe(201)
    const path = '/apis/apps/v1/namespaces/default/deployments/web'
    const patch = (body: object) => cluster.request({ verb: 'PATCH', path, body, contentType: 'application/merge-patch+json' } as never)
    expect(said(patch({ spec: { replicas: 2 } }))).toBe('no')
    expect(patch({ spec: { replicas: 4 } }).code).toBe(200)
    expect(said(cluster.request({ verb: 'DELETE', path }))).toBe('no')
    patch({ metadata: { labels: { keep: null } } })
    expect(cluster.request({ verb: 'DELETE', path }).code).toBe(422)
    patch({ metadata: { labels: { keep: 'no' } } })
    expect(cluster.request({ verb: 'DELETE', path }).code).toBe(200)
  })
})

describe('which requests it is asked of', () => {
  const nowhere = { validations: [{ expression: 'false' }] }
  test.each<[string, object, object, number]>([
    ['another resource', { ...nowhere, matchConstraints: { resourceRules: [rule({ resources: ['statefulsets'] })] } }, {}, 201],
    ['every resource', { ...nowhere, matchConstraints: { resourceRules: [rule({ resources: ['*'] })] } }, {}, 422],
    ['every group and version', { ...nowhere, matchConstraints: { resourceRules: [rule({ apiGroups: ['*'], apiVersions: ['*'] })] } }, {}, 422],
    ['another operation', { ...nowhere, matchConstraints: { resourceRules: [rule({ operations: ['DELETE'] })] } }, {}, 201],
    ['another name', { ...nowhere, matchConstraints: { resourceRules: [rule({ resourceNames: ['api'] })] } }, {}, 201],
    ['of the cluster only', { ...nowhere, matchConstraints: { resourceRules: [rule({ scope: 'Cluster' })] } }, {}, 201],
    ['what is excluded', { ...nowhere, matchConstraints: { resourceRules: [rule({ resources: ['*'] })], excludeResourceRules: [rule()] } }, {}, 201],
    ['objects without the label', { ...nowhere, matchConstraints: { resourceRules: [rule()], objectSelector: { matchLabels: { tier: 'web' } } } }, {}, 201],
    ['other namespaces', { ...nowhere, matchConstraints: { resourceRules: [rule()], namespaceSelector: { matchLabels: { env: 'test' } } } }, {}, 201],
    ['this namespace', { ...nowhere, matchConstraints: { resourceRules: [rule()], namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'default' } } } }, {}, 422],
    ['a condition that is false', { ...nowhere, matchConditions: [{ name: 'c', expression: 'object.spec.replicas > 100' }] }, {}, 201],
    ["other namespaces of the binding's", nowhere, { matchResources: { namespaceSelector: { matchLabels: { env: 'test' } } } }, 201],
  ])('%s', (_, spec, bound, code) => {
    expect(deploy(world(spec, bound), deployment(1)).code).toBe(code)
  })

  test('an autoscaler of the other version is the same autoscaler', () => {
    const ask = (matchPolicy: string) => {
      const cluster = world({ matchConstraints: { matchPolicy, resourceRules: [rule({ apiGroups: ['autoscaling'], apiVersions: ['v2'], resources: ['horizontalpodautoscalers'] })] }, validations: [{ expression: 'object.apiVersion != "autoscaling/v2"' }] })
      return create(cluster, '/apis/autoscaling/v1/namespaces/default/horizontalpodautoscalers', { apiVersion: 'autoscaling/v1', kind: 'HorizontalPodAutoscaler', metadata: { name: 'a' }, spec: { maxReplicas: 3, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' } } }).code
    }
    expect([ask('Equivalent'), ask('Exact')]).toEqual([422, 201])
  })
})

describe('parameters', () => {
  const withParams = { paramKind: { apiVersion: 'v1', kind: 'ConfigMap' }, validations: [{ expression: 'object.spec.replicas <= int(params.data.max)' }] }
  const limits = (max: string, name = 'limits', labels: object = {}): object => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, labels }, data: { max } })

  test('by name, from the namespace of the request', () => {
    const cluster = world(withParams, { paramRef: { name: 'limits', parameterNotFoundAction: 'Deny' } })
    expect(said(deploy(cluster, deployment(3)))).toBe('failed to configure binding: no params found for policy binding with `Deny` parameterNotFoundAction')
    create(cluster, '/api/v1/namespaces/default/configmaps', limits('3'))
    expect([deploy(cluster, deployment(4)).code, deploy(cluster, deployment(3)).code]).toEqual([422, 201])
  })

  test('by label: each has to agree', () => {
    const cluster = world(withParams, { paramRef: { selector: { matchLabels: { limit: 'yes' } }, namespace: 'default', parameterNotFoundAction: 'Allow' } })
    expect(deploy(cluster, { ...deployment(9), metadata: { name: 'free' } }).code).toBe(201)
    create(cluster, '/api/v1/namespaces/default/configmaps', limits('9', 'wide', { limit: 'yes' }))
    create(cluster, '/api/v1/namespaces/default/configmaps', limits('2', 'narrow', { limit: 'yes' }))
    expect([deploy(cluster, deployment(4)).code, deploy(cluster, deployment(2)).code]).toEqual([422, 201])
  })

  test('of a kind that there is not', () => {
    const cluster = world({ paramKind: { apiVersion: 'rules.example.com/v1', kind: 'Limit' } })
    expect((deploy(cluster, deployment(1)).body as Status).message).toBe(
      `deployments.apps "web" is forbidden: ValidatingAdmissionPolicy 'p' denied request: failed to configure policy: failed to find resource referenced by paramKind: 'rules.example.com/v1, Kind=Limit'`,
    )
  })
})

describe('a policy that is none', () => {
  test.each<[string, object, string]>([
    ['without rules', { matchConstraints: {} }, 'spec.matchConstraints.resourceRules: Required value'],
    ['without anything to say', { validations: [] }, '[spec.validations: Required value: validations or auditAnnotations must contain at least one item, spec.auditAnnotations: Required value: validations or auditAnnotations must contain at least one item]'],
    ['of another type', { validations: [{ expression: '1' }] }, 'spec.validations[0].expression: Invalid value: "1": must evaluate to bool but got int'],
    ['that asks for parameters without a kind', { validations: [{ expression: 'params == null' }] }, `spec.validations[0].expression: Invalid value: "params == null": compilation failed: ERROR: <input>:1:1: undeclared reference to 'params' (in container '')\n | params == null\n | ^`],
    ['that names a field no request has', { validations: [{ expression: 'request.x == 1' }] }, `spec.validations[0].expression: Invalid value: "request.x == 1": compilation failed: ERROR: <input>:1:8: undefined field 'x'\n | request.x == 1\n | .......^`],
    ['whose message asks the authorizer', { validations: [{ expression: 'true', messageExpression: 'string(authorizer.path("/").check("get").allowed())' }] }, `spec.validations[0].messageExpression: Invalid value: "string(authorizer.path(\\"/\\").check(\\"get\\").allowed())": compilation failed: ERROR: <input>:1:8: undeclared reference to 'authorizer' (in container '')\n | string(authorizer.path("/").check("get").allowed())\n | .......^`],
    ['with a variable of no name', { variables: [{ name: 'a-b', expression: '1' }] }, 'spec.variables[0].name: Invalid value: "a-b": name is not a valid CEL identifier'],
    ['with all operations and one', { matchConstraints: { resourceRules: [rule({ operations: ['*', 'CREATE'] })] } }, `spec.matchConstraints.resourceRules[0].operations: Invalid value: ["*","CREATE"]: if '*' is present, must not specify other operations`],
    ['with a reason of its own', { validations: [{ expression: 'true', reason: 'Mood' }] }, 'spec.validations[0].reason: Unsupported value: "Mood": supported values: "Forbidden", "Invalid", "RequestEntityTooLarge"'],
    ['with two conditions of one name', { matchConditions: [{ name: 'a', expression: 'true' }, { name: 'a', expression: 'true' }] }, 'spec.matchConditions[1].name: Duplicate value: "a"'],
  ])('%s', (_, spec, message) => {
    expect(create(createCluster({ nodes: 1, latency: 'zero' }), `${group}/validatingadmissionpolicies`, policy(spec))).toMatchObject({
      code: 422,
      body: { message: `ValidatingAdmissionPolicy.admissionregistration.k8s.io "p" is invalid: ${message}` },
    })
  })

  test.each<[string, object, string]>([
    ['does nothing', { validationActions: [] }, 'spec.validationActions: Required value: at least one validation action is required'],
    ['denies and warns', { validationActions: ['Deny', 'Warn'] }, 'spec.validationActions: Invalid value: ["Deny","Warn"]: must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)'],
    ['says not what without a parameter', { paramRef: { name: 'x' } }, 'spec.paramRef.parameterNotFoundAction: Required value'],
    ['wants no parameter at all', { paramRef: { parameterNotFoundAction: 'Deny' } }, 'spec.paramRef: Required value: one of name or selector must be specified'],
  ])('a binding that %s', (_, spec, message) => {
    expect(create(createCluster({ nodes: 1, latency: 'zero' }), `${group}/validatingadmissionpolicybindings`, binding(spec))).toMatchObject({
      code: 422,
      body: { message: `ValidatingAdmissionPolicyBinding.admissionregistration.k8s.io "b" is invalid: ${message}` },
    })
  })
})

test('tables', () => {
  const cluster = world({ paramKind: { apiVersion: 'v1', kind: 'ConfigMap' } }, { paramRef: { name: 'limits', namespace: 'default', parameterNotFoundAction: 'Deny' } })
  expect(kubectl(cluster, 'get validatingadmissionpolicies').stdout).toBe('NAME   VALIDATIONS   PARAMKIND      AGE\np      1             v1/ConfigMap   0s\n')
  expect(kubectl(cluster, 'get validatingadmissionpolicybindings').stdout).toBe('NAME   POLICYNAME   PARAMREF         AGE\nb      p            default/limits   0s\n')
})

test('a policy may be changed while what it says would refuse it', () => {
  const cluster = world({ matchConstraints: { resourceRules: [rule({ apiGroups: ['*'], apiVersions: ['*'], resources: ['*'] })] }, validations: [{ expression: 'false' }] })
  expect(cluster.request({ verb: 'DELETE', path: `${group}/validatingadmissionpolicybindings/b` }).code).toBe(200)
  expect(deploy(cluster, deployment(1)).code).toBe(201)
})

describe('what is never stored is admitted, too', () => {
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web' }, spec: { containers: [{ name: 'c', image: 'nginx' }] } }
  const about = (resources: string, operations: string, expression: string): Cluster => {
    const cluster = world({ matchConstraints: { resourceRules: [rule({ apiGroups: [''], resources: [resources], operations: [operations] })] }, validations: [{ expression }] })
    create(cluster, '/api/v1/namespaces/default/pods', pod)
    cluster.run({ for: '10s' })
    return cluster
  }
  const denied = (expression: string): string => `pods "web" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'b' denied request: failed expression: ${expression}`

  test('a command in a container', () => {
    const expression = "object.command[0] != 'sh'"
    const cluster = about('pods/exec', 'CONNECT', expression)
    expect(kubectl(cluster, 'exec web -- sh -c date')).toMatchObject({ exitCode: 1, stderr: `The pods "web" is invalid: : ${denied(expression).slice('pods "web" is forbidden: '.length)}\n` })
    expect(kubectl(cluster, 'exec web -- echo a').stdout).toBe('a\n')
  })

  test('an eviction', () => {
    const cluster = about('pods/eviction', 'CREATE', "request.kind.kind != 'Eviction'")
    const answer = create(cluster, '/api/v1/namespaces/default/pods/web/eviction', { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: 'web' } })
    expect(answer).toMatchObject({ code: 422, body: { message: denied("request.kind.kind != 'Eviction'") } })
  })
})

describe('parameters are not shown to who may not read them', () => {
  const mayWrite = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name: 'policies' }, rules: [{ apiGroups: ['admissionregistration.k8s.io'], resources: ['*'], verbs: ['*'] }] }
  const readers = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name: 'readers' }, rules: [{ apiGroups: [''], resources: ['configmaps'], verbs: ['get'] }] }
  const rules = '/apis/rbac.authorization.k8s.io/v1'
  const bind = (role: string, user: string) => ({ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRoleBinding', metadata: { name: `${role}-${user}` }, roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role }, subjects: [{ kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: user }] })
  const withParams = { paramKind: { apiVersion: 'v1', kind: 'ConfigMap' } }
  const cluster = createCluster({ nodes: 1, latency: 'zero' })
  for (const role of [mayWrite, readers]) create(cluster, `${rules}/clusterroles`, role)
  for (const held of [bind('policies', 'ann'), bind('policies', 'bob'), bind('readers', 'bob')]) create(cluster, `${rules}/clusterrolebindings`, held)
  const as = (name: string, path: string, body: object) => cluster.request({ verb: 'POST', path: `${group}/${path}`, body, as: { name } })

  test('of a policy', () => {
    expect(as('ann', 'validatingadmissionpolicies', policy(withParams))).toMatchObject({
      code: 422,
      body: { message: 'ValidatingAdmissionPolicy.admissionregistration.k8s.io "p" is invalid: spec.paramKind: Forbidden: user &{ann  [system:authenticated] map[]} must have "get" permission on all objects of the referenced paramKind (kind=ConfigMap, apiVersion=v1)' },
    })
    expect(as('bob', 'validatingadmissionpolicies', policy(withParams)).code).toBe(201)
  })

  test('of a binding', () => {
    const refers = { paramRef: { name: 'limits', namespace: 'default', parameterNotFoundAction: 'Deny' } }
    expect(as('ann', 'validatingadmissionpolicybindings', binding(refers))).toMatchObject({
      code: 422, body: { message: expect.stringContaining('spec.paramRef: Forbidden: user get does not have "&{ann  [system:authenticated] map[]}" permission on all objects of the referenced paramKind (kind=ConfigMap, apiVersion=v1)') },
    })
    expect(as('ann', 'validatingadmissionpolicybindings', binding()).code).toBe(201)
    expect(as('bob', 'validatingadmissionpolicybindings', binding(refers, 'c')).code).toBe(201)
  })
})
