import { useMemo } from 'react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import type { Pod } from '../../engine/api/types.ts'
import { usePlayback } from '../../playback/hooks.ts'
import { printedPod } from '../shared/objects/status.ts'
import { useView } from '../shared/view.ts'
import { selectionOfKey } from './link.ts'

/** Said to screen readers when another object is chosen, by keys or otherwise; what the film follows by itself is told by its sentences. */
export function Chosen(): ReactElement {
  const { t } = useTranslation('app')
  const playback = usePlayback()
  const selected = useView((s) => s.selected)
  const words = useMemo(() => {
    const { film, cursor } = playback.state
    if (selected === undefined || film === undefined) return ''
    const object = selectionOfKey(selected).replace('/default/', '/')
    const pod = selected.startsWith('pods/') ? (film.etcd.get(selected, film.revisionAt(cursor)) as Pod | undefined) : undefined
    if (pod === undefined) return t('chosen', { object })
    const { status, ready, total } = printedPod(pod)
    return t('chosenPod', { object, status, ready: `${ready}/${total}` })
  }, [selected, playback, t])
  return (
    <p className="visually-hidden" role="status">
      {words}
    </p>
  )
}
