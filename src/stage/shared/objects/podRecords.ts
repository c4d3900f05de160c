import { useMemo } from 'react'
import { uidOnNode } from '../../../engine/api/machine.ts'
import type { BackoffRecord, ContainerRecord, PullRecord, SandboxRecord } from '../../../engine/api/machine.ts'
import type { Pod } from '../../../engine/api/types.ts'
import { useMachine } from '../../../playback/hooks.ts'
import { containerViews, recordsOf, sandboxState } from './containers.ts'
import type { ContainerView, PodRecords, SandboxState } from './containers.ts'

/** What the pod's machine has for it, at the moment on stage. */
export function usePodRecords(pod: Pod | undefined): PodRecords {
  const node = pod?.spec.nodeName
  const uid = pod === undefined ? '' : uidOnNode(pod)
  const sandboxes = useMachine<SandboxRecord>(node, 'sandboxes/')
  const containers = useMachine<ContainerRecord>(node, 'containers/')
  const pulls = useMachine<PullRecord>(node, `pulls/${uid}/`)
  const backoffs = useMachine<BackoffRecord>(node, `backoffs/${uid}/`)
  return useMemo(
    () => recordsOf(uid, { sandboxes, containers, pulls, backoffs }),
    [uid, sandboxes, containers, pulls, backoffs],
  )
}

export function useContainers(pod: Pod): { sandbox: SandboxState; containers: ContainerView[]; records: PodRecords } {
  const records = usePodRecords(pod)
  return useMemo(
    () => ({ sandbox: sandboxState(records), containers: containerViews(pod, records), records }),
    [pod, records],
  )
}
