import { useMemo } from 'react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { useStore } from 'zustand'
import { usePlayback } from '../../../playback/hooks.ts'
import { formatSpan } from '../../shared/film/time.ts'
import type { Axis } from './axis.ts'
import styles from './race.module.css'
import type { Race } from './race.ts'
import { countsAt } from './requests.ts'
import type { RaceRequest } from './requests.ts'

/** Requests stand on lines in turn, so that neighbours do not lie on one another. */
const lines = 4
const heightOf = (id: number): number => 14 + ((id % lines) * 72) / (lines - 1)

/** Each request from when it was sent to its end: a dot that was answered, a cross that failed. */
export function RequestLane({ race, axis }: { race: Race; axis: Axis }): ReactElement {
  const { t } = useTranslation('race')
  const playback = usePlayback()
  const failed = race.requests.filter(({ outcome }) => outcome === 'failed')
  return (
    <div className={styles.row}>
      <Counters race={race} />
      <div className={styles.lane}>
        <svg viewBox="0 0 1000 100" preserveAspectRatio="none" aria-hidden="true">
          <Dots race={race} axis={axis} toPod={false} />
          <Dots race={race} axis={axis} toPod />
          <path className={styles.failing} d={pathOf(failed, axis, race.shown.to)} />
        </svg>
        {failed.slice(0, crossesMost).map(({ id, step, word, endedAt }) => {
          const label = t('failedAt', { word, time: formatSpan(endedAt! - race.start.at) })
          return (
            <button
              key={id}
              type="button"
              className={styles.cross}
              style={{ left: axis.percent(endedAt!), top: `${heightOf(id)}%` }}
              aria-label={label}
              title={label}
              onClick={() => playback.seek(step)}
            >
              <svg viewBox="0 0 10 10" aria-hidden="true">
                <path d="M2 2 8 8M8 2 2 8" />
              </svg>
            </button>
          )
        })}
      </div>
    </div>
  )
}

const crossesMost = 200

/** Answered, or still under way: one path for all of them. */
function Dots({ race, axis, toPod }: { race: Race; axis: Axis; toPod: boolean }): ReactElement {
  const d = useMemo(() => {
    const own = race.requests.filter((request) => request.outcome !== 'failed' && request.toPod === toPod)
    return pathOf(own, axis, race.shown.to)
  }, [race, axis, toPod])
  return <path className={styles.dots} data-other={!toPod || undefined} d={d} />
}

function pathOf(requests: readonly RaceRequest[], axis: Axis, end: number): string {
  return requests
    .map(({ id, sentAt, endedAt }) => `M${x(axis, sentAt)} ${heightOf(id)}H${x(axis, endedAt ?? end)}`)
    .join('')
}

const x = (axis: Axis, at: number): string => (axis.share(at) * 1000).toFixed(1)

/** As of the moment on stage. */
function Counters({ race }: { race: Race }): ReactElement {
  const { t } = useTranslation('race')
  const playback = usePlayback()
  const text = useStore(playback.clock, ({ now }) => {
    const { answered, failed, inFlight } = countsAt(race.requests, now)
    return `${answered} ${failed} ${inFlight}`
  })
  const [answered, failed, inFlight] = text.split(' ')
  return (
    <dl className={styles.counters}>
      <div data-look="good">
        <dt>{t('answered')}</dt>
        <dd>{answered}</dd>
      </div>
      <div data-look={failed === '0' ? undefined : 'bad'}>
        <dt>{t('failed')}</dt>
        <dd>{failed}</dd>
      </div>
      <div>
        <dt>{t('inFlight')}</dt>
        <dd>{inFlight}</dd>
      </div>
    </dl>
  )
}
