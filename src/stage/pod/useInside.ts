import { useMemo } from 'react'
import { uidOnNode } from '../../engine/api/machine.ts'
import type { FileRecord, MountedRecord, ProcessRecord } from '../../engine/api/machine.ts'
import type { Pod } from '../../engine/api/types.ts'
import { useFilm, useMachine, useObject, usePlaybackState } from '../../playback/hooks.ts'
import type { PodRecords } from '../shared/objects/containers.ts'
import { useContainers } from '../shared/objects/podRecords.ts'
import { useSelectedPod } from '../shared/objects/selectedPod.ts'
import { insideOf } from './inside.ts'
import type { Inside } from './inside.ts'
import { shownName } from '../shared/objects/shownName.ts'

/** The selected pod as of the moment on stage; undefined: it is not there, and neither is one without a name. */
export function usePod(): { name: string | undefined; pod: Pod | undefined } {
  const key = useSelectedPod()
  return { name: key && shownName(key), pod: useObject<Pod>(key) }
}

export function useInside(pod: Pod): { inside: Inside; records: PodRecords } {
  const { containers, records } = useContainers(pod)
  const film = useFilm()
  const revision = usePlaybackState((s) => s.world)
  const { nodeName } = pod.spec
  // Both change only when something below their prefix does.
  const processes = useMachine(nodeName, 'processes/')
  const files = useMachine(nodeName, 'files/')
  const mounted = useMachine<MountedRecord>(nodeName, `mounted/${uidOnNode(pod)}/`)
  const inside = useMemo(() => {
    const machine = nodeName === undefined ? undefined : film?.machine(nodeName)
    const of = <T>(collection: string) => (id: string): readonly T[] =>
      (machine?.get(`${collection}/${id}`, revision) as readonly T[] | undefined) ?? []
    return insideOf(pod, containers, records, of<ProcessRecord>('processes'), of<FileRecord>('files'), mounted)
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- the two ranges stand for what changed between revisions
  }, [pod, containers, records, processes, files, mounted])
  return { inside, records }
}
