import { expect, test } from 'vitest'
import { kubectl } from '../../kubectl/index.ts'
import { createCluster } from '../index.ts'

test('addresses are those of the Services, and those that somebody notes', () => {
  const cluster = createCluster({ nodes: 1, latency: 'zero' })
  const post = (path: string, body: object): number => cluster.request({ verb: 'POST', path, body }).code
  expect(post('/api/v1/namespaces/default/services', { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' }, spec: { clusterIP: '10.96.0.9', ports: [{ port: 80 }] } })).toBe(201)
  expect(post('/api/v1/namespaces/default/services', { apiVersion: 'v1', kind: 'Service', metadata: { name: 'headless' }, spec: { clusterIP: 'None', ports: [{ port: 80 }] } })).toBe(201)
  expect(post('/apis/networking.k8s.io/v1/ipaddresses', { apiVersion: 'networking.k8s.io/v1', kind: 'IPAddress', metadata: { name: '10.96.0.5' }, spec: { parentRef: { group: 'example.com', resource: 'gateways', namespace: 'a', name: 'b' } } })).toBe(201)
  expect(kubectl(cluster, 'get ipaddresses --no-headers').stdout.replaceAll(/ +\S+$/gm, '')).toBe(
    '10.96.0.1   services/default/kubernetes\n10.96.0.5   gateways.example.com/a/b\n10.96.0.9   services/default/web\n')
  expect(kubectl(cluster, 'get ip 10.96.0.9 -o jsonpath={.metadata.labels}{.spec.parentRef}').stdout).toBe(
    '{"ipaddress.kubernetes.io/ip-family":"IPv4","ipaddress.kubernetes.io/managed-by":"ipallocator.k8s.io"}{"group":"","name":"web","namespace":"default","resource":"services"}')
  expect(kubectl(cluster, 'get ip 10.96.0.77').stderr).toBe('Error from server (NotFound): ipaddresses.networking.k8s.io "10.96.0.77" not found\n')
})
