import { Waypoints } from 'lucide-react'
import { memo } from 'react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import type { NodeProps } from 'reactflow'
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
      </PartCapsule>
    </Scaled>
  )
})
