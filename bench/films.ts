import type { Cluster, Scenario } from '../src/engine/index.ts'
import { createCluster, open, replay } from '../src/engine/index.ts'
import { timeMs } from './harness.ts'

const pods = '/api/v1/namespaces/default/pods'

interface Wish {
  pods: number
  nodes: number
  /** Each pod is probed every second. */
  probed?: boolean
}

function pod(name: string, probed: boolean): object {
  const readinessProbe = { httpGet: { path: '/', port: 80 }, periodSeconds: 1 }
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name },
    spec: { containers: [{ name: 'web', image: 'nginx:1.27', ...(probed ? { readinessProbe } : {}) }] },
  }
}

/** Asks for the pods and runs until all of them are Ready. */
export function bringUp({ pods: count, nodes, probed = false }: Wish): Cluster {
  const cluster = createCluster({ nodes, seed: 1 })
  for (let i = 0; i < count; i++) cluster.perform({ request: { verb: 'POST', path: pods, body: pod(`web-${i}`, probed) } })
  let ready = 0
  let seen = 0
  cluster.run({
    for: '10m',
    until: ({ trace }) => {
      for (; seen < trace.length; seen++) if (trace[seen]!.milestone === 'create/ready') ready++
      return ready >= count
    },
  })
  if (ready < count) throw new Error(`only ${ready} of ${count} pods became ready`)
  return cluster
}

export function untilReadyMs(wish: Wish): number {
  bringUp({ ...wish, pods: Math.min(wish.pods, 50) })
  return timeMs(() => bringUp(wish))
}

/** us a write: authentication, admission, validation, store, watch and trace, everything in. */
export function apiWrite(): number {
  const cluster = createCluster({ nodes: 1, seed: 1 })
  const path = '/api/v1/namespaces/default/configmaps'
  const write = (from: number, count: number): void => {
    for (let i = from; i < from + count; i++) {
      cluster.request({ verb: 'POST', path, body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: `c${i}` }, data: { a: '1' } } })
    }
  }
  write(0, 2_000)
  const count = 10_000
  return (timeMs(() => write(2_000, count)) * 1000) / count
}

/** Wall ms for each 1,000 virtual seconds with 100 pods that are probed every second. */
export function probedSeconds(): number {
  const cluster = bringUp({ pods: 100, nodes: 10, probed: true })
  cluster.run({ for: '20s' })
  const seconds = 200
  return (timeMs(() => cluster.run({ for: seconds * 1000 })) * 1000) / seconds
}

function recorded(cluster: Cluster): Scenario {
  const text = { en: '', zh: '' }
  const spec = { title: text, summary: text, cluster: cluster.options, script: [...cluster.inputs] }
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
