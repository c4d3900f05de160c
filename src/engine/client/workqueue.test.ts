import { expect, test } from 'vitest'
import { ApiServer } from '../apiserver/apiserver.ts'
import { RevisionStore } from '../etcd/store.ts'
import { Kernel } from '../kernel/kernel.ts'
import { Latency } from '../latency.ts'
import { Client } from './client.ts'
import { WorkQueue } from './workqueue.ts'

function setUp(workers: number) {
  const kernel = new Kernel({ seed: 1, startMs: 0 })
  const latency = new Latency(kernel, 'zero')
  const apiServer = new ApiServer(kernel, latency, new RevisionStore(kernel.revisions))
  const client = new Client({ kernel, latency, apiServer }, 'test')
  kernel.register('test', (task: { type: string }) => void client.handle(task))
  const begun: string[] = []
  const queue = new WorkQueue(client, workers, (key) => begun.push(`${key}@${kernel.now}`))
  const run = (): void => {
    while (kernel.runNext()) {}
  }
  return { queue, begun, run }
}

test('a key that waits is there once, however often it is added', () => {
  const { queue, begun, run } = setUp(5)
  for (const key of ['a', 'b', 'a', 'a']) queue.add(key)
  run()
  expect(begun).toEqual(['a@0', 'b@0'])
})

test('a key that is added while it is worked on is worked on once more, afterwards', () => {
  const { queue, begun, run } = setUp(5)
  queue.add('a')
  run()
  queue.add('a')
  queue.add('a')
  run()
  expect(begun).toEqual(['a@0'])
  queue.done('a')
  run()
  expect(begun).toEqual(['a@0', 'a@0'])
  queue.done('a')
  run()
  expect(begun).toHaveLength(2)
})

test('no more keys are worked on at a time than there are workers', () => {
  const { queue, begun, run } = setUp(1)
  queue.add('a')
  queue.add('b')
  run()
  expect(begun).toEqual(['a@0'])
  queue.done('a')
  run()
  expect(begun).toEqual(['a@0', 'b@0'])
})

test('failures delay a key by 5 ms, doubling, until it is forgotten', () => {
  const { queue, begun, run } = setUp(1)
  for (let i = 0; i < 4; i++) {
    queue.addRateLimited('a')
    run()
    queue.done('a')
  }
  expect(begun).toEqual(['a@5', 'a@15', 'a@35', 'a@75'])
  queue.forget('a')
  queue.addRateLimited('a')
  run()
  expect(begun.at(-1)).toBe('a@80')
})
