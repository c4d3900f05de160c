import { expect, test } from 'vitest'
import { createCluster } from '../../index.ts'
import type { Pod } from '../../api/types.ts'

const path = '/apis/apps/v1/namespaces/default/daemonsets'
const daemon = (image: string) => ({
  apiVersion: 'apps/v1', kind: 'DaemonSet', metadata: { name: 'd' },
  spec: {
    minReadySeconds: 2,
    updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
    selector: { matchLabels: { app: 'd' } },
    template: { metadata: { labels: { app: 'd' } }, spec: { terminationGracePeriodSeconds: 1, containers: [{ name: 'c', image }] } },
  },
})

test('a surging pod takes over once it has been ready for minReadySeconds, though the status, which tells of the older one, never changes meanwhile', () => {
  const cluster = createCluster({ nodes: 2 })
  cluster.request({ verb: 'create', path, body: daemon('nginx:1.26') })
  cluster.run({ for: '10s' })
  cluster.request({ verb: 'patch', path: `${path}/d`, contentType: 'application/merge-patch+json', body: { spec: daemon('nginx:1.27').spec } })
  cluster.run({ for: '30s' })
  const images = (cluster.world().list('Pod') as Pod[]).map(({ spec }) => spec.containers[0]!.image)
  expect(images).toEqual(['nginx:1.27', 'nginx:1.27'])
  expect(cluster.world().get('DaemonSet', 'd')!['status']).toMatchObject({ numberAvailable: 2, updatedNumberScheduled: 2 })
})
