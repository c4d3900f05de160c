import { expect, test } from 'vitest'
import { createCluster, type Cluster } from '../../index.ts'

const core = '/api/v1/namespaces/default'
const get = (cluster: Cluster) => cluster.world().get('Secret', 'robot', 'default')

function post(cluster: Cluster, path: string, body: object): void {
  const { code, body: answer } = cluster.request({ verb: 'POST', path: `${core}/${path}`, body } as never)
  if (code >= 400) throw new Error(JSON.stringify(answer))
}

const secret = { apiVersion: 'v1', kind: 'Secret', type: 'kubernetes.io/service-account-token', metadata: { name: 'robot', annotations: { 'kubernetes.io/service-account.name': 'robot' } } }

test('a Secret made for the token of an account gets it, and goes with the account', () => {
  const cluster = createCluster({ seed: 1 })
  post(cluster, 'serviceaccounts', { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'robot' } })
  post(cluster, 'secrets', secret)
  cluster.run({ for: '2s' })
  const { uid } = cluster.world().get('ServiceAccount', 'robot', 'default')!.metadata
  expect(get(cluster)!.metadata.annotations).toMatchObject({ 'kubernetes.io/service-account.uid': uid })
  const { token, namespace } = get(cluster)!['data']
  expect(atob(namespace)).toBe('default')
  const answer = cluster.request({ verb: 'GET', path: `${core}/pods`, token: atob(token) } as never)
  expect(JSON.stringify(answer.body)).toContain('system:serviceaccount:default:robot')
  cluster.request({ verb: 'DELETE', path: `${core}/serviceaccounts/robot`, body: {} } as never)
  cluster.run({ for: '2s' })
  expect(get(cluster)).toBeUndefined()
})

test('one for an account that is not there is taken away', () => {
  const cluster = createCluster({ seed: 1 })
  post(cluster, 'secrets', secret)
  cluster.run({ for: '2s' })
  expect(get(cluster)).toBeUndefined()
})

const patch = (cluster: Cluster, path: string, body: object): void =>
  void cluster.request({ verb: 'PATCH', path: `${core}/${path}`, contentType: 'application/merge-patch+json', body } as never)

test('what somebody spoils of it is put right, and what is whole is let be', () => {
  const cluster = createCluster({ seed: 1 })
  post(cluster, 'serviceaccounts', { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'robot' } })
  post(cluster, 'secrets', { ...secret, data: { 'ca.crt': btoa('somebody'), namespace: btoa('mine'), other: btoa('kept') } })
  cluster.run({ for: '2s' })
  const made = get(cluster)!
  const { token, ...rest } = made['data']
  expect(Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, atob(value as string).split('\n')[0]]))).toEqual({
    'ca.crt': '-----BEGIN CERTIFICATE-----', namespace: 'mine', other: 'kept',
  })
  patch(cluster, 'secrets/robot', { data: { 'ca.crt': btoa('again'), namespace: null } })
  cluster.run({ for: '2s' })
  expect(get(cluster)!['data']).toEqual({ ...made['data'], namespace: btoa('default') })
  patch(cluster, 'secrets/robot', { metadata: { labels: { seen: 'yes' } } })
  const { resourceVersion } = get(cluster)!.metadata
  cluster.run({ for: '2s' })
  expect(get(cluster)!.metadata.resourceVersion).toBe(resourceVersion)
})

test.each<[string, object, string]>([
  ['is marked', { metadata: { labels: { 'kubernetes.io/legacy-token-invalid-since': '2026-01-01' } } }, "[invalid bearer token, the token in secret default/robot for service account default/robot has been marked invalid. Use tokens from the TokenRequest API or manually created secret-based tokens, or remove the 'kubernetes.io/legacy-token-invalid-since' label from the secret to temporarily allow use of this token]"],
  ['keeps another', { data: { token: btoa('another') } }, "[invalid bearer token, Token does not match server's copy]"],
])('its token is worth nothing when it %s', (_, change, error) => {
  const cluster = createCluster({ seed: 1 })
  post(cluster, 'serviceaccounts', { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'robot' } })
  post(cluster, 'secrets', secret)
  cluster.run({ for: '2s' })
  const token = atob(get(cluster)!['data'].token)
  const review = (): object => (cluster.request({ verb: 'POST', path: '/apis/authentication.k8s.io/v1/tokenreviews', body: { spec: { token } } } as never).body as any).status
  expect(review()).toMatchObject({ authenticated: true })
  patch(cluster, 'secrets/robot', change)
  expect(review()).toMatchObject({ error })
  expect(cluster.request({ verb: 'GET', path: `${core}/pods`, token } as never).code).toBe(401)
})

test('an account lists no token that is gone', () => {
  const cluster = createCluster({ seed: 1 })
  post(cluster, 'serviceaccounts', { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'robot' }, secrets: [{ name: 'robot' }, { name: 'key' }] })
  post(cluster, 'secrets', secret)
  cluster.run({ for: '2s' })
  cluster.request({ verb: 'DELETE', path: `${core}/secrets/robot`, body: {} } as never)
  cluster.run({ for: '2s' })
  expect(cluster.world().get('ServiceAccount', 'robot', 'default')!['secrets']).toEqual([{ name: 'key' }])
})
