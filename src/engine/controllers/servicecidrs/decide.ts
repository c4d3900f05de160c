import { parsePrefix, parseSloppyAddress, type Address, type Prefix } from '../../api/addresses.ts'
import type { KubeObject } from '../../api/types.ts'

export const finalizer = 'networking.k8s.io/service-cidr-finalizer'

/** So long a range that goes stays, until every API server knows that no address is to be given from it. Virtual ms. */
const gracePeriodMs = 10_000

/** `name` is that of the ServiceCIDR. */
export type Verdict = { do: 'settle' } | { do: 'block' } | { do: 'wait'; ms: number } | { do: 'release' }

/**
 * What is to come of a ServiceCIDR (pkg/controller/servicecidrs): it stays and is ready; or it is to go, which has to wait as long as
 * Services have addresses that lie in no other range. `addresses`: those of all Services. `deletedAt`: virtual ms.
 */
export function decide(cidr: KubeObject, all: readonly KubeObject[], addresses: Iterable<string>, deletedAt: number, now: number): Verdict {
  if (cidr.metadata.deletionTimestamp === undefined) return { do: 'settle' }
  if (!isCovered(cidr, all) && hasOrphans(cidr, all, addresses)) return { do: 'block' }
  const left = deletedAt + gracePeriodMs - now
  return left > 0 ? { do: 'wait', ms: left } : { do: 'release' }
}

/** Whether other ServiceCIDRs hold all that this one does. */
function isCovered(cidr: KubeObject, all: readonly KubeObject[]): boolean {
  const others = all.filter(({ metadata }) => metadata.name !== cidr.metadata.name).flatMap(prefixesOf)
  return prefixesOf(cidr).every((prefix) => others.some((other) => other.length <= prefix.length && other.contains(prefix.address)))
}

function hasOrphans(cidr: KubeObject, all: readonly KubeObject[], addresses: Iterable<string>): boolean {
  for (const text of addresses) {
    const address = parseSloppyAddress(text)
    if (address === undefined || !holds(cidr, address)) continue
    if (all.every((other) => other.metadata.name === cidr.metadata.name || !holds(other, address))) return true
  }
  return false
}

const holds = (cidr: KubeObject, address: Address): boolean => prefixesOf(cidr).some((prefix) => prefix.contains(address))

/** Whether two ServiceCIDRs have addresses in common. */
export const overlap = (a: KubeObject, b: KubeObject): boolean => prefixesOf(a).some((one) => prefixesOf(b).some((other) => one.contains(other.address) || other.contains(one.address)))

function prefixesOf({ spec }: KubeObject): Prefix[] {
  return ((spec?.['cidrs'] ?? []) as string[]).flatMap((cidr) => {
    const prefix = parsePrefix(cidr)
    return 'error' in prefix ? [] : [prefix]
  })
}
