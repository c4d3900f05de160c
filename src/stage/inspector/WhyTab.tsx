import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import type { Film } from '../../playback/film.ts'
import { useFilm, usePlaybackState } from '../../playback/hooks.ts'
import { Blank } from '../shared/ui/Blank.tsx'
import { Why } from '../shared/film/Causes.tsx'
import { stepsAbout } from '../shared/film/stepsAbout.ts'
import styles from './inspector.module.css'
import { shownName } from '../shared/objects/shownName.ts'

/** Why the step on stage happened; when it is about something else, the last step about this object. */
export function WhyTab({ objectKey }: { objectKey: string }): ReactElement {
  const { t } = useTranslation(['inspector', 'causes'])
  const film = useFilm()
  const cursor = usePlaybackState((s) => s.cursor)
  const index = film === undefined ? undefined : askedAbout(film, objectKey, cursor)
  if (film === undefined || index === undefined) return <Blank title={t('nothingHappened')} />
  return (
    <div className={styles.why}>
      <h3>{t('causes:whyTitle')}</h3>
      <p>{index === cursor ? t('whyNow') : t('whyLast', { what: shownName(objectKey) })}</p>
      <Why film={film} index={index} />
    </div>
  )
}

/** The step on stage if it is about the object or about nothing in particular, else the last one about it. */
function askedAbout(film: Film, key: string, cursor: number): number | undefined {
  const subject = film.subjectOf(cursor)
  if (film.steps[cursor] !== undefined && (subject === undefined || subject === key)) return cursor
  return stepsAbout(film, key).findLast((step) => step <= cursor)
}
