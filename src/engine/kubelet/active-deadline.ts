import { parseTime } from '../api/time.ts'
import type { Pod, PodStatus } from '../api/types.ts'

/** pkg/kubelet/active_deadline.go. */
export const deadlineReason = 'DeadlineExceeded'
export const deadlineMessage = 'Pod was active on the node longer than the specified deadline'

/** Virtual ms at which spec.activeDeadlineSeconds are over; undefined while they do not count (no deadline, not started). */
export function deadlineOf(pod: Pod, status: PodStatus): number | undefined {
  const { activeDeadlineSeconds } = pod.spec
  const startedAt = status.startTime === undefined ? undefined : parseTime(status.startTime)
  if (activeDeadlineSeconds === undefined || startedAt === undefined) return undefined
  return startedAt + activeDeadlineSeconds * 1000
}
