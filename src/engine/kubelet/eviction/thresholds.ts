import type { EvictionAmounts, KubeletConfiguration } from '../../api/kubeletConfiguration.ts'
import { quantity } from '../../api/quantity.ts'
import { parseDuration } from '../../api/time.ts'
import type { Node } from '../../api/types.ts'
import { capacityOf, signals, type Signal } from './signals.ts'

/** When a pod of the node has to go (pkg/kubelet/eviction/api Threshold). */
export interface Threshold {
  signal: Signal
  /** An amount, or per cent of what there is. */
  amount: string
  /** Only what has lasted so long counts, of a soft threshold; undefined: a hard one. */
  graceMs?: number
  minimumReclaim: string | undefined
}

/**
 * Upstream has no default threshold for process ids; these kubelets are told one, so that a node can run out of them
 * (pkg/kubelet/eviction/defaults_linux.go).
 */
const defaultHard: EvictionAmounts = {
  'memory.available': '100Mi',
  'nodefs.available': '10%',
  'imagefs.available': '15%',
  'nodefs.inodesFree': '5%',
  'imagefs.inodesFree': '5%',
  'pid.available': '10%',
}

/** In the order of the signals, of each the hard one first (helpers.go ParseThresholdConfig, addAllocatableThresholds). */
export function thresholdsOf({ evictionHard = defaultHard, evictionSoft = {}, evictionSoftGracePeriod = {}, evictionMinimumReclaim = {} }: KubeletConfiguration): Threshold[] {
  return signals.flatMap((signal) => {
    const isOfPods = signal.name === 'allocatableMemory.available'
    const minimumReclaim = evictionMinimumReclaim[signal.name]
    const [hard, soft] = [evictionHard[isOfPods ? 'memory.available' : signal.name], evictionSoft[signal.name]]
    return [
      ...(isNone(hard) ? [] : [{ signal, amount: hard, minimumReclaim }]),
      ...(isNone(soft) ? [] : [{ signal, amount: soft, minimumReclaim, graceMs: parseDuration(evictionSoftGracePeriod[signal.name] ?? '0s') ?? 0 }]),
    ]
  })
}

const isNone = (amount: string | undefined): amount is undefined => amount === undefined || amount === '0%' || amount === '100%'

/** How much of it has to be free, in what the supply is counted in. */
export const leastFree = ({ signal, amount }: Threshold, node: Node): number => amountOf(amount, signal, node)

/** How much has to be free before there is enough again. */
export const enoughFree = (threshold: Threshold, node: Node): number => leastFree(threshold, node) + (threshold.minimumReclaim === undefined ? 0 : amountOf(threshold.minimumReclaim, threshold.signal, node))

function amountOf(amount: string, { supply }: Signal, node: Node): number {
  return amount.endsWith('%') ? (capacityOf(supply, node) * Number.parseFloat(amount)) / 100 : quantity(amount).value
}
