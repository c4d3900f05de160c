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
      ...(cpu === undefined ? {} : { resources: { requests: { cpu } } }),
    }
  })
  const spec = { containers, restartPolicy: pick(random, ['Always', 'OnFailure', 'Never']), terminationGracePeriodSeconds: pick(random, [0, 1, 5, 30]) }
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
  const choice = random.int(10)
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
  } else cluster.fault({ type: 'registry-down', restore: random.int(2) === 0 })
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
  cluster.fault({ type: 'registry-down', restore: true })
  for (const pod of cluster.world().list('Pod')) cluster.request({ verb: 'DELETE', path: `${podsPath}/${pod.metadata.name}` })
  runChecked(cluster, invariants, 180_000)
  invariants.checkNothingLeft()
  return cluster
}
