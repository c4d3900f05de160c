import type { Node } from '../../api/types.ts'

/**
 * The order in which nodes are visited (pkg/scheduler/backend/cache/node_tree.go): one of each zone in
 * turn, so that a search that stops early has seen all zones.
 *
 * Worked example: zones a = [n1, n2, n3], b = [n4]  ->  n1, n4, n2, n3
 */
export class NodeTree {
  private readonly zones = new Map<string, string[]>()
  private readonly zoneOf = new Map<string, string>()

  add(node: Node): void {
    const zone = zoneKey(node)
    const name = node.metadata.name
    if (this.zoneOf.get(name) === zone) return
    this.remove(name)
    const members = this.zones.get(zone)
    if (members === undefined) this.zones.set(zone, [name])
    else members.push(name)
    this.zoneOf.set(name, zone)
  }

  remove(name: string): void {
    const zone = this.zoneOf.get(name)
    if (zone === undefined) return
    const members = this.zones.get(zone)!
    members.splice(members.indexOf(name), 1)
    if (members.length === 0) this.zones.delete(zone)
    this.zoneOf.delete(name)
  }

  list(): string[] {
    const names: string[] = []
    const zones = [...this.zones.values()]
    for (let i = 0; names.length < this.zoneOf.size; i++) {
      for (const members of zones) if (i < members.length) names.push(members[i]!)
    }
    return names
  }
}

/** component-helpers/node/topology GetZoneKey: region and zone, '' when the node has neither. */
export function zoneKey(node: Node): string {
  const labels = node.metadata.labels
  if (labels === undefined) return ''
  const zone = labels['topology.kubernetes.io/zone'] ?? labels['failure-domain.beta.kubernetes.io/zone'] ?? ''
  const region = labels['topology.kubernetes.io/region'] ?? labels['failure-domain.beta.kubernetes.io/region'] ?? ''
  return zone === '' && region === '' ? '' : `${region}:\u0000:${zone}`
}
