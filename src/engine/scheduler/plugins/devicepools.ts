/** What drivers offer on a node (dynamic-resource-allocation/structured pools.go). */
import type { Device, ResourceSlice } from '../../api/resourceClaims.ts'
import { selectorHolds, type Selectable } from '../../api/nodeSelector.ts'

export interface OfferedDevice {
  readonly id: string
  readonly driver: string
  readonly pool: string
  readonly device: Device
  readonly slice: ResourceSlice
}

export interface Pool {
  readonly id: string
  /** Not all slices of its newest generation are there. */
  readonly isIncomplete: boolean
  /** Two of its devices have one name. */
  readonly isInvalid: boolean
  /** Those that can be had on the node. */
  readonly devices: readonly OfferedDevice[]
}

export const deviceId = (driver: string, pool: string, device: string): string => `${driver}/${pool}/${device}`

/** By driver and pool, in the order of their names; of each pool the newest generation counts. */
export function poolsFor(node: Selectable, slices: Iterable<ResourceSlice>): Pool[] {
  const byPool = new Map<string, ResourceSlice[]>()
  for (const slice of slices) {
    const id = `${slice.spec.driver}/${slice.spec.pool.name}`
    const known = byPool.get(id)
    const newer = known === undefined ? 1 : slice.spec.pool.generation - known[0]!.spec.pool.generation
    if (newer > 0) byPool.set(id, [slice])
    else if (newer === 0) known!.push(slice)
  }
  return [...byPool].toSorted(([a], [b]) => (a < b ? -1 : 1)).flatMap(([id, all]) => poolOf(id, all, node) ?? [])
}

function poolOf(id: string, slices: readonly ResourceSlice[], node: Selectable): Pool | undefined {
  const here = slices.filter((slice) => isFor(slice, node))
  if (here.length === 0) return undefined
  const names = slices.flatMap(({ spec }) => (spec.devices ?? []).map(({ name }) => name))
  return {
    id,
    isIncomplete: slices.length !== slices[0]!.spec.pool.resourceSliceCount,
    isInvalid: new Set(names).size < names.length,
    devices: here.flatMap((slice) => {
      const { driver, pool: { name: pool }, devices = [] } = slice.spec
      return devices.map((device) => ({ id: deviceId(driver, pool, device.name), driver, pool, device, slice }))
    }),
  }
}

function isFor({ spec: { nodeName, nodeSelector, allNodes } }: ResourceSlice, node: Selectable): boolean {
  if (nodeName !== undefined) return nodeName === node.name
  return allNodes === true || (nodeSelector !== undefined && selectorHolds(nodeSelector, node))
}
