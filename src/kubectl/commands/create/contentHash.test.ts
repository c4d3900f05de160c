import { expect, test } from 'vitest'
import { createCluster } from '../../../engine/index.ts'
import '../root.ts'
import { kubectl } from '../../kubectl.ts'
import { contentHash } from './contentHash.ts'

// Checked with Node's own digest, and with the vectors of kubectl/pkg/util/hash for the first two.
test.each<[kind: string, name: string, data: Record<string, string>, hash: string]>([
  ['ConfigMap', '', {}, '42745tchd9'],
  ['ConfigMap', '', { one: '' }, '9g67k2htb6'],
  ['ConfigMap', 'c4', { a: 'b' }, '59ghg898tg'],
  ['Secret', 's', { a: 'Yg==' }, '7fd2tm89d8'],
])('%s %j with %j', (kind, name, data, hash) => {
  expect(contentHash({ apiVersion: 'v1', kind, metadata: { name }, data })).toBe(hash)
})

test('the name ends with it', () => {
  const { stdout } = kubectl(createCluster({ nodes: 1 }), 'create configmap c4 --from-literal=a=b --append-hash -o name')
  expect(stdout).toBe('configmap/c4-59ghg898tg\n')
})
