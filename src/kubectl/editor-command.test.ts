import { expect, test } from 'vitest'
import { createCluster } from '../engine/index.ts'
import './index.ts'

// kubectl/pkg/cmd/util/editor: KUBE_EDITOR, then EDITOR, with their arguments.
test.each<[line: string, seen: string, replicas: string]>([
  ['KUBE_EDITOR="sed -i s/replicas:.1/replicas:\\ 3/" kubectl edit deploy/web', 'deployment.apps/web edited\n', '3'],
  ['export EDITOR="sed -i /^spec:/,/replicas/s/1$/2/"; kubectl edit deployment web', 'deployment.apps/web edited\n', '2'],
  ['EDITOR=true kubectl edit deploy web', 'Edit cancelled, no changes made.\n', '1'],
  ['EDITOR=false KUBE_EDITOR="sh -c false" kubectl edit deploy web', 'error: there was a problem with the editor "sh -c false"\n', '1'],
  ['KUBE_EDITOR="sed -i s/a/b/" kubectl edit deploy none', 'Error from server (NotFound): deployments.apps "none" not found\n', '1'],
])('%s', (line, seen, replicas) => {
  const cluster = createCluster({ nodes: 1, latency: 'zero' })
  const shell = (typed: string): string => {
    const { stdout, stderr } = cluster.exec({ program: 'shell', line: typed, files: {} })
    return stdout + stderr
  }
  shell('kubectl create deployment web --image=nginx')
  cluster.run({ for: '1s' })
  expect(shell(line)).toBe(seen)
  expect(shell('kubectl get deploy web -o jsonpath={.spec.replicas}')).toBe(replicas)
})
