import type { Box } from './layout.ts'

/** The tabs on a machine's upper edge, from left to right. */
export const machineTabs = ['kubelet', 'runtime', 'kube-proxy'] as const
export type MachineTab = (typeof machineTabs)[number]

export const tabHeight = 24

const tabShares: Record<MachineTab, number> = { kubelet: 0.29, runtime: 0.35, 'kube-proxy': 0.36 }
/** With short names: kubelet, CRI, proxy. */
const shortShares: Record<MachineTab, number> = { kubelet: 0.4, runtime: 0.25, 'kube-proxy': 0.35 }
const narrowMachine = 196
/** In a hall's larger letters they are short in machines narrower than this, and nothing is said of how full those are. */
export const hallTabs = 262

export function hasShortTabs(machineWidth: number, hall: boolean): boolean {
  return machineWidth < (hall ? hallTabs : narrowMachine)
}

const tabGap = 5
export const tabInset = 10

export function tabBox(machine: Box, tab: MachineTab, short: boolean): Box {
  const room = machine.width - 2 * tabInset - 2 * tabGap
  let x = machine.x + tabInset
  for (const each of machineTabs) {
    const width = room * (short ? shortShares : tabShares)[each]
    if (each === tab) return { x, y: machine.y - tabHeight / 2, width, height: tabHeight }
    x += width + tabGap
  }
  throw new Error(`no tab ${tab}`)
}
