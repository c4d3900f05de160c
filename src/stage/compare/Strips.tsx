import type { CSSProperties, ReactElement, ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Film } from '../../playback/film.ts'
import { useNarrator } from '../shared/words/say.ts'
import { podTone, printedPod } from '../shared/objects/status.ts'
import { stretchesOf } from '../shared/objects/stretches.ts'
import { formatSpan } from '../shared/film/time.ts'
import { toneColour } from '../shared/objects/tone.ts'
import styles from './Compare.module.css'
import { shownName } from '../shared/objects/shownName.ts'

/** A film and what it is called here. */
export interface Side {
  film: Film
  name: string
  /** What can be done with it. */
  action?: ReactNode
}

/** Two films as timelines one above the other, from their starts, with the first thing in which they differ. `difference`: its index among the steps. */
export function TwoFilms({ left, right, difference }: { left: Side; right: Side; difference: number | undefined }): ReactElement {
  const { t } = useTranslation('compare')
  const axis = axisOf(left.film, right.film, difference)
  return (
    <div className={styles.futures}>
      <Strip side={left} axis={axis} />
      <Strip side={right} axis={axis} />
      {difference === undefined ? <p className={styles.note}>{t('same')}</p> : <Difference left={left} right={right} index={difference} />}
    </div>
  )
}

/** Virtual ms since the start of each film. */
interface Axis {
  /** How much of the width the common past has. */
  shared: number
  forkAt: number
  end: number
}

/** What both have in common is told briefly, and not at all when they differ from the start. */
const sharedPart = 0.2
/** Virtual ms after the last thing that happened: then nothing new is told. */
const restMs = 2000

function axisOf(a: Film, b: Film, difference: number | undefined): Axis {
  const forkAt = difference === undefined ? 0 : startOf(difference, a, b)
  const shared = difference === undefined || difference < 2 ? 0 : sharedPart
  return { shared, forkAt, end: Math.max(storyEnd(a), storyEnd(b), forkAt) + restMs }
}

const since = (film: Film, at: number): number => at - film.opening.startMs

/** When the step with that index happens, in the film in which it comes first. */
function startOf(index: number, ...films: readonly Film[]): number {
  return Math.min(...films.map((film) => (film.steps[index] === undefined ? Infinity : since(film, film.steps[index].at))))
}

/** When the last milestone was passed or the last thing was done. */
function storyEnd(film: Film): number {
  const last = Math.max(film.ofSize('milestone').at(-1) ?? -1, film.inputs.at(-1)?.step ?? -1)
  return since(film, film.timeOf(last))
}

function placeOf({ shared, forkAt, end }: Axis, at: number): number {
  if (at <= forkAt && shared > 0) return (shared * at) / Math.max(1, forkAt)
  const from = shared > 0 ? forkAt : 0
  return Math.min(1, shared + ((1 - shared) * (at - from)) / Math.max(1, end - from))
}

/** One film: a lane for each pod with its STATUS words, and what was typed as flags. */
function Strip({ side: { film, name, action }, axis }: { side: Side; axis: Axis }): ReactElement {
  const { t } = useTranslation('compare')
  const place = (at: number): number => placeOf(axis, since(film, at)) * 100
  return (
    <section className={styles.strip} aria-label={name}>
      <header>
        <h3>{name}</h3>
        {action}
      </header>
      <div className={styles.lanes}>
        {axis.shared > 0 && (
          <span className={styles.past} style={{ width: `${axis.shared * 100}%` }}>
            {t('past')}
          </span>
        )}
        {film.inputs.map(({ index, step, input }) => (
          <i key={index} className={styles.flag} style={{ left: `${place(film.timeOf(step))}%` }} title={input.kubectl ?? input.shell} />
        ))}
        {film.etcd.keys('pods/').map((key) => (
          <div key={key} className={styles.lane}>
            <code>{shownName(key)}</code>
            <div>
              {stretchesOf(film, key, (pod) => ({ word: printedPod(pod).status, tone: podTone(pod) })).map(({ word, tone, from, to }) => {
                const left = place(film.timeOf(from))
                const right = to === undefined ? 100 : place(film.timeOf(to))
                const style = { left: `${left}%`, width: `${right - left}%`, '--tone': toneColour(tone) }
                return (
                  <span key={from} title={word} style={style as CSSProperties}>
                    {word}
                  </span>
                )
              })}
            </div>
          </div>
        ))}
        {axis.shared > 0 && <span className={styles.fork} style={{ left: `${axis.shared * 100}%` }} />}
      </div>
    </section>
  )
}

function Difference({ left, right, index }: { left: Side; right: Side; index: number }): ReactElement {
  const { t } = useTranslation('compare')
  const narrator = useNarrator()
  const at = startOf(index, left.film, right.film)
  const told = ({ film }: Side): string => {
    const step = film.steps[index]
    return step === undefined ? t('over') : narrator(film)(step)
  }
  return (
    <div className={styles.difference}>
      <h3>{t('difference', { time: formatSpan(at) })}</h3>
      <dl>
        {[left, right].map((side) => (
          <div key={side.name}>
            <dt>{side.name}</dt>
            <dd>{told(side)}</dd>
          </div>
        ))}
      </dl>
    </div>
  )
}
