import type { CSSProperties, ReactElement } from 'react'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { useFilm, usePlaybackState } from '../../playback/hooks.ts'
import { Chart } from './Chart.tsx'
import { rolloutOf } from './rollout.ts'
import type { Generation } from './rollout.ts'
import { valueAt } from './series.ts'
import styles from './workloads.module.css'

/** The old and the new ReplicaSet against what the strategy allows. `brief`: nothing as long as there is only one. */
export function Rollout({ objectKey, brief }: { objectKey: string; brief: boolean }): ReactElement | null {
  const { t } = useTranslation('workloads')
  const film = useFilm()
  const steps = film?.steps.length
  // The film is one object for its whole life: it has grown when it has more steps.
  const rollout = useMemo(() => (film === undefined || steps === undefined ? undefined : rolloutOf(film, objectKey)), [film, steps, objectKey])
  const cursor = usePlaybackState((s) => s.cursor)
  if (rollout === undefined || rollout.generations.length === 0) return null
  const { generations, available, total, most, least, top } = rollout
  if (brief && generations.filter((generation) => isThere(generation, cursor)).length < 2) return null
  const bounds = { total: valueAt(total, cursor), most: valueAt(most, cursor), available: valueAt(available, cursor), least: valueAt(least, cursor) }
  return (
    <div className={styles.rollout}>
      {generations.map((generation) => (
        <Bars key={generation.key} generation={generation} top={top} cursor={cursor} />
      ))}
      <div className={styles.over}>
        <Chart
          top={top}
          label={t('overTime', bounds)}
          tall
          lines={[
            { look: 'created', points: total, area: true },
            { look: 'ready', points: available, area: true },
            { look: 'bound', points: most },
            { look: 'target', points: least },
          ]}
        />
        <dl className={styles.legend}>
          <div data-look="bound">
            <dt>{t('most')}</dt>
            <dd>{bounds.most}</dd>
          </div>
          <div data-look="created">
            <dt>{t('total')}</dt>
            <dd>{bounds.total}</dd>
          </div>
          <div data-look="ready">
            <dt>{t('available')}</dt>
            <dd>{bounds.available}</dd>
          </div>
          <div data-look="target">
            <dt>{t('least')}</dt>
            <dd>{bounds.least}</dd>
          </div>
        </dl>
      </div>
    </div>
  )
}

const isThere = ({ desired }: Generation, cursor: number): boolean => (desired[0]?.step ?? Infinity) <= cursor

/** One ReplicaSet now: how many it wants, has, and has ready; beneath, how that came. */
function Bars({ generation, top, cursor }: { generation: Generation; top: number; cursor: number }): ReactElement | null {
  const { t } = useTranslation('workloads')
  const { name, revision, desired, created, ready } = generation
  if (!isThere(generation, cursor)) return null
  const now = { desired: valueAt(desired, cursor), created: valueAt(created, cursor), ready: valueAt(ready, cursor) }
  const share = (value: number): CSSProperties => ({ width: `${(value / top) * 100}%` })
  return (
    <div className={styles.generation}>
      <span title={name}>{t('revision', { revision })}</span>
      <div className={styles.bars} role="img" aria-label={t('barsLabel', { name, ...now })}>
        <i data-look="created" style={share(now.created)} />
        <i data-look="ready" style={share(now.ready)} />
        <i data-look="desired" style={{ left: `${(now.desired / top) * 100}%` }} />
      </div>
      <span className={styles.figures}>{t('barsShort', now)}</span>
    </div>
  )
}
