import type { Pod } from '../../engine/api/types.ts'
import { isSystemPod } from '../shared/objects/systemPods.ts'
import type { Box, ClusterLayout } from './layout.ts'

/** How many of a machine's pods are the user's, and how many the cluster's own. */
export function countPods(pods: readonly Pod[]): { pods: number; system: number } {
  const system = pods.reduce((count, pod) => count + (isSystemPod(pod) ? 1 : 0), 0)
  return { pods: pods.length - system, system }
}

/** Where each pod of a machine stands: the cluster's own by themselves, small, at its foot. */
export function boxesOf(layout: Pick<ClusterLayout, 'podBox' | 'systemBox'>, machine: string, pods: readonly Pod[]): Box[] {
  let users = 0
  let system = 0
  return pods.map((pod) => (isSystemPod(pod) ? layout.systemBox(machine, system++) : layout.podBox(machine, users++)))
}
