import { expect, test } from 'vitest'
import { createCluster } from '../../index.ts'

const path = '/apis/rbac.authorization.k8s.io/v1/clusterroles'
const rule = (resource: string) => ({ apiGroups: ['shop.example'], resources: [resource], verbs: ['get'] })
const part = (name: string, label: string, resource: string) => ({
  apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name, labels: { [label]: 'true' } }, rules: [rule(resource)],
})

test('a role with selectors has the rules of all that they choose, and follows them', () => {
  const cluster = createCluster({ nodes: 1 })
  const rules = (name: string): object[] => cluster.world().get('ClusterRole', name)!['rules'] ?? []
  cluster.request({ verb: 'create', path, body: part('b', 'in-sum', 'carts') })
  cluster.request({
    verb: 'create', path,
    body: {
      apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name: 'sum' },
      aggregationRule: { clusterRoleSelectors: [{ matchLabels: { 'in-sum': 'true' } }] }, rules: [rule('overwritten')],
    },
  })
  cluster.run({ for: '1s' })
  expect(rules('sum')).toEqual([rule('carts')])
  cluster.request({ verb: 'create', path, body: part('a', 'in-sum', 'wares') })
  cluster.run({ for: '1s' })
  expect(rules('sum')).toEqual([rule('wares'), rule('carts')])
  cluster.request({ verb: 'delete', path: `${path}/b` })
  cluster.run({ for: '1s' })
  expect(rules('sum')).toEqual([rule('wares')])
})

test('what is labelled for `view` becomes a part of view, edit and admin', () => {
  const cluster = createCluster({ nodes: 1 })
  cluster.request({ verb: 'create', path, body: part('carts', 'rbac.authorization.k8s.io/aggregate-to-view', 'carts') })
  cluster.run({ for: '1s' })
  for (const name of ['view', 'edit', 'admin']) expect(cluster.world().get('ClusterRole', name)!['rules']).toContainEqual(rule('carts'))
})
