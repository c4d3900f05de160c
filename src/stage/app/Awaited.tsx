import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { useFilm, usePlayback, usePlaybackState } from '../../playback/hooks.ts'
import type { Film } from '../../playback/film.ts'
import type { Moment } from '../../playback/state.ts'
import { formatClock, formatSpan } from '../shared/film/time.ts'
import { useText } from '../shared/words/text.ts'
import { Button } from '../shared/ui/Button.tsx'
import styles from './Awaited.module.css'

/** In place of the stage as long as its moment is not made: how far the film is. What there is of it so far would be another moment. */
export function Awaited({ moment }: { moment: Moment }): ReactElement | null {
  const { t } = useTranslation('app')
  const playback = usePlayback()
  const film = useFilm()
  const text = useText()
  const title = usePlaybackState((s) => s.film?.scenario.spec.title)
  if (film === undefined) return null
  const { share, ...made } = progressOf(film, moment)
  return (
    <div className={styles.awaited} role="status">
      <h2>{title !== undefined && text(title)}</h2>
      <div className={styles.bar} aria-hidden="true">
        <div style={{ scale: `${share} 1` }} />
      </div>
      <p className="figures">{t('making', made)}</p>
      {moment.ms !== undefined && <time>{formatClock(moment.ms)}</time>}
      <Button onClick={() => playback.stopWaiting()}>{t('makeNoFurther')}</Button>
    </div>
  )
}

/** `made` of `whole`: by virtual time where the moment has one, else by steps. */
export function progressOf(film: Pick<Film, 'now' | 'opening' | 'steps'>, moment: Moment): { made: string; whole: string; share: number } {
  const byTime = moment.ms !== undefined && moment.ms > 0
  const [made, whole] = byTime ? [film.now - film.opening.startMs, moment.ms!] : [film.steps.length, 'step' in moment ? moment.step + 1 : 1]
  const within = Math.min(made, whole)
  const say = (n: number): string => (byTime ? formatSpan(n) : String(n))
  return { made: say(within), whole: say(whole), share: within / whole }
}
