/** Source: test/integration/garbagecollector/garbage_collector_test.go, pkg/controller/garbagecollector/garbagecollector_test.go. */
import { expect, test } from 'vitest'
import type { Event } from '../../api/types.ts'
import { createCluster } from '../../index.ts'

test('an object of the whole cluster whose owner lives in a namespace outlives it: nobody can look there', () => {
  const cluster = createCluster({ nodes: 1 })
  const create = (path: string, body: object) => cluster.request({ verb: 'create', path, body }).body as { metadata: { uid: string } }
  const { uid } = create('/api/v1/namespaces/default/configmaps', { metadata: { name: 'owner' } }).metadata
  const ownerReferences = [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid }]
  create('/apis/scheduling.k8s.io/v1/priorityclasses', { metadata: { name: 'owned', ownerReferences }, value: 5 })
  cluster.run({ for: '3s' })
  cluster.request({ verb: 'delete', path: '/api/v1/namespaces/default/configmaps/owner' })
  cluster.run({ for: '2m' })
  expect(cluster.world().get('PriorityClass', 'owned')).toBeDefined()
  const events = (cluster.world().list('Event') as unknown as Event[]).filter(({ involvedObject }) => involvedObject.kind === 'PriorityClass')
  expect(events.map(({ reason, message }) => `${reason}: ${message}`)).toEqual([
    `OwnerRefInvalidNamespace: ownerRef [v1/ConfigMap, namespace: , name: owner, uid: ${uid}] does not exist in namespace ""`,
  ])
})
