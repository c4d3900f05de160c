import { X } from 'lucide-react'
import { useMemo } from 'react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { useAct, usePlaybackState } from '../../playback/hooks.ts'
import { StateIcon } from '../shared/objects/StateIcon.tsx'
import styles from './LoadMeter.module.css'
import { loadsAt } from './loads.ts'
import type { LoadFact } from './loads.ts'

/** Who asks all the time, and what has become of the requests up to the moment on stage. */
export function LoadMeter(): ReactElement | undefined {
  const { t } = useTranslation('cluster')
  const film = usePlaybackState((s) => s.film)
  const cursor = usePlaybackState((s) => s.cursor)
  const loads = useMemo(() => (film === undefined ? [] : loadsAt(film, film.revisionAt(cursor), film.timeOf(cursor))), [film, cursor])
  if (loads.length === 0) return undefined
  return (
    <ul className={styles.loads} aria-label={t('loads')}>
      {loads.map((load) => (
        <Load key={load.record.name} load={load} />
      ))}
    </ul>
  )
}

function Load({ load }: { load: LoadFact }): ReactElement {
  const { t } = useTranslation('cluster')
  const act = useAct()
  const { record, answered, failed, failures, meanMs } = load
  const { name, from, url, perSecond, endedAt, inFlight } = record
  const outcomes = t('load.outcomes', { returnObjects: true }) as Readonly<Record<string, string>>
  const kinds = failures.map(([outcome, count]) => `${outcomes[outcome] ?? outcome} ${count}`).join(', ')
  return (
    <li className={styles.load}>
      <span className={styles.what}>
        {from ?? t('load.outside')} → {url.replace(/^http:\/\//, '')}
      </span>
      <span>{endedAt === undefined ? t('load.rate', { perSecond }) : t('load.ended')}</span>
      <span className={styles.count}>
        <StateIcon tone="ready" size={11} />
        {t('load.answered', { count: answered })}
      </span>
      <span className={styles.count} data-none={failed === 0 || undefined} title={kinds}>
        <StateIcon tone="failed" size={11} />
        {t('load.failed', { count: failed })}
        {kinds !== '' && <small>{kinds}</small>}
      </span>
      {inFlight > 0 && <span>{t('load.inFlight', { count: inFlight })}</span>}
      {meanMs !== undefined && <span>{t('load.took', { ms: meanMs })}</span>}
      {endedAt === undefined && (
        <button type="button" className={styles.stop} aria-label={t('load.stop', { name })} title={t('load.stop', { name })} onClick={() => void act({ load: { name, stop: true } })}>
          <X size={12} aria-hidden="true" />
        </button>
      )}
    </li>
  )
}
