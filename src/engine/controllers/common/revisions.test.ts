import { describe, expect, test } from 'vitest'
import { createCluster, type Cluster } from '../../index.ts'
import type { KubeObject } from '../../api/types.ts'

/** What becomes of the revisions of a set, in a running cluster. */

const kinds = [['DaemonSet', 'daemonsets'], ['StatefulSet', 'statefulsets']] as const
const path = '/apis/apps/v1/namespaces/default'
const body = (kind: string, image: string, spec: object = {}) => ({
  apiVersion: 'apps/v1', kind, metadata: { name: 'x' },
  spec: {
    selector: { matchLabels: { app: 'x' } }, ...(kind === 'StatefulSet' ? { serviceName: 'x', replicas: 1 } : {}), ...spec,
    template: { metadata: { labels: { app: 'x' } }, spec: { terminationGracePeriodSeconds: 1, containers: [{ name: 'c', image }] } },
  },
})

const ask = (cluster: Cluster, verb: 'create' | 'patch' | 'delete', at: string, object: object): void => {
  const { code, body: answer } = cluster.request({ verb, path: `${path}/${at}`, body: object, ...(verb === 'patch' ? { contentType: 'application/merge-patch+json' } : {}) })
  if (code >= 400) throw new Error(JSON.stringify(answer))
}
const revisions = (cluster: Cluster): KubeObject[] => cluster.world().list('ControllerRevision').toSorted((a, b) => a['revision'] - b['revision'])
const ownersOf = (cluster: Cluster) => revisions(cluster).map(({ metadata }) => metadata.ownerReferences?.map(({ uid, controller }) => [uid, controller]) ?? [])

describe.each(kinds)('a %s', (kind, plural) => {
  test('takes over what an earlier one of its name has left behind, history included', () => {
    const cluster = createCluster({ nodes: 1 })
    ask(cluster, 'create', plural, body(kind, 'nginx:1.26'))
    cluster.run({ for: '15s' })
    ask(cluster, 'patch', `${plural}/x`, { spec: body(kind, 'nginx:1.27').spec })
    cluster.run({ for: '30s' })
    const pod = cluster.world().list('Pod')[0]!.metadata.uid
    ask(cluster, 'delete', `${plural}/x`, { propagationPolicy: 'Orphan' })
    cluster.run({ for: '5s' })
    expect(ownersOf(cluster)).toEqual([[], []])
    ask(cluster, 'create', plural, body(kind, 'nginx:1.27'))
    cluster.run({ for: '15s' })
    const { uid } = cluster.world().get(kind, 'x', 'default')!.metadata
    expect(ownersOf(cluster)).toEqual([[[uid, true]], [[uid, true]]])
    expect(revisions(cluster).map(({ revision }) => revision)).toEqual([1, 2])
    expect(cluster.world().list('Pod').map(({ metadata }) => metadata.uid)).toEqual([pod])
  })
})

/** A StatefulSet keeps as many as the limit besides those in use, a DaemonSet as many as the limit, one in use included. */
test.each([['DaemonSet', 'daemonsets', [1, 3]], ['StatefulSet', 'statefulsets', [1, 2, 3]]])('how many old revisions a %s keeps whose pods are of the oldest', (kind, plural, kept) => {
  const cluster = createCluster({ nodes: 1 })
  const more = { revisionHistoryLimit: 1, updateStrategy: { type: 'OnDelete' } }
  ask(cluster, 'create', plural, body(kind, 'nginx:1.25', more))
  cluster.run({ for: '15s' })
  for (const image of ['nginx:1.26', 'nginx:1.27']) {
    ask(cluster, 'patch', `${plural}/x`, { spec: { template: body(kind, image).spec.template } })
    cluster.run({ for: '5s' })
  }
  expect(revisions(cluster).map(({ revision }) => revision)).toEqual(kept)
})
