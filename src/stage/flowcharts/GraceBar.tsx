import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { useNow } from '../../playback/hooks.ts'
import { usePodRecords } from '../shared/objects/podRecords.ts'
import { formatSpan } from '../shared/film/time.ts'
import styles from './flowcharts.module.css'
import { graceBar } from './grace.ts'
import type { GraceBar as Bar } from './grace.ts'
import type { Visits } from './model.ts'
import type { ShownLife } from './useLife.ts'

/** The grace period running down, with what happens on the way. */
export function GraceBar({ shown, visits }: { shown: ShownLife; visits: Visits }): ReactElement | null {
  const now = useNow()
  const records = usePodRecords(shown.pod)
  const { film, life, cursor } = shown
  const bar = graceBar({ film, life, visits, cursor, now, containers: records.containers })
  return bar === undefined || now < bar.from ? null : <Drawn bar={bar} now={now} />
}

function Drawn({ bar, now }: { bar: Bar; now: number }): ReactElement {
  const { t } = useTranslation('flowcharts')
  const span = Math.max(1, bar.to - bar.from)
  const at = (time: number): string => `${(Math.min(1, Math.max(0, (time - bar.from) / span)) * 100).toFixed(2)}%`
  const seconds = bar.graceSeconds
  const until = Math.min(now, bar.ended ?? now)
  const left = bar.from + seconds * 1000 - until
  const label = left > 0 ? t('grace.label', { seconds, left: formatSpan(left) }) : t('grace.over', { seconds })
  return (
    <figure className={styles.grace} aria-label={label}>
      <figcaption>
        <span>{t('grace.title')}</span>
        <span className="figures">
          {formatSpan(Math.max(0, until - bar.from))} / {t('grace.length', { seconds })}
        </span>
      </figcaption>
      <div className={styles.graceTrack}>
        {bar.hook !== undefined && (
          <span
            className={styles.graceHook}
            style={{ left: at(bar.hook.from), right: `calc(100% - ${at(Math.min(bar.hook.to, until))})` }}
            title={t('grace.hook')}
          />
        )}
        <span className={styles.graceFill} style={{ width: at(until) }} />
      </div>
      <div className={styles.marks} aria-hidden="true">
        {bar.hook !== undefined && <Mark at={at(bar.hook.from)} name={t('grace.hook')} />}
        {bar.term !== undefined && <Mark at={at(bar.term.at)} name={bar.term.signal} low={bar.hook !== undefined} />}
        {bar.kill !== undefined && (
          <Mark at={at(bar.kill.at)} name={t('grace.kill')} kind={bar.kill.sent ? 'kill' : 'planned'} />
        )}
        {bar.ended !== undefined && <Mark at={at(bar.ended)} name={t('grace.ended')} kind="ended" low />}
      </div>
    </figure>
  )
}

function Mark({
  at,
  name,
  kind,
  low,
}: {
  at: string
  name: string
  kind?: 'kill' | 'planned' | 'ended'
  low?: boolean
}): ReactElement {
  const late = parseFloat(at) > 70
  return (
    <span
      className={styles.mark}
      style={{ left: at }}
      data-kind={kind}
      data-low={low || undefined}
      data-late={late || undefined}
    >
      {name}
    </span>
  )
}
