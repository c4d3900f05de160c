import { parseArgs } from 'node:util'
import { createCluster } from '../src/engine/index.ts'
import { workOf, type FilmWork } from '../src/engine/testing/work.ts'
import { bringUp, writesUs, type Wish } from './films.ts'
import { calibrationMs, inOwnProcess, layOut, timeMs } from './harness.ts'

// npm run bench:scaling [-- --largest 4000] : does the cost grow as what is simulated? With 150000, also Kubernetes' whole envelope.
const { values } = parseArgs({ options: { point: { type: 'string' }, largest: { type: 'string', default: '16000' } } })

/** What one process finds out. */
interface Point {
  n: number
  work: FilmWork | undefined
  /** ms for all of it, or us for a piece; with the calibration loop beside it. */
  cost: number
  calibrationMs: number
}

interface Sweep {
  name: string
  /** What is multiplied. */
  of: string
  points: readonly number[]
  unit: string
  measure: (n: number) => Omit<Point, 'calibrationMs' | 'n'>
  /** Counts that must fit a * n + b. */
  linear: readonly (keyof FilmWork)[]
  /** Growing ever more slowly will do: nodes beyond the number of pods have nothing but their leases. */
  mayFlatten?: true
  judge: (points: readonly Point[]) => Verdict
  heapMB?: number
}

interface Verdict {
  says: string
  holds: boolean
}

const upTo = (largest: number, points: readonly number[]): number[] => points.filter((n) => n <= largest)

function film(wish: Wish): Omit<Point, 'calibrationMs' | 'n'> {
  bringUp({ ...wish, pods: 50, nodes: 10 })
  let work: FilmWork | undefined
  const cost = timeMs(() => (work = workOf(bringUp(wish))))
  return { work, cost }
}

/** us an API write once so many revisions lie in etcd. */
function withHistory(revisions: number): Omit<Point, 'calibrationMs' | 'n'> {
  const cluster = createCluster({ nodes: 1, seed: 1 })
  const { etcd } = cluster
  const old = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'old', namespace: 'default' } }
  for (let i = 0; etcd.revision < revisions; i++) etcd.put(`configmaps/default/old-${i % 5_000}`, old as never)
  writesUs(cluster, 0, 3_000)
  return { work: undefined, cost: writesUs(cluster, 3_000, 10_000) }
}

const ofPods: readonly (keyof FilmWork)[] = ['tasks', 'steps', 'writes', 'revisions', 'deliveries', 'keysVisited', 'podsVisited']
/** Until the sample of kube-scheduler is smaller than the cluster, each decision looks at more nodes: they are not among these. */
const ofNodes: readonly (keyof FilmWork)[] = ['tasks', 'steps', 'writes', 'revisions', 'deliveries', 'keysVisited']

const sweeps: readonly Sweep[] = [
  {
    name: 'pods', of: 'pods, a tenth as many nodes', unit: 'ms', linear: ofPods,
    points: upTo(Number(values.largest), [500, 1_000, 2_000, 4_000, 8_000, 16_000]),
    measure: (n) => film({ pods: n, nodes: n / 10 }),
    judge: (points) => exponentAtMost(points, 1.1),
  },
  {
    name: 'deployment', of: 'pods of one Deployment, a tenth as many nodes', unit: 'ms', linear: ofPods,
    points: upTo(Number(values.largest) / 2, [500, 1_000, 2_000, 4_000, 8_000]),
    measure: (n) => film({ pods: n, nodes: n / 10, deployed: true }),
    judge: (points) => exponentAtMost(points, 1.1),
  },
  {
    name: 'nodes', of: 'nodes, 1,000 pods', unit: 'ms', linear: ofNodes, mayFlatten: true,
    points: [10, 100, 1_000, 5_000],
    measure: (n) => film({ pods: 1_000, nodes: n }),
    judge: (points) => exponentAtMost(points, 1.1),
  },
  {
    name: 'history', of: 'revisions in etcd', unit: 'us/write', linear: [],
    points: [10_000, 100_000, 1_000_000],
    measure: withHistory,
    judge: (points) => driftAtMost(points, 15),
  },
  {
    name: 'envelope', of: 'pods on 5,000 nodes, as many as Kubernetes is documented for; the last 300,000 steps are kept', unit: 'ms', linear: [], heapMB: 16_384,
    points: upTo(Number(values.largest), [150_000]),
    measure: (n) => ({ work: undefined, cost: timeMs(() => bringUp({ pods: n, nodes: 5_000, history: 300_000 })) }),
    // It did: a process that failed throws.
    judge: () => ({ says: 'completes', holds: true }),
  },
]

/** The slope of log cost over log n, by least squares. */
function exponentAtMost(points: readonly Point[], limit: number): Verdict {
  const x = points.map(({ n }) => Math.log(n))
  const y = points.map(({ cost, calibrationMs }) => Math.log(cost / calibrationMs))
  const { slope } = fit(x, y)
  return { says: `exponent of CPU ${slope.toFixed(2)}, at most ${limit}`, holds: slope <= limit }
}

function driftAtMost(points: readonly Point[], limitPercent: number): Verdict {
  const costs = points.map(({ cost, calibrationMs }) => cost / calibrationMs)
  const drift = (costs.at(-1)! / costs[0]! - 1) * 100
  return { says: `cost drifts by ${drift.toFixed(0)} %, at most ${limitPercent} %`, holds: drift <= limitPercent }
}

export function fit(x: readonly number[], y: readonly number[]): { slope: number; offset: number } {
  const mean = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0) / list.length
  const [meanX, meanY] = [mean(x), mean(y)]
  const covariance = mean(x.map((value, i) => (value - meanX) * (y[i]! - meanY)))
  const slope = covariance / mean(x.map((value) => (value - meanX) ** 2))
  return { slope, offset: meanY - slope * meanX }
}

/** How far the worst point lies from a line through all of them, in per cent of the largest. */
function worstResidualPercent(x: readonly number[], y: readonly number[]): number {
  const { slope, offset } = fit(x, y)
  const largest = Math.max(1, ...y.map(Math.abs))
  return Math.max(...x.map((value, i) => (Math.abs(y[i]! - slope * value - offset) / largest) * 100))
}

/** Whether each further one costs no more than those before it, but for a fifth. */
function flattens(x: readonly number[], y: readonly number[]): boolean {
  const slopes = x.slice(1).map((value, i) => (y[i + 1]! - y[i]!) / (value - x[i]!))
  return slopes.every((slope, i) => i === 0 || slope <= slopes[i - 1]! * 1.2)
}

/** Counts of a deterministic film: the rest is where its timers happen to fall. */
const mostResidualPercent = 3

function report(sweep: Sweep, points: readonly Point[]): boolean {
  console.log(`\n${sweep.name}: ${sweep.of}`)
  const header = ['n', sweep.unit, 'x calibration', ...sweep.linear]
  const lines = points.map(({ n, cost, calibrationMs: one, work }) => [
    String(n), cost.toFixed(1), (cost / one).toFixed(2), ...sweep.linear.map((name) => String(work![name])),
  ])
  console.log(layOut([header, ...lines], () => false))
  let holds = true
  for (const name of points.length < 3 ? [] : sweep.linear) {
    const [x, y] = [points.map(({ n }) => n), points.map(({ work }) => work![name])]
    if (sweep.mayFlatten === true && flattens(x, y)) continue
    const residual = worstResidualPercent(x, y)
    if (residual <= mostResidualPercent) continue
    holds = false
    console.log(`${name} does not fit a line: ${residual.toFixed(1)} % off`)
  }
  const verdict = sweep.judge(points)
  console.log(`${verdict.says}: ${verdict.holds ? 'holds' : 'DOES NOT HOLD'}`)
  return holds && verdict.holds
}

if (values.point !== undefined) {
  const [name, n] = values.point.split(':')
  const sweep = sweeps.find((one) => one.name === name)
  if (sweep === undefined) throw new Error(`no sweep is called "${name}"`)
  const before = calibrationMs()
  const measured = sweep.measure(Number(n))
  const point: Point = { n: Number(n), ...measured, calibrationMs: Math.min(before, calibrationMs()) }
  console.log(JSON.stringify(point))
} else {
  const reports = sweeps.filter(({ points }) => points.length > 0).map((sweep) => {
    const points = sweep.points.map((n) => inOwnProcess<Point>(import.meta.url, ['--point', `${sweep.name}:${n}`], sweep.heapMB))
    return report(sweep, points)
  })
  if (!reports.every(Boolean)) process.exitCode = 1
}
