/** Scoring nodes by how full they would be (pkg/scheduler/framework/plugins/noderesources). */
import type { NodeColumns } from '../cache/columns.ts'
import type { NodeInfo } from '../cache/nodeinfo.ts'
import type { PodInfo } from '../cache/podinfo.ts'
import { amountOf } from '../cache/requests.ts'
import { maxNodeScore } from '../framework/plugin.ts'

export interface WeightedResource {
  readonly name: string
  readonly weight: number
}

/** A point of the curve that RequestedToCapacityRatio draws: utilization 0..100 -> score 0..10. */
export interface ShapePoint {
  readonly utilization: number
  readonly score: number
}

export interface ScoringStrategy {
  readonly type: 'LeastAllocated' | 'MostAllocated' | 'RequestedToCapacityRatio'
  readonly resources: readonly WeightedResource[]
  readonly requestedToCapacityRatio?: { readonly shape: readonly ShapePoint[] }
}

/** Writes the score of each node. */
export type Scorer = (nodes: readonly NodeInfo[], scores: Int32Array) => void

type OfResource = (requested: number, capacity: number) => number

const least: OfResource = (requested, capacity) =>
  requested > capacity ? 0 : Math.trunc(((capacity - requested) * maxNodeScore) / capacity)

const most: OfResource = (requested, capacity) => Math.trunc((Math.min(requested, capacity) * maxNodeScore) / capacity)

const maxUtilization = 100
const maxCustomScore = 10

/** The curve is drawn for scores 0..10 and stretched to 0..100; in between it is straight. */
function ratio(shape: readonly ShapePoint[]): OfResource {
  const points = shape.map(({ utilization, score }) => ({ utilization, score: score * (maxNodeScore / maxCustomScore) }))
  const at = (utilization: number): number => {
    for (const [i, point] of points.entries()) {
      if (utilization > point.utilization) continue
      const before = points[i - 1]
      if (before === undefined) return point.score
      const slope = (point.score - before.score) * (utilization - before.utilization)
      return before.score + Math.trunc(slope / (point.utilization - before.utilization))
    }
    return points.at(-1)!.score
  }
  return (requested, capacity) =>
    requested > capacity ? at(maxUtilization) : at(Math.trunc((requested * maxUtilization) / capacity))
}

function formula(strategy: ScoringStrategy): OfResource {
  if (strategy.type === 'LeastAllocated') return least
  return strategy.type === 'MostAllocated' ? most : ratio(strategy.requestedToCapacityRatio?.shape ?? [])
}

const isScalar = (name: string): boolean => name !== 'cpu' && name !== 'memory' && name !== 'ephemeral-storage'

/** What the pod adds for scoring: cpu and memory with defaults, so that pods without requests spread too. */
function asked(pod: PodInfo, name: string): number {
  if (name === 'cpu') return pod.nonZeroMilliCPU
  if (name === 'memory') return pod.nonZeroMemory
  return amountOf(pod.requests, name)
}

function usedForScoring(node: NodeInfo, name: string): number {
  if (name === 'cpu') return node.columns.nonZeroMilliCPU[node.row]!
  if (name === 'memory') return node.columns.nonZeroMemory[node.row]!
  return node.requestedOf(name)
}

export function allocationScorer(strategy: ScoringStrategy, pod: PodInfo): Scorer {
  if (isPlain(strategy)) return leastAllocatedOfCPUAndMemory(pod)
  const of = formula(strategy)
  const rounded = strategy.type === 'RequestedToCapacityRatio'
  // An extended resource counts only for a pod that asks for it.
  const wanted = strategy.resources.filter(({ name }) => !isScalar(name) || amountOf(pod.requests, name) > 0)
  return (nodes, scores) => {
    for (let i = 0; i < nodes.length; i++) {
      const node = nodes[i]!
      let sum = 0
      let weights = 0
      for (const { name, weight } of wanted) {
        const capacity = node.allocatableOf(name)
        if (capacity === 0) continue
        const score = of(usedForScoring(node, name) + asked(pod, name), capacity)
        if (rounded && score <= 0) continue
        sum += score * weight
        weights += weight
      }
      scores[i] = weights === 0 ? 0 : rounded ? Math.round(sum / weights) : Math.trunc(sum / weights)
    }
  }
}

function isPlain({ type, resources }: ScoringStrategy): boolean {
  if (type !== 'LeastAllocated' || resources.length !== 2) return false
  return ['cpu', 'memory'].every((name) => resources.some((r) => r.name === name && r.weight === 1))
}

/** The default strategy on the columns alone: it runs for every feasible node of every pod. */
function leastAllocatedOfCPUAndMemory({ nonZeroMilliCPU, nonZeroMemory }: PodInfo): Scorer {
  return (nodes, scores) => {
    for (let i = 0; i < nodes.length; i++) {
      const { columns, row } = nodes[i]!
      scores[i] = leastAllocatedAt(columns, row, nonZeroMilliCPU, nonZeroMemory)
    }
  }
}

function leastAllocatedAt(columns: NodeColumns, row: number, milliCPU: number, memory: number): number {
  const cpuCapacity = columns.allocatableMilliCPU[row]!
  const memoryCapacity = columns.allocatableMemory[row]!
  let sum = 0
  let weights = 0
  if (cpuCapacity > 0) {
    sum += least(columns.nonZeroMilliCPU[row]! + milliCPU, cpuCapacity)
    weights++
  }
  if (memoryCapacity > 0) {
    sum += least(columns.nonZeroMemory[row]! + memory, memoryCapacity)
    weights++
  }
  return weights === 0 ? 0 : Math.trunc(sum / weights)
}

/**
 * 100 when all resources would be used to the same fraction, less the more the fractions differ (their
 * standard deviation). Counts what is really requested, without defaults.
 */
export function balanceScorer(resources: readonly WeightedResource[], pod: PodInfo): Scorer {
  if (resources.length === 2 && resources[0]!.name === 'cpu' && resources[1]!.name === 'memory') return balanceOfCPUAndMemory(pod)
  const wanted = resources
    .map(({ name }) => ({ name, amount: amountOf(pod.requests, name) }))
    .filter(({ name, amount }) => !isScalar(name) || amount > 0)
  return (nodes, scores) => {
    const fractions: number[] = []
    for (let i = 0; i < nodes.length; i++) {
      const node = nodes[i]!
      fractions.length = 0
      for (const { name, amount } of wanted) {
        const capacity = node.allocatableOf(name)
        if (capacity > 0) fractions.push(Math.min(1, (node.requestedOf(name) + amount) / capacity))
      }
      scores[i] = Math.trunc((1 - deviation(fractions)) * maxNodeScore)
    }
  }
}

/** The default on the columns alone. */
function balanceOfCPUAndMemory({ requests: { milliCPU, memory } }: PodInfo): Scorer {
  return (nodes, scores) => {
    for (let i = 0; i < nodes.length; i++) {
      const { columns: c, row } = nodes[i]!
      const cpuCapacity = c.allocatableMilliCPU[row]!
      const memoryCapacity = c.allocatableMemory[row]!
      if (cpuCapacity === 0 || memoryCapacity === 0) {
        scores[i] = maxNodeScore
        continue
      }
      const cpuShare = Math.min(1, (c.requestedMilliCPU[row]! + milliCPU) / cpuCapacity)
      const memoryShare = Math.min(1, (c.requestedMemory[row]! + memory) / memoryCapacity)
      scores[i] = Math.trunc((1 - Math.abs((cpuShare - memoryShare) / 2)) * maxNodeScore)
    }
  }
}

function deviation(fractions: readonly number[]): number {
  if (fractions.length < 2) return 0
  if (fractions.length === 2) return Math.abs((fractions[0]! - fractions[1]!) / 2)
  const mean = fractions.reduce((sum, f) => sum + f, 0) / fractions.length
  return Math.sqrt(fractions.reduce((sum, f) => sum + (f - mean) ** 2, 0) / fractions.length)
}
