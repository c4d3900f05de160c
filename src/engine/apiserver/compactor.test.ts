import { expect, test } from 'vitest'
import { createCluster } from '../index.ts'
import type { ObjectList } from '../api/request.ts'
import type { Status } from '../api/types.ts'

const nodes = '/api/v1/nodes'

test('what is five minutes old can be read, what is ten is gone for clients; the film keeps it', () => {
  const cluster = createCluster({ nodes: 3 })
  const { metadata } = cluster.request({ verb: 'GET', path: nodes }).body as ObjectList
  const again = (): [number, string | undefined] => {
    const { code, body } = cluster.request({ verb: 'GET', path: `${nodes}?resourceVersion=${metadata.resourceVersion}&resourceVersionMatch=Exact` })
    return [code, (body as Status).message]
  }
  cluster.run({ for: '9m' })
  expect(again()).toEqual([200, undefined])
  cluster.run({ for: '2m' })
  expect(again()).toEqual([410, 'The resourceVersion for the provided list is too old.'])
  expect(cluster.at(Number(metadata.resourceVersion)).list('Node')).toHaveLength(3)
})

test('a server that cannot reach etcd compacts nothing, and only takes note when it can again', () => {
  const cluster = createCluster({ nodes: 1 })
  const compactions = (): number => cluster.trace.filter(({ verb }) => verb === 'compact').length
  cluster.run({ for: '11m' })
  expect(compactions()).toBe(1)
  cluster.fault({ type: 'etcd-stop' })
  cluster.run({ for: '5m' })
  expect(compactions()).toBe(1)
  cluster.fault({ type: 'etcd-stop', restore: true })
  cluster.run({ for: '5m' })
  expect(compactions()).toBe(1)
  cluster.run({ for: '5m' })
  expect(compactions()).toBe(2)
})
