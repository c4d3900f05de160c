import { expect, test } from 'vitest'
import { ApiServer } from '../apiserver/apiserver.ts'
import type { KubeObject } from '../api/types.ts'
import { RevisionStore } from '../etcd/store.ts'
import { Kernel } from '../kernel/kernel.ts'
import { Latency } from '../latency.ts'
import { Client, resource } from './client.ts'
import { Informer, keyOf } from './informer.ts'
import '../kinds.ts'

const map = (name: string, color: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'default', uid: name, resourceVersion: '1', creationTimestamp: '', labels: { color } },
})

const clusterWide = (kind: string, fields: object): KubeObject => ({
  apiVersion: 'rbac.authorization.k8s.io/v1', kind, metadata: { name: 'reader', uid: kind, resourceVersion: '1', creationTimestamp: '' }, ...fields,
})
const reader = clusterWide('ClusterRole', { rules: [{ apiGroups: [''], resources: ['configmaps'], verbs: ['list', 'watch'] }] })
const binding = clusterWide('ClusterRoleBinding', { roleRef: { kind: 'ClusterRole', name: 'reader' }, subjects: [{ kind: 'User', name: 'system:test' }] })

function setUp(seed = 1) {
  const kernel = new Kernel({ seed, startMs: 0 })
  const latency = new Latency(kernel)
  const etcd = new RevisionStore<KubeObject>(kernel.revisions)
  for (const object of [reader, binding]) etcd.put(`${object.kind.toLowerCase()}s/${object.metadata.name}`, object)
  const apiServer = new ApiServer(kernel, latency, etcd)
  const client = new Client({ kernel, latency, apiServer }, 'test')
  kernel.register('test', (task: { type: string }) => void client.handle(task))
  const informer = new Informer(client, resource('configmaps'), {}, { color: (object) => [object.metadata.labels?.['color'] ?? ''] })
  const changes: string[] = []
  informer.onChange(({ type, object }) => changes.push(`${type} ${object.metadata.name}`))
  const run = (ms = 1000): void => {
    const end = kernel.now + ms
    while (kernel.nextAt() <= end) kernel.runNext()
    kernel.advanceTo(end)
  }
  const put = (object: KubeObject): void => void etcd.put(`configmaps/${keyOf(object)}`, object)
  return { kernel, etcd, apiServer, informer, changes, run, put }
}

const names = (objects: Iterable<KubeObject>): string[] => [...objects].map(({ metadata }) => metadata.name).sort()

test('lists, then watches: the copy becomes what is stored', () => {
  const { informer, changes, run, put, etcd } = setUp()
  put(map('a', 'red'))
  informer.start()
  run()
  expect(informer.synced).toBe(true)
  put(map('b', 'red'))
  put(map('a', 'blue'))
  etcd.delete('configmaps/default/b')
  run()
  expect(changes).toEqual(['add a', 'add b', 'update a', 'delete b'])
  expect(names(informer.all())).toEqual(['a'])
  expect(informer.get('default', 'a')?.metadata.labels).toEqual({ color: 'blue' })
})

test('an index follows every change', () => {
  const { informer, run, put, etcd } = setUp()
  informer.start()
  run()
  put(map('a', 'red'))
  put(map('b', 'red'))
  put(map('a', 'blue'))
  run()
  expect(names(informer.byIndex('color', 'red'))).toEqual(['b'])
  expect(names(informer.byIndex('color', 'blue'))).toEqual(['a'])
  etcd.delete('configmaps/default/a')
  run()
  expect(names(informer.byIndex('color', 'blue'))).toEqual([])
})

test('after the server was away the copy catches up, and what went meanwhile is deleted', () => {
  const { informer, changes, run, put, etcd, apiServer } = setUp()
  informer.start()
  put(map('a', 'red'))
  put(map('b', 'red'))
  run()
  apiServer.setUp(false)
  run()
  put(map('c', 'red'))
  etcd.delete('configmaps/default/a')
  run(5000)
  expect(names(informer.all())).toEqual(['a', 'b'])
  apiServer.setUp(true)
  run(40_000)
  expect(names(informer.all())).toEqual(['b', 'c'])
  expect(changes.slice(2).sort()).toEqual(['add c', 'delete a'])
  put(map('d', 'red'))
  run()
  expect(names(informer.all())).toEqual(['b', 'c', 'd'])
})

test('for every seed the copy equals a list once all is quiet', () => {
  for (let seed = 1; seed <= 30; seed++) {
    const { kernel, informer, run, put, etcd } = setUp(seed)
    const random = kernel.random('test')
    informer.start()
    for (let i = 0; i < 40; i++) {
      const name = `m${random.int(5)}`
      if (random.int(3) === 0) etcd.delete(`configmaps/default/${name}`)
      else put(map(name, String(i)))
      run(random.int(4))
    }
    run()
    expect([...informer.all()].sort((x, y) => (x.metadata.name < y.metadata.name ? -1 : 1))).toEqual(etcd.range('configmaps/'))
  }
})
