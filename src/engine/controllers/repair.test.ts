import { expect, test } from 'vitest'
import type { KubeObject } from '../api/types.ts'
import { createCluster, type Cluster } from '../index.ts'

/** What people do to objects that a controller keeps, and when it is put right. */

function withService(): Cluster {
  const c = createCluster({ nodes: 1 })
  const post = (kind: string, body: object): void => void c.request({ verb: 'POST', path: `/api/v1/namespaces/default/${kind}`, body: { apiVersion: 'v1', ...body } } as never)
  post('services', { kind: 'Service', metadata: { name: 'web' }, spec: { selector: { app: 'web' }, ports: [{ port: 80 }] } })
  post('pods', { kind: 'Pod', metadata: { name: 'web', labels: { app: 'web' } }, spec: { containers: [{ name: 'app', image: 'nginx:1.27' }] } })
  c.run({ for: '20s' })
  return c
}

const sliceOf = (c: Cluster): KubeObject | undefined => c.world().list('EndpointSlice').find(({ metadata }) => metadata.labels?.['kubernetes.io/service-name'] === 'web')
const slicePath = (c: Cluster): string => `/apis/discovery.k8s.io/v1/namespaces/default/endpointslices/${sliceOf(c)!.metadata.name}`
const isWhole = (c: Cluster): boolean => sliceOf(c)?.['endpoints']?.length === 1
const certificate = '/api/v1/namespaces/default/configmaps/kube-root-ca.crt'
const certificates = (c: Cluster): string[] => Object.keys(c.world().get('ConfigMap', 'kube-root-ca.crt')?.['data'] ?? {})
const hasCertificate = (c: Cluster): boolean => certificates(c).join() === 'ca.crt' && c.world().get('ConfigMap', 'kube-root-ca.crt')!['data']['ca.crt'] !== 'none'

const patch = (path: (c: Cluster) => string, body: object) => (c: Cluster): void =>
  void c.request({ verb: 'PATCH', path: path(c), contentType: 'application/merge-patch+json', body } as never)
const remove = (path: (c: Cluster) => string) => (c: Cluster): void => void c.request({ verb: 'DELETE', path: path(c) } as never)

test.each([
  ['a slice that is emptied', patch(slicePath, { endpoints: [] }), isWhole, 900, 1200],
  ['a slice that is deleted', remove(slicePath), isWhole, 900, 1200],
  ['a slice that is taken from its Service', patch(slicePath, { metadata: { labels: { 'kubernetes.io/service-name': 'other' } } }), isWhole, 900, 1200],
  ['the root certificate, changed', patch(() => certificate, { data: { 'ca.crt': 'none' } }), hasCertificate, 0, 200],
  ['the root certificate, with something beside it', patch(() => certificate, { data: { more: 'x' } }), hasCertificate, 0, 200],
  ['the root certificate, deleted', remove(() => certificate), hasCertificate, 0, 200],
])('%s', (_what, harm, isRight, notBeforeMs, byMs) => {
  const c = withService()
  harm(c)
  if (notBeforeMs > 0) {
    c.run({ for: notBeforeMs })
    expect(isRight(c)).toBe(false)
  }
  c.run({ for: byMs - notBeforeMs })
  expect(isRight(c)).toBe(true)
})

test('a note on a slice is nobody’s business', () => {
  const c = withService()
  patch(slicePath, { metadata: { annotations: { note: 'mine' } } })(c)
  const { resourceVersion } = sliceOf(c)!.metadata
  c.run({ for: '5s' })
  expect(sliceOf(c)!.metadata).toMatchObject({ resourceVersion, annotations: { note: 'mine' } })
})
