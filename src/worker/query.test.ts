import '../kubectl/index.ts'
import { expect, test } from 'vitest'
import { createCluster } from '../engine/index.ts'
import { runQuery } from './query.ts'

test('a question about a moment goes where the kubeconfig of that moment leads, and knows the files', () => {
  const cluster = createCluster({ nodes: 1 })
  const ask = (line: string, files?: Readonly<Record<string, string>>) => runQuery(line, cluster.world(), cluster.now, files)
  const config = JSON.stringify({
    'clusters': [{ name: 'c', cluster: { server: 'https://127.0.0.1:6443' } }], 'users': [{ name: 'kubernetes-admin', user: {} }],
    'contexts': [{ name: 'team', context: { cluster: 'c', user: 'kubernetes-admin', namespace: 'team' } }], 'current-context': 'team',
  })
  expect(ask('get pods').stderr).toBe('No resources found in default namespace.\n')
  expect(ask('get pods', { '.kube/config': config }).stderr).toBe('No resources found in team namespace.\n')
  expect(ask('config current-context', { '.kube/config': config }).stdout).toBe('team\n')
  expect(ask('get -f node.yaml -o name', { 'node.yaml': 'apiVersion: v1\nkind: Node\nmetadata: {name: node1}\n' }).stdout).toBe('node/node1\n')
})
