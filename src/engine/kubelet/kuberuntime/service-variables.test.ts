import { expect, test } from 'vitest'
import type { KubeObject, Pod } from '../../api/types.ts'
import { serviceVariables } from './service-variables.ts'

const pod = (spec: object = {}): Pod => ({ metadata: { name: 'web', namespace: 'default' }, spec }) as unknown as Pod
const service = (name: string, spec: object): KubeObject => ({ apiVersion: 'v1', kind: 'Service', metadata: { name }, spec }) as unknown as KubeObject
const redis = service('redis-leader', { clusterIP: '10.96.0.11', ports: [{ port: 6379 }] })

function others(variables: Readonly<Record<string, string>>): string[] {
  return Object.entries(variables).filter(([name]) => !name.startsWith('KUBERNETES_')).map((entry) => entry.join('='))
}

test('a service is told by its host and port, and as Docker told of links', () => {
  expect(others(serviceVariables(pod(), [redis]))).toEqual([
    'REDIS_LEADER_SERVICE_HOST=10.96.0.11', 'REDIS_LEADER_SERVICE_PORT=6379',
    'REDIS_LEADER_PORT=tcp://10.96.0.11:6379', 'REDIS_LEADER_PORT_6379_TCP=tcp://10.96.0.11:6379',
    'REDIS_LEADER_PORT_6379_TCP_PROTO=tcp', 'REDIS_LEADER_PORT_6379_TCP_PORT=6379', 'REDIS_LEADER_PORT_6379_TCP_ADDR=10.96.0.11',
  ])
})

test('every port has its own variables, by name where it has one', () => {
  const dns = service('dns', { clusterIP: '10.96.0.10', ports: [{ name: 'dns-udp', port: 53, protocol: 'UDP' }, { name: 'metrics', port: 9153 }] })
  expect(serviceVariables(pod(), [dns])).toMatchObject({
    DNS_SERVICE_PORT: '53', DNS_SERVICE_PORT_DNS_UDP: '53', DNS_SERVICE_PORT_METRICS: '9153', DNS_PORT: 'udp://10.96.0.10:53', DNS_PORT_9153_TCP_PORT: '9153',
  })
})

test.each<[string, Pod, KubeObject]>([
  ['headless services', pod(), service('db', { clusterIP: 'None', ports: [{ port: 5432 }] })],
  ['external names', pod(), service('far', { type: 'ExternalName', externalName: 'example.org' })],
  ['any, when the pod wants none', pod({ enableServiceLinks: false }), redis],
])('%s are not told of, the API server always is', (_, of, one) => {
  const variables = serviceVariables(of, [one])
  expect(others(variables)).toEqual([])
  expect(variables).toMatchObject({ KUBERNETES_SERVICE_HOST: '10.96.0.1', KUBERNETES_SERVICE_PORT_HTTPS: '443', KUBERNETES_PORT_443_TCP_ADDR: '10.96.0.1' })
})
