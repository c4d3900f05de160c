import type { Pod } from '../../api/types.ts'
import { podInfo, type PodInfo } from '../cache/podinfo.ts'
import { Add, Delete, Update } from '../framework/events.ts'
import { skip, unresolvable, unschedulable } from '../framework/status.ts'
import type { Handle, Plugin } from '../framework/plugin.ts'
import { names } from './names.ts'
import { uses } from './volumebinding.ts'
import { claimsOf } from './volumes.ts'

const refusal = unschedulable(
  names.VolumeRestrictions, 'node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod',
)

interface State {
  /** Keys of the pod's claims that only one pod may use. */
  readonly exclusive: ReadonlySet<string>
  /** How many pods use them now. */
  users: number
}

const keysOf = ({ claims, namespace }: PodInfo): string[] => claims.map((name) => `${namespace}/${name}`)

/**
 * A ReadWriteOncePod claim serves one pod in the whole cluster (KEP-2485). The rules for in-tree disks of
 * particular clouds are left out: Podreel has no such volumes.
 */
export const volumeRestrictions = (handle: Handle): Plugin<State> => ({
  name: names.VolumeRestrictions,
  events: [
    {
      resource: 'AssignedPod',
      action: Delete,
      hint: (pod, old) => {
        const freed = keysOf(podInfo(old as Pod))
        return keysOf(podInfo(pod)).some((key) => freed.includes(key)) ? 'Queue' : 'Skip'
      },
    },
    { resource: 'PersistentVolumeClaim', action: Add | Update, hint: (pod, _old, next) => (uses(pod, next!) ? 'Queue' : 'Skip') },
    { resource: 'Node', action: Add },
  ],
  preFilter: (pod) => {
    const claims = claimsOf(handle, pod)
    if (typeof claims === 'string') return unresolvable(names.VolumeRestrictions, claims)
    const exclusive = claims.filter((c) => c.spec.accessModes?.includes('ReadWriteOncePod')).map((c) => `${pod.namespace}/${c.metadata.name}`)
    const users = exclusive.reduce((sum, key) => sum + handle.cache.claimUserCount(key), 0)
    return users === 0 ? skip(names.VolumeRestrictions) : { state: { exclusive: new Set(exclusive), users } }
  },
  filter: ({ users }) => (users > 0 ? refusal : undefined),
  addPod: (state, _pod, other) => count(state, other, 1),
  removePod: (state, _pod, other) => count(state, other, -1),
})

function count(state: State, other: PodInfo, by: 1 | -1): void {
  for (const key of keysOf(other)) if (state.exclusive.has(key)) state.users += by
}
