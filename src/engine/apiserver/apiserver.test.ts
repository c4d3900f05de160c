import { describe, expect, test } from 'vitest'
import '../../kubectl/index.ts'
import { createCluster, type Cluster } from '../index.ts'
import type { KubeObject, Status } from '../api/types.ts'

const pods = '/api/v1/namespaces/default/pods'
const maps = '/api/v1/namespaces/default/configmaps'
const map = (name: string, data: Record<string, string> = {}): object => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data })
const pod = (name: string): object => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec: { containers: [{ name: 'c', image: 'busybox:1.36' }], schedulerName: 'nobody' } })

function cluster(): Cluster {
  return createCluster({ nodes: 1, seed: 1 })
}

const body = (response: { body: unknown }): KubeObject => response.body as KubeObject
const status = (response: { body: unknown }): Status => response.body as Status

test('a create passes its stages in order, each a step, then is told to whom it concerns', () => {
  const c = cluster()
  c.request({ verb: 'POST', path: pods, body: pod('web') })
  c.run({ for: 10 })
  const story = c.trace.filter(({ resource }) => resource === 'pods').map(({ milestone, kind, to }) => milestone ?? `${kind} ${to}`)
  expect(story.slice(0, 8)).toEqual([
    'create/submit', 'create/authenticate', 'create/authorize', 'create/admit', 'create/validate', 'decision kube-apiserver', 'create/store', 'create/acknowledge',
  ])
  expect(story.slice(8)).toContain('watch kube-scheduler')
})

describe('writes', () => {
  test('every write has a revision of its own, which is the object’s resourceVersion', () => {
    const c = cluster()
    const made = body(c.request({ verb: 'POST', path: maps, body: map('a') }))
    const write = c.trace.find(({ kind, resource }) => kind === 'write' && resource === 'configmaps')
    expect(made.metadata.resourceVersion).toBe(String(write?.revision))
    expect(c.at(write!.revision! - 1).get('ConfigMap', 'a')).toBeUndefined()
    expect(c.at(write!.revision!).get('ConfigMap', 'a')).toEqual(made)
  })

  test('the same name again is refused, and so says the step', () => {
    const c = cluster()
    c.request({ verb: 'POST', path: maps, body: map('a') })
    const again = c.request({ verb: 'POST', path: maps, body: map('a') })
    expect([again.code, status(again).message]).toEqual([409, 'configmaps "a" already exists'])
    expect(c.trace.findLast(({ kind }) => kind === 'write')).toMatchObject({ code: 409, revision: undefined, to: 'kube-apiserver' })
  })

  test('an update with an old resourceVersion is a conflict', () => {
    const c = cluster()
    const first = body(c.request({ verb: 'POST', path: maps, body: map('a') }))
    c.request({ verb: 'PATCH', path: `${maps}/a`, contentType: 'application/merge-patch+json', body: { data: { x: '1' } } })
    const late = c.request({ verb: 'PUT', path: `${maps}/a`, body: { ...first, data: { x: '2' } } })
    expect(late.code).toBe(409)
    expect(status(late).message).toBe(
      'Operation cannot be fulfilled on configmaps "a": the object has been modified; please apply your changes to the latest version and try again',
    )
  })

  test('a patch that changes nothing writes nothing', () => {
    const c = cluster()
    c.request({ verb: 'POST', path: maps, body: map('a', { x: '1' }) })
    const before = c.revision
    const answer = c.request({ verb: 'PATCH', path: `${maps}/a`, contentType: 'application/merge-patch+json', body: { data: { x: '1' } } })
    expect([answer.code, c.revision]).toEqual([200, before])
  })

  test('two patches on the way at once are both done', () => {
    const c = cluster()
    c.request({ verb: 'POST', path: maps, body: map('a') })
    for (const key of ['x', 'y']) {
      c.perform({ request: { verb: 'PATCH', path: `${maps}/a`, contentType: 'application/merge-patch+json', body: { data: { [key]: '1' } } } })
    }
    c.run({ for: 100 })
    expect(c.world().get('ConfigMap', 'a')!['data']).toEqual({ x: '1', y: '1' })
  })

  test('a dry run answers as if and stores nothing', () => {
    const c = cluster()
    const before = c.revision
    const answer = c.request({ verb: 'POST', path: `${maps}?dryRun=All`, body: map('a') })
    expect([answer.code, body(answer).metadata.name, c.revision]).toEqual([201, 'a', before])
    expect(body(answer).metadata).not.toHaveProperty('resourceVersion')
  })

  test('generateName gives a name that is free', () => {
    const c = cluster()
    const made = body(c.request({ verb: 'POST', path: maps, body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { generateName: 'job-' } } }))
    expect(made.metadata.name).toMatch(/^job-[bcdfghjklmnpqrstvwxz2456789]{5}$/)
  })
})

describe('refusals in Kubernetes’ words', () => {
  test.each<[string, Parameters<Cluster['request']>[0], number, string]>([
    ['nothing there', { verb: 'GET', path: `${pods}/web` }, 404, 'pods "web" not found'],
    ['no such resource', { verb: 'GET', path: '/api/v1/namespaces/default/potatoes' }, 404, 'the server could not find the requested resource'],
    ['no such namespace', { verb: 'POST', path: '/api/v1/namespaces/nowhere/configmaps', body: map('a') }, 404, 'namespaces "nowhere" not found'],
    ['a namespace that is not the path’s', { verb: 'POST', path: maps, body: { ...map('a'), metadata: { name: 'a', namespace: 'other' } } }, 400, 'the namespace of the provided object does not match the namespace sent on the request'],
    ['an unknown service account', { verb: 'POST', path: pods, body: { ...pod('web'), spec: { serviceAccountName: 'ghost', containers: [{ name: 'c', image: 'i' }] } } }, 403, 'pods "web" is forbidden: error looking up service account default/ghost: serviceaccount "ghost" not found'],
    ['an unknown priority class', { verb: 'POST', path: pods, body: { ...pod('web'), spec: { priorityClassName: 'vip', containers: [{ name: 'c', image: 'i' }] } } }, 403, 'pods "web" is forbidden: no PriorityClass with name vip was found'],
  ])('%s', (_, request, code, message) => {
    const answer = cluster().request(request)
    expect([answer.code, status(answer).message]).toEqual([code, message])
  })
})

test('a pod that comes with its namespace waits for the service account that a controller makes', () => {
  const c = cluster()
  c.request({ verb: 'POST', path: '/api/v1/namespaces', body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'new' } } })
  const answer = c.request({ verb: 'POST', path: '/api/v1/namespaces/new/pods', body: pod('web') })
  expect(answer.code).toBe(201)
})

test('server-side apply makes, keeps to its fields, and does not take those of others without force', () => {
  const c = cluster()
  const apply = (manager: string, data: Record<string, string>, query = ''): ReturnType<Cluster['request']> =>
    c.request({ verb: 'PATCH', path: `${maps}/a?fieldManager=${manager}${query}`, contentType: 'application/apply-patch+yaml', body: map('a', data) })
  expect(apply('one', { x: '1', y: '1' }).code).toBe(201)
  expect(apply('one', { x: '1' }).code).toBe(200)
  expect(c.world().get('ConfigMap', 'a')!['data']).toEqual({ x: '1' })
  const conflict = apply('two', { x: '2' })
  expect([conflict.code, status(conflict).message]).toEqual([409, 'Apply failed with 1 conflict: conflict with "one": .data.x'])
  expect(body(apply('two', { x: '2' }, '&force=true'))['data']).toEqual({ x: '2' })
  expect(status(c.request({ verb: 'PATCH', path: `${maps}/a`, contentType: 'application/apply-patch+yaml', body: map('a') })).message).toContain('fieldManager: Required value')
})

describe('reads', () => {
  test('select by labels and fields, and page', () => {
    const c = cluster()
    for (const [name, color] of [['a', 'red'], ['b', 'blue'], ['c', 'red']]) {
      c.request({ verb: 'POST', path: maps, body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, labels: { color } } } })
    }
    const names = (query: string): string[] => (c.request({ verb: 'GET', path: `${maps}?${query}` }).body as { items: KubeObject[] }).items.map(({ metadata }) => metadata.name)
    expect(names('labelSelector=color%3Dred')).toEqual(['a', 'c'])
    expect(names('fieldSelector=metadata.name%3Db')).toEqual(['b'])
    expect(names('limit=2')).toEqual(['a', 'b'])
    expect(names('labelSelector=color+notin+(red)')).toEqual(['b', 'kube-root-ca.crt'])
  })

  test('a query of the past prints what was then', () => {
    const c = cluster()
    c.request({ verb: 'POST', path: maps, body: map('a') })
    const then = c.revision
    c.request({ verb: 'DELETE', path: `${maps}/a` })
    expect(c.at(then).request({ verb: 'GET', path: `${maps}/a` }).code).toBe(200)
    expect(c.world().request({ verb: 'GET', path: `${maps}/a` }).code).toBe(404)
  })
})

describe('faults', () => {
  test('a server that is away refuses connections, and what was on its way is lost', () => {
    const c = cluster()
    c.fault({ type: 'apiserver-stop' })
    expect(c.request({ verb: 'GET', path: pods }).code).toBe(0)
    c.fault({ type: 'apiserver-stop', restore: true })
    expect(c.request({ verb: 'GET', path: pods }).code).toBe(200)
  })

  /** The answer, and after how many seconds it came. */
  const asked = (c: Cluster, request: Parameters<Cluster['request']>[0]): [ReturnType<Cluster['request']>, number] => {
    const since = c.now
    return [c.request(request), Math.round((c.now - since) / 100) / 10]
  }

  test('without etcd a write fails at once and a read when it has been tried for a while, and nothing is half done', () => {
    const c = cluster()
    c.fault({ type: 'etcd-stop' })
    const [answer, seconds] = asked(c, { verb: 'POST', path: maps, body: map('a') })
    expect(status(answer)).toMatchObject({ code: 500, message: 'rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial tcp 127.0.0.1:2379: connect: connection refused"' })
    expect(seconds).toBeLessThan(0.1)
    const [list, late] = asked(c, { verb: 'GET', path: maps })
    expect([list.code, late]).toEqual([500, 2.5])
    const [cached, soon] = asked(c, { verb: 'GET', path: maps, query: { resourceVersion: '0' } })
    expect(cached.code).toBe(200)
    expect(soon).toBeLessThan(0.1)
    c.fault({ type: 'etcd-stop', restore: true })
    expect(c.world().get('ConfigMap', 'a')).toBeUndefined()
  })

  test('a read that is still tried when etcd is back is answered; one that waits for an etcd that stands still fails when it is stopped', () => {
    const c = cluster()
    c.fault({ type: 'etcd-stop' })
    const read = c.perform({ kubectl: 'get pods' })
    c.run({ for: '1s' })
    c.fault({ type: 'etcd-stop', restore: true })
    c.run({ for: '1s' })
    expect(c.ended.find(({ command }) => command === read)).toMatchObject({ exitCode: 0 })
    c.fault({ type: 'component-freeze', component: 'etcd' })
    const held = c.perform({ kubectl: 'get pods' })
    c.run({ for: '10s' })
    c.fault({ type: 'etcd-stop' })
    c.run({ for: '3s' })
    expect(c.output.find(({ command }) => command === held)?.text).toMatch(/^Error from server: rpc error: .*connection refused"\n$/)
  })

  test('a pod that was made while the scheduler was away is bound when it is back', () => {
    const c = cluster()
    c.fault({ type: 'scheduler-stop' })
    c.request({ verb: 'POST', path: pods, body: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web' }, spec: { containers: [{ name: 'c', image: 'nginx:9.99' }] } } })
    c.run({ for: '5s' })
    expect(c.world().get('Pod', 'web')!.spec.nodeName).toBeUndefined()
    c.fault({ type: 'scheduler-stop', restore: true })
    c.run({ for: '1s' })
    expect(c.world().get('Pod', 'web')!.spec.nodeName).toBe('node1')
  })
})

