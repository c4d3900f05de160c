import type { Cluster, ClusterOptions, Scenario } from '../src/engine/index.ts'
import { createCluster, open, replay } from '../src/engine/index.ts'
import { timeMs } from './harness.ts'

const pods = '/api/v1/namespaces/default/pods'
const deployments = '/apis/apps/v1/namespaces/default/deployments'

export interface Wish {
  pods: number
  nodes: number
  /** From a Deployment, instead of one by one. */
  deployed?: boolean
  /** Each pod is probed every second. */
  probed?: boolean
  /** No more steps than this are kept. */
  history?: number
}

function podSpec(probed: boolean): object {
  const readinessProbe = { httpGet: { path: '/', port: 80 }, periodSeconds: 1 }
  return { containers: [{ name: 'web', image: 'nginx:1.27', ...(probed ? { readinessProbe } : {}) }] }
}

function ask(cluster: Cluster, { pods: count, deployed = false, probed = false }: Wish): void {
  const spec = podSpec(probed)
  const post = (path: string, body: object): void => void cluster.perform({ request: { verb: 'POST', path, body } })
  if (deployed) {
    const labels = { app: 'web' }
    const template = { metadata: { labels }, spec }
    const body = { replicas: count, selector: { matchLabels: labels }, template }
    return post(deployments, { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' }, spec: body })
  }
  for (let i = 0; i < count; i++) post(pods, { apiVersion: 'v1', kind: 'Pod', metadata: { name: `web-${i}` }, spec })
}

/** Asks for the pods and runs until all of them are Ready. */
export function bringUp(wish: Wish): Cluster {
  const cluster = createCluster({ nodes: wish.nodes, seed: 1 })
  ask(cluster, wish)
  let ready = 0
  let seen = 0
  cluster.run({
    for: '10m',
    until: () => {
      for (; seen < cluster.steps; seen++) if (cluster.stepAt(seen)!.milestone === 'create/ready') ready++
      if (cluster.trace.length > (wish.history ?? Infinity)) cluster.forget()
      return ready >= wish.pods
    },
  })
  if (ready < wish.pods) throw new Error(`only ${ready} of ${wish.pods} pods became ready`)
  return cluster
}

export function untilReadyMs(wish: Wish): number {
  bringUp({ ...wish, pods: Math.min(wish.pods, 50), nodes: Math.min(wish.nodes, 10) })
  return timeMs(() => bringUp(wish))
}

/** Writes ConfigMaps one after another; returns us a write. */
export function writesUs(cluster: Cluster, from: number, count: number): number {
  const path = '/api/v1/namespaces/default/configmaps'
  const write = (i: number): void => {
    const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: `c${i}` }, data: { a: '1' } }
    cluster.request({ verb: 'POST', path, body })
  }
  const spent = timeMs(() => {
    for (let i = from; i < from + count; i++) write(i)
  })
  return (spent * 1000) / count
}

/** us a write: authentication, admission, validation, store, watch and trace, everything in. */
export function apiWrite(): number {
  const cluster = createCluster({ nodes: 1, seed: 1 })
  writesUs(cluster, 0, 2_000)
  return writesUs(cluster, 2_000, 10_000)
}

/** ms for each 1,000 virtual seconds with 100 pods that are probed every second, or that are left alone. */
export function virtualSecondsMs(probed: boolean): number {
  const cluster = bringUp({ pods: 100, nodes: 10, probed })
  cluster.run({ for: '20s' })
  const seconds = 200
  return (timeMs(() => cluster.run({ for: seconds * 1000 })) * 1000) / seconds
}

/** us of the scheduling algorithm for each pod, on 5,000 nodes, sampling as kube-scheduler does. */
export function schedulingDecision(): number {
  const cluster = createCluster({ nodes: 5_000, seed: 1 })
  type Algorithm = { schedule: (...args: unknown[]) => unknown }
  const { algorithm } = cluster.scheduler as unknown as { algorithm: Algorithm }
  const decide = algorithm.schedule.bind(algorithm)
  const times: number[] = []
  algorithm.schedule = (...args) => {
    let decision: unknown
    times.push(timeMs(() => (decision = decide(...args))))
    return decision
  }
  const count = 600
  ask(cluster, { pods: count, nodes: 5_000 })
  cluster.run({ for: '10m', until: () => times.length >= count })
  const warm = times.slice(100).sort((a, b) => a - b)
  return warm[warm.length >> 1]! * 1000
}

function recorded(cluster: Cluster): Scenario {
  const text = { en: '', zh: '' }
  const options: ClusterOptions = cluster.options
  const spec = { title: text, summary: text, cluster: options, script: [...cluster.inputs] }
  return { apiVersion: 'podreel.dev/v1', kind: 'Scenario', metadata: { name: 'bench' }, spec }
}

/** ms to make the first 10,000 steps of a film again. */
export function fork(): number {
  const scenario = recorded(bringUp({ pods: 150, nodes: 15 }))
  const steps = 10_000
  const times = Array.from({ length: 7 }, () => timeMs(() => replay(scenario, { untilStep: steps })))
  return times.sort((a, b) => a - b)[3]!
}

/** p95 in ms of one step forward. */
export function stepForward(): number {
  const cluster = open(recorded(bringUp({ pods: 100, nodes: 10 })))
  const times = Array.from({ length: 5_000 }, () => timeMs(() => cluster.step()))
  return times.sort((a, b) => a - b)[4_750]!
}

/** Bytes that the page gets for each changed object, as JSON, when a batch is sent every 16 virtual ms. */
export function bytesToPage(Delivery: new (cluster: Cluster) => { opening: () => unknown; batch: () => Sent }): number {
  const cluster = createCluster({ nodes: 10, seed: 1 })
  const delivery = new Delivery(cluster)
  delivery.opening()
  ask(cluster, { pods: 100, nodes: 10 })
  let bytes = 0
  let changes = 0
  for (let frame = 0; frame < 500; frame++) {
    cluster.run({ for: 16 })
    const batch = delivery.batch()
    changes += batch.changes.length
    bytes += JSON.stringify(batch.changes).length
  }
  return bytes / changes
}

interface Sent {
  changes: readonly unknown[]
}
