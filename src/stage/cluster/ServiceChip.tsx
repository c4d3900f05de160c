import { Waypoints } from 'lucide-react'
import { memo } from 'react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import type { NodeProps } from 'reactflow'
import { usePlaybackState } from '../../playback/hooks.ts'
import { trafficAt } from '../../playback/traffic.ts'
import { StateIcon } from '../shared/objects/StateIcon.tsx'
import { PartCapsule } from './Capsule.tsx'
import styles from './cluster.module.css'
import type { ServiceNode } from './graph.ts'
import { Scaled } from './Scaled.tsx'

/** A Service: its name, and how many of its endpoints get traffic. */
export const ServiceChip = memo(function ServiceChip({ data }: NodeProps<ServiceNode>): ReactElement {
  const { t } = useTranslation('cluster')
  const { service, more } = data
  const label = t('serviceLabel', { name: service.name, type: service.type, ready: service.ready, total: service.total })
  return (
    <Scaled {...data}>
      <PartCapsule
        place={`service/${service.key}`}
        selects={`services/${service.key}`}
        className={styles.service}
        data-empty={service.ready === 0 || undefined}
        aria-label={label}
        title={label}
      >
        <Waypoints size={13} aria-hidden="true" />
        <span className={styles.serviceName}>{service.name}</span>
        <span className={styles.serviceCount}>
          {service.ready}/{service.total}
        </span>
        {more > 0 && <span className={styles.serviceCount}>{t('more', { count: more })}</span>}
        <Counters service={service.key} />
      </PartCapsule>
    </Scaled>
  )
})

/** How many requests through it were answered and how many failed, up to the moment on stage. */
function Counters({ service }: { service: string }): ReactElement | null {
  const { t } = useTranslation('cluster')
  const answered = usePlaybackState(({ film, cursor }) => (film === undefined ? 0 : trafficAt(film, service, cursor).answered))
  const failed = usePlaybackState(({ film, cursor }) => (film === undefined ? 0 : trafficAt(film, service, cursor).failed))
  if (answered + failed === 0) return null
  const label = t('traffic', { answered, failed })
  return (
    <span className={styles.traffic} role="img" aria-label={label} title={label}>
      <StateIcon tone="ready" size={9} />
      {answered}
      {failed > 0 && (
        <>
          <StateIcon tone="failed" size={10} />
          {failed}
        </>
      )}
    </span>
  )
}
