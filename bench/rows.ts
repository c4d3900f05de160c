import { RevisionStore } from '../src/engine/etcd/store.ts'
import { Kernel } from '../src/engine/kernel/kernel.ts'
import { Delivery } from '../src/worker/delivery.ts'
import { findScenario } from '../src/scenarios/index.ts'
import { encode } from '../src/share/index.ts'
import { apiWrite, bringUp, bytesToPage, fork, schedulingDecision, stepForward, untilReadyMs, virtualSecondsMs } from './films.ts'
import { heapBytes, timeMs, type Row } from './harness.ts'

/** The value below which 95 % of the calls lie, in ms. */
function p95Ms(calls: number, work: (call: number) => void): number {
  const times = Array.from({ length: calls }, (_, call) => timeMs(() => work(call))).sort((a, b) => a - b)
  return times[Math.floor(calls * 0.95)]!
}

/** us a task, with 100,000 tasks waiting: each one schedules its successor. */
function eventLoop(): number {
  const kernel = new Kernel({ seed: 1, startMs: 0 })
  const random = kernel.random('bench')
  kernel.register('bench', (task) => void kernel.schedule('bench', 1 + random.float() * 10_000, task))
  for (let i = 0; i < 100_000; i++) kernel.schedule('bench', random.float() * 10_000, { type: 'tick' })
  const run = (tasks: number): void => {
    for (let i = 0; i < tasks; i++) kernel.runNext()
  }
  run(200_000)
  const tasks = 1_000_000
  return (timeMs(() => run(tasks)) * 1000) / tasks
}

/** Reads all objects as of a revision, at revisions spread over a history of ten writes an object. */
function scrub(objects: number): number {
  const store = new RevisionStore<{ i: number; version: number }>({ current: 0 })
  for (let version = 0; version < 10; version++) {
    for (let i = 0; i < objects; i++) store.put(`pods/default/web-${i}`, { i, version })
  }
  return p95Ms(200, (call) => store.rangeAt('pods/', 1 + ((call * 7919) % store.revision)))
}

/** Bytes of heap that each revision in etcd's whole history holds: what is free once the history is forgotten. */
function historyBytes(): number {
  const cluster = bringUp({ pods: 500, nodes: 50 })
  const revisions = cluster.etcd.log.length
  const forgotten = heapBytes(() => {
    cluster.etcd.log.length = 0
    ;(cluster.etcd as unknown as { history: Map<string, unknown> }).history.clear()
    return cluster
  })
  return -forgotten / revisions
}

export const rows: readonly Row[] = [
  { name: '100 pods until Ready', unit: 'ms', limit: 120, goal: 60, measure: () => untilReadyMs({ pods: 100, nodes: 10 }) },
  { name: '1,000 pods on 100 nodes until Ready', unit: 'ms', limit: 1_200, goal: 600, measure: () => untilReadyMs({ pods: 1_000, nodes: 100 }) },
  {
    name: 'Deployment of 1,000 pods on 100 nodes until Ready', unit: 'ms', limit: 1_200, goal: 600,
    measure: () => untilReadyMs({ pods: 1_000, nodes: 100, deployed: true }),
  },
  { name: '10,000 pods on 500 nodes until Ready', unit: 'ms', limit: 5_000, goal: 2_000, measure: () => untilReadyMs({ pods: 10_000, nodes: 500 }) },
  { name: 'scheduling decision on 5,000 nodes', unit: 'us', limit: 100, goal: 20, measure: schedulingDecision },
  { name: 'API write, everything in', unit: 'us', limit: 40, goal: 20, measure: apiWrite },
  { name: '1,000 virtual seconds, 100 pods probed every second', unit: 'ms', limit: 1_000, goal: 333, measure: () => virtualSecondsMs(true) },
  { name: '1,000 virtual seconds, 100 idle pods', unit: 'ms', limit: 10_000, goal: 5_000, measure: () => virtualSecondsMs(false) },
  { name: 'fork from the past, 10,000 steps', unit: 'ms', limit: 150, goal: 50, measure: fork },
  { name: 'step forward', unit: 'ms p95', limit: 8, goal: 4, measure: stepForward },
  { name: 'history in etcd', unit: 'B/revision', isAmount: true, limit: 1_500, goal: 1_000, measure: historyBytes },
  { name: 'event loop, 100,000 tasks waiting', unit: 'us/task', measure: eventLoop },
  { name: 'worker to page, a changed object', unit: 'B', isAmount: true, limit: 500, goal: 250, measure: () => bytesToPage(Delivery) },
  { name: 'link of a built-in scenario', unit: 'characters', isAmount: true, limit: 200, goal: 100, measure: () => encode({ scenario: findScenario('first-pod')! }).length },
  { name: 'scrub, 1,000 objects', unit: 'ms p95', limit: 16, goal: 4, measure: () => scrub(1_000) },
  { name: 'scrub, 10,000 objects', unit: 'ms p95', limit: 33, goal: 16, measure: () => scrub(10_000) },
]
