import { expect, test } from 'vitest'
import { createCluster } from '../index.ts'

const ask = (path: string) => createCluster({ nodes: 1, latency: 'zero' }).request({ verb: 'GET', path })

test.each(['/healthz', '/livez', '/readyz'])('%s says ok in a word, or all it has looked at', (path) => {
  expect(ask(path)).toMatchObject({ code: 200, body: 'ok' })
  const { body } = ask(`${path}?verbose`) as unknown as { body: string }
  const lines = body.split('\n')
  expect(lines.slice(0, 3)).toEqual(['[+]ping ok', '[+]log ok', '[+]etcd ok'])
  expect(lines.slice(-2)).toEqual([`${path.slice(1)} check passed`, ''])
  expect(lines.includes('[+]shutdown ok')).toBe(path === '/readyz')
})

test('one check by its name; of what there is none is not found', () => {
  expect(ask('/readyz/etcd')).toMatchObject({ code: 200, body: 'ok' })
  expect(ask('/readyz/moon').code).toBe(404)
  expect((ask('/livez?verbose&exclude=etcd') as { body: unknown }).body).toContain('[+]etcd excluded: ok\n')
})

test('who signs tokens is told, and with which key', () => {
  expect(ask('/.well-known/openid-configuration').body).toMatchObject({ jwks_uri: 'https://10.99.255.1:6443/openid/v1/jwks' })
  // Where the Service of the API server leads.
  expect(ask('/api/v1/namespaces/default/endpoints/kubernetes').body).toMatchObject({ subsets: [{ addresses: [{ ip: '10.99.255.1' }] }] })
  expect(ask('/openid/v1/jwks').body).toMatchObject({ keys: [{ kid: 'podreel', alg: 'RS256' }] })
})

test('without etcd it is not well, and says so', () => {
  const cluster = createCluster({ nodes: 1, latency: 'zero' })
  cluster.fault({ type: 'etcd-stop' })
  const { code, body } = cluster.request({ verb: 'GET', path: '/livez' })
  expect(code).toBe(500)
  expect(body).toContain('[-]etcd failed: reason withheld\n')
  expect(body).toContain('livez check failed\n')
})
