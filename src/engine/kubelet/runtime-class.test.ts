import { expect, it } from 'vitest'
import { kubectl } from '../../kubectl/index.ts'
import { createCluster } from '../index.ts'

const classes = (handler: string): string => `
apiVersion: node.k8s.io/v1
kind: RuntimeClass
metadata: { name: special }
handler: ${handler}
---
apiVersion: v1
kind: Pod
metadata: { name: p }
spec: { runtimeClassName: special, containers: [{ name: c, image: nginx }] }
`

it.each([
  ['runc', 'Running', undefined],
  ['runsc', 'Pending', 'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to get sandbox runtime: no runtime for "runsc" is configured'],
])('a RuntimeClass with the handler %s: %s', (handler, phase, message) => {
  const cluster = createCluster({ nodes: 1 })
  kubectl(cluster, 'apply -f all.yaml', { files: { 'all.yaml': classes(handler) } })
  cluster.run({ for: '20s' })
  expect(kubectl(cluster, 'get pod p -o jsonpath={.status.phase}').stdout).toBe(phase)
  const failures = kubectl(cluster, "get events -o jsonpath='{.items[?(@.reason==\"FailedCreatePodSandBox\")].message}'").stdout
  expect(failures).toBe(message ?? '')
})
