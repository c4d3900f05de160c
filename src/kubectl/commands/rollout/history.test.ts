import { expect, test } from 'vitest'
import '../root.ts'
import { createCluster } from '../../../engine/index.ts'
import { kubectl } from '../../kubectl.ts'

const set = (image: string): string => JSON.stringify({
  apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name: 'db' },
  spec: { serviceName: 'db', selector: { matchLabels: { app: 'db' } }, template: { metadata: { labels: { app: 'db' } }, spec: { containers: [{ name: 'c', image }] } } },
})

/** Beside a real kubectl 1.33: a stateful set's revisions are the stateful set as it was. */
test.each<[line: string, printed: string]>([
  ['rollout history sts/db --revision=1 -o jsonpath={.kind}:{.spec.template.spec.containers[0].image}', 'StatefulSet:nginx:1'],
  ['rollout history sts/db -o jsonpath={.spec.template.spec.containers[0].image},', 'nginx:1,nginx:2,'],
  ['rollout undo sts/db --dry-run=client', 'statefulset.apps/db will roll back to Pod Template:\n  Labels:\tapp=db\n'],
  ['scale sts/db --replicas=3 --timeout=1ms', 'error: timed out waiting for "db" to be synced\n'],
])('%s', (line, printed) => {
  const cluster = createCluster({ nodes: 1, latency: 'zero' })
  for (const image of ['nginx:1', 'nginx:2']) {
    kubectl(cluster, 'apply -f set.json', { files: { 'set.json': set(image) } })
    cluster.run({ for: '30s' })
  }
  const { stdout, stderr } = kubectl(cluster, line)
  expect((stdout + stderr).slice(0, printed.length)).toBe(printed)
})
