import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { usePlaybackState } from '../../playback/hooks.ts'
import { Button } from '../shared/ui/Button.tsx'
import { select } from '../shared/view.ts'
import type { Autoscaling as Scaling } from './autoscaler.ts'
import { Chart } from './Chart.tsx'
import { valueAt } from './series.ts'
import styles from './workloads.module.css'

/** The metric against its target, and the replicas that follow. */
export function Autoscaling({ scaling }: { scaling: Scaling }): ReactElement {
  const { t } = useTranslation('workloads')
  const cursor = usePlaybackState((s) => s.cursor)
  const { key, name, resource, metric, target, current, desired, least, most } = scaling
  const now = { metric: valueAt(metric, cursor), target, current: valueAt(current, cursor), desired: valueAt(desired, cursor) }
  const peak = Math.max(target * 1.2, ...metric.map(({ value }) => value), 1)
  const level = [{ step: -1, value: target }]
  return (
    <div className={styles.scaling}>
      <p>
        <Button look="link" onClick={() => select(key)}>
          HorizontalPodAutoscaler {name}
        </Button>{' '}
        {t('between', { least, most })}
      </p>
      <div className={styles.over}>
        <Chart top={peak} label={t('metricLabel', { resource, ...now })} lines={[{ look: 'metric', points: metric, area: true }, { look: 'target', points: level }]} />
        <dl className={styles.legend}>
          <div data-look="metric">
            <dt>{t('use', { resource })}</dt>
            <dd>{now.metric} %</dd>
          </div>
          <div data-look="target">
            <dt>{t('target')}</dt>
            <dd>{target} %</dd>
          </div>
        </dl>
      </div>
      <div className={styles.over}>
        <Chart top={Math.max(most, 1)} label={t('replicasLabel', now)} lines={[{ look: 'ready', points: current, area: true }, { look: 'desired', points: desired }]} />
        <dl className={styles.legend}>
          <div data-look="desired">
            <dt>{t('desired')}</dt>
            <dd>{now.desired}</dd>
          </div>
          <div data-look="ready">
            <dt>{t('current')}</dt>
            <dd>{now.current}</dd>
          </div>
        </dl>
      </div>
    </div>
  )
}
