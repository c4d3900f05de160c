import { aggregatedRules } from '../../api/rbac.ts'
import type { KubeObject } from '../../api/types.ts'
import { resource, type ComponentOptions } from '../../client/client.ts'
import { Controller, type Reconciliation } from '../../client/controller.ts'
import type { SharedInformers } from '../shared-informers.ts'

const group = 'rbac.authorization.k8s.io'
const clusterRoles = resource('clusterroles', group)
const name = 'clusterrole-aggregation-controller'

/** Puts the rules of ClusterRoles together that have an aggregationRule, whenever any ClusterRole changes (pkg/controller/clusterroleaggregation). */
export function startClusterRoleAggregation(options: ComponentOptions, informers: SharedInformers): void {
  const all = informers.of<KubeObject>(clusterRoles)
  const controller = new Controller(options, name, 5, (key): Reconciliation => {
    const role = all.byKey(key)
    if (role?.['aggregationRule'] === undefined) return {}
    const rules = aggregatedRules(role, [...all.all()].sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1)))
    if (JSON.stringify(rules) === JSON.stringify(role['rules'] ?? [])) return {}
    const body = { apiVersion: `${group}/v1`, kind: 'ClusterRole', metadata: { name: key }, rules }
    const contentType = 'application/apply-patch+yaml'
    return { calls: [{ verb: 'patch', info: clusterRoles, name: key, body, contentType, query: { fieldManager: name, force: 'true' } }] }
  })
  all.onChange(({ object }) => {
    for (const { metadata, aggregationRule } of all.all()) if (aggregationRule !== undefined) controller.queue.add(metadata.name)
    if (object['aggregationRule'] !== undefined) controller.queue.add(object.metadata.name)
  })
}
