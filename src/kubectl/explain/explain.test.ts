import { describe, expect, test } from 'vitest'
import { createCluster } from '../../engine/index.ts'
import { kubectl } from '../index.ts'

const cluster = createCluster({ nodes: 1, latency: 'zero' })
cluster.request({
  verb: 'POST',
  path: '/apis/apiextensions.k8s.io/v1/customresourcedefinitions',
  body: {
    apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata: { name: 'carts.shop.example' },
    spec: {
      group: 'shop.example', scope: 'Namespaced', names: { plural: 'carts', kind: 'Cart' },
      versions: [{
        name: 'v1', served: true, storage: true,
        schema: { openAPIV3Schema: { type: 'object', description: 'What goods are carried in.', properties: { spec: { type: 'object', description: 'What is wanted.', required: ['wheels'], properties: {
          wheels: { type: 'integer', description: 'How many.' }, color: { type: 'string', enum: ['red', 'blue', 'green', 'black', 'white'] },
          goods: { type: 'array', items: { type: 'object', properties: { name: { type: 'string' } } } }, sizes: { type: 'object', additionalProperties: { type: 'number' } },
        } } } } },
      }],
    },
  },
})
cluster.run({ for: '1s' })

const explain = (what: string): string[] => {
  const { stdout, stderr } = kubectl(cluster, `explain ${what}`)
  expect(stderr).toBe('')
  return stdout.split('\n')
}

describe('explain', () => {
  test('tells of a kind and its fields', () => {
    const lines = explain('deployment')
    expect(lines.slice(0, 10)).toEqual([
      'GROUP:      apps', 'KIND:       Deployment', 'VERSION:    v1', '',
      'DESCRIPTION:', '    Deployment enables declarative updates for Pods and ReplicaSets.', '    ', 'FIELDS:',
      '  apiVersion\t<string>', '    APIVersion defines the versioned schema of this representation of an object.',
    ])
    expect(lines).toContain('  spec\t<DeploymentSpec>')
    expect(lines.every((line) => line.length <= 80 || !line.trim().includes(' '))).toBe(true)
  })

  test('tells of a field what the field says, and then what its type says', () => {
    const lines = explain('pod.spec.containers.livenessProbe')
    expect(lines.slice(3, 17)).toEqual([
      'FIELD: livenessProbe <Probe>', '', '', 'DESCRIPTION:',
      '    Periodic probe of container liveness. Container will be restarted if the', '    probe fails. Cannot be updated. More info:',
      '    https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle#container-probes',
      '    Probe describes a health check to be performed against a container to', '    determine whether it is alive or ready to receive traffic.', '    ',
      'FIELDS:', '  exec\t<ExecAction>', '    Exec specifies a command to execute in the container.', '',
    ])
    expect(explain('deploy.spec.strategy.rollingUpdate.maxSurge').slice(-8)).toEqual([
      '    time during the update is at most 130% of desired pods.',
      '    IntOrString is a type that can hold an int32 or a string.  When used in JSON', '    or YAML marshalling and unmarshalling, it produces or consumes the inner',
      '    type.  This allows you to have, for example, a JSON field that can accept a', '    name or number.', '    ', '', '',
    ])
    expect(explain('job.spec.podFailurePolicy')).toContain('    ')
  })

  test('tells of a field with an enum', () => {
    expect(explain('pod.spec.containers.ports.protocol')).toEqual([
      'KIND:       Pod', 'VERSION:    v1', '', 'FIELD: protocol <string>', 'ENUM:', '    SCTP', '    TCP', '    UDP', '',
      'DESCRIPTION:', '    Protocol for port. Must be UDP, TCP, or SCTP. Defaults to "TCP".', '    ', '', '',
    ])
    const list = explain('service.spec')
    expect(list.slice(list.indexOf('  type\t<string>'), list.indexOf('  type\t<string>') + 2)).toEqual(['  type\t<string>', '  enum: ClusterIP, ExternalName, LoadBalancer, NodePort'])
  })

  test('goes down by names only, and ends where a type contains itself', () => {
    expect(explain('rolebinding --recursive')).toEqual(expect.arrayContaining(['  roleRef\t<RoleRef> -required-', '    apiGroup\t<string>', '    kind\t<string> -required-', '  subjects\t<[]Subject>']))
    const schema = explain('crd.spec.versions.schema.openAPIV3Schema --recursive')
    expect(schema).toContain('  not\t<JSONSchemaProps>')
    expect(schema.length).toBeLessThan(600)
  })

  test('tells of a custom resource what its schema says', () => {
    expect(explain('carts.spec')).toEqual([
      'GROUP:      shop.example', 'KIND:       Cart', 'VERSION:    v1', '', 'FIELD: spec <Object>', '', '',
      'DESCRIPTION:', '    What is wanted.', '    ', 'FIELDS:',
      '  color\t<string>', '  enum: red, blue, green, black, ....', '    <no description>', '',
      '  goods\t<[]Object>', '    <no description>', '',
      '  sizes\t<map[string]number>', '    <no description>', '',
      '  wheels\t<integer> -required-', '    How many.', '', '', '',
    ])
    expect(explain('carts --recursive')).toEqual(expect.arrayContaining(['  metadata\t<ObjectMeta>', '    creationTimestamp\t<string>', '  spec\t<Object>', '    goods\t<[]Object>', '      name\t<string>']))
  })
})

test('the OpenAPI documents say the same', () => {
  const { paths } = JSON.parse(kubectl(cluster, 'get --raw /openapi/v3').stdout) as { paths: Record<string, { serverRelativeURL: string }> }
  expect(Object.keys(paths)).toEqual(expect.arrayContaining(['api/v1', 'apis/apps/v1', 'apis/shop.example/v1']))
  const read = (place: string) => JSON.parse(kubectl(cluster, `get --raw ${paths[place]!.serverRelativeURL}`).stdout).components.schemas
  expect(read('apis/apps/v1')['io.k8s.api.apps.v1.Deployment']).toMatchObject({
    properties: { spec: { allOf: [{ $ref: '#/components/schemas/io.k8s.api.apps.v1.DeploymentSpec' }] } },
    'x-kubernetes-group-version-kind': [{ group: 'apps', version: 'v1', kind: 'Deployment' }],
  })
  expect(read('apis/shop.example/v1')['example.shop.v1.Cart']).toMatchObject({ description: 'What goods are carried in.', properties: { spec: { required: ['wheels'] } } })
  const { swagger, definitions } = JSON.parse(kubectl(cluster, 'get --raw /openapi/v2').stdout)
  expect(swagger).toBe('2.0')
  expect(definitions['io.k8s.api.apps.v1.Deployment'].properties.spec).toEqual({ $ref: '#/definitions/io.k8s.api.apps.v1.DeploymentSpec' })
  expect(definitions['example.shop.v1.Cart']).toMatchObject({ description: 'What goods are carried in.', properties: { metadata: { $ref: '#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta' } } })
  expect(JSON.parse(kubectl(cluster, 'get --raw /.well-known/openid-configuration').stdout)).toMatchObject({ issuer: 'https://kubernetes.default.svc.cluster.local' })
})
