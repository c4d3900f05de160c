import { expect, test } from 'vitest'
import type { KubeObject, Pod } from '../../api/types.ts'
import { createCluster } from '../../index.ts'
import { Written } from './written.ts'

const at = (uid: string, resourceVersion: number): KubeObject => ({ metadata: { uid, resourceVersion: String(resourceVersion) } }) as never

test('a copy is behind until it shows what was written, what is new and what has gone', () => {
  const written = new Written()
  const [old, next] = [at('a', 4), at('a', 9)]
  expect([written.isBehind('web', [old]), written.wakes('web')]).toEqual([false, false])
  written.wrote('web', next)
  expect([written.isBehind('web', [old]), written.wakes('web'), written.wakes('web')]).toEqual([true, true, false])
  expect([written.isBehind('web', []), written.isBehind('web', [next]), written.isBehind('web', [at('a', 12)])]).toEqual([true, false, false])
  written.removed('web', next)
  expect(written.isBehind('web', [next])).toBe(true)
  written.gone('web', next)
  expect(written.isBehind('web', [])).toBe(false)
})

test('a pod that was not ready for less time than the copies lag is led to again', () => {
  const c = createCluster({ nodes: 1, seed: 1 })
  const post = (path: string, body: object) => c.request({ verb: 'POST', path, body } as never)
  const container = { name: 'app', image: 'nginx:1.27', readinessProbe: { httpGet: { path: '/', port: 80 }, periodSeconds: 1 } }
  post('/api/v1/namespaces/default/pods', { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', labels: { app: 'web' } }, spec: { containers: [container] } })
  post('/api/v1/namespaces/default/services', { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' }, spec: { selector: { app: 'web' }, ports: [{ port: 80 }] } })
  c.run({ for: '20s' })
  c.fault({ type: 'watch-lag', component: 'kube-controller-manager', ms: 5000 })
  c.fault({ type: 'kill-process', namespace: 'default', pod: 'web', container: 'app' })
  c.run({ for: '60s' })
  const ready = (c.world().get('Pod', 'web', 'default') as Pod).status.conditions?.find(({ type }) => type === 'Ready')?.status
  const slice = c.world().list('EndpointSlice').find(({ metadata }) => metadata.name.startsWith('web-')) as KubeObject
  const endpoints = c.world().get('Endpoints', 'web', 'default') as KubeObject
  expect([ready, slice['endpoints'][0].conditions.ready, endpoints['subsets'][0].addresses?.length]).toEqual(['True', true, 1])
})

test('Endpoints that change before their mirror is seen are mirrored once', () => {
  const c = createCluster({ nodes: 1, seed: 1 })
  const send = (verb: string, path: string, body: object) => c.request({ verb, path: `/api/v1/namespaces/default/${path}`, body } as never)
  const hand = (ip: string) => ({ apiVersion: 'v1', kind: 'Endpoints', metadata: { name: 'far' }, subsets: [{ addresses: [{ ip }], ports: [{ port: 80 }] }] })
  send('POST', 'services', { apiVersion: 'v1', kind: 'Service', metadata: { name: 'far' }, spec: { ports: [{ port: 80 }] } })
  c.run({ for: '20s' })
  c.fault({ type: 'watch-lag', component: 'kube-controller-manager', ms: 5000 })
  send('POST', 'endpoints', hand('192.0.2.1'))
  c.run({ for: '1s' })
  send('PUT', 'endpoints/far', hand('192.0.2.2'))
  c.run({ for: '60s' })
  const mirrors = c.world().list('EndpointSlice').filter(({ metadata }) => metadata.name.startsWith('far-')) as KubeObject[]
  expect(mirrors.map((slice) => slice['endpoints'][0].addresses)).toEqual([['192.0.2.2']])
})
