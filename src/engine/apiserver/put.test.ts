import { describe, expect, test } from 'vitest'
import { createCluster } from '../index.ts'
import type { Status } from '../api/types.ts'

const cluster = createCluster({ nodes: 1, latency: 'zero' })
const put = (path: string, body: object) => cluster.request({ verb: 'PUT', path, body })
const inDefault = (root: string, plural: string) => `${root}/namespaces/default/${plural}/fresh`
const object = (apiVersion: string, kind: string, more: object = {}): object => ({ apiVersion, kind, metadata: { name: 'fresh' }, ...more })
const rbac = 'rbac.authorization.k8s.io'
const roleRef = (kind: string) => ({ roleRef: { apiGroup: rbac, kind, name: 'view' } })

describe('PUT of what is not there', () => {
  test.each<[string, string, object]>([
    ['a Service', inDefault('/api/v1', 'services'), object('v1', 'Service', { spec: { ports: [{ port: 80 }] } })],
    ['Endpoints', inDefault('/api/v1', 'endpoints'), object('v1', 'Endpoints')],
    ['an Event', inDefault('/api/v1', 'events'), object('v1', 'Event', { involvedObject: { kind: 'Pod', namespace: 'default', name: 'x' }, type: 'Normal', reason: 'R' })],
    ['a LimitRange', inDefault('/api/v1', 'limitranges'), object('v1', 'LimitRange', { spec: { limits: [] } })],
    ['a Lease', inDefault('/apis/coordination.k8s.io/v1', 'leases'), object('coordination.k8s.io/v1', 'Lease', { spec: {} })],
    ['a Role', inDefault(`/apis/${rbac}/v1`, 'roles'), object(`${rbac}/v1`, 'Role', { rules: [] })],
    ['a RoleBinding', inDefault(`/apis/${rbac}/v1`, 'rolebindings'), object(`${rbac}/v1`, 'RoleBinding', roleRef('ClusterRole'))],
    ['a ClusterRole', `/apis/${rbac}/v1/clusterroles/fresh`, object(`${rbac}/v1`, 'ClusterRole', { rules: [] })],
    ['a ClusterRoleBinding', `/apis/${rbac}/v1/clusterrolebindings/fresh`, object(`${rbac}/v1`, 'ClusterRoleBinding', roleRef('ClusterRole'))],
  ])('makes %s, and then updates it', (_, path, body) => {
    const made = put(path, body)
    expect(made).toMatchObject({ code: 201, body: { metadata: { name: 'fresh' } } })
    const { metadata } = made.body as { metadata: { resourceVersion: string; uid: string } }
    const again = put(path, { ...body, metadata: { name: 'fresh', labels: { a: 'b' }, resourceVersion: metadata.resourceVersion } })
    expect(again).toMatchObject({ code: 200, body: { metadata: { uid: metadata.uid, labels: { a: 'b' } } } })
  })

  test.each<[string, string, object]>([
    ['a Pod', inDefault('/api/v1', 'pods'), object('v1', 'Pod', { spec: { containers: [{ name: 'a', image: 'a' }] } })],
    ['a ConfigMap', inDefault('/api/v1', 'configmaps'), object('v1', 'ConfigMap')],
    ['a Secret', inDefault('/api/v1', 'secrets'), object('v1', 'Secret')],
    ['an EndpointSlice', inDefault('/apis/discovery.k8s.io/v1', 'endpointslices'), object('discovery.k8s.io/v1', 'EndpointSlice', { addressType: 'IPv4', endpoints: [] })],
    ['a Node', '/api/v1/nodes/fresh', object('v1', 'Node')],
    ['a Namespace', '/api/v1/namespaces/fresh', object('v1', 'Namespace')],
    ['a PriorityClass', '/apis/scheduling.k8s.io/v1/priorityclasses/fresh', object('scheduling.k8s.io/v1', 'PriorityClass', { value: 1 })],
    ['a Deployment', inDefault('/apis/apps/v1', 'deployments'), object('apps/v1', 'Deployment')],
  ])('does not make %s', (_, path, body) => {
    expect(put(path, body)).toMatchObject({ code: 404, body: { reason: 'NotFound' } })
  })

  test('a subresource is of something that is there', () => {
    expect(put(`/api/v1/namespaces/default/services/nobody/status`, object('v1', 'Service')).code).toBe(404)
  })
})

test.each<[string, string, object]>([
  ['leases.coordination.k8s.io', '/apis/coordination.k8s.io/v1/namespaces/default/leases', object('coordination.k8s.io/v1', 'Lease', { spec: { leaseDurationSeconds: 5 } })],
  ['poddisruptionbudgets.policy', '/apis/policy/v1/namespaces/default/poddisruptionbudgets', object('policy/v1', 'PodDisruptionBudget', { spec: { maxUnavailable: 1 } })],
])('%s are updated only by who says which version', (resource, path, body) => {
  cluster.request({ verb: 'POST', path, body })
  expect((put(`${path}/fresh`, body).body as Status).message).toBe(`${resource} "fresh" is invalid: metadata.resourceVersion: Invalid value: 0: must be specified for an update`)
})
