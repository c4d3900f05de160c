import { expect, test } from 'vitest'
import { createCluster, type Cluster } from '../../engine/index.ts'
import './root.ts'
import { kubectl } from '../kubectl.ts'

/** A node with one pod that does not go before somebody takes its finalizer away. */
function withStuckPod(namespace: string): Cluster {
  const cluster = createCluster({ nodes: 1 })
  kubectl(cluster, 'create ns shop')
  const metadata = { name: 'stuck', namespace, finalizers: ['example.com/hold'] }
  const body = { apiVersion: 'v1', kind: 'Pod', metadata, spec: { terminationGracePeriodSeconds: 1, containers: [{ name: 'a', image: 'nginx' }] } } as never
  cluster.request({ verb: 'POST', path: `/api/v1/namespaces/${namespace}/pods`, body })
  cluster.run({ for: '10s' })
  return cluster
}

const warning = (pod: string) => `Warning: deleting Pods that declare no controller: ${pod}\n`

test('who is gone for long enough is not waited for', () => {
  const cluster = withStuckPod('default')
  expect(kubectl(cluster, 'drain node1 --force --disable-eviction --skip-wait-for-delete-timeout=5')).toEqual({
    stdout: 'node/node1 cordoned\npod "stuck" has DeletionTimestamp older than 5 seconds, skipping\nnode/node1 drained\n',
    stderr: warning('default/stuck'),
    exitCode: 0,
  })
  // Seen so from the beginning, the pod is not even named.
  expect(kubectl(cluster, 'drain node1 --skip-wait-for-delete-timeout=5').stdout).toBe('node/node1 already cordoned\nnode/node1 drained\n')
})

test('a pod of a namespace that goes is waited for without an eviction', () => {
  const cluster = withStuckPod('shop')
  kubectl(cluster, 'delete ns shop --wait=false')
  cluster.run({ for: '20s' })
  const { stdout, stderr, exitCode } = kubectl(cluster, 'drain node1 --force --timeout=10s')
  expect(stdout).toBe('node/node1 cordoned\nevicting pod shop/stuck\n')
  expect(stderr).toContain('error when waiting for pod "stuck" in namespace "shop" to terminate: global timeout reached: 10s')
  expect(stderr).not.toContain('will retry')
  expect(exitCode).toBe(1)
})
