import { describe, expect, test } from 'vitest'
import { createCluster } from '../index.ts'
import { apiVersionOf, resources } from '../api/resources.ts'
import type { Request } from '../api/request.ts'

const cluster = createCluster({ nodes: 1, latency: 'zero' })
const get = (path: string, accept?: Request['accept']): any => cluster.request({ verb: 'get', path, ...(accept === undefined ? {} : { accept }) }).body

describe('discovery', () => {
  test('lists versions, groups and resources', () => {
    expect(get('/version')).toMatchObject({ major: '1', minor: '34', gitVersion: expect.stringMatching(/^v1\.34\./) })
    expect(get('/api')).toEqual({ kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: expect.any(String) }] })
    expect(get('/apis').groups.find(({ name }: { name: string }) => name === 'autoscaling')).toEqual({
      name: 'autoscaling',
      versions: [{ groupVersion: 'autoscaling/v2', version: 'v2' }, { groupVersion: 'autoscaling/v1', version: 'v1' }],
      preferredVersion: { groupVersion: 'autoscaling/v2', version: 'v2' },
    })
    expect(get('/apis/batch')).toEqual({
      kind: 'APIGroup', apiVersion: 'v1', name: 'batch', versions: [{ groupVersion: 'batch/v1', version: 'v1' }], preferredVersion: { groupVersion: 'batch/v1', version: 'v1' },
    })
  })

  test.each<[path: string, name: string, entry: object]>([
    ['/api/v1', 'configmaps', { singularName: 'configmap', namespaced: true, kind: 'ConfigMap', verbs: ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'], shortNames: ['cm'], storageVersionHash: 'qFsyl6wFWjQ=' }],
    ['/api/v1', 'bindings', { singularName: 'binding', namespaced: true, kind: 'Binding', verbs: ['create'] }],
    ['/api/v1', 'pods/eviction', { singularName: '', namespaced: true, group: 'policy', version: 'v1', kind: 'Eviction', verbs: ['create'] }],
    ['/api/v1', 'nodes/proxy', { singularName: '', namespaced: false, kind: 'NodeProxyOptions', verbs: ['create', 'delete', 'get', 'patch', 'update'] }],
    ['/apis/apps/v1', 'deployments/scale', { singularName: '', namespaced: true, group: 'autoscaling', version: 'v1', kind: 'Scale', verbs: ['get', 'patch', 'update'] }],
    ['/apis/apps/v1', 'statefulsets', { singularName: 'statefulset', namespaced: true, kind: 'StatefulSet', verbs: ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'], shortNames: ['sts'], categories: ['all'], storageVersionHash: 'H+vl74LkKdo=' }],
  ])('of %s describes %s', (path, name, entry) => {
    expect(get(path).resources.find((resource: { name: string }) => resource.name === name)).toEqual({ name, ...entry })
  })

  test('has every resource that is served, and no other', () => {
    const versions = new Set(resources.map(apiVersionOf))
    const listed = [...versions].flatMap((version) => get(version === 'v1' ? '/api/v1' : `/apis/${version}`).resources.map(({ name }: { name: string }) => `${version}/${name}`))
    const served = resources.flatMap((info) => [info.plural, ...info.subresources.map((part) => `${info.plural}/${part}`)].map((name) => `${apiVersionOf(info)}/${name}`))
    expect(new Set(listed)).toEqual(new Set(served))
    expect(listed).toHaveLength(served.length)
  })

  test('comes in one answer, too', () => {
    const { items } = get('/apis', 'discovery')
    const apps = items.find(({ metadata }: { metadata: { name: string } }) => metadata.name === 'apps')
    expect(apps.versions[0].resources.find(({ resource }: { resource: string }) => resource === 'deployments')).toMatchObject({
      responseKind: { group: 'apps', version: 'v1', kind: 'Deployment' }, scope: 'Namespaced', singularResource: 'deployment', shortNames: ['deploy'],
      subresources: [{ subresource: 'scale', responseKind: { group: 'autoscaling', version: 'v1', kind: 'Scale' } }, { subresource: 'status' }],
    })
  })

  test.each(['/apis/extensions/v1beta1', '/apis/apps/v1beta1', '/api/v2', '/nothing', '/apis/batch/v1beta1/namespaces/default/cronjobs', '/%E0%A4%A', '/apis/batch/v1/namespaces/default/jobs/one/scale', '/api/v1/namespaces/default/configmaps/kube-root-ca.crt/status'])('knows nothing of %s', (path) => {
    expect(cluster.request({ verb: 'get', path })).toMatchObject({ code: 404, body: { message: 'the server could not find the requested resource' } })
  })

  test('is for everybody who is known; health is for all', () => {
    const as = (name: string, path: string) => cluster.request({ verb: 'get', path, as: { name } }).code
    expect([as('ann', '/apis'), as('ann', '/version'), as('system:anonymous', '/healthz'), as('system:anonymous', '/apis')]).toEqual([200, 200, 200, 403])
  })
})
