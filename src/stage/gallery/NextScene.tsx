import { ArrowRight } from 'lucide-react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { usePlayback, usePlaybackState } from '../../playback/hooks.ts'
import { findScenario } from '../../scenarios/catalogue.ts'
import { path } from '../../scenarios/contents.ts'
import { Button } from '../shared/ui/Button.tsx'
import { openScenario } from '../shared/film/openScenario.ts'
import { useText } from '../shared/words/text.ts'
import { following } from './following.ts'
import styles from './gallery.module.css'
import { useWatching } from './watched.ts'

/** Drawn where a film has ended: it leads to the one that follows, and from the end of the newcomers' path to the levels. */
export function NextScene({ onLevels }: { onLevels: () => void }): ReactElement | null {
  const { t } = useTranslation('gallery')
  const text = useText()
  const playback = usePlayback()
  useWatching()
  const name = usePlaybackState((s) => s.film?.scenario.metadata.name ?? '')
  // Who does something of their own at the end of a film goes on with it.
  const goesOn = usePlaybackState(({ film }) => film !== undefined && film.inputs.length > film.scenario.spec.script.length)
  const { scene, next: nextName } = following(name)
  const next = nextName === undefined ? undefined : findScenario(nextName)
  if (goesOn || (scene === undefined && next === undefined)) return null
  return (
    <div className={styles.next} role="status">
      <span>{scene === undefined ? t('next') : t('scene', { number: scene, total: path.length })}</span>
      {next === undefined ? (
        <Button look="primary" onClick={onLevels}>
          <span>{t('pathDone')}</span> <ArrowRight size={15} aria-hidden="true" />
        </Button>
      ) : (
        <Button look="primary" onClick={() => openScenario(playback, next)}>
          <span>{text(next.spec.title)}</span> <ArrowRight size={15} aria-hidden="true" />
        </Button>
      )}
    </div>
  )
}
