import { describe, expect, test } from 'vitest'
import type { KubeObject } from '../api/types.ts'
import { RevisionStore } from '../etcd/store.ts'
import { Kernel } from '../kernel/kernel.ts'
import { Latency } from '../latency.ts'
import { WatchCache, watchEvent, type WatchTask } from './watch.ts'

const pod = (name: string, labels: Record<string, string> = {}, nodeName?: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'default', uid: name, resourceVersion: '1', creationTimestamp: '', labels },
  spec: nodeName === undefined ? {} : { nodeName },
})

function setUp(seed = 1) {
  const kernel = new Kernel({ seed, startMs: 0 })
  const etcd = new RevisionStore<KubeObject>(kernel.revisions)
  const watches = new WatchCache(kernel, new Latency(kernel), etcd)
  const heard: Record<string, string[]> = {}
  const listen = (target: string): void => {
    heard[target] = []
    kernel.register(target, ({ event }: WatchTask) => heard[target]!.push(`${event.type} ${event.object.metadata.name} ${event.revision}`))
  }
  return { kernel, etcd, watches, heard, listen }
}

describe('what a write means to a watcher that sees only some objects', () => {
  const entry = (previous: KubeObject | undefined, value: KubeObject | undefined) =>
    ({ revision: 9, key: 'pods/default/web', previous, value, createRevision: 1 })
  const blue = pod('web', { color: 'blue' })
  const red = pod('web', { color: 'red' })
  const isBlue = (object: KubeObject): boolean => object.metadata.labels?.['color'] === 'blue'

  test.each([
    ['begins to match', red, blue, 'ADDED'],
    ['goes on matching', blue, blue, 'MODIFIED'],
    ['ceases to match', blue, red, 'DELETED'],
    ['never matches', red, red, undefined],
    ['is created', undefined, blue, 'ADDED'],
    ['is created unseen', undefined, red, undefined],
    ['is removed', blue, undefined, 'DELETED'],
    ['is removed unseen', red, undefined, undefined],
  ])('an object that %s', (_, before, after, expected) => {
    expect(watchEvent(entry(before, after), isBlue)?.type).toBe(expected)
  })

  test('the end carries the revision of the end', () => {
    expect(watchEvent(entry(blue, undefined), isBlue)?.object.metadata.resourceVersion).toBe('9')
  })
})

test('events reach a watcher in the order of the writes, for every seed', () => {
  for (let seed = 0; seed < 50; seed++) {
    const { kernel, etcd, watches, heard, listen } = setUp(seed)
    listen('w')
    watches.open({ target: 'w', resource: 'pods', prefix: 'pods/' })
    for (let i = 0; i < 20; i++) etcd.put('pods/default/web', pod('web'))
    while (kernel.runNext()) {}
    expect(heard['w']!.map((line) => Number(line.split(' ')[2]))).toEqual(Array.from({ length: 20 }, (_, i) => i + 1))
  }
})

test('a watch of one node costs nothing for pods of other nodes', () => {
  const { kernel, etcd, watches, heard, listen } = setUp()
  for (const node of ['node1', 'node2']) {
    listen(node)
    watches.open({ target: node, resource: 'pods', prefix: 'pods/', nodeName: node })
  }
  etcd.put('pods/default/a', pod('a'))
  etcd.put('pods/default/a', pod('a', {}, 'node1'))
  etcd.put('pods/default/b', pod('b', {}, 'node2'))
  while (kernel.runNext()) {}
  expect(heard).toEqual({ node1: ['ADDED a 2'], node2: ['ADDED b 3'] })
  expect(watches.delivered).toBe(2)
})

test('a watch from a revision hears what it has missed, once', () => {
  const { kernel, etcd, watches, heard, listen } = setUp()
  listen('w')
  etcd.put('pods/default/old', pod('old'))
  const seen = etcd.revision
  etcd.put('pods/default/new', pod('new'))
  etcd.put('nodes/node1', { ...pod('node1'), kind: 'Node' })
  watches.open({ target: 'w', resource: 'pods', prefix: 'pods/' }, { missed: etcd.since(seen) })
  etcd.put('pods/default/newer', pod('newer'))
  while (kernel.runNext()) {}
  expect(heard['w']).toEqual(['ADDED new 2', 'ADDED newer 4'])
})

test('a closed watch is silent', () => {
  const { kernel, etcd, watches, heard, listen } = setUp()
  listen('w')
  watches.close(watches.open({ target: 'w', resource: 'pods', prefix: 'pods/' }))
  etcd.put('pods/default/a', pod('a'))
  while (kernel.runNext()) {}
  expect(heard['w']).toEqual([])
})
