import { type ContainerRecord, type SandboxRecord, uidOnNode } from '../../engine/api/machine.ts'
import type { Pod } from '../../engine/api/types.ts'
import type { Film } from '../../playback/film.ts'

/**
 * What runs on a machine although its Pod is no longer in etcd (after `--force`, or while a machine is cut off), or not yet, as that of a
 * file of the kubelet's own. The API server knows nothing of it; the machine does.
 */
export interface Ghost {
  node: string
  uid: string
  namespace: string
  name: string
  /** Its Pod has been there. */
  gone: boolean
  /** Each as it was tried last. */
  containers: readonly { name: string; state: 'running' | 'finished' | 'failed' }[]
}

/** More machines than this are seen from too far away for ghosts. */
const machinesMost = 60

export function ghostsAt(film: Film, revision: number, pods: readonly Pod[]): Ghost[] {
  if (film.machines.size > machinesMost) return []
  const known = new Set(pods.map(uidOnNode))
  return [...film.machines].flatMap(([node, machine]) => {
    const sandboxes = machine.range('sandboxes/', revision) as readonly SandboxRecord[]
    const lost = sandboxes.filter((s) => s.state === 'ready' && !known.has(s.podUID))
    if (lost.length === 0) return []
    const records = machine.range('containers/', revision) as readonly ContainerRecord[]
    return lost.map(({ id, podUID, podName, podNamespace }): Ghost => ({
      node,
      uid: podUID,
      namespace: podNamespace,
      name: podName,
      gone: film.etcd.entry(`pods/${podNamespace}/${podName}`, revision) !== undefined,
      containers: [...new Map(records.filter((r) => r.sandboxID === id).sort((a, b) => a.attempt - b.attempt).map((r) => [r.name, r])).values()]
        .map(({ name, state, exitCode }) => ({ name, state: state !== 'exited' ? 'running' : exitCode === 0 ? 'finished' : 'failed' })),
    }))
  })
}
