import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import type { Film } from '../../playback/film.ts'
import { useFilm, usePlayback, usePlaybackState } from '../../playback/hooks.ts'
import type { Step } from '../../worker/protocol.ts'
import { Blank } from '../shared/Blank.tsx'
import { causeChain, condense } from '../shared/causes.ts'
import type { Link } from '../shared/causes.ts'
import { hopPath } from '../shared/hop.ts'
import { useNarrator } from '../shared/say.ts'
import { stepsAbout } from '../shared/stepsAbout.ts'
import { formatSpan } from '../shared/time.ts'
import styles from './inspector.module.css'

/** Why the step on stage happened; when it is about something else, the last step about this object. */
export function WhyTab({ objectKey }: { objectKey: string }): ReactElement {
  const { t } = useTranslation('inspector')
  const film = useFilm()
  const cursor = usePlaybackState((s) => s.cursor)
  const index = film === undefined ? undefined : askedAbout(film, objectKey, cursor)
  if (film === undefined || index === undefined) return <Blank title={t('nothingHappened')} />
  const links = condense(causeChain(film.steps, index))
  return (
    <div className={styles.why}>
      <h3>{t('whyTitle')}</h3>
      <p>{index === cursor ? t('whyNow') : t('whyLast', { what: objectKey.split('/').at(-1) })}</p>
      <ol>
        {links.toReversed().map((link, i) => (
          <Cause
            key={link.step.index}
            film={film}
            link={link}
            after={links[links.length - i]?.step}
            asked={i === 0}
            cursor={cursor}
          />
        ))}
      </ol>
      <p className={styles.quiet}>{t('began')}</p>
    </div>
  )
}

/** The step on stage if it is about the object or about nothing in particular, else the last one about it. */
function askedAbout(film: Film, key: string, cursor: number): number | undefined {
  const subject = film.subjectOf(cursor)
  if (film.steps[cursor] !== undefined && (subject === undefined || subject === key)) return cursor
  return stepsAbout(film, key).findLast((step) => step <= cursor)
}

function Cause({
  film,
  link: { step, skipped },
  after,
  asked,
  cursor,
}: {
  film: Film
  link: Link
  after: Step | undefined
  asked: boolean
  cursor: number
}): ReactElement {
  const { t } = useTranslation('inspector')
  const playback = usePlayback()
  const narrator = useNarrator()
  const lag = after === undefined ? 0 : after.at - step.at
  return (
    <li data-asked={asked || undefined}>
      {lag > 0 && <span className={styles.lag}>{t('later_by', { time: formatSpan(lag) })}</span>}
      <button
        type="button"
        aria-current={step.index === cursor ? 'step' : undefined}
        onClick={() => playback.seek(step.index)}
      >
        <span>{narrator(film)(step)}</span>
        <small>{hopPath(step)}</small>
      </button>
      {skipped.length > 0 && (
        <button type="button" className={styles.skipped} onClick={() => playback.seek(skipped[0]!.index)}>
          {t('skipped', { count: skipped.length })}
        </button>
      )}
    </li>
  )
}
