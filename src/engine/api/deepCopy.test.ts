import { expect, it } from 'vitest'
import { createCluster } from '../index.ts'
import type { KubeObject } from './types.ts'
import { deepCopy } from './deepCopy.ts'

it('shares nothing', () => {
  const own = JSON.parse('{"a": [{"b": 1}], "__proto__": {"c": 2}, "d": null}') as { a: { b: number }[] }
  const copy = deepCopy(own)
  expect(copy).toEqual(own)
  expect(Object.keys(copy)).toEqual(['a', '__proto__', 'd'])
  copy.a[0]!.b = 3
  expect(own.a[0]!.b).toBe(1)
})

it('ends where something holds itself', () => {
  const ring: { self?: object } = {}
  ring.self = ring
  expect(() => deepCopy(ring)).not.toThrow()
})

it('what is sent to a cluster and what it answers is the caller’s to change', () => {
  const cluster = createCluster({ nodes: 1, seed: 1 })
  const path = '/api/v1/namespaces/default/configmaps'
  const sent = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data: { key: 'sent' } }
  cluster.request({ verb: 'POST', path, body: sent })
  sent.data.key = 'changed'
  const got = cluster.request({ verb: 'GET', path: `${path}/a` }).body as KubeObject & { data: { key: string } }
  expect(got.data.key).toBe('sent')
  got.data.key = 'put'
  const put = cluster.request({ verb: 'PUT', path: `${path}/a`, body: got }).body as KubeObject
  expect(put.metadata.resourceVersion).not.toBe(got.metadata.resourceVersion)
  expect(cluster.inputs.map(({ request }) => (request?.body as typeof sent | undefined)?.data.key)).toEqual(['sent', undefined, 'put'])
})
