import { expect, test } from 'vitest'
import './root.ts'
import { createCluster } from '../../engine/index.ts'
import type { KubeObject } from '../../engine/api/types.ts'
import { kubectl } from '../kubectl.ts'

const config = (data: Record<string, string>): string => JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'words' }, data })
const files = { 'two.json': config({ hello: 'world', good: 'bye' }), 'one.json': config({ hello: 'world' }) }

/** From client-side apply to server-side apply (client-go/util/csaupgrade): who owns what afterwards, and what is left. */
test.each<[about: string, lines: string[], managers: string[], data: string[]]>([
  ['what the client applied has one owner, and goes with the line in the file', ['apply -f two.json', 'apply -f one.json --server-side'], ['kubectl Apply', 'kubectl-last-applied Apply'], ['hello']],
  ['there is nothing to move without the annotation', ['create -f two.json', 'apply -f one.json --server-side'], ['kubectl Apply', 'kubectl-create Update'], ['good', 'hello']],
  ['a manager of another name leaves the annotation to go', ['apply -f two.json', 'apply -f one.json --server-side --field-manager=me'], ['me Apply'], ['hello']],
  ['it happens once', ['apply -f two.json', 'apply -f one.json --server-side', 'apply -f two.json --server-side'], ['kubectl Apply', 'kubectl-last-applied Apply'], ['good', 'hello']],
])('%s', (_about, lines, managers, data) => {
  const cluster = createCluster({ nodes: 0, latency: 'zero' })
  for (const line of lines) expect(kubectl(cluster, line, { files }).stderr).toBe('')
  const { metadata, data: left } = cluster.request({ verb: 'get', path: '/api/v1/namespaces/default/configmaps/words' }).body as KubeObject
  const entries = metadata.managedFields as unknown as { manager: string; operation: string }[]
  expect(entries.map(({ manager, operation }) => `${manager} ${operation}`).toSorted()).toEqual(managers)
  expect(Object.keys(left).toSorted()).toEqual(data)
})
