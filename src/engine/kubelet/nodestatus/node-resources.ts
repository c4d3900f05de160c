import { compare, quantity } from '../../api/quantity.ts'
import type { Node, ResourceList } from '../../api/types.ts'

type Amounts = Record<string, string | null>

/**
 * What a node's status has to say of its resources when somebody else has changed them; undefined: nothing. What the machine has is its own
 * affair; what only the API server knows of is capacity that is advertised by hand, all of which pods may have, until it is taken back
 * (pkg/kubelet/nodestatus MachineInfo).
 */
export function resourcesOf({ status: said }: Node, { status: machine }: Node): { capacity: Amounts; allocatable: Amounts } | undefined {
  const capacity = { ...said.capacity, ...machine.capacity }
  const left = Object.fromEntries(Object.entries(said.allocatable ?? {}).filter(([name]) => !name.includes('/') || name in capacity))
  const advertised = Object.fromEntries(Object.entries(capacity).filter(([name]) => machine.capacity?.[name] === undefined))
  const allocatable = { ...left, ...advertised, ...machine.allocatable }
  const changes = { capacity: changed(said.capacity, capacity), allocatable: changed(said.allocatable, allocatable) }
  return Object.keys({ ...changes.capacity, ...changes.allocatable }).length === 0 ? undefined : changes
}

/** What a merge has to say to make one of the other. */
function changed(from: ResourceList = {}, to: ResourceList): Amounts {
  const gone = Object.keys(from).filter((name) => !(name in to)).map((name): [string, null] => [name, null])
  return Object.fromEntries([...Object.entries(to).filter(([name, amount]) => !sameAmount(from[name], amount)), ...gone])
}

/** However it is written: '4Gi' is '4096Mi'. */
const sameAmount = (a: string | undefined, b: string): boolean => a === b || (a !== undefined && compare(quantity(a), quantity(b)) === 0)
