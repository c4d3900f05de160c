import { expect, test } from 'vitest'
import { kubectl } from '../../../kubectl/index.ts'
import { createCluster } from '../../index.ts'

test('the API server makes itself known', () => {
  const cluster = createCluster({ nodes: 1 })
  expect(kubectl(cluster, 'get svc,endpoints,endpointslices').stdout).toBe(`NAME                 TYPE        CLUSTER-IP   EXTERNAL-IP   PORT(S)   AGE
service/kubernetes   ClusterIP   10.96.0.1    <none>        443/TCP   24h

NAME                   ENDPOINTS          AGE
endpoints/kubernetes   10.99.255.1:6443   24h

NAME                                        ADDRESSTYPE   PORTS   ENDPOINTS     AGE
endpointslice.discovery.k8s.io/kubernetes   IPv4          6443    10.99.255.1   24h
`)
})

test.each(['service', 'endpoints', 'endpointslice'])('a %s that somebody deletes is there again within ten seconds', (kind) => {
  const cluster = createCluster({ nodes: 1 })
  cluster.run({ for: '3s' })
  expect(kubectl(cluster, `delete ${kind} kubernetes`).exitCode).toBe(0)
  expect(kubectl(cluster, `get ${kind} kubernetes`).exitCode).toBe(1)
  cluster.run({ for: '11s' })
  expect(kubectl(cluster, `get ${kind} kubernetes -o name`).exitCode).toBe(0)
  expect(cluster.world().get('Service', 'kubernetes', 'default')).toMatchObject({ spec: { clusterIP: '10.96.0.1', ports: [{ name: 'https', port: 443, targetPort: 6443 }] } })
})

test('addresses that somebody changes are put right, a Service is left as it is', () => {
  const cluster = createCluster({ nodes: 1 })
  cluster.request({ verb: 'PATCH', path: '/api/v1/namespaces/default/endpoints/kubernetes', contentType: 'application/merge-patch+json', body: { subsets: [{ addresses: [{ ip: '1.2.3.4' }], ports: [{ port: 1 }] }] } })
  cluster.request({ verb: 'PATCH', path: '/api/v1/namespaces/default/services/kubernetes', contentType: 'application/merge-patch+json', body: { metadata: { labels: { mine: 'yes' } } } })
  cluster.run({ for: '11s' })
  expect(cluster.world().get('Endpoints', 'kubernetes', 'default')!['subsets']).toEqual([{ addresses: [{ ip: '10.99.255.1' }], ports: [{ name: 'https', port: 6443, protocol: 'TCP' }] }])
  expect(cluster.world().get('Service', 'kubernetes', 'default')!.metadata.labels).toMatchObject({ mine: 'yes' })
})

test('nothing is asked while nobody touches them', () => {
  const cluster = createCluster({ nodes: 1 })
  cluster.run({ for: '2m' })
  expect(cluster.trace.filter(({ from }) => from === 'kube-apiserver/kubernetesservice')).toEqual([])
})
