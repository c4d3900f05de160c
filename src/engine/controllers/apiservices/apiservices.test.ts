import { expect, test } from 'vitest'
import { kubectl } from '../../../kubectl/index.ts'
import { createCluster, type Cluster } from '../../index.ts'

const service = (name: string): string => `apiVersion: apiregistration.k8s.io/v1
kind: APIService
metadata: { name: v1beta1.metrics.k8s.io }
spec: { group: metrics.k8s.io, version: v1beta1, groupPriorityMinimum: 100, versionPriority: 100, insecureSkipTLSVerify: true, service: { namespace: default, name: ${name} } }
`

function cluster(): Cluster {
  const c = createCluster({ nodes: 1 })
  kubectl(c, 'apply -f a.yaml', { files: { 'a.yaml': service('metrics') } })
  c.run({ for: '2s' })
  return c
}

const state = (c: Cluster): string => kubectl(c, 'get apiservice v1beta1.metrics.k8s.io --no-headers').stdout.split(/\s{2,}/)[2]!
const why = (c: Cluster): string => (c.world().get('APIService', 'v1beta1.metrics.k8s.io')!['status'].conditions as { message: string }[])[0]!.message

test('a server that is not there is told of, step by step until it is reached', () => {
  const c = cluster()
  expect([state(c), why(c)]).toEqual(['False (ServiceNotFound)', 'service/metrics in "default" is not present'])
  kubectl(c, 'create service clusterip metrics --tcp=80')
  c.run({ for: '31s' })
  expect([state(c), why(c)]).toEqual(['False (ServicePortError)', 'service/metrics in "default" is not listening on port 443'])
  kubectl(c, 'delete service metrics')
  kubectl(c, 'run metrics --image=nginx --port=80')
  kubectl(c, 'expose pod metrics --port=443 --target-port=80')
  c.run({ for: '61s' })
  expect(state(c)).toBe('False (FailedDiscoveryCheck)')
  expect(why(c)).toMatch(/^failing or missing response from https:\/\/10\.\d+\.\d+\.\d+:443\/apis\/metrics\.k8s\.io\/v1beta1: Get "https:.*": http: server gave HTTP response to HTTPS client$/)
})

test('what a cluster came with is there, and nobody looks for it', () => {
  const c = createCluster({ nodes: 1, metricsServer: true })
  c.run({ for: '40s' })
  expect(kubectl(c, 'get apiservice v1beta1.metrics.k8s.io --no-headers').stdout).toMatch(/^v1beta1\.metrics\.k8s\.io {3}kube-system\/metrics-server {3}True {3}/)
})

const definition = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: carts.shop.example }
spec:
  group: shop.example
  scope: Namespaced
  names: { plural: carts, kind: Cart }
  versions: [{ name: v1, served: true, storage: true, schema: { openAPIV3Schema: { type: object } } }]
`

test('what a definition serves is registered as long as it does', () => {
  const c = createCluster({ nodes: 1 })
  const registered = (): string => kubectl(c, 'get apiservice v1.shop.example --no-headers --ignore-not-found').stdout
  kubectl(c, 'apply -f a.yaml', { files: { 'a.yaml': definition } })
  c.run({ for: '2s' })
  expect(registered()).toMatch(/^v1\.shop\.example {3}Local {3}True {3}/)
  kubectl(c, 'delete crd carts.shop.example')
  c.run({ for: '10s' })
  expect(registered()).toBe('')
})
