import { ArrowRight } from 'lucide-react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { usePlayback, usePlaybackState } from '../../playback/hooks.ts'
import { findScenario } from '../../scenarios/catalogue.ts'
import { path } from '../../scenarios/contents.ts'
import { openScenario } from '../shared/film/openScenario.ts'
import { useText } from '../shared/words/text.ts'
import styles from './gallery.module.css'
import { useWatching } from './watched.ts'

/** Drawn where a film has ended: of the newcomers' path, it says which scene follows. */
export function NextScene(): ReactElement | null {
  const { t } = useTranslation('gallery')
  const text = useText()
  const playback = usePlayback()
  useWatching()
  const place = usePlaybackState((s) => path.indexOf(s.film?.scenario.metadata.name ?? ''))
  const next = place < 0 ? undefined : findScenario(path[place + 1] ?? '')
  if (place < 0) return null
  return (
    <div className={styles.next} role="status">
      <span>{t('scene', { number: place + 1, total: path.length })}</span>
      {next === undefined ? (
        <b>{t('pathDone')}</b>
      ) : (
        <button type="button" onClick={() => openScenario(playback, next)}>
          {text(next.spec.title)} <ArrowRight size={15} aria-hidden="true" />
        </button>
      )}
    </div>
  )
}
