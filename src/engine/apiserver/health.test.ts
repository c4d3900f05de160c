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

test('what cannot be left out is said', () => {
  expect((ask('/livez?verbose&exclude=moon') as { body: unknown }).body).toContain('\nwarn: some health checks cannot be excluded: no matches for "moon"\nlivez check passed\n')
  expect((ask('/livez?exclude=moon') as { body: unknown }).body).toBe('ok')
})

test('the server says which paths it has', () => {
  const { paths } = ask('/').body as unknown as { paths: string[] }
  expect(paths).toEqual(paths.toSorted())
  expect(paths).toEqual(expect.arrayContaining(['/api/v1', '/apis/apps', '/apis/apps/v1', '/livez', '/livez/poststarthook/rbac/bootstrap-roles', '/metrics', '/openapi/v3', '/readyz/shutdown', '/version']))
})

test('the server counts what it has answered and what it keeps', () => {
  const cluster = createCluster({ nodes: 1, latency: 'zero' })
  const post = (name: string) => cluster.request({ verb: 'POST', path: '/api/v1/namespaces/default/configmaps', body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } } as never })
  for (const name of ['a', 'b', 'a']) post(name)
  cluster.request({ verb: 'GET', path: '/apis/apps/v1/deployments' })
  cluster.request({ verb: 'GET', path: '/api/v1/namespaces/default/configmaps/a' })
  const lines = String(cluster.request({ verb: 'GET', path: '/metrics' }).body).split('\n')
  const labels = (more: string, resource: string, scope: string, verb: string) => `apiserver_request_total{${more.replace(' ', `,component="apiserver",dry_run="",`)},resource="${resource}",scope="${scope}",subresource="",verb="${verb}",version="v1"}`
  expect(lines).toEqual(expect.arrayContaining([
    '# TYPE apiserver_request_total counter',
    `${labels('code="201" group=""', 'configmaps', 'resource', 'POST')} 2`,
    `${labels('code="409" group=""', 'configmaps', 'resource', 'POST')} 1`,
    `${labels('code="200" group=""', 'configmaps', 'resource', 'GET')} 1`,
    `${labels('code="200" group="apps"', 'deployments', 'cluster', 'LIST')} 1`,
    'apiserver_resource_objects{group="",resource="nodes"} 1',
    'apiserver_storage_objects{resource="flowschemas.flowcontrol.apiserver.k8s.io"} 13',
  ]))
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
