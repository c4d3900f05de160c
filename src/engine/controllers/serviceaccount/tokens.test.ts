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
