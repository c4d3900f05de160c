import { describe, expect, test } from 'vitest'
import { createCluster } from '../../index.ts'
import type { KubeObject } from '../../api/types.ts'

const policies = '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies'
const deployments = { apiGroups: ['apps'], apiVersions: ['v1'], operations: ['CREATE'], resources: ['deployments'] }

/** The status a second after such a policy was made. */
function statusOf(expression: string, spec: object = {}, rule: object = deployments, before: (cluster: ReturnType<typeof createCluster>) => void = () => {}): unknown {
  const cluster = createCluster({ nodes: 0, latency: 'zero' })
  before(cluster)
  const body = {
    apiVersion: 'admissionregistration.k8s.io/v1', kind: 'ValidatingAdmissionPolicy', metadata: { name: 'p' },
    spec: { matchConstraints: { resourceRules: [rule] }, validations: [{ expression }], ...spec },
  }
  expect(cluster.request({ verb: 'create', path: policies, body })).toMatchObject({ code: 201 })
  cluster.run({ for: '1s' })
  return (cluster.request({ verb: 'get', path: `${policies}/p` }).body as KubeObject)['status']
}

const well = { observedGeneration: 1, typeChecking: {} }
const warns = (...warnings: string[]) => ({ observedGeneration: 1, typeChecking: { expressionWarnings: [{ fieldRef: 'spec.validations[0].expression', warning: warnings.join('\n') }] } })

describe('a policy is told', () => {
  test.each<[about: string, expression: string, warning: string]>([
    ['of fields that its kind has not', 'object.replicas > 1', "apps/v1, Kind=Deployment: ERROR: <input>:1:7: undefined field 'replicas'\n | object.replicas > 1\n | ......^\n"],
    ['of values of another type', 'object.spec.replicas > "1"', "apps/v1, Kind=Deployment: ERROR: <input>:1:22: found no matching overload for '_>_' applied to '(int, string)'\n | object.spec.replicas > \"1\"\n | .....................^\n"],
  ])('%s', (_, expression, warning) => expect(statusOf(expression)).toEqual(warns(warning)))

  test('of each kind that it matches, in their order', () => {
    const rule = { ...deployments, resources: ['statefulsets', 'deployments'] }
    expect(statusOf('object.x > 1', {}, rule)).toMatchObject(warns(
      "apps/v1, Kind=Deployment: ERROR: <input>:1:7: undefined field 'x'\n | object.x > 1\n | ......^\n",
      "apps/v1, Kind=StatefulSet: ERROR: <input>:1:7: undefined field 'x'\n | object.x > 1\n | ......^\n",
    ))
  })

  test('of its parameters', () => {
    const paramKind = { apiVersion: 'v1', kind: 'ConfigMap' }
    expect(statusOf('params.data.most == "1"', { paramKind })).toEqual(well)
    expect(statusOf('params.date.most == "1"', { paramKind })).toEqual(warns("apps/v1, Kind=Deployment: ERROR: <input>:1:7: undefined field 'date'\n | params.date.most == \"1\"\n | ......^\n"))
  })

  test('of kinds that were added', () => {
    const schema = { openAPIV3Schema: { type: 'object', properties: { spec: { type: 'object', properties: { size: { type: 'integer' } } } } } }
    const spec = { group: 'shop.example', scope: 'Namespaced', names: { plural: 'carts', kind: 'Cart' }, versions: [{ name: 'v1', served: true, storage: true, schema }] }
    const define = (cluster: ReturnType<typeof createCluster>): void => {
      cluster.request({ verb: 'create', path: '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', body: { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata: { name: 'carts.shop.example' }, spec } })
      cluster.run({ for: '1s' })
    }
    const rule = { ...deployments, apiGroups: ['shop.example'], resources: ['carts'] }
    expect(statusOf('object.spec.size > 1 && object.metadata.labels.x == "y"', {}, rule, define)).toEqual(well)
    expect(statusOf('object.spec.sise > 1', {}, rule, define)).toEqual(warns("shop.example/v1, Kind=Cart: ERROR: <input>:1:12: undefined field 'sise'\n | object.spec.sise > 1\n | ...........^\n"))
  })
})

test.each<[about: string, expression: string, spec: object, rule: object]>([
  ['what fits', 'object.spec.template.spec.containers.all(c, !has(c.resources.limits) || "cpu" in c.resources.limits)', {}, deployments],
  ['variables', 'variables.image.startsWith("registry/")', { variables: [{ name: 'image', expression: 'object.spec.template.spec.containers[0].image' }] }, deployments],
  ['what may be any kind', 'object.whatever > 1', {}, { ...deployments, apiGroups: ['*'] }],
  ['what is no kind', 'object.whatever > 1', {}, { ...deployments, resources: ['nothings'] }],
])('nothing is said of %s', (_, expression, spec, rule) => expect(statusOf(expression, spec, rule)).toEqual(well))
