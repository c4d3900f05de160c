import { amountOf } from '../cache/requests.ts'
import { skip } from '../framework/status.ts'
import type { Plugin } from '../framework/plugin.ts'
import { names } from './names.ts'
import { balanceScorer, type Scorer, type WeightedResource } from './resourceallocation.ts'

export interface BalancedAllocationArgs {
  readonly resources?: readonly WeightedResource[]
}

const defaultResources: readonly WeightedResource[] = [{ name: 'cpu', weight: 1 }, { name: 'memory', weight: 1 }]

/** Nodes whose resources would be used evenly. A pod that requests nothing makes no difference, so it is skipped. */
export const nodeResourcesBalancedAllocation = ({ resources = defaultResources }: BalancedAllocationArgs = {}): Plugin<never, Scorer> => ({
  name: names.NodeResourcesBalancedAllocation,
  preScore: (pod) =>
    resources.every(({ name }) => amountOf(pod.requests, name) === 0)
      ? skip(names.NodeResourcesBalancedAllocation)
      : { state: balanceScorer(resources, pod) },
  score: (scorer, _pod, nodes, scores) => scorer(nodes, scores),
})
