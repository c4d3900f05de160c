import { usePodInFocus } from '../../../playback/hooks.ts'
import { useView } from '../view.ts'

/** Key of the pod that the flowcharts are about: the selected one, else the one that the film was about last. */
export function useSelectedPod(): string | undefined {
  const selected = useView((s) => s.selected)
  const inFocus = usePodInFocus()
  return selected?.startsWith('pods/') ? selected : inFocus
}
