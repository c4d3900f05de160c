import type { Cluster } from '../cluster.ts'
import { createCluster } from '../index.ts'
import type { Node, Pod } from '../api/types.ts'
import { Random } from '../kernel/random.ts'
import { Invariants } from './invariants.ts'

/** What may come as a pod: ordinary ones, short ones, stubborn ones, ones that cannot start. */
const commands: (string[] | undefined)[] = [
  undefined,
  ['sleep', '3600'],
  ['sh', '-c', 'sleep 2; exit 1'],
  ['sh', '-c', 'exit 0'],
  ['sh', '-c', 'sleep 5'],
  ['sh', '-c', 'trap "exit 0" TERM; while true; do sleep 1; done'],
  ['sh', '-c', "trap '' TERM; while true; do sleep 0.5; done"],
  ['/no/such/program'],
]
const images = ['nginx:1.27', 'busybox:1.36', 'busybox:1.36', 'nginx:9.99']
const hooks = [undefined, undefined, { preStop: { exec: { command: ['sleep', '3'] } } }, { postStart: { exec: { command: ['sh', '-c', 'sleep 1'] } } }, { preStop: { sleep: { seconds: 8 } } }]

const pick = <T>(random: Random, list: readonly T[]): T => list[random.int(list.length)]!

const initCommands: string[][] = [['true'], ['sh', '-c', 'sleep 2'], ['sh', '-c', 'sleep 1; exit 1']]
const probes = [
  { exec: { command: ['true'] }, periodSeconds: 1 },
  { exec: { command: ['sh', '-c', '[ $(($(date +%s) % 20)) -lt 15 ]'] }, periodSeconds: 2, failureThreshold: 2 },
  { httpGet: { path: '/', port: 80 }, periodSeconds: 3 },
  { tcpSocket: { port: 81 }, periodSeconds: 5, failureThreshold: 1 },
]
const volumes = [{ emptyDir: {} }, { emptyDir: { medium: 'Memory' } }, { configMap: { name: 'comes-late', optional: true } }, { hostPath: { path: '/var/lib/shop', type: 'DirectoryOrCreate' } }]

/** Sometimes one of the three, sometimes two. */
function randomProbes(random: Random): object {
  const chosen = ['startupProbe', 'livenessProbe', 'readinessProbe'].filter(() => random.int(5) === 0)
  return Object.fromEntries(chosen.map((type) => [type, pick(random, probes)]))
}

/** What comes before the app: init containers, and sidecars that go on beside it. */
function randomInit(random: Random): object[] {
  if (random.int(3) > 0) return []
  return Array.from({ length: 1 + random.int(3) }, (_, i) => {
    const sidecar = random.int(2) === 0
    const command = sidecar ? pick(random, commands.slice(1, 7)) : pick(random, initCommands)
    return { name: `i${i}`, image: 'busybox:1.36', command, ...(sidecar ? { restartPolicy: 'Always', ...randomProbes(random) } : {}) }
  })
}

function randomPod(random: Random, name: string): Partial<Pod> {
  const containers = Array.from({ length: 1 + random.int(2) }, (_, i) => {
    const command = pick(random, commands)
    const lifecycle = pick(random, hooks)
    const cpu = pick(random, [undefined, '100m', '500m', '1'])
    return {
      name: `c${i}`,
      image: pick(random, images),
      ...(command === undefined ? {} : { command }),
      ...(lifecycle === undefined ? {} : { lifecycle }),
      ...randomProbes(random),
      volumeMounts: [{ name: 'v', mountPath: '/v' }],
      ...(cpu === undefined ? {} : { resources: { requests: { cpu } } }),
    }
  })
  const initContainers = randomInit(random)
  const shared = random.int(6) === 0 ? { shareProcessNamespace: true } : {}
  const deadline = random.int(10) === 0 ? { activeDeadlineSeconds: 20 } : {}
  const spec = { containers, initContainers, volumes: [{ name: 'v', ...pick(random, volumes) }], ...shared, ...deadline, restartPolicy: pick(random, ['Always', 'OnFailure', 'Never']), terminationGracePeriodSeconds: pick(random, [0, 1, 5, 30]) }
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name } as Pod['metadata'], spec: spec as Pod['spec'] }
}

function randomNodes(random: Random): Node[] {
  return Array.from({ length: 1 + random.int(3) }, (_, i) => {
    const capacity = { cpu: String(1 + random.int(3)), memory: '4Gi', pods: '10' }
    return { apiVersion: 'v1', kind: 'Node', metadata: { name: `node${i + 1}` }, status: { capacity, allocatable: capacity } } as unknown as Node
  })
}

const podsPath = '/api/v1/namespaces/default/pods'

/** One random thing that a person does. */
function act(cluster: Cluster, random: Random, serial: number): void {
  const pods = cluster.world().list('Pod')
  const choice = random.int(14)
  if (choice < 5 || pods.length === 0) {
    cluster.request({ verb: 'POST', path: podsPath, body: randomPod(random, `p${serial}`) })
    return
  }
  const path = `${podsPath}/${pick(random, pods).metadata.name}`
  if (choice < 8) {
    const gracePeriodSeconds = pick(random, [undefined, undefined, 0, 2, 60])
    cluster.request({ verb: 'DELETE', path, body: gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds } })
  } else if (choice === 8) {
    cluster.request({ verb: 'PATCH', path, contentType: 'application/merge-patch+json', body: { metadata: { labels: { n: String(serial) } } } })
  } else if (choice === 9) {
    cluster.fault({ type: 'registry-down', restore: random.int(2) === 0 })
  } else breakSomething(cluster, random, pick(random, pods) as Pod, serial)
}

const signals = ['memory', 'disk', 'inodes', 'pids'] as const

/** Whoever is broken is mended by `mend`. */
function breakSomething(cluster: Cluster, random: Random, { metadata, spec }: Pod, serial: number): void {
  const node = pick(random, [...cluster.machines.keys()])
  const restore = random.int(2) === 0
  switch (random.int(6)) {
    case 0: {
      const guest = { name: `d${serial}`, image: 'busybox:1.36', command: ['sleep', '7'], targetContainerName: spec.containers[0]!.name }
      const body = { spec: { ephemeralContainers: [guest] } }
      return void cluster.request({ verb: 'PATCH', path: `${podsPath}/${metadata.name}/ephemeralcontainers`, contentType: 'application/strategic-merge-patch+json', body: body as never })
    }
    case 1:
      return cluster.fault({ type: 'kill-process', namespace: 'default', pod: metadata.name, container: spec.containers[0]!.name })
    case 2:
      return cluster.fault({ type: 'kubelet-stop', node, restore })
    case 3:
      return cluster.fault({ type: 'node-stop', node, restore })
    case 4:
      return cluster.fault({ type: 'node-pressure', node, signal: pick(random, signals), restore })
    default:
      return cluster.fault({ type: 'probe-corrupt', namespace: 'default', pod: metadata.name, container: spec.containers[0]!.name, restore })
  }
}

function mend(cluster: Cluster): void {
  cluster.fault({ type: 'registry-down', restore: true })
  for (const node of cluster.machines.keys()) {
    cluster.fault({ type: 'node-stop', node, restore: true })
    for (const signal of signals) cluster.fault({ type: 'node-pressure', node, signal, restore: true })
  }
}

/** Runs on for `ms`, checking after every step. */
function runChecked(cluster: Cluster, invariants: Invariants, ms: number): void {
  cluster.run({ for: ms, until: () => {
    invariants.check()
    return false
  } })
}

/**
 * A small random cluster with random inputs, checked after every step; at the end everything is deleted and nothing may be
 * left. Throws an InvariantError that names seed and step.
 */
export function playRandomFilm(seed: number, acts = 12): Cluster {
  const random = new Random(seed, 'film')
  const cluster = createCluster({ seed, nodes: randomNodes(random) })
  const invariants = new Invariants(cluster)
  for (let i = 0; i < acts; i++) {
    act(cluster, random, i)
    runChecked(cluster, invariants, random.int(pick(random, [50, 3000, 40_000])))
  }
  mend(cluster)
  for (const pod of cluster.world().list('Pod')) cluster.request({ verb: 'DELETE', path: `${podsPath}/${pod.metadata.name}` })
  runChecked(cluster, invariants, 180_000)
  invariants.checkNothingLeft()
  return cluster
}
