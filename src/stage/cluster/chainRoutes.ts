import type { Step } from '../../worker/protocol.ts'
import type { ChainLinks } from '../shared/film/chain.ts'
import { halfway, pathOf } from '../shared/ui/path.ts'
import type { Point } from '../shared/ui/path.ts'
import type { ClusterLayout } from './layout.ts'
import { travelOf } from './travel.ts'
import type { Travel } from './travel.ts'

/** A line of the graph that a chain of steps runs along, once or more. */
export interface ChainRoute {
  readonly d: string
  readonly at: Point
  /** Numbers of the steps, as the list shows them. */
  readonly numbers: readonly number[]
}

/** Where the steps of a chain travel. What happens inside one component is in the list only. */
export function chainRoutes(steps: readonly Step[], links: ChainLinks, layout: ClusterLayout): ChainRoute[] {
  const routes = new Map<string, { d: string; at: Point; numbers: number[] }>()
  for (const index of new Set(links.flat())) {
    const step = steps[index]
    const travel = step === undefined ? undefined : travelOf(step, layout)
    if (travel?.points === undefined) continue
    // There and back is one line.
    const key = [travel.from, travel.to].sort().join()
    const route = routes.get(key) ?? { d: pathOf(travel.points), at: badgePlace(travel, layout), numbers: [] }
    routes.set(key, route)
    route.numbers.push(index + 1)
  }
  return [...routes.values()].map((route) => ({ ...route, numbers: route.numbers.sort((a, b) => a - b) }))
}

/** On the line, where it is long enough; the one to etcd is short, so below it. */
function badgePlace({ points, from, to }: Travel, { rail }: ClusterLayout): Point {
  const { point } = halfway(points!)
  return from === 'etcd' || to === 'etcd' ? { x: point.x, y: rail.y + rail.height + 4 } : point
}
