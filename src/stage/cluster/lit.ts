import { usePlaybackState } from '../../playback/hooks.ts'
import { litPlaces, stageOf } from './travel.ts'
import type { ServerStage } from './travel.ts'

/** Whether the present step begins or ends at this place ('etcd', 'kubelet/node1'). */
export function useLit(place: string): boolean {
  return usePlaybackState((s) => {
    const step = s.film?.steps[s.cursor]
    return step !== undefined && litPlaces(step).includes(place)
  })
}

/** Where in the API server a request stands at the present step. */
export function useStage(): ServerStage | undefined {
  return usePlaybackState((s) => {
    const step = s.film?.steps[s.cursor]
    return step === undefined ? undefined : stageOf(step)
  })
}
