import { describe, expect, test } from 'vitest'
import { createCluster } from '../../index.ts'
import type { Response } from '../../api/request.ts'
import type { Status } from '../../api/types.ts'

const pods = '/api/v1/namespaces/default/pods'
const quotas = '/api/v1/namespaces/default/resourcequotas'
const quota = (hard: object, spec: object = {}) => ({ apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'purse' }, spec: { hard, ...spec } })
const pod = (name: string, requests: object = {}, spec: object = {}) => ({
  apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec: { containers: [{ name: 'app', image: 'nginx:1.27', resources: { requests } }], ...spec },
})

function limited(hard: object, spec: object = {}) {
  const cluster = createCluster({ nodes: 1 })
  const create = (body: object, path = pods, query = {}): Response => cluster.request({ verb: 'create', path, body, query })
  create(quota(hard, spec), quotas)
  cluster.run({ for: '1s' })
  const used = () => cluster.world().get('ResourceQuota', 'purse')!['status'].used
  const message = (response: Response) => (response.body as Status).message
  return { cluster, create, used, message }
}

describe('a quota', () => {
  test('counts what is made, and refuses what is too much', () => {
    const { create, used, message } = limited({ pods: '2', 'requests.cpu': '200m' })
    expect(used()).toEqual({ pods: '0', 'requests.cpu': '0' })
    expect(message(create(pod('bare')))).toBe('pods "bare" is forbidden: failed quota: purse: must specify requests.cpu for: app')
    expect(create(pod('a', { cpu: '150m' })).code).toBe(201)
    expect(used()).toEqual({ pods: '1', 'requests.cpu': '150m' })
    expect(message(create(pod('b', { cpu: '0.1' })))).toBe(
      'pods "b" is forbidden: exceeded quota: purse, requested: requests.cpu=100m, used: requests.cpu=150m, limited: requests.cpu=200m',
    )
    expect(create(pod('c', { cpu: '10m' })).code).toBe(201)
    expect(message(create(pod('d', { cpu: '100m' })))).toBe(
      'pods "d" is forbidden: exceeded quota: purse, requested: pods=1,requests.cpu=100m, used: pods=2,requests.cpu=160m, limited: pods=2,requests.cpu=200m',
    )
  })

  test('names all that is too much', () => {
    const { create, message } = limited({ 'requests.cpu': '1', 'requests.memory': '1Gi' })
    const all = { cpu: '1', memory: '1Gi' }
    create(pod('a', all))
    const amounts = 'requests.cpu=1,requests.memory=1Gi'
    expect(message(create(pod('b', all)))).toBe(`pods "b" is forbidden: exceeded quota: purse, requested: ${amounts}, used: ${amounts}, limited: ${amounts}`)
  })

  test('is drawn on by each of several writes at once', () => {
    const { cluster, used } = limited({ pods: '2' })
    for (let i = 0; i < 5; i++) cluster.perform({ request: { verb: 'create', path: pods, body: pod(`p${i}`) } })
    cluster.run({ for: '1s' })
    expect(cluster.world().list('Pod')).toHaveLength(2)
    expect(used()).toEqual({ pods: '2' })
  })

  test('has room again when a pod has ended or is gone, and when it is changed', () => {
    const { cluster, create, used } = limited({ pods: '1' })
    create(pod('a'))
    cluster.run({ for: '5s' })
    expect(create(pod('b')).code).toBe(403)
    cluster.request({ verb: 'delete', path: `${pods}/a`, body: { gracePeriodSeconds: 0 } })
    cluster.run({ for: '1s' })
    expect(used()).toEqual({ pods: '0' })
    expect(create(pod('b')).code).toBe(201)
    cluster.request({ verb: 'patch', path: `${quotas}/purse`, contentType: 'application/merge-patch+json', body: { spec: { hard: { pods: '5' } } } })
    cluster.run({ for: '1s' })
    expect(create(pod('c')).code).toBe(201)
  })

  test('that nobody has counted yet limits nothing; a trial draws on nothing', () => {
    const { create, used } = limited({ pods: '1' })
    expect(create(pod('a'), pods, { dryRun: 'All' }).code).toBe(201)
    expect(used()).toEqual({ pods: '0' })
  })

  test('with a scope is about those pods only', () => {
    const { cluster, create, used, message } = limited({ pods: '1' }, { scopes: ['Terminating'] })
    expect(create(pod('a')).code).toBe(201)
    expect(create(pod('b', {}, { activeDeadlineSeconds: 60 })).code).toBe(201)
    expect(create(pod('c', {}, { activeDeadlineSeconds: 60 })).code).toBe(403)
    expect(used()).toEqual({ pods: '1' })
    const limit = () => cluster.request({ verb: 'patch', path: `${pods}/a`, contentType: 'application/merge-patch+json', body: { spec: { activeDeadlineSeconds: 60 } } })
    expect(message(limit())).toBe('pods "a" is forbidden: exceeded quota: purse, requested: pods=1, used: pods=1, limited: pods=1')
    cluster.request({ verb: 'delete', path: `${pods}/b`, body: { gracePeriodSeconds: 0 } })
    cluster.run({ for: '1s' })
    expect([limit().code, used()]).toEqual([200, { pods: '1' }])
  })

  test('counts objects of other kinds, and what an update changes', () => {
    // The Service `kubernetes` is one of the two.
    const { cluster, create, message, used } = limited({ 'count/configmaps': '3', services: '2', 'services.nodeports': '1' })
    const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' }, spec: { ports: [{ name: 'a', port: 80 }, { name: 'b', port: 81 }], selector: { a: 'b' } } }
    const services = '/api/v1/namespaces/default/services'
    expect(create(service, services).code).toBe(201)
    const patched = cluster.request({ verb: 'patch', path: `${services}/web`, contentType: 'application/merge-patch+json', body: { spec: { type: 'NodePort' } } })
    expect(message(patched)).toBe('services "web" is forbidden: exceeded quota: purse, requested: services.nodeports=2, used: services.nodeports=0, limited: services.nodeports=1')
    // One is there already: the cluster's certificate.
    expect(used()['count/configmaps']).toBe('1')
  })
})
