import { useEffect, useState } from 'react'
import type { CSSProperties, ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import type { Film } from '../../playback/film.ts'
import { firstDifference } from '../../playback/futures.ts'
import { usePlayback, usePlaybackState } from '../../playback/hooks.ts'
import type { Branch } from '../../playback/state.ts'
import { Blank, Loading } from '../shared/Blank.tsx'
import { Button } from '../shared/Button.tsx'
import { useNarrator } from '../shared/say.ts'
import { podTone, printedPod } from '../shared/status.ts'
import { stretchesOf } from '../shared/stretches.ts'
import { formatSpan } from '../shared/time.ts'
import { toneColour } from '../shared/tone.ts'
import styles from './Compare.module.css'

/** The film and a future that was left, as timelines one above the other. */
export function Futures({ film }: { film: Film }): ReactElement {
  const { t } = useTranslation('compare')
  const branches = usePlaybackState((s) => s.branches)
  const [chosen, choose] = useState(branches.at(-1)?.id)
  const branch = branches.find(({ id }) => id === chosen) ?? branches.at(-1)
  if (branch === undefined) return <Blank title={t('noFutures')}>{t('noFuturesText')}</Blank>
  const left = (b: Branch): string => t('left', { time: formatSpan(film.timeOf(b.leftAt - 1) - film.opening.startMs) })
  return (
    <>
      {branches.length > 1 && (
        <select aria-label={t('futures')} value={branch.id} onChange={(event) => choose(Number(event.target.value))}>
          {branches.map((b) => (
            <option key={b.id} value={b.id}>
              {left(b)}
            </option>
          ))}
        </select>
      )}
      <TwoFilms key={branch.id} film={film} branch={branch} name={left(branch)} />
    </>
  )
}

function TwoFilms({ film, branch, name }: { film: Film; branch: Branch; name: string }): ReactElement {
  const { t } = useTranslation('compare')
  const playback = usePlayback()
  const other = useBranchFilm(branch)
  if (other === undefined)
    return (
      <>
        <Loading />
        <p className={styles.note}>{t('filming')}</p>
      </>
    )
  if ('message' in other) return <Blank title={t('failed', { message: other.message })} />
  const difference = firstDifference(film, other)
  const forkAt = film.timeOf((difference ?? branch.leftAt) - 1)
  const axis = { start: film.opening.startMs, forkAt, end: Math.max(storyEnd(film), storyEnd(other), forkAt) + restMs }
  return (
    <div className={styles.futures}>
      <Strip name={t('present')} film={film} axis={axis} />
      <Strip name={name} film={other} axis={axis}>
        <Button onClick={() => void playback.switchTo(branch)}>{t('take')}</Button>
      </Strip>
      {difference === undefined ? (
        <p className={styles.note}>{t('same')}</p>
      ) : (
        <Difference film={film} other={other} name={name} index={difference} />
      )}
    </div>
  )
}

/** Virtual ms after the last thing that happened: then nothing new is told. */
const restMs = 2000

/** When the last milestone was passed or the last thing was done. */
function storyEnd(film: Film): number {
  const last = Math.max(film.ofSize('milestone').at(-1) ?? -1, film.inputs.at(-1)?.step ?? -1)
  return film.timeOf(last)
}

/** A film of its own for the branch; made once for each. */
function useBranchFilm(branch: Branch): Film | Error | undefined {
  const playback = usePlayback()
  const [film, setFilm] = useState<Film | Error>()
  useEffect(() => {
    let wanted = true
    playback.filmBranch(branch).then(
      (made) => wanted && setFilm(made),
      (error: unknown) => wanted && setFilm(error instanceof Error ? error : new Error(String(error))),
    )
    return () => {
      wanted = false
    }
  }, [playback, branch])
  return film
}

/** Virtual ms. */
interface Axis {
  start: number
  forkAt: number
  end: number
}

/** What both have in common is told briefly. */
const sharedPart = 0.2

function placeOf({ start, forkAt, end }: Axis, at: number): number {
  if (at <= forkAt) return (sharedPart * (at - start)) / Math.max(1, forkAt - start)
  return Math.min(1, sharedPart + ((1 - sharedPart) * (at - forkAt)) / Math.max(1, end - forkAt))
}

/** One film: a lane for each pod with its STATUS words, and what was typed as flags. */
function Strip({ name, film, axis, children }: { name: string; film: Film; axis: Axis; children?: ReactElement }): ReactElement {
  const { t } = useTranslation('compare')
  const percent = (at: number): string => `${placeOf(axis, at) * 100}%`
  return (
    <section className={styles.strip} aria-label={name}>
      <header>
        <h3>{name}</h3>
        {children}
      </header>
      <div className={styles.lanes}>
        <span className={styles.past} style={{ width: `${sharedPart * 100}%` }}>
          {t('past')}
        </span>
        {film.inputs.map(({ index, step, input }) => (
          <i key={index} className={styles.flag} style={{ left: percent(film.timeOf(step)) }} title={input.kubectl ?? input.shell} />
        ))}
        {film.etcd.keys('pods/').map((key) => (
          <div key={key} className={styles.lane}>
            <code>{key.split('/').slice(1).join('/').replace(/^default\//, '')}</code>
            <div>
              {stretchesOf(film, key, (pod) => ({ word: printedPod(pod).status, tone: podTone(pod) })).map(
                ({ word, tone, from, to }) => {
                  const left = placeOf(axis, film.timeOf(from))
                  const right = placeOf(axis, to === undefined ? axis.end : film.timeOf(to))
                  const style = { left: `${left * 100}%`, width: `${(right - left) * 100}%`, '--tone': toneColour(tone) }
                  return (
                    <span key={from} title={word} style={style as CSSProperties}>
                      {word}
                    </span>
                  )
                },
              )}
            </div>
          </div>
        ))}
        <span className={styles.fork} style={{ left: `${sharedPart * 100}%` }} />
      </div>
    </section>
  )
}

function Difference({
  film,
  other,
  name,
  index,
}: {
  film: Film
  other: Film
  name: string
  index: number
}): ReactElement {
  const { t } = useTranslation('compare')
  const narrator = useNarrator()
  const at = Math.min(...[film, other].map(({ steps }) => steps[index]?.at ?? Infinity))
  const told = (f: Film): string => {
    const step = f.steps[index]
    return step === undefined ? t('over') : narrator(f)(step)
  }
  return (
    <div className={styles.difference}>
      <h3>{t('difference', { time: formatSpan(at - film.opening.startMs) })}</h3>
      <dl>
        <dt>{t('present')}</dt>
        <dd>{told(film)}</dd>
        <dt>{name}</dt>
        <dd>{told(other)}</dd>
      </dl>
    </div>
  )
}
