import type { Node, Pod } from '../../api/types.ts'
import { shortagesOf } from '../admission.ts'

/** Why the node could not give a pod what it asks for even if it were alone there (allocation_manager.go canResizePod). */
export function infeasible(pod: Pod, node: Node): string | undefined {
  const shortages = shortagesOf(pod, node, [])
  const found = ['memory', 'cpu'].flatMap((wanted) => shortages.filter(({ resource }) => resource === wanted)).at(0)
  return found && `Node didn't have enough capacity: ${found.resource}, requested: ${found.requested}, capacity: ${found.capacity}`
}
