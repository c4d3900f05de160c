import { aggregateRequests } from '../../api/podResources.ts'
import { quantity } from '../../api/quantity.ts'
import type { Node, Pod } from '../../api/types.ts'

/** Why the node could not give a pod what it asks for even if it were alone there (allocation_manager.go canResizePod). */
export function infeasible(pod: Pod, node: Node): string | undefined {
  const requests = aggregateRequests(pod.spec)
  const allocatable = node.status.allocatable ?? {}
  const figures = {
    memory: { requested: quantity(requests['memory'] ?? '0').value, capacity: quantity(allocatable['memory'] ?? '0').value },
    cpu: { requested: quantity(requests['cpu'] ?? '0').milliValue, capacity: quantity(allocatable['cpu'] ?? '0').milliValue },
  }
  const name = (['memory', 'cpu'] as const).find((resource) => figures[resource].requested > figures[resource].capacity)
  if (name === undefined) return undefined
  const { requested, capacity } = figures[name]
  return `Node didn't have enough capacity: ${name}, requested: ${requested}, capacity: ${capacity}`
}
