import { expect, test } from 'vitest'
import type { KubeObject } from '../../api/types.ts'
import { createCluster, type Cluster } from '../../index.ts'

const inDefault = (plural: string, group = 'api/v1'): string => `/${group}/namespaces/default/${plural}`

function post(c: Cluster, path: string, body: object): number {
  return c.request({ verb: 'POST', path, body: body as never }).code
}

function withQuota(hard: object): Cluster {
  const c = createCluster({ nodes: 1, seed: 1 })
  post(c, inDefault('resourcequotas'), { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'q' }, spec: { hard } })
  c.run({ for: '2s' })
  return c
}

const used = (c: Cluster): object => (c.world().get('ResourceQuota', 'q', 'default') as KubeObject)['status'].used

const definition = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'widgets.example.com' },
  spec: {
    group: 'example.com',
    names: { kind: 'Widget', plural: 'widgets' },
    scope: 'Namespaced',
    versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }],
  },
}

test('objects of a kind that was added are counted, and given back', () => {
  const c = createCluster({ nodes: 1, seed: 1 })
  post(c, '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', definition)
  c.run({ for: '2s' })
  post(c, inDefault('resourcequotas'), { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'q' }, spec: { hard: { 'count/widgets.example.com': '1' } } })
  c.run({ for: '2s' })
  const widgets = inDefault('widgets', 'apis/example.com/v1')
  const widget = (name: string) => ({ apiVersion: 'example.com/v1', kind: 'Widget', metadata: { name } })
  expect([post(c, widgets, widget('a')), post(c, widgets, widget('b'))]).toEqual([201, 403])
  c.request({ verb: 'DELETE', path: `${widgets}/a` })
  c.run({ for: '2s' })
  expect(used(c)).toEqual({ 'count/widgets.example.com': '0' })
  expect(post(c, widgets, widget('b'))).toBe(201)
})

test('of a kind that nobody knows nothing is said', () => {
  expect(used(withQuota({ 'count/gadgets.example.com': '1', pods: '2' }))).toEqual({ pods: '0' })
})

test('what a pod gives back by a resize can be used again when it is given back', () => {
  const c = withQuota({ 'requests.cpu': '1' })
  const resources = (cpu: string) => ({ containers: [{ name: 'app', image: 'nginx:1.27', resources: { requests: { cpu } } }] })
  post(c, inDefault('pods'), { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web' }, spec: resources('800m') })
  c.run({ for: '15s' })
  expect(used(c)).toEqual({ 'requests.cpu': '800m' })
  const resize = { verb: 'PATCH', path: `${inDefault('pods')}/web/resize`, body: { spec: resources('100m') }, contentType: 'application/strategic-merge-patch+json' }
  expect(c.request(resize as never).code).toBe(200)
  c.run({ for: '15s' })
  expect(used(c)).toEqual({ 'requests.cpu': '100m' })
})
