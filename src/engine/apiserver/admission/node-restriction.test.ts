import { expect, test } from 'vitest'
import { createCluster } from '../../index.ts'
import type { KubeObject, Status } from '../../api/types.ts'

/** What a kubelet of the first node is told. */
function asKubelet() {
  const cluster = createCluster({ nodes: 2, latency: 'zero' })
  const [own, other] = (cluster.request({ verb: 'GET', path: '/api/v1/nodes' }).body as { items: KubeObject[] }).items.map(({ metadata }) => metadata.name) as [string, string]
  const user = { name: `system:node:${own}`, groups: ['system:nodes', 'system:authenticated'] }
  const ask = (verb: 'POST' | 'PATCH' | 'DELETE', path: string, body?: object): string => {
    const answer = cluster.request({ verb, path, user, ...(body === undefined ? {} : { body }), ...(verb === 'PATCH' ? { contentType: 'application/merge-patch+json' } : {}) })
    return answer.code < 300 ? 'ok' : (answer.body as Status).message!
  }
  return { cluster, own, other, ask }
}

test.each<[Record<string, string>, string]>([
  [{ team: 'a', 'node.kubernetes.io/size': 'l', 'topology.kubernetes.io/zone': 'z' }, 'ok'],
  [{ 'node-restriction.kubernetes.io/two': 'x' }, 'is not allowed to modify labels: node-restriction.kubernetes.io/two'],
  [{ 'node-role.kubernetes.io/worker': '', 'example.k8s.io/b': '' }, 'is not allowed to modify labels: example.k8s.io/b, node-role.kubernetes.io/worker'],
])('a kubelet that labels its node with %j: %s', (labels, answer) => {
  const { own, ask } = asKubelet()
  expect(ask('PATCH', `/api/v1/nodes/${own}`, { metadata: { labels } })).toBe(answer === 'ok' ? answer : `nodes "${own}" is forbidden: ${answer}`)
})

test('a kubelet changes neither its taints nor other nodes', () => {
  const { own, other, ask } = asKubelet()
  expect(ask('PATCH', `/api/v1/nodes/${own}`, { spec: { taints: [{ key: 'a', effect: 'NoSchedule' }] } })).toBe(`nodes "${own}" is forbidden: node "${own}" is not allowed to modify taints`)
  expect(ask('PATCH', `/api/v1/nodes/${other}`, { metadata: { labels: { a: 'b' } } })).toBe(`nodes "${other}" is forbidden: node "${own}" is not allowed to modify node "${other}"`)
})

test('a kubelet makes only pictures of its own static pods', () => {
  const { own, ask } = asKubelet()
  const make = (metadata: object, spec: object = {}): string =>
    ask('POST', '/api/v1/namespaces/default/pods', { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', ...metadata }, spec: { containers: [{ name: 'c', image: 'nginx' }], ...spec } })
  const annotations = { 'kubernetes.io/config.mirror': 'x' }
  const refused = (why: string): string => `pods "p" is forbidden: node "${own}" ${why}`
  expect(make({})).toBe(`pods "p" is forbidden: pod does not have "kubernetes.io/config.mirror" annotation, node "${own}" can only create mirror pods`)
  expect(make({ annotations })).toBe(refused('can only create pods with spec.nodeName set to itself'))
  expect(make({ annotations }, { nodeName: own })).toBe(refused('can only create pods with an owner reference set to itself'))
  const ownerReferences = [{ apiVersion: 'v1', kind: 'Node', name: own, uid: 'other', controller: true }]
  expect(make({ annotations, ownerReferences }, { nodeName: own })).toMatch(`is forbidden: node ${own} UID mismatch: expected other got `)
  expect(make({ annotations }, { nodeName: own, imagePullSecrets: [{ name: 's' }] })).toBe('pods "p" is forbidden: a mirror pod may not reference secrets')
})

test('a kubelet gets tokens for its own pods', () => {
  const { cluster, own, other, ask } = asKubelet()
  const pod = (name: string, nodeName: string): string => {
    const body = { apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec: { nodeName, containers: [{ name: 'c', image: 'nginx' }] } }
    return (cluster.request({ verb: 'POST', path: '/api/v1/namespaces/default/pods', body }).body as KubeObject).metadata.uid
  }
  const [mine, theirs] = [pod('mine', own), pod('theirs', other)]
  pod('third', own)
  const token = (boundObjectRef?: object): string =>
    ask('POST', '/api/v1/namespaces/default/serviceaccounts/default/token', { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { audiences: [], boundObjectRef } })
  const bound = { apiVersion: 'v1', kind: 'Pod', name: 'mine', uid: mine }
  const refused = (why: string): string => `serviceaccounts "default" is forbidden: ${why}`
  expect(token(bound)).toBe('ok')
  expect(token()).toBe(refused('node requested token not bound to a pod'))
  expect(token({ ...bound, kind: 'Secret' })).toBe(refused('node requested token not bound to a pod'))
  expect(token({ ...bound, uid: undefined })).toBe(refused('node requested token with a pod binding without a uid'))
  expect(token({ ...bound, name: 'third' })).toBe(refused(`the UID in the bound object reference (${mine}) does not match the UID in record. The object might have been deleted and then recreated`))
  expect(token({ ...bound, name: 'nobody' })).toBe('pod "nobody" not found')
  expect(token({ ...bound, name: 'theirs', uid: theirs })).toMatch('is forbidden: ')
})

test('a node that is not there has no pictures', () => {
  const { cluster, own, ask } = asKubelet()
  cluster.request({ verb: 'DELETE', path: `/api/v1/nodes/${own}` })
  const ownerReferences = [{ apiVersion: 'v1', kind: 'Node', name: own, uid: 'old', controller: true }]
  const metadata = { name: 'p', annotations: { 'kubernetes.io/config.mirror': 'x' }, ownerReferences }
  expect(ask('POST', '/api/v1/namespaces/default/pods', { apiVersion: 'v1', kind: 'Pod', metadata, spec: { nodeName: own, containers: [{ name: 'c', image: 'nginx' }] } })).toBe(`node "${own}" not found`)
})
